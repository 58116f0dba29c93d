"""Verbs on the folders of a mailbox: which there are, and which of them are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailctl.core.access.account_provider import no_server
from mailctl.core.access.reading import reading
from mailctl.core.accounts.settings import change_account
from mailctl.core.naming import account_named
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.folders import Folder, FolderChoice, RemoteFolder, SpecialUse, fitting
from mailctl.domain.near_names import meant
from mailctl.errors import BadUsage, NotFound
from mailctl.store import accounts, folders
from mailctl.store.folders import Contents

_NOT_IN_ALL_MAIL = {SpecialUse.JUNK, SpecialUse.TRASH}


@dataclass(frozen=True)
class MailFolder:
    """A folder of a mailbox, as the server lists it, as we know it, or both."""

    account: Account
    path: str
    special_use: SpecialUse | None
    is_synced: bool
    """Whether its mail is read."""
    through: str | None
    """The folder of labels by which it is read, where it is not itself."""
    messages: int | None
    """How many it holds at the server, where that was said."""
    contents: Contents
    read_at: datetime | None
    is_at_server: bool


def mail_folders(services: Services, name: str, *, is_offline: bool) -> list[MailFolder]:
    """Return the folders of an account, those of the server first, or those known without asking.

    Raises NotFound, BadUsage for an account that loads no mail, and what a sign-in raises.
    """
    account = _receiving(services, name)
    remotes = None if is_offline else _listed(services, account)
    return _described(services, account, remotes)


def choose_folders(
    services: Services, name: str, words: Sequence[str], *, wanted: bool
) -> list[MailFolder]:
    """Read these folders of an account too, or no longer, and return all folders.

    A word is a path, a pattern with `*`, or a use such as \\Junk. Nothing that is stored is
    forgotten. Raises NotFound for what the server does not have, BadUsage for what cannot
    be chosen, and what a sign-in raises.
    """
    account = _receiving(services, name)
    remotes = _listed(services, account)
    there = [remote for remote in remotes if remote.is_selectable]
    for word in words:
        if not fitting(word, there):
            near = meant(word, (each.path for each in there))
            raise NotFound(
                f"{account.address} has no folder {word!r}",
                hint=f"{near}see the folders: mailctl folder list {account.address}",
            )
    before = account.settings.folders
    if labels := _labels(before, there):
        words = [word for word in words if _is_apart(word, there, labels, wanted=wanted)]
    after = before.changed(words, there, wanted=wanted)
    if after != before:
        account = change_account(services, account.id, [("folders", "=", str(after))])
    return _described(services, account, remotes)


def _receiving(services: Services, name: str) -> Account:
    with services.store.reading() as tx:
        account = account_named(tx, name)
    if account.provider == accounts.NO_PROVIDER:
        raise no_server(account)
    if not account.can_receive:
        raise BadUsage(
            f"{account.address} loads no mail",
            hint=f"let it: mailctl account set {account.address} receive=true",
        )
    return account


def _listed(services: Services, account: Account) -> Sequence[RemoteFolder]:
    return reading(services, account, lambda source: source.folders())


def _labels(choice: FolderChoice, there: Sequence[RemoteFolder]) -> RemoteFolder | None:
    """Return the folder that is read by default because its messages say where they lie."""
    if choice != FolderChoice():
        return None
    return next((each for each in there if each.has_labels), None)


def _is_apart(
    word: str, there: Sequence[RemoteFolder], labels: RemoteFolder, *, wanted: bool
) -> bool:
    """Whether a word names what all mail does not hold.

    Raises BadUsage for a label that is to be left out: it is no folder of its own there.
    """
    named = [each for each in fitting(word, there) if each.special_use not in _NOT_IN_ALL_MAIL]
    if named and not wanted and labels not in named:
        raise BadUsage(
            f"{word!r} is a label of mail that is read from {labels.path}",
            hint="choose the folders one by one instead: mailctl account set ACCOUNT "
            "folders=INBOX,\\\\Sent",
        )
    return not named or labels in named


def _described(
    services: Services, account: Account, remotes: Iterable[RemoteFolder] | None
) -> list[MailFolder]:
    with services.store.reading() as tx:
        known = [each for each in folders.of_account(tx, account.id) if each.was_at_server]
        contents = folders.contents(tx)
    ours = {folder.path: folder for folder in known}
    listed: dict[str, Folder | RemoteFolder] = (
        {folder.path: folder for folder in known if folder.gone_at is None}
        if remotes is None
        else {remote.path: remote for remote in remotes}
    )
    readable = [each for each in listed.values() if _holds_mail(each)]
    read = {each.path for each in account.settings.folders.among(readable)}
    labels = next((each.path for each in readable if each.has_labels and each.path in read), None)

    def described(path: str) -> MailFolder:
        folder, own = listed.get(path), ours.get(path)
        use = (folder or ours[path]).special_use
        is_in_all_mail = path not in read and folder in readable and use not in _NOT_IN_ALL_MAIL
        through = labels if is_in_all_mail else None
        return MailFolder(
            account=account,
            path=path,
            special_use=use,
            is_synced=path in read or through is not None,
            through=through,
            messages=folder.messages if isinstance(folder, RemoteFolder) else None,
            contents=contents.get(own.id, Contents()) if own else Contents(),
            read_at=own.read_at if own else None,
            is_at_server=folder is not None,
        )

    return [described(path) for path in dict.fromkeys((*listed, *ours))]


def _holds_mail(folder: Folder | RemoteFolder) -> bool:
    """Whether it is not a name alone, there for the folders below it."""
    return isinstance(folder, Folder) or folder.is_selectable
