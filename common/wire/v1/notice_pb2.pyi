import datetime

from common.wire.v1 import codes_pb2 as _codes_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Notice(_message.Message):
    __slots__ = ("cursor", "notice_id", "issued_at", "incident_opened", "incident_changed", "incident_closed", "activation_board", "follow_up_changed", "offer_received", "escalation", "agreement_published", "directory", "report_refused", "hub_epoch_changed", "peer_aid_changed", "reporting_window", "quarantine", "incident_request_answered")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    NOTICE_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_OPENED_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_CHANGED_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_CLOSED_FIELD_NUMBER: _ClassVar[int]
    ACTIVATION_BOARD_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UP_CHANGED_FIELD_NUMBER: _ClassVar[int]
    OFFER_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    DIRECTORY_FIELD_NUMBER: _ClassVar[int]
    REPORT_REFUSED_FIELD_NUMBER: _ClassVar[int]
    HUB_EPOCH_CHANGED_FIELD_NUMBER: _ClassVar[int]
    PEER_AID_CHANGED_FIELD_NUMBER: _ClassVar[int]
    REPORTING_WINDOW_FIELD_NUMBER: _ClassVar[int]
    QUARANTINE_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_REQUEST_ANSWERED_FIELD_NUMBER: _ClassVar[int]
    cursor: int
    notice_id: bytes
    issued_at: _timestamp_pb2.Timestamp
    incident_opened: IncidentNotice
    incident_changed: IncidentNotice
    incident_closed: IncidentNotice
    activation_board: ActivationBoardNotice
    follow_up_changed: FollowUpNotice
    offer_received: FollowUpNotice
    escalation: FollowUpNotice
    agreement_published: AgreementNotice
    directory: DirectoryNotice
    report_refused: ReportRefusedNotice
    hub_epoch_changed: HubEpochNotice
    peer_aid_changed: PeerAidNotice
    reporting_window: ReportingWindowNotice
    quarantine: QuarantineNotice
    incident_request_answered: IncidentRequestNotice
    def __init__(self, cursor: _Optional[int] = ..., notice_id: _Optional[bytes] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., incident_opened: _Optional[_Union[IncidentNotice, _Mapping]] = ..., incident_changed: _Optional[_Union[IncidentNotice, _Mapping]] = ..., incident_closed: _Optional[_Union[IncidentNotice, _Mapping]] = ..., activation_board: _Optional[_Union[ActivationBoardNotice, _Mapping]] = ..., follow_up_changed: _Optional[_Union[FollowUpNotice, _Mapping]] = ..., offer_received: _Optional[_Union[FollowUpNotice, _Mapping]] = ..., escalation: _Optional[_Union[FollowUpNotice, _Mapping]] = ..., agreement_published: _Optional[_Union[AgreementNotice, _Mapping]] = ..., directory: _Optional[_Union[DirectoryNotice, _Mapping]] = ..., report_refused: _Optional[_Union[ReportRefusedNotice, _Mapping]] = ..., hub_epoch_changed: _Optional[_Union[HubEpochNotice, _Mapping]] = ..., peer_aid_changed: _Optional[_Union[PeerAidNotice, _Mapping]] = ..., reporting_window: _Optional[_Union[ReportingWindowNotice, _Mapping]] = ..., quarantine: _Optional[_Union[QuarantineNotice, _Mapping]] = ..., incident_request_answered: _Optional[_Union[IncidentRequestNotice, _Mapping]] = ...) -> None: ...

class IncidentNotice(_message.Message):
    __slots__ = ("incident_id", "type", "title", "status", "started_at", "opened_at", "version", "agency_ids", "asked", "activate_by", "jurisdictions")
    INCIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    AGENCY_IDS_FIELD_NUMBER: _ClassVar[int]
    ASKED_FIELD_NUMBER: _ClassVar[int]
    ACTIVATE_BY_FIELD_NUMBER: _ClassVar[int]
    JURISDICTIONS_FIELD_NUMBER: _ClassVar[int]
    incident_id: bytes
    type: _codes_pb2.IncidentType
    title: str
    status: _codes_pb2.IncidentStatus
    started_at: _timestamp_pb2.Timestamp
    opened_at: _timestamp_pb2.Timestamp
    version: int
    agency_ids: _containers.RepeatedScalarFieldContainer[bytes]
    asked: _containers.RepeatedScalarFieldContainer[_codes_pb2.Discipline]
    activate_by: _timestamp_pb2.Timestamp
    jurisdictions: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, incident_id: _Optional[bytes] = ..., type: _Optional[_Union[_codes_pb2.IncidentType, str]] = ..., title: _Optional[str] = ..., status: _Optional[_Union[_codes_pb2.IncidentStatus, str]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., opened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., agency_ids: _Optional[_Iterable[bytes]] = ..., asked: _Optional[_Iterable[_Union[_codes_pb2.Discipline, str]]] = ..., activate_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., jurisdictions: _Optional[_Iterable[str]] = ...) -> None: ...

