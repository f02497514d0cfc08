"""The node's settings: `node.toml` in its data directory, and the environment (`HOLDFAST_NODE_...`), which wins."""

from typing import ClassVar, Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from common.settings import ProcessSettings

SETTINGS_NAME = "node.toml"
ADDRESS = r"^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$"
NONE_OR_ADDRESS = rf"^$|{ADDRESS}"


class NodeSettings(ProcessSettings):
    """One frozen set of settings for a node process. Every one has a default: an empty file is a good one."""

    model_config = SettingsConfigDict(env_prefix="HOLDFAST_NODE_", frozen=True, extra="forbid")
    read_by_command_line: ClassVar[tuple[str, ...]] = ("HOLDFAST_NODE_DATA",)

    uplink_address: str = Field(
        "", pattern=NONE_OR_ADDRESS, description="host:port of the hub's uplink, if not what the hub told at joining."
    )
    enrollment_address: str = Field(
        "", pattern=NONE_OR_ADDRESS, description="host:port of the hub's enrollment, if not what it told at joining."
    )
    proxy: str = Field(
        "",
        pattern=NONE_OR_ADDRESS,
        description="host:port of the agency's CONNECT proxy; empty: none, whatever the environment says.",
    )
    call_timeout_s: float = Field(20.0, gt=0, le=300, description="Seconds that the hub has for one answer.")
    retry_first_s: float = Field(
        1.0, gt=0, le=60, description="Seconds that the first wait after a failure is at most."
    )
    retry_longest_s: float = Field(60.0, gt=0, le=3600, description="Seconds that any wait after failures is at most.")
    halted_retry_s: float = Field(
        900.0, gt=0, le=86_400, description="Seconds until a report that the hub refuses to read is tried again."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="What the log holds.")
