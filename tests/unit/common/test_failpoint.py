"""A named place ends the process for which the environment asks it, at the count asked for, and no other."""

import signal
import subprocess
import sys

import pytest

PASSES = """
from common.failpoint import reach
for turn in range(1, 4):
    reach("hub.writer.before_commit")
    reach("hub.writer.after_commit")
    print(turn, flush=True)
"""


def run(armed: str | None) -> tuple[int, list[str]]:
    """Pass both places three times; how the process ended, and the turns that it finished."""
    environment = {} if armed is None else {"HOLDFAST_FAILPOINT": armed}
    done = subprocess.run([sys.executable, "-c", PASSES], env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout.split()


@pytest.mark.parametrize(
    ("armed", "ended", "turns"),
    [
        (None, 0, ["1", "2", "3"]),
        ("", 0, ["1", "2", "3"]),
        ("hub.writer", 0, ["1", "2", "3"]),
        ("hub.writer.after_commit", -signal.SIGKILL, []),
        ("hub.writer.after_commit:1", -signal.SIGKILL, []),
        ("hub.writer.before_commit:3", -signal.SIGKILL, ["1", "2"]),
        ("hub.writer.before_commit:4", 0, ["1", "2", "3"]),
    ],
)
def test_the_process_ends_at_the_place_and_turn_that_is_asked_for(
    armed: str | None, ended: int, turns: list[str]
) -> None:
    assert run(armed) == (ended, turns)
