"""Takes what a file declares of one object, and keeps every mistake with its place."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from mailctl.domain.declarations import Fields, Items, Mistake, Node, Spot, Word
from mailctl.domain.near_names import meant, nearest
from mailctl.errors import MailctlError

_Value = TypeVar("_Value")
_Choice = TypeVar("_Choice", bound=StrEnum)
_YES, _NO = {"true", "yes", "on"}, {"false", "no", "off"}
_SECRETS = {"password", "passwd", "client_secret", "token", "refresh_token"}


class DeclaredFields:
    """The fields of one object; those that nobody takes are mistakes."""

    def __init__(self, fields: Fields, mistakes: list[Mistake], noun: str) -> None:
        self.spot = fields.spot
        self._fields = fields
        self._mistakes = mistakes
        self._noun = noun
        self._taken: list[str] = []
        self._known_before = len(mistakes)
        self._has_broken = False
        self._missing: dict[str, Mistake] = {}

    @property
    def is_sound(self) -> bool:
        """Whether there is no mistake in it."""
        return len(self._mistakes) == self._known_before and not self._has_broken

    def required(self, name: str, convert: Callable[[str], _Value]) -> _Value | None:
        """Return a value that must be there; None is a mistake."""
        said = len(self._mistakes)
        value = self.value(name, convert)
        if value is None and len(self._mistakes) == said and not self._has_broken:
            missing = Mistake(self.spot, f"the {self._noun} has no {name}")
            self._missing[name] = missing
            self._mistakes.append(missing)
        return value

    def text(
        self, name: str, check: Callable[[str], object] | None = None, *, key: str = ""
    ) -> str | None:
        """Return what is said: None where nothing is, empty where it is null.

        `check` raises for what cannot be. `key` is the field's name where it is written otherwise.
        """
        word = self._word(name)
        if word is None:
            return None
        text = word.text or ""
        if text and check is not None:
            self._tried(key or name, word.spot, lambda: check(text))
        return text

    def value(self, name: str, convert: Callable[[str], _Value]) -> _Value | None:
        """Return what is made of a text, None where nothing is said or it is a mistake."""
        word = self._word(name)
        if word is None or not word.text:
            return None
        text = word.text
        return self._tried(name, word.spot, lambda: convert(text))

    def choice(self, name: str, choices: type[_Choice]) -> _Choice | None:
        """Return one of a few words."""
        word = self._word(name)
        if word is None or not word.text:
            return None
        return self._chosen(name, word, choices)

    def choices(self, name: str, choices: type[_Choice]) -> tuple[_Choice, ...] | None:
        """Return several of a few words, None where nothing is said."""
        words = self._words(name)
        if words is None:
            return None
        found = (self._chosen(name, word, choices) for word in words)
        return tuple(each for each in found if each is not None)

    def flag(self, name: str) -> bool | None:
        """Return yes or no, None where neither is said."""
        word = self._word(name)
        if word is None or not word.text:
            return None
        text = word.text.strip().lower()
        if text not in _YES | _NO:
            self.say(word.spot, f"{name} is true or false")
        return text in _YES

    def texts(self, name: str, convert: Callable[[str], str]) -> tuple[str, ...] | None:
        """Return several values, each converted, None where nothing is said."""
        words = self._words(name)
        if words is None:
            return None
        found = [self._tried(name, each.spot, _of(convert, each.text or "")) for each in words]
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def fields(self, name: str) -> Mapping[str, tuple[Spot, str]]:
        """Return texts by name; those of a list stand between commas."""
        node = self._take(name)
        if node is None or (isinstance(node, Word) and node.text is None):
            return {}
        if not isinstance(node, Fields):
            self.say(node.spot, f"{name} has values by name, such as period: 30d")
            return {}
        found = {}
        for key, part in node.parts.items():
            words = self._each_word(key, part)
            found[key] = (part.spot, ",".join(word.text or "" for word in words))
        return found

    def spot_of(self, name: str) -> Spot:
        """Return where a field's value stands, or else the object."""
        node = self._fields.parts.get(name)
        return self.spot if node is None else node.spot

    def say(self, spot: Spot, sentence: str, hint: str | None = None) -> None:
        """Keep a mistake."""
        self._mistakes.append(Mistake(spot, sentence, hint))

    def close(self) -> bool:
        """Make mistakes of what was not taken and return whether there was none at all."""
        for name, spot in self._fields.keys.items():
            if name in self._taken:
                continue
            if name in _SECRETS:
                hint = "no secret stands in a file: name its place, e.g. secret: env:NAME"
            else:
                hint = meant(name, self._taken).rstrip() or f"it has {', '.join(self._taken)}"
                self._retract(name)
            self.say(spot, f"{self._noun} has no field {name[:50]!r}", hint)
        return self.is_sound

    def _retract(self, name: str) -> None:
        """Take back that a field is missing whose name is only misspelt: one slip, one mistake."""
        field = nearest(name, self._missing)
        if field is not None:
            self._mistakes.remove(self._missing.pop(field))

    def _take(self, name: str) -> Node | None:
        self._taken.append(name)
        return self._fields.parts.get(name)

    def _word(self, name: str) -> Word | None:
        node = self._take(name)
        if isinstance(node, Word):
            return self._sound(node)
        if node is not None:
            self.say(node.spot, f"{name} is one value")
        return None

    def _sound(self, word: Word) -> Word | None:
        """Return the word unless it is a mistake that is known."""
        self._has_broken |= not word.is_sound
        return word if word.is_sound else None

    def _words(self, name: str) -> Sequence[Word] | None:
        node = self._take(name)
        return None if node is None else self._each_word(name, node)

    def _each_word(self, name: str, node: Node) -> Sequence[Word]:
        if isinstance(node, Word):
            word = self._sound(node)
            return () if word is None or word.text is None else (word,)
        parts = node.parts if isinstance(node, Items) else (node,)
        words = [part for part in parts if isinstance(part, Word)]
        if len(words) < len(parts):
            self.say(node.spot, f"{name} is a value, or a list of values")
        return [word for word in words if self._sound(word)]

    def _chosen(self, name: str, word: Word, choices: type[_Choice]) -> _Choice | None:
        try:
            return choices((word.text or "").strip().lower())
        except ValueError:
            self.say(word.spot, f"{name} cannot be that", f"write one of {', '.join(choices)}")
            return None

    def _tried(self, name: str, spot: Spot, work: Callable[[], _Value]) -> _Value | None:
        try:
            return work()
        except MailctlError as error:
            self.say(spot, f"{name}: {error.sentence}", error.hint)
            return None


def _of(convert: Callable[[str], _Value], text: str) -> Callable[[], _Value]:
    return lambda: convert(text)
