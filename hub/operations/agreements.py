"""The region's collaboration agreement: published, listed, shown with who signed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.agreement.encoding import encode_terms
from common.agreement.versions import in_force
from common.agreement.wording import terms_lines
from common.errors import NotFound
from common.rpc.local import Operation
from hub.domain.agency import Agency, Membership
from hub.domain.agreement import Agreement
from hub.domain.agreement_template import TEMPLATE
from hub.domain.agreement_terms import parse_terms
from hub.domain.agreement_text import write_terms
from hub.operations.typed import time_typed
from hub.persistence import agencies, agreements
from hub.use_cases.agreements import publish

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on agreements."""
    return {
        "agreement template": partial(_template, hub),
        "agreement preview": partial(_preview, hub),
        "agreement publish": partial(_publish, hub),
        "agreement list": partial(_list, hub),
        "agreement show": partial(_show, hub),
    }


async def _template(hub: "Hub", arguments: Arguments) -> Any:
    """Give a text of terms to begin with: the newest version's, else every term with its default."""
    known = await hub.reader.read(agreements.load_agreements)
    newest = known[max(known)] if known else None
    return {"text": TEMPLATE if newest is None else write_terms(newest.title, newest.terms)}


async def _preview(hub: "Hub", arguments: Arguments) -> Any:
    """Say what publishing these terms would change, and change nothing."""
    title, terms = parse_terms(arguments["text"])
    encode_terms(terms)
    known, now = await hub.reader.read(agreements.load_agreements), hub.clock.now()
    held = in_force(known.values(), now)
    before, after = [] if held is None else terms_lines(held.terms), terms_lines(terms)
    return {
        "title": title,
        "version": max(known, default=0) + 1,
        "in_force": held and held.version,
        "terms": after,
        "no_longer": [line for line in before if line not in after],
        "new": [line for line in after if line not in before],
    }


async def _publish(hub: "Hub", arguments: Arguments) -> Any:
    title, terms = parse_terms(arguments["text"])
    begins = time_typed(arguments["in_force_from"], "from") if arguments.get("in_force_from") else hub.clock.now()
    agreement = await hub.writer.submit(partial(publish, title, terms, begins))
    return _plain(agreement, hub.clock.now(), {agreement.version: agreement})


async def _list(hub: "Hub", arguments: Arguments) -> Any:
    now = hub.clock.now()

    def query(connection: Connection) -> list[dict[str, Any]]:
        known, everybody = agreements.load_agreements(connection), agencies.list_agencies(connection)
        return [
            _plain(agreement, now, known) | {"not_signed": len(_not_signed(agreement, everybody))}
            for _, agreement in sorted(known.items(), reverse=True)
        ]

    return await hub.reader.read(query)


async def _show(hub: "Hub", arguments: Arguments) -> Any:
    wanted, now = arguments.get("version"), hub.clock.now()

    def query(connection: Connection) -> dict[str, Any]:
        known = agreements.load_agreements(connection)
        agreement = _chosen(known, wanted, now)
        signatures = agreements.list_signatures(connection, agreement.version)
        names = {agency.id: agency for agency in agencies.list_agencies(connection)}
        return _plain(agreement, now, known) | {
            "id": agreement.id.hex(),
            "terms_hash": agreement.terms_hash.hex(),
            "terms": terms_lines(agreement.terms),
            "signed": [
                {
                    "agency": names[each.agency_id].slug,
                    "agency_id": each.agency_id.hex(),
                    "node": each.node,
                    "signed_at": each.signed_at.isoformat(),
                    "signature": each.signature.hex(),
                }
                for each in signatures
            ],
            "not_signed": _not_signed(agreement, names.values()),
        }

    return await hub.reader.read(query)


def _chosen(known: Mapping[int, Agreement], wanted: int | None, now: datetime) -> Agreement:
    """Give the version that is asked for; else the one in force; else the newest."""
    if not known:
        raise NotFound("this hub has published no agreement yet: `holdfast hub agreement template` begins one")
    if wanted is None:
        return in_force(known.values(), now) or known[max(known)]
    if wanted not in known:
        raise NotFound(f"this hub has published no version {wanted} of the agreement: `agreement list` shows them")
    return known[wanted]


def _not_signed(agreement: Agreement, everybody: Iterable[Agency]) -> list[str]:
    """Name the agencies of the region that are not bound."""
    joined = [agency for agency in everybody if agency.membership is Membership.JOINED]
    return [agency.slug for agency in joined if agency.id not in agreement.signed_by]


def _plain(agreement: Agreement, now: datetime, known: Mapping[int, Agreement]) -> dict[str, Any]:
    return {
        "version": agreement.version,
        "title": agreement.title,
        "state": _state(agreement, now, known),
        "in_force_from": agreement.in_force_from.isoformat(),
        "published_at": agreement.published_at.isoformat(),
        "signatures": len(agreement.signed_by),
    }


def _state(agreement: Agreement, now: datetime, known: Mapping[int, Agreement]) -> str:
    held = in_force(known.values(), now)
    if held is None or agreement.version > held.version:
        return "not in force yet"
    return "in force" if agreement.version == held.version else "superseded"
