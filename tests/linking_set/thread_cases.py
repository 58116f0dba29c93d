"""Cases of conversations: what a message has of those before and after it."""

from collections.abc import Iterator

from tests.linking_set.kinds import kind
from tests.linking_set.labels import NOTHING, Labelled
from tests.linking_set.letters import Desk
from tests.linking_set.world import COLLEAGUES, FREE, OWN


@kind("answers without a number", 12)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("invoice")
    truth = contact.truth.about(f"invoice:{number}")
    first = desk.letter(truth, sender=OWN, to=(contact,), subject=f"Invoice {number}")
    second = desk.letter(truth, sender=contact, subject="Re: Your invoice", answers=first)
    third = desk.letter(truth, sender=OWN, to=(contact,), subject="Re: thanks", answers=second)
    yield from (first, second, third)


@kind("the newest number of a conversation", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    older, newer = desk.records("deal", 2)
    with_older, with_newer = (contact.truth.about(f"deal:{each}") for each in (older, newer))
    first = desk.letter(with_older, sender=contact, subject=f"About {older}")
    second = desk.letter(with_newer, sender=contact, subject=f"Re: {newer}", answers=first)
    third = desk.letter(with_newer, sender=contact, subject="Re: more", answers=second)
    fourth = desk.letter(with_newer, sender=OWN, to=(contact,), subject="Re: ok", answers=second)
    yield from (first, second, third, fourth)


@kind("the number comes with a later message", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("order")
    truth = contact.truth.about(f"order:{number}")
    first = desk.letter(truth, sender=contact, subject="Our order")
    second = desk.letter(truth, sender=OWN, to=(contact,), subject=f"Re: {number}", answers=first)
    yield from (first, second)


@kind("a number of its own stays", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    invoice, deal = desk.record("invoice"), desk.record("deal")
    truth = contact.truth.about(f"invoice:{invoice}", f"deal:{deal}")
    first = desk.letter(truth, sender=contact, subject=f"Invoice {invoice}")
    second = desk.letter(truth, sender=contact, subject=f"Re: and {deal}", answers=first)
    yield from (first, second)


@kind("somebody unknown answers in a conversation", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    first = desk.letter(contact.truth, sender=contact, subject="Our visit")
    sender = desk.somebody_at(desk.rng.choice(FREE))
    second = desk.letter(contact.truth, sender=sender, subject="Re: Our visit", answers=first)
    yield from (first, second)


@kind("colleagues talk about a customer's message", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("invoice")
    truth = contact.truth.about(f"invoice:{number}")
    first = desk.letter(truth, sender=contact, subject=f"Invoice {number}")
    second = desk.letter(truth, sender=COLLEAGUES[0], subject="Fwd: what now?", answers=first)
    yield from (first, second)


@kind("strangers under one subject", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("deal")
    subject = "Re: Offer"
    body = desk.text(f"it is {number}.")
    truth = contact.truth.about(f"deal:{number}")
    yield desk.letter(truth, sender=contact, subject=subject, body=body)
    yield desk.letter(NOTHING, sender=desk.stranger(), subject=subject)


@kind("another conversation of the same contact", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("deal")
    truth = contact.truth.about(f"deal:{number}")
    first = desk.letter(truth, sender=contact, subject=f"Offer {number}")
    second = desk.letter(truth, sender=OWN, to=(contact,), subject="Re: Offer", answers=first)
    yield from (first, second)
    yield desk.letter(contact.truth, sender=contact, subject="Re: Offer")


@kind("an answer to an answer that is not there", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, number = desk.customer(), desk.record("invoice")
    truth = contact.truth.about(f"invoice:{number}")
    first = desk.letter(truth, sender=contact, subject=f"Invoice {number}")
    lost = f"lost.{desk.rng.randrange(10**9)}@set.example"
    fields = (f"References: <{first.message_id}> <{lost}>", f"In-Reply-To: <{lost}>")
    second = desk.letter(truth, sender=OWN, to=(contact,), subject="Re: that", fields=fields)
    yield from (first, second)


@kind("the newest person of a conversation", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    older, newer = desk.customers(2)
    first = desk.letter(older.truth, sender=older, subject="Our visit")
    second = desk.letter(newer.truth, sender=newer, subject="Re: Our visit", answers=first)
    note = desk.letter(newer.truth, sender=COLLEAGUES[0], subject="Re: note", answers=second)
    yield from (first, second, note)
