"""The agency's own numbers of an incident: linked by a coordinator, or by the CAD or RMS itself.

Source: node/domain/agency_number.py.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from common.audit.entry import Entry
from common.errors import AlreadyExists
from node.domain.agency_number import AgencyNumber
from node.domain.incident import Incident
from node.persistence import agency_numbers
from node.persistence.audit import TRAIL


def link_numbers(
    connection: Connection, actor: str, incident: Incident, system: str, numbers: Iterable[str], now: datetime
) -> list[AgencyNumber]:
    """Say which numbers an incident has in one system, in place of those before; the same again changes nothing.

    Raises:
        AlreadyExists: one of them belongs to another incident.
    """
    wanted = {AgencyNumber(system, number) for number in numbers}
    linked = agency_numbers.find_linked(connection, system, (each.number for each in wanted))
    other = sorted(number for number, incident_id in linked.items() if incident_id != incident.id)
    if other:
        raise AlreadyExists(f"numbers: {other[0]} belongs to another incident: take it away there first")
    before = agency_numbers.numbers_by_incident(connection).get(incident.id, [])
    held = {each for each in before if each.system == system}
    for number in sorted(held - wanted):
        agency_numbers.remove_number(connection, number)
    for number in sorted(wanted - held):
        agency_numbers.save_number(connection, incident.id, number, actor, now)
    if held != wanted:
        entry = Entry(actor, "link incident", f"incident {incident.id.hex()}", f"done: {system}, {len(wanted)}")
        TRAIL.record(connection, now, entry)
    return sorted({each for each in before if each.system != system} | wanted)
