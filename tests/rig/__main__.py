"""Starts the rig by hand: for a command, or with its environment printed until Enter or SIGTERM.

usage: python -m tests.rig [ADDRESS[:PASSWORD]...] [-- COMMAND [ARG...]]

Each address gets a mailbox with the sample mails. The command finds the environment of the
rig and, as PASSWORD, the password that all addresses without one of their own have.
"""

import os
import secrets
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime

from .rig import Rig
from .samples import sample_mails


def main(words: list[str]) -> int:
    """Return the exit code of the command, 0 without one."""
    # As an exception, so that whatever is started by then is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    split = words.index("--") if "--" in words else len(words)
    users, command = words[:split], words[split + 1 :]
    usual = secrets.token_urlsafe(12)
    with suppress(KeyboardInterrupt), Rig() as rig:
        for user in users:
            address, _, password = user.partition(":")
            _fill(rig, address, password or usual)
        if command:
            environment = {**os.environ, **rig.environment(), "PASSWORD": usual}
            return subprocess.run(command, env=environment, check=False).returncode
        for name, value in rig.environment().items():
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
        sys.stdout.flush()
        sys.stdin.readline()
    return 0


def _fill(rig: Rig, address: str, password: str) -> None:
    rig.dovecot.add_user(address, password)
    for source in sample_mails(datetime.now(UTC), recipient=address):
        rig.dovecot.deliver(address, source)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
