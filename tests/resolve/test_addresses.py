"""Addresses and domains as people type them."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailctl.domain.addresses import Address
from mailctl.errors import BadAddress, BadUsage
from mailctl.resolve.addresses import normal_domain, parse_address

ANYTHING = st.text(st.characters(exclude_categories=()))
ODD = st.text('ab"\\ @.[]()<>:;,+-_\t\n\0\x9büßıİ\u0301\u200d\u3002\uff0e\udcff0x1', max_size=30)
DOMAINS = st.lists(
    st.text("aä1-ßıxn", min_size=1, max_size=8) | st.just("xn--bcher-kva"), min_size=1, max_size=4
).map(".".join)
LABEL_63 = "x" * 63
DOMAIN_253 = f"{LABEL_63}.{LABEL_63}.{LABEL_63}.{'x' * 58}.de"


@pytest.mark.parametrize(
    ("text", "local_part", "domain"),
    [
        ("ada@example.org", "ada", "example.org"),
        (" ada@example.org\n", "ada", "example.org"),
        ("Ada@EXAMPLE.Org", "Ada", "example.org"),
        ("ada@example.org.", "ada", "example.org"),
        ("ada+news@example.org", "ada+news", "example.org"),
        ("a.d.a@example.org", "a.d.a", "example.org"),
        ("..ada..@docomo.ne.jp", "..ada..", "docomo.ne.jp"),
        ("o'neil/x=y@example.org", "o'neil/x=y", "example.org"),
        ('"a@b"@example.org', '"a@b"', "example.org"),
        (r'"a \" b"@example.org', r'"a \" b"', "example.org"),
        ("jürgen@example.org", "jürgen", "example.org"),
        ("ada@bücher.example", "ada", "xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada", "xn--bcher-kva.example"),
        ("ada@XN--BCHER-KVA.example", "ada", "xn--bcher-kva.example"),
        ("ada@bu\u0308cher.example", "ada", "xn--bcher-kva.example"),
        ("ada@straße.de", "ada", "xn--strae-oqa.de"),
        ("ada@例え.jp", "ada", "xn--r8jz45g.jp"),
        ("ada@例え。jp。", "ada", "xn--r8jz45g.jp"),
        ("ada@example。org", "ada", "example.org"),
        ("ada@ıstanbul.example", "ada", "xn--stanbul-qfb.example"),
        ("ada@\u212aelvin.example", "ada", "kelvin.example"),
        (f"ada@{LABEL_63}.org", "ada", f"{LABEL_63}.org"),
        (f"ada@{DOMAIN_253}", "ada", DOMAIN_253),
        (f"{'x' * 64}@example.org", "x" * 64, "example.org"),
        ("ada@1.example", "ada", "1.example"),
        ("ada@a--b.example", "ada", "a--b.example"),
    ],
)
def test_an_address_is_its_local_part_verbatim_and_a_normal_domain(
    text: str, local_part: str, domain: str
) -> None:
    assert parse_address(text) == Address(local_part, domain)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "@", "ada", "ada@", "@example.org", "ada@.", "ada@.org", "ada@example..org"),
        *(
            "ada@example.org..",
            "ada@.example.org",
            "a@b@example.org",
            "ada@ben@",
            "a b@example.org",
        ),
        *("ada @example.org", "ada@exam ple.org", 'a"b@example.org', '"ada@example.org'),
        *('"a"b"@example.org', "<ada@example.org>", "Ada <ada@example.org>", "a,b@example.org"),
        *("a:b@example.org", r"a\b@example.org", "a(x)@example.org", "ada@localhost", "ada@org."),
        *("ada@[127.0.0.1]", "ada@[IPv6:::1]", "ada@127.0.0.1", "ada@example.123"),
        *("ada@-example.org", "ada@example-.org", "ada@exam_ple.org", "ada@exam\u00a0ple.org"),
        *(
            "ada@xn--.org",
            "ada@xn--a.org",
            "ada@xn--zzzzzz9999.org",
            "ada@\u200d.org",
            "ada@💩\u0300.x_y",
        ),
        *("ada\0@example.org", "ada@exam\0ple.org", "a\x1bda@example.org", "ada@example.org\x1b"),
        *(
            "a\x7fda@example.org",
            "a\x9bda@example.org",
            "\x1cada@example.org",
            "ada@ex\r\nample.org",
        ),
        *("a\udcffda@example.org", "ada@ex\udcffample.org"),
        *(f"ada@{'x' * 64}.org", f"ada@{DOMAIN_253}e", f"{'x' * 65}@example.org"),
        *(f"{'ü' * 33}@example.org", f"ada@{'ü' * 64}.org", "ada@" + "ü." * 50_000 + "org"),
        *(
            "ada@https://example.org",
            "ada@example.org/x",
            "ada@example.org?x",
            "ada@example.org:25",
        ),
        "ada@exam%70le.org",
    ],
    ids=lambda text: ascii(text[:30]),
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress) as refused:
        parse_address(text)
    assert refused.value.hint
    assert refused.value.sentence.isprintable()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("apple.com", "аpple.com"),
        ("google.com", "gοοgle.com"),
        ("strasse.de", "straße.de"),
        ("istanbul.example", "ıstanbul.example"),
        ("example.org", "examp1e.org"),
        ("bücher.example", "bucher.example"),
    ],
)
def test_what_only_looks_alike_stays_distinct(one: str, other: str) -> None:
    assert normal_domain(one) != normal_domain(other)


@pytest.mark.parametrize(
    "text", ["", ".", "org", "[::1]", "a..b", "a b.org", "1.2.3.4", "ada@x.org"]
)
def test_what_is_no_domain_is_refused(text: str) -> None:
    with pytest.raises(BadUsage):
        normal_domain(text)


@given(ANYTHING | ODD | st.builds("{}@{}".format, ODD, DOMAINS | ODD))
@example("ada@xn--\udcff.org")
@example("ada@" + "xn--a" * 10_000 + ".org")
def test_an_address_is_read_into_a_stable_form_or_refused(text: str) -> None:
    with suppress(BadAddress):
        address = parse_address(text)
        assert parse_address(str(address)) == address


@given(ANYTHING | ODD | DOMAINS)
def test_a_domain_is_read_into_a_stable_form_or_refused(text: str) -> None:
    with suppress(BadUsage):
        domain = normal_domain(text)
        assert normal_domain(domain) == domain
        assert domain == domain.lower()
        assert domain.isascii()
        assert 3 <= len(domain) <= 253


@given(DOMAINS)
def test_capitals_and_one_dot_at_the_end_change_nothing(text: str) -> None:
    with suppress(BadUsage):
        assert normal_domain(f"{text}.") == normal_domain(text)
        if text.isascii():
            assert normal_domain(text.upper()) == normal_domain(text)
