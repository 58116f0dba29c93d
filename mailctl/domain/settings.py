"""What a person may choose for an account, how it is written, and what holds where they did not."""

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from mailctl.domain.folders import FolderChoice
from mailctl.domain.near_names import meant
from mailctl.domain.periods import parse_period
from mailctl.domain.sizes import UNITS
from mailctl.errors import BadUsage
from mailctl.records import dataclass

DEFAULT_PERIOD = timedelta(days=7)
"""How far back mail is loaded, counted from the day the account was made."""
DEFAULT_INTERVAL = timedelta(minutes=10)
AUTO, NO_COPY = "auto", "none"
_LONGEST_TEXT = 64 << 10
_SIZE = re.compile(r"([0-9]{1,6})(k|m|g)?\Z", re.IGNORECASE)
_YES, _NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}

Period = timedelta | date | None
"""A span before the account was made, a first day, or None for everything."""


class Policy(StrEnum):
    """What becomes of a kind of mail that not everybody wants."""

    LOAD = "load"
    SKIP = "skip"


class Proposing(StrEnum):
    """Of whom that nobody knows a contact is proposed."""

    NONE = "none"
    SENT = "sent"
    """Of those to whom the owner of the mailbox wrote."""
    ALL = "all"


@dataclass(frozen=True)
class AccountSettings:
    """All settings of an account; `chosen` names those that a person set."""

    period: Period = DEFAULT_PERIOD
    folders: FolderChoice = field(default_factory=FolderChoice)
    receive: bool = True
    send: bool = True
    display_name: str = ""
    signature_text: str = ""
    signature_html: str = ""
    sync_interval: timedelta | None = DEFAULT_INTERVAL
    """How long after a sync the next one is due; None: only when asked for."""
    bulk: Policy = Policy.LOAD
    """Newsletters and mailing lists."""
    internal: Policy = Policy.LOAD
    """Mail among people of the mailbox's own domain, and of `internal_domains`."""
    internal_domains: tuple[str, ...] = ()
    """Further domains of colleagues; `*.` stands for all below one."""
    no_reply: Policy = Policy.LOAD
    """Mail of senders who read no answers."""
    group_senders: Policy = Policy.LOAD
    """Mail from addresses that several people share: info@, sales@."""
    invitations: Policy = Policy.LOAD
    """Mail with a calendar object: invitations to meetings, and the answers."""
    blocklist: tuple[str, ...] = ()
    """Patterns of addresses with whom no mail is loaded, see `AddressPatterns`."""
    attachments: int | None = None
    """The size in bytes from which a mail is left on the server; None: none is."""
    aliases: tuple[str, ...] = ()
    """Further addresses of the same person."""
    create_contacts: Proposing = Proposing.NONE
    sent_copy: str = AUTO
    """Where copies of sent mail go: `auto`, `none`, or a folder's path."""
    chosen: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Setting:
    """One setting: what it is about, and its value read from what a person writes."""

    name: str
    about: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    is_text: bool = False
    """Whether it may come from a file and keeps its lines."""

    @property
    def attribute(self) -> str:
        """The setting's name in AccountSettings and in JSON."""
        return self.name.replace("-", "_")


def settings_of(chosen: Mapping[str, str]) -> AccountSettings:
    """Return the settings after what was chosen, as written. Raises BadUsage."""
    values = {
        setting_named(name).attribute: setting_named(name).read(text)
        for name, text in chosen.items()
    }
    made = AccountSettings(**values, chosen=frozenset(chosen))
    if not (made.receive or made.send):
        raise BadUsage(
            "an account that neither receives nor sends is of no use",
            hint="let it receive or send; to let it rest: mailctl account disable ADDRESS, "
            "or enabled: false in a file",
        )
    return made


def setting_named(name: str) -> Setting:
    """Return the setting of that name. Raises BadUsage."""
    setting = SETTINGS.get(name.strip().lower().replace("_", "-"))
    if setting is None:
        raise BadUsage(
            f"{name!r} is no setting",
            hint=f"{meant(name.replace('_', '-'), SETTINGS)}choose one of {', '.join(SETTINGS)}",
        )
    return setting


def written(setting: Setting, settings: AccountSettings) -> str:
    """Return the value as a person would write it."""
    return setting.write(getattr(settings, setting.attribute))


def span_text(span: timedelta) -> str:
    """Return a span as `parse_period` reads it."""
    seconds = int(span.total_seconds())
    for unit, length in (("w", 7 * 86400), ("d", 86400), ("h", 3600)):
        if seconds % length == 0 and (unit != "w" or seconds > length):
            return f"{seconds // length}{unit}"
    return f"{seconds // 60}m"


def _period(text: str) -> Period:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return parse_period(text)


