"""The jurisdiction packs that come with this version: one TOML file each, in `node/jurisdictions`.

Source: DOMAIN.md 3.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from common.errors import InvalidRequest
from node.domain.jurisdiction import DEFAULT, Pack, find_name, parse_pack

_FIRST = (DEFAULT, "us-federal")  # the ones that others may extend, in this order


@cache
def load_packs() -> Mapping[str, Pack]:
    """Read every pack, `default` first.

    Raises:
        InvalidRequest: one of them is not as it should be; it names which.
    """
    folder = files("node") / "jurisdictions"
    texts = {
        entry.name.removesuffix(".toml"): entry.read_text("utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    packs: dict[str, Pack] = {}
    for name in (*_FIRST, *sorted(texts.keys() - set(_FIRST))):
        extended = {first: packs[first] for first in _FIRST if first in packs}
        packs[name] = parse_pack(name, texts[name], extended)
    return MappingProxyType(packs)


def get_pack(said: str) -> Pack:
    """Give the pack that is meant; capitals do not matter.

    Raises:
        InvalidRequest: there is no such pack; it lists those that there are.
    """
    packs = load_packs()
    name = find_name(said, packs)
    if name is None:
        raise InvalidRequest(f"jurisdiction: there is no pack {said!r}: there are {', '.join(packs)}")
    return packs[name]
