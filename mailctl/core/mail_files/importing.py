"""Mail taken over from files: into an account, or into mailboxes that no server has."""

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import BinaryIO

from mailctl.core.mail_files.finding import Found, mail_files
from mailctl.core.mail_files.local_mailbox import ensure_mailbox, local_name, owner_address
from mailctl.core.naming import account_named
from mailctl.core.roles import role_of
from mailctl.core.services import Services
from mailctl.core.sync.sync import Limits, run_index
from mailctl.domain.accounts import Account
from mailctl.domain.ids import FolderId, MessageNumber, SourceId
from mailctl.domain.mail_files import FileFormat
from mailctl.domain.messages import Envelope
from mailctl.domain.syncing import Uid
from mailctl.errors import ExitCode, MailctlError
from mailctl.mail.parse import read_envelope, thread_id
from mailctl.records import dataclass
from mailctl.store import copies, imports, messages, sources
from mailctl.store.connection import Writing

_BATCH_COUNT, _BATCH_BYTES = 200, 8 << 20
_TOLD_MAX = 100


@dataclass(frozen=True)
class ImportRequest:
    """What is imported, and where to."""

    paths: Sequence[str]
    format: FileFormat | None = None
    """None where the files say."""
    account: str | None = None
    """Into its folders; None for the mailboxes that no server has."""
    folder: str | None = None
    """Into this one, whatever the files say."""
    indexes: bool = True
    """Whether what is stored is made searchable at the end."""


@dataclass
class ImportReport:
    """What became of the messages in the files."""

    imported: int = 0
    """Messages that are new to us."""
    known: int = 0
    """Messages that we had already."""
    failed: int = 0
    """Files, or messages in them, that could not be imported."""
    skipped: dict[str, int] = field(default_factory=dict)
    """How many of these for which reason."""
    errors: list[dict[str, str]] = field(default_factory=list)
    """The first of them."""
    indexed: int = 0
    """Messages that were made searchable."""
    index_failure: MailctlError | None = None
    """Why not all of them were."""

    @property
    def exit_code(self) -> ExitCode:
        """What the process should say to the shell."""
        return ExitCode.PARTIAL if self.failed else ExitCode.OK

    def fail(self, found: Found) -> None:
        """Note that something could not be imported."""
        self.failed += 1
        self.skipped[found.reason] = self.skipped.get(found.reason, 0) + 1
        if len(self.errors) < _TOLD_MAX:
            self.errors.append({"path": found.path, "reason": found.reason, "error": found.detail})


@dataclass(frozen=True, slots=True)
class _Ready:
    """A message that was read, and packed before any lock is taken."""

    found: Found
    envelope: Envelope
    source: sources.PackedSource
    received_at: datetime

    @property
    def identity(self) -> str:
        return self.envelope.identity


@dataclass(frozen=True, slots=True)
class _Placed:
    """A message that is stored, and is to lie in a folder."""

    ready: _Ready
    number: MessageNumber
    source: SourceId


def import_mail(services: Services, request: ImportRequest, *, stdin: BinaryIO) -> ImportReport:
    """Store the messages in files and return what became of them; nothing is stored twice.

    Bytes stay as they are. What a server has is known and stays as it is, unless an account
    is named; else a copy is noted in each folder that the files say, with its flags. What a
    run has stored that is ended early stays. Raises NotFound, or BadUsage for a path that is
    not there.
    """
    account = None
    if request.account is not None:
        with services.store.reading() as tx:
            account = account_named(tx, request.account)
    found = mail_files(request.paths, stdin, request.format)
    report = ImportReport()
    importing = _Importing(services, account, request.folder, report)
    for batch in _batches(_readable(found, report), services.now()):
        importing.store(batch)
    if request.indexes:
        result = run_index(services, limits=Limits(), watch=lambda event: None)
        report.indexed, report.index_failure = result.report.indexed, result.index_failure
    return report


def _readable(found: Iterator[Found], report: ImportReport) -> Iterator[Found]:
    for each in found:
        if each.source is None:
            report.fail(each)
        else:
            yield each


def _batches(found: Iterator[Found], now: datetime) -> Iterator[list[_Ready]]:
    """Yield messages that are ready, few at once: they are held until they are stored."""
    batch: list[_Ready] = []
    size = 0
    for each in found:
        batch.append(_ready(each, now))
        size += batch[-1].source.size_bytes
        if len(batch) >= _BATCH_COUNT or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _ready(found: Found, now: datetime) -> _Ready:
    source = found.source or b""
    envelope = read_envelope(source)
    received_at = found.received_at or envelope.sent_at or found.changed_at or now
    return _Ready(replace(found, source=None), envelope, sources.pack(source), received_at)


@dataclass(frozen=True)
class _Importing:
    services: Services
    account: Account | None
    folder: str | None
    report: ImportReport

    def store(self, batch: Sequence[_Ready]) -> None:
        """Store a batch, all of it or nothing."""
        at = self.services.now()
        with self.services.store.writing(durable=True) as tx:
            known = imports.known(tx, {ready.identity for ready in batch})
            left = set() if self.account else imports.at_servers(tx, [*known.values()])
            self._put(tx, [each for each in batch if known.get(each.identity) not in left], at)
        fresh = len({ready.identity for ready in batch} - known.keys())
        self.report.imported += fresh
        self.report.known += len(batch) - fresh

    def _put(self, tx: Writing, batch: Sequence[_Ready], at: datetime) -> None:
        kept = sources.put(tx, [ready.source for ready in batch])
        made = [_new(ready, source) for ready, source in zip(batch, kept, strict=True)]
        numbers = messages.put(tx, made, at=at)
        placed: dict[tuple[str, str], list[_Placed]] = {}
        for each in map(_Placed, batch, numbers, kept):
            placed.setdefault(self._place(each.ready.found), []).append(each)
        for (name, path), those in placed.items():
            account = self.account or ensure_mailbox(tx, name, at=at)
            folder = imports.ensure_folder(tx, account.id, path, at=at)
            address = owner_address(account.address)
            copies.put(tx, folder, _copies(tx, folder, those, address), at=at)

    def _place(self, found: Found) -> tuple[str, str]:
        """Return the mailbox that a message goes into, and the folder there."""
        path = self.folder or found.folder
        if self.account is None:
            return local_name(found.owner), path
        is_anothers = self.folder is None and found.owner not in {None, self.account.address}
        return self.account.id, f"{found.owner}/{path}" if is_anothers else path


def _new(ready: _Ready, source: SourceId) -> messages.NewMessage:
    envelope = ready.envelope
    date = envelope.sent_at or ready.received_at
    return messages.NewMessage(envelope, date, thread_id(envelope), source)


def _copies(
    tx: Writing, folder: FolderId, placed: Sequence[_Placed], address: str | None
) -> list[copies.NewCopy]:
    """Return the copies that the folder lacks."""
    lying = set(imports.in_folder(tx, folder, [each.number for each in placed]))
    following = imports.next_uid(tx, folder)
    lacking = []
    for each in placed:
        if each.number not in lying:
            lying.add(each.number)
            lacking.append(each)
    return [
        copies.NewCopy(
            message=each.number,
            source=each.source,
            numbering=copies.LOCAL_NUMBERING,
            uid=Uid(uid),
            flags=each.ready.found.flags,
            internal_date=each.ready.received_at,
            role=None if address is None else role_of(address, each.ready.envelope),
        )
        for uid, each in enumerate(lacking, following)
    ]
