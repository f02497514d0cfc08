"""An agency's own rows become encounters: a batch in one transaction, each row once whatever number of times it comes.

1. A row is known by a keyed digest of what it says, with its number among equal rows of its file. What is stored has
   that digest, in the same transaction: a run that was cut off goes on where it ended.
2. A name is one member: found by the blind index, or made. A label is one supporter of the roster: found, or made.
3. A name that two members have is refused with its row: nobody can tell who is meant.
4. What was imported stays as it was read then: another map brings only the rows that were refused, and no row twice.
5. A day for a follow-up that is still ahead opens a check-in, for the same supporter where they may own it.

Source: DESIGN.md 6; TRUST.md d09.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.audit.entry import Entry
from common.ids import new_id
from node.domain.imported import ImportedRow, RefusedRow
from node.domain.jurisdiction import Pack
from node.domain.local_follow_up import end_of_day
from node.domain.member import Member, MemberState
from node.domain.name_search import folded
from node.domain.supporter import Supporter
from node.persistence import encounter_ids, import_runs, members, supporters
from node.persistence.audit import TRAIL
from node.persistence.bodies import Flagged
from node.persistence.import_runs import ImportRun
from node.persistence.members import StoredMember
from node.use_cases.doing import Doing
from node.use_cases.encounters import NewEncounter, add_encounters
from node.use_cases.local_follow_ups import NewFollowUp, open_follow_ups
from node.use_cases.members import add_members
from node.use_cases.supporters import add_supporters, roster
from node.vault.vault import Vault

SEVERAL = b""  # in place of an id: more than one has the name
_CODE = re.compile(r"[MS]-[0-9]{2,9}", re.ASCII)


@dataclass
class Known:
    """Who is who in one import, learnt batch by batch, and how often each row came."""

    members: dict[str, bytes] = field(default_factory=dict)
    supporters: dict[str, bytes] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)

    def key(self, vault: Vault, row: ImportedRow) -> bytes:
        """Give what a row is known by (1). Call it once for each row, in the file's order."""
        number = self.times[row.meaning]
        self.times[row.meaning] = number + 1
        return vault.blind("encounter.import", f"{row.meaning}\x1e{number}")


@dataclass(frozen=True)
class Batch:
    """What came of some rows."""

    imported: int
    already_there: int
    refused: Sequence[RefusedRow]


def begin(
    connection: Connection, person: Person, file_digest: bytes, reading_digest: bytes, now: datetime
) -> ImportRun:
    """Record that an import begins."""
    run = ImportRun(new_id(now), now, person.user_id, file_digest, reading_digest)
    import_runs.add_run(connection, run)
    _record(connection, person, run, now, file_digest)
    return run


def import_batch(
    connection: Connection, vault: Vault, person: Person, rows: Sequence[ImportedRow], known: Known, now: datetime,
    pack: Pack, zone: tzinfo,
) -> Batch:  # fmt: skip
    """Store those of some rows that are new.

    Args:
        pack: whose rules decide whether a supporter may own a check-in.
        zone: the agency's: in it a day ends.
    """
    keys = [known.key(vault, row) for row in rows]
    there = encounter_ids.known_import_keys(connection, keys)
    own = encounter_ids.known_ids(connection, (row.record_id for row in rows if row.record_id is not None))
    new = [(row, key) for row, key in zip(rows, keys, strict=True) if key not in there and row.record_id not in own]
    _learn_supporters(connection, vault, person, (row for row, _ in new), known, now)
    _learn_members(connection, vault, person, (row for row, _ in new), known, now)
    made, refused = list[NewEncounter](), list[RefusedRow]()
    for row, key in new:
        reason = _doubt(row, known)
        if reason:
            refused.append(RefusedRow(row.sheet, row.line, reason))
            continue
        told = replace(
            row.encounter,
            supporter_id=known.supporters[row.supporter],
            member_id=known.members[row.member] if row.member else None,
        )
        made.append(NewEncounter(told, key))
    ids = add_encounters(connection, vault, made, person, now, Action.IMPORT_RECORDS)
    ahead = [
        NewFollowUp(due_at, told.supporter_id, told.member_id, id_, told.incident_id)
        for id_, told in zip(ids, (each.encounter for each in made), strict=True)
        if told.follow_up_due is not None and (due_at := end_of_day(told.follow_up_due, zone)) > now  # 5
    ]
    doing = Doing.of(person, Action.IMPORT_RECORDS, now)
    open_follow_ups(connection, vault, doing, ahead, pack, zone)
    return Batch(len(made), len(rows) - len(new), refused)


def count_known(connection: Connection, vault: Vault, rows: Sequence[ImportedRow], known: Known) -> int:
    """Tell how many of some rows were imported before; changes nothing."""
    return len(encounter_ids.known_import_keys(connection, [known.key(vault, row) for row in rows]))


