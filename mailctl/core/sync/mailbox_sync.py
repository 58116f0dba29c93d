"""One mailbox brought up to date over one connection: its folders asked for, its pages stored."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from mailctl.core.access import signin
from mailctl.core.access.credentials import Credential
from mailctl.core.access.server_memos import keep
from mailctl.core.filters import Filters, filters_of
from mailctl.core.services import Services
from mailctl.core.sync.folder_sync import FolderSync, Wish
from mailctl.core.sync.read_ahead import ReadAhead
from mailctl.domain.accounts import Account
from mailctl.domain.folders import Folder, RemoteFolder, SpecialUse
from mailctl.domain.ids import FolderId
from mailctl.domain.providers import Provider
from mailctl.domain.syncing import AccountRun, Page, Progress, is_mass_disappearance
from mailctl.errors import GuardRefused, MailctlError, Unreachable
from mailctl.ports.mail import FolderRequest, MailSource
from mailctl.records import dataclass
from mailctl.store import copies, folders, former

if TYPE_CHECKING:
    from mailctl.core.sync.pages import Reader, ReadyPage
    from mailctl.core.sync.read_apart import ReadApart

_MOST_CONNECTIONS = 8
_MANY = 1_000
"""With fewer messages than these a process of its own for them is not worth its start."""

Ahead: TypeAlias = "ReadAhead[ReadyPage] | ReadApart"
Watch = Callable[[Progress], None]
"""Is told of progress."""


class Enough(Exception):
    """No failure: a limit that was set for the run is reached: the next one goes on."""


@dataclass
class MailboxSync:
    """The state of one account's run."""

    services: Services
    account: Account
    provider: Provider
    wish: Wish
    run: AccountRun
    watch: Watch
    is_over: Callable[[], bool] = lambda: False
    """Whether the run shall end after the page at hand."""
    blocked: tuple[str, ...] = ()
    """The blocklist of all accounts."""
    only: tuple[str, ...] = ()
    """The folders to be read, all that are wanted if none is named."""
    _steps: dict[str, FolderSync] = field(default_factory=dict)
    _expected: int | None = 0
    _is_gentle: bool = False

    def bring_up_to_date(self, credential: Credential) -> MailctlError | None:
        """Read the mailbox; return why one of its folders could not be read.

        A connection that breaks after it brought something is made anew, a few times.
        Raises what a MailSource raises.
        """
        for attempt in range(1, _MOST_CONNECTIONS + 1):
            before = self._done()
            try:
                return self._over_one_connection(credential)
            except Unreachable as error:
                is_stuck = self._done() == before
                if error.details.get("is_silent") and attempt > (1 if is_stuck else 2):
                    raise  # waiting is long, and others wait too
                is_hopeless = is_stuck and (self._is_gentle or not self._steps)
                if is_hopeless or attempt == _MOST_CONNECTIONS:
                    raise
                # One message may be the reason: then each is asked for alone.
                self._is_gentle = is_stuck
        raise AssertionError("the last attempt raises or returns")

    @cached_property
    def _filters(self) -> Filters:
        return filters_of(self.account, self.blocked)

    def _done(self) -> tuple[int, int, int]:
        finished = sum(1 for step in self._steps.values() if step.is_done)
        return self.run.stored, self.run.failed, finished

    def _over_one_connection(self, credential: Credential) -> MailctlError | None:
        login = signin.receiving(self.account, self.provider, credential)
        ahead: Ahead | None = None
        try:
            with self.services.mail.source(login) as source:
                remotes = source.folders()
                if not self.wish.is_dry:
                    keep(self.services, self.account, source)
                requests = self._requests(remotes)
                if requests:
                    requests = self._recognised(source, requests)
                    ahead = self._ahead(source, requests)
                    self._store(ahead)
                lost = self._settle_missing(source, remotes)
                return self._failure(source) or lost
        finally:
            if ahead is not None:
                ahead.join()

    def _recognised(self, source: MailSource, requests: list[FolderRequest]) -> list[FolderRequest]:
        """Return the requests with what we hold from the server where the account was before."""
        with self.services.store.reading() as tx:
            if self.wish.is_dry or not former.count(tx, self.account.id):
                return requests
        from mailctl.core.sync.recognising import recognised  # for this alone

        return recognised(self.services, self.account, source, requests)

    def _ahead(self, source: MailSource, requests: Sequence[FolderRequest]) -> Ahead:
        pages = source.changes(requests)
        if (self._expected or 0) - self.run.stored >= _MANY:
            from mailctl.core.sync.read_apart import ReadApart  # 10 ms, for this alone

            return ReadApart(pages, self._reader())
        return ReadAhead(
            self._made_ready(pages),
            size_of=lambda page: page.held_bytes,
            meanwhile=_import_what_reads_mail,
        )

    def _made_ready(self, pages: Iterator[Page]) -> "Iterator[ReadyPage]":
        """Yield pages made ready, and keep none; the first is asked for before all else."""
        page = next(pages, None)
        reader = self._reader()
        while page is not None:
            made = [reader.ready(page)]
            del page
            yield made.pop()
            page = next(pages, None)

    def _reader(self) -> "Reader":
        from mailctl.core.sync.pages import Reader

        with_sources = not self.wish.is_dry or self._filters.needs_header
        return Reader(self.account.address, self._filters, with_sources=with_sources)

    def _store(self, pages: Ahead) -> None:
        started = self.services.timer()
        try:
            for page in pages:
                self._steps[page.folder].store(page)
                self.watch(
                    Progress(
                        address=self.account.address,
                        folder=page.folder,
                        stored=self.run.stored,
                        bytes=self.run.bytes,
                        expected=self._expected,
                        seconds=self.services.timer() - started,
                    )
                )
                if self.is_over():
                    raise Enough
        finally:
            pages.stop()

    def _failure(self, source: MailSource) -> MailctlError | None:
        refusals = (step.refusal for step in self._steps.values())
        first = next((refusal for refusal in refusals if refusal is not None), None)
        return first or next(iter(source.refused.values()), None)

    def _requests(self, remotes: Sequence[RemoteFolder]) -> list[FolderRequest]:
        """Return what is to be read, and remember which folder each page belongs to."""
        requests = []
        self._expected = self.run.stored
        wanted = self._wanted(remotes)
        with self.services.store.reading() as tx:
            for remote, folder in wanted:
                done = self._steps.get(folder.path)
                if done is not None and done.is_done:
                    continue
                step = FolderSync(
                    services=self.services,
                    account=self.account,
                    folder=folder,
                    remote=remote,
                    run=self.run,
                    wish=self.wish,
                    filters=self._filters,
                    tried=done.tried if done else set(),
                )
                self._steps[folder.path] = step
                request = step.request(tx)
                if request is None:
                    step.is_done = True
                    continue
                requests.append(replace(request, is_gentle=self._is_gentle))
                if self._expected is not None:
                    coming = step.coming
                    self._expected = None if coming is None else self._expected + coming
        self.run.folders = len(self._steps)
        return requests

    def _wanted(self, remotes: Sequence[RemoteFolder]) -> list[tuple[RemoteFolder, Folder]]:
        remotes = [remote for remote in remotes if remote.is_selectable]
        with self.services.store.reading() as tx:
            ours = {folder.path: folder for folder in folders.of_account(tx, self.account.id)}
        unknown = [remote for remote in remotes if _is_news(remote, ours.get(remote.path))]
        if self.wish.is_dry:
            ours |= {remote.path: self._imagined(remote, ours) for remote in unknown}
        elif unknown:
            with self.services.store.writing() as tx:
                for remote in unknown:
                    ours[remote.path] = folders.ensure(tx, self.account.id, remote)
        if self.only:
            chosen = [remote for remote in remotes if remote.path in self.only]
        else:
            chosen = self.account.settings.folders.among(remotes)
        return [(remote, ours[remote.path]) for remote in chosen]

    def _imagined(self, remote: RemoteFolder, ours: Mapping[str, Folder]) -> Folder:
        """Return our folder for the server's as it would be after a run that stores something."""
        known = ours.get(remote.path)
        if known is None:
            known = Folder(
                id=FolderId(0),  # no row has that one
                account=self.account.id,
                path=remote.path,
                special_use=None,
                cursor=None,
                state=None,
                since=None,
            )
        return replace(
            known, special_use=remote.special_use, has_labels=remote.has_labels, gone_at=None
        )

    def _settle_missing(
        self, source: MailSource, remotes: Sequence[RemoteFolder]
    ) -> MailctlError | None:
        """Note which folders the server has no more; return why one is not believed to be gone."""
        there = {remote.path for remote in remotes}
        refusal: MailctlError | None = None
        with self.services.store.reading() as tx:
            ours = folders.of_account(tx, self.account.id)
        for folder in ours:
            if folder.path in there or folder.gone_at is not None or self.wish.is_dry or self.only:
                continue
            if folder.special_use is SpecialUse.INBOX:
                continue  # every mailbox has one, whatever the server says
            if source.is_missing(folder.path):
                refusal = self._settle(folder) or refusal
        return refusal

    def _settle(self, folder: Folder) -> GuardRefused | None:
        at = self.services.now()
        with self.services.store.writing() as tx:
            held, lost = copies.count(tx, folder.id), copies.count_only_here(tx, folder.id)
            is_sure = self.wish.allow_delete or not lost
            # what was at another server is believed to be gone only when all of it is elsewhere
            is_former = former.count(tx, self.account.id) > 0
            if not is_sure and (is_former or is_mass_disappearance(lost, held + 1)):
                return GuardRefused(
                    f"{folder.path} is not on the server any more, with {lost} messages "
                    "that are nowhere else",
                    hint="if that is right: "
                    f"mailctl sync run {self.account.address} --allow-delete",
                    details={"folder": folder.path, "vanished": lost, "known": held},
                )
            evidence = "LIST lacks the folder, and STATUS finds none"
            self.run.gone += copies.mark_all_gone(tx, folder.id, evidence, at=at)
            folders.mark_gone(tx, folder.id, at=at)
        return None


def _import_what_reads_mail() -> None:
    """Spend the time in which the server answers on 20 ms of imports."""
    import mailctl.core.sync.pages
    import mailctl.store.messages  # noqa: F401


def _is_news(remote: RemoteFolder, ours: Folder | None) -> bool:
    if ours is None or ours.gone_at is not None:
        return True
    return (ours.special_use, ours.has_labels) != (remote.special_use, remote.has_labels)
