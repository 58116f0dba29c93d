"""Connects many mailboxes in one process: `account add` for each address on standard input.

usage: connecting.py [OPTION-OF-ACCOUNT-ADD...]
"""

import sys

from mailctl.cli.main import commands

_OPTIONS = (
    *("--provider", "bench", "--no-verify", "--no-send", "--no-input", "--quiet"),
    *("--period", "all", "--folders", "all", "--secret", "env:PASSWORD"),
)


def main(options: list[str]) -> None:
    """Add every account, all mail of all its folders."""
    for line in sys.stdin:
        try:
            commands(["account", "add", line.strip(), *_OPTIONS, *options])
        except SystemExit as ended:
            if ended.code:
                raise


if __name__ == "__main__":
    main(sys.argv[1:])
