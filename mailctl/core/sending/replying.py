"""Verbs for mail about mail: answers, and what is passed on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mailctl.core.exit_codes import is_of_the_run
from mailctl.core.messages.flagging import flag_messages
from mailctl.core.naming import message_named
from mailctl.core.sending.senders import Sender, people, sender_of
from mailctl.core.sending.sending import Wording, drafted
from mailctl.core.services import Services
from mailctl.domain.drafts import Draft
from mailctl.domain.flags import flag_change
from mailctl.domain.messages import Message
from mailctl.errors import BadUsage, MailctlError, NotFound
from mailctl.mail.answering import answer, passed_on
from mailctl.store import messages, sources


@dataclass(frozen=True)
class About:
    """A mail that another one is about, and who writes that one."""

    message: Message
    source: bytes
    sender: Sender

    @property
    def own(self) -> frozenset[str]:
        """The addresses of whoever answers."""
        return self.sender.account.own_addresses | {self.sender.person.address}


def about(services: Services, name: str, *, said: str | None) -> About:
    """Return the mail and who answers it. Raises NotFound, NameAmbiguous, BadUsage."""
    with services.store.reading() as tx:
        message_id = message_named(tx, name)
        message = messages.by_id(tx, message_id)
        source = sources.of_message(tx, message_id)
    if message is None or source is None:
        raise NotFound(f"there is no message {name!r}", hint="see their ids: mailctl message list")
    envelope = message.envelope
    addressees = [p.address for p in (*envelope.to, *envelope.cc, *envelope.bcc)]
    if envelope.sender is not None:
        addressees.append(envelope.sender.address)
    holders = list(dict.fromkeys(copy.account for copy in message.copies))
    found = [address for address in addressees if "@" in address]
    return About(message, source, sender_of(services, holders, _sound(found), said))


def reply(services: Services, asked: About, wording: Wording, *, to_all: bool) -> Draft:
    """Return the draft of an answer; what the wording names comes on top. Raises BadUsage."""
    taken = answer(asked.source, own=asked.own, to_all=to_all)
    draft = drafted(services, asked.sender, wording)
    to = draft.to or tuple(person for person in taken.to if person.address)
    if not to:
        raise BadUsage(
            "the mail names nobody whom an answer could go to", hint="say who gets it: --to ADDRESS"
        )
    return replace(
        draft,
        to=to,
        cc=(*draft.cc, *(taken.cc if to_all else ())),
        subject=draft.subject or taken.subject,
        quoted_text=taken.quoted_text,
        quoted_html=taken.quoted_html if draft.html is not None else "",
        in_reply_to=taken.in_reply_to,
        references=taken.references,
    )


def forward(
    services: Services,
    asked: About,
    wording: Wording,
    *,
    as_attachment: bool,
    with_files: bool,
) -> Draft:
    """Return the draft of a mail that is passed on. Raises BadUsage."""
    taken = passed_on(asked.source, as_attachment=as_attachment, with_files=with_files)
    draft = drafted(services, asked.sender, wording)
    return replace(
        draft,
        subject=draft.subject or taken.subject,
        text=draft.text if draft.text is not None or draft.html is not None else "",
        quoted_text=taken.quoted_text,
        quoted_html=taken.quoted_html if draft.html is not None else "",
        files=(*draft.files, *taken.files),
        references=taken.references,
    )


def mark(services: Services, asked: About, word: str) -> MailctlError | None:
    """Mark a mail as `answered` or `forwarded` wherever it lies; return why that failed.

    That an answer was sent is true whether or not it can be marked.
    """
    held = [copy for copy in asked.message.copies if copy.gone_at is None]
    if not held:
        return None
    try:
        found = flag_messages(services, [asked.message.id], (), flag_change([word], []))
    except MailctlError as error:
        if is_of_the_run(error):
            raise
        return error
    return next((each.error for each in found if each.error is not None), None)


def _sound(addresses: Sequence[str]) -> list[str]:
    """Return those that are addresses: what a stranger wrote may be anything."""
    found = []
    for address in addresses:
        try:
            found += [person.address for person in people([address])]
        except BadUsage:
            continue
    return found
