"""Another system of the agency, as it calls a served node's JSON interface over its listener."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from common.web.rate import TRIES
from node.console import api_answering
from node.domain.api_token import Permission
from node.opened import OpenNode
from node.use_cases.api_tokens import add_token
from tests.builders import NOON
from tests.care import add_incident, add_member, add_supporter
from tests.consoles import ServedNode, served_node
from tests.fakes import SetClock
from tests.nodes import INCIDENT_ID
from tests.people import audited

INCIDENT = INCIDENT_ID.hex()
ALL = tuple(Permission)
KEY = {"Idempotency-Key": "cad-call-0001"}
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        """The JSON in it."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Caller:
    """A system that holds a token; empty: none."""

    node: ServedNode
    token: str

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        below: str = "/api/v1",
        pieces: Sequence[bytes] = (),
        **headers: str,
    ) -> Answer:
        """Send one call and give what came back."""
        at = urlsplit(self.node.origin)
        connection = HTTPConnection(str(at.hostname), at.port, timeout=30)
        sent = {"Content-Type": "application/json"} if body is not None or raw is not None or pieces else {}
        sent |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            content: Any = json.dumps(body).encode() if body is not None else raw
            content = iter(pieces) if pieces else content  # with no length told before
            connection.request(method, f"{below}{path}", content, sent)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def check_in(self, member: str = "M-0001", *, key: str = "cad-call-0001", **more: Any) -> Answer:
        """Ask for a check-in with a member."""
        body = {"due": "2026-12-01", "member": member} | more
        return self.call("POST", "/check-ins", body, Idempotency_Key=key)


@dataclass(frozen=True)
class CalledNode:
    """A served node with an incident, a supporter S-01 and a member M-0001."""

    served: ServedNode
    clock: SetClock

    def caller(self, *may: Permission, name: str = "cad", until: datetime | None = None) -> Caller:
        """Make a token; one that may do everything, unless said otherwise."""
        now = self.clock.now()
        end = until or now + timedelta(days=365)

        def make(node: OpenNode) -> str:
            return node.write("t", lambda c: add_token(c, "user robin", name, may or ALL, end, now)[1])

        return Caller(self.served, self.served.run(make))

    def audited(self) -> list[tuple[str, str, str, str]]:
        """The audit trail."""
        return audited(self.served.node.opened)


@contextmanager
def called_node(
    directory: Path, *, member: str = "Ann Ek", supporter: str = "casey", is_limited: bool = True
) -> Iterator[CalledNode]:
    """Serve a node whose clock stands at noon until it is moved.

    Args:
        is_limited: False where a test is not about how often somebody may call.
    """
    clock = SetClock(NOON)
    often = 10**9, timedelta(seconds=1)
    calls, tries = (api_answering.CALLS, TRIES) if is_limited else (often, often)
    with patch.multiple(api_answering, CALLS=calls, TRIES=tries), served_node(directory, clock) as served:

        def prepare(node: OpenNode) -> None:
            add_incident(node)
            add_member(node, member)
            add_supporter(node, supporter)

        served.run(prepare)
        yield CalledNode(served, clock)
