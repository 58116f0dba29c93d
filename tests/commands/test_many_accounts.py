"""Many accounts added by shell loops side by side: all there, none twice, nothing locked."""

import json
import os
import subprocess
import sys

from tests.conftest import Run
from tests.rig import Rig
from tests.soak import count

LOOPS = 4
LOOP = """
while read -r address password; do
    printf '%s\\n' "$password" |
        "$PYTHON" -m mailctl account add "$address" --password-stdin --no-input --quiet ||
        echo "$address ended with $?"
done
"""


def test_four_loops_add_accounts_at_once(run: Run, at_the_rig: Rig, hosting: str) -> None:
    total = count(24, 200)
    boxes = [at_the_rig.address(f"ada{number}") for number in range(total)]
    lines = [f"{box.address} {box.password}\n" for box in boxes]
    loops = [
        subprocess.Popen(
            ["sh", "-c", LOOP],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHON": sys.executable, "MAILCTL_OUTPUT": "json"},
            text=True,
        )
        for _ in range(LOOPS)
    ]
    for number, loop in enumerate(loops):
        assert loop.stdin is not None
        # each address stands in two of the loops: only one of them may add it
        loop.stdin.writelines(lines[number % 2 :: 2])
        loop.stdin.close()
    said = ""
    for loop in loops:
        assert loop.stdout is not None
        said += loop.stdout.read()
        loop.wait(timeout=600)
        loop.stdout.close()
    accounts = json.loads(run("account", "list", "-o", "json").out)
    assert sorted(each["address"] for each in accounts) == sorted(box.address for box in boxes)
    assert "locked" not in said
    assert "Traceback" not in said
    assert said.count("ended with 9") == total, (said, hosting)
    assert said.count("ended with") == total
    assert sum(each["default"] for each in accounts) == 1
