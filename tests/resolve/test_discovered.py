"""Providers made of what a domain says of its own servers."""

from dataclasses import replace

import pytest

from mailctl.domain.providers import Origin, ProviderKind
from mailctl.domain.servers import Endpoint, Security
from mailctl.resolve.discovered import (
    from_endpoints,
    from_ews_url,
    known_at,
    name_for,
    shown,
)
from tests.resolve.worlds import custom, directory

IN = Endpoint("imap.corp.example", 993, Security.TLS)
OUT = Endpoint("smtp.corp.example", 587, Security.STARTTLS)


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("corp.example", "corp-example"),
        ("a.b-c.corp.example", "a-b-c-corp-example"),
        ("xn--bcher-kva.example", "xn-bcher-kva-example"),
        (f"{'x' * 62}.example", "x" * 62),
        (f"{'x' * 63}.{'y' * 63}.example", "x" * 63),
    ],
)
def test_a_provider_is_named_after_its_domain(domain: str, name: str) -> None:
    assert name_for(domain) == name


def test_servers_make_a_provider_that_receives_and_sends() -> None:
    made = from_endpoints("corp.example", incoming=IN, submission=OUT)
    assert (made.name, made.title) == ("corp-example", "corp.example")
    assert (made.kind, made.origin) == (ProviderKind.IMAP, Origin.DISCOVERED)
    assert (made.incoming, made.submission) == (IN, OUT)
    assert (made.can_receive, made.can_send) == (True, True)
    assert made.domains == ()


def test_a_server_that_is_missing_is_something_that_it_cannot_do() -> None:
    receiving = from_endpoints("corp.example", incoming=IN, submission=None)
    assert (receiving.can_receive, receiving.can_send) == (True, False)
    sending = from_endpoints("corp.example", incoming=None, submission=OUT)
    assert (sending.can_receive, sending.can_send) == (False, True)


def test_an_exchange_provider_is_its_address() -> None:
    made = from_ews_url("corp.example", "https://mail.corp.example/EWS/Exchange.asmx")
    assert (made.kind, made.origin) == (ProviderKind.EWS, Origin.DISCOVERED)
    assert made.ews_url == "https://mail.corp.example/EWS/Exchange.asmx"
    assert (made.can_receive, made.can_send) == (True, True)


def test_a_provider_is_shown_by_its_servers_or_its_address_or_its_title() -> None:
    made = from_endpoints("corp.example", incoming=IN, submission=OUT)
    assert shown(made) == "imap.corp.example:993, smtp.corp.example:587"
    assert shown(replace(made, incoming=None)) == "smtp.corp.example:587"
    assert shown(from_ews_url("corp.example", "https://x.example/")) == "https://x.example/"
    assert shown(replace(made, incoming=None, submission=None)) == "corp.example"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("imap.gmail.com", "gmail"),
        ("outlook.office365.com", "microsoft365"),
        ("imappro.zoho.com", "zoho"),
        ("imap.ours.example", "ours"),
        ("smtp.gmail.com", None),
        ("ximap.gmail.com", None),
        ("x.imap.gmail.com", None),
        ("127.0.0.1", None),
        ("gmail.com", None),
        ("", None),
    ],
)
def test_a_provider_is_known_at_the_very_host_where_it_reads_mail(
    host: str, name: str | None
) -> None:
    found = known_at(host, directory(custom("ours")))
    assert (found.name if found else None) == name


def test_ones_own_provider_at_a_presets_host_comes_first() -> None:
    mine = replace(custom("mine"), incoming=Endpoint("imap.gmail.com", 993, Security.TLS))
    assert known_at("imap.gmail.com", directory(mine)) == mine


def test_what_was_discovered_for_one_domain_vouches_for_no_other() -> None:
    assert known_at("imap.theirs.example", directory(custom("theirs"))) is not None
    found = custom("theirs", origin=Origin.DISCOVERED)
    assert known_at("imap.theirs.example", directory(found)) is None
    copied = replace(found, incoming=Endpoint("imap.gmail.com", 993, Security.TLS))
    known = known_at("imap.gmail.com", directory(copied))
    assert known
    assert known.name == "gmail"


def test_a_preset_that_one_has_replaced_is_not_known_any_more() -> None:
    mine = custom("gmail")
    assert known_at("imap.gmail.com", directory(mine)) in {None, mine}
