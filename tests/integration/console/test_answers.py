"""What every answer of a console says to the browser, whatever was asked (TRUST.md e01, e02, r02)."""

import json
import logging
from io import StringIO
from urllib.parse import quote

import pytest

from common.access.roles import Role
from common.log import JsonLines
from common.web.safety import HEADERS
from common.web.tickets import FORM_COOKIE, SESSION_COOKIE
from tests.console_client import Client
from tests.console_routes import addresses
from tests.consoles import ServedNode
from tests.signing_in import PASSWORD, set_up

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7777}}"
SQL = "x' OR 1=1; DROP TABLE users; --\" %00 UNION SELECT"
JUNK = ["a\x1b[31mred", "line\tbreak", "%s%n%x{0}{name}", "\u202egnp.exe", "é" * 300, "\x7f\x08"]


def test_e01_every_answer_bars_code_frames_and_other_hosts_and_is_kept_nowhere(client: Client, ann: Client) -> None:
    asset = client.get("/").text.split('href="/assets/')[1].split('"')[0]
    paths = [*addresses("node", "GET"), "/no-such-page", f"/assets/{asset}", "/assets/x/no-such-file", "/favicon.ico"]
    for who in (client, ann):
        for path in paths:
            answer = who.get(path)
            assert {name: answer.headers.get(name.lower()) for name in HEADERS} == HEADERS, path
            assert "max-age=31536000" in answer.headers["strict-transport-security"]
            if answer.status != 200 or not path.startswith(("/assets", "/favicon")):
                assert answer.headers["cache-control"] == "no-store", path
    for answer in (
        ann.get("/", {"Host": "elsewhere"}),
        ann.send("POST", "/rate", {}, {}),
        ann.send("POST", "/rate", b"x" * 70_000),
        ann.send("PUT", "/rate", {}),
        ann.send("DELETE", "/account", {}),
    ):
        assert answer.status in (403, 405, 413, 421)
        assert {name: answer.headers.get(name.lower()) for name in HEADERS} == HEADERS
        assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in HEADERS["Content-Security-Policy"]
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_e02_cookies_are_bound_to_this_host_and_hidden_from_code(served: ServedNode, ann: Client) -> None:
    set_up(served, "casey", Role.LEADER)
    first = ann.get("/sign-in").cookies
    second = ann.send(
        "POST", "/sign-in", {"name": "casey", "password": PASSWORD, "ticket": ann.get("/sign-in").ticket}
    ).cookies
    said = ann.post("/sign-out", page="/account").cookies
    given = [*first, *second, *said]
    assert {each.split("=")[0] for each in given} >= {SESSION_COOKIE, FORM_COOKIE, f"{SESSION_COOKIE}-said"}
    for each in given:
        parts = {part.strip().lower() for part in each.split(";")[1:]}
        assert {"httponly", "secure", "path=/", "samesite=strict"} <= parts, each
        assert not any(part.startswith("domain") for part in parts), each


@pytest.mark.parametrize("sign", [SCRIPT, SQL, "../../etc/passwd", "x" * 2000])
def test_e01_what_is_said_in_any_field_or_address_is_inert(client: Client, ann: Client, sign: str) -> None:
    fields = dict.fromkeys(("name", "password", "code", "contact", "when", "named", "wish", "kind", "rating"), sign)
    for path in ("/ask", "/answer", "/rate", "/sign-in", "/set-up", "/account/password", "/account/passkeys"):
        for who, page in ((client, "/account"), (ann, "/rate")):
            ticket = who.get(page).ticket
            answer = who.send("POST", path, fields | {"ticket": ticket})
            assert answer.status < 500, (path, answer.status)
            assert "<script>alert" not in answer.text
            assert "<img src=x" not in answer.text
            assert "54439" not in answer.text, "a template took it for its own"
    for path in ("/resources?kind=", "/resources?language=", "/sign-in?next=", "/contacts?after=", "/contacts/"):
        for who in (client, ann):
            answer = who.get(path + quote(sign))
            assert answer.status < 500, path
            assert "<script>alert" not in answer.text


def test_e02_nobody_is_led_to_another_site(served: ServedNode, ann: Client) -> None:
    set_up(served, "casey", Role.LEADER)
    for next_ in ("//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil", "/\tx", "javascript:x"):
        ticket = ann.get("/sign-in").ticket
        said = {"name": "casey", "password": PASSWORD, "next": next_, "ticket": ticket}
        answer = ann.send("POST", "/sign-in", said)
        assert (answer.status, answer.headers["location"]) == (303, "/report"), next_
        ann.cookies.clear()


def test_e01_junk_in_cookies_and_headers_is_answered_as_if_it_were_not_there(served: ServedNode, ann: Client) -> None:
    token = served.sign_in_as(Role.LEADER)
    for junk in ("", "x", "é", "a" * 8000, "[" * 6000, "eyJ4IjoxfQ==", token[:-1], token + "00"):
        for name in (SESSION_COOKIE, FORM_COOKIE, f"{SESSION_COOKIE}-said"):
            answer = ann.get("/account", {"Cookie": f"{name}={junk}".encode().decode("latin-1")})
            assert answer.status == 303, (name, junk[:20])
    for header in ("Accept-Encoding", "Accept-Language", "User-Agent", "X-Forwarded-For", "Range", "If-None-Match"):
        assert ann.get("/kept", {header: "a, ;q=x, " * 500}).status == 200


def test_r02_what_is_said_in_names_and_headers_ends_as_one_escaped_log_line(served: ServedNode, ann: Client) -> None:
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        for junk in JUNK:
            raw = junk.encode().decode("latin-1")
            ann.get("/", {"Host": raw.replace("\x1b", "").replace("\x7f\x08", "x")})
            ann.get("/", {"User-Agent": "x", "Referer": quote(junk), "Cookie": f"a={quote(junk)}"})
            ann.get(f"/contacts/{quote(junk)}?after={quote(junk)}")
            ann.post("/sign-in", name=junk, password=junk)
    finally:
        root.removeHandler(handler)
    lines = written.getvalue().splitlines()
    assert [json.loads(line)["event"] for line in lines].count("a request named another host") == 1
    assert all(line.isascii() and line.isprintable() for line in lines)


def test_i05_a_name_that_nobody_has_is_answered_like_one_that_somebody_has(served: ServedNode, ann: Client) -> None:
    set_up(served, "casey", Role.LEADER)
    known, unknown = (ann.post("/sign-in", name=name, password="not it") for name in ("casey", "robin"))
    assert (known.status, known.text.replace("casey", "robin")) == (unknown.status, unknown.text)
