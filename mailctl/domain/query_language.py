"""The language in which messages are asked for, read into a query.

Words are all wanted; OR stands between alternatives and binds less than what stands side
by side (as in notmuch and mu); `-` and NOT deny; parentheses group; "quotes" hold words
together; `field:value` asks one part of a message.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from mailctl.domain import query as q
from mailctl.domain.days import day, span
from mailctl.domain.sizes import parse_size
from mailctl.errors import BadQuery, BadUsage

LENGTH_MAX, TERMS_MAX, DEPTH_MAX = 10_000, 200, 50

_SPACE = re.compile(r"\s*")
_OPERATOR = re.compile(r"(OR|AND|NOT)(?=[\s(]|\Z)")
_FIELD = re.compile(r"([A-Za-z]+):")
_QUOTED = re.compile(r'"([^"]*)"(\*?)')
_BARE = re.compile(r'[^\s"]+')
_NOT_YET = {"contact": "contacts", "company": "companies", "link": "links", "record": "records"}


@dataclass(frozen=True)
class Asker:
    """When and where it is asked: what today is, and where a day begins."""

    now: datetime
    zone: tzinfo | None = None
    """None is the zone of this machine, with its summer times."""


@dataclass(frozen=True)
class _Value:
    """What stands behind a field, or a word without one."""

    text: str
    column: int
    is_beginning: bool = False

    @property
    def has_letters(self) -> bool:
        """Whether there is anything in it that is indexed."""
        return any(letter.isalnum() for letter in self.text)


def parse_query(text: str, asker: Asker) -> q.Query:
    """Return the query that the text asks. Raises BadQuery, which points at the column.

    Words without a letter or a digit ask nothing and are left out.
    """
    if len(text) > LENGTH_MAX:
        text = f"{text[:60]}…"
        raise BadQuery(f"a query has at most {LENGTH_MAX:,} characters", query=text, column=61)
    return _Reader(text, asker).query()


@dataclass
class _Reader:
    text: str
    asker: Asker
    place: int = 0
    depth: int = 0
    groups: int = 0
    terms: int = 0
    where: list[q.Where] = field(default_factory=list)
    """The fields in whose parentheses we are."""

    def query(self) -> q.Query:
        found = self._either()
        if self.place < len(self.text):
            raise self._refusal(
                "this parenthesis closes nothing", hint='quote it to search for it: ")"'
            )
        if found is None:
            raise self._refusal(
                "there is no word to search for: letters or digits are wanted",
                at=0,
                hint="mailctl message search invoice 2026",
            )
        return found

    def _either(self) -> q.Query | None:
        parts = [self._every()]
        while self._operator("OR"):
            parts.append(self._every())
        found = [part for part in parts if part is not None]
        return q.either(found) if found else None

    def _every(self) -> q.Query | None:
        """Read what stands side by side; something must."""
        found: list[q.Query] = []
        begin = self.place
        is_first = True
        while not self._is_at_the_end_of_a_group():
            if self._is_at("OR") or (is_first and self._is_at("AND")):
                break
            if not is_first:
                self._operator("AND")
            part = self._unary()
            is_first = False
            if part is not None:
                found.append(part)
        if is_first and (self.place < len(self.text) or begin > 0):
            raise self._refusal("something to search for is missing here")
        return q.every(found) if found else None

    def _unary(self) -> q.Query | None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise self._refusal(f"a query is at most {DEPTH_MAX} deep")
        try:
            if self._operator("NOT") or self._denies():
                part = self._unary()
                return None if part is None else q.Not(part)
            if self.text.startswith("(", self.place):
                return self._group()
            return self._term()
        finally:
            self.depth -= 1

    def _denies(self) -> bool:
        """Go past a `-` that stands before something."""
        following = self.text[self.place + 1 : self.place + 2]
        if self.text.startswith("-", self.place) and following and not following.isspace():
            self.place += 1
            return True
        return False

    def _group(self) -> q.Query | None:
        opened = self.place
        self.place += 1
        self.groups += 1
        found = self._either()
        self.groups -= 1
        if not self.text.startswith(")", self.place):
            raise self._refusal(
                "this parenthesis is not closed", at=opened, hint='quote it to search for it: "("'
            )
        self.place += 1
        return found

    def _term(self) -> q.Query | None:
        if self._is_at_the_end_of_a_group():
            raise self._refusal("something to search for is missing here")
        self.terms += 1
        if self.terms > TERMS_MAX:
            raise self._refusal(f"a query has at most {TERMS_MAX} words")
        named = _FIELD.match(self.text, self.place)
        if named is not None and self._is_field(named):
            self.place = named.end()
            return self._of_field(named[1].lower())
        value = self._value()
        if not value.has_letters:
            return None
        return q.Words(value.text, self.where[-1] if self.where else None, value.is_beginning)

    def _is_field(self, named: re.Match[str]) -> bool:
        """Whether this is a field: `Re:` and http://… are words. Raises BadQuery for no field."""
        name = named[1].lower()
        if name in FIELDS:
            return True
        if name in _NOT_YET:
            raise self._refusal(
                f"{_NOT_YET[name]} are not in the store yet, so {name}: cannot be asked",
                hint="a later version of mailctl will know them",
            )
        rest = self.text[named.end() : named.end() + 1]
        if not rest or rest in "/)" or rest.isspace():
            return False
        raise self._refusal(
            f"there is no field {name}:",
            hint=f"the fields are {' '.join(f'{known}:' for known in sorted(FIELDS))}; "
            "quote it to search for it as text",
        )

    def _of_field(self, name: str) -> q.Query | None:
        if self.text.startswith("(", self.place) and name in list(q.Where):
            self.where.append(q.Where(name))
            found = self._group()
            self.where.pop()
            return found
        value = self._value()
        if not value.text.strip():
            raise self._refusal(
                f"there is nothing after {name}:",
                at=value.column,
                hint=f"write it without a space, or in quotes: {name}:example",
            )
        try:
            return FIELDS[name](value, self.asker)
        except BadUsage as error:
            raise BadQuery(
                error.sentence, query=self.text, column=value.column + 1, hint=error.hint
            ) from error

    def _value(self) -> _Value:
        """Read a word or a quoted text; nothing where neither stands here."""
        begin = self.place
        quoted = _QUOTED.match(self.text, begin)
        if quoted is not None:
            self.place = quoted.end()
            return _Value(quoted[1], begin, is_beginning=bool(quoted[2]))
        if self.text.startswith('"', begin):
            raise self._refusal("this quote is not closed", hint="close it, or leave it out")
        bare = _BARE.match(self.text, begin)
        word = "" if bare is None else self._without_closing(bare[0])
        self.place += len(word)
        text = word.rstrip("*")
        return _Value(text, begin, is_beginning=text != word)

    def _without_closing(self, word: str) -> str:
        """Return the word up to the parenthesis that closes our group."""
        opened = 0
        if self.groups:
            for place, letter in enumerate(word):
                opened += {"(": 1, ")": -1}.get(letter, 0)
                if opened < 0:
                    return word[:place]
        return word

    def _operator(self, name: str) -> bool:
        """Go past that operator if it stands here."""
        if not self._is_at(name):
            return False
        self.place = self._after_space() + len(name)
        self.place = self._after_space()
        return True

    def _is_at(self, name: str) -> bool:
        operator = _OPERATOR.match(self.text, self._after_space())
        return operator is not None and operator[1] == name

    def _after_space(self) -> int:
        space = _SPACE.match(self.text, self.place)
        return self.place if space is None else space.end()

    def _is_at_the_end_of_a_group(self) -> bool:
        self.place = self._after_space()
        return self.place == len(self.text) or self.text.startswith(")", self.place)

    def _refusal(
        self, sentence: str, *, at: int | None = None, hint: str | None = None
    ) -> BadQuery:
        column = (self.place if at is None else at) + 1
        return BadQuery(sentence, query=self.text, column=column, hint=hint)


