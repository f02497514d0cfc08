"""A mail server and a webhook that run, and the settings that lead a node to them."""

from contextlib import ExitStack
from pathlib import Path

from tests.mail_servers import HOST, Certificates, Mailbox, Webhook


class Servers:
    """Both, until the stack is closed."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        self.box, self.hook = Mailbox(Certificates(folder)), Webhook(Certificates(folder))
        self.certificates = self.box.certificates
        self.hook.certificates = self.certificates
        server = running.enter_context(self.box.serving())
        self.url = running.enter_context(self.hook.serving())
        self.settings = {
            "smtp_host": HOST,
            "smtp_port": server.port,
            "smtp_from": "holdfast@agency.example",
            "smtp_ca_file": str(self.certificates.ca_file),
            "pager_hosts": self.url.split("/")[2],
            "pager_ca_file": str(self.certificates.ca_file),
        }

    def sentences(self) -> list[str]:
        """What the mail server was told to say, in order."""
        return [message.partition("\r\n\r\n")[2].splitlines()[0] for _, _, message in self.box.taken]

    def recipients(self) -> list[str]:
        """To whom, in order."""
        return [to.partition("<")[2].rstrip(">") for _, to, _ in self.box.taken]
