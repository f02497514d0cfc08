"""What must stay true of the source itself (STYLE.md 2, rule 9). Fast: nothing here opens a store or a connection."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool
from google.protobuf.descriptor import Descriptor, EnumDescriptor

from common import errors
from common.rpc.status import STATUS_OF, error_of, status_of
from common.wire.v1 import agreement_pb2, codes_pb2, enrollment_pb2, notice_pb2, report_pb2, rules_pb2, uplink_pb2
from tests import layers, sources, upward

PACKAGES = ("common", "hub", "node")
CONTRACT = (agreement_pb2, codes_pb2, enrollment_pb2, notice_pb2, report_pb2, rules_pb2, uplink_pb2)
UPLINK = uplink_pb2.DESCRIPTOR.services_by_name["Uplink"]

LONGEST_FILE = 250  # lines: "about 250" (STYLE.md 2, rule 10)
MAY_BE_LONGER = {
    "tests/test_architecture.py": "one list of what must stay true of the source, read from top to bottom",
    "tests/unit/common/test_ledger_notes.py": "the cases of one published text format, side by side",
    "tests/unit/common/test_ledger_verification.py": "every way to tamper with a stored ledger, side by side",
}
UNUSED_NAMES = {"utils", "helpers", "misc", "manager", "base", "data", "info"}  # STYLE.md 2
# Spelled so that this file does not match itself.
HOSTS_AND_PATHS = re.compile(r"p[y]pi\.|p[y]thonhosted|[/](?:root|home|work|tmp|Users)[/]")


@pytest.mark.parametrize("path", sources.python_files(*PACKAGES))
def test_every_file_imports_in_the_direction_of_the_map(path: str) -> None:
    assert layers.breaches(path, sources.tree(path)) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("hub/rpc/uplink.py", "from node.domain import report"),
        ("node/cli.py", "import hub"),
        ("common/clock.py", "from hub.domain import agency"),
        ("hub/domain/agency.py", "import grpc"),
        ("hub/domain/agency.py", "from sqlalchemy import select"),
        ("hub/domain/agency.py", "from hub.persistence import agencies"),
        ("hub/domain/agency.py", "def f():\n    return datetime.now(UTC)"),
        ("hub/domain/agency.py", "import time\nx = time.time()"),
        ("hub/persistence/agencies.py", "from hub.use_cases import intake"),
        ("hub/use_cases/intake.py", "from hub import writer"),
        ("hub/use_cases/intake.py", "from common.rpc.status import status_of"),
        ("tests/unit/test_nothing.py", "from . import x"),
    ],
)
def test_an_import_against_the_direction_is_named(path: str, source: str) -> None:
    assert layers.breaches(path, ast.parse(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "import grpc",
        "import grpc.aio as fast",
        "from urllib.request import urlopen",
        "from http.client import HTTPSConnection",
        "def send():\n    import smtplib",
        "from common.rpc import channel",
        "from common.notify.mail import send_mail",
        "import asyncio\nasync def f():\n    await asyncio.open_connection('198.51.100.7', 443)",
        "async def f(loop):\n    await loop.create_connection(object, '198.51.100.7', 443)",
        "import subprocess",
        "import importlib\nimportlib.import_module('soc' + 'ket')",
        "__import__('socket')",
        "import ctypes",
    ],
)
@pytest.mark.parametrize("path", ["node/use_cases/report.py", "node/importer/spreadsheet.py", "node/uplink_too.py"])
def test_e06_new_code_outside_the_uplink_that_opens_a_connection_is_named(path: str, source: str) -> None:
    module = ast.parse(source)
    assert [breach for breach in layers.breaches(path, module) if "can open a connection" in breach] != []
    assert [breach for breach in layers.breaches("node/uplink/push.py", module) if "can open" in breach] == []


def test_the_committed_stubs_are_what_the_contract_gives() -> None:
    done = subprocess.run(
        [sys.executable, "proto/generate.py", "--check"], cwd=sources.CHECKOUT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_promise_1_no_field_that_travels_upward_can_carry_text() -> None:
    messages = upward.reachable(upward.inputs(UPLINK))
    assert report_pb2.FollowUpCommand.DESCRIPTOR in messages, "the walk did not reach the reports"
    assert upward.carriers_of_text(messages) == []


def _one_field(message: descriptor_pb2.DescriptorProto, field: descriptor_pb2.FieldDescriptorProto) -> Descriptor:
    """Compile Outer { Inner inner = 1; }, with the field in Inner, as a contract could be changed to say."""
    file = descriptor_pb2.FileDescriptorProto(
        name="holdfast_changed.proto",
        package="holdfast.v1",
        syntax="proto2",
        dependency=[rules_pb2.DESCRIPTOR.name, any_pb2.DESCRIPTOR.name],
    )
    inner = file.message_type.add(name="Inner")
    inner.MergeFrom(message)
    inner.field.append(field)
    outer = file.message_type.add(name="Outer")
    outer.field.add(name="inner", number=1, label=1, type=11, type_name=".holdfast.v1.Inner")
    pool = descriptor_pool.DescriptorPool()
    for known in (descriptor_pb2.DESCRIPTOR, any_pb2.DESCRIPTOR, rules_pb2.DESCRIPTOR):
        pool.AddSerializedFile(known.serialized_pb)
    pool.AddSerializedFile(file.SerializeToString())
    return pool.FindMessageTypeByName("holdfast.v1.Outer")


def _field(kind: str, *, label: int = 1, **rule: int) -> descriptor_pb2.FieldDescriptorProto:
    field = descriptor_pb2.FieldDescriptorProto(name="leak", number=9)
    field.label, field.type = label, descriptor_pb2.FieldDescriptorProto.Type.Value(f"TYPE_{kind.upper()}")  # type: ignore[assignment]
    if rule:
        extension: Any = rules_pb2.rule
        field.options.Extensions[extension].MergeFrom(rules_pb2.Rule(**rule))  # type: ignore[arg-type]
    return field


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        (_field("string"), "a string or a float"),
        (_field("string", length=16), "a string or a float"),
        (_field("string", label=3, max_items=4), "a string or a float"),
        (_field("double"), "a string or a float"),
        (_field("float"), "a string or a float"),
        (_field("bytes"), "bytes of no fixed length"),
        (_field("bytes", length=8), "bytes of no fixed length"),
        (_field("bytes", length=1024), "bytes of no fixed length"),
        (_field("uint64"), "an integer without max"),
        (_field("sint32"), "an integer without max"),
        (_field("bytes", label=3, length=16), "repeated without max_items"),
    ],
)
def test_promise_1_a_field_that_could_carry_text_is_found_however_deep(
    field: descriptor_pb2.FieldDescriptorProto, reason: str
) -> None:
    found = upward.carriers_of_text([_one_field(descriptor_pb2.DescriptorProto(), field)])
    assert len(found) == 1
    assert found[0].startswith(f"holdfast.v1.Inner.leak: {reason}")


def test_promise_1_a_map_a_group_and_an_any_are_found() -> None:
    entry = descriptor_pb2.DescriptorProto(name="LeakEntry", field=[_field("uint32", max=1), _field("uint32", max=1)])
    entry.field[0].name, entry.field[0].number, entry.field[1].name, entry.field[1].number = "key", 1, "value", 2
    entry.options.map_entry = True
    group = descriptor_pb2.DescriptorProto(name="Leak")
    inside = descriptor_pb2.DescriptorProto
    cases = {
        "a map": (inside(nested_type=[entry]), _field("message", label=3, max_items=1), ".holdfast.v1.Inner.LeakEntry"),
        "a group": (inside(nested_type=[group]), _field("group"), ".holdfast.v1.Inner.Leak"),
        "a message from outside the contract": (inside(), _field("message"), ".google.protobuf.Any"),
    }
    for reason, (message, field, type_name) in cases.items():
        field.type_name = type_name
        found = upward.carriers_of_text([_one_field(message, field)])
        assert any(f"Inner.leak: {reason}" in each for each in found), (reason, found)


def _enums() -> list[EnumDescriptor]:
    return [enum for module in CONTRACT for enum in module.DESCRIPTOR.enum_types_by_name.values()]


@pytest.mark.parametrize("enum", _enums(), ids=lambda enum: enum.name)
def test_every_enum_starts_at_an_unspecified_value_that_is_refused(enum: EnumDescriptor) -> None:
    words = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])", "_", enum.name).upper()
    assert (enum.values[0].number, enum.values[0].name) == (0, f"{words}_UNSPECIFIED")
    assert [value.name for value in enum.values if not value.name.startswith(f"{words}_")] == []


@pytest.mark.parametrize("path", [path for path in sources.files() if path.endswith(".proto")])
def test_every_method_says_who_calls_it_whether_it_repeats_and_how_it_fails(path: str) -> None:
    for comment, method in re.findall(r"((?:^ *//.*\n)*)^ *rpc (\w+)\(", sources.text(path), re.MULTILINE):
        for word in ("Caller:", "Fails:", "afe to repeat"):
            assert word in comment, f"{path}: {method} does not say {word!r}"


def test_every_kind_of_error_has_one_status_and_comes_back_from_it() -> None:
    assert set(STATUS_OF) == set(errors.HoldfastError.__subclasses__())
    assert len(set(STATUS_OF.values())) == len(STATUS_OF)
    for kind, status in STATUS_OF.items():
        assert status_of(kind("said")) is status
        assert type(error_of(_Answered(status, "said"))) is kind
        assert str(error_of(_Answered(status, "said"))) == "said"


def test_an_error_kind_of_its_own_stands_only_in_the_one_tree() -> None:
    apart = [
        f"{path}: {node.name}"
        for path in sources.python_files(*PACKAGES)
        if path != "common/errors.py"
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.ClassDef) and any(ast.unparse(each).endswith("HoldfastError") for each in node.bases)
    ]
    assert apart == []


class _Answered(grpc.RpcError):
    """What a client's call raises, as gRPC builds it from the status on the wire."""

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        self._code, self._details = code, details

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return self._details

    def trailing_metadata(self) -> tuple[Any, ...]:
        return ()


