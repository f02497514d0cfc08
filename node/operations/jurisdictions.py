"""The jurisdiction packs, and which one's rules hold here."""

from typing import Any

from node.domain.disclosure_notice import why_refused
from node.domain.disclosure_reason import DisclosureReason
from node.domain.jurisdiction import Pack
from node.domain.jurisdiction_words import rules_in_words
from node.opened import OpenNode


def own(node: OpenNode, _: dict[str, Any]) -> Any:
    """Show the pack whose rules hold here."""
    return shown(node.settings.pack)


def shown(pack: Pack) -> dict[str, Any]:
    """Give a pack with each rule in plain words, and with what must always be said of it."""
    return {
        "name": pack.name,
        "title": pack.title,
        "sources": list(pack.sources),
        "rules": rules_in_words(pack),
        "allows_notes": pack.notes_allowed,
        "refused": {each.value: why for each in DisclosureReason if (why := why_refused(pack, each))},
        "notice_after": [each.value for each in DisclosureReason if pack.notice_due_after(each)],
        "notice_before_first_session": pack.notice_before_first_session,
        "disclaimer": pack.disclaimer,
    }
