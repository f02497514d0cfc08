"""Code lists as choices on a page: codes with the words for them, in the list's own order."""

from collections.abc import Iterable

from common.report.wording import spoken


def choices(codes: Iterable[str], without: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Give (code, words) of each.

    Args:
        codes: a code list of the domain, or `common.codes.words` of one of the contract.
        without: those that are left out.
    """
    left_out = frozenset(map(str, without))
    return [(str(each), told(each)) for each in codes if str(each) not in left_out]


def told(code: str) -> str:
    """Say a code with a capital."""
    said = spoken(code)
    return said[:1].upper() + said[1:]