def _words(where: q.Where) -> Callable[[_Value, Asker], q.Query]:
    def read(value: _Value, asker: Asker) -> q.Query:
        if not value.has_letters:
            raise BadUsage("there is no letter or digit in this")
        return q.Words(value.text, where, value.is_beginning)

    return read


def _on(value: _Value, asker: Asker) -> q.Query:
    begin, end = day(value.text, asker.now, asker.zone)
    return q.every([q.Since(begin), q.Before(end)])


def _has(value: _Value, asker: Asker) -> q.Query:
    if value.text.lower() not in {"attachment", "attachments"}:
        raise BadUsage(f"has:{value.text} is not known", hint="write has:attachment")
    return q.WithAttachment()


def _state(value: _Value, asker: Asker) -> q.Query:
    word = value.text.lower()
    if word not in list(q.State):
        raise BadUsage(
            f"is:{value.text} is not known", hint=f"write is: and one of {', '.join(q.State)}"
        )
    return q.InState(q.State(word))


FIELDS: Mapping[str, Callable[[_Value, Asker], q.Query]] = {
    **{where.value: _words(where) for where in q.Where},
    "account": lambda value, asker: q.InAccount(value.text),
    "after": lambda value, asker: q.Since(span(value.text, asker.now, asker.zone)[0]),
    "before": lambda value, asker: q.Before(span(value.text, asker.now, asker.zone)[0]),
    "folder": lambda value, asker: q.InFolder(value.text, value.is_beginning),
    "has": _has,
    "id": lambda value, asker: q.Named(value.text.strip("<> ")),
    "is": _state,
    "larger": lambda value, asker: q.Larger(parse_size(value.text)),
    "on": _on,
    "smaller": lambda value, asker: q.Smaller(parse_size(value.text)),
    "thread": lambda value, asker: q.InThread(value.text.strip("<> ")),
}
