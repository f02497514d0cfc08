"""The import rules of DESIGN.md 2 and 6, as functions from a file's path and syntax tree to the rules it breaks."""

import ast

from tests.sources import calls, imports, is_under

SIDES = ("hub", "node")
LAYERS = (
    "domain",
    "vault",
    "persistence",
    "use_cases",
)  # each may import the ones before it; every other folder may import all
CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now",
    "time.time", "time.time_ns", "time.monotonic", "time.perf_counter",
}  # fmt: skip
STORES = {"sqlalchemy", "alembic", "sqlcipher3", "psycopg", "sqlite3", "common.storage"}
NETWORK = {
    "grpc", "socket", "ssl", "socketserver", "http", "urllib.request", "smtplib", "ftplib", "poplib", "imaplib",
    "telnetlib", "xmlrpc", "httpx", "requests", "aiohttp", "urllib3", "websockets", "paramiko", "dns", "common.rpc",
    "common.notify.mail", "common.notify.pager", "common.notify.patience",
}  # fmt: skip
WAYS_ROUND = {"ctypes", "cffi", "subprocess", "multiprocessing", "importlib", "runpy", "pty", "_socket"}
CONNECTING_CALLS = {
    "asyncio.open_connection", "asyncio.open_unix_connection", "asyncio.create_subprocess_exec",
    "asyncio.create_subprocess_shell", "os.system", "os.popen", "__import__", "eval", "exec",
}  # fmt: skip
CONNECTING_METHODS = ("create_connection", "create_datagram_endpoint", "create_unix_connection", "sock_connect")
MAY_CONNECT = ("node/uplink/", "node/notify/")
NODE_MAY_IMPORT = {
    "common.rpc.local",  # commands to the running process over a Unix socket of the data directory
    "common.rpc.tls",  # only sets the environment
}


def breaches(path: str, module: ast.Module) -> list[str]:
    """Name each import rule that a file breaks, with what breaks it; none when it keeps them all."""
    found = [*_sides(path, module), *_layers(path, module), *_domain(path, module), *_connections(path, module)]
    return [f"{path}: {what}" for what in found]


def _sides(path: str, module: ast.Module) -> list[str]:
    package = path.split("/")[0]
    outside = {"tests", "deploy", "proto", *(side for side in SIDES if side != package)}
    return [f"imports {name}" for name in sorted(imports(module)) if is_under(name, outside) or name.startswith(".")]


def _layers(path: str, module: ast.Module) -> list[str]:
    side, layer = [*path.split("/"), ""][:2]
    if side not in SIDES or layer not in LAYERS:
        return []
    below = {"common", *(f"{side}.{name}" for name in LAYERS[: LAYERS.index(layer) + 1])}
    upward = [name for name in imports(module) if is_under(name, {side}) and not is_under(name, below)]
    carried = [name for name in imports(module) if is_under(name, {"grpc", "typer", "rich", "fastapi", "common.rpc"})]
    return [f"imports {name}, which is above or beside {layer}" for name in sorted(upward + carried)]


def _domain(path: str, module: ast.Module) -> list[str]:
    if path.split("/")[1:2] != ["domain"]:
        return []
    stored = [
        f"imports {name}, and a domain knows no store" for name in sorted(imports(module)) if is_under(name, STORES)
    ]
    timed = [f"calls {name}, and a domain has no clock" for name in sorted(calls(module) & CLOCKS)]
    return stored + timed


def _connections(path: str, module: ast.Module) -> list[str]:
    """Only `node/uplink` and `node/notify` may open an outgoing connection (DESIGN.md 6; TRUST.md e06)."""
    if not path.startswith("node/") or path.startswith(MAY_CONNECT):
        return []
    named = {name for name in imports(module) if is_under(name, NETWORK | WAYS_ROUND)}
    opened = {
        name for name in named if not is_under(name, NODE_MAY_IMPORT | {"importlib.metadata", "importlib.resources"})
    }
    called = {name for name in calls(module) if name in CONNECTING_CALLS or name.endswith(CONNECTING_METHODS)}
    return [f"can open a connection: {name}" for name in sorted(opened | called)]
