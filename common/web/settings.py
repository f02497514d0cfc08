"""Settings of a console; the same at a node and at a hub."""

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from common.settings import ProcessSettings

_ADDRESS = r"^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$"
ORIGIN = r"^(https://[A-Za-z0-9.-]+|http://localhost)(:[0-9]{1,5})?$"


class ConsoleSettings(ProcessSettings):
    """Where people open a console in a browser, how it is protected on the way, and in which zone it tells times."""

    time_zone: str = Field(
        "UTC", description="Where the agency or region is, such as America/Denver: times are read and shown so."
    )
    console_listen: str = Field(
        "localhost:8443",
        pattern=rf"^$|{_ADDRESS}",
        description="Where the console is served: localhost:port or address:port; empty: there is none.",
    )
    console_origin: str = Field(
        "https://localhost:8443",
        pattern=ORIGIN,
        description="Where people open it in a browser: passkeys are bound to it, and nothing else is answered.",
    )
    console_tls: Literal["on", "off"] = Field(
        "on", description="Whether the console itself speaks TLS; `off` only on this machine, behind a proxy that does."
    )
    console_certificate: Path | None = Field(
        None, description="PEM of the console's certificate with its chain; none: one of its own, self-signed."
    )
    console_key: Path | None = Field(None, description="PEM of that certificate's key.")
    console_proxy: str = Field(
        "",
        pattern=r"^$|^[0-9a-fA-F:.]+$",
        description="Address of a proxy in front of the console, whose X-Forwarded-For is believed.",
    )

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{name!r} is no time zone: it is called like America/Denver") from None
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)
