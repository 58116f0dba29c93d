"""message: find messages by a question, read a conversation."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.commands import Command, Noun
from mailctl.cli.paging import NoPager, tell_of_more, tell_of_waiting
from mailctl.output.views.messages import COUNT, MESSAGES
from mailctl.output.views.threads import THREAD

_LIMIT_MAX = 1_000_000_000

_OPTIONS = re.compile(r"--.*|-|-[qv]+|-[qv]*o(table|json|ndjson|yaml|csv)?", re.DOTALL)

commands = Noun("Find messages, read conversations.")


class Asking(Command):
    """A command whose words may begin with a minus, which denies them."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Take what is no option of ours for such a word."""
        return super().parse_args(ctx, [*_denied(args)])


def _denied(arguments: Sequence[str]) -> Iterator[str]:
    for place, word in enumerate(arguments):
        if word == "--":
            yield from arguments[place:]
            return
        if word.startswith("-") and not _OPTIONS.fullmatch(word):
            yield "NOT"
            yield word[1:]
        else:
            yield word


@commands.verb(
    "search",
    "mailctl message search invoice acme.example",
    "mailctl message search 'from:\"Ann Smith\" has:attachment after:2w -draft'",
    "mailctl message search '(subject:offer OR subject:contract*) before:2026-03' --limit 20",
    view=COUNT,
    lists=MESSAGES,
    kind=Asking,
)
def search(
    ctx: typer.Context,
    query: Annotated[
        list[str],
        typer.Argument(
            help='Words that all occur; "a phrase", a beginning as word*, OR, NOT, parentheses, '
            "and from: to: cc: bcc: subject: body: attachment: list: folder: account: before: "
            "after: on: larger: smaller: has:attachment is:unread id: thread:"
        ),
    ],
    account: Annotated[
        str | None,
        typer.Option(
            "--account",
            help="Only of this account, by address or id.",
            autocompletion=offering.accounts,
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, max=_LIMIT_MAX, help="At most so many, the newest."),
    ] = None,
    after: Annotated[
        str | None,
        typer.Option(
            "--after", metavar="ID", help="Those that follow this message, the last of a page."
        ),
    ] = None,
    count: Annotated[bool, typer.Option("--count", help="Only how many there are.")] = False,
    no_pager: NoPager = False,
) -> None:
    """Find messages, newest first, by words and by what is known of them.

    Days begin at midnight of this machine's time zone (TZ). Quote the whole query, or the
    shell takes its quotes and parentheses.
    """
    from mailctl.core.messages import search as searching
    from mailctl.domain.query_language import Asker

    app: App = ctx.obj
    text, asker = " ".join(query), Asker(app.now())
    wanted = searching.Wanted(account=account, limit=limit, after=after)
    with app.store.reading() as tx:
        if count:
            app.printer.one(COUNT, searching.count(tx, text, asker, wanted))
        else:
            found = searching.search_messages(tx, text, asker, wanted)
            with app.paged(wanted=not no_pager) as printer:
                printer.list(MESSAGES, found)
            tell_of_more(app, found.last)
        tell_of_waiting(app, tx)


@commands.verb(
    "thread",
    "mailctl message thread msg_0123456789ab",
    "mailctl message thread thr_0123456789ab -o json",
    lists=THREAD,
)
def thread(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="MESSAGE|THREAD", help="Id of a conversation or of a message in it."
        ),
    ],
    no_pager: NoPager = False,
) -> None:
    """Show a conversation: every message below the one that it answers."""
    from mailctl.core.messages.threads import read_thread

    app: App = ctx.obj
    with app.store.reading() as tx:
        conversation = read_thread(tx, name)
        with app.paged(wanted=not no_pager) as printer:
            printer.list(THREAD, conversation)
