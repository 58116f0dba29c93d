"""Every nasty message is stored, listed and shown, in every format, and breaks none of them."""

import io
import json
from collections.abc import Iterator, Mapping

import pytest

from mailctl.core.messages.messages import ListRequest, list_messages, show_message
from mailctl.domain.ids import MessageId
from mailctl.output.render import Format, Printer
from mailctl.output.streams import Output
from mailctl.output.views.messages import MESSAGE, MESSAGE_WITH_HEADER, MESSAGES
from mailctl.store.connection import Store
from tests.mail.nasty.test_table import CASES
from tests.output.streams import Terminal
from tests.output.test_terminal import harmful
from tests.store.samples import deliver, folder


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that is empty at first."""
    made = Store(tmp_path_factory.mktemp("nasty") / "mailctl.db")
    yield made
    made.close()


@pytest.fixture(scope="module")
def nasty(store: Store) -> Mapping[str, MessageId]:
    """The ids of all nasty messages by their names."""
    with store.writing() as tx:
        return {
            case.name: deliver(tx, folder(tx), uid, case.source)
            for uid, case in enumerate(CASES, start=1)
        }


def written(format_: Format, *, is_terminal: bool = False) -> tuple[Printer, io.StringIO]:
    stream = Terminal() if is_terminal else io.StringIO()
    return Printer(Output(stream), format_), stream


@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_a_nasty_message_is_shown_and_commands_no_terminal(
    store: Store, nasty: Mapping[str, MessageId], name: str
) -> None:
    shown = show_message(store, nasty[name])
    for view in (MESSAGE, MESSAGE_WITH_HEADER):
        for is_terminal in (False, True):
            printer, stream = written(Format.TABLE, is_terminal=is_terminal)
            printer.one(view, shown)
            assert harmful(stream.getvalue()) <= {"\n", "\t"}
    printer, stream = written(Format.NDJSON)
    printer.one(MESSAGE, shown)
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["text"] == shown.content.text
    stream.getvalue().encode()


@pytest.mark.parametrize("format_", list(Format))
def test_nasty_messages_are_listed_in_every_format(
    store: Store, nasty: Mapping[str, MessageId], format_: Format
) -> None:
    for is_terminal in (False, True):
        printer, stream = written(format_, is_terminal=is_terminal)
        with store.reading() as tx:
            printer.list(MESSAGES, list_messages(tx, ListRequest()))
        assert harmful(stream.getvalue()) <= {"\n", "\t"}
        stream.getvalue().encode()
    if format_ is Format.NDJSON:
        listed = {json.loads(line)["id"] for line in stream.getvalue().splitlines()}
        assert listed == set(nasty.values())
