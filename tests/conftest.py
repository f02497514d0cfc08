"""What every test shares: TLS 1.3 is set before anything loads gRPC; neither the machine's speed nor chance decides.

`make test` tries the same generated cases each time; `make soak` tries new ones, and more of them.
"""

import os

import common.rpc.tls  # noqa: F401

from hypothesis import settings

# Nodes and hubs of tests serve no console, but where a test says where.
NO_CONSOLE = ("HOLDFAST_NODE_CONSOLE_LISTEN", "HOLDFAST_HUB_CONSOLE_LISTEN")
os.environ |= dict.fromkeys(NO_CONSOLE, "")

settings.register_profile("holdfast", deadline=None, print_blob=True, derandomize=True)
settings.register_profile("explore", deadline=None, print_blob=True, max_examples=1_000)
settings.load_profile("holdfast")
