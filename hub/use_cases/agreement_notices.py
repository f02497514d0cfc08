"""What the hub tells agencies of agreements, as the wire writes it."""

from common.wire.times import timestamp
from common.wire.v1 import notice_pb2 as wire
from hub.domain.agreement import Agreement


def agreement_notice(agreement: Agreement) -> wire.Notice:
    """Tell one version of the agreement, and who signed it so far."""
    return wire.Notice(
        agreement_published=wire.AgreementNotice(
            agreement_id=agreement.id,
            version=agreement.version,
            in_force_from=timestamp(agreement.in_force_from),
            title=agreement.title,
            terms=agreement.encoded,
            signed_by=sorted(agreement.signed_by),
        )
    )
