"""Copies of sent mail put into a mailbox over IMAP, and looked up there."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property

from mailctl.domain.folders import SpecialUse
from mailctl.errors import (
    DeliveryUncertain,
    MailctlError,
    MailTooLarge,
    NotFound,
    ServerBusy,
    ServerRefused,
    Unreachable,
)
from mailctl.protocols.imap import folders as listing
from mailctl.protocols.imap.answers import MONTHS
from mailctl.protocols.imap.folders import Listed
from mailctl.protocols.imap.names import wire_name
from mailctl.protocols.imap.session import Session
from mailctl.protocols.imap.wire import quoted
from mailctl.protocols.words import plain

_NEWEST = 200
"""How many messages are looked through where SEARCH finds nothing: not every SEARCH works."""
# Outlook.com and Gmail may give a mail an id of their own, and keep ours in another field.
_ID_FIELDS = "MESSAGE-ID X-MICROSOFT-ORIGINAL-MESSAGE-ID X-GOOGLE-ORIGINAL-MESSAGE-ID"
_PREFIX = re.compile(rb'\(\("((?:[^"\\]|\\.)*)" ')
_TOO_LARGE = re.compile(r"\[(?:TOOBIG|LIMIT)\]|too (?:big|large)|size limit", re.IGNORECASE)
# What mail programs and servers call it where no use is told (RFC 6154 came in 2011).
_NAMES = {
    *("sent", "sent items", "sent messages", "sent mail", "sent-mail"),
    *("gesendet", "gesendete elemente", "gesendete objekte", "gesendete nachrichten"),
    *("envoyés", "éléments envoyés", "messages envoyés", "courrier envoyé"),
    *("enviados", "elementos enviados", "itens enviados", "mensagens enviadas"),
    *("inviata", "posta inviata", "verzonden", "verzonden items", "skickat", "sendt"),
    *("lähetetyt", "wysłane", "elementy wysłane", "odeslaná pošta", "odoslané", "elküldött"),
    *("отправленные", "надіслані", "изпратени", "gönderilmiş öğeler", "gönderilenler"),
    *("已发送", "已发送邮件", "寄件備份", "送信済み", "送信済みメール", "보낸편지함"),
}


class ImapFiler:
    """A signed-in mailbox into which mail is put, and nothing else done.

    Everything here raises Unreachable, ServerBusy, AuthenticationRefused or ServerRefused.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._is_in_folder = False

    def sent_folder(self) -> str | None:
        """Return the folder for sent mail: by its use (RFC 6154), else by its name, if any."""
        there = [folder for folder in self._folders.values() if folder.is_selectable]
        by_use = [folder.path for folder in there if folder.special_use is SpecialUse.SENT]
        by_name = [folder.path for folder in there if _is_called_so(folder)]
        return next(iter(by_use + by_name), None)

    def new_sent_folder(self) -> str:
        """Return the path of a folder for sent mail where people's own folders lie."""
        prefix = ""
        if self._session.has("NAMESPACE"):
            for reply in self._session.pipeline.call("NAMESPACE"):
                personal = _PREFIX.match(reply.text) if reply.name == b"NAMESPACE" else None
                prefix = personal[1].decode("ascii", "replace") if personal else prefix
        return f"{prefix}Sent"

    def holds(self, folder: str, rfc_message_id: str) -> bool:
        """Whether the folder has a mail of that Message-ID. Raises NotFound without the folder."""
        known = self._folders.get(folder)
        if known is None:
            raise NotFound(f"{self._session.host} has no folder {plain(folder)}")
        self._is_in_folder = True
        for _ in self._session.opened(self._session.send_examine(known.name)):
            pass
        if not self._session.examined.exists:
            return False
        wanted = f"<{rfc_message_id}>"
        return self._is_found(wanted) or self._is_among_newest(wanted)

    def append(self, folder: str, source: bytes, *, received_at: datetime) -> None:
        """Put a mail into the folder, as read, making the folder where there is none.

        Raises MailTooLarge, and DeliveryUncertain where the connection was lost when all of
        the mail had been handed over.
        """
        limit = self._limit
        if limit is not None and len(source) > limit:
            raise self._too_large(f"{len(source)} bytes are more than {limit}")
        self._leave_folder()
        if folder not in self._folders:
            with suppress(ServerRefused):  # it may be there, and not be told
                self._create(folder)
        try:
            self._append(folder, source, received_at)
        except ServerRefused as error:
            if "[TRYCREATE]" not in error.sentence.upper():
                raise
            self._create(folder)
            self._append(folder, source, received_at)

    def _leave_folder(self) -> None:
        """Close what was looked into: Courier appends nothing to a folder that is examined.

        CLOSE removes nothing from a folder that was only examined (RFC 3501 section 6.4.2).
        """
        if self._is_in_folder:
            with suppress(ServerRefused):
                self._session.pipeline.call(
                    "UNSELECT" if self._session.has("UNSELECT") else "CLOSE"
                )
        self._is_in_folder = False

    def _append(self, folder: str, source: bytes, received_at: datetime) -> None:
        command = f"APPEND {self._quoted(folder)} (\\Seen) {_internal_date(received_at)}"
        pipeline = self._session.pipeline
        try:
            tag = pipeline.offer(command, len(source))
        except MailctlError as error:
            raise self._refusal(error) from error
        try:
            pipeline.hand_over(tag, source)
        except (Unreachable, ServerBusy) as error:
            if isinstance(error, ServerBusy) and not pipeline.is_broken:
                raise
            raise DeliveryUncertain(
                f"{error.sentence} when all of the mail had been handed over", hint=error.hint
            ) from error
        except MailctlError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: MailctlError) -> MailctlError:
        is_too_large = isinstance(error, ServerRefused) and _TOO_LARGE.search(error.sentence)
        return self._too_large(error.sentence) if is_too_large else error

    def _too_large(self, said: str) -> MailTooLarge:
        return MailTooLarge(f"{self._session.host} does not keep a mail so large: {said}")

    @property
    def _limit(self) -> int | None:
        """The size of the largest mail that is taken (RFC 7889), None where it is not said."""
        said = self._session.value_of("APPENDLIMIT")
        return int(said) if said and re.fullmatch("[0-9]{1,20}", said) else None

    def _create(self, folder: str) -> None:
        self._session.pipeline.call(f"CREATE {self._quoted(folder)}")
        with suppress(ServerRefused):  # some programs show only these; it is there without
            self._session.pipeline.call(f"SUBSCRIBE {self._quoted(folder)}")
        self.__dict__.pop("_folders", None)  # the listing of before

    def _quoted(self, folder: str) -> str:
        known = self._folders.get(folder)
        name = known.name if known else wire_name(folder, is_utf8=self._session.is_utf8)
        return quoted(name.decode())

    def _is_found(self, wanted: str) -> bool:
        if not wanted.isascii() or not wanted.isprintable():
            return False
        try:
            uids = self._session.search(f"HEADER Message-ID {quoted(wanted)}")
        except ServerRefused:
            return False
        hits = ",".join(str(uid) for uid in (uids or ())[-_NEWEST:])
        return bool(hits) and self._is_named("UID FETCH", hits, wanted)

    def _is_among_newest(self, wanted: str) -> bool:
        first = max(1, self._session.examined.exists - _NEWEST + 1)
        return self._is_named("FETCH", f"{first}:*", wanted)

    def _is_named(self, how: str, which: str, wanted: str) -> bool:
        """Whether one of the messages has that Message-ID, by the field itself."""
        command = f"{how} {which} (BODY.PEEK[HEADER.FIELDS ({_ID_FIELDS})])"
        said = wanted.encode()
        is_there = False
        for reply in self._session.pipeline.call(command):
            if reply.name == b"FETCH":
                octets = b"".join(b"".join(p) if isinstance(p, tuple) else p for p in reply.parts)
                is_there = is_there or said in octets
        return is_there

    @cached_property
    def _folders(self) -> Mapping[str, Listed]:
        return {folder.path: folder for folder in listing.listed(self._session)}


def _is_called_so(folder: Listed) -> bool:
    parts = folder.path.split(folder.delimiter) if folder.delimiter else [folder.path]
    is_near = len(parts) == 1 or (len(parts) == 2 and parts[0].upper() == "INBOX")
    return is_near and parts[-1].casefold() in _NAMES


def _internal_date(at: datetime) -> str:
    """Return a time as APPEND wants it, whatever the locale (RFC 9051 section 9, date-time)."""
    at = at.astimezone(UTC)
    return f'"{at.day:2d}-{MONTHS[at.month - 1]}-{at:%Y %H:%M:%S} +0000"'
