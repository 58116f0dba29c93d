"""Reads YAML and JSON that declare things, every word with its place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import yaml

from mailctl.config.declared_files import STDIN, DeclaredFile, declared_files
from mailctl.domain.declarations import Declarations, Fields, Items, Mistake, Node, Spot, Word
from mailctl.errors import BadUsage

# libyaml is ten times as quick, and lets JSON be indented by tabs
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STANDARD = "tag:yaml.org,2002:"
_MERGE, _NULL = f"{_STANDARD}merge", f"{_STANDARD}null"
_TAGS = {"str", "int", "float", "bool", "null", "timestamp", "value", "map", "seq"}
"""What YAML gives by itself to what has no tag."""
_DEEPEST = 20
_VARIABLE = re.compile(r"\$(\$?)\{([^}]*)(\}?)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE
)


def read_declarations(
    paths: Sequence[str], *, stdin: BinaryIO, environment: Mapping[str, str]
) -> Declarations:
    """Return what the files declare; `${NAME}` stands for a variable, `$${` for `${` itself.

    What cannot be read is a mistake with its place. Raises BadUsage for a file that cannot,
    and where no file has a document: a command that was to write one wrote nothing.
    """
    documents: list[Fields] = []
    mistakes: list[Mistake] = []
    for file in declared_files(paths, stdin):
        reading = _Reading(file.source, environment, mistakes)
        documents += reading.documents(file)
    if not documents and not mistakes:
        named = ", ".join("<stdin>" if path == STDIN else path for path in paths)
        raise BadUsage(f"nothing stands in {named}", hint="to declare nothing, write {}")
    return Declarations(tuple(documents), tuple(mistakes))


class _Reading:
    """One file being read."""

    def __init__(
        self, source: str, environment: Mapping[str, str], mistakes: list[Mistake]
    ) -> None:
        self._source = source
        self._environment = environment
        self._mistakes = mistakes
        self._made: dict[int, Node] = {}
        self._composed: list[Any] = []
        """Kept, for their ids name what was made of them."""
        self._open: set[int] = set()

    def documents(self, file: DeclaredFile) -> Iterator[Fields]:
        text = self._text(file.content)
        if text is None:
            return
        for document in self._each_composed(text):
            self._composed.append(document)
            if document is None or document.tag == _NULL:
                continue
            node = self._node(document, 0)
            if isinstance(node, Fields):
                yield node
            else:
                self._say(node.spot, "a document is a mapping of sections, such as accounts:")

    def _text(self, content: bytes) -> str | None:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = content[: error.start].decode()
            self._say(self._after(before), "this is no UTF-8")
            return None
        if text.lstrip()[:1] in {"{", "["}:  # JSON writes what is beyond the BMP in halves
            text = _PAIR.sub(lambda found: found[1] + _joined(found[2], found[3]), text)
        return text

    def _each_composed(self, text: str) -> Iterator[Any]:
        """Yield what the parser makes of each document, up to the first that is no YAML."""
        try:
            yield from yaml.compose_all(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            spot = self._spot(mark) if mark else Spot(self._source, 1, 1)
            said = ", ".join(each for each in (error.problem, error.context) if each)
            hint = "indent by spaces: YAML takes no tabs" if _is_tabbed(text, spot) else None
            self._say(spot, f"this is no YAML: {' '.join(said.split())}", hint)
        except yaml.reader.ReaderError as error:
            self._say(self._after(text[: error.position]), "a control character is no YAML")
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            self._say(Spot(self._source, 1, 1), f"this is no YAML: {' '.join(str(error).split())}")

    def _node(self, made_of: Any, depth: int) -> Node:
        """Return the node; one that several places refer to is read once."""
        known = self._made.get(id(made_of))
        if known is not None:
            return known
        spot = self._spot(made_of.start_mark)
        if id(made_of) in self._open or depth > _DEEPEST:
            self._say(spot, "this holds itself, or is nested too deeply")
            return Word(spot, None, is_sound=False)
        if made_of.tag.removeprefix(_STANDARD) not in _TAGS:
            self._say(spot, f"the tag {made_of.tag} means nothing here", "leave it out")
        self._open.add(id(made_of))
        node: Node
        if isinstance(made_of, yaml.MappingNode):
            node = self._fields(made_of, spot, depth)
        elif isinstance(made_of, yaml.SequenceNode):
            node = Items(spot, tuple(self._node(part, depth + 1) for part in made_of.value))
        else:
            node = self._word(made_of, spot)
        self._open.discard(id(made_of))
        self._made[id(made_of)] = node
        return node

    def _fields(self, mapping: Any, spot: Spot, depth: int) -> Fields:
        parts: dict[str, Node] = {}
        keys: dict[str, Spot] = {}
        inherited: list[Fields] = []
        for key, value in mapping.value:
            where = self._spot(key.start_mark)
            if key.tag == _MERGE:
                inherited += self._merged(self._node(value, depth + 1))
            elif not isinstance(key, yaml.ScalarNode):
                self._say(where, "a name is one word")
            elif key.value in parts:
                self._say(
                    where, f"{key.value} is said twice", f"first in line {keys[key.value].line}"
                )
            else:
                parts[key.value], keys[key.value] = self._node(value, depth + 1), where
        for fields in inherited:  # what a mapping says itself counts (YAML 1.1, merge keys)
            for name, part in fields.parts.items():
                if name not in parts:
                    parts[name], keys[name] = part, fields.keys[name]
        return Fields(spot, parts, keys)

    def _merged(self, node: Node) -> list[Fields]:
        nodes = node.parts if isinstance(node, Items) else (node,)
        if all(isinstance(each, Fields) for each in nodes):
            return [each for each in nodes if isinstance(each, Fields)]
        self._say(node.spot, "only mappings can be merged", "write <<: *NAME")
        return []

    def _word(self, scalar: Any, spot: Spot) -> Word:
        if scalar.tag == _NULL:
            return Word(spot, None)
        known = len(self._mistakes)
        text = _VARIABLE.sub(lambda found: self._filled(found, spot), scalar.value)
        return Word(spot, text, is_sound=len(self._mistakes) == known)

    def _filled(self, found: re.Match[str], spot: Spot) -> str:
        dollar, name, end = found.groups()
        if dollar:
            return found[0][1:]
        if not end or not _NAME.match(name):
            self._say(spot, "a variable is written ${NAME}", "for the two characters write $${")
            return ""
        if name not in self._environment:
            self._say(spot, f"the environment variable {name} is not set", f"export {name}=…")
        return self._environment.get(name, "")

    def _say(self, spot: Spot, sentence: str, hint: str | None = None) -> None:
        self._mistakes.append(Mistake(spot, sentence, hint))

    def _spot(self, mark: Any) -> Spot:
        return Spot(self._source, mark.line + 1, mark.column + 1)

    def _after(self, text: str) -> Spot:
        return Spot(self._source, text.count("\n") + 1, len(text) - text.rfind("\n"))


def _is_tabbed(text: str, spot: Spot) -> bool:
    lines = text.split("\n", spot.line)[: spot.line]
    line = lines[-1] if lines else ""
    return "\t" in line[: len(line) - len(line.lstrip())]


def _joined(high: str, low: str) -> str:
    point = 0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00)
    return chr(point)
