"""Who owns a name, by the list of public suffixes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.resolve.owners import is_own, registrable

LABELS = st.text("abc019", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("domain", "owned"),
    [
        ("corp.example", "corp.example"),
        ("a.b.corp.example", "corp.example"),
        ("corp.co.uk", "corp.co.uk"),
        ("mail.corp.co.uk", "corp.co.uk"),
        ("ada.github.io", "ada.github.io"),
        ("x.ada.github.io", "ada.github.io"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("shop.xn--55qx5d.cn", "shop.xn--55qx5d.cn"),
        ("www.ck", "www.ck"),
        ("co.uk", None),
        ("github.io", None),
        ("example", None),
        ("any.ck", None),
    ],
)
def test_what_somebody_registered(domain: str, owned: str | None) -> None:
    assert registrable(domain) == owned


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("corp.example", "corp.example"),
        ("imap.corp.example", "corp.example"),
        ("imap.corp.example", "a.b.corp.example"),
        ("corp.example", "a.b.corp.example"),
        ("imap.x.corp.example", "y.corp.example"),
        ("imap.corp.co.uk", "corp.co.uk"),
        ("mail.ada.github.io", "ada.github.io"),
    ],
)
def test_hosts_below_what_the_owner_registered_are_own(host: str, domain: str) -> None:
    assert is_own(host, domain)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("imap.other.example", "corp.example"),
        ("xcorp.example", "corp.example"),
        ("corp.example.evil.example", "corp.example"),
        ("example", "corp.example"),
        ("other.co.uk", "corp.co.uk"),
        ("co.uk", "corp.co.uk"),
        ("eve.github.io", "ada.github.io"),
        ("github.io", "ada.github.io"),
        ("eve.github.io", "github.io"),
        ("mail.co.uk", "co.uk"),
        ("", "corp.example"),
        ("", "co.uk"),
    ],
)
def test_hosts_of_others_are_not(host: str, domain: str) -> None:
    assert not is_own(host, domain)


@given(LABELS, LABELS)
def test_a_name_that_only_ends_alike_is_another_owners(prefix: str, label: str) -> None:
    domain = f"{label}.example"
    assert is_own(f"{prefix}.{domain}", domain)
    assert not is_own(f"{prefix}{domain}", domain)
    assert not is_own(f"{domain}.{prefix}.example", domain) or prefix == label
