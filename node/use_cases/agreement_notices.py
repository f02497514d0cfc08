"""A published agreement, applied at the node. What the signature covers is kept as it came, byte for byte."""

from datetime import datetime

from sqlalchemy import Connection

from common.agreement.encoding import decode_terms
from common.agreement.signature import HIGHEST_VERSION
from common.errors import InvalidRequest
from common.wire.v1 import notice_pb2 as wire
from node.domain.agreement import Agreement, after
from node.persistence import agreements
from node.use_cases.notice_fields import MAX_ENTRIES, MAX_TITLE, bounded, id_in, time_in


def apply_agreement(connection: Connection, notice: wire.Notice, _: datetime) -> None:
    """Take one version of the agreement, and who signed it.

    Raises:
        InvalidRequest: it is not as the contract says, or its terms cannot be read by this version.
    """
    told = notice.agreement_published
    if not 1 <= told.version <= HIGHEST_VERSION:
        raise InvalidRequest(f"version: must be 1 to {HIGHEST_VERSION:,}")
    agreement = Agreement(
        version=told.version,
        id=id_in(told.agreement_id, "agreement_id"),
        title=bounded(told.title, MAX_TITLE),
        encoded=told.terms,
        terms=decode_terms(told.terms),
        in_force_from=time_in(told.in_force_from, "in_force_from"),
        signed_by=frozenset(id_in(agency_id, "signed_by") for agency_id in told.signed_by[:MAX_ENTRIES]),
    )
    agreements.save_agreement(connection, after(agreements.find_agreement(connection, told.version), agreement))
