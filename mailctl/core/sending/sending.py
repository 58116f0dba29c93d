"""Verbs for sending: drafts made of what a person gave, queued, and sent at once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from mailctl.core.exit_codes import joint_exit_code
from mailctl.core.sending import failures, outbox
from mailctl.core.sending.delivery import DeliveryRequest, Describe, deliver
from mailctl.core.sending.senders import Sender, people
from mailctl.core.services import Services
from mailctl.domain.addresses import Person
from mailctl.domain.drafts import Draft, DraftFile, Signature
from mailctl.domain.outgoing import Letter, OutgoingMessage, OutgoingState
from mailctl.errors import ExitCode, Locked, MailctlError, MailTooLarge
from mailctl.mail.compose import compose, envelope
from mailctl.mail.parse import read_envelope
from mailctl.mail.ready import ready
from mailctl.resolve.addresses import parse_address
from mailctl.store import outbox as stored

_LOCK_WAIT_S = 60.0


@dataclass(frozen=True)
class Wording:
    """A mail as a person gave it, addresses as they were written."""

    to: Sequence[str] = ()
    cc: Sequence[str] = ()
    bcc: Sequence[str] = ()
    reply_to: Sequence[str] = ()
    subject: str = ""
    text: str | None = None
    html: str | None = None
    files: tuple[DraftFile, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    has_signature: bool = True


@dataclass(frozen=True)
class Prepared:
    """A mail that can be queued."""

    sender: Sender
    letter: Letter
    key: str | None = None
    request_digest: bytes | None = None
    send_at: datetime | None = None

    @property
    def subject(self) -> str:
        """What it is about."""
        return read_envelope(self.letter.source).subject


@dataclass(frozen=True)
class Manner:
    """When and how mails go out."""

    send_at: datetime | None = None
    key: str | None = None
    is_only_queued: bool = False


@dataclass(frozen=True)
class Sent:
    """What became of mails that were to be sent, in their order."""

    messages: tuple[OutgoingMessage, ...]
    failures: Mapping[str, MailctlError] = field(default_factory=dict)
    """What a person has to know of those that did not go out, by their ids."""
    known: frozenset[str] = field(default_factory=frozenset)
    """The ids of those that had been sent before, under the same key."""

    @property
    def exit_code(self) -> ExitCode:
        """What the process says of them: 3 if some are on their way, the worst if none is."""
        failures = [self.failures.get(each.id) for each in self.messages]
        return joint_exit_code(
            ExitCode.OK if each is None else ExitCode(each.exit_code) for each in failures
        )


def drafted(services: Services, sender: Sender, wording: Wording) -> Draft:
    """Return the draft of a new mail. Raises BadAddress."""
    domain = sender.person.address.rpartition("@")[2]
    return Draft(
        sender=sender.person,
        date=services.now(),
        message_id=f"{services.new_id('mail')}@{domain}",
        to=people(wording.to),
        cc=people(wording.cc),
        bcc=people(wording.bcc),
        reply_to=people(wording.reply_to),
        subject=wording.subject,
        text=wording.text,
        html=wording.html,
        signature=sender.signature if wording.has_signature else Signature(),
        files=wording.files,
        headers=wording.headers,
    )


def prepared(sender: Sender, draft: Draft, manner: Manner) -> Prepared:
    """Return the mail of a draft, ready to be queued. Raises BadUsage."""
    digest = _digest(draft) if manner.key is not None else None
    return Prepared(sender, compose(draft), manner.key, digest, manner.send_at)


def prepared_file(
    services: Services, sender: Sender, source: bytes, wording: Wording, manner: Manner
) -> Prepared:
    """Return a finished mail (.eml), ready to be queued. Raises BadUsage.

    It goes to whom the wording names, else to whom its header does.
    """
    to, cc, bcc = people(wording.to), people(wording.cc), people(wording.bcc)
    domain = sender.person.address.rpartition("@")[2]
    letter = ready(
        source,
        recipients=envelope(to, cc, bcc) if to or cc or bcc else (),
        at=services.now(),
        message_id=f"{services.new_id('mail')}@{domain}",
    )
    # as options are: international domains in their other form, what is no address refused
    whom = tuple(
        replace(each, address=str(parse_address(each.address))) for each in letter.recipients
    )
    letter = replace(letter, sender=sender.person.address, recipients=whom)
    asked = json.dumps([[r.address for r in letter.recipients], manner.key]).encode()
    digest = sha256(sha256(source).digest() + asked).digest()
    return Prepared(sender, letter, manner.key, digest if manner.key else None, manner.send_at)


def send(
    services: Services,
    mails: Sequence[Prepared],
    *,
    is_only_queued: bool,
    describe: Describe,
    wait_s: float = _LOCK_WAIT_S,
) -> Sent:
    """Queue mails, and send them now unless they are for later.

    A mail whose key was used before is not queued: what became of the first one is told.
    Where another process sends from the account for more than `wait_s`, it sends this one too.
    Raises Conflict, and MailTooLarge for a single mail that its server does not take:
    nothing stays queued then.
    """
    queued = outbox.queue(
        services,
        [
            outbox.Order(
                mail.sender.account,
                mail.sender.provider,
                mail.letter,
                send_at=mail.send_at,
                key=mail.key,
                request_digest=mail.request_digest,
            )
            for mail in mails
        ],
    )
    ids = [each.message.id for each in queued]
    held: tuple[Locked, ...] = ()
    if not is_only_queued:
        request = DeliveryRequest(ids=ids, wait_s=wait_s)
        held = deliver(services, request, watch=lambda message: None, describe=describe).held
    with services.store.reading() as tx:
        found = [stored.by_id(tx, each) for each in ids]
    messages = tuple(each for each in found if each is not None)
    if len(queued) == 1 and queued[0].is_new:
        _refuse_too_large(services, messages)
    known = frozenset(each.message.id for each in queued if not each.is_new)
    failures: dict[str, MailctlError] = {
        each.id: why for each in messages if (why := _failure(each, held)) is not None
    }
    return Sent(messages, failures, known)


def _failure(message: OutgoingMessage, held: Sequence[Locked]) -> MailctlError | None:
    if held and message.state is OutgoingState.QUEUED and message.send_at is None:
        return failures.held_up(message, held[0])
    return failures.failure(message)


def _refuse_too_large(services: Services, messages: Sequence[OutgoingMessage]) -> None:
    (message,) = messages
    error = message.error or {}
    if message.state is OutgoingState.FAILED and error.get("code") == MailTooLarge.kind:
        outbox.take_back(services, [message.id])
        hint = error.get("hint")
        raise MailTooLarge(str(error.get("message")), hint=str(hint) if hint else None)


def _digest(draft: Draft) -> bytes:
    """Return a digest of what was asked for, of which date and Message-ID are no part."""
    files = [
        (f.name, f.media_type, sha256(f.octets).hexdigest(), f.content_id) for f in draft.files
    ]
    people_ = (draft.sender, *draft.to, None, *draft.cc, None, *draft.bcc, None, *draft.reply_to)
    asked = [
        [_told(person) for person in people_],
        [draft.subject, draft.text, draft.html, draft.signature.text, draft.signature.html],
        [draft.quoted_text, draft.quoted_html, files, draft.headers],
        [draft.in_reply_to, draft.references],
    ]
    return sha256(json.dumps(asked).encode("utf-8", "surrogatepass")).digest()


def _told(person: Person | None) -> list[str]:
    return [] if person is None else [person.name, person.address]
