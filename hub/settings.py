"""The hub's settings: `hub.toml` in its data directory, and the environment (`HOLDFAST_HUB_...`), which wins."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from common.notify.settings import NoticeSettings
from common.web.settings import ORIGIN, ConsoleSettings

SETTINGS_NAME = "hub.toml"
ADDRESS = r"^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$"


class HubSettings(NoticeSettings, ConsoleSettings):
    """One frozen set of settings for a hub process."""

    model_config = SettingsConfigDict(env_prefix="HOLDFAST_HUB_", frozen=True, extra="forbid")
    read_by_command_line = ("HOLDFAST_HUB_DATA", "HOLDFAST_HUB_SESSION", "HOLDFAST_HUB_ROOT_PASSPHRASE_FILE")

    uplink_listen: str = Field("0.0.0.0:7443", pattern=ADDRESS, description="Where joined nodes connect: host:port.")
    enrollment_listen: str = Field("0.0.0.0:7444", pattern=ADDRESS, description="Where nodes join: host:port.")
    uplink_address: str = Field(pattern=ADDRESS, description="What nodes are told to connect to: host:port.")
    enrollment_address: str = Field(pattern=ADDRESS, description="What join strings name: host:port.")
    admin_listen: str = Field("", description="Loopback host:port of health checks and reflection; empty: none.")
    database_url_file: Path | None = Field(
        None, description="A secret file with the PostgreSQL address; none: the embedded store."
    )
    console_listen: str = Field(
        "localhost:8444",
        pattern=rf"^$|{ADDRESS}",
        description="Where the console is served: localhost:port or address:port; empty: there is none.",
    )
    console_origin: str = Field(
        "https://localhost:8444",
        pattern=ORIGIN,
        description="Where people open it in a browser: passkeys are bound to it, and nothing else is answered.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="What the log holds.")
