"""Messages written to files as other programs read them: eml, mbox, Maildir."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from functools import partial
from pathlib import Path

from mailctl.core.mail_files.maildir_shelf import maildir_shelf
from mailctl.core.mail_files.shelves import Shelf, Write, eml_shelf, mbox_shelf, stream_shelf
from mailctl.core.naming import account_named
from mailctl.core.selection import messages_named
from mailctl.domain.ids import AccountId, MessageId, MessageNumber
from mailctl.domain.mail_files import Fate, FileFormat
from mailctl.errors import BadUsage, ExitCode, StoreDamaged
from mailctl.records import dataclass
from mailctl.store import exports
from mailctl.store.connection import Reading, Store
from mailctl.store.exports import Leaving

_PORTION = 200
_TOLD_MAX = 100


Find = Callable[[Reading], Sequence[MessageId]]


@dataclass(frozen=True)
class ExportRequest:
    """Which messages, how, and where to; without a target they go to a stream."""

    format: FileFormat
    target: Path | None
    names: Sequence[str] = ()
    lines: Iterable[bytes] = ()
    """What `-` among the names stands for."""
    find: Find | None = None
    """Finds the messages by a question, instead of names."""
    account: str | None = None
    folder: str | None = None
    overwrites: bool = False


@dataclass
class ExportReport:
    """What was written."""

    format: FileFormat
    target: Path | None
    messages: int = 0
    """Messages that are there now, however many copies of each."""
    written: int = 0
    """Files, or messages in an mbox, that are new."""
    known: int = 0
    updated: int = 0
    failed: int = 0
    errors: list[dict[str, str]] = field(default_factory=list)
    """Why messages could not be written; the first of them."""

    @property
    def exit_code(self) -> ExitCode:
        """What the process should say to the shell."""
        if not self.failed:
            return ExitCode.OK
        return ExitCode.PARTIAL if self.messages else ExitCode.STORE

    def count(self, fate: Fate) -> None:
        """Note what became of one."""
        self.written += fate is Fate.WRITTEN
        self.known += fate is Fate.KNOWN
        self.updated += fate is Fate.UPDATED

    def fail(self, message: MessageId, why: str) -> None:
        """Note that one could not be written."""
        self.failed += 1
        if len(self.errors) < _TOLD_MAX:
            self.errors.append({"message": message, "error": why})


def export(store: Store, request: ExportRequest, *, write: Write | None) -> ExportReport:
    """Write the messages named, or else those of an account or folder, or all that are listed.

    One message is in memory at a time. Raises NotFound, NameAmbiguous, BadUsage, Conflict,
    Locked, StoreFull.
    """
    _check(request, write)
    account = _account(store, request.account)
    report = ExportReport(request.format, request.target)
    chosen = _chosen(store, request, account)
    with _shelf(request, write) as shelf:
        for numbers in chosen:
            with store.reading() as tx:
                found = exports.places(tx, numbers)
            for places in found:
                _put(store, shelf, _wanted(places, request, account), report)
    return report


def _check(request: ExportRequest, write: Write | None) -> None:
    if request.target is None and (write is None or request.format is FileFormat.MAILDIR):
        raise BadUsage(
            f"{request.format} needs a place", hint="name one: mailctl message export --to PATH"
        )
    if request.names and (request.account or request.folder or request.find):
        raise BadUsage(
            "messages are named, and a question, folder or account as well",
            hint="name messages, or say --query, --account and --folder",
        )
    if request.find and request.folder:
        raise BadUsage("a question names its folder itself", hint="--query 'folder:INBOX invoice'")


def _account(store: Store, name: str | None) -> str | None:
    """Return the address of an account."""
    if name is None:
        return None
    with store.reading() as tx:
        return account_named(tx, name).address


def _chosen(
    store: Store, request: ExportRequest, account: str | None
) -> Iterator[list[MessageNumber]]:
    """Return the messages in portions; nothing of the store is held between them."""
    if request.find is not None:
        with store.reading() as tx:
            return _numbered(store, request.find(tx))
    if not request.names:
        return _listed(store, account, request.folder)
    with store.reading() as tx:
        return _numbered(store, messages_named(tx, request.names, request.lines))


def _numbered(store: Store, named: Sequence[MessageId]) -> Iterator[list[MessageNumber]]:
    for start in range(0, len(named), _PORTION):
        with store.reading() as tx:
            numbers = exports.numbered(tx, named[start : start + _PORTION])
        yield numbers


def _listed(store: Store, address: str | None, folder: str | None) -> Iterator[list[MessageNumber]]:
    after = exports.BEGINNING
    account: AccountId | None = None
    if address is not None:
        with store.reading() as tx:
            account = account_named(tx, address).id
    while True:
        with store.reading() as tx:
            portion = exports.following(tx, after, account=account, folder=folder)
        if portion is None:
            return
        yield portion.numbers
        after = portion.last


def _wanted(
    places: Sequence[Leaving], request: ExportRequest, account: str | None
) -> list[Leaving]:
    """Return the copies that are meant: those that servers have, or else those that went.

    A message whose copies went with their account is itself what is left.
    """
    itself, *copies = places
    meant = [
        copy
        for copy in copies
        if account in {None, copy.account} and request.folder in {None, *copy.folders}
    ]
    return [copy for copy in meant if not copy.is_gone] or meant or [itself]


def _put(store: Store, shelf: Shelf, places: Sequence[Leaving], report: ExportReport) -> None:
    failed = False
    for leaving in places if shelf.is_by_place else places[:1]:
        try:
            for fate in shelf.put(leaving, partial(_source, store, leaving)):
                report.count(fate)
        except StoreDamaged as error:
            report.fail(leaving.message, error.sentence)
            failed = True
    report.messages += not failed


def _source(store: Store, leaving: Leaving) -> bytes:
    with store.reading() as tx:
        found = exports.source(tx, leaving.source)
    if found is None:
        raise StoreDamaged(f"the bytes of {leaving.message} are not there")
    return found


def _shelf(request: ExportRequest, write: Write | None) -> AbstractContextManager[Shelf]:
    if request.target is None and write is not None:
        return stream_shelf(write, request.format)
    target = request.target or Path()
    match request.format:
        case FileFormat.EML:
            return eml_shelf(target)
        case FileFormat.MBOX:
            return mbox_shelf(target, overwrites=request.overwrites)
        case FileFormat.MAILDIR:
            return maildir_shelf(target, has_accounts=request.account is None)
