"""`holdfast node join` takes the join string where neither the process list nor the shell's history keeps it."""

import asyncio
import os
import pty
import subprocess
import termios
from contextlib import suppress
from functools import partial
from pathlib import Path

from tests.coroutines import eventually
from tests.hubs import running_hub
from tests.live_nodes import configure, invited
from tests.node_command import command, line


async def test_a_join_string_is_read_from_standard_input(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        configure(tmp_path / "fire", hub)
        string = await invited(hub, "fire")

        for words in (("join", "-"), ("join",), ("join", string)):
            ended = await command(*words, data=tmp_path / "fire", said=f"{string}\n")
            assert (ended.returncode, "as fire, node 1" in ended.stdout) == (0, True), ended.stderr
        assert len(hub.audit("join")) == 1


async def test_a_join_string_that_standard_input_lacks_is_asked_for_in_one_line(tmp_path: Path) -> None:
    for said in ("", "\n", "holdfast-join-1:caf\u00e9\n"):
        ended = await command("join", "-", data=tmp_path / "fire", said=said)

        assert (ended.returncode, ended.stderr.count("\n"), "join string" in ended.stderr) == (2, 1, True), ended.stderr
        assert not (tmp_path / "fire").exists()


async def test_a_join_string_is_asked_for_on_a_terminal_and_not_shown(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        configure(tmp_path / "fire", hub)
        string = await invited(hub, "fire")
        terminal, its_end = pty.openpty()

        start: partial[subprocess.Popen[bytes]] = partial(
            subprocess.Popen,
            **line("join", data=tmp_path / "fire"),
            stdin=its_end,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # so that it has no terminal but this one
        )
        running = await asyncio.to_thread(start)
        await eventually(lambda: not termios.tcgetattr(terminal)[3] & termios.ECHO)
        os.write(terminal, f"{string}\n".encode())
        said, complaint = await asyncio.to_thread(running.communicate, timeout=60)

        assert running.returncode == 0, complaint
        assert b"Join string (not shown" in complaint
        assert b"as fire, node 1" in said
        os.set_blocking(terminal, False)
        with suppress(BlockingIOError):
            assert b"holdfast-join" not in os.read(terminal, 4096)
        assert b"holdfast-join" not in said + complaint
        os.close(its_end)
        os.close(terminal)
