"""Follow-up ownership under every fault at once: one hub and three nodes on real stores, and a network that does worse
than any real one. TRUST.md's invariants are looked at after each step; at the end all converge.
"""

import sys
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests import simulated_people as people
from tests.healing import heal, read_all, talk
from tests.simulated_node import SimulatedNode
from tests.simulated_region import SimulatedRegion

node_numbers = st.integers(0, 2)
places = st.integers(0, 5)  # in a list of whatever length
often = st.sampled_from([False, False, False, True])
rarely = st.sampled_from([False] * 9 + [True])
backs = st.integers(-1, 3)  # how far a forged version lies behind the newest


class Region(RuleBasedStateMachine):
    """What may happen, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.region = SimulatedRegion()

    def teardown(self) -> None:
        """Heal, unless a fault was found already."""
        try:
            if sys.exc_info()[0] is None:
                heal(self.region)
        finally:
            self.region.close()

    def node(self, number: int) -> SimulatedNode:
        return self.region.nodes[number]

    @initialize(openers=st.lists(node_numbers, min_size=1, max_size=3), are_offered=st.booleans(), choice=places)
    def begins(self, openers: list[int], are_offered: bool, choice: int) -> None:
        """There is something to lose from the beginning."""
        for number in openers:
            people.open_one(self.region, self.node(number), in_incident=number != 1)
            if are_offered:
                people.command(self.region, self.node(number), people.OFFER, 0, choice)
        self.everybody_talks()

    # What people do.

    @rule(number=node_numbers, verb=st.sampled_from(people.VERBS), place=places, choice=places, ends=rarely)
    def commands(self, number: int, verb: int, place: int, choice: int, ends: bool) -> None:
        node = self.node(number)
        if verb == people.OPEN:
            people.open_one(self.region, node, in_incident=choice > 1, ends=ends)
        else:
            people.command(self.region, node, verb, place, choice, ends=ends)
        self.region.look(node)

    @rule(number=node_numbers, verb=st.sampled_from(people.ANSWERS), place=places)
    def answers_or_offers(self, number: int, verb: int, place: int) -> None:
        people.command(self.region, self.node(number), verb, place, place)
        self.region.look(self.node(number))

    @rule(number=node_numbers, verb=st.sampled_from(people.FORGED), place=places, choice=places, back=backs)
    def forges(self, number: int, verb: int, place: int, choice: int, back: int) -> None:
        if verb == people.CLAIM:
            people.claim_what_was(self.region, self.node(number), place)
        elif verb == people.REPEATED:
            people.repeat(self.region, self.node(number), place)
        else:
            people.forge(self.region, self.node(number), verb, place, choice, back)
        self.region.look(self.node(number))

    @rule(number=node_numbers, status=st.sampled_from(people.STATUSES))
    def reports_its_team(self, number: int, status: int) -> None:
        people.activate(self.region, self.node(number), status)
        self.region.look(self.node(number))

    @rule(number=node_numbers, choice=places, ends=rarely, evicts=rarely)
    def operator_acts(self, number: int, choice: int, ends: bool, evicts: bool) -> None:
        if not evicts:
            people.offer_on_request(self.region, choice, ends=ends)
        elif len(self.region.hub.members) == len(self.region.nodes):
            people.evict(self.region, self.node(number))
        self.region.look()

    # What the network does.

    @rule(numbers=st.lists(node_numbers, min_size=1, max_size=3, unique=True))
    def talk(self, numbers: list[int]) -> None:
        """For a while, everything works."""
        for number in numbers:
            if self.region.reaches(self.node(number)):
                talk(self.region, self.node(number))
        self.region.look(*(self.node(number) for number in numbers))

    @rule()
    def everybody_talks(self) -> None:
        self.talk([0, 1, 2])
        for node in self.region.nodes:
            read_all(self.region, node)
        self.region.look()

    @rule(number=node_numbers, what=st.sampled_from(["push", "heartbeat", "mail"]), limit=st.integers(1, 6))
    def sends(self, number: int, what: str, limit: int) -> None:
        if what == "push":
            self.region.push(self.node(number))
        elif what == "heartbeat":
            self.region.heartbeat(self.node(number))
        else:
            self.region.read_mail(self.node(number), limit)

    @precondition(lambda self: self.region.pushes)
    @rule(order=st.lists(places, min_size=1, max_size=4), again=often, ends=rarely)
    def pushes_arrive(self, order: list[int], again: bool, ends: bool) -> None:
        waiting = self.region.pushes
        which = [waiting[place % len(waiting)] for place in order]
        self.region.pushes_arrive(which, again=again, hub_ends=ends)
        self.region.look(self.node(0))

    @precondition(lambda self: self.region.answers)
    @rule(place=places, ends=rarely)
    def answer_arrives(self, place: int, ends: bool) -> None:
        answered = self.region.answers[place % len(self.region.answers)]
        self.region.answer_arrives(answered, node_ends=ends)
        self.region.look(answered.node)

    @precondition(lambda self: self.region.pages)
    @rule(place=places, upto=st.integers(1, 6), again=often, ends=rarely)
    def mail_arrives(self, place: int, upto: int, again: bool, ends: bool) -> None:
        pages = self.region.pages
        page = pages[place % len(pages)] if again else pages.pop(place % len(pages))
        self.region.page_arrives(page, upto, node_ends=ends)
        self.region.look(page.node)

    @rule(number=node_numbers, place=places, cuts=st.booleans())
    def network_fails(self, number: int, place: int, cuts: bool) -> None:
        """A node is cut off, or back; or something is lost on its way."""
        if cuts:
            self.region.cut_off ^= {self.node(number).id}
        else:
            self.region.lose(place)

    # What the clock and the machines do.

    @rule(minutes=st.sampled_from([1, 61, 241, 24 * 60, 4 * 24 * 60, 31 * 24 * 60]), strikes=st.booleans(), ends=rarely)
    def time_passes(self, minutes: int, strikes: bool, ends: bool) -> None:
        self.region.now += timedelta(minutes=minutes)
        if strikes:
            people.run_clock(self.region, ends=ends)
        self.region.look(self.node(0))

    @rule(machine=st.integers(0, 3))
    def is_backed_up(self, machine: int) -> None:
        self.region.keep_copy(None if machine == 3 else self.node(machine))

    @precondition(lambda self: self.region.copies)
    @rule(which=places)
    def is_restored(self, which: int) -> None:
        self.region.restore(which)
        self.region.look()

    @rule(number=node_numbers)
    def node_restarts(self, number: int) -> None:
        self.node(number).restart()


def _run(examples: int) -> None:
    chosen = settings(max_examples=examples, stateful_step_count=40, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Region, settings=chosen)


def test_one_agency_owns_each_follow_up_whatever_network_and_machines_do() -> None:
    _run(100)


@pytest.mark.soak
def test_one_agency_owns_each_follow_up_whatever_network_and_machines_do_for_long() -> None:
    _run(2000)
