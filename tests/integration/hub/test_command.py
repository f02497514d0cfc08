"""`holdfast hub`, as a tired operator uses it: what hurts asks first, and a mistake is told in one line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub_command import command, told
from tests.hub_process import running
from tests.hubs import PASSPHRASE, found


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A hub that runs, with one invited agency."""
    with running(tmp_path / "hub") as hub:
        hub.ask("invite", agency="cedar-valley", discipline="ems", name="Cedar Valley")
        yield hub.data


def test_a_command_on_a_stopped_hub_does_the_same(tmp_path: Path) -> None:
    found(tmp_path / "hub")
    invited = command("invite", "cedar-valley", "--discipline", "ems", "--name", "Cedar Valley", data=tmp_path / "hub")
    assert invited.returncode == 0, invited.stderr

    assert "cedar-valley" in command("agencies", data=tmp_path / "hub").stdout
    assert "Nothing was done" in told("evict", "cedar-valley", data=tmp_path / "hub")


def test_what_hurts_an_agency_names_it_and_is_not_done_without_a_yes(data: Path) -> None:
    for verb, question in (("evict", "Evict"), ("ban", "Ban"), ("lift-quarantine", "Let")):
        said = told(verb, "cedar-valley", data=data)
        assert f"{question} Cedar Valley (cedar-valley, invited)" in said
        assert "Nothing was done: run this on a terminal, or say --yes" in said
        assert "no agency is called 'cedar-vally' here: `holdfast hub agencies`" in told(verb, "cedar-vally", data=data)
    assert "invited" in command("agencies", data=data).stdout

    assert command("evict", "cedar-valley", "--yes", data=data).returncode == 0
    assert "evicted" in command("agencies", data=data).stdout


def test_what_cannot_be_taken_back_is_not_done_without_a_yes(data: Path) -> None:
    asked = ("open", "Flood", "--type", "disaster", "--agency", "cedar-valley")
    assert "started: a time with its zone" in told("incident", *asked, "--started", "yesterday", data=data)
    assert "started: a time with its zone" in told("incident", *asked, "--started", "2026-11-03T14:20", data=data)
    incident = command("incident", *asked, data=data).stdout.split()[1]

    assert "say --yes" in told("incident", "status", incident, "closed", data=data)
    assert "say --yes" in told("intermediate", "retire", data=data)
    assert "say --confirm" in told("new-epoch", data=data)
    assert command("incident", "status", incident, "monitoring", data=data).returncode == 0
    assert command("incident", "status", incident, "closed", "--yes", data=data).returncode == 0


def test_a_hub_that_could_not_be_made_leaves_nothing_in_the_way_of_the_next_try(tmp_path: Path) -> None:
    passphrase, short, url = tmp_path / "passphrase", tmp_path / "short", tmp_path / "url"
    passphrase.write_text(PASSPHRASE)
    short.write_text("short")
    url.write_text("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    for secret in (passphrase, short, url):
        secret.chmod(0o600)
    region = ("init", "--region", "ridgeline.holdfast.internal", "--name", "Ridgeline", "--address", "127.0.0.1")
    root_key = ("--root-key", str(tmp_path / "root.key"))

    for wrong, says in (
        (("--passphrase-file", str(short), *root_key), "at least 12"),
        (
            ("--passphrase-file", str(passphrase), "--root-key", str(tmp_path / "no" / "root.key")),
            "is its medium there?",
        ),
        (("--passphrase-file", str(passphrase), "--database-url-file", str(url), *root_key), "PostgreSQL"),
    ):
        assert says in told(*region, *wrong, data=tmp_path / "hub")

    assert command(*region, "--passphrase-file", str(passphrase), *root_key, data=tmp_path / "hub").returncode == 0
