"""Messages found again at another server: what says that they are the ones that we hold.

Another server may write the same message with other octets. So neither its size nor its header
counts as a whole, but Message-ID, date, sender and subject, all four, and that there are no more
such messages at the server than we hold of one and the same source.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.ids import SourceId
from mailctl.domain.messages import Envelope
from mailctl.domain.syncing import Recognised, Uid
from mailctl.errors import NotFound, ServerRefused
from mailctl.mail.parse import read_envelope
from mailctl.ports.mail import FolderRequest, MailSource
from mailctl.store import former

_HIGHEST = Uid((1 << 63) - 1)
_Held = Mapping[bytes, former.FormerSource | None]


def recognised(
    services: Services, account: Account, source: MailSource, requests: Sequence[FolderRequest]
) -> list[FolderRequest]:
    """Return the requests, with what of each folder need not be fetched since we hold it.

    All headings of these folders are read before. Raises what a MailSource raises.
    """
    held = _held(services, account)
    found = {request.path: _headed(source, request) for request in requests}
    there = Counter(key for each in found.values() if each for key in each[1].values())
    return [replace(each, same=_same(found[each.path], held, there)) for each in requests]


def _held(services: Services, account: Account) -> _Held:
    """Return what we hold by what it says; None where it is not one and the same source."""
    held: dict[bytes, former.FormerSource | None] = {}
    with services.store.reading() as tx:
        for each in former.sources(tx, account.id):
            key = _key(each.rfc_message_id, each.sent_at, each.sender, each.subject)
            if key is not None:
                held[key] = None if key in held else each
    return held


def _headed(source: MailSource, request: FolderRequest) -> tuple[int, dict[Uid, bytes]] | None:
    """Return what the messages of a folder that are new to us say, None if it is refused."""
    try:
        numbering, headings = source.headings(request.path)
        known = request.holdings.numbered(numbering).between(Uid(1), _HIGHEST)
        keys = ((uid, _key_of(read_envelope(header))) for uid, header in headings)
        return numbering, {uid: key for uid, key in keys if key is not None and uid not in known}
    except (ServerRefused, NotFound):
        return None  # so it will be when it is to be read


def _same(
    found: tuple[int, dict[Uid, bytes]] | None, held: _Held, there: Counter[bytes]
) -> Recognised | None:
    if found is None:
        return None
    numbering, keys = found
    sources: dict[Uid, SourceId] = {}
    for uid, key in keys.items():
        ours = held.get(key)
        if ours is not None and there[key] <= ours.copies:
            sources[uid] = ours.source
    return Recognised(numbering, sources)


def _key_of(envelope: Envelope) -> bytes | None:
    sender = envelope.sender.address if envelope.sender else None
    return _key(envelope.rfc_message_id, envelope.sent_at, sender, envelope.subject)


def _key(
    rfc_message_id: str | None, sent_at: object, sender: str | None, subject: str
) -> bytes | None:
    """Return what stands for all four in little room, None where one that matters is missing."""
    if not rfc_message_id or sent_at is None or not sender:
        return None
    words = " ".join(subject.split()).casefold()
    said = "\0".join((rfc_message_id, str(sent_at), sender.casefold(), words))
    return blake2b(said.encode(errors="surrogatepass"), digest_size=16).digest()
