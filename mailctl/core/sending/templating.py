"""One mail for each row of a table, all of them read before the first is queued."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from mailctl.core.sending.senders import sender_named
from mailctl.core.sending.sending import Manner, Prepared, Wording, drafted, prepared
from mailctl.core.services import Services
from mailctl.domain.drafts import DraftFile
from mailctl.errors import BadUsage, MailctlError
from mailctl.mail.templates import Filled, Row, Template

MOST_ROWS, MOST_OCTETS = 100_000, 512 << 20


def prepared_rows(
    services: Services,
    template: Template,
    rows: Iterable[Row],
    wording: Wording,
    manner: Manner,
    *,
    said: str | None,
    file_of: Callable[[str], DraftFile],
    most_octets: int = MOST_OCTETS,
) -> list[Prepared]:
    """Return a mail for each row; what the template leaves open comes from the wording.

    A key becomes one for each row, KEY/NUMBER, unless the template has one of its own.
    Raises BadUsage, naming the row, before anything is queued.
    """
    found: list[Prepared] = []
    octets = 0
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise BadUsage(f"the data has more than {MOST_ROWS} rows", hint="send it in parts")
        filled = template.fill(row, number)
        try:
            sender = sender_named(services, filled.fields.get("from") or said)
            key = filled.fields.get("idempotency-key") or _key(manner.key, number)
            draft = drafted(services, sender, _worded(filled, wording, file_of))
            found.append(prepared(sender, draft, replace(manner, key=key)))
        except MailctlError as error:
            error.args = (f"row {number}: {error.sentence}",)
            error.sentence = f"row {number}: {error.sentence}"
            raise
        octets += len(found[-1].letter.source)
        if octets > most_octets:  # all of them are in memory until they are queued together
            raise BadUsage(
                f"the mails of the first {number} rows hold more than {most_octets >> 20} MiB",
                hint="send it in parts, or a link instead of files",
            )
    if not found:
        raise BadUsage("the data has no rows", hint="one row is one mail")
    _refuse_twins(found)
    return found


def _worded(filled: Filled, wording: Wording, file_of: Callable[[str], DraftFile]) -> Wording:
    def named(field: str, otherwise: Iterable[str]) -> tuple[str, ...]:
        said = filled.fields.get(field, "")
        return (said,) if said else tuple(otherwise)

    paths = [path.strip() for path in filled.fields.get("attach", "").split(",") if path.strip()]
    return replace(
        wording,
        to=named("to", wording.to),
        cc=named("cc", wording.cc),
        bcc=named("bcc", wording.bcc),
        reply_to=named("reply-to", wording.reply_to),
        subject=filled.fields.get("subject") or wording.subject,
        text=filled.text,
        html=filled.html,
        files=(*wording.files, *(file_of(path) for path in paths)),
        headers=(*wording.headers, *filled.headers),
    )


def _key(key: str | None, number: int) -> str | None:
    return None if key is None else f"{key}/{number}"


def _refuse_twins(found: Iterable[Prepared]) -> None:
    seen: set[str] = set()
    for each in _keys(found):
        if each in seen:
            raise BadUsage(
                f"two rows have the idempotency key {each!r}", hint="give each row one of its own"
            )
        seen.add(each)


def _keys(found: Iterable[Prepared]) -> Iterator[str]:
    return (each.key for each in found if each.key is not None)
