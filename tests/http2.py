"""A client for gRPC over HTTP/2 written from the RFCs alone: sockets, `ssl`, and bytes. No gRPC, no protobuf library.

It shows that the contract is what the documents say, not what our library happens to do; and it can send what no
library would. RFC 9113 (frames), RFC 7541 (header compression: plain literals going out; everything but Huffman
coming in), and gRPC's own description of its mapping to HTTP/2.
"""

import socket
import ssl
import struct
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS, ACK = 0x1, 0x4, 0x1
NO_DYNAMIC_TABLE = struct.pack("!HI", 1, 0)
# The part of RFC 7541's static table that answers have use for.
STATIC = {8: (":status", "200"), 13: (":status", "404"), 12: (":status", "400"), 14: (":status", "500")}
STATIC |= {28: ("content-length", ""), 31: ("content-type", ""), 54: ("server", ""), 16: ("accept-encoding", "")}
Header = tuple[bytes, bytes]
LONGEST_S = 150.0  # longer than a call may take


class ConnectionLost(Exception):
    """The server closed the connection, or said that it will."""


@dataclass
class Answer:
    """What came back on one stream."""

    headers: dict[str, str] = field(default_factory=dict)  # trailers too
    body: bytes = b""
    reset: int | None = None  # the error code of RST_STREAM

    @property
    def status(self) -> str:
        """The gRPC status in decimal; empty when there was none."""
        return self.headers.get("grpc-status", "")

    @property
    def message(self) -> bytes:
        """The one message of the answer."""
        compressed, length = struct.unpack("!BI", self.body[:5])
        assert (compressed, length) == (0, len(self.body) - 5)
        return self.body[5:]


def tls(root: Path, chain: Path | None = None, key: Path | None = None) -> ssl.SSLContext:
    """Prepare TLS as a node does: this root alone, and a certificate if there is one."""
    context = ssl.create_default_context(cafile=str(root))
    context.set_alpn_protocols(["h2"])
    if chain is not None:
        context.load_cert_chain(chain, key)
    return context


