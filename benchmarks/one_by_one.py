"""The peer of `provider detect -`: the same answers in one process, one address after another."""

import sys

from mailctl.app import App
from mailctl.core.providers.detection import Manner, detect_each
from mailctl.output.views.resolutions import DETECTED


def main() -> None:
    """Read addresses from standard input and print each one's provider."""
    app = App()
    for line in sys.stdin:
        for detected in detect_each(app.services, [line], Manner()):
            name = DETECTED.fields["provider"](detected)
            sys.stdout.write(f"{line.strip()} {name}\n")


if __name__ == "__main__":
    main()
