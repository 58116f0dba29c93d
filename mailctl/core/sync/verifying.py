"""The store compared with the servers, without changing either."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from mailctl.core.access.due import chosen, refuse_known_bad
from mailctl.core.access.reading import reading
from mailctl.core.exit_codes import is_of_the_run, joint_exit_code
from mailctl.core.filters import filters_of
from mailctl.core.services import Services
from mailctl.core.sync.folder_check import FolderCheck, VerifiedFolder
from mailctl.domain.accounts import Account
from mailctl.domain.folders import Folder, RemoteFolder
from mailctl.domain.near_names import meant
from mailctl.errors import (
    ExitCode,
    MailctlError,
    NotFound,
    ServerRefused,
    StoreUnusable,
)
from mailctl.ports.mail import MailSource
from mailctl.store import copies, folders

_PATIENCE_S = 60.0
_SEED_BYTES = 8

Tell = Callable[[VerifiedFolder], None]
"""Is told of each folder as soon as it is done."""


@dataclass(frozen=True)
class VerifyRequest:
    """What is compared, and how closely."""

    accounts: Sequence[str] = ()
    folders: Sequence[str] = ()
    """These alone; those that are synced if none is named."""
    sample: int | None = 20
    """Of how many messages of a folder the bytes are compared; None: of all."""


@dataclass(frozen=True)
class VerifiedAccount:
    """How the store and the server of an account compare."""

    account: Account
    folders: Sequence[VerifiedFolder] = ()
    error: MailctlError | None = None
    """Why it could not be compared, or not to the end."""

    @property
    def is_equal(self) -> bool:
        """Whether the store is what it should be."""
        return self.error is None and all(folder.is_equal for folder in self.folders)

    @property
    def exit_code(self) -> ExitCode:
        """What the process would say of this account alone."""
        if self.error is not None:
            return self.error.exit_code
        return ExitCode.OK if self.is_equal else ExitCode.PARTIAL


@dataclass(frozen=True)
class Verification:
    """How the store and the servers compare."""

    accounts: Sequence[VerifiedAccount]
    seconds: float

    @property
    def is_equal(self) -> bool:
        """Whether the store is what it should be."""
        return all(account.is_equal for account in self.accounts)

    @property
    def folders(self) -> list[VerifiedFolder]:
        """The folders of all accounts."""
        return [folder for account in self.accounts for folder in account.folders]

    @property
    def exit_code(self) -> ExitCode:
        """0 where all is equal, 3 where something differs or failed, the code if all failed."""
        return joint_exit_code(account.exit_code for account in self.accounts)


def verify(services: Services, request: VerifyRequest, *, tell: Tell) -> Verification:
    """Compare what is stored with what the servers have now; nothing is changed.

    Each account is held meanwhile, so that no sync runs between. A failing account never
    stops the others. Raises NotFound for a name that is no account.
    """
    started = services.timer()
    found = [
        _Desk(services, request, account, tell).verified()
        for account in chosen(services, request.accounts)
    ]
    return Verification(found, round(services.timer() - started, 3))


@dataclass
class _Desk:
    """The comparison of one account."""

    services: Services
    request: VerifyRequest
    account: Account
    tell: Tell
    _done: dict[str, VerifiedFolder] = field(default_factory=dict)

    def verified(self) -> VerifiedAccount:
        error: MailctlError | None = None
        try:
            is_named = bool(self.request.accounts)
            refuse_known_bad(self.account, now=self.services.now(), is_named=is_named)
            hold = self.services.locks.hold
            with hold(self.account.id, called=self.account.address, wait_s=_PATIENCE_S):
                reading(self.services, self.account, self._compare)
        except StoreUnusable:
            raise
        except MailctlError as failure:
            if is_of_the_run(failure):
                raise
            error = failure
        return VerifiedAccount(self.account, list(self._done.values()), error)

    def _compare(self, source: MailSource) -> None:
        with self.services.store.reading() as tx:
            ours = {f.path: f for f in folders.of_account(tx, self.account.id) if not f.gone_at}
        remotes = {remote.path: remote for remote in source.folders() if remote.is_selectable}
        for path in self._wanted(remotes, ours):
            if path not in self._done:
                folder = ours.get(path)
                there = path in remotes
                self._done[path] = done = self._folder(source if there else None, path, folder)
                self.tell(done)

    def _wanted(self, remotes: dict[str, RemoteFolder], ours: dict[str, Folder]) -> Iterator[str]:
        for name in self.request.folders:
            if name not in remotes and name not in ours:
                raise NotFound(
                    f"{self.account.address} has no folder {name!r}",
                    hint=f"{meant(name, (*remotes, *ours))}see the folders: "
                    f"mailctl folder list {self.account.address}",
                )
        there: dict[str, Folder | RemoteFolder] = {**ours, **remotes}
        chosen = [folder.path for folder in self.account.settings.folders.among(there.values())]
        for path in there:
            is_wanted = path in (self.request.folders or chosen)
            if is_wanted and (path in remotes or self._holds(ours[path])):
                yield path

    def _holds(self, folder: Folder) -> bool:
        with self.services.store.reading() as tx:
            return copies.count(tx, folder.id) > 0

    def _folder(
        self, source: MailSource | None, path: str, folder: Folder | None
    ) -> VerifiedFolder:
        check = FolderCheck(
            store=self.services.store,
            account=self.account,
            filters=filters_of(self.account, self.services.blocklist),
            path=path,
            folder=folder,
            pick=self._pick,
        )
        try:
            return check.result(source)
        except ServerRefused as error:
            return check.failed(error)

    def _pick(self, common: "array[int]") -> "Sequence[int]":
        """Return the messages whose bytes are compared."""
        if self.request.sample is None or len(common) <= self.request.sample:
            return common
        seed = int.from_bytes(self.services.entropy(_SEED_BYTES), "big")
        return sorted(Random(seed).sample(common, self.request.sample))  # noqa: S311
