"""Looks at the way to the hub step by step, and says which step fails. Sends no payload.

1. The name is resolved.  2. The port takes a connection, through the agency's proxy if there is one.
3. What answers proves, over TLS 1.3, to be the region's hub.

Source: DESIGN.md 6.
"""

import socket
import ssl

from common.errors import TemporarilyUnavailable
from common.identity.join_string import read_address
from node.outgoing import permitted

CONNECT_TIMEOUT_S = 5.0
_LONGEST_PROXY_ANSWER = 8192


def connect(address: str, proxy: str = "", timeout_s: float = CONNECT_TIMEOUT_S) -> socket.socket:
    """Open a connection to `host:port`, through a CONNECT proxy if one is named.

    Raises:
        TemporarilyUnavailable: says which step failed.
    """
    to = proxy or address
    what = "the proxy" if proxy else "the hub"
    host, port = read_address(to.lower())
    try:
        with permitted():
            connection = socket.create_connection((host, port), timeout_s)
    except socket.gaierror:
        raise TemporarilyUnavailable(f"the name of {what} ({host}) is not resolved: check the name service") from None
    except ConnectionRefusedError:
        raise TemporarilyUnavailable(f"{what} ({to}) refuses the connection: does it run?") from None
    except OSError:
        raise TemporarilyUnavailable(f"no answer from {what} ({to}): check the network and the firewall") from None
    if proxy:
        _ask_proxy(connection, address)
    return connection


def why_not_reached(address: str, proxy: str, roots_pem: bytes, dns_name: str) -> str:
    """Give the first step that fails, in words; nothing when all work."""
    context = ssl.create_default_context(cadata=roots_pem.decode("ascii"))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(["h2"])
    try:
        with connect(address, proxy) as connection, context.wrap_socket(connection, server_hostname=dns_name):
            return ""
    except TemporarilyUnavailable as error:
        return str(error)
    except ssl.SSLCertVerificationError as error:
        return f"what answers at {address} is not this region's hub ({error.verify_message})"
    except OSError:
        return f"what answers at {address} breaks off: a firewall or a full hub; it is tried again"


def _ask_proxy(connection: socket.socket, address: str) -> None:
    try:
        connection.sendall(f"CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode("ascii"))
        answer = b""
        while b"\r\n\r\n" not in answer and len(answer) < _LONGEST_PROXY_ANSWER:
            part = connection.recv(1024)
            if not part:
                break
            answer += part
    except OSError:
        answer = b""
    if answer.split(b" ")[1:2] != [b"200"]:
        connection.close()
        raise TemporarilyUnavailable(
            "the agency's proxy does not let the connection to the hub through: ask its operator"
        )
