"""Sentences that name nobody: what is not known to be harmless is left out.

Kept are the words that programs and mail servers use of themselves (vocabulary.txt, taken from
the sentences of this program and from refusals of real servers), small numbers, and hosts and
domains of the providers that everybody knows. Addresses, domains and hosts get a name that stays
the same throughout; all else becomes a dot.
"""

import re
from collections.abc import Callable, Collection
from functools import cached_property
from pathlib import Path

_VOCABULARY = Path(__file__).with_name("vocabulary.txt")
_LONGEST_NUMBER = 6
_IP_PARTS = 4
GAP = "*"
_TOKEN = re.compile(
    r"""
    (?P<date>\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?)
    | (?P<address>[^\s<>"'(),;:]+@[^\s<>"'(),;:]+)
    | (?P<path>[~]?/[^\s'"),;]*)
    | (?P<host>[^\W_](?:[\w-]*\w)?(?:\.[\w-]*\w)+)
    | (?P<word>[\w](?:[\w'-]*\w)?)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_HARMLESS = frozenset(" \n.,;:!?()[]{}<>=+-_/*'\"|#%&")


class Pseudonyms:
    """Names for what must not be named, the same for the same."""

    def __init__(
        self, is_public: Callable[[str], bool], known: Collection[str] = frozenset()
    ) -> None:
        self.is_public = is_public
        """Whether a domain or host is one that everybody knows."""
        self._known = frozenset(known)
        """Further words that name nobody: those of presets."""
        self._given: dict[str, dict[str, str]] = {}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words that name nobody."""
        return self._known.union(_VOCABULARY.read_text(encoding="utf-8").split())

    def account(self, address: str) -> str:
        """Return account-1@domain-1.example; the domain stays where it is a provider's own."""
        _, _, domain = address.rpartition("@")
        return f"{self._name('account', address.casefold())}@{self.domain(domain)}"

    def domain(self, domain: str) -> str:
        """Return the domain where everybody knows it, else domain-1.example."""
        bare = domain.casefold().rstrip(".")
        return bare if self.is_public(bare) else f"{self._name('domain', bare)}.example"

    def host(self, host: str) -> str:
        """Return the host where everybody knows it, else host-1.example."""
        bare = host.casefold().rstrip(".")
        return bare if self.is_public(bare) else f"{self._name('host', bare)}.example"

    def provider(self, name: str, *, is_preset: bool) -> str:
        """Return the provider's name, or provider-1 for one's own."""
        return name if is_preset else self._name("provider", name)

    def words(self, text: str) -> str:
        """Return the sentence with everything in it that may name somebody taken out."""
        said = "".join(self._token(found) for found in _TOKEN.finditer(text))
        return re.sub(rf"\{GAP}(?:[\s.]*\{GAP})+", GAP, said)

    def is_known(self, text: str) -> bool:
        """Whether the text consists of words that name nobody."""
        return all(map(self._is_known, text.split()))

    def _token(self, found: re.Match[str]) -> str:
        text = found[0]
        match found.lastgroup:
            case "date":
                return text
            case "address":
                return self.account(text)
            case "path":
                return "/" if text == "/" else "PATH"
            case "host":
                return self._host(text)
            case "word":
                return text if self._is_known(text) else GAP
            case _:
                return text if text in _HARMLESS else GAP

    def _host(self, text: str) -> str:
        parts = text.split(".")
        if all(part.isascii() and part.isdigit() for part in parts):
            return "IP" if len(parts) >= _IP_PARTS else text
        if all(map(self._is_known, parts)):  # words with dots between them, versions
            return text if not self._looks_like_a_host(parts) else self.host(text)
        return self.host(text)

    @staticmethod
    def _looks_like_a_host(parts: list[str]) -> bool:
        return len(parts) > 1 and parts[-1].isalpha()

    def _is_known(self, word: str) -> bool:
        if not word.isascii():
            return False
        return all(
            (part.isdigit() and len(part) <= _LONGEST_NUMBER)
            or part.lower() in self.vocabulary
            or part in {"", "a", "A", "s", "t", "d", "i", "I", "v"}
            for part in re.split(r"['_-]|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", word)
        )

    def _name(self, kind: str, key: str) -> str:
        given = self._given.setdefault(kind, {})
        return given.setdefault(key, f"{kind}-{len(given) + 1}")
