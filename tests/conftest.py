"""What every test shares: TLS 1.3 is set before anything loads gRPC; neither the machine's speed nor chance decides.

`make test` tries the same generated cases each time; `make soak` tries new ones, and more of them.
"""

import os

import common.rpc.tls  # noqa: F401

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Nodes and hubs of tests serve no console, but where a test says where.
NO_CONSOLE = ("HOLDFAST_NODE_CONSOLE_LISTEN", "HOLDFAST_HUB_CONSOLE_LISTEN")
os.environ |= dict.fromkeys(NO_CONSOLE, "")

_TOGETHER = ("tests/browser/", "tests/faults/test_demo")

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
