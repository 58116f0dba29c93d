"""Pages of help as results."""

from typing import TYPE_CHECKING

from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.output.topics.pages import Page

PAGES: "View[Page]" = View(
    {
        "topic": lambda p: p.topic,
        "title": lambda p: p.title,
        "text": lambda p: p.text,
    },
    table=("topic", "title"),
    whole=frozenset({"topic"}),
)

PAGE: "View[Page]" = View(PAGES.fields, prose=lambda p: p.text)
