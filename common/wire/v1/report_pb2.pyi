import datetime

from common.wire.v1 import codes_pb2 as _codes_pb2
from common.wire.v1 import rules_pb2 as _rules_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Report(_message.Message):
    __slots__ = ("command_id", "occurred_at", "activation", "follow_up", "table_release", "agreement_signature", "incident_request", "peer_aid", "supporter_capacity", "region_status", "release_hold")
    COMMAND_ID_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_AT_FIELD_NUMBER: _ClassVar[int]
    ACTIVATION_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UP_FIELD_NUMBER: _ClassVar[int]
    TABLE_RELEASE_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_REQUEST_FIELD_NUMBER: _ClassVar[int]
    PEER_AID_FIELD_NUMBER: _ClassVar[int]
    SUPPORTER_CAPACITY_FIELD_NUMBER: _ClassVar[int]
    REGION_STATUS_FIELD_NUMBER: _ClassVar[int]
    RELEASE_HOLD_FIELD_NUMBER: _ClassVar[int]
    command_id: bytes
    occurred_at: _timestamp_pb2.Timestamp
    activation: ActivationReport
    follow_up: FollowUpCommand
    table_release: TableRelease
    agreement_signature: AgreementSignature
    incident_request: IncidentRequest
    peer_aid: PeerAidCommand
    supporter_capacity: SupporterCapacity
    region_status: RegionStatus
    release_hold: ReleaseHold
    def __init__(self, command_id: _Optional[bytes] = ..., occurred_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., activation: _Optional[_Union[ActivationReport, _Mapping]] = ..., follow_up: _Optional[_Union[FollowUpCommand, _Mapping]] = ..., table_release: _Optional[_Union[TableRelease, _Mapping]] = ..., agreement_signature: _Optional[_Union[AgreementSignature, _Mapping]] = ..., incident_request: _Optional[_Union[IncidentRequest, _Mapping]] = ..., peer_aid: _Optional[_Union[PeerAidCommand, _Mapping]] = ..., supporter_capacity: _Optional[_Union[SupporterCapacity, _Mapping]] = ..., region_status: _Optional[_Union[RegionStatus, _Mapping]] = ..., release_hold: _Optional[_Union[ReleaseHold, _Mapping]] = ...) -> None: ...

class ActivationReport(_message.Message):
    __slots__ = ("incident_id", "status", "decline_reason", "supporters_deployed", "supporters_for_mutual_aid", "people_exposed", "contacts_made", "follow_ups_open", "follow_ups_due", "follow_ups_done")
    INCIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DECLINE_REASON_FIELD_NUMBER: _ClassVar[int]
    SUPPORTERS_DEPLOYED_FIELD_NUMBER: _ClassVar[int]
    SUPPORTERS_FOR_MUTUAL_AID_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_EXPOSED_FIELD_NUMBER: _ClassVar[int]
    CONTACTS_MADE_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UPS_OPEN_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UPS_DUE_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UPS_DONE_FIELD_NUMBER: _ClassVar[int]
    incident_id: bytes
    status: _codes_pb2.ActivationStatus
    decline_reason: _codes_pb2.DeclineReason
    supporters_deployed: int
    supporters_for_mutual_aid: int
    people_exposed: _codes_pb2.CountBand
    contacts_made: _codes_pb2.CountBand
    follow_ups_open: int
    follow_ups_due: int
    follow_ups_done: int
    def __init__(self, incident_id: _Optional[bytes] = ..., status: _Optional[_Union[_codes_pb2.ActivationStatus, str]] = ..., decline_reason: _Optional[_Union[_codes_pb2.DeclineReason, str]] = ..., supporters_deployed: _Optional[int] = ..., supporters_for_mutual_aid: _Optional[int] = ..., people_exposed: _Optional[_Union[_codes_pb2.CountBand, str]] = ..., contacts_made: _Optional[_Union[_codes_pb2.CountBand, str]] = ..., follow_ups_open: _Optional[int] = ..., follow_ups_due: _Optional[int] = ..., follow_ups_done: _Optional[int] = ...) -> None: ...

class FollowUpCommand(_message.Message):
    __slots__ = ("verb", "follow_up_id", "version", "incident_id", "cohort", "offered_to", "accept_within", "decline_reason", "outcome", "next_check_in_within", "work", "origin_agency_id", "first_contact_at", "check_ins")
    VERB_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UP_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    COHORT_FIELD_NUMBER: _ClassVar[int]
    OFFERED_TO_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_WITHIN_FIELD_NUMBER: _ClassVar[int]
    DECLINE_REASON_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    NEXT_CHECK_IN_WITHIN_FIELD_NUMBER: _ClassVar[int]
    WORK_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    FIRST_CONTACT_AT_FIELD_NUMBER: _ClassVar[int]
    CHECK_INS_FIELD_NUMBER: _ClassVar[int]
    verb: _codes_pb2.FollowUpVerb
    follow_up_id: bytes
    version: int
    incident_id: bytes
    cohort: _codes_pb2.CohortBand
    offered_to: _containers.RepeatedScalarFieldContainer[bytes]
    accept_within: _duration_pb2.Duration
    decline_reason: _codes_pb2.DeclineReason
    outcome: _codes_pb2.FollowUpOutcome
    next_check_in_within: _duration_pb2.Duration
    work: _codes_pb2.FollowUpWork
    origin_agency_id: bytes
    first_contact_at: _timestamp_pb2.Timestamp
    check_ins: int
    def __init__(self, verb: _Optional[_Union[_codes_pb2.FollowUpVerb, str]] = ..., follow_up_id: _Optional[bytes] = ..., version: _Optional[int] = ..., incident_id: _Optional[bytes] = ..., cohort: _Optional[_Union[_codes_pb2.CohortBand, str]] = ..., offered_to: _Optional[_Iterable[bytes]] = ..., accept_within: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., decline_reason: _Optional[_Union[_codes_pb2.DeclineReason, str]] = ..., outcome: _Optional[_Union[_codes_pb2.FollowUpOutcome, str]] = ..., next_check_in_within: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., work: _Optional[_Union[_codes_pb2.FollowUpWork, str]] = ..., origin_agency_id: _Optional[bytes] = ..., first_contact_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., check_ins: _Optional[int] = ...) -> None: ...

