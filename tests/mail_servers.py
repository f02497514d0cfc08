"""A real mail server and a real webhook on 127.0.0.1, small, over TLS, and able to misbehave."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from common.notify.mail import MailServer
from hub.identity.authority import certificate_pem
from tests.pki import SERVER, Region

HOST = "localhost"


@dataclass
class Certificates:
    """An authority of the agency's own, and a server certificate for this machine."""

    folder: Path
    region: Region = field(default_factory=lambda: Region(constrained=False))

    @property
    def ca_file(self) -> Path:
        path = self.folder / "authority.pem"
        path.write_bytes(certificate_pem(self.region.root.certificate))
        return path

    def context(self) -> ssl.SSLContext:
        """Make what a server speaks TLS by; once for a server, not by each of its threads: it goes through a file."""
        identity = self.region.issue(uris=[], dns_names=[HOST], usages=[SERVER])
        path = self.folder / "server.pem"
        path.write_bytes(identity.key_pem + identity.chain_pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


class Listening:
    """Takes connections until closed, each on a thread of its own."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.connections = 0
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def _take(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            connection.settimeout(20)
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError, ssl.SSLError, ValueError):
            self._serve(connection)

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


@dataclass
class Mailbox:
    """What a mail server took, and how it behaves.

    Args:
        answers: what is said to a verb or a whole line instead of its usual answer, as {"RCPT": "550 no such person"}.
        greeting: the first line; None: the connection stays silent.
        drip: bytes of every answer, one each `drip` seconds; 0: at once.
    """

    certificates: Certificates
    implicit: bool = False
    starttls: bool = True
    answers: dict[str, str] = field(default_factory=dict)
    greeting: str | None = "220 mail.example ESMTP"
    drip: float = 0.0
    login: tuple[str, str] | None = None
    taken: list[tuple[str, str, str]] = field(default_factory=list)  # from, to, message
    seen_in_clear: list[str] = field(default_factory=list)

    @contextmanager
    def serving(self) -> Iterator[MailServer]:
        context = self.certificates.context()
        with Listening(lambda plain: self._serve(plain, context)) as listening:
            yield self.at(listening.port)

    def at(self, port: int) -> MailServer:
        security = "tls" if self.implicit else "starttls"
        user, password = self.login or ("", "")
        return MailServer(HOST, port, security, user, password, "holdfast@agency.example", self.certificates.ca_file)

    def _serve(self, plain: socket.socket, context: ssl.SSLContext) -> None:
        with ExitStack() as opened:
            self._talk(plain, opened, context)

    def _talk(self, plain: socket.socket, opened: ExitStack, context: ssl.SSLContext) -> None:
        stream = opened.enter_context(context.wrap_socket(plain, server_side=True)) if self.implicit else plain
        if self.greeting is None:
            time.sleep(5)
            return
        self._say(stream, self.greeting)
        sender = to = ""
        reader = opened.enter_context(stream.makefile("rb"))
        while line := reader.readline(2000).decode("ascii", "replace").strip():
            verb = line.split(" ")[0].upper()
            sender, to = (line if verb == "MAIL" else sender), (line if verb == "RCPT" else to)
            if not isinstance(stream, ssl.SSLSocket):
                self.seen_in_clear.append(line)
            if answer := self.answers.get(line) or self.answers.get(verb):
                self._say(stream, answer)
            elif verb == "EHLO":
                offers = [
                    "mail.example",
                    *(["STARTTLS"] if self.starttls and not isinstance(stream, ssl.SSLSocket) else []),
                    "AUTH PLAIN",
                ]
                for offer in offers[:-1]:
                    self._say(stream, f"250-{offer}")
                self._say(stream, f"250 {offers[-1]}")
            elif verb == "STARTTLS":
                self._say(stream, "220 go on")
                stream = opened.enter_context(context.wrap_socket(plain, server_side=True))
                reader = opened.enter_context(stream.makefile("rb"))
            elif verb == "AUTH":
                self._say(stream, "235 welcome")
            elif verb == "DATA":
                self._say(stream, "354 go on")
                body = b""
                while not body.endswith(b"\r\n.\r\n"):
                    body += reader.readline(2000)
                self.taken.append((sender, to, body.decode("ascii")))
                self._say(stream, self.answers.get("TAKEN", "250 taken"))
            else:
                self._say(stream, "250 good")

    def _say(self, stream: Any, line: str) -> None:
        for piece in [bytes([byte]) for byte in line.encode()] if self.drip else [line.encode()]:
            stream.sendall(piece)
            time.sleep(self.drip)
        stream.sendall(b"\r\n")


@dataclass
class Webhook:
    """What a pager's webhook took, and what it answers."""

    certificates: Certificates
    answer: bytes = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
    drip: float = 0.0
    taken: list[tuple[str, str]] = field(default_factory=list)  # head, body

    @contextmanager
    def serving(self) -> Iterator[str]:
        context = self.certificates.context()
        with Listening(lambda plain: self._serve(plain, context)) as listening:
            yield f"https://{HOST}:{listening.port}/page?team=peers"

    def _serve(self, plain: socket.socket, context: ssl.SSLContext) -> None:
        with context.wrap_socket(plain, server_side=True) as stream:
            self._talk(stream)

    def _talk(self, stream: ssl.SSLSocket) -> None:
        read = b""
        while b"\r\n\r\n" not in read:
            read += stream.recv(4096)
        head, _, body = read.decode().partition("\r\n\r\n")
        length = next(int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:"))
        while len(body) < length:
            body += stream.recv(4096).decode()
        self.taken.append((head, body))
        for piece in [bytes([byte]) for byte in self.answer] if self.drip else [self.answer]:
            stream.sendall(piece)
            time.sleep(self.drip)
        with suppress(OSError):
            stream.unwrap()
