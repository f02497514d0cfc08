"""A notice as a mail, by the agency's own mail server.

1. Nothing is said before TLS stands and the server's certificate is proved: neither a password nor an address.
2. The mail holds a fixed subject, one sentence, who it is from and to, and an id; nothing else.
3. What is read from the server is bounded, in bytes and in time.

Source: DOMAIN.md 2; TRUST.md i01.
"""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from io import BufferedReader
from typing import Any

from common.notify.catalogue import SUBJECT
from common.notify.patience import TIMEOUT_S, cut_off
from common.notify.settings import MailServer as MailServer
from common.notify.trouble import Trouble, Undelivered

MOST_READ = 65_536  # bytes
_READY = 220
_TOO_LONG = 500  # smtplib's own, for a line without an end


def send_mail(server: MailServer, to: str, text: str, notice_id: bytes, now: datetime) -> None:
    """Hand one notice to the mail server; comes back when the server has taken it.

    Raises:
        Undelivered: it has not, as far as is known.
    """
    try:
        context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    except OSError:
        raise Undelivered(Trouble.NOT_SECURE) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    domain = server.sender.partition("@")[2]  # said as this machine's name: its own is nobody's business
    client: smtplib.SMTP = (
        _OverTls(context, server.host, domain) if server.security == "tls" else _Bounded(server.host, domain)
    )
    with cut_off(lambda: client.sock) as is_cut_off:
        try:
            _talk(client, context, server, to, _message(server.sender, to, text, notice_id, now))
        except Undelivered:
            raise
        except Exception as error:  # whatever a server can bring about: the queue tries again, the loop goes on
            raise Undelivered(Trouble.SLOW if is_cut_off() else _trouble_of(error)) from None
        finally:
            client.close()


def _talk(client: smtplib.SMTP, context: ssl.SSLContext, server: MailServer, to: str, message: EmailMessage) -> None:
    code, said = client.connect(server.host, server.port)
    if code != _READY:
        raise smtplib.SMTPConnectError(code, said)
    if server.security != "tls":
        client.starttls(context=context)  # 1
    client.ehlo()
    if server.user:
        client.login(server.user, server.password)
    client.send_message(message, server.sender, [to])  # taken, when this comes back: QUIT is not waited for


def _message(sender: str, to: str, text: str, notice_id: bytes, now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, SUBJECT
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{notice_id.hex()}@{sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _trouble_of(error: Exception) -> Trouble:
    match error:
        case smtplib.SMTPAuthenticationError():
            return Trouble.LOGIN
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _ in error.recipients.values()]
            return Trouble.REFUSED if all(500 <= code < 600 for code in codes) else Trouble.BUSY
        case smtplib.SMTPNotSupportedError() | ssl.SSLError():
            return Trouble.NOT_SECURE
        case smtplib.SMTPResponseException():
            return Trouble.BUSY if 400 <= error.smtp_code < 600 and error.smtp_code != _TOO_LONG else Trouble.GARBAGE
        case TimeoutError() | smtplib.SMTPServerDisconnected(__context__=TimeoutError()):
            return Trouble.SLOW
        case smtplib.SMTPServerDisconnected():
            return Trouble.HUNG_UP
        case smtplib.SMTPException() | UnicodeError():
            return Trouble.GARBAGE
        case OSError():
            return Trouble.UNREACHABLE
    return Trouble.GARBAGE


class _Bounded(smtplib.SMTP):
    """Reads a bounded number of bytes from a server (3)."""

    def __init__(self, host: str, domain: str) -> None:
        super().__init__(local_hostname=domain, timeout=TIMEOUT_S)
        self._host = host  # whose certificate STARTTLS wants; smtplib sets it only when it connects while it is made

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _BoundedFile(self.sock.makefile("rb"))
        return super().getreply()


class _OverTls(_Bounded):
    """TLS from the first byte on."""

    def __init__(self, context: ssl.SSLContext, host: str, domain: str) -> None:
        super().__init__(host, domain)
        self._tls = context

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        plain = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        return self._tls.wrap_socket(plain, server_hostname=host)


class _BoundedFile:
    def __init__(self, file: BufferedReader) -> None:
        self._file, self._left = file, MOST_READ

    def readline(self, limit: int) -> bytes:
        if self._left <= 0:
            raise ValueError("a server says more than it may")
        line = self._file.readline(min(limit, self._left))
        self._left -= len(line)
        return line

    def close(self) -> None:
        """Close it: the socket is closed only when nothing reads from it any more."""
        self._file.close()
