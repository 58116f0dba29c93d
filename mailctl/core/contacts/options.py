"""Ways to reach somebody, read from what people write: e-mail, phone, web, social, address."""

import re
from collections.abc import Iterable

from mailctl.core.naming import address_key
from mailctl.domain.contacts import CommunicationOption, OptionKind
from mailctl.errors import BadUsage
from mailctl.resolve.addresses import parse_address

_TYPE = re.compile(r"(.*)\|\s*([A-Za-z][A-Za-z0-9 _-]{0,30})\s*\Z", re.DOTALL)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_LONGEST = 2_000
_CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def option(kind: OptionKind, text: str, *, region: str | None = None) -> CommunicationOption:
    """Return the option in a text, `VALUE` or `VALUE|TYPE`. Raises BadUsage.

    Phones without a country code are of the `region` (DE, US); without one they are refused.
    """
    found = _TYPE.match(text)
    value, type_ = (found[1], found[2].strip().lower()) if found else (text, "")
    value = fit(value, kind)
    match kind:
        case OptionKind.EMAIL:
            address = parse_address(value)
            return CommunicationOption(kind, str(address), address_key(address), type_)
        case OptionKind.PHONE:
            return phone(value, type_, region=region)
        case OptionKind.WEB:
            return _web(value, type_)
        case OptionKind.SOCIAL | OptionKind.ADDRESS:
            key = " ".join(value.split()).casefold()
            return CommunicationOption(kind, value, key, type_)


def options_of(
    said: Iterable[tuple[OptionKind, str]], *, region: str | None
) -> list[CommunicationOption]:
    """Return what a file says of ways to reach somebody; a phone that is none stays as written.

    Raises BadUsage.
    """
    found = []
    for kind, text in said:
        try:
            found.append(option(kind, text, region=region))
        except BadUsage:
            if kind is not OptionKind.PHONE:
                raise
            value, _, type_ = text.partition("|")
            found.append(unreadable_phone(value, type_.strip().lower()))
    return found


def phone(value: str, type_: str, *, region: str | None) -> CommunicationOption:
    """Return a phone in E.164, its extension apart. Raises BadUsage."""
    import phonenumbers  # 20 ms, for who has phones

    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException as error:
        raise BadUsage(
            f"{value!r} is no phone number: {error}".rstrip("."),
            hint="write it with its country code (+49 30 123456), or say --region DE",
        ) from error
    if not phonenumbers.is_possible_number(number):
        raise BadUsage(
            f"{value!r} cannot be a phone number",
            hint="write it with its country code (+49 30 123456), or say --region DE",
        )
    key = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return CommunicationOption(OptionKind.PHONE, key, key, type_, number.extension or "")


def unreadable_phone(value: str, type_: str) -> CommunicationOption:
    """Return a phone that cannot be read as one, kept as somebody wrote it."""
    text = fit(value, OptionKind.PHONE)
    return CommunicationOption(OptionKind.PHONE, text, text.casefold(), type_)


def fit(text: str, what: str) -> str:
    """Return a text without blanks around it. Raises BadUsage for what is no text of people."""
    found = _CONTROL.search(text)
    if found is not None:
        raise BadUsage(f"{what} holds a control character (U+{ord(found[0]):04X})")
    text = text.strip()
    if not text:
        raise BadUsage(f"{what} is empty", hint="leave it out")
    if len(text) > _LONGEST:
        raise BadUsage(f"{what} is longer than {_LONGEST} characters")
    return text


def _web(value: str, type_: str) -> CommunicationOption:
    address = value if _SCHEME.match(value) else f"https://{value}"
    if re.search(r"\s", address) or "." not in address:
        raise BadUsage(f"{value!r} is no web address", hint="write it as https://example.org")
    host, slash, path = _SCHEME.sub("", address).partition("/")
    key = f"{host.lower()}{slash}{path}".rstrip("/")
    return CommunicationOption(OptionKind.WEB, address, key, type_)
