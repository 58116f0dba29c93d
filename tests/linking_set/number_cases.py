"""Cases of numbers of records: where they stand, and what only looks like one."""

from collections.abc import Iterator
from dataclasses import replace

from tests.linking_set.kinds import kind
from tests.linking_set.labels import NOTHING, Labelled
from tests.linking_set.letters import Desk


def quoted(text: str) -> str:
    """Return a text as answers quote it."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


@kind("a number in the subject", 25)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("invoice")
    truth = contact.truth.about(f"invoice:{number}")
    yield desk.letter(truth, sender=contact, subject=f"Your invoice {number} of last week")


@kind("a number in the text", 20)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("deal")
    truth = contact.truth.about(f"deal:{number}")
    yield desk.letter(truth, sender=contact, body=desk.text(f"this is about {number} again."))


@kind("a number of an order in the text", 12)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("order")
    truth = contact.truth.about(f"order:{number}")
    yield desk.letter(truth, sender=contact, body=desk.text(f"our order {number} of today."))


@kind("a number in another case", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("invoice")
    truth = contact.truth.about(f"invoice:{number}")
    yield desk.letter(truth, sender=contact, subject=f"RE: {number.lower()}")


@kind("a number between marks", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("invoice")
    written = desk.rng.choice(("[{}]", "({}):", "{}.", "«{}»,", "#{}!")).format(number)
    truth = contact.truth.about(f"invoice:{number}")
    yield desk.letter(truth, sender=contact, subject=f"Paid {written} thank you")


@kind("a number in HTML alone", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("invoice")
    body = f"<p>We have paid <b>{number[:5]}</b>{number[5:]}&nbsp;today.</p>"
    truth = contact.truth.about(f"invoice:{number}")
    yield desk.letter(truth, sender=contact, body=body, content_type="text/html; charset=utf-8")


@kind("a number in an encoded subject", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("invoice")
    subject = f"=?utf-8?Q?R=C3=BCckfrage_zu_INV?= =?utf-8?Q?{number[3:].replace('-', '=2D')}?="
    yield desk.letter(contact.truth.about(f"invoice:{number}"), sender=contact, subject=subject)


@kind("several numbers", 10)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    first, second = desk.records("invoice", 2)
    deal = desk.record("deal")
    truth = contact.truth.about(f"invoice:{first}", f"invoice:{second}", f"deal:{deal}")
    subject = f"Invoices {first} and {second}"
    yield desk.letter(truth, sender=contact, subject=subject, body=desk.text(f"see {deal}."))


@kind("the subject's number before that of the text", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    first, second = desk.records("invoice", 2)
    truth = contact.truth.about(f"invoice:{first}")
    body = desk.text(f"unlike {second} it is right.")
    yield desk.letter(truth, sender=contact, subject=f"About {first}", body=body)


@kind("a number of a record in mail with nobody known", 10)
def _(desk: Desk) -> Iterator[Labelled]:
    number = desk.record("invoice")
    truth = NOTHING.about(f"invoice:{number}")
    yield desk.letter(truth, sender=desk.stranger(), subject=f"Reminder: {number}")


@kind("a number that is no record's", 15)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    number = desk.missing(desk.rng.choice(("invoice", "deal", "order")))
    yield desk.letter(contact.truth, sender=contact, subject=f"About {number}")


@kind("a number within a longer one", 20)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    invoice, order = desk.record("invoice"), desk.record("order")
    longer = (f"{invoice}7", f"X{invoice}", f"{invoice}a", f"9{order}", f"{order}0", f"AD-{order}1")
    body = desk.text(f"the reference is {desk.rng.choice(longer)} as before.")
    yield desk.letter(contact.truth, sender=contact, body=body)


@kind("an order's number within other numbers", 10)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("order")
    written = (f"phone +{number}12", f"IBAN DE02{number}00001234", f"account 0{number}")
    body = desk.text(f"{desk.rng.choice(written)}.")
    yield desk.letter(contact.truth, sender=contact, body=body)


@kind("a number in what is quoted", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("invoice")
    body = f"{desk.text()}\n\nAda wrote:\n{quoted(desk.text(f'we sent you {number}.'))}"
    truth = contact.truth.about(f"invoice:{number}")
    yield desk.letter(truth, sender=contact, subject="Re: Your papers", body=body)


@kind("a number, and another one in what is quoted", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    own, other = desk.records("invoice", 2)
    body = f"{desk.text(f'now to {own}.')}\n\nAda wrote:\n{quoted(desk.text(f'see {other}.'))}"
    truth = replace(
        contact.truth.about(f"invoice:{own}"), tolerated=frozenset({f"invoice:{other}"})
    )
    yield desk.letter(truth, sender=contact, subject="Re: Your papers", body=body)
