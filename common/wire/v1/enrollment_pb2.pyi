import datetime

from common.wire.v1 import rules_pb2 as _rules_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class JoinRequest(_message.Message):
    __slots__ = ("secret", "csr", "bound_key", "bound_key_proof")
    SECRET_FIELD_NUMBER: _ClassVar[int]
    CSR_FIELD_NUMBER: _ClassVar[int]
    BOUND_KEY_FIELD_NUMBER: _ClassVar[int]
    BOUND_KEY_PROOF_FIELD_NUMBER: _ClassVar[int]
    secret: bytes
    csr: bytes
    bound_key: bytes
    bound_key_proof: bytes
    def __init__(self, secret: _Optional[bytes] = ..., csr: _Optional[bytes] = ..., bound_key: _Optional[bytes] = ..., bound_key_proof: _Optional[bytes] = ...) -> None: ...

class RecoverRequest(_message.Message):
    __slots__ = ("agency_id", "node", "csr", "recovery_number", "proof")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    CSR_FIELD_NUMBER: _ClassVar[int]
    RECOVERY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    agency_id: bytes
    node: int
    csr: bytes
    recovery_number: int
    proof: bytes
    def __init__(self, agency_id: _Optional[bytes] = ..., node: _Optional[int] = ..., csr: _Optional[bytes] = ..., recovery_number: _Optional[int] = ..., proof: _Optional[bytes] = ...) -> None: ...

class JoinResponse(_message.Message):
    __slots__ = ("agency_id", "node", "trust_domain", "agency_name", "certificate_chain", "trust_roots", "hub_ledger_key", "uplink_address", "enrollment_address", "hub_epoch", "recovery_number", "hub_time")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    TRUST_DOMAIN_FIELD_NUMBER: _ClassVar[int]
    AGENCY_NAME_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_CHAIN_FIELD_NUMBER: _ClassVar[int]
    TRUST_ROOTS_FIELD_NUMBER: _ClassVar[int]
    HUB_LEDGER_KEY_FIELD_NUMBER: _ClassVar[int]
    UPLINK_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    ENROLLMENT_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    HUB_EPOCH_FIELD_NUMBER: _ClassVar[int]
    RECOVERY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    HUB_TIME_FIELD_NUMBER: _ClassVar[int]
    agency_id: bytes
    node: int
    trust_domain: str
    agency_name: str
    certificate_chain: _containers.RepeatedScalarFieldContainer[bytes]
    trust_roots: _containers.RepeatedScalarFieldContainer[bytes]
    hub_ledger_key: bytes
    uplink_address: str
    enrollment_address: str
    hub_epoch: int
    recovery_number: int
    hub_time: _timestamp_pb2.Timestamp
    def __init__(self, agency_id: _Optional[bytes] = ..., node: _Optional[int] = ..., trust_domain: _Optional[str] = ..., agency_name: _Optional[str] = ..., certificate_chain: _Optional[_Iterable[bytes]] = ..., trust_roots: _Optional[_Iterable[bytes]] = ..., hub_ledger_key: _Optional[bytes] = ..., uplink_address: _Optional[str] = ..., enrollment_address: _Optional[str] = ..., hub_epoch: _Optional[int] = ..., recovery_number: _Optional[int] = ..., hub_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class WhyRejectedRequest(_message.Message):
    __slots__ = ("certificate",)
    CERTIFICATE_FIELD_NUMBER: _ClassVar[int]
    certificate: bytes
    def __init__(self, certificate: _Optional[bytes] = ...) -> None: ...

class WhyRejectedResponse(_message.Message):
    __slots__ = ("reason", "hub_time")
    class Reason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        REASON_UNSPECIFIED: _ClassVar[WhyRejectedResponse.Reason]
        REASON_NONE: _ClassVar[WhyRejectedResponse.Reason]
        REASON_EXPIRED: _ClassVar[WhyRejectedResponse.Reason]
        REASON_NOT_YET_VALID: _ClassVar[WhyRejectedResponse.Reason]
        REASON_UNKNOWN_ISSUER: _ClassVar[WhyRejectedResponse.Reason]
        REASON_EVICTED: _ClassVar[WhyRejectedResponse.Reason]
        REASON_BANNED: _ClassVar[WhyRejectedResponse.Reason]
        REASON_SUPERSEDED: _ClassVar[WhyRejectedResponse.Reason]
        REASON_NOT_ISSUED_HERE: _ClassVar[WhyRejectedResponse.Reason]
    REASON_UNSPECIFIED: WhyRejectedResponse.Reason
    REASON_NONE: WhyRejectedResponse.Reason
    REASON_EXPIRED: WhyRejectedResponse.Reason
    REASON_NOT_YET_VALID: WhyRejectedResponse.Reason
    REASON_UNKNOWN_ISSUER: WhyRejectedResponse.Reason
    REASON_EVICTED: WhyRejectedResponse.Reason
    REASON_BANNED: WhyRejectedResponse.Reason
    REASON_SUPERSEDED: WhyRejectedResponse.Reason
    REASON_NOT_ISSUED_HERE: WhyRejectedResponse.Reason
    REASON_FIELD_NUMBER: _ClassVar[int]
    HUB_TIME_FIELD_NUMBER: _ClassVar[int]
    reason: WhyRejectedResponse.Reason
    hub_time: _timestamp_pb2.Timestamp
    def __init__(self, reason: _Optional[_Union[WhyRejectedResponse.Reason, str]] = ..., hub_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
