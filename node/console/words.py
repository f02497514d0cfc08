"""Code lists as choices on a page: their codes with the words for them, in DOMAIN.md's order."""

from collections.abc import Iterable
from enum import StrEnum

from common.report.wording import spoken
from node.domain.encounter import ActivationType, Duration, Mode, RecipientClass, SupportKind


def choices(kind: type[StrEnum], without: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Give (code, words) of each value of a code list."""
    left_out = frozenset(without)
    return [(each.value, told(each.value)) for each in kind if each.value not in left_out]


def told(code: str) -> str:
    """Say a code with a capital."""
    words = spoken(code)
    return words[:1].upper() + words[1:]


ENCOUNTER_CODES = {
    "kind": choices(SupportKind),
    "activation_type": choices(ActivationType),
    "recipient_class": choices(RecipientClass),
    "mode": choices(Mode),
    "duration": choices(Duration),
}
