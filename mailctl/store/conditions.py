"""A query as SQL: conditions over `message`, every value of it a parameter."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mailctl.domain import query as q
from mailctl.store import threads
from mailctl.store.columns import to_text
from mailctl.store.connection import Reading
from mailctl.store.words import phrase

_COLUMNS = {
    q.Where.FROM: "sender",
    q.Where.TO: "addressees",
    q.Where.CC: "copied",
    q.Where.BCC: "blind",
    q.Where.SUBJECT: "subject",
    q.Where.BODY: "body",
    q.Where.ATTACHMENT: "attachments",
    q.Where.LIST: "list",
}
_FLAGS = {
    q.State.READ: "\\Seen",
    q.State.UNREAD: "\\Seen",
    q.State.FLAGGED: "\\Flagged",
    q.State.ANSWERED: "\\Answered",
}
_OfCopy = q.InAccount | q.InFolder | q.InState

_LIVE = """(
    NOT EXISTS (SELECT 1 FROM message_copy WHERE message_number = message.number)
    OR EXISTS (
        SELECT 1 FROM message_copy WHERE message_number = message.number AND gone_at IS NULL
    )
)"""
# `+`: the walk is along the dates, newest first, and ends when the page is full
_MATCHING = """+message.number IN (
    SELECT rowid FROM message_text WHERE message_text MATCH ?
)"""
_COPY = """EXISTS (
    SELECT 1 FROM message_copy JOIN folder ON folder.id = message_copy.folder_id
    WHERE message_copy.message_number = message.number AND message_copy.gone_at IS NULL AND """
_IN_FOLDER = """(
    message_copy.folder_id IN (SELECT value FROM json_each(?))
    OR EXISTS (
        SELECT 1 FROM json_each(message_copy.labels)
        WHERE value IN (SELECT value FROM json_each(?))
    )
)"""


@dataclass(frozen=True)
class Sql:
    """A condition and the values in it, in order."""

    text: str
    values: tuple[object, ...] = ()


def is_there() -> Sql:
    """Return what holds of messages that a server has, and of those whose account was removed."""
    return Sql(_LIVE)


def condition(tx: Reading, query: q.Query) -> Sql:
    """Return the query as a condition; accounts in it are named by their ids."""
    match query:
        case q.Words():
            return _matching(query)
        case q.Not():
            inner = condition(tx, query.of)
            return Sql(f"NOT {inner.text}", inner.values)
        case q.Every():
            return _joined(" AND ", _every(tx, query.of))
        case q.Either():
            return _joined(" OR ", _either(tx, query.of))
        case q.InAccount() | q.InFolder() | q.InState():
            return _of_copy(tx, [query])
        case q.Since() | q.Before() | q.Larger() | q.Smaller() | q.WithAttachment():
            return _of_row(query)
        case q.Named():
            return _named(tx, query.id)
        case q.InThread():
            return Sql("message.thread_id = ?", (threads.known_as(tx, query.id),))


def _of_row(
    query: q.Since | q.Before | q.Larger | q.Smaller | q.WithAttachment,
) -> Sql:
    match query:
        case q.Since():
            return Sql("message.date >= ?", (to_text(query.moment),))
        case q.Before():
            return Sql("message.date < ?", (to_text(query.moment),))
        case q.Larger():
            return Sql("message.size_bytes > ?", (query.than,))
        case q.Smaller():
            return Sql("message.size_bytes < ?", (query.than,))
        case q.WithAttachment():
            return Sql("message.attachments > 0")


def _every(tx: Reading, parts: Sequence[q.Query]) -> list[Sql]:
    """Return the parts: words are one question to the index, what is said of copies is of one."""
    words = [part for part in parts if _is_of_words(part)]
    denied = [part for part in parts if isinstance(part, q.Not) and _is_of_words(part.of)]
    of_copies = [part for part in parts if isinstance(part, _OfCopy)]
    found = []
    if words:
        found.append(_matching(q.every([*words, *denied])))
    found += [
        condition(tx, part)
        for part in parts
        if part not in of_copies and part not in words and not (words and part in denied)
    ]
    return found + [_of_copy(tx, group) for group in _of_one_copy(of_copies)]


def _either(tx: Reading, parts: Sequence[q.Query]) -> list[Sql]:
    words = [part for part in parts if _is_of_words(part)]
    found = [_matching(q.either(words))] if words else []
    return found + [condition(tx, part) for part in parts if part not in words]


def _is_of_words(query: q.Query) -> bool:
    """Whether the index alone can answer: FTS5 denies only beside something that it finds."""
    match query:
        case q.Words():
            return True
        case q.Either():
            return all(map(_is_of_words, query.of))
        case q.Every():
            denied = [part.of for part in query.of if isinstance(part, q.Not)]
            rest = [part for part in query.of if not isinstance(part, q.Not)]
            return bool(rest) and all(map(_is_of_words, [*denied, *rest]))
        case _:
            return False


def _matching(query: q.Query) -> Sql:
    return Sql(_MATCHING, (_match(query),))


def _match(query: q.Query) -> str:
    """Return words as FTS5 wants them: each one quoted, so that none is an operator."""
    match query:
        case q.Words():
            column = "" if query.where is None else f"{_COLUMNS[query.where]} : "
            return f"{column}{phrase(query.text)}{'*' if query.is_beginning else ''}"
        case q.Either():
            return f"({' OR '.join(map(_match, query.of))})"
        case q.Every():
            denied = [part.of for part in query.of if isinstance(part, q.Not)]
            rest = [part for part in query.of if not isinstance(part, q.Not)]
            found = f"({' AND '.join(map(_match, rest))})"
            return f"({found} NOT {_match(q.either(denied))})" if denied else found
        case _:
            raise AssertionError(f"{query} is not of words")


def _of_one_copy(parts: Sequence[_OfCopy]) -> list[list[_OfCopy]]:
    """Return the parts in groups: each may be true of one copy, which lies in one folder."""
    states: list[_OfCopy] = [part for part in parts if isinstance(part, q.InState)]
    groups: list[list[_OfCopy]] = []
    for part in parts:
        if isinstance(part, q.InState):
            continue
        fitting = (g for g in groups if not any(isinstance(each, type(part)) for each in g))
        group = next(fitting, None)
        if group is None:
            groups.append(group := [])
        group.append(part)
    return [[*group, *states] for group in groups] or ([states] if states else [])


def _of_copy(tx: Reading, parts: Sequence[_OfCopy]) -> Sql:
    """Return that one copy is such that all the parts are true of it."""
    inner = _joined(" AND ", [_of_one(tx, part) for part in parts])
    return Sql(f"{_COPY}{inner.text})", inner.values)


def _of_one(tx: Reading, part: _OfCopy) -> Sql:
    match part:
        case q.InAccount():
            return Sql("folder.account_id = ?", (part.name,))
        case q.InFolder():
            ids, paths = _folders(tx, part)
            return Sql(_IN_FOLDER, (json.dumps(ids), json.dumps(paths)))
        case q.InState():
            compared = "= 0" if part.state is q.State.UNREAD else "> 0"
            flag = json.dumps(_FLAGS[part.state])
            return Sql(f"instr(message_copy.flags, ?) {compared}", (flag,))


def _folders(tx: Reading, wanted: q.InFolder) -> tuple[list[int], list[str]]:
    """Return the folders of that path, whatever its case, and all that may be such a label."""
    path = wanted.path.casefold()
    is_it: Callable[[str], bool] = path.__eq__
    if wanted.is_beginning:
        is_it = lambda other: other.startswith(path)  # noqa: E731
    rows = tx.execute("SELECT id, path FROM folder").fetchall()
    found = [row for row in rows if is_it(row["path"].casefold())]
    return [row["id"] for row in found], [wanted.path, *{row["path"] for row in found}]


def _named(tx: Reading, name: str) -> Sql:
    numbers = json.dumps(threads.called(tx, name))
    return Sql(
        "(message.id = ? OR message.number IN (SELECT value FROM json_each(?)))",
        (name.lower(), numbers),
    )


def _joined(operator: str, parts: Sequence[Sql]) -> Sql:
    """Return the parts in parentheses; they are at least one."""
    values = tuple(value for part in parts for value in part.values)
    return Sql(f"({operator.join(part.text for part in parts)})", values)
