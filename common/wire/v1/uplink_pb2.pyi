import datetime

from common.wire.v1 import codes_pb2 as _codes_pb2
from common.wire.v1 import notice_pb2 as _notice_pb2
from common.wire.v1 import report_pb2 as _report_pb2
from common.wire.v1 import rules_pb2 as _rules_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PushRequest(_message.Message):
    __slots__ = ("stream_id", "first_sequence", "reports", "checkpoint", "hub_epoch")
    STREAM_ID_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    REPORTS_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    HUB_EPOCH_FIELD_NUMBER: _ClassVar[int]
    stream_id: bytes
    first_sequence: int
    reports: _containers.RepeatedCompositeFieldContainer[_report_pb2.Report]
    checkpoint: Checkpoint
    hub_epoch: int
    def __init__(self, stream_id: _Optional[bytes] = ..., first_sequence: _Optional[int] = ..., reports: _Optional[_Iterable[_Union[_report_pb2.Report, _Mapping]]] = ..., checkpoint: _Optional[_Union[Checkpoint, _Mapping]] = ..., hub_epoch: _Optional[int] = ...) -> None: ...

class Checkpoint(_message.Message):
    __slots__ = ("size", "root", "signature")
    SIZE_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    size: int
    root: bytes
    signature: bytes
    def __init__(self, size: _Optional[int] = ..., root: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class PushResponse(_message.Message):
    __slots__ = ("receipt", "outcomes")
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    receipt: Receipt
    outcomes: _containers.RepeatedScalarFieldContainer[_codes_pb2.Outcome]
    def __init__(self, receipt: _Optional[_Union[Receipt, _Mapping]] = ..., outcomes: _Optional[_Iterable[_Union[_codes_pb2.Outcome, str]]] = ...) -> None: ...

class Receipt(_message.Message):
    __slots__ = ("size", "root", "node_signature", "signed_at_unix_s", "signature", "hub_epoch")
    SIZE_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    NODE_SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    SIGNED_AT_UNIX_S_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    HUB_EPOCH_FIELD_NUMBER: _ClassVar[int]
    size: int
    root: bytes
    node_signature: bytes
    signed_at_unix_s: int
    signature: bytes
    hub_epoch: int
    def __init__(self, size: _Optional[int] = ..., root: _Optional[bytes] = ..., node_signature: _Optional[bytes] = ..., signed_at_unix_s: _Optional[int] = ..., signature: _Optional[bytes] = ..., hub_epoch: _Optional[int] = ...) -> None: ...

class WatchRequest(_message.Message):
    __slots__ = ("after_cursor", "hub_epoch")
    AFTER_CURSOR_FIELD_NUMBER: _ClassVar[int]
    HUB_EPOCH_FIELD_NUMBER: _ClassVar[int]
    after_cursor: int
    hub_epoch: int
    def __init__(self, after_cursor: _Optional[int] = ..., hub_epoch: _Optional[int] = ...) -> None: ...

class HeartbeatRequest(_message.Message):
    __slots__ = ("version_major", "version_minor", "version_patch", "schema_revision", "queue_depth", "oldest_unsent_age", "last_acknowledged", "head", "certificate_expires_at", "backup_age", "node_time", "disk_free", "errors", "started_at", "applied_cursor", "stream_id")
    VERSION_MAJOR_FIELD_NUMBER: _ClassVar[int]
    VERSION_MINOR_FIELD_NUMBER: _ClassVar[int]
    VERSION_PATCH_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_REVISION_FIELD_NUMBER: _ClassVar[int]
    QUEUE_DEPTH_FIELD_NUMBER: _ClassVar[int]
    OLDEST_UNSENT_AGE_FIELD_NUMBER: _ClassVar[int]
    LAST_ACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    BACKUP_AGE_FIELD_NUMBER: _ClassVar[int]
    NODE_TIME_FIELD_NUMBER: _ClassVar[int]
    DISK_FREE_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    APPLIED_CURSOR_FIELD_NUMBER: _ClassVar[int]
    STREAM_ID_FIELD_NUMBER: _ClassVar[int]
    version_major: int
    version_minor: int
    version_patch: int
    schema_revision: int
    queue_depth: int
    oldest_unsent_age: _duration_pb2.Duration
    last_acknowledged: int
    head: int
    certificate_expires_at: _timestamp_pb2.Timestamp
    backup_age: _duration_pb2.Duration
    node_time: _timestamp_pb2.Timestamp
    disk_free: _codes_pb2.DiskFreeBand
    errors: _containers.RepeatedCompositeFieldContainer[ErrorCount]
    started_at: _timestamp_pb2.Timestamp
    applied_cursor: int
    stream_id: bytes
    def __init__(self, version_major: _Optional[int] = ..., version_minor: _Optional[int] = ..., version_patch: _Optional[int] = ..., schema_revision: _Optional[int] = ..., queue_depth: _Optional[int] = ..., oldest_unsent_age: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., last_acknowledged: _Optional[int] = ..., head: _Optional[int] = ..., certificate_expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., backup_age: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., node_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., disk_free: _Optional[_Union[_codes_pb2.DiskFreeBand, str]] = ..., errors: _Optional[_Iterable[_Union[ErrorCount, _Mapping]]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., applied_cursor: _Optional[int] = ..., stream_id: _Optional[bytes] = ...) -> None: ...

class ErrorCount(_message.Message):
    __slots__ = ("kind", "count")
    KIND_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    kind: _codes_pb2.ErrorKind
    count: int
    def __init__(self, kind: _Optional[_Union[_codes_pb2.ErrorKind, str]] = ..., count: _Optional[int] = ...) -> None: ...

class HeartbeatResponse(_message.Message):
    __slots__ = ("next_interval", "renew_now", "hub_epoch", "hub_time", "wanted_sequence", "mailbox_head")
    NEXT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    RENEW_NOW_FIELD_NUMBER: _ClassVar[int]
    HUB_EPOCH_FIELD_NUMBER: _ClassVar[int]
    HUB_TIME_FIELD_NUMBER: _ClassVar[int]
    WANTED_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    MAILBOX_HEAD_FIELD_NUMBER: _ClassVar[int]
    next_interval: _duration_pb2.Duration
    renew_now: bool
    hub_epoch: int
    hub_time: _timestamp_pb2.Timestamp
    wanted_sequence: int
    mailbox_head: int
    def __init__(self, next_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., renew_now: _Optional[bool] = ..., hub_epoch: _Optional[int] = ..., hub_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., wanted_sequence: _Optional[int] = ..., mailbox_head: _Optional[int] = ...) -> None: ...

class RenewRequest(_message.Message):
    __slots__ = ("public_key", "proof")
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    public_key: bytes
    proof: bytes
    def __init__(self, public_key: _Optional[bytes] = ..., proof: _Optional[bytes] = ...) -> None: ...

class RenewResponse(_message.Message):
    __slots__ = ("certificate_chain", "trust_roots")
    CERTIFICATE_CHAIN_FIELD_NUMBER: _ClassVar[int]
    TRUST_ROOTS_FIELD_NUMBER: _ClassVar[int]
    certificate_chain: _containers.RepeatedScalarFieldContainer[bytes]
    trust_roots: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, certificate_chain: _Optional[_Iterable[bytes]] = ..., trust_roots: _Optional[_Iterable[bytes]] = ...) -> None: ...
