"""What people write into the lists that policies go by: checked, and in one form."""

import re

from mailctl.core.naming import address_key
from mailctl.domain.address_patterns import ANY
from mailctl.errors import BadUsage
from mailctl.resolve.addresses import normal_domain, parse_address

BLOCKED_MAX, GLOBS_MAX = 1_000, 100
_BLOCKS = "write an address, @DOMAIN, *.DOMAIN, or a pattern such as news-*@shop.example"
_LONGEST = 320
_OF_A_NAME = re.compile(r"[^\s@\"(),:;<>\[\]\\]+\Z")
_OF_A_DOMAIN = re.compile(r"[a-z0-9*.-]+\Z")


def blocked(text: str) -> str:
    """Return a word of a blocklist in the form that is kept. Raises BadUsage.

    It is one that `AddressPatterns` knows.
    """
    word = text.strip().lower()
    if len(word) > _LONGEST or not word.isprintable():
        raise BadUsage("that is no pattern of addresses", hint=_BLOCKS)
    if word and not word.strip("*.@"):
        raise BadUsage(f"{text!r} is everybody's address", hint=_BLOCKS)
    name, at, domain = word.rpartition("@")
    if not at:
        return _below(word)
    if ANY not in word:
        return address_key(parse_address(word)) if name else f"@{normal_domain(domain)}"
    name = re.sub(r"\*+", ANY, name) or ANY
    if name == ANY and domain.startswith("*.") and ANY not in domain[1:]:
        return _below(domain)
    domain = re.sub(r"\*+", ANY, domain) if ANY in domain else normal_domain(domain)
    if not (_OF_A_NAME.match(name) and _OF_A_DOMAIN.match(domain)):
        raise BadUsage(f"{text!r} is no pattern of addresses", hint=_BLOCKS)
    return f"@{domain}" if name == ANY and ANY not in domain else f"{name}@{domain}"


def blocklist(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return a blocklist that is no longer than mail can wait for. Raises BadUsage."""
    globs = [word for word in words if ANY in word and "@" in word]
    if len(words) > BLOCKED_MAX or len(globs) > GLOBS_MAX:
        raise BadUsage(
            f"a blocklist has at most {BLOCKED_MAX} words, {GLOBS_MAX} of them patterns",
            hint="name whole domains: @DOMAIN, *.DOMAIN",
        )
    return words


def read_blocklist(text: str) -> tuple[str, ...]:
    """Return the blocklist of the config file or the environment. Raises BadUsage."""
    words = dict.fromkeys(word for word in re.split(r"[,\s]+", text) if word)
    try:
        return blocklist(tuple(dict.fromkeys(map(blocked, words))))
    except BadUsage as error:
        raise type(error)(
            f"the blocklist cannot be that: {error.sentence}", hint=error.hint
        ) from error


def internal_domain(text: str) -> str:
    """Return the domain of colleagues, or `*.` and the one below which theirs are.

    Raises BadUsage for what is no domain, and for one that the public shares.
    """
    from mailctl.resolve.catalogue import load
    from mailctl.resolve.owners import registrable

    word = text.strip().lower().removeprefix("@")
    domain = normal_domain(word.removeprefix("*."))
    if load().by_domain(domain) is not None or registrable(domain) is None:
        raise BadUsage(
            f"{domain} is not one organisation's: its people are no colleagues",
            hint="name a domain of your own, e.g. corp.example, or *.corp.example",
        )
    return f"*.{domain}" if word.startswith("*.") else domain


def _below(word: str) -> str:
    if not word.startswith("*."):
        is_domain = _OF_A_DOMAIN.match(word) and ANY not in word
        hint = f"a domain is written @{word}, or *.{word} for all below it"
        raise BadUsage(f"{word!r} has no @", hint=hint if is_domain else _BLOCKS)
    return f"*.{normal_domain(word[2:])}"
