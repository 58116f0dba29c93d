"""What the policies say of envelopes."""

import pickle
import time

from mailctl.core.filters import Filters, policy_of
from mailctl.domain.settings import AccountSettings, Policy
from mailctl.mail.parse import read_envelope

ADA = "ada@corp.example"
ALL = AccountSettings(
    bulk=Policy.SKIP,
    internal=Policy.SKIP,
    internal_domains=("sister.example",),
    no_reply=Policy.SKIP,
    group_senders=Policy.SKIP,
    invitations=Policy.SKIP,
    blocklist=("@x.example", "*.ads.example", "promo-*@*"),
)
SOURCES = {
    "blocklist promo-*@*": b"From: Promo-1@shop.example\r\nList-Id: <x>\r\n\r\n",
    "internal corp.example sister.example": b"From: b@sister.example\r\nTo: c@CORP.example\r\n\r\n",
    "bulk": b"From: info@y.example\r\nPrecedence: bulk\r\n\r\n",
    "no-reply": b"From: no-reply@y.example\r\n\r\n",
    "group-senders": b"From: info@y.example\r\nContent-Type: text/calendar\r\n\r\n",
    "invitations": b"From: ben@y.example\r\nContent-Type: text/calendar\r\n\r\n",
}


def reasons(filters: Filters) -> list[str | None]:
    return [filters.by_envelope(read_envelope(source)) for source in SOURCES.values()]


def test_the_first_policy_that_leaves_a_mail_is_told_and_what_it_rests_on() -> None:
    assert reasons(Filters(ALL, frozenset({ADA}))) == list(SOURCES)
    assert policy_of("blocklist promo-*@*") == "blocklist"


def test_a_reason_holds_as_long_as_what_it_rests_on() -> None:
    filters = Filters(ALL, frozenset({ADA}))
    assert all(map(filters.still, SOURCES))
    assert not any(map(Filters(AccountSettings(), frozenset({ADA})).still, SOURCES))
    assert not filters.still("blocklist @gone.example")
    assert not filters.still("internal corp.example gone.example")
    assert filters.still("internal")  # as it was noted before the domains were


def test_policies_leave_for_another_process_and_say_the_same_there() -> None:
    filters = Filters(ALL, frozenset({ADA}))
    assert filters.needs_header
    assert reasons(pickle.loads(pickle.dumps(filters))) == reasons(filters)


def test_a_mail_to_a_thousand_people_is_compared_with_the_longest_blocklist_at_once() -> None:
    words = [f"a-*-{number}@*.x.example" for number in range(100)]
    words += [f"@{number}.example" for number in range(900)]
    filters = Filters(AccountSettings(blocklist=tuple(words)), frozenset({ADA}))
    many = ", ".join(f"a-long-name-{number}@one.of.many.example" for number in range(1_000))
    envelope = read_envelope(f"To: {many}\r\n\r\n".encode())
    started = time.process_time()
    assert filters.by_envelope(envelope) is None
    assert time.process_time() - started < 1
