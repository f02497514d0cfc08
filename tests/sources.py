"""Reads the project's own source as text and syntax trees, for the tests of its architecture."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
_NOT_OURS = {".git", ".venv", "build", "dist", "__pycache__", "holdfast.egg-info"}


@cache
def files() -> tuple[str, ...]:
    """List every file of the checkout, relative to it, without tool caches and the virtual environment."""
    return tuple(sorted(path.relative_to(CHECKOUT).as_posix() for path in _walk(CHECKOUT)))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in _NOT_OURS or (path.is_dir() and path.name.startswith(".") and path.name.endswith("cache")):
            continue
        if path.is_dir() and path.name != ".hypothesis":
            yield from _walk(path)
        elif path.is_file():
            yield path


def python_files(*packages: str) -> list[str]:
    """List the hand-written Python files of some packages."""
    return [path for path in files() if path.endswith(".py") and "_pb2" not in path and path.split("/")[0] in packages]


def text(path: str) -> str:
    """Read a file of the checkout; bytes that are no UTF-8 come out replaced."""
    return (CHECKOUT / path).read_text(encoding="utf-8", errors="replace")


@cache
def tree(path: str) -> ast.Module:
    """Parse a file of the checkout."""
    return ast.parse(text(path), filename=path)


def imports(module: ast.Module) -> set[str]:
    """Name everything a module imports, wherever in it: `from a.b import c` gives `a.b.c`."""
    names: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names}
    return names


def calls(module: ast.Module) -> set[str]:
    """Name what a module calls, as far as it is spelled out: `datetime.now`, `asyncio.open_connection`, `eval`."""
    return {ast.unparse(node.func) for node in ast.walk(module) if isinstance(node, ast.Call)}


def is_under(name: str, packages: set[str]) -> bool:
    """Say whether a dotted name is one of the packages or lies in one; `grpc_tools` is not under `grpc`."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)
