"""The names that certificates carry, written and read exactly.

1. A region's name is its trust domain: a DNS name in lower case of at most 63 characters (a certificate's subject
   holds 64), such as `ridgeline.holdfast.internal`.
2. A node is `spiffe://<trust domain>/agency/<32 hex digits>/node/<1 to 65535>`; nothing else is, not even another
   spelling of it.
3. A hub is the one DNS name `hub.<trust domain>`.
4. Names are compared whole. A suffix match once let `ulm` pass for `neu-ulm`.

Source: DESIGN.md 4; TRUST.md, known traps.
"""

import re
from dataclasses import dataclass

from common.errors import InvalidRequest

AGENCY_ID_BYTES = 16
HIGHEST_NODE = 65535
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_TRUST_DOMAIN = re.compile(rf"(?=.{{1,63}}\Z)(?:{_LABEL}\.)+(?=[a-z])(?:{_LABEL})\Z", re.ASCII)
_NODE = re.compile(r"spiffe://([a-z0-9.-]+)/agency/([0-9a-f]{32})/node/([1-9][0-9]{0,4})\Z", re.ASCII)


@dataclass(frozen=True)
class NodeName:
    """One node of one agency of one region."""

    trust_domain: str
    agency_id: bytes  # 16 bytes
    node: int  # 1 to 65535

    def __post_init__(self) -> None:
        check_trust_domain(self.trust_domain)
        if len(self.agency_id) != AGENCY_ID_BYTES:
            raise InvalidRequest(f"agency id: must be exactly {AGENCY_ID_BYTES} bytes")
        if not 1 <= self.node <= HIGHEST_NODE:
            raise InvalidRequest(f"node: must be 1 to {HIGHEST_NODE}")

    @property
    def uri(self) -> str:
        """The SPIFFE id, as it stands in the certificate."""
        return f"spiffe://{self.trust_domain}/agency/{self.agency_id.hex()}/node/{self.node}"


def parse_node_name(uri: str) -> NodeName:
    """Read a node's SPIFFE id.

    Raises:
        InvalidRequest: it is anything but the one spelling that `NodeName.uri` writes.
    """
    match = _NODE.match(uri)
    if match is None:
        raise InvalidRequest("this is not a node's name: spiffe://<region>/agency/<32 hex digits>/node/<number> is")
    return NodeName(match[1], bytes.fromhex(match[2]), int(match[3]))


def check_trust_domain(name: str) -> str:
    """Give the name back if it can be a region's.

    Raises:
        InvalidRequest: not a DNS name of two or more labels in lower case.
    """
    if _TRUST_DOMAIN.match(name) is None:
        raise InvalidRequest(
            "region: must be a DNS name in lower case with a dot, up to 63 characters, like ridgeline.holdfast.internal"
        )
    return name


def hub_dns_name(trust_domain: str) -> str:
    """Give the one DNS name that a region's hub proves."""
    return f"hub.{check_trust_domain(trust_domain)}"


def trust_domain_of_hub(dns_name: str) -> str:
    """Give the region whose hub has this DNS name, or raise InvalidRequest."""
    prefix, _, trust_domain = dns_name.partition(".")
    if prefix != "hub":
        raise InvalidRequest("this is not a hub's name: hub.<region> is")
    return check_trust_domain(trust_domain)
