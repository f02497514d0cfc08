"""`holdfast node ask-for-peer | look-for-answer | requests-for-peer ...`."""

from typing import Annotated, Any

import typer

from common.terminal import show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.domain.encounter import SupportKind
from node.domain.support_request import CloseReason
from node.domain.words import words_of

Request = Annotated[str, typer.Argument(metavar="REQUEST", help="The request's id, or 4 or more of its last digits.")]
requests = typer.Typer(
    no_args_is_help=True,
    help="Requests for a peer, made by members with no account. Each is sealed to the coordinators who were on duty: "
    "nobody else can read it, no operator either.",
)
SHORT = 8
_COLUMNS = ("id", "asked_at", "state", "sealed_to", "is_yours")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("ask-for-peer")(ask_for_peer)
    app.command("look-for-answer")(look_for_answer)
    app.add_typer(requests, name="requests-for-peer")


def ask_for_peer(
    named: Annotated[str, typer.Option(help="A supporter whom you would like.")] = "",
    outside: Annotated[bool, typer.Option("--outside", help="Somebody from outside this agency.")] = False,
    contact: Annotated[
        str, typer.Option(help="How to reach you. Left out: you stay unknown, and look for the answer.")
    ] = "",
    when: Annotated[str, typer.Option(help="When it would suit, in your words.")] = "",
    kind: Annotated[str, typer.Option(help=f"What it is about, if you like to say: {words_of(SupportKind)}.")] = "",
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Ask for a peer. Nobody signs in; only the coordinators on duty can read it, and you need not say who you are."""
    wish = "outside" if outside else "named" if named else "anyone"
    answer = ask(data, "ask_for_peer", wish=wish, named=named, contact=contact, when=when, kind=kind)
    where = "They will reach you as you said, or leave" if answer["reached"] else "They will leave"
    show(
        answer,
        as_json,
        [
            "The coordinators on duty have it, and nobody else can read it.",
            f"{where} an answer under this code, which is shown only now: {answer['code']}",
            "  holdfast node look-for-answer CODE",
            f"If it cannot wait: {answer['crisis_line']}; in danger call the emergency number.",
        ],
    )


def look_for_answer(
    code: Annotated[str, typer.Argument(help="The code that you were shown when you asked.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """See how far your request for a peer is, and what was answered."""
    found = ask(data, "look_for_answer", code=code)
    says = {
        "waiting": "It waits for a coordinator on duty.",
        "taken": "Somebody looks after it.",
        "answered": "There is an answer:",
        "closed": "It is closed; you can ask again at any time.",
    }[found["state"]]
    show(found, as_json, [says, *found["answer"].splitlines(), f"If it cannot wait: {found['crisis_line']}."])


@requests.command("list")
def list_(
    all_: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """List requests, the oldest first: since when each waits, and to whom it is sealed."""
    rows = ask(data, "support_requests", all=all_)
    shown = rows if as_json else [row | {"id": row["id"][-SHORT:]} for row in rows]
    show_table(shown, as_json, _COLUMNS, "nobody waits for a peer")


@requests.command("show")
def show_(request: Request, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Open a request that is sealed to you."""
    found = ask(data, "support_request_show", id=request)
    labels = {
        "wish": "wants", "named": "named", "contact": "reach", "when": "when", "kind": "about", "taken_by": "taken by",
        "answer": "answered", "reason": "closed",
    }  # fmt: skip
    lines = [f"{found['id'][-SHORT:]}, asked {found['asked_at'][:16].replace('T', ' ')}: {found['state']}"]
    lines += [f"{label:<10} {found[name]}" for name, label in labels.items() if found[name]]
    if found["wish"] == "outside":
        lines.append(
            "They want somebody from outside the agency: call a coordinator in the directory, or ask other agencies "
            "for supporters with `holdfast node aid request`. Nothing of this request goes with either."
        )
    if not found["contact"]:
        lines.append("They left no way to be reached: `requests-for-peer answer` leaves an answer under their code.")
    show(found, as_json, lines)


@requests.command("take")
def take(
    request: Request,
    by: Annotated[str, typer.Option(help="Who looks after it, such as a supporter; you, if left out.")] = "",
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say who looks after a request."""
    _tell(ask(data, "support_request_take", id=request, by=by), as_json)


@requests.command("answer")
def answer(
    request: Request,
    text: Annotated[str, typer.Argument(help="What whoever asked finds under the code: who will come, when, where.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Leave an answer, sealed to the code of whoever asked."""
    _tell(ask(data, "support_request_answer", id=request, text=text), as_json)


@requests.command("close")
def close(
    request: Request,
    reason: Annotated[str, typer.Option(help=f"{words_of(CloseReason)}.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Close a request; it is erased after 30 days."""
    _tell(ask(data, "support_request_close", id=request, reason=reason), as_json)


@requests.command("share")
def share(
    request: Request,
    to: Annotated[str, typer.Argument(help="A coordinator, by the name they sign in with.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Seal a request to one more coordinator, such as the one who comes on duty after you."""
    answer = ask(data, "support_request_share", id=request, to=to)
    show(answer, as_json, [f"{answer['shared_with']} can open it now"])


def _tell(answer: dict[str, Any], as_json: bool) -> None:
    show(answer, as_json, [f"request {answer['id'][-SHORT:]}: {answer['state']}"])
