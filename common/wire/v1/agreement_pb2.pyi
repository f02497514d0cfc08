import datetime

from common.wire.v1 import codes_pb2 as _codes_pb2
from common.wire.v1 import rules_pb2 as _rules_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DocumentationMinimum(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DOCUMENTATION_MINIMUM_UNSPECIFIED: _ClassVar[DocumentationMinimum]
    DOCUMENTATION_MINIMUM_OUTCOME: _ClassVar[DocumentationMinimum]
    DOCUMENTATION_MINIMUM_FIRST_CONTACT: _ClassVar[DocumentationMinimum]
    DOCUMENTATION_MINIMUM_CHECK_INS: _ClassVar[DocumentationMinimum]

class ReportingPeriod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPORTING_PERIOD_UNSPECIFIED: _ClassVar[ReportingPeriod]
    REPORTING_PERIOD_MONTH: _ClassVar[ReportingPeriod]
    REPORTING_PERIOD_QUARTER: _ClassVar[ReportingPeriod]

class CountsAudience(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COUNTS_AUDIENCE_UNSPECIFIED: _ClassVar[CountsAudience]
    COUNTS_AUDIENCE_PARTICIPANTS: _ClassVar[CountsAudience]
    COUNTS_AUDIENCE_HUB: _ClassVar[CountsAudience]
DOCUMENTATION_MINIMUM_UNSPECIFIED: DocumentationMinimum
DOCUMENTATION_MINIMUM_OUTCOME: DocumentationMinimum
DOCUMENTATION_MINIMUM_FIRST_CONTACT: DocumentationMinimum
DOCUMENTATION_MINIMUM_CHECK_INS: DocumentationMinimum
REPORTING_PERIOD_UNSPECIFIED: ReportingPeriod
REPORTING_PERIOD_MONTH: ReportingPeriod
REPORTING_PERIOD_QUARTER: ReportingPeriod
COUNTS_AUDIENCE_UNSPECIFIED: CountsAudience
COUNTS_AUDIENCE_PARTICIPANTS: CountsAudience
COUNTS_AUDIENCE_HUB: CountsAudience

class AgreementTerms(_message.Message):
    __slots__ = ("protocols", "accept_within", "contact_within", "check_ins", "escalate_every", "documentation", "reporting_period", "k", "counts_seen_by", "regional_coordinator", "state_coordinator", "anniversary", "release_grace")
    PROTOCOLS_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_WITHIN_FIELD_NUMBER: _ClassVar[int]
    CONTACT_WITHIN_FIELD_NUMBER: _ClassVar[int]
    CHECK_INS_FIELD_NUMBER: _ClassVar[int]
    ESCALATE_EVERY_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTATION_FIELD_NUMBER: _ClassVar[int]
    REPORTING_PERIOD_FIELD_NUMBER: _ClassVar[int]
    K_FIELD_NUMBER: _ClassVar[int]
    COUNTS_SEEN_BY_FIELD_NUMBER: _ClassVar[int]
    REGIONAL_COORDINATOR_FIELD_NUMBER: _ClassVar[int]
    STATE_COORDINATOR_FIELD_NUMBER: _ClassVar[int]
    ANNIVERSARY_FIELD_NUMBER: _ClassVar[int]
    RELEASE_GRACE_FIELD_NUMBER: _ClassVar[int]
    protocols: _containers.RepeatedCompositeFieldContainer[ActivationProtocol]
    accept_within: _duration_pb2.Duration
    contact_within: _duration_pb2.Duration
    check_ins: _containers.RepeatedCompositeFieldContainer[_duration_pb2.Duration]
    escalate_every: _duration_pb2.Duration
    documentation: DocumentationMinimum
    reporting_period: ReportingPeriod
    k: int
    counts_seen_by: CountsAudience
    regional_coordinator: str
    state_coordinator: str
    anniversary: bool
    release_grace: _duration_pb2.Duration
    def __init__(self, protocols: _Optional[_Iterable[_Union[ActivationProtocol, _Mapping]]] = ..., accept_within: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., contact_within: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., check_ins: _Optional[_Iterable[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]]] = ..., escalate_every: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., documentation: _Optional[_Union[DocumentationMinimum, str]] = ..., reporting_period: _Optional[_Union[ReportingPeriod, str]] = ..., k: _Optional[int] = ..., counts_seen_by: _Optional[_Union[CountsAudience, str]] = ..., regional_coordinator: _Optional[str] = ..., state_coordinator: _Optional[str] = ..., anniversary: _Optional[bool] = ..., release_grace: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ActivationProtocol(_message.Message):
    __slots__ = ("type", "asked", "activate_within")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ASKED_FIELD_NUMBER: _ClassVar[int]
    ACTIVATE_WITHIN_FIELD_NUMBER: _ClassVar[int]
    type: _codes_pb2.IncidentType
    asked: _containers.RepeatedScalarFieldContainer[_codes_pb2.Discipline]
    activate_within: _duration_pb2.Duration
    def __init__(self, type: _Optional[_Union[_codes_pb2.IncidentType, str]] = ..., asked: _Optional[_Iterable[_Union[_codes_pb2.Discipline, str]]] = ..., activate_within: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...
