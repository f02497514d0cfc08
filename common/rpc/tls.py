"""TLS 1.3 and nothing older. Import this before grpc: gRPC reads the setting once, when it is loaded.

Python's gRPC has no setting for the lowest TLS version. Naming only an RSA cipher suite of TLS 1.2, while every server
key here is ECDSA, leaves no suite that 1.2 could agree on; the suites of 1.3 are not affected. Measured, and
each call checks `ssl_tls_version` all the same.

Source: DESIGN.md 4; TRUST.md, known traps.
"""

import os

ONLY_TLS_1_3 = "ECDHE-RSA-AES128-GCM-SHA256"

os.environ["GRPC_SSL_CIPHER_SUITES"] = ONLY_TLS_1_3
os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # gRPC's own lines are not our log format and may name peers
