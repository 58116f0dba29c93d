"""python -m tests.linking_set DIRECTORY: write the set there."""

import shlex
import sys
from pathlib import Path

from tests.linking_set import files
from tests.linking_set.kinds import made


def main(folder: Path) -> None:
    """Write the set, and what to type so that a store has all that its mail is linked to."""
    the_set = made()
    files.write(the_set, folder)
    commands = [files.account_added(), *files.setting_up(the_set.world, folder)]
    for words in commands:
        sys.stdout.write(shlex.join(("mailctl", *words)) + "\n")


main(Path(sys.argv[1]))
