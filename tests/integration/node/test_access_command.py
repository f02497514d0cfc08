"""`holdfast node user | sign-in | audit`, as people run them, on a node that is stopped."""

import json
import os
import stat
from pathlib import Path

from node.founding import found
from tests.node_command import command

GOOD = "vivid otter lamp quarry"


async def test_the_first_operator_signs_in_is_known_and_signs_out(tmp_path: Path) -> None:
    data = tmp_path / "node"
    found(data, "Ridgeline Fire District", "UTC", "default")

    refused = await command("user", "list", data=data)
    assert (refused.returncode, refused.stderr) == (2, "holdfast: sign in first: holdfast node sign-in NAME\n")
    added = await command("user", "add", "op", "--role", "operator", "--role", "auditor", "--json", data=data)
    code = json.loads(added.stdout)["setup_code"]
    signed_in = await command("sign-in", "op", "--setup", data=data, said=f"{code}\n{GOOD}\n")
    assert "Signed in as op: auditor, operator." in signed_in.stdout
    assert stat.S_IMODE(os.stat(data / "session").st_mode) == 0o600
    assert GOOD not in signed_in.stdout + signed_in.stderr

    assert (await command("whoami", data=data)).stdout.startswith("op: auditor, operator\n")
    proved = await command("audit", "verify", data=data)
    assert proved.returncode == 0
    (tmp_path / "kept").write_text(proved.stdout)
    again = await command("audit", "verify", "--since", str(tmp_path / "kept"), data=data)
    assert (again.returncode, again.stderr) == (0, "")
    review = (await command("audit", "review", data=data)).stdout
    assert "    operator since " in review
    every = json.loads((await command("audit", "show", "--json", data=data)).stdout)
    after = await command("audit", "show", "--after", "1", "--json", data=data)
    assert json.loads(after.stdout) == every[1:] != []

    await command("sign-out", data=data)
    assert not (data / "session").exists()
    assert (await command("user", "list", data=data)).returncode == 2
