"""The terms of an agreement as bytes: what the hub publishes, what each agency's signature covers.

1. The bytes are the canonical encoding of AgreementTerms; nothing unknown to this version is carried along.
2. Every field keeps the rule that the contract writes beside it. One type of incident has one protocol, which names a
   discipline once. A coordinator's line is at most 200 printable characters.
3. Whoever has the bytes has what was signed: nobody encodes terms again to check a signature.

Source: `agreement.proto`; DOMAIN.md 4.
"""

import hashlib

from google.protobuf.duration_pb2 import Duration

from common.agreement.terms import DEFAULT_RELEASE_GRACE, ActivationProtocol, Terms
from common.errors import InvalidRequest
from common.wire import canonical
from common.wire.times import duration
from common.wire.v1 import agreement_pb2 as wire
from common.wire.validate import check

MAX_TEXT = 200  # characters of a coordinator's line


def encode_terms(terms: Terms) -> bytes:
    """Give the canonical bytes of terms; the protocols stand in the order of their types.

    Raises:
        InvalidRequest: names the first field that breaks a rule.
    """
    message = wire.AgreementTerms(
        protocols=[
            wire.ActivationProtocol(
                type=type_,  # type: ignore[arg-type]
                asked=protocol.asked,  # type: ignore[arg-type]
                activate_within=duration(protocol.activate_within),
            )
            for type_, protocol in sorted(terms.protocols.items())
        ],
        accept_within=duration(terms.accept_within),
        contact_within=duration(terms.contact_within),
        check_ins=[duration(span) for span in terms.check_ins],
        escalate_every=duration(terms.escalate_every),
        documentation=terms.documentation,  # type: ignore[arg-type]
        reporting_period=terms.reporting_period,  # type: ignore[arg-type]
        k=terms.k,
        counts_seen_by=terms.counts_seen_by,  # type: ignore[arg-type]
        regional_coordinator=terms.regional_coordinator,
        state_coordinator=terms.state_coordinator,
        anniversary=terms.anniversary,
    )
    if terms.release_grace != DEFAULT_RELEASE_GRACE:  # left out, so that an earlier version reads what it can know
        message.release_grace.CopyFrom(duration(terms.release_grace))
    _check(message)
    return canonical.encode(message)


def decode_terms(raw: bytes) -> Terms:
    """Read terms, checking every rule (1 and 2).

    Raises:
        InvalidRequest: not such bytes, or the field that breaks its rule.
    """
    message = canonical.decode(raw, wire.AgreementTerms)
    _check(message)
    return Terms(
        protocols={
            protocol.type: ActivationProtocol(tuple(protocol.asked), _within(protocol.activate_within))
            for protocol in message.protocols
        },
        accept_within=_within(message.accept_within),
        contact_within=_within(message.contact_within),
        check_ins=tuple(map(_within, message.check_ins)),
        escalate_every=_within(message.escalate_every),
        documentation=message.documentation,
        reporting_period=message.reporting_period,
        k=message.k,
        counts_seen_by=message.counts_seen_by,
        regional_coordinator=message.regional_coordinator,
        state_coordinator=message.state_coordinator,
        anniversary=message.anniversary,
        release_grace=_within(message.release_grace) if message.HasField("release_grace") else DEFAULT_RELEASE_GRACE,
    )


def terms_hash(raw: bytes) -> bytes:
    """Give what a signature covers of the terms: the SHA-256 of their bytes."""
    return hashlib.sha256(raw).digest()


def _check(message: wire.AgreementTerms) -> None:
    check(message)
    types = [protocol.type for protocol in message.protocols]
    if len(set(types)) != len(types):
        raise InvalidRequest("protocols: one type of incident has two")
    for place, protocol in enumerate(message.protocols):
        if len(set(protocol.asked)) != len(protocol.asked):
            raise InvalidRequest(f"protocols[{place}].asked: one discipline is named twice")
    for field in ("regional_coordinator", "state_coordinator"):
        text = getattr(message, field)
        if len(text) > MAX_TEXT or not text.isprintable():
            raise InvalidRequest(f"{field}: at most {MAX_TEXT} printable characters")


_within = Duration.ToTimedelta
