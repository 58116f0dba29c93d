"""Cases of numbers of records: where they stand, and what only looks like one."""

import quopri
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace

from tests.linking_set.kinds import kind
from tests.linking_set.labels import NOTHING, Labelled
from tests.linking_set.letters import Desk
from tests.linking_set.world import OWN


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


_BROKEN_UP = (
    "<p>Paid: {}<wbr>{} today</p>",
    "<p>Paid: {}<span>{}</span> today</p>",
    "<p>Paid: {}&shy;{} today</p>",
    "<p>Paid: {}<!-- x -->{} today</p>",
    "<table><tr><td>{}{}</td><td>paid</td></tr></table>",
)


@kind("a number that HTML breaks up", 12)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("invoice")
    body = desk.rng.choice(_BROKEN_UP).format(number[:6], number[6:])
    if desk.rng.random() < 0.3:
        body = body.replace("INV-", "INV&#45;")
    truth = contact.truth.about(f"invoice:{number}")
    yield desk.letter(truth, sender=contact, body=body, content_type="text/html; charset=utf-8")


@kind("a number in an encoded text", 10)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("deal")
    truth = contact.truth.about(f"deal:{number}")
    text = desk.text(f"это про {number}, да.").encode("koi8-r", "replace")
    if desk.rng.random() < 0.5:
        body, encoding = b64encode(text).decode(), "base64"
    else:
        broken = f"{number[:4]}=\n{number[4:]}".encode()
        body = quopri.encodestring(text).replace(number.encode(), broken).decode()
        encoding = "quoted-printable"
    lines = (
        *(f"From: {contact.email}", f"To: {OWN}", "Subject: Question"),
        f"Content-Transfer-Encoding: {encoding}",
    )
    yield desk.written(truth, lines, body=body, content_type="text/plain; charset=koi8-r")


@kind("a number in the HTML beside an empty text", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("order")
    body = (
        "--b\nContent-Type: text/plain\n\n\n--b\nContent-Type: text/html; charset=utf-8\n\n"
        f"<html><body>Order <a href='https://x.example/o'>{number}</a></body></html>\n--b--"
    )
    truth = contact.truth.about(f"order:{number}")
    yield desk.letter(
        truth, sender=contact, body=body, content_type="multipart/alternative; boundary=b"
    )


@kind("a number in the name of a file", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("invoice")
    file = (
        f'Content-Type: application/pdf\nContent-Disposition: attachment; filename="{number}.pdf"'
    )
    body = f"--b\n\nplease see the file\n--b\n{file}\n\n%PDF\n--b--"
    truth = replace(contact.truth, tolerated=frozenset({f"invoice:{number}"}))
    yield desk.letter(truth, sender=contact, body=body, content_type="multipart/mixed; boundary=b")


@kind("a number in what is forwarded", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("deal")
    head = "---------- Forwarded message ---------\nFrom: Ada <ada@ourfirm.example>"
    body = f"{desk.text()}\n\n{head}\nSubject: Offer {number}\n\n{desk.text()}"
    truth = contact.truth.about(f"deal:{number}")
    yield desk.letter(truth, sender=contact, subject="Fwd: Offer", body=body)
