"""Cases of headers that are not as RFC 5322 wants them, and that people read all the same."""

from collections.abc import Iterator

from tests.linking_set.kinds import kind
from tests.linking_set.labels import Labelled
from tests.linking_set.letters import Desk, shown
from tests.linking_set.names import ascii_name
from tests.linking_set.world import OWN


def _from(field: str, times: int = 3) -> None:
    """Enter a kind whose From is written so; what stands in braces is the contact's."""

    @kind(f"broken: {field.encode('unicode_escape').decode()}", times)
    def _(desk: Desk) -> Iterator[Labelled]:
        contact = desk.customer()
        name = ascii_name(contact.name)
        first, _, last = name.partition(" ")
        local, _, domain = contact.email.partition("@")
        words = {"email": contact.email, "local": local, "domain": domain}
        line = field.format(name=name, first=first, last=last, **words)
        lines = (line, f"To: {OWN}", "Subject: Question")
        yield desk.written(contact.truth, lines, body=desk.text())


_from("From: {name} <{email}")
_from("From: {email} ({name})")
_from("From: {last}, {first} <{email}>")
_from("From:\r\n\t{name}\r\n <{email}>")
_from("from:{email}")
_from("From: <<{email}>>")
_from("From: {email};")
_from("From: =?utf-8?B?SGVsbG8 <{email}>")
_from("From: M\udcfcller {last} <{email}>")
_from('From: "{name} <{email}>')
_from("From: {name} < {email} >")
_from("From: {name} <{email}.>")
_from("From: {name} <@relay.example:{email}>")
_from('From: {name} <"{local}"@{domain}>')


@kind("broken: no date", 4)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    lines = (f"From: {contact.email}", f"To: {OWN}", "Subject: Question")
    date = desk.rng.choice(("", "yesterday", "Tue, 99 Foo 2026 25:61:00"))
    yield desk.written(contact.truth, lines, body=desk.text(), date=date)


@kind("broken: undisclosed recipients", 4)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    yield desk.letter(contact.truth, sender=contact, to=("undisclosed-recipients:;",))


@kind("a group of recipients", 4)
def _(desk: Desk) -> Iterator[Labelled]:
    first, second = desk.customers(2)
    to = (f"friends: {first.email}, {second.email};",)
    yield desk.letter(first.truth | second.truth, sender=OWN, to=to)


@kind("broken: bare line feeds", 4)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("invoice")
    truth = contact.truth.about(f"invoice:{number}")
    letter = desk.letter(truth, sender=contact, subject=f"Paid {number}")
    yield letter._replace(source=letter.source.replace(b"\r\n", b"\n"))


@kind("broken: a line of mbox first", 4)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    letter = desk.letter(contact.truth, sender=contact)
    first = f"From {contact.email} Mon Nov 30 10:00:00 2026\r\n"
    yield letter._replace(source=first.encode() + letter.source)


@kind("broken: semicolons between recipients", 4)
def _(desk: Desk) -> Iterator[Labelled]:
    first, second = desk.customers(2)
    to = (f"{shown(first)}; {shown(second)}",)
    yield desk.letter(first.truth | second.truth, sender=OWN, to=to)


@kind("broken: two fields of recipients", 4)
def _(desk: Desk) -> Iterator[Labelled]:
    first, second = desk.customers(2)
    fields = (f"To: {shown(second)}",)
    yield desk.letter(first.truth | second.truth, sender=OWN, to=(first,), fields=fields)
