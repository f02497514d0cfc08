"""Settings are read from one file and the environment, which wins; everything that is wrong is told in one error."""

from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import Field, ValidationError
from pydantic_settings import SettingsConfigDict

from common.errors import InvalidRequest
from common.settings import ProcessSettings, load_settings


class BeaconSettings(ProcessSettings):
    """Settings of a process that stands for any."""

    model_config = SettingsConfigDict(env_prefix="HOLDFAST_BEACON_", frozen=True, extra="forbid")
    read_by_command_line: ClassVar[tuple[str, ...]] = ("HOLDFAST_BEACON_DATA",)

    address: str = Field(pattern=r"^[a-z.]+:[0-9]+$")
    retry_s: float = Field(1.0, gt=0, le=60)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "beacon.toml"


def test_the_file_is_read_and_what_it_leaves_out_has_its_default(file: Path) -> None:
    file.write_text('address = "hub.example:7443"\n')

    settings = load_settings(BeaconSettings, file)

    assert (settings.address, settings.retry_s) == ("hub.example:7443", 1.0)


@pytest.mark.parametrize("name", ["HOLDFAST_BEACON_ADDRESS", "holdfast_beacon_address", "Holdfast_Beacon_Address"])
def test_the_environment_wins(file: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    file.write_text('address = "from.file:1"\nretry_s = 7\n')
    monkeypatch.setenv(name, "from.environment:2")

    settings = load_settings(BeaconSettings, file)

    assert (settings.address, settings.retry_s) == ("from.environment:2", 7.0)


def test_the_environment_wins_also_over_a_value_that_is_wrong(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('address = "no address"\n')
    monkeypatch.setenv("HOLDFAST_BEACON_ADDRESS", "hub.example:2")

    assert load_settings(BeaconSettings, file).address == "hub.example:2"


def test_everything_wrong_is_told_at_once(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('retry_s = 99\nretries = 3\n"" = 1\n')
    monkeypatch.setenv("HOLDFAST_BEACON_ADRESS", "a.typo:1")
    monkeypatch.setenv("holdfast_beacon_colour", "red")

    with pytest.raises(InvalidRequest) as refusal:
        load_settings(BeaconSettings, file)

    first, *wrong = str(refusal.value).split("\n  ")
    assert first == "settings:"
    assert sorted(line.split(":")[0] for line in wrong) == [
        "", "address", "environment", "environment", "retries", "retry_s",
    ]  # fmt: skip
    assert "environment: HOLDFAST_BEACON_ADRESS is no setting" in wrong
    assert "environment: HOLDFAST_BEACON_COLOUR is no setting" in wrong


def test_a_value_that_is_wrong_in_the_environment_is_told_by_its_setting(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('address = "hub.example:1"\n')
    monkeypatch.setenv("HOLDFAST_BEACON_RETRY_S", "soon")

    with pytest.raises(InvalidRequest, match=r"\n  retry_s: Input should be a valid number"):
        load_settings(BeaconSettings, file)


def test_names_of_others_and_options_of_the_command_line_are_left_alone(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('address = "hub.example:1"\n')
    monkeypatch.setenv("HOLDFAST_BEACON_DATA", "/srv/beacon")
    monkeypatch.setenv("HOLDFAST_TRACEBACK", "1")
    monkeypatch.setenv("ADDRESS", "not.ours:1")

    assert load_settings(BeaconSettings, file).address == "hub.example:1"


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"address = ", "is not TOML"), (b'address = "\xff"', "is not TOML"), (None, "there is no 'beacon.toml' in")],
)
def test_a_file_that_cannot_be_read_is_named(file: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(InvalidRequest, match=f"^settings: .*{said}"):
        load_settings(BeaconSettings, file)


def test_settings_stay_as_they_were_read(file: Path) -> None:
    file.write_text('address = "hub.example:1"\n')
    settings = load_settings(BeaconSettings, file)

    with pytest.raises(ValidationError, match="frozen"):
        settings.address = "other.example:1"
