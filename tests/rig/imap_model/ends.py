"""The ways in which a command ends early."""


class Refused(Exception):
    """The command ends with NO or BAD and these words."""

    def __init__(self, ending: bytes) -> None:
        super().__init__(ending)
        self.ending = ending


class Ended(Exception):
    """The command has been answered to its end already."""
