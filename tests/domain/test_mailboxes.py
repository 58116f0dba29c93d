"""All spellings of one mailbox are one, and those of two mailboxes are two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.mailboxes import domain_path_of, mailbox_of

NAMES = st.from_regex(r"[a-z][a-z0-9._+-]{0,12}", fullmatch=True)
DOMAINS = st.sampled_from(
    ["gmail.com", "googlemail.com", "pm.me", "ya.ru", "mac.com", "acme.example"]
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("b.o.b@gmail.com", "bob+x@googlemail.com"),
        ("a-b@ya.ru", "a.b@yandex.com"),
        ("a_b@pm.me", "ab@proton.me"),
        ("bob+a+b@acme.example", "bob@acme.example"),
        ("bob@me.com", "bob+x@icloud.com"),
        ('"b.bob"@acme.example', "b.bob@acme.example"),
    ],
)
def test_spellings_of_one_mailbox_are_one(one: str, other: str) -> None:
    assert mailbox_of(one) == mailbox_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("b.ob@acme.example", "bob@acme.example"),
        ("a_b@ya.ru", "ab@ya.ru"),
        ("+x@acme.example", "+y@acme.example"),
        ("bob@gmail.com", "bob@gmail.com.example"),
        ("b.ob@icloud.com", "bob@me.com"),
        ("bob@mail.ru", "bob@bk.ru"),
        ('"bob smith"@acme.example', "bob@acme.example"),
        ('""@acme.example', "@acme.example"),
    ],
)
def test_two_mailboxes_are_two(one: str, other: str) -> None:
    assert mailbox_of(one) != mailbox_of(other)


@given(NAMES, DOMAINS)
def test_a_mailbox_is_its_own_mailbox(name: str, domain: str) -> None:
    mailbox = mailbox_of(f"{name}@{domain}")
    assert mailbox_of(mailbox) == mailbox


@given(st.lists(st.sampled_from(["a", "b", "ab", "a-b", "0"]), min_size=1, max_size=3))
def test_what_is_below_a_domain_begins_with_its_path(labels: list[str]) -> None:
    domain = ".".join(labels)
    path = domain_path_of(domain)
    end = path.rstrip(".") + "/"
    assert path <= domain_path_of(f"x.{domain}") < end
    assert not path <= domain_path_of(f"x{domain}") < end
