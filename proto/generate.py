"""Generates the stubs in common/wire/v1 from the contract; `--check` fails when a committed one is stale.

Only messages (`_pb2.py`, `_pb2.pyi`): methods are registered from one table with generic handlers, so there is
no `_pb2_grpc.py`. The path below proto/ is the Python package (DESIGN.md 2).
"""

import argparse
import sys
import tempfile
from pathlib import Path

from grpc_tools import protoc

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent
INCLUDED = Path(protoc.__file__).parent / "_proto"  # google/protobuf/*.proto


def generate(into: Path) -> list[Path]:
    """Write the stubs of every proto under `into`.

    Returns:
        the files written, relative to `into`.

    Raises:
        SystemExit: the compiler refused a proto; it has said why on stderr.
    """
    protos = sorted(path.relative_to(HERE).as_posix() for path in HERE.rglob("*.proto"))
    options = [f"-I{HERE}", f"-I{INCLUDED}", f"--python_out={into}", f"--pyi_out={into}"]
    status = protoc.main(["protoc", *options, *protos])
    if status:
        raise SystemExit(status)
    return sorted(Path(proto.removesuffix(".proto") + ending) for proto in protos for ending in ("_pb2.py", "_pb2.pyi"))


def stale_stubs() -> list[Path]:
    """List the stubs that differ from what the contract gives now: other bytes, missing, or with no proto left."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = generate(Path(folder))
        differing = [stub for stub in fresh if _read(CHECKOUT / stub) != _read(Path(folder, stub))]
    folders = {stub.parent for stub in fresh}
    committed = {path.relative_to(CHECKOUT) for each in folders for path in (CHECKOUT / each).glob("*_pb2*.py*")}
    return sorted({*differing, *(committed - set(fresh))})


def main() -> int:
    """Generate, or check."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 and name each stale stub")
    if not parser.parse_args().check:
        generate(CHECKOUT)
        return 0
    stale = stale_stubs()
    for stub in stale:
        print(f"{stub}: stale, run `make proto`", file=sys.stderr)
    return 1 if stale else 0


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
