"""Settings of the two ways by which notices go out; the same at a node and at a hub."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from common.errors import HoldfastError
from common.notify.trouble import Trouble, Undelivered
from common.settings import ProcessSettings
from common.storage.files import read_private


@dataclass(frozen=True)
class MailServer:
    """The agency's own mail server."""

    host: str
    port: int
    security: str  # `starttls` or `tls`
    user: str
    password: str
    sender: str
    ca_file: Path | None = None  # its certificate's authority, where that is not a public one


class NoticeSettings(ProcessSettings):
    """How a process reaches people. Nothing set: nobody is told, and the list of notices says so."""

    smtp_host: str = Field(
        "", pattern=r"^[A-Za-z0-9.:-]{0,253}$", description="The agency's own mail server; empty: no mail."
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    smtp_security: Literal["starttls", "tls"] = Field("starttls", description="How TLS begins; there is no third way.")
    smtp_user: str = Field("", max_length=200, description="Who signs in there; empty: nobody does.")
    smtp_password_file: Path | None = Field(None, description="A secret file with that user's password.")
    smtp_from: str = Field(
        "", pattern=r"^$|^[^\s@<>,;:\"]{1,64}@[A-Za-z0-9.-]{1,190}$", description="Whom notices come from."
    )
    smtp_ca_file: Path | None = Field(None, description="Its authority's certificates (PEM), if not a public one.")
    pager_hosts: str = Field(
        "",
        max_length=1000,
        description="Hosts of pager webhooks that people may name, commas between; empty: none.",
    )
    pager_ca_file: Path | None = Field(None, description="Their authority's certificates (PEM), if not a public one.")

    @property
    def allowed_pager_hosts(self) -> list[str]:
        """The hosts that a pager's address may name."""
        return [host.strip() for host in self.pager_hosts.split(",") if host.strip()]

    def mail_server(self) -> MailServer:
        """Give the mail server with its password; raises Undelivered when none is set up."""
        if not (self.smtp_host and self.smtp_from):
            raise Undelivered(Trouble.NOT_SET_UP)
        try:
            password = "" if self.smtp_password_file is None else read_private(self.smtp_password_file).decode()
        except (HoldfastError, UnicodeDecodeError):
            raise Undelivered(Trouble.LOGIN) from None
        return MailServer(
            host=self.smtp_host,
            port=self.smtp_port,
            security=self.smtp_security,
            user=self.smtp_user,
            password=password.strip("\r\n"),
            sender=self.smtp_from,
            ca_file=self.smtp_ca_file,
        )
