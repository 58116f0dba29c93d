"""What a server said, made fit for a person's eyes and free of secrets."""

import re
import unicodedata

from mailctl.domain.secret import Secret

_LONGEST = 200
_MOST_READ = 4000
_ECHOED = "(words withheld: they repeat the password)"
_QUOTABLE = re.compile(r'[\\"]')
_BASE64 = re.compile(r"[A-Za-z0-9+/]{4,}={0,2}")


def plain(said: bytes | str, secret: Secret | None = None) -> str:
    """Return what was said on one line of at most 200 characters, without control characters.

    Words that hold the secret, as it is or encoded, are withheld altogether.
    """
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    text = _on_one_line(text[:_MOST_READ])
    if repeats(text, secret):
        return _ECHOED
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def repeats(text: str, secret: Secret | None) -> bool:
    """Whether the text holds the secret, as it is or encoded."""
    return secret is not None and bool(secret) and _holds(text, secret.reveal())


def _on_one_line(text: str) -> str:
    return " ".join("".join(_shown(character) for character in text).split())


def _shown(character: str) -> str:
    # Cf holds the bidirectional overrides that reorder what a terminal shows.
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf" | "Cs" | "Co" | "Cn":
            return ""
        case _:
            return character


def _holds(text: str, secret: str) -> bool:
    from urllib.parse import quote

    spelled = {secret, quote(secret), quote(secret, safe=""), _QUOTABLE.sub(r"\\\g<0>", secret)}
    spelled |= {_on_one_line(spelling) for spelling in spelled}
    return any(s and s in text for s in spelled) or any(
        secret.encode() in decoded for decoded in _decoded(text)
    )


def _decoded(text: str) -> list[bytes]:
    """Return what every run of base64 in `text` says."""
    import binascii

    found = []
    for run in _BASE64.findall(text.replace(" ", "") + " " + text):
        bare = run.rstrip("=")
        for start in range(4):  # words may have run into the encoded ones
            part = bare[start:]
            part = part[: len(part) - (len(part) % 4 == 1)]
            found.append(binascii.a2b_base64(part + "=" * (-len(part) % 4)))
    return found
