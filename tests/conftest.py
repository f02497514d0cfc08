"""What every test shares: TLS 1.3 is set before anything loads gRPC, and the machine's speed decides nothing."""

import common.rpc.tls  # noqa: F401

from hypothesis import settings

settings.register_profile("holdfast", deadline=None, print_blob=True)
settings.load_profile("holdfast")
