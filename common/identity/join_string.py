"""The one string that an operator hands to an agency: where the hub is, which key it must prove, and the secret.

    holdfast-join-1:<host>:<port>:<base32 of pin (32 bytes), secret (16), checksum (4)>

The checksum is over everything before it, so that a slip of the hand is told before anything is sent. Base32 has no
sign that a mail program breaks a line at; upper and lower case are the same.
"""

import base64
import binascii
import hashlib
import ipaddress
import re
from dataclasses import dataclass, field

from common.errors import InvalidRequest

PREFIX = "holdfast-join-1"
PIN_BYTES = 32
SECRET_BYTES = 16
_CHECKSUM_BYTES = 4
_LONGEST = 512
_HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\Z", re.ASCII
)
_PORT = re.compile(r"[1-9][0-9]{0,4}\Z", re.ASCII)
_ASK = "ask for a new one, or copy it again in one piece"


@dataclass(frozen=True)
class JoinString:
    """What a join string says. Its secret never shows in a log or a traceback."""

    host: str
    port: int
    pin: bytes  # SHA-256 of the SubjectPublicKeyInfo of the hub's own certificate
    secret: bytes = field(repr=False)  # 128 bits

    @property
    def address(self) -> str:
        """Where the hub's enrollment port is, as `host:port`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def format_join_string(join: JoinString) -> str:
    """Write a join string."""
    _check_host(join.host)
    if len(join.pin) != PIN_BYTES or len(join.secret) != SECRET_BYTES or not 1 <= join.port <= 65535:
        raise InvalidRequest("join string: a part of it is out of range")
    head = f"{PREFIX}:{join.address}:"
    content = join.pin + join.secret
    return head + base64.b32encode(content + _checksum(head, content)).decode("ascii").rstrip("=")


def parse_join_string(text: str) -> JoinString:
    """Read a join string; spaces and line breaks that crept in are left out.

    Raises:
        InvalidRequest: says what is wrong with it.
    """
    text = "".join(text.split())
    if len(text) > _LONGEST or not text.isascii():
        raise InvalidRequest(f"join string: this is no join string; {_ASK}")
    if not text.lower().startswith(f"{PREFIX}:"):
        if text.lower().startswith("holdfast-join-"):
            raise InvalidRequest("join string: it is of another version than this node knows: update the node")
        raise InvalidRequest(f"join string: must start with {PREFIX}: {_ASK}")
    address, _, encoded = text.lower().removeprefix(f"{PREFIX}:").rpartition(":")
    host, port = read_address(address)
    raw = _decode(encoded)
    content, checksum = raw[:-_CHECKSUM_BYTES], raw[-_CHECKSUM_BYTES:]
    if checksum != _checksum(f"{PREFIX}:{address}:", content):
        raise InvalidRequest(f"join string: a character in it is wrong (its checksum does not fit); {_ASK}")
    return JoinString(host, port, content[:PIN_BYTES], content[PIN_BYTES:])


def read_address(address: str) -> tuple[str, int]:
    """Read `host:port`, or `[IPv6]:port`, or raise InvalidRequest."""
    host, _, port = address.rpartition(":")
    if not _PORT.match(port) or int(port) > 65535:
        raise InvalidRequest("address: needs a host and a port, such as hub.example.org:7443")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
        if ":" not in host:
            raise InvalidRequest("address: only an IPv6 address stands in brackets")
    elif ":" in host:
        raise InvalidRequest("address: an IPv6 address stands in brackets, such as [2001:db8::1]:7443")
    _check_host(host)
    return host, int(port)


def _check_host(host: str) -> None:
    if ":" in host:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            raise InvalidRequest("address: its host is no IPv6 address") from None
        if "%" in host:
            raise InvalidRequest("address: an IPv6 zone means nothing on another machine")
    elif not _HOST_NAME.match(host):
        raise InvalidRequest("address: its host is neither a name in lower case nor an IP address")


def _decode(encoded: str) -> bytes:
    length = PIN_BYTES + SECRET_BYTES + _CHECKSUM_BYTES
    wanted = -(-length * 8 // 5)
    if len(encoded) != wanted:
        what = "is missing at its end" if len(encoded) < wanted else "is too much at its end"
        raise InvalidRequest(f"join string: something {what}; {_ASK}")
    padded = encoded.upper() + "=" * (-wanted % 8)
    try:
        raw = base64.b32decode(padded)
    except binascii.Error:
        raw = b""
    if base64.b32encode(raw).decode("ascii") != padded:  # the last character has bits to spare
        raise InvalidRequest(f"join string: a character in it is wrong; {_ASK}")
    return raw


def _checksum(head: str, content: bytes) -> bytes:
    return hashlib.sha256(head.encode("ascii") + content).digest()[:_CHECKSUM_BYTES]
