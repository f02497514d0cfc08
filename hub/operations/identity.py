"""The region's intermediates, the proof of the mirrored ledgers, and what a look at the hub's health finds."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.rpc.local import Operation
from hub.doctor import findings, store_findings
from hub.domain.credential import Intermediate
from hub.identity import rotation
from hub.identity.doctor import Finding
from hub.identity.issuing import ROOT_FILE
from hub.persistence import agencies, intermediates
from hub.persistence.mirrors import list_mirrors
from hub.use_cases.verification import verify_mirror

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on identity."""
    return {
        "intermediate prepare": partial(_prepare, hub),
        "intermediate activate": partial(_activate, hub),
        "intermediate rollback": partial(_roll_back, hub),
        "intermediate retire": partial(_retire, hub),
        "intermediate status": partial(_status, hub),
        "doctor": partial(_doctor, hub),
        "doctor store": partial(_doctor_store, hub),
        "ledgers": partial(_ledgers, hub),
        "verify": partial(_verify, hub),
    }


async def _prepare(hub: "Hub", arguments: Arguments) -> Any:
    root = rotation.load_root(hub.data, Path(arguments["root_key_file"]), arguments["passphrase"])
    made = await hub.writer.submit(partial(rotation.prepare, root, hub.region.trust_domain, hub.data))
    return _intermediate(made)


async def _activate(hub: "Hub", arguments: Arguments) -> Any:
    active = await hub.writer.submit(partial(rotation.activate, hub.data))
    hub.certificate.refresh()
    return _intermediate(active)


async def _roll_back(hub: "Hub", arguments: Arguments) -> Any:
    active = await hub.writer.submit(rotation.roll_back)
    hub.certificate.refresh()
    return _intermediate(active)


async def _retire(hub: "Hub", arguments: Arguments) -> Any:
    return _intermediate(await hub.writer.submit(rotation.retire))


async def _status(hub: "Hub", arguments: Arguments) -> Any:
    now = hub.clock.now()

    def query(connection: Connection) -> dict[str, Any]:
        slugs = {agency.id: agency.slug for agency in agencies.list_agencies(connection)}
        return {
            "root": ROOT_FILE,
            "intermediates": [_intermediate(each) for each in intermediates.list_intermediates(connection)],
            "nodes": [
                {
                    "agency": slugs[each.agency_id],
                    "node": each.node,
                    "intermediate": each.intermediate,
                    "phase": each.phase and each.phase.value,
                }
                for each in rotation.node_phases(connection, now)
            ],
        }

    return await hub.reader.read(query)


async def _doctor(hub: "Hub", arguments: Arguments) -> Any:
    now = hub.clock.now()
    found = await hub.reader.read(lambda connection: findings(hub.data, hub.region.trust_domain, connection, now))
    return [_finding(each) for each in found]


async def _doctor_store(hub: "Hub", arguments: Arguments) -> Any:
    return [_finding(each) for each in await hub.reader.read(store_findings)]


async def _ledgers(hub: "Hub", _: Arguments) -> Any:
    """List what is mirrored, without proving it."""
    return [
        {
            "agency": each.agency,
            "node": each.node,
            "stream": each.stream_id.hex(),
            "reports": each.reports,
            "began_at": each.began_at.isoformat(),
            "ended_at": each.ended_at and each.ended_at.isoformat(),
            "signed_at": each.signed_at and each.signed_at.isoformat(),
        }
        for each in await hub.reader.read(list_mirrors)
    ]


async def _verify(hub: "Hub", arguments: Arguments) -> Any:
    key = hub.ledger_key.public_key()
    verdicts = await hub.reader.read(lambda connection: verify_mirror(connection, hub.region.trust_domain, key))
    return [
        {
            "agency": each.agency,
            "node": each.node,
            "stream": each.stream_id.hex(),
            "reports": each.reports,
            "receipts": each.receipts,
            "verdict": each.fault or "verified",
            "ok": not each.fault,
        }
        for each in verdicts
    ]


def _finding(finding: Finding) -> dict[str, Any]:
    return {"ok": finding.is_fine, "what": finding.what, "do": finding.to_do}


def _intermediate(intermediate: Intermediate) -> dict[str, Any]:
    return {
        "number": intermediate.number,
        "phase": intermediate.phase.value,
        "changed_at": intermediate.changed_at.isoformat(timespec="seconds"),
    }
