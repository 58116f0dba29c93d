"""How much memory a run of mailctl takes, as Linux tells it to the run itself."""

import re
import subprocess
import sys

# What wait4() says of a child would begin with the memory of the tests.
_SCRIPT = """
import sys
from mailctl.cli.main import commands
try:
    commands(sys.argv[1:])
finally:
    print(open("/proc/self/status").read(), file=sys.stderr)
"""


def run_and_peak(*words: str) -> tuple[str, int]:
    """Run `mailctl WORDS`, which ends well, and return what it printed and its peak in KiB."""
    ran = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *words], capture_output=True, text=True, check=True
    )
    peak = re.search(r"VmHWM:\s+(\d+) kB", ran.stderr)
    assert peak is not None, ran.stderr
    return ran.stdout, int(peak[1])