def _period_text(period: Period) -> str:
    if period is None:
        return "all"
    return span_text(period) if isinstance(period, timedelta) else period.isoformat()


def _interval(text: str) -> timedelta | None:
    if text.strip().lower() == "manual":
        return None
    span = parse_period(text)
    if span is None:
        raise BadUsage(
            f"{text!r} is no interval", hint="write a number and m, h, d or w (10m), or manual"
        )
    return span


def _interval_text(interval: timedelta | None) -> str:
    return "manual" if interval is None else span_text(interval)


def _flag(text: str) -> bool:
    word = text.strip().lower()
    if word not in _YES | _NO:
        raise BadUsage(f"{text!r} is neither true nor false", hint="write true or false")
    return word in _YES


def _flag_text(value: bool) -> str:
    return "true" if value else "false"


def _proposing(text: str) -> Proposing:
    try:
        return Proposing(text.strip().lower())
    except ValueError as error:
        raise BadUsage(
            f"{text!r} says nobody to propose", hint=f"write one of {', '.join(Proposing)}"
        ) from error


def _policy(text: str) -> Policy:
    try:
        return Policy(text.strip().lower())
    except ValueError as error:
        raise BadUsage(f"{text!r} is no policy", hint="write load or skip") from error


def _size(text: str) -> int | None:
    if text.strip().lower() == "load":
        return None
    size = _SIZE.match(text.strip())
    if size is None or int(size[1]) == 0:
        raise BadUsage(
            f"{text!r} is no policy for attachments",
            hint="write load, or the size from which a mail is left on the server, e.g. 25M",
        )
    return int(size[1]) * UNITS[(size[2] or "").lower()]


def _size_text(size: int | None) -> str:
    if size is None:
        return "load"
    for unit, length in (("G", 1 << 30), ("M", 1 << 20), ("k", 1 << 10)):
        if size % length == 0:
            return f"{size // length}{unit}"
    return str(size)


def _name(text: str) -> str:
    """Return a name for a header field, on one line."""
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise BadUsage("a display name is one line without control characters")
    return " ".join(text.split())


def _signature(text: str) -> str:
    if "\0" in text:
        raise BadUsage("a signature holds no NUL", hint="was the file text?")
    if len(text.encode()) > _LONGEST_TEXT:
        raise BadUsage(
            "the signature is longer than 64 KiB", hint="link to pictures, or leave them out"
        )
    return text.replace("\r\n", "\n").rstrip("\n")


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in re.split(r"[,\s]+", text) if word))


def _sent_copy(text: str) -> str:
    """Return `auto`, `none` or the path of a folder."""
    word = text.strip()
    if not word or any(ord(character) < 32 for character in word):
        raise BadUsage(f"{text!r} is no folder", hint="write auto, none, or a folder's path")
    return word.lower() if word.lower() in {AUTO, NO_COPY} else word


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting(
            "period", "how far back mail is loaded: 7d, 2w, a date, all", _period, _period_text
        ),
        Setting("folders", "which folders: default, all, names, !names", FolderChoice.read),
        Setting("receive", "whether mail is loaded", _flag, _flag_text),
        Setting("send", "whether mail may be sent", _flag, _flag_text),
        Setting("display-name", "the name in From", _name),
        Setting("signature-text", "signature, or @FILE", _signature, is_text=True),
        Setting("signature-html", "signature as HTML, or @FILE", _signature, is_text=True),
        Setting(
            "sync-interval", "when a sync is due again: 10m, manual", _interval, _interval_text
        ),
        Setting("bulk", "newsletters and mailing lists: load, skip", _policy),
        Setting("internal", "mail among colleagues: load, skip", _policy),
        Setting("internal-domains", "further domains of colleagues", _words, ",".join),
        Setting("no-reply", "mail of senders who read no answers: load, skip", _policy),
        Setting("group-senders", "mail of info@, sales@ and such: load, skip", _policy),
        Setting("invitations", "mail with calendar entries: load, skip", _policy),
        Setting("blocklist", "with whom no mail is loaded", _words, ",".join),
        Setting("attachments", "load, or the size that is too large: 25M", _size, _size_text),
        Setting("aliases", "further addresses of the person", _words, ",".join),
        Setting(
            "create-contacts",
            "whom to propose as contacts: none, sent (written to), all",
            _proposing,
        ),
        Setting("sent-copy", "where copies of sent mail go: auto, none, a folder", _sent_copy),
    )
}


def since(period: Period, created_at: datetime) -> datetime | None:
    """Return the instant from which mail is wanted, None for everything."""
    if period is None:
        return None
    midnight = created_at.replace(hour=0, minute=0, second=0, microsecond=0)
    if isinstance(period, timedelta):
        return midnight - period
    return midnight.replace(year=period.year, month=period.month, day=period.day)