def go_on(connection: Connection, run: ImportRun, batch: Batch) -> ImportRun:
    """Note what came of a batch, in its transaction."""
    run = replace(
        run,
        imported=run.imported + batch.imported,
        already_there=run.already_there + batch.already_there,
        refused=run.refused + len(batch.refused),
    )
    import_runs.save_run(connection, run)
    return run


def finish(connection: Connection, person: Person, run: ImportRun, refused: int, now: datetime) -> ImportRun:
    """Record that an import is through."""
    run = replace(run, finished_at=now, refused=refused)
    import_runs.save_run(connection, run)
    _record(connection, person, run, now, b"")
    return run


def _record(connection: Connection, person: Person, run: ImportRun, now: datetime, digest: bytes) -> None:
    outcome = "begun" if run.finished_at is None else f"done: {run.imported} imported, {run.refused} refused"
    subject = f"import {run.id.hex()}"
    TRAIL.record(
        connection, now, Entry(f"user {person.name}", Action.IMPORT_RECORDS.value, subject, outcome, digest=digest)
    )


def _doubt(row: ImportedRow, known: Known) -> str:
    if known.supporters[row.supporter] == SEVERAL:
        return "supporter: two of the roster have this name: give them different ones, or name one in the map"
    if row.member and known.members[row.member] == SEVERAL:
        return "member: two members have this name: nobody can tell who is meant"  # 3
    return ""


def _learn_supporters(
    connection: Connection,
    vault: Vault,
    person: Person,
    rows: Iterable[ImportedRow],
    known: Known,
    now: datetime,
) -> None:
    """Find or make the supporters of some rows (2)."""
    named = {row.supporter: row for row in rows if row.supporter not in known.supporters}
    if not named:
        return
    by_name: dict[str, bytes] = {}
    for id_, each in roster(connection, vault).items():
        name = folded(each.name)
        by_name[name] = SEVERAL if name in by_name else id_
    missing = dict[str, str]()
    for name in sorted(named, key=_natural):
        own = named[name].record_id is not None and _CODE.fullmatch(name)
        found = supporters.find_by_code(connection, vault, name) if own else None
        if found is not None:
            known.supporters[name] = found.id
        elif folded(name) in by_name:
            known.supporters[name] = by_name[folded(name)]
        else:
            missing.setdefault(folded(name), name)
    given = [Supporter(code="", name=name) for name in missing.values()]
    actor = f"user {person.name}"
    for stored in add_supporters(connection, vault, actor, Action.IMPORT_RECORDS, given, now):
        assert not isinstance(stored.supporter, Flagged)
        by_name[folded(stored.supporter.name)] = stored.id
    known.supporters |= {name: by_name[folded(name)] for name in named if name not in known.supporters}


def _learn_members(
    connection: Connection,
    vault: Vault,
    person: Person,
    rows: Iterable[ImportedRow],
    known: Known,
    now: datetime,
) -> None:
    """Find or make the members of some rows (2)."""
    wanted: dict[str, list[ImportedRow]] = {}
    for row in rows:
        if row.member and row.member not in known.members:
            wanted.setdefault(folded(row.member) or row.member, []).append(row)
    there = members.find_named(connection, vault, wanted)
    missing: dict[str, list[ImportedRow]] = {}
    for name, of in wanted.items():
        found = _own_member(connection, vault, of[0]) or _one_of(there.get(name, ()))
        if found is None:
            missing[name] = of
        else:
            known.members |= {row.member: found for row in of}
    given = [Member("", each[0].member, each[0].encounter.recipient_class) for each in missing.values()]
    stored = add_members(connection, vault, f"user {person.name}", Action.IMPORT_RECORDS, given, now)
    for made, of in zip(stored, missing.values(), strict=True):
        known.members |= {row.member: made.id for row in of}


def _own_member(connection: Connection, vault: Vault, row: ImportedRow) -> bytes | None:
    """Find the member whose code stands in a row that this node exported."""
    if row.record_id is None or not _CODE.fullmatch(row.member):
        return None
    own = members.find_by_code(connection, vault, row.member)
    return None if own is None else own.id


def _one_of(found: Sequence[StoredMember]) -> bytes | None:
    """Give the member of a name: current ones first, then former ones."""
    by_state: dict[MemberState, list[bytes]] = {}
    for each in found:
        assert not isinstance(each.member, Flagged)
        by_state.setdefault(each.member.state, []).append(each.id)
    ids = by_state.get(MemberState.CURRENT) or by_state.get(MemberState.FORMER) or []
    return None if not ids else ids[0] if len(ids) == 1 else SEVERAL


def _natural(name: str) -> list[tuple[int, str]]:
    """Order names as people do: Peer 2 before Peer 10."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return [(int(part), "") if part.isdigit() and part.isascii() else (-1, part) for part in parts]
