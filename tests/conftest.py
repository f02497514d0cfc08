"""What every test shares: TLS 1.3 is set before anything loads gRPC; neither the machine's speed nor chance decides.

`make test` tries the same generated cases each time; `make soak` tries new ones, and more of them.
"""

import os

import common.rpc.tls  # noqa: F401

import pytest
from argon2 import Parameters, Type
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

import hub.operations.signing_in
import node.operations.signing_in
import node.vault.personal_keys
from common.access.passwords import Passwords

# Nodes and hubs of tests serve no console, but where a test says where.
NO_CONSOLE = ("HOLDFAST_NODE_CONSOLE_LISTEN", "HOLDFAST_HUB_CONSOLE_LISTEN")
os.environ |= dict.fromkeys(NO_CONSOLE, "")

_TOGETHER = ("tests/browser/", "tests/faults/test_demo")

# A password costs a fifth of a second, on purpose, and once more where it opens notes; in this process a thousandth.
# `test_passwords` and the processes that tests start pay the whole.
_CHEAP = Parameters(Type.ID, 19, 16, 32, time_cost=1, memory_cost=1024, parallelism=1)
for side in (hub, node):
    vars(side.operations.signing_in.PASSWORDS).update(vars(Passwords(_CHEAP)))
vars(node.vault.personal_keys)["RFC_9106_LOW_MEMORY"] = _CHEAP

settings.register_profile("holdfast", deadline=None, print_blob=True, derandomize=True)
settings.register_profile("explore", deadline=None, print_blob=True, max_examples=1_000)
settings.load_profile("holdfast")


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each file's tests to one worker, so that what they share is made once.

    The demo has two files. A browser takes most of a core: one worker at a time drives one.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((shared for shared in _TOGETHER if file.startswith(shared)), file)


@pytest.hookimpl(optionalhook=True)  # of xdist, with several workers
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """Say which worker runs which test."""
    return ByFile(config, log)
