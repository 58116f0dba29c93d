"""How far accounts and folders have been synced, as results."""

from typing import TYPE_CHECKING

from mailctl.output.complaints import error_document
from mailctl.output.view import Rows, View

if TYPE_CHECKING:
    from mailctl.core.accounts.folders import MailFolder
    from mailctl.core.sync.errors import UnreadMessage
    from mailctl.core.sync.folder_check import VerifiedFolder
    from mailctl.core.sync.status import FolderState, SyncState
    from mailctl.core.sync.verifying import Verification, VerifiedAccount

FOLDER_STATES: "View[FolderState]" = View(
    {
        "account": lambda f: f.account.address,
        "path": lambda f: f.folder.path,
        "special_use": lambda f: f.folder.special_use,
        "synced": lambda f: f.is_synced,
        "complete": lambda f: f.is_complete,
        "held": lambda f: f.contents.held,
        "gone": lambda f: f.contents.gone,
        "quarantined": lambda f: f.contents.quarantined,
        "left": lambda f: f.contents.left,
        "read_at": lambda f: f.folder.read_at,
        "since": lambda f: f.folder.since,
        "gone_at": lambda f: f.folder.gone_at,
    },
    table=(
        *("account", "path", "synced", "complete", "held", "gone", "quarantined", "left"),
        "read_at",
    ),
)

SYNC_STATES: "View[SyncState]" = View(
    {
        "id": lambda s: s.account.id,
        "address": lambda s: s.account.address,
        "state": lambda s: s.account.state,
        "last_sync_at": lambda s: s.account.last_sync_at,
        "age_seconds": lambda s: s.age_s,
        "stale": lambda s: s.is_stale,
        "next_due_at": lambda s: s.next_due_at,
        "running": lambda s: s.runner is not None,
        "pid": lambda s: s.runner,
        "last_error": lambda s: s.account.last_error,
        "error_code": lambda s: s.account.trouble and s.account.trouble.kind,
        "messages": lambda s: sum(each.contents.held for each in s.folders),
        "quarantined": lambda s: sum(each.contents.quarantined for each in s.folders),
        "unindexed": lambda s: s.unindexed,
        "folders": lambda s: [FOLDER_STATES.document(each) for each in s.folders],
    },
    table=(
        *("address", "state", "last_sync_at", "next_due_at", "running", "messages"),
        *("quarantined", "unindexed", "last_error"),
    ),
    nothing="no account is connected: mailctl account add ADDRESS",
)

MAIL_FOLDERS: "View[MailFolder]" = View(
    {
        "account": lambda f: f.account.address,
        "path": lambda f: f.path,
        "special_use": lambda f: f.special_use,
        "synced": lambda f: f.is_synced,
        "through": lambda f: f.through,
        "at_server": lambda f: f.is_at_server,
        "messages": lambda f: f.messages,
        "held": lambda f: f.contents.held,
        "read_at": lambda f: f.read_at,
    },
    table=("path", "special_use", "synced", "messages", "held", "read_at"),
    whole=frozenset({"path"}),
    nothing="no folder is known; see what the server has: leave --offline out",
)

UNREAD: "View[UnreadMessage]" = View(
    {
        "account": lambda u: u.message.address,
        "account_id": lambda u: u.message.account,
        "folder": lambda u: u.message.folder,
        "uid": lambda u: u.message.uid,
        "reason": lambda u: u.message.reason,
        "attempts": lambda u: u.message.attempts,
        "first_at": lambda u: u.message.first_at,
        "last_at": lambda u: u.message.last_at,
        "next_try_at": lambda u: u.next_try_at,
    },
    table=("account", "folder", "uid", "reason", "attempts", "last_at", "next_try_at"),
    nothing="every message could be read",
)

VERIFIED_FOLDERS: "View[VerifiedFolder]" = View(
    {
        "account": lambda f: f.account.address,
        "path": lambda f: f.path,
        "equal": lambda f: f.is_equal,
        "messages": lambda f: f.messages,
        "held": lambda f: f.held,
        "checked": lambda f: f.checked,
        "missing": lambda f: f.missing,
        "extra": lambda f: f.extra,
        "reflagged": lambda f: f.reflagged,
        "different": lambda f: f.different,
        "not_given": lambda f: f.not_given,
        "quarantined": lambda f: f.quarantined,
        "left": lambda f: f.left,
        "outside_period": lambda f: f.outside_period,
        "renumbered": lambda f: f.is_renumbered,
        "error": lambda f: f.error and error_document(f.error),
    },
    table=(
        *("account", "path", "equal", "messages", "held", "checked", "missing", "extra"),
        *("reflagged", "different", "quarantined", "left", "outside_period", "error"),
    ),
)

VERIFIED_ACCOUNTS: "View[VerifiedAccount]" = View(
    {
        "account": lambda a: a.account.address,
        "id": lambda a: a.account.id,
        "equal": lambda a: a.is_equal,
        "folders": lambda a: [VERIFIED_FOLDERS.document(each) for each in a.folders],
        "error": lambda a: a.error and error_document(a.error),
    }
)

VERIFICATION: "View[Verification]" = View(
    {
        "accounts": lambda v: [VERIFIED_ACCOUNTS.document(each) for each in v.accounts],
        "equal": lambda v: v.is_equal,
        "seconds": lambda v: v.seconds,
    },
    rows=Rows(lambda v: v.folders, VERIFIED_FOLDERS, are_lines=True),
)
