"""What the worst sheets cost in memory, measured in a process that does nothing else (TRUST.md d09)."""

import subprocess
import sys

import pytest

from tests.hostile_sheets import MADE

MOST_MIB = 300  # of a whole process, with a file of up to 64 MiB in it
MOST_BYTES_LIMIT = 2048 * 1024 * 1024  # a runaway ends here, not in a machine without memory

_READ = """
import re, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)  # here, not between fork and exec: gRPC aborts there
from common.errors import InvalidRequest, TooMuch
from tests.sheets import read_sheet
from tests.hostile_sheets import MADE
raw = MADE[sys.argv[1]]()
def most_mib():  # of this program alone: what getrusage tells includes the process that it was started from
    return int(re.search("VmHWM: *([0-9]+)", open("/proc/self/status").read().replace("\t", " "))[1]) // 1024
before = most_mib()
try:
    read_sheet(raw)
    print("read")
except (InvalidRequest, TooMuch) as refused:
    print("refused:", refused)
print(before, most_mib())
"""


@pytest.mark.parametrize("name", list(MADE))
def test_d09_the_worst_sheets_end_within_a_bounded_memory(name: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _READ, name, str(MOST_BYTES_LIMIT)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    said, numbers = ended.stdout.splitlines()
    assert said.startswith("read" if name == "one long line" else "refused:"), said  # that line alone is refused
    assert int(numbers.split()[1]) < MOST_MIB, numbers
