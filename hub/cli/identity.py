"""`holdfast hub init` and `holdfast hub intermediate ...`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from common.clock import SystemClock
from common.errors import InvalidRequest
from common.storage.files import read_private
from common.terminal import show, show_table
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, Yes, ask, make_sure

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        envvar="HOLDFAST_HUB_ROOT_PASSPHRASE_FILE",
        help="A secret file with the root key's passphrase; asked for on the terminal, if left out.",
    ),
]
intermediate = typer.Typer(no_args_is_help=True, help="Rotate the region's intermediate: prepare, activate, retire.")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("init")(init)
    app.add_typer(intermediate, name="intermediate")


def init(
    region: Annotated[str, typer.Option(help="The region's trust domain, such as ridgeline.holdfast.internal.")],
    name: Annotated[str, typer.Option(help="The region's name as people read it.")],
    address: Annotated[str, typer.Option(help="The host name or address that nodes reach this hub by.")],
    uplink_port: Annotated[int, typer.Option(help="Where joined nodes connect.")] = 7443,
    enrollment_port: Annotated[int, typer.Option(help="Where nodes join.")] = 7444,
    listen: Annotated[str, typer.Option(help="The address of this machine to listen on.")] = "0.0.0.0",  # noqa: S104
    admin_listen: Annotated[str, typer.Option(help="Loopback host:port for health checks; none, if left out.")] = "",
    root_key: Annotated[Path | None, typer.Option(help="Where the encrypted root key goes.")] = None,
    passphrase_file: PassphraseFile = None,
    database_url_file: Annotated[
        Path | None, typer.Option(help="A secret file with a PostgreSQL address; the embedded store, if left out.")
    ] = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Make a new region: its root (kept offline), its first intermediate, and this hub's store."""
    from hub.founding import NewHub, found_hub

    key_file = root_key or data / "offline-root.key"
    new = NewHub(
        data=data,
        trust_domain=region,
        name=name,
        uplink_listen=f"{listen}:{uplink_port}",
        enrollment_listen=f"{listen}:{enrollment_port}",
        uplink_address=f"{address}:{uplink_port}",
        enrollment_address=f"{address}:{enrollment_port}",
        admin_listen=admin_listen,
        root_key_file=key_file,
        passphrase=_passphrase(passphrase_file, confirm=True),
        database_url="" if database_url_file is None else read_private(database_url_file).decode().strip(),
    )
    found_hub(new, SystemClock().now())
    typer.echo(f"made the hub of {name} in {data}")
    typer.echo(f"move {key_file.name} to a medium that you take away: it is needed only to rotate the intermediate")
    typer.echo("next: holdfast hub run, then holdfast hub invite AGENCY --discipline ...")


@intermediate.command("prepare")
def prepare(
    root_key: Annotated[Path, typer.Option(help="The encrypted root key, from the medium where it is kept.")],
    passphrase_file: PassphraseFile = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Make the next intermediate with the offline root. It issues nothing yet."""
    passphrase = _passphrase(passphrase_file, confirm=False)
    answer = ask(data, "intermediate prepare", root_key_file=str(root_key.resolve()), passphrase=passphrase)
    _show_phase(answer, as_json, "next: holdfast hub intermediate activate")


@intermediate.command("activate")
def activate(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Issue with the prepared one from now on; nodes renew by themselves, at their next heartbeat."""
    answer = ask(data, "intermediate activate")
    _show_phase(answer, as_json, "next: holdfast hub intermediate status, until no node uses the old one; then retire")


@intermediate.command("retire")
def retire(yes: Yes = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """End the old one. Refused while nodes depend on it. This cannot be rolled back."""
    make_sure("Retire the old intermediate, which cannot be rolled back", yes)
    _show_phase(ask(data, "intermediate retire"), as_json, "the rotation is complete")


@intermediate.command("rollback")
def rollback(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Undo the last step of a rotation."""
    _show_phase(ask(data, "intermediate rollback"), as_json, "this one issues now")


@intermediate.command("status")
def status(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show each intermediate's phase, and which one each node's certificate comes from."""
    found = ask(data, "intermediate status")
    if as_json:
        show(found, as_json, [])
        return
    show_table(found["intermediates"], False, ("number", "phase", "changed_at"), "none")
    show_table(found["nodes"], False, ("agency", "node", "intermediate", "phase"), "no node has joined yet")


def _show_phase(answer: dict[str, Any], as_json: bool, advice: str) -> None:
    show(answer, as_json, [f"intermediate {answer['number']} is {answer['phase']}", advice])


def _passphrase(file: Path | None, *, confirm: bool) -> str:
    if file is not None:
        return read_private(file).decode("utf-8").rstrip("\n")
    if not typer.get_text_stream("stdin").isatty():
        raise InvalidRequest("passphrase: name a secret file with --passphrase-file, or run this on a terminal")
    return str(typer.prompt("Passphrase of the root key", hide_input=True, confirmation_prompt=confirm))
