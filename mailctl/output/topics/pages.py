"""The pages, read from the files beside this module."""

from pathlib import Path

from mailctl.records import dataclass

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """A text for people about one topic, or the help of a command."""

    topic: str
    text: str

    @property
    def title(self) -> str:
        """The first line."""
        return self.text.partition("\n")[0]


def every_page() -> dict[str, Page]:
    """Return the pages by their topics."""
    return {
        path.stem: Page(path.stem, path.read_text(encoding="utf-8"))
        for path in sorted(_HERE.glob("*.txt"))
    }