class TableRelease(_message.Message):
    __slots__ = ("window_id", "table", "catalogue_version", "cells", "zeros_withheld")
    WINDOW_ID_FIELD_NUMBER: _ClassVar[int]
    TABLE_FIELD_NUMBER: _ClassVar[int]
    CATALOGUE_VERSION_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    ZEROS_WITHHELD_FIELD_NUMBER: _ClassVar[int]
    window_id: bytes
    table: _codes_pb2.TableKind
    catalogue_version: int
    cells: _containers.RepeatedCompositeFieldContainer[TableCell]
    zeros_withheld: bool
    def __init__(self, window_id: _Optional[bytes] = ..., table: _Optional[_Union[_codes_pb2.TableKind, str]] = ..., catalogue_version: _Optional[int] = ..., cells: _Optional[_Iterable[_Union[TableCell, _Mapping]]] = ..., zeros_withheld: _Optional[bool] = ...) -> None: ...

class TableCell(_message.Message):
    __slots__ = ("row", "column", "count")
    ROW_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    row: int
    column: int
    count: int
    def __init__(self, row: _Optional[int] = ..., column: _Optional[int] = ..., count: _Optional[int] = ...) -> None: ...

class ReleaseHold(_message.Message):
    __slots__ = ("window_id", "state")
    WINDOW_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    window_id: bytes
    state: _codes_pb2.ReleaseHoldState
    def __init__(self, window_id: _Optional[bytes] = ..., state: _Optional[_Union[_codes_pb2.ReleaseHoldState, str]] = ...) -> None: ...

class AgreementSignature(_message.Message):
    __slots__ = ("agreement_id", "version", "terms_hash", "signature")
    AGREEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    agreement_id: bytes
    version: int
    terms_hash: bytes
    signature: bytes
    def __init__(self, agreement_id: _Optional[bytes] = ..., version: _Optional[int] = ..., terms_hash: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class IncidentRequest(_message.Message):
    __slots__ = ("type", "started_at", "agency_ids")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    AGENCY_IDS_FIELD_NUMBER: _ClassVar[int]
    type: _codes_pb2.IncidentType
    started_at: _timestamp_pb2.Timestamp
    agency_ids: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, type: _Optional[_Union[_codes_pb2.IncidentType, str]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., agency_ids: _Optional[_Iterable[bytes]] = ...) -> None: ...

class PeerAidCommand(_message.Message):
    __slots__ = ("verb", "request_id", "incident_id", "supporters", "disciplines", "languages", "until")
    VERB_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    SUPPORTERS_FIELD_NUMBER: _ClassVar[int]
    DISCIPLINES_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    verb: _codes_pb2.PeerAidVerb
    request_id: bytes
    incident_id: bytes
    supporters: int
    disciplines: _containers.RepeatedScalarFieldContainer[_codes_pb2.Discipline]
    languages: _containers.RepeatedScalarFieldContainer[_codes_pb2.Language]
    until: _timestamp_pb2.Timestamp
    def __init__(self, verb: _Optional[_Union[_codes_pb2.PeerAidVerb, str]] = ..., request_id: _Optional[bytes] = ..., incident_id: _Optional[bytes] = ..., supporters: _Optional[int] = ..., disciplines: _Optional[_Iterable[_Union[_codes_pb2.Discipline, str]]] = ..., languages: _Optional[_Iterable[_Union[_codes_pb2.Language, str]]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SupporterCapacity(_message.Message):
    __slots__ = ("designated", "available", "paused", "trained_in_date")
    DESIGNATED_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    TRAINED_IN_DATE_FIELD_NUMBER: _ClassVar[int]
    designated: int
    available: int
    paused: int
    trained_in_date: int
    def __init__(self, designated: _Optional[int] = ..., available: _Optional[int] = ..., paused: _Optional[int] = ..., trained_in_date: _Optional[int] = ...) -> None: ...

class RegionStatus(_message.Message):
    __slots__ = ("incident_id", "statuses", "supporters_deployed", "follow_ups_open", "follow_ups_escalated")
    INCIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    SUPPORTERS_DEPLOYED_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UPS_OPEN_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UPS_ESCALATED_FIELD_NUMBER: _ClassVar[int]
    incident_id: bytes
    statuses: _containers.RepeatedCompositeFieldContainer[RegionStatusCount]
    supporters_deployed: int
    follow_ups_open: int
    follow_ups_escalated: int
    def __init__(self, incident_id: _Optional[bytes] = ..., statuses: _Optional[_Iterable[_Union[RegionStatusCount, _Mapping]]] = ..., supporters_deployed: _Optional[int] = ..., follow_ups_open: _Optional[int] = ..., follow_ups_escalated: _Optional[int] = ...) -> None: ...

class RegionStatusCount(_message.Message):
    __slots__ = ("status", "agencies")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    AGENCIES_FIELD_NUMBER: _ClassVar[int]
    status: _codes_pb2.ActivationStatus
    agencies: int
    def __init__(self, status: _Optional[_Union[_codes_pb2.ActivationStatus, str]] = ..., agencies: _Optional[int] = ...) -> None: ...
