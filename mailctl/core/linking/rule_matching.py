"""What rules find in texts, in time that grows with the text alone."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mailctl.domain.link_rules import LinkRule, Place
from mailctl.domain.records import number_key
from mailctl.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Sequence

VALUES_MAX = 50
"""So many different values of one rule count in one message: a list of numbers is no reference."""
_PATTERN_MAX = 1_000
_VALUE_MAX = 200
_MEMORY_BYTES = 1 << 20


class Finder:
    """One rule, ready to look."""

    def __init__(self, rule: LinkRule) -> None:
        self.rule = rule
        self._pattern = compiled(rule.pattern)
        names: Mapping[str, int] = self._pattern.groupindex
        self._group = names.get("number", min(1, self._pattern.groups))

    def values(self, texts: Mapping[Place, str]) -> Iterator[tuple[Place, str, str]]:
        """Yield each value once: where it is, as it is written there, and as it is compared."""
        seen: set[str] = set()
        for place in self.rule.places:
            for match in self._pattern.finditer(texts.get(place, "")):
                value = " ".join((match[self._group] or "").split())
                key = number_key(value)
                if not key or len(key) > _VALUE_MAX or key in seen:
                    continue
                if len(seen) == VALUES_MAX:
                    return
                seen.add(key)
                yield place, value, key

    @property
    def sees_folded(self) -> bool:
        """Whether folding changes nothing that it could see: see `is_plain`."""
        return is_plain(self.rule.pattern)

    def finds(self, texts: Mapping[Place, str]) -> bool:
        """Whether there is anything to find."""
        return any(self._pattern.search(texts.get(place, "")) for place in self.rule.places)


def compiled(pattern: str) -> Any:
    """Return a pattern of RE2's, which sees no difference between upper and lower case.

    RE2 has no backreferences and no look-around, so no text takes it longer than its length
    allows (https://github.com/google/re2/wiki/WhyRE2). Raises BadUsage.
    """
    import re2  # 10 ms, where there are rules

    if not pattern or len(pattern) > _PATTERN_MAX:
        raise BadUsage(f"a pattern has between 1 and {_PATTERN_MAX} characters")
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY_BYTES
    try:
        made = re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise BadUsage(
            f"{pattern!r} cannot be searched for: {why}",
            hint="patterns are those of RE2, which has no look-around and no backreferences, so "
            "that none can run away; e.g. 'Inv-(\\d+)'",
        ) from error
    if made.search("") is not None:
        raise BadUsage(
            f"{pattern!r} is found in every text, even an empty one",
            hint="say what must stand there, e.g. 'Inv-(\\d+)'",
        )
    return made


def is_plain(pattern: str) -> bool:
    """Whether a pattern speaks of ASCII alone: what the index folds, it cannot match anyway.

    Nothing in it may stand for any character of another script: no dot, no class of what
    something is not.
    """
    escaped = in_class = False
    last = ""
    for character in pattern:
        if not character.isascii() or (last == "[" and character == "^"):
            return False
        if escaped:
            if character in "WDSBpPCQxX0123456789":
                return False
            escaped, last = False, ""
            continue
        if character == "." and not in_class:
            return False
        escaped = character == "\\"
        in_class = character == "[" or (in_class and character != "]")
        last = character
    return "(?" not in pattern.replace("(?P<", "").replace("(?:", "")


def finders(rules: "Sequence[LinkRule]") -> list[Finder]:
    """Return the rules that are in force, ready to look, in their order."""
    return [Finder(rule) for rule in rules if rule.is_enabled]
