"""The node's settings: `node.toml` in its data directory, and the environment (`HOLDFAST_NODE_...`), which wins."""

from typing import ClassVar, Literal

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from common.errors import InvalidRequest
from common.notify.settings import NoticeSettings
from common.web.settings import ConsoleSettings
from node.domain.jurisdiction import Law, Pack
from node.packs import get_pack, load_packs
from node.vault.sources import KeySource

SETTINGS_NAME = "node.toml"
ADDRESS = r"^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$"
NONE_OR_ADDRESS = rf"^$|{ADDRESS}"


class NodeSettings(NoticeSettings, ConsoleSettings):
    """One frozen set of settings for a node process. Every one has a default: an empty file is a good one."""

    model_config = SettingsConfigDict(env_prefix="HOLDFAST_NODE_", frozen=True, extra="forbid")
    read_by_command_line: ClassVar[tuple[str, ...]] = ("HOLDFAST_NODE_DATA", "HOLDFAST_NODE_SESSION")

    agency_name: str = Field(
        "",
        max_length=200,
        description="What the agency is called, while no hub told it; a node without one needs it.",
    )
    jurisdiction: str = Field("default", max_length=40, description="The jurisdiction pack whose rules hold here.")
    notes: Literal["off", "on"] = Field(
        "off", description="Whether supporters may write sealed notes, where the jurisdiction allows any."
    )
    crisis_line: str = Field(
        "988 (call or text, at any hour)",
        max_length=200,
        description="What somebody is told who asks for a peer while nobody can be asked.",
    )
    high_load_days: int = Field(
        7, ge=0, le=365, description="Days after which a supporter's full caseload stands on the coordinator's list."
    )
    disclosure_notice_days: int = Field(
        7, ge=1, le=90, description="Days in which a person is told in writing of a disclosure, where the law asks so."
    )
    release_mode: str = Field(
        "",
        max_length=40,
        description="How counts leave: ask (a coordinator sends), after_grace (by themselves, unless held), at_once. "
        "Empty, or anything else: nothing leaves.",
    )
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
    key_source: KeySource = Field(
        KeySource.FILE, description="Where the key comes from that every other key here is wrapped under."
    )
    key_file: str = Field(
        "secrets/key-encryption.key", min_length=1, description="That key's file, as seen from the data directory."
    )
    passphrase_fd: int = Field(
        -1,
        ge=-1,
        description="File descriptor with the passphrase as one line; -1: asked for, or standard input.",
    )
    backup_folder: str = Field(
        "", description="Where backups go, best on another disk; erasures also take their keys out there."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="What the log holds.")

    @field_validator("jurisdiction")
    @classmethod
    def _is_a_pack(cls, name: str) -> str:
        try:
            return get_pack(name).name
        except InvalidRequest as error:
            raise ValueError(str(error).removeprefix("jurisdiction: ")) from None

    @property
    def pack(self) -> Pack:
        """The jurisdiction pack whose rules hold here."""
        return get_pack(self.jurisdiction)

    @property
    def law(self) -> Law:
        """That pack, and those that other agencies may be under."""
        return Law(self.pack, load_packs())