class Connection:
    """One connection. Blocking: call it from a thread when the hub runs in the same process."""

    def __init__(
        self, address: str, context: ssl.SSLContext, server_name: str, session: ssl.SSLSession | None = None
    ) -> None:
        host, _, port = address.rpartition(":")
        plain = socket.create_connection((host, int(port)), timeout=LONGEST_S)
        self.tls = context.wrap_socket(plain, server_hostname=server_name, session=session)
        self._table: list[tuple[str, str]] = []
        self._next_stream = 1
        self._running: set[int] = set()
        self._answers: dict[int, Answer] = {}
        self.tls.sendall(PREFACE)
        self.send(SETTINGS, 0, 0, NO_DYNAMIC_TABLE)
        while self._frame()[0] != SETTINGS:  # the server's limits hold from when they are acknowledged
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.tls.close()

    def send(self, kind: int, flags: int, stream: int, payload: bytes = b"") -> None:
        """Send one frame."""
        self.tls.sendall(struct.pack("!I", len(payload))[1:] + struct.pack("!BBI", kind, flags, stream) + payload)

    def open(self, path: bytes, *more: Header, replace: dict[bytes, bytes] | None = None) -> int:
        """Send the headers of a call; give its stream."""
        known = {
            b":method": b"POST",
            b":scheme": b"https",
            b":path": path,
            b":authority": b"hub",
            b"te": b"trailers",
            b"content-type": b"application/grpc",
            b"grpc-timeout": b"120S",
        }
        stream, self._next_stream = self._next_stream, self._next_stream + 2
        block = b"".join(literal(name, value) for name, value in [*(known | (replace or {})).items(), *more])
        flags, kind = 0, HEADERS
        while len(block) > 16_384:
            self.send(kind, flags, stream, block[:16_384])
            block, kind = block[16_384:], CONTINUATION
        self.send(kind, flags | END_HEADERS, stream, block)
        self._running.add(stream)
        self._answers[stream] = Answer()
        return stream

    def call(self, path: bytes, message: bytes, *more: Header) -> Answer:
        """Make a unary call."""
        return self.answer(self.ask(path, message, *more))

    def ask(self, path: bytes, message: bytes, *more: Header) -> int:
        """Send a unary call, and do not wait; give its stream."""
        stream = self.open(path, *more)
        self.finish(stream, message)
        return stream

    def finish(self, stream: int, message: bytes) -> None:
        """Send the message of a call that is open."""
        self.send(DATA, END_STREAM, stream, struct.pack("!BI", 0, len(message)) + message)

    def answer(self, stream: int) -> Answer:
        """Read until a stream ends; frames of the connection are answered as they come."""
        while stream in self._running:
            self._read()
        return self._answers.pop(stream)

    def until_read(self) -> None:
        """Wait until the server has read everything that was sent so far: it reads frames in their order."""
        self.send(PING, 0, 0, bytes(8))
        while self._read() != (PING, ACK):
            pass

    def _read(self) -> tuple[int, int]:
        """Read a frame into the answer that it belongs to; give its kind and flags."""
        kind, flags, stream, payload = self._frame()
        answer = self._answers.get(stream, Answer())
        if kind == RST_STREAM:
            answer.reset = struct.unpack("!I", payload)[0]
        elif kind == DATA:
            answer.body += payload
        elif kind == HEADERS:
            answer.headers |= self._headers(payload)
        if kind == RST_STREAM or (flags & END_STREAM and kind in (DATA, HEADERS)):
            self._running.discard(stream)
        return kind, flags

    def _frame(self) -> tuple[int, int, int, bytes]:
        head = self._exactly(9)
        length = int.from_bytes(head[:3], "big")
        kind, flags, stream = struct.unpack("!BBI", head[3:])
        payload = self._exactly(length)
        if kind == SETTINGS and not flags & ACK:
            self.send(SETTINGS, ACK, 0)
        elif kind == PING and not flags & ACK:
            self.send(PING, ACK, 0, payload)
        elif kind == GOAWAY:
            raise ConnectionLost(f"GOAWAY, error {struct.unpack('!I', payload[4:8])[0]}: {payload[8:]!r}")
        return kind, flags, stream & 0x7FFFFFFF, payload

    def _exactly(self, length: int) -> bytes:
        got = b""
        while len(got) < length:
            try:
                more = self.tls.recv(length - len(got))
            except OSError as error:
                raise ConnectionLost(str(error)) from error
            if not more:
                raise ConnectionLost("closed")
            got += more
        return got

    def _headers(self, block: bytes) -> dict[str, str]:
        found, at = {}, 0
        while at < len(block):
            first = block[at]
            if first & 0x80:  # indexed
                index, at = _integer(block, at, 7)
                name, value = self._indexed(index)
                found[name] = value
            elif first & 0xE0 == 0x20:  # the size of the table
                _, at = _integer(block, at, 5)
            else:
                index, at = _integer(block, at, 6 if first & 0x40 else 4)
                if index:
                    name = self._indexed(index)[0]
                else:
                    name, at = _string(block, at)
                value, at = _string(block, at)
                if first & 0x40:
                    self._table.insert(0, (name, value))
                found[name] = value
        return found

    def _indexed(self, index: int) -> tuple[str, str]:
        return self._table[index - 62] if index > 61 else STATIC[index]


def literal(name: bytes, value: bytes) -> bytes:
    """Write a header as a literal that is never indexed."""
    return b"\x00" + _length(name) + name + _length(value) + value


def _length(text: bytes) -> bytes:
    if len(text) < 0x7F:
        return bytes([len(text)])
    rest, tail = len(text) - 0x7F, b"\x7f"
    while rest >= 0x80:
        tail += bytes([rest & 0x7F | 0x80])
        rest >>= 7
    return tail + bytes([rest])


def _integer(block: bytes, at: int, bits: int) -> tuple[int, int]:
    most = (1 << bits) - 1
    value, at, shift = block[at] & most, at + 1, 0
    if value == most:
        while True:
            byte = block[at]
            value += (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if not byte & 0x80:
                break
    return value, at


def _string(block: bytes, at: int) -> tuple[str, int]:
    if block[at] & 0x80:
        raise NotImplementedError("the server used Huffman coding, which this client does not read")
    length, at = _integer(block, at, 7)
    return block[at : at + length].decode("latin-1"), at + length