class ActivationBoardNotice(_message.Message):
    __slots__ = ("incident_id", "agency_id", "status", "decline_reason", "supporters_deployed", "supporters_for_mutual_aid", "people_exposed", "contacts_made", "follow_ups_open", "follow_ups_due", "follow_ups_done", "changed_at", "version")
    INCIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DECLINE_REASON_FIELD_NUMBER: _ClassVar[int]
    SUPPORTERS_DEPLOYED_FIELD_NUMBER: _ClassVar[int]
    SUPPORTERS_FOR_MUTUAL_AID_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_EXPOSED_FIELD_NUMBER: _ClassVar[int]
    CONTACTS_MADE_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UPS_OPEN_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UPS_DUE_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UPS_DONE_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    incident_id: bytes
    agency_id: bytes
    status: _codes_pb2.ActivationStatus
    decline_reason: _codes_pb2.DeclineReason
    supporters_deployed: int
    supporters_for_mutual_aid: int
    people_exposed: _codes_pb2.CountBand
    contacts_made: _codes_pb2.CountBand
    follow_ups_open: int
    follow_ups_due: int
    follow_ups_done: int
    changed_at: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, incident_id: _Optional[bytes] = ..., agency_id: _Optional[bytes] = ..., status: _Optional[_Union[_codes_pb2.ActivationStatus, str]] = ..., decline_reason: _Optional[_Union[_codes_pb2.DeclineReason, str]] = ..., supporters_deployed: _Optional[int] = ..., supporters_for_mutual_aid: _Optional[int] = ..., people_exposed: _Optional[_Union[_codes_pb2.CountBand, str]] = ..., contacts_made: _Optional[_Union[_codes_pb2.CountBand, str]] = ..., follow_ups_open: _Optional[int] = ..., follow_ups_due: _Optional[int] = ..., follow_ups_done: _Optional[int] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class FollowUpNotice(_message.Message):
    __slots__ = ("follow_up_id", "incident_id", "origin_agency_id", "accountable_agency_id", "version", "work", "offer", "escalation", "outcome", "cohort", "reference", "offered_to", "accept_by", "contact_by", "next_check_in", "first_contact_at", "changed_at", "caused_by_command_id", "queue", "duty_contact", "reclaim_asked", "hub_asked_to_offer", "opened_at", "closed_at", "check_ins", "agreement_version")
    FOLLOW_UP_ID_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTABLE_AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WORK_FIELD_NUMBER: _ClassVar[int]
    OFFER_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    COHORT_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    OFFERED_TO_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_BY_FIELD_NUMBER: _ClassVar[int]
    CONTACT_BY_FIELD_NUMBER: _ClassVar[int]
    NEXT_CHECK_IN_FIELD_NUMBER: _ClassVar[int]
    FIRST_CONTACT_AT_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    CAUSED_BY_COMMAND_ID_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    DUTY_CONTACT_FIELD_NUMBER: _ClassVar[int]
    RECLAIM_ASKED_FIELD_NUMBER: _ClassVar[int]
    HUB_ASKED_TO_OFFER_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    CHECK_INS_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    follow_up_id: bytes
    incident_id: bytes
    origin_agency_id: bytes
    accountable_agency_id: bytes
    version: int
    work: _codes_pb2.FollowUpWork
    offer: _codes_pb2.FollowUpOffer
    escalation: _codes_pb2.FollowUpEscalation
    outcome: _codes_pb2.FollowUpOutcome
    cohort: _codes_pb2.CohortBand
    reference: str
    offered_to: _containers.RepeatedScalarFieldContainer[bytes]
    accept_by: _timestamp_pb2.Timestamp
    contact_by: _timestamp_pb2.Timestamp
    next_check_in: _timestamp_pb2.Timestamp
    first_contact_at: _timestamp_pb2.Timestamp
    changed_at: _timestamp_pb2.Timestamp
    caused_by_command_id: bytes
    queue: str
    duty_contact: str
    reclaim_asked: bool
    hub_asked_to_offer: bool
    opened_at: _timestamp_pb2.Timestamp
    closed_at: _timestamp_pb2.Timestamp
    check_ins: int
    agreement_version: int
    def __init__(self, follow_up_id: _Optional[bytes] = ..., incident_id: _Optional[bytes] = ..., origin_agency_id: _Optional[bytes] = ..., accountable_agency_id: _Optional[bytes] = ..., version: _Optional[int] = ..., work: _Optional[_Union[_codes_pb2.FollowUpWork, str]] = ..., offer: _Optional[_Union[_codes_pb2.FollowUpOffer, str]] = ..., escalation: _Optional[_Union[_codes_pb2.FollowUpEscalation, str]] = ..., outcome: _Optional[_Union[_codes_pb2.FollowUpOutcome, str]] = ..., cohort: _Optional[_Union[_codes_pb2.CohortBand, str]] = ..., reference: _Optional[str] = ..., offered_to: _Optional[_Iterable[bytes]] = ..., accept_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., contact_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next_check_in: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., first_contact_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., caused_by_command_id: _Optional[bytes] = ..., queue: _Optional[str] = ..., duty_contact: _Optional[str] = ..., reclaim_asked: _Optional[bool] = ..., hub_asked_to_offer: _Optional[bool] = ..., opened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., closed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., check_ins: _Optional[int] = ..., agreement_version: _Optional[int] = ...) -> None: ...

