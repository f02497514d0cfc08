"""A region with a past, written into a hub's store: counts of some quarters, incidents, follow-ups, mutual aid.

All of it went through the rules of the hub: reports of agencies, commands of coordinators, deadlines that passed.
"""

import os
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Rule
from common.disclosure.release import draw
from common.storage.store import Store
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import IncidentStatus, Outcome, PeerAidVerb
from common.wire.v1.report_pb2 import IncidentRequest, PeerAidCommand, Report
from hub.domain.agency import Agency
from hub.domain.agreement_template import TEMPLATE
from hub.domain.agreement_terms import parse_terms
from hub.domain.incident import Incident
from hub.domain.reporting_window import ReportingWindow
from hub.persistence import agencies, agreements, follow_ups
from hub.persistence.agreements import AgreementSignature
from hub.use_cases.incidents import NewIncident, open_incident
from hub.use_cases.mutual_aid import aid_due
from hub.use_cases.ownership import run_deadlines
from hub.use_cases.reporting_windows import open_running
from tests.builders import activation_report, peer_aid_report
from tests.coordinating import NEEDED, command
from tests.counting import Counting, release
from tests.counts import true_counts
from tests.editions import make_due

_STEP = timedelta(hours=1)


class History(Counting):
    """A region whose agencies joined under the agreement's first version, some quarters ago."""

    def __init__(self, store: Store, now: datetime, quarters: int) -> None:
        """Begin.

        Args:
            now: when the past ends; the counts are those of the quarters that ended a month before.
        """
        self.ends, self._chance = now, random.Random(6)
        _, terms = parse_terms(TEMPLATE)
        month = (now - timedelta(days=30)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        self._months = [earlier(month, back) for back in range(3 * quarters + (month.month - 1) % 3, -1, -1)]
        super().__init__(store, {}, terms, is_founded=True, first_day=self._months[0])
        self.by_slug: dict[str, Agency] = {}

    def joined(self, slug: str, discipline: int, name: str, **listed: Any) -> Agency:
        """Add an agency as the directory lists it, which has signed."""
        self.join(slug, discipline)
        with self.store.begin() as connection:
            agency = replace(agencies.get_agency_by_slug(connection, slug), name=name, **listed)
            agencies.save_listing(connection, agency)
        self.agencies[-1] = self.by_slug[slug] = agency
        return agency

    def sign(self, *slugs: str) -> None:
        """Have these agencies sign the agreement in force."""
        signed = [AgreementSignature(1, self.by_slug[slug].id, 1, bytes(64), self.now) for slug in slugs]
        self.write(lambda tx, _: agreements.add_signatures(tx.connection, signed))

    def reports(self, contacts: dict[str, int], late: str) -> None:
        """Let the quarters pass: each agency releases its counts, and the hub makes its figures.

        Args:
            contacts: how many there are in a quarter, by agency.
            late: who never released the newest ones.
        """
        released: set[bytes] = set()
        for first, following in zip(self._months, [*self._months[1:], None], strict=True):
            self.now = first
            self.write(open_running)
            self.now += timedelta(days=5)
            for window in self.windows():
                if window.id not in released and window.ends_at <= self.now:
                    released.add(window.id)
                    absent = {late} if following is None else set()
                    self._release(window, {slug: count for slug, count in contacts.items() if slug not in absent})
            self.now += timedelta(days=22)
            make_due(self)

    def _release(self, window: ReportingWindow, contacts: dict[str, int]) -> None:
        of = window.window
        for slug, count in contacts.items():
            counted = true_counts(of, count + self._chance.randrange(count // 4 + 1), self._chance, count // 12 + 3)
            whole = {cell: counted.get(cell, 0) for kind in of.tables for cell in TABLES[kind].cells(of.id)}
            figures = draw(whole, {}, [of], Rule(window.k), secret=self.by_slug[slug].id).figures
            told = [
                release(of.id, kind, [figures[cell] for cell in TABLES[kind].cells(of.id)], at=self.now)
                for kind in sorted({cell.table for cell in figures})
            ]
            self.report(self.by_slug[slug], *told)

    def goes_on(self, **later: float) -> None:
        """Let time pass, with all that the hub does by itself."""
        until = self.now + timedelta(**later)
        while self.now < until:
            self.now = min(self.now + _STEP, until)
            while self.write(run_deadlines) or self.write(partial(aid_due, limit=100)):
                pass

    def goes_to(self, moment: datetime) -> None:
        """Let time pass until a moment."""
        self.goes_on(seconds=(moment - self.now).total_seconds())

    def opens(self, title: str, kind: int, slugs: Sequence[str], **more: Any) -> Incident:
        """Open an incident with these agencies."""
        new = NewIncident(kind, title, list(slugs), self.now - timedelta(minutes=40), **more)  # type: ignore[arg-type]
        return self.write(partial(open_incident, new))

    def closes(self, incident: Incident) -> None:
        """Close it."""
        self.change_status(incident, IncidentStatus.INCIDENT_STATUS_CLOSED)

    def stands(self, incident: Incident, slug: str, status: int, **said: Any) -> None:
        """Have an agency report where it stands."""
        told = {"deployed": 0, "status": status} | said
        self._takes(slug, activation_report(incident.id, at=self.now, **told))

    def follow_up(self, slug: str, incident: Incident | None, *verbs: str, **fields: Any) -> bytes:
        """Have an agency open a follow-up, and then command these; give its id."""
        id_ = os.urandom(16)
        of = {} if incident is None else {"incident_id": incident.id}
        self._takes(slug, command("open", id_, 0, at=self.now, **(NEEDED["open"] | of | fields)))
        for verb in verbs:
            self.says(slug, verb, id_)
        return id_

    def says(self, slug: str, verb: str, follow_up: bytes, **fields: Any) -> None:
        """Have an agency command something about a follow-up."""
        with self.store.read() as connection:
            version = follow_ups.load_follow_ups(connection, [follow_up])[follow_up].version
        told = NEEDED.get(verb, {}) | fields
        self._takes(slug, command(verb, follow_up, version, at=self.now, **told))

    def asks_for_peers(self, slug: str, supporters: int, **fields: Any) -> bytes:
        """Have an agency ask others for supporters, for two weeks; give the request's id."""
        id_, until = os.urandom(16), timestamp(self.now + timedelta(days=14))
        verb = PeerAidVerb.PEER_AID_VERB_REQUEST
        asked = PeerAidCommand(verb=verb, request_id=id_, supporters=supporters, until=until, **fields)
        self._takes(slug, peer_aid_report(asked, at=self.now))
        return id_

    def aids(self, slug: str, told: PeerAidCommand) -> None:
        """Have an agency say something about a request for peers."""
        self._takes(slug, peer_aid_report(told, at=self.now))

    def asks_for_incident(self, slug: str, kind: int, *others: str) -> None:
        """Have an agency ask for an incident to be opened."""
        told = IncidentRequest(
            type=kind,  # type: ignore[arg-type]
            started_at=timestamp(self.now - timedelta(minutes=25)),
            agency_ids=[self.by_slug[each].id for each in others],
        )
        self._takes(slug, Report(command_id=os.urandom(16), occurred_at=timestamp(self.now), incident_request=told))

    def _takes(self, slug: str, report: Report) -> None:
        outcomes = self.report(self.by_slug[slug], report)
        assert outcomes == [Outcome.OUTCOME_APPLIED], f"{slug}: {[Outcome.Name(each) for each in outcomes]}: {report}"


def earlier(month: datetime, count: int) -> datetime:
    """Give the first day of a month so many months before."""
    years, number = divmod(month.month - 1 - count, 12)
    return month.replace(year=month.year + years, month=number + 1)
