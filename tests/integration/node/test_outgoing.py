"""In a node's process, new code that opens a connection is stopped by the audit hook, whatever library it uses.

Each attempt runs in a process of its own, since a hook cannot be taken away again.
"""

import subprocess
import sys

import pytest

SERVER = """
import socket, sys
from node.outgoing import refuse_elsewhere, permitted
server = socket.create_server(("127.0.0.1", 0))
host, port = server.getsockname()
refuse_elsewhere()
"""
REFUSED = "only node/uplink and node/notify may open a connection"
ATTEMPTS = {
    "a socket": "socket.create_connection((host, port))",
    "a raw connect": "socket.socket().connect((host, port))",
    "a connect without exception": "socket.socket().connect_ex((host, port))",
    "a datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'story', (host, port))",
    "a name look-up, which can carry a story": "socket.getaddrinfo('a-story.example.org', 80)",
    "http.client": "import http.client; http.client.HTTPConnection(host, port).request('GET', '/')",
    "urllib": "import urllib.request; urllib.request.urlopen(f'http://{host}:{port}/')",
    "asyncio": "import asyncio; asyncio.run(asyncio.open_connection(host, port))",
    "a thread": (
        "from concurrent.futures import ThreadPoolExecutor as Pool\n"
        "Pool(1).submit(socket.create_connection, (host, port)).result()"
    ),
    "smtplib": "import smtplib; smtplib.SMTP(host, port)",
}


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", SERVER + code], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_e06_a_connection_from_elsewhere_is_refused(attempt: str) -> None:
    ended = run(attempt)

    assert ended.returncode != 0
    assert REFUSED in ended.stderr


def test_e06_a_program_that_would_connect_instead_is_not_started() -> None:
    ended = run("import subprocess; subprocess.run(['true'])")

    assert "a node starts no other program" in ended.stderr


def test_e06_other_code_cannot_give_itself_the_permission() -> None:
    ended = run("with permitted(): socket.create_connection((host, port))")

    assert "__main__ may not open a connection" in ended.stderr


def test_e06_the_uplink_may_connect_and_the_local_socket_works() -> None:
    ended = run(
        "from node.uplink.probe import connect\n"
        "connect(f'{host}:{port}').close()\n"
        "import tempfile, os\n"
        "path = os.path.join(tempfile.mkdtemp(), 's')\n"
        "local = socket.socket(socket.AF_UNIX); local.bind(path); local.listen()\n"
        "socket.socket(socket.AF_UNIX).connect(path)\n"
        "print('both connected')"
    )

    assert ended.stdout.strip() == "both connected", ended.stderr


def test_e06_the_permission_ends_with_its_block() -> None:
    ended = run(
        "from node.uplink.probe import connect\n"
        "connect(f'{host}:{port}').close()\n"
        "socket.create_connection((host, port))"
    )

    assert REFUSED in ended.stderr
