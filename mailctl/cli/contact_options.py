"""The options by which a person describes a contact or a company, as changes to a blank one."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.app import App

if TYPE_CHECKING:
    from mailctl.core.contacts.changes import Change

Name = Annotated[str | None, typer.Option("--name", help="What they are called.")]
Email = Annotated[
    list[str] | None,
    typer.Option("--email", metavar="ADDRESS", help="An e-mail address; ADDRESS|work says which."),
]
Phone = Annotated[
    list[str] | None,
    typer.Option("--phone", metavar="NUMBER", help="A phone with its country code; |TYPE as well."),
]
Web = Annotated[list[str] | None, typer.Option("--web", metavar="URL", help="A web address.")]
Social = Annotated[
    list[str] | None, typer.Option("--social", metavar="TEXT", help="A name in a social network.")
]
Place = Annotated[
    list[str] | None, typer.Option("--address", metavar="TEXT", help="A postal address.")
]
Owner = Annotated[str | None, typer.Option("--owner", help="Who of your people looks after it.")]
Tag = Annotated[list[str] | None, typer.Option("--tag", help="A word to find it by.")]
Region = Annotated[
    str | None,
    typer.Option("--region", metavar="CC", help="The country of phones without a code: DE, US."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def described(said: "dict[str, str | Iterable[str] | None]") -> "list[Change]":
    """Return what options say as changes."""
    from mailctl.core.contacts.changes import Change

    found = []
    for key, value in said.items():
        values = [value] if isinstance(value, str) else value or ()
        found += [Change(key, "+=" if not isinstance(value, str) else "=", v) for v in values]
    return found


def region_of(app: App, region: str | None) -> str | None:
    """Return the country of phones that name none: the option's, else the setting's."""
    return region or app.settings.text("region")
