"""After the demo's play the region runs on, with two consoles and somebody of each role. Real processes."""

import io
import random
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser
from rich.console import Console

from deploy.demo.consoles import Consoles
from deploy.demo.processes import Processes
from deploy.demo.records import Records
from deploy.demo.region import Region
from deploy.demo.scenario import read_scenario
from tests.browser.looking import DESK, Visitor


def test_the_two_consoles_are_told_and_everybody_can_sign_in_there(tmp_path: Path, browser: Browser) -> None:
    whole = read_scenario()
    scenario = replace(whole, agencies=(whole.agency("fire"), whole.agency("volunteer")), events=())
    processes = Processes(tmp_path / "logs")
    region = Region(scenario, tmp_path, processes, random.Random(1))
    try:
        region.found()
        region.enrol_all(lambda agency: None)
        records = Records(region, scenario.agencies[0])
        records.set_up()
        region.stop()
        consoles, told = Consoles(region, records), io.StringIO()
        consoles.open()
        consoles.tell(Console(file=told, width=100))

        for address, people in (
            (consoles.hub_address, consoles.hub_people),
            (consoles.node_address, consoles.node_people),
        ):
            assert address in told.getvalue()
            for name, role in people.items():
                assert f"{name} ({role.replace('_', ' ')})" in " ".join(told.getvalue().split())
                somebody = Visitor(browser, address, viewport=DESK)
                page = somebody.go("/sign-in")
                page.get_by_label("User name").fill(name)
                page.get_by_label("Password").fill(records.password)
                somebody.click("Sign in")
                page.get_by_role("link", name=name, exact=True).wait_for()
                somebody.check()
                somebody.context.close()
    finally:
        processes.close()
        region.close_lines()
