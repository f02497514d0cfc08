"""The jurisdiction packs, and which one's rules hold here."""

from typing import Any

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
        "disclaimer": pack.disclaimer,
    }