class AgreementNotice(_message.Message):
    __slots__ = ("agreement_id", "version", "in_force_from", "title", "terms", "signed_by")
    AGREEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_FROM_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    SIGNED_BY_FIELD_NUMBER: _ClassVar[int]
    agreement_id: bytes
    version: int
    in_force_from: _timestamp_pb2.Timestamp
    title: str
    terms: bytes
    signed_by: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, agreement_id: _Optional[bytes] = ..., version: _Optional[int] = ..., in_force_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., title: _Optional[str] = ..., terms: _Optional[bytes] = ..., signed_by: _Optional[_Iterable[bytes]] = ...) -> None: ...

class DirectoryNotice(_message.Message):
    __slots__ = ("entries", "version")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[DirectoryEntry]
    version: int
    def __init__(self, entries: _Optional[_Iterable[_Union[DirectoryEntry, _Mapping]]] = ..., version: _Optional[int] = ...) -> None: ...

class DirectoryEntry(_message.Message):
    __slots__ = ("agency_id", "name", "discipline", "jurisdiction", "duty_contact", "active")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISCIPLINE_FIELD_NUMBER: _ClassVar[int]
    JURISDICTION_FIELD_NUMBER: _ClassVar[int]
    DUTY_CONTACT_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    agency_id: bytes
    name: str
    discipline: _codes_pb2.Discipline
    jurisdiction: str
    duty_contact: str
    active: bool
    def __init__(self, agency_id: _Optional[bytes] = ..., name: _Optional[str] = ..., discipline: _Optional[_Union[_codes_pb2.Discipline, str]] = ..., jurisdiction: _Optional[str] = ..., duty_contact: _Optional[str] = ..., active: _Optional[bool] = ...) -> None: ...

