"""Verbs on messages: list them, show one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailctl.core.messages.listings import Listing, one_more
from mailctl.core.naming import account_named, message_named
from mailctl.domain.listing import NEWEST_FIRST, Order
from mailctl.domain.messages import Message
from mailctl.errors import NotFound
from mailctl.store import listing, messages, sources
from mailctl.store.connection import Reading, Store

if TYPE_CHECKING:
    from datetime import datetime

    from mailctl.domain.content import Content
    from mailctl.domain.suspicions import Suspicion
    from mailctl.mail.header_list import HeaderField


@dataclass(frozen=True)
class ShownMessage:
    """A message with all that can be read of it."""

    message: Message
    content: "Content"
    headers: "tuple[HeaderField, ...]"
    suspicions: "tuple[Suspicion, ...]"

    @property
    def defects(self) -> tuple[str, ...]:
        """What could not be read as the standards want it, each once."""
        return tuple(dict.fromkeys((*self.message.envelope.defects, *self.content.defects)))


@dataclass(frozen=True)
class ListRequest:
    """Which messages are asked for, as a person names them; None means any."""

    account: str | None = None
    folder: str | None = None
    is_unread: bool = False
    is_unprocessed: bool = False
    since: "datetime | None" = None
    before: "datetime | None" = None
    order: Order = NEWEST_FIRST
    after: str | None = None
    """A message whose followers they are."""
    limit: int | None = None


def list_messages(tx: Reading, request: ListRequest) -> Listing:
    """Return messages in their order, in bounded memory.

    Raises NotFound for an account, a folder or a message that is none, NameAmbiguous.
    """
    account, after = request.account, request.after
    wanted = listing.Wanted(
        account=None if account is None else account_named(tx, account).id,
        folder=request.folder,
        is_unread=request.is_unread,
        is_unprocessed=request.is_unprocessed,
        since=request.since,
        before=request.before,
        order=request.order,
        after=None if after is None else message_named(tx, after),
        limit=one_more(request.limit),
    )
    if wanted.folder is not None and not listing.has_folder(tx, wanted):
        raise NotFound(
            f"there is no folder {wanted.folder!r}",
            hint="see the folders of each account: mailctl sync status -v",
        )
    return Listing(listing.list_(tx, wanted), request.limit)


def show_message(store: Store, name: str) -> ShownMessage:
    """Return the message of this name and what it holds. Raises NotFound, NameAmbiguous."""
    from mailctl.domain.suspicions import suspicions
    from mailctl.mail.content import read_content  # 15 ms, for this command alone
    from mailctl.mail.header_list import header_list
    from mailctl.mail.misleading_links import misleading_links

    with store.reading() as tx:
        message_id = message_named(tx, name)
        message = messages.by_id(tx, message_id)
        source = sources.of_message(tx, message_id)
    if message is None or source is None:
        raise NotFound(f"there is no message {name!r}", hint="see their ids: mailctl message list")
    content = read_content(source)
    links = misleading_links(source) if content.text_from == "html" else ()
    senders = () if message.envelope.sender is None else (message.envelope.sender,)
    return ShownMessage(
        message=message,
        content=content,
        headers=header_list(source),
        suspicions=tuple(
            suspicions((*senders, *message.envelope.reply_to), content.attachments, links)
        ),
    )
