"""What agencies write in place of the domain's codes, as word lists: whole phrases first, then single words in them.

1. A phrase of the lists is taken for its code. A word within an unknown phrase gives a guess to be checked.
2. What neither tells is unknown: the map shows it with `?`, and its rows wait until a person fills it in.
3. One word may say two things: "walk-up" is both how it came about and by what way.
4. A call that somebody took is an incident, whatever it was about: "self-harm caller" is no member's suicide concern.

Source: DOMAIN.md 3.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from node.domain.encounter import ActivationType as A
from node.domain.encounter import Duration, Mode, RecipientClass, Referral, SupportKind
from node.importer.roles import Role
from node.importer.word_lists import KINDS, NOTHING, PEOPLE, REFERRALS, WAYS, WordList

NOT_RECORDED = "not_recorded"
UNKNOWN = "?"
_K, _M, _C, _R = SupportKind, Mode, RecipientClass, Referral


@dataclass(frozen=True)
class Meaning:
    """What a word is taken for: codes of its column, or none; and whether a list has it as a whole."""

    codes: tuple[str, ...]
    is_sure: bool


CODES_OF: dict[Role, frozenset[str]] = {
    Role.KIND: frozenset(SupportKind),
    Role.MODE: frozenset(Mode) | frozenset(A) | {NOT_RECORDED},
    Role.ACTIVATION: frozenset(Mode) | frozenset(A) | {NOT_RECORDED},
    Role.RECIPIENT: frozenset(RecipientClass) | {NOT_RECORDED},
    Role.REFERRAL: frozenset(Referral),
    Role.DURATION: frozenset(Duration) | {NOT_RECORDED},
}
SEVERAL = frozenset({Role.MODE, Role.ACTIVATION, Role.REFERRAL})  # roles whose word may carry several codes
_OF_NOTHING: dict[Role, str] = {
    Role.KIND: _K.UNDISCLOSED,
    Role.MODE: NOT_RECORDED,
    Role.ACTIVATION: NOT_RECORDED,
    Role.RECIPIENT: NOT_RECORDED,
    Role.REFERRAL: _R.NONE,
    Role.DURATION: NOT_RECORDED,
}

_LISTS: dict[Role, WordList] = {
    Role.KIND: KINDS, Role.MODE: WAYS, Role.ACTIVATION: WAYS, Role.RECIPIENT: PEOPLE, Role.REFERRAL: REFERRALS
}  # fmt: skip
# Among the words for how a contact came about, these mean a person, not a place or a group.
_ACTIVATION_FIRST = {"family": A.FAMILY_REQUEST, "self": A.SELF_REFERRAL, "call": A.POST_INCIDENT_CHECK_IN}


def folded(text: str) -> str:
    """Give a word without case, accents and signs: what the lists are compared by."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(s if s.isalnum() else "" if unicodedata.combining(s) else " " for s in plain).split())


def guess(role: Role, word: str) -> Meaning:
    """Tell what a word of a column is taken for; no codes where nothing tells (2)."""
    text = folded(word)
    if text in NOTHING:
        return Meaning((_OF_NOTHING[role],), is_sure=True)
    known = _PHRASES.get(role, {})
    if role is Role.ACTIVATION and text in _ACTIVATION_FIRST:
        return Meaning((_ACTIVATION_FIRST[text],), is_sure=True)
    if text in known:
        return Meaning(known[text], is_sure=True)
    if role is Role.REFERRAL and (several := _several(word, known)):
        return Meaning(several, is_sure=True)
    words = set(text.split())
    for codes, hints in _HINTS.get(role, ()):
        if words & hints:
            return Meaning(codes, is_sure=False)
    return Meaning((), is_sure=False)


def _several(word: str, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Read several referrals of one cell; none unless each is known."""
    parts = [
        folded(part) for part in word.replace("/", ";").replace(",", ";").replace("+", ";").replace("&", ";").split(";")
    ]
    if len(parts) < 2 or not all(part in known for part in parts):
        return ()
    return tuple(dict.fromkeys(code for part in parts for code in known[part]))


def _phrases(role: Role) -> Iterator[tuple[str, tuple[str, ...]]]:
    for code, phrases, _ in _LISTS[role]:
        codes = tuple(str(each) for each in (code if isinstance(code, tuple) else (code,)))
        yield from ((phrase, codes) for phrase in phrases.split("|"))
        if len(codes) == 1:
            yield codes[0].replace("_", " "), codes


_PHRASES = {role: dict(_phrases(role)) for role in _LISTS}
_HINTS = {
    role: [
        (tuple(str(each) for each in (code if isinstance(code, tuple) else (code,))), frozenset(hints.split()))
        for code, _, hints in words
    ]
    for role, words in _LISTS.items()
}
