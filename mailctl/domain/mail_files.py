"""Mail in files: how it lies there, and what became of it on the way."""

from enum import StrEnum


class FileFormat(StrEnum):
    """How mail lies in files."""

    EML = "eml"
    MBOX = "mbox"
    MAILDIR = "maildir"


class GivenFormat(StrEnum):
    """How a person says that it lies there."""

    AUTO = "auto"
    """As the files say themselves."""
    EML = "eml"
    MBOX = "mbox"
    MAILDIR = "maildir"

    @property
    def chosen(self) -> FileFormat | None:
        """The format, None where the files say."""
        return None if self is GivenFormat.AUTO else FileFormat(self)


class Fate(StrEnum):
    """What became of a message at the place that it was written to."""

    WRITTEN = "written"
    KNOWN = "known"
    """It was there already."""
    UPDATED = "updated"
    """It was there already, with other flags."""
