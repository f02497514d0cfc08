"""Fills a hub's store as years of work would: reports, and for each second one a receipt, a notice and its mail."""

import os
from datetime import timedelta
from functools import partial

from common.ledger.merkle import leaf_hash
from common.wire.canonical import encode
from common.wire.v1.codes_pb2 import Outcome
from hub.domain.delivery import Receipt, StoredReport, Stream
from hub.persistence import mailbox, streams
from hub.persistence.transaction import Transaction
from hub.process import Hub
from tests.bench.region import Member, Region
from tests.builders import capacity_report

CHUNK = 2_000  # reports of one stream at a time: the streams of many agencies grow side by side
REPORTS_A_RECEIPT = 2
NOTICE_BYTES = 90  # an activation board's notice has about as many


def fill(region: Region, reports: int) -> None:
    """Store this many reports, spread over the region's members, whose ledgers go on from there."""
    region.work(partial(_fill, region.members, reports))


def _fill(members: tuple[Member, ...], reports: int, hub: Hub, tx: Transaction) -> None:
    held = {
        member: streams.start_stream(tx.connection, member.ledger.stream_id, member.agency.id, 1, tx.now)
        for member in members
    }
    chunk = min(CHUNK, -(-reports // len(members)))
    for _ in range(0, reports, chunk * len(members)):
        for member, stream in held.items():
            _grow(member, stream, chunk, tx)
    streams.save_streams(tx.connection, held.values())


def _grow(member: Member, stream: Stream, count: int, tx: Transaction) -> None:
    first, agency_id = stream.next_sequence, member.agency.id
    body = encode(capacity_report(at=tx.now - timedelta(days=30)))
    stored, receipts, notices = [], [], []
    leaf = leaf_hash(body)
    for sequence in range(first, first + count):
        stored.append(StoredReport(stream.number, sequence, body, Outcome.OUTCOME_APPLIED, tx.now))
        stream.frontier.append(leaf)
        if sequence % REPORTS_A_RECEIPT == 0:
            receipt = Receipt(sequence, bytes(32), bytes(64), int(tx.now.timestamp()), bytes(64), 1)
            receipts.append((stream.number, receipt))
            notices.append((os.urandom(16), bytes(NOTICE_BYTES)))
    stream.next_sequence += count
    member.ledger.frontier = stream.frontier.copy()
    cursor = (first - 1) // REPORTS_A_RECEIPT
    mail = [(agency_id, cursor + number, id_) for number, (id_, _) in enumerate(notices, 1)]
    streams.add_reports(tx.connection, stored)
    streams.add_receipts(tx.connection, receipts)
    mailbox.add_notices(tx.connection, notices, tx.now)
    mailbox.add_mail(tx.connection, mail, {agency_id: cursor + len(notices)})
