"""Notices go to a real mail server and a real webhook on this machine, and survive whatever those do."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from common.notify import mail, pager, patience
from common.notify.catalogue import SUBJECT
from common.notify.trouble import Trouble, Undelivered
from tests.builders import NOON
from tests.mail_servers import Certificates, Listening, Mailbox, Webhook
from tests.ports import free_port

TEXT = "An offer waits for you; accept by 04:20."
ID = bytes(range(16))
TO = "dana@agency.example"


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return Certificates(tmp_path)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A short patience, for servers that answer late."""
    monkeypatch.setattr(mail, "TIMEOUT_S", 0.5)
    monkeypatch.setattr(pager, "TIMEOUT_S", 0.5)
    wait: Any = patience.cut_off
    for module in (mail, pager):
        monkeypatch.setattr(module, "cut_off", lambda connection: wait(connection, 1.5))


def sent(box: Mailbox) -> None:
    with box.serving() as server:
        mail.send_mail(server, TO, TEXT, ID, NOON)


@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "TLS"])
def test_a_mail_holds_one_sentence_and_goes_over_tls(certificates: Certificates, implicit: bool) -> None:
    box = Mailbox(certificates, implicit=implicit, login=("holdfast", "a password"))

    sent(box)

    [(sender, to, message)] = box.taken
    head, _, body = message.partition("\r\n\r\n")
    assert (sender, to) == ("mail FROM:<holdfast@agency.example>", f"rcpt TO:<{TO}>")
    assert body == f"{TEXT}\r\n.\r\n"
    names = {line.split(":")[0] for line in head.split("\r\n")}
    assert names == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert f"Subject: {SUBJECT}" in head
    assert f"Message-ID: <{ID.hex()}@agency.example>" in head
    assert [line.split(" ")[0] for line in box.seen_in_clear] == ([] if implicit else ["ehlo", "STARTTLS"])


def test_a_mail_server_that_offers_no_tls_gets_neither_password_nor_address(certificates: Certificates) -> None:
    box = Mailbox(certificates, starttls=False, login=("holdfast", "a password"))

    with pytest.raises(Undelivered) as failed:
        sent(box)

    assert (failed.value.trouble, box.taken) == (Trouble.NOT_SECURE, [])
    assert {line.split(" ")[0] for line in box.seen_in_clear} <= {"ehlo", "QUIT", "quit"}


@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "TLS"])
def test_a_mail_server_with_another_certificate_gets_nothing(tmp_path: Path, implicit: bool) -> None:
    (tmp_path / "other").mkdir()
    box, other = Mailbox(Certificates(tmp_path), implicit=implicit), Certificates(tmp_path / "other")
    with box.serving() as server, pytest.raises(Undelivered) as failed:
        mail.send_mail(mail.MailServer(**vars(server) | {"ca_file": other.ca_file}), TO, TEXT, ID, NOON)

    assert (failed.value.trouble, box.taken) == (Trouble.NOT_SECURE, [])


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ({"answers": {"RCPT": "550 no such person"}}, Trouble.REFUSED),
        ({"answers": {"RCPT": "450 greylisted"}}, Trouble.BUSY),
        ({"answers": {"AUTH": "535 no"}, "login": ("holdfast", "wrong")}, Trouble.LOGIN),
        ({"answers": {"TAKEN": "451 disk full"}}, Trouble.BUSY),
        ({"answers": {"DATA": "554 no"}}, Trouble.BUSY),
        ({"answers": {"MAIL": "\x00\xff" * 40}}, Trouble.GARBAGE),
        ({"answers": {"MAIL": "\r\n".join(["250-more"] * 20_000)}}, Trouble.GARBAGE),
        ({"answers": {"MAIL": "\r\n".join(["250-mor"] * 20_000)}}, Trouble.GARBAGE),  # the bound ends a line
        ({"greeting": "HTTP/1.1 400 Bad Request"}, Trouble.GARBAGE),
        ({"greeting": "x" * 100_000}, Trouble.GARBAGE),
        ({"greeting": "554 go away"}, Trouble.BUSY),
        ({"greeting": None}, Trouble.SLOW),
        ({"drip": 0.2}, Trouble.SLOW),
    ],
    ids=lambda each: each.name if isinstance(each, Trouble) else "",
)
def test_a_mail_server_that_does_not_take_it_is_told_in_a_few_words(
    certificates: Certificates, box: dict[str, Any], expected: Trouble
) -> None:
    with pytest.raises(Undelivered) as failed:
        sent(Mailbox(certificates, **box))

    assert failed.value.trouble is expected