class ReportRefusedNotice(_message.Message):
    __slots__ = ("stream_id", "sequence", "command_id", "outcome", "reason")
    STREAM_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    COMMAND_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    stream_id: bytes
    sequence: int
    command_id: bytes
    outcome: _codes_pb2.Outcome
    reason: str
    def __init__(self, stream_id: _Optional[bytes] = ..., sequence: _Optional[int] = ..., command_id: _Optional[bytes] = ..., outcome: _Optional[_Union[_codes_pb2.Outcome, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class HubEpochNotice(_message.Message):
    __slots__ = ("hub_epoch",)
    HUB_EPOCH_FIELD_NUMBER: _ClassVar[int]
    hub_epoch: int
    def __init__(self, hub_epoch: _Optional[int] = ...) -> None: ...

class PeerAidNotice(_message.Message):
    __slots__ = ("request_id", "incident_id", "asking_agency_id", "supporters_wanted", "supporters_matched", "disciplines", "languages", "until", "status", "matches", "version", "requested_at", "fill_by")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ASKING_AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    SUPPORTERS_WANTED_FIELD_NUMBER: _ClassVar[int]
    SUPPORTERS_MATCHED_FIELD_NUMBER: _ClassVar[int]
    DISCIPLINES_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_AT_FIELD_NUMBER: _ClassVar[int]
    FILL_BY_FIELD_NUMBER: _ClassVar[int]
    request_id: bytes
    incident_id: bytes
    asking_agency_id: bytes
    supporters_wanted: int
    supporters_matched: int
    disciplines: _containers.RepeatedScalarFieldContainer[_codes_pb2.Discipline]
    languages: _containers.RepeatedScalarFieldContainer[_codes_pb2.Language]
    until: _timestamp_pb2.Timestamp
    status: _codes_pb2.PeerAidStatus
    matches: _containers.RepeatedCompositeFieldContainer[PeerAidMatch]
    version: int
    requested_at: _timestamp_pb2.Timestamp
    fill_by: _timestamp_pb2.Timestamp
    def __init__(self, request_id: _Optional[bytes] = ..., incident_id: _Optional[bytes] = ..., asking_agency_id: _Optional[bytes] = ..., supporters_wanted: _Optional[int] = ..., supporters_matched: _Optional[int] = ..., disciplines: _Optional[_Iterable[_Union[_codes_pb2.Discipline, str]]] = ..., languages: _Optional[_Iterable[_Union[_codes_pb2.Language, str]]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[_codes_pb2.PeerAidStatus, str]] = ..., matches: _Optional[_Iterable[_Union[PeerAidMatch, _Mapping]]] = ..., version: _Optional[int] = ..., requested_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., fill_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PeerAidMatch(_message.Message):
    __slots__ = ("agency_id", "supporters")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    SUPPORTERS_FIELD_NUMBER: _ClassVar[int]
    agency_id: bytes
    supporters: int
    def __init__(self, agency_id: _Optional[bytes] = ..., supporters: _Optional[int] = ...) -> None: ...

class IncidentRequestNotice(_message.Message):
    __slots__ = ("command_id", "incident_id", "decline_reason")
    COMMAND_ID_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    DECLINE_REASON_FIELD_NUMBER: _ClassVar[int]
    command_id: bytes
    incident_id: bytes
    decline_reason: _codes_pb2.DeclineReason
    def __init__(self, command_id: _Optional[bytes] = ..., incident_id: _Optional[bytes] = ..., decline_reason: _Optional[_Union[_codes_pb2.DeclineReason, str]] = ...) -> None: ...

class ReportingWindowNotice(_message.Message):
    __slots__ = ("window_id", "starts_at", "ends_at", "release_by", "tables", "k")
    WINDOW_ID_FIELD_NUMBER: _ClassVar[int]
    STARTS_AT_FIELD_NUMBER: _ClassVar[int]
    ENDS_AT_FIELD_NUMBER: _ClassVar[int]
    RELEASE_BY_FIELD_NUMBER: _ClassVar[int]
    TABLES_FIELD_NUMBER: _ClassVar[int]
    K_FIELD_NUMBER: _ClassVar[int]
    window_id: bytes
    starts_at: _timestamp_pb2.Timestamp
    ends_at: _timestamp_pb2.Timestamp
    release_by: _timestamp_pb2.Timestamp
    tables: _containers.RepeatedScalarFieldContainer[_codes_pb2.TableKind]
    k: int
    def __init__(self, window_id: _Optional[bytes] = ..., starts_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ends_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., release_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., tables: _Optional[_Iterable[_Union[_codes_pb2.TableKind, str]]] = ..., k: _Optional[int] = ...) -> None: ...

class QuarantineNotice(_message.Message):
    __slots__ = ("lifted", "stream_id", "sequence", "reason")
    LIFTED_FIELD_NUMBER: _ClassVar[int]
    STREAM_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    lifted: bool
    stream_id: bytes
    sequence: int
    reason: str
    def __init__(self, lifted: _Optional[bool] = ..., stream_id: _Optional[bytes] = ..., sequence: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...