def test_no_file_is_longer_than_about_250_lines_without_a_reason() -> None:
    written = [*sources.python_files(*PACKAGES, "tests", "deploy", "proto"), *filter(_is_proto, sources.files())]
    long = {path for path in written if sources.text(path).count("\n") > LONGEST_FILE}
    assert long - set(MAY_BE_LONGER) == set()
    assert set(MAY_BE_LONGER) - long == set(), "these are short again: take them off the list"


def _is_proto(path: str) -> bool:
    return path.endswith(".proto")


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [
        path for path in sources.python_files(*PACKAGES, "tests", "deploy") if Path(path).stem in UNUSED_NAMES
    ] == []


def test_no_file_names_a_package_registry_or_a_path_of_one_machine() -> None:
    found = [
        f"{path}: {hit[0]}" for path in sources.files() for hit in [HOSTS_AND_PATHS.search(sources.text(path))] if hit
    ]
    assert found == []


def test_every_setting_is_documented_in_the_runbook() -> None:
    runbook = sources.text("deploy/runbook.md")
    unsaid = [
        f"{path}: {field.target.id}"
        for path in sources.python_files(*PACKAGES)
        for model in ast.walk(sources.tree(path))
        if isinstance(model, ast.ClassDef) and any(ast.unparse(each).endswith("Settings") for each in model.bases)
        for field in model.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if not ast.unparse(field.annotation).startswith("ClassVar") and f"`{field.target.id}`" not in runbook
    ]
    assert unsaid == []