def test_a_mail_server_that_hangs_up_is_told_apart_from_one_that_says_what_nobody_understands(
    certificates: Certificates,
) -> None:
    box = Mailbox(certificates)
    greets = Listening(lambda plain: plain.sendall(b"220 mail.example\r\n"))
    with greets as listening, pytest.raises(Undelivered) as failed:
        mail.send_mail(box.at(listening.port), TO, TEXT, ID, NOON)

    assert failed.value.trouble is Trouble.HUNG_UP


def test_a_mail_server_takes_several_notices_at_once(certificates: Certificates) -> None:
    box = Mailbox(certificates)
    with box.serving() as server, ThreadPoolExecutor(4) as at_once:
        list(at_once.map(lambda _: mail.send_mail(server, TO, TEXT, ID, NOON), range(40)))

    assert len(box.taken) == 40


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("host", ["localhost", "no-such-host.invalid"])
def test_a_server_that_is_not_there_is_not_reached(certificates: Certificates, host: str) -> None:
    server = Mailbox(certificates).at(free_port())
    with pytest.raises(Undelivered) as failed:
        mail.send_mail(mail.MailServer(**vars(server) | {"host": host}), TO, TEXT, ID, NOON)
    with pytest.raises(Undelivered) as unpaged:
        pager.page(f"https://{host}:{server.port}/", TEXT, ID, certificates.ca_file)

    assert failed.value.trouble is unpaged.value.trouble is Trouble.UNREACHABLE


def test_a_page_is_one_post_with_one_sentence(certificates: Certificates) -> None:
    hook = Webhook(certificates)
    with hook.serving() as url:
        pager.page(url, TEXT, ID, certificates.ca_file)

    [(head, body)] = hook.taken
    assert head.split("\r\n")[0] == "POST /page?team=peers HTTP/1.1"
    assert {line.split(":")[0] for line in head.split("\r\n")[1:]} == {
        "Host", "Accept-Encoding", "Content-Length", "Content-Type", "Connection"
    }  # fmt: skip
    assert json.loads(body) == {"id": ID.hex(), "text": TEXT}


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("answer", "drip", "expected"),
    [
        (b"HTTP/1.1 301 Moved\r\nLocation: https://localhost:%d/\r\nContent-Length: 0\r\n\r\n", 0, Trouble.REDIRECTED),
        (b"HTTP/1.1 307 Again\r\nLocation: https://localhost:%d/\r\nContent-Length: 0\r\n\r\n", 0, Trouble.REDIRECTED),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 0, Trouble.REFUSED),
        (b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n", 0, Trouble.BUSY),
        (b"\x00\xff garbage\r\n\r\n", 0, Trouble.GARBAGE),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200, 0, Trouble.GARBAGE),
        (b"HTTP/1.1 200 " + b"x" * 100_000, 0, Trouble.GARBAGE),
        (b"HTTP/1.1 200 OK\r\n\r\n", 0.2, Trouble.SLOW),
        (b"", 0, Trouble.HUNG_UP),
    ],
)
def test_a_webhook_that_does_not_take_it_is_told_in_a_few_words(
    certificates: Certificates, answer: bytes, drip: float, expected: Trouble
) -> None:
    with Listening(lambda _: None) as elsewhere:
        hook = Webhook(certificates, answer.replace(b"%d", str(elsewhere.port).encode()), drip)
        with hook.serving() as url, pytest.raises(Undelivered) as failed:
            pager.page(url, TEXT, ID, certificates.ca_file)

        assert failed.value.trouble is expected
        assert elsewhere.connections == 0, "a redirect was followed"


def test_a_webhook_with_another_certificate_gets_nothing(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    hook, other = Webhook(Certificates(tmp_path)), Certificates(tmp_path / "other")
    with hook.serving() as url, pytest.raises(Undelivered) as failed:
        pager.page(url, TEXT, ID, other.ca_file)

    assert (failed.value.trouble, hook.taken) == (Trouble.NOT_SECURE, [])


def test_what_goes_wrong_inside_is_no_outage(certificates: Certificates) -> None:
    broken: Callable[[], None] = lambda: mail.send_mail(Mailbox(certificates).at(1), "d\u00e4na", TEXT, ID, NOON)  # noqa: E731
    with pytest.raises(Undelivered):
        broken()
