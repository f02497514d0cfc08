"""The region's collaboration agreement: listed, shown in plain words, signed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common.agreement.versions import in_force
from common.agreement.wording import terms_lines
from common.errors import InvalidRequest
from node.domain.agreement import Agreement
from node.opened import OpenNode
from node.operations.with_hub import needs_hub
from node.persistence import agreements, directory
from node.persistence.membership import get_membership
from node.use_cases.agreements import agreement_to_show, agreement_to_sign, get_agreement, sign, standing_of


def list_agreements(node: OpenNode, _: dict[str, Any]) -> Any:
    """List the versions that the hub told of, the newest first."""
    now = node.clock.now()

    def read(connection: Connection) -> Any:
        every = agreements.list_agreements(connection)
        return [_plain(connection, each, every, now) for each in reversed(every)]

    return node.read(read)


@needs_hub
def show(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Give a version in plain words: the one asked for; else the one to sign, or the one in force."""
    now = node.clock.now()

    def read(connection: Connection) -> Any:
        if arguments.get("version") is not None:
            found = get_agreement(connection, _version(arguments["version"]))
        elif arguments.get("to_sign"):
            found = agreement_to_sign(connection, now)
        else:
            found = agreement_to_show(connection, now)
        own, entries = get_membership(connection), directory.list_directory(connection)
        names = {entry.agency_id: entry.name for entry in entries} | {own.agency_id: own.agency_name}
        return _plain(connection, found, agreements.list_agreements(connection), now) | {
            "id": found.id.hex(),
            "terms_hash": found.terms_hash.hex(),
            "terms": terms_lines(found.terms),
            "changes": _changes(found, in_force(agreements.list_agreements(connection), now)),
            "signed": [
                {"agency_id": agency_id.hex(), "agency": names.get(agency_id, "")}
                for agency_id in sorted(found.signed_by)
            ],
            "not_signed": [entry.name for entry in entries if entry.active and entry.agency_id not in found.signed_by],
        }

    return node.read(read)


@needs_hub
def sign_agreement(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Sign a version for the agency."""
    version, now = _version(arguments["version"]), node.clock.now()
    shown = bytes.fromhex(arguments["terms_hash"]) if arguments.get("terms_hash") else None
    entry = node.write("outbox", lambda connection: sign(connection, node.bound_key, version, now, shown=shown))
    return {
        "version": version,
        "sequence": entry.sequence,
        "command_id": entry.command_id.hex(),
        "outcome": "waiting",
    }


def _changes(agreement: Agreement, held: Agreement | None) -> dict[str, Any] | None:
    """Say what differs from the version in force; None where there is none, or where it is this one."""
    if held is None or held.version == agreement.version:
        return None
    new, until_now = terms_lines(agreement.terms), terms_lines(held.terms)
    return {
        "against": held.version,
        "new": [line for line in new if line not in until_now],
        "until_now": [line for line in until_now if line not in new],
    }


def _plain(connection: Connection, agreement: Agreement, every: Sequence[Agreement], now: datetime) -> dict[str, Any]:
    return {
        "version": agreement.version,
        "title": agreement.title,
        "state": _state(agreement, every, now),
        "in_force_from": agreement.in_force_from.isoformat(),
        "own_signature": standing_of(connection, agreement).value,
        "signatures": len(agreement.signed_by),
    }


def _state(agreement: Agreement, every: Sequence[Agreement], now: datetime) -> str:
    held = in_force(every, now)
    if held is None or agreement.version > held.version:
        return "not in force yet"
    return "in force" if agreement.version == held.version else "superseded"


def _version(said: Any) -> int:
    if type(said) is not int:
        raise InvalidRequest("version: a whole number is needed")
    return said
