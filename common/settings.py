"""Settings of a process: one frozen model, read from one TOML file and the environment, which wins.

Everything wrong is told in one error: values out of range, names that do not exist, also in the environment.

Source: STYLE.md 7.
"""

import os
import tomllib
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from common.errors import InvalidRequest


class ProcessSettings(BaseSettings):
    """Base of a process's settings. A subclass names its environment prefix in `model_config`."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")
    read_by_command_line: ClassVar[tuple[str, ...]] = ()  # names under the same prefix that are options, not settings

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment first, then the file that `load_settings` names."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


SettingsT = TypeVar("SettingsT", bound=ProcessSettings)


def load_settings(model: type[SettingsT], file: Path) -> SettingsT:
    """Read a process's settings.

    Raises:
        InvalidRequest: names everything that is wrong or unknown, one per line.
    """
    wrong: list[str] = []
    values: dict[str, Any] = {}
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise InvalidRequest(f"settings: there is no {file.name!r} in {file.parent.name!r}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"settings: {file.name!r} is not TOML: {error}") from None
    prefix = str(model.model_config.get("env_prefix", ""))
    for name in sorted(map(str.upper, os.environ)):  # capitals do not matter, as for pydantic
        field = name.removeprefix(prefix).lower()
        if name.startswith(prefix) and field in model.model_fields:
            values.pop(field, None)  # the environment wins
        elif name.startswith(prefix) and name not in model.read_by_command_line:
            wrong.append(f"environment: {name} is no setting")
    try:
        settings = model(**values)
    except ValidationError as error:
        wrong += [
            f"{'.'.join(map(str, item['loc']))}: {item['msg'].removeprefix('Value error, ')}"
            for item in error.errors(include_url=False)
        ]
    if wrong:
        raise InvalidRequest("settings:\n  " + "\n  ".join(wrong))
    return settings
