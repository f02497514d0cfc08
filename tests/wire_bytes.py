"""Protocol buffers by hand, from their public description: for bytes that no library would write."""

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5


def varint(value: int, *, padded_to: int = 0) -> bytes:
    """Write a number in groups of seven bits, low first; a negative one as 64-bit two's complement.

    Args:
        padded_to: write at least so many bytes, more than are needed: a form that decoders take and encoders avoid.
    """
    value &= 2**64 - 1 if value < 0 else -1
    groups: list[int] = []
    while value or not groups or len(groups) < padded_to:
        groups.append(value & 0x7F)
        value >>= 7
    return bytes(group | 0x80 for group in groups[:-1]) + bytes(groups[-1:])


def tag(field: int, kind: int) -> bytes:
    """Write the tag before a field's value."""
    return varint(field << 3 | kind)


def number(field: int, value: int) -> bytes:
    """Write an integer, boolean or enum field."""
    return tag(field, VARINT) + varint(value)


def chunk(field: int, content: bytes) -> bytes:
    """Write a bytes, string or message field."""
    return tag(field, LENGTH) + varint(len(content)) + content


def read_varint(raw: bytes, at: int) -> tuple[int, int]:
    """Read a number; give it and where it ended."""
    value = shift = 0
    while True:
        byte = raw[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at


def read_fields(raw: bytes) -> dict[int, list[int | bytes]]:
    """Read a message's fields by number: an integer for a varint, bytes for what has a length."""
    fields: dict[int, list[int | bytes]] = {}
    at = 0
    while at < len(raw):
        key, at = read_varint(raw, at)
        value, at = read_varint(raw, at)
        if key & 7 == LENGTH:
            fields.setdefault(key >> 3, []).append(raw[at : at + value])
            at += value
        else:
            fields.setdefault(key >> 3, []).append(value)
    return fields
