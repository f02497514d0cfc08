"""After the play: the region runs on, with the hub's console and one node's for whoever wants to look round.

Both tell the scenario's time. They listen on this machine alone, and end with the demo.
"""

import signal
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.demo.records import Records
from deploy.demo.region import Region

HUB_PEOPLE = {"rita": "regional_coordinator", "bo": "board", "audra": "auditor"}
_FIRST = "robin"


class Consoles:
    """The two consoles, and who may sign in there."""

    def __init__(self, region: Region, records: Records) -> None:
        """Choose whose console is opened: the agency of these records."""
        self._region = region
        self._records = records

    def open(self) -> None:
        """Start the region again, and see that there is somebody of each role on either side."""
        self.hub_address, self.node_address = self._region.start_again(self._records.agency)
        self.node_people = self._records.people()
        self.hub_people = {**HUB_PEOPLE, _FIRST: "operator"}
        added = self._region.ask_hub("user add", name=_FIRST, roles=["operator"])
        session = self._set_up(_FIRST, added)
        for name, role in HUB_PEOPLE.items():
            self._set_up(name, self._region.ask_hub("user add", name=name, roles=[role], session=session))

    def tell(self, console: Console) -> None:
        """Say where the consoles are, and who signs in how."""
        console.print(Text("\nThe region runs on. Open it in a browser of this machine:", "bold"))
        table = Table("", "address", "who signs in", box=None, pad_edge=False)
        table.add_row("hub", self.hub_address, _names(self.hub_people))
        table.add_row(self._records.agency.name, self.node_address, _names(self.node_people))
        console.print(table)
        console.print(Text.assemble("Everybody's password: ", (self._records.password, "bold")))
        console.print("The node's first page needs no account. Ctrl-C ends everything.", style="dim")

    def stay(self) -> None:
        """Go on until Ctrl-C, or until the demo is told to end."""
        signal.pause()

    def _set_up(self, name: str, added: dict[str, Any]) -> str:
        told = {"name": name, "setup_code": added["setup_code"], "password": self._records.password}
        return str(self._region.ask_hub("set up", **told)["token"])


def _names(people: dict[str, str]) -> str:
    return ", ".join(f"{name} ({role.replace('_', ' ')})" for name, role in people.items())
