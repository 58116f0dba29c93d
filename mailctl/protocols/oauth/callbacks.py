"""What a browser brings back from an issuer: a code, or a refusal (RFC 6749 section 4.1.2)."""

import re
from hmac import compare_digest
from urllib.parse import parse_qs, unquote

from mailctl.domain.secret import Secret
from mailctl.errors import ConsentRefused
from mailctl.protocols.oauth.failures import failure, problem_in
from mailctl.protocols.oauth.grants import is_token

_MOST_FIELDS = 50
_ADDRESS = re.compile(r"(?i)https?://|[^\s]*[?&]|(?:code|state|error)=")

Fields = dict[str, list[str]]


def fields(query: str) -> Fields:
    """Return the fields of a query; those of one that is far too long are none."""
    try:
        return parse_qs(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}


def is_answer(found: Fields) -> bool:
    """Whether the issuer said something, be it yes or no."""
    return "code" in found or "error" in found


def code_in(found: Fields, issuer: str, state: Secret) -> Secret:
    """Return the code. Raises ConsentRefused, or what the issuer's error means.

    Nothing of an answer counts that does not carry our state, for anybody can send one.
    """
    brought = found.get("state", [])
    expected = state.reveal().encode()
    if len(brought) != 1 or not compare_digest(brought[0].encode("utf-8", "replace"), expected):
        raise ConsentRefused(
            "the answer from the browser does not belong to this sign-in",
            hint="begin again, and use the newest address only",
        )
    if "error" in found:
        members = {name: values[0] for name, values in found.items()}
        raise failure(issuer, problem_in(members), secrets=(state,))
    codes = found.get("code", [])
    if len(codes) != 1 or not is_token(codes[0]):
        raise _no_code()
    return Secret(codes[0])


def pasted_code(pasted: str, issuer: str, state: Secret) -> Secret:
    """Return the code in a pasted address, or the code itself. Raises as code_in does.

    A code alone comes without state; that it is of this sign-in, PKCE makes sure.
    """
    text = "".join(pasted.split())  # a terminal may have broken the line
    if not text:
        raise ConsentRefused("no address was pasted", hint="begin again")
    if _ADDRESS.match(text):
        _, mark, query = text.partition("?")
        return code_in(fields((query if mark else text).partition("#")[0]), issuer, state)
    code = unquote(text)
    if not is_token(code):
        raise _no_code()
    return Secret(code)


def _no_code() -> ConsentRefused:
    return ConsentRefused(
        "the address at which the browser ended carries no code",
        hint="copy the whole address, from http:// to its end",
    )
