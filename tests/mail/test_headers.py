"""Header fields as strangers write them."""

import time
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.addresses import Person
from mailctl.mail import headers

ANYTHING = st.text(st.characters(exclude_categories=(), max_codepoint=0xD7FF))
ODD = st.text('"\\<>(),;:@=?[] \t\r\n\0abQü\udcff', max_size=60)
LONG_S = 3.0
"""What takes longer than this grows faster than its input: the usual is 0.1 s."""


def raw(octets: bytes) -> str:
    return octets.decode("ascii", "surrogateescape")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Hello", "Hello"),
        ("=?utf-8?Q?gr=C3=BCn?=", "grün"),
        ("=?UTF-8?b?Z3LDvG4=?=", "grün"),
        ("=?utf-8*de?Q?gr=C3=BCn?=", "grün"),
        ("=?utf-8?Q?gr=C3?= =?utf-8?Q?=BCn?=", "grün"),
        ("=?utf-8?B?Z3LD?=\r\n =?UTF-8?B?vG4=?=", "grün"),
        ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?=  =?iso-8859-1?Q?=FC?=", "aü"),
        ("=?koi8-r?Q?=F0?= =?iso-8859-1?Q?=FC?=", "Пü"),
        ("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        ("=?utf-8?Q?a_b?=", "a b"),
        ("Re: =?koi8-r?B?8NLJ18XU?=!", "Re: Привет!"),
        ("=?utf-8?B?Z3LDvG4?=", "grün"),
        ("=?utf-8?B?Z3LDv!!G4=?=", "grün"),
        ("=?utf-8?B?A?=", ""),
        ("=?x-unknown?Q?gr=FCn?=", "grün"),
        ("=?idna?Q?gr=FCn?=", "grün"),
        ("=?rot13?Q?abc?=", "abc"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?utf-8?Q?abc", "abc"),
        ("=?utf-8?Q?gr=C3=BCn_ne", "grün ne"),
        ("=?utf-8?B?Z3LDvG4", "grün"),
        ("=?utf-8?Q?a=C3=BC and more", "aü and more"),
        ("=?utf-8?Q?a =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?B?Z3LD=?utf-8?B?vG4=?=", "grün"),
        ("=?utf-8?Q?gr=C3=BCn_and more?=", "grün and more"),
        ("=?utf-8?B?Z3LD vG4=?=", "grün"),
        ("=?utf-8?Q?what?=20now?= x", "what? now x"),
        ("=?utf-8?Q?what?_now?=", "what? now"),
        ("=?utf-8?B?gr=C3=BCn_ne?=", "grün ne"),
        ("=??Q?gr=C3=BCn?=", "grün"),
        ("=?us-ascii?Q?gr=C3=BCn?=", "grün"),
        ("=?iso-8859-1?Q?gr=C3=BCn?=", "grün"),
        ("=?gb2312?B?wrc=?=", "路"),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        ('"=?utf-8?Q?gr=C3=BCn?="', '"grün"'),
        ("a=?utf-8?Q?gr=C3=BCn?=b", "agrünb"),
        ("=?utf-8?Q??=", ""),
        ("=?utf-8?Q?a=0D=0ABcc:_x=00y?=", "a Bcc: x y"),
        ("folded\r\n line", "folded line"),
        ("bare\rreturn\nand\0nul", "bare return and nul"),
        (raw("grün".encode()), "grün"),
        (raw("grün".encode("cp1252")), "grün"),
        ("", ""),
    ],
)
def test_a_value_is_read_as_its_writer_meant_it(value: str, text: str) -> None:
    assert headers.text(value) == text


@given(ANYTHING | ODD)
def test_any_value_gives_one_line_that_utf_8_can_hold(value: str) -> None:
    text = headers.text(value)
    assert not set("\r\n\0") & set(text)
    text.encode()


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0")), st.integers(1, 7))
def test_text_cut_anywhere_into_encoded_words_comes_back_whole(text: str, size: int) -> None:
    octets = text.encode()
    pieces = [octets[place : place + size] for place in range(0, len(octets), size)]
    value = "\r\n ".join(f"=?utf-8?B?{b64encode(piece).decode()}?=" for piece in pieces)
    assert headers.text(value) == text


@pytest.mark.parametrize(
    "value",
    [
        *("=?" * 50_000, "=?a?q?" * 16_000, "?= " * 33_000, "=?a?q?b?= " * 10_000),
        *("=?a?b?" + "A" * 100_000, " " * 100_000, "=?a?q?x?=" + " " * 100_000),
        *("(" * 100_000, "a:" * 50_000, '"' * 100_000, '\\"' * 50_000, "<" * 100_000),
        *(
            "<@" * 50_000,
            "g:" + "b@c," * 33_000,
            '"\\"' * 33_000,
            "[" * 100_000,
            "(" + ")(" * 50_000,
        ),
        *("<a" * 50_000, "<" + "x" * 99_999, "a@b," * 25_000, "=" * 100_000),
    ],
    ids=lambda value: value[:6].strip() or "blank",
)
def test_a_huge_field_takes_no_longer_than_its_size(value: str) -> None:
    started = time.process_time()
    headers.text(value)
    headers.people([value])
    headers.message_ids(value)
    headers.message_id(value)
    headers.date(value)
    assert time.process_time() - started < LONG_S


@pytest.mark.parametrize(
    ("value", "people"),
    [
        ("ada@x.example", [("", "ada@x.example")]),
        ("Ada <ada@x.example>", [("Ada", "ada@x.example")]),
        (
            '"Doe, Jane" <j@x.example>, b@y.example',
            [("Doe, Jane", "j@x.example"), ("", "b@y.example")],
        ),
        (r'"Jane \"J\" Doe" <j@x.example>', [('Jane "J" Doe', "j@x.example")]),
        (
            "ada@x.example (Ada (the Countess) Lovelace)",
            [("Ada the Countess Lovelace", "ada@x.example")],
        ),
        (
            "team: a@x.example, B <b@x.example>;, c@x.example",
            [("", "a@x.example"), ("B", "b@x.example"), ("", "c@x.example")],
        ),
        ("undisclosed-recipients:;", []),
        ("a@x.example; b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ('"boss@corp.example" <evil@x.example>', [("boss@corp.example", "evil@x.example")]),
        ("boss@corp.example <evil@x.example>", [("boss@corp.example", "evil@x.example")]),
        (
            "=?utf-8?Q?boss=40corp.example=00?= <evil@x.example>",
            [("boss@corp.example", "evil@x.example")],
        ),
        ("=?utf-8?Q?a=0Ab?= <a@x.example>", [("a b", "a@x.example")]),
        ("=?utf-8?Q?Doe=2C_Jane?= <j@x.example>", [("Doe, Jane", "j@x.example")]),
        ("=?utf-8?Q?Doe,_Jane?= <j@x.example>", [("Doe, Jane", "j@x.example")]),
        (
            "=?utf-8?Q?<boss@corp.example>?= <evil@x.example>",
            [("<boss@corp.example>", "evil@x.example")],
        ),
        ('"=?utf-8?Q?J=C3=BCrgen?=" <j@x.example>', [("Jürgen", "j@x.example")]),
        (raw("Jürgen <j@x.example>".encode("cp1252")), [("Jürgen", "j@x.example")]),
        ('"a@b"@x.example', [("", '"a@b"@x.example')]),
        ('<"john doe"@x.example>', [("", '"john doe"@x.example')]),
        ("<@a.example,@b.example:c@x.example>", [("", "c@x.example")]),
        ("< ada @ x.example >", [("", "ada@x.example")]),
        ("Ada <ada@x.example", [("Ada", "ada@x.example")]),
        ('"Ada <ada@x.example>', [("Ada", "ada@x.example")]),
        ("Ada ada@x.example", [("Ada", "ada@x.example")]),
        ("[Jira] Bot <j@x.example>", [("[Jira] Bot", "j@x.example")]),
        ("a@[IPv6:::1]", [("", "a@[IPv6:::1]")]),
        (" ,, a@x.example ,", [("", "a@x.example")]),
        ("Ada\r\n Lovelace\r\n <ada@x.example>", [("Ada Lovelace", "ada@x.example")]),
        ("Ada", []),
        ("<>", []),
        ("@", []),
        ("Ada <>", []),
        ("ada@x.example <>", []),
        ("", []),
    ],
)
def test_people_are_who_the_brackets_say(value: str, people: list[tuple[str, str]]) -> None:
    assert headers.people([value]) == tuple(Person(*pair) for pair in people)


def test_an_open_quote_in_one_field_does_not_swallow_the_next() -> None:
    found = headers.people(['"open <a@x.example', "b@x.example"])
    assert found[-1] == Person("", "b@x.example")


@given(st.lists(ANYTHING | ODD, max_size=4))
def test_people_always_have_an_address_and_no_line_break(values: list[str]) -> None:
    for person in headers.people(values):
        assert "@" in person.address
        assert not set("\r\n\0") & set(person.name + person.address)
        person.name.encode()


def test_people_are_as_many_as_anybody_needs() -> None:
    assert len(headers.people(["a@b," * 20_000] * 3)) == headers.PEOPLE_MAX


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@x>", ("a@x",)),
        ("<[0123abcd@microsoft.com]>", ("[0123abcd@microsoft.com]",)),
        ("<a@x>\r\n\t<b@x> junk <c@x>", ("a@x", "b@x", "c@x")),
        ("<a@x><b@x>", ("a@x", "b@x")),
        ("a@x", ()),
        ("<>", ()),
        ("<<a@x>>", ("a@x",)),
        ("", ()),
    ],
)
def test_ids_are_what_stands_in_brackets(value: str, ids: tuple[str, ...]) -> None:
    assert headers.message_ids(value) == ids


def test_of_very_many_ids_the_first_and_the_newest_are_kept() -> None:
    found = headers.message_ids(" ".join(f"<{number}@x>" for number in range(10_000)))
    assert len(found) == headers.REFERENCES_MAX
    assert found[0] == "0@x"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("<a@x>", "a@x"),
        ("a@x", "a@x"),
        (" a@x (web)", "a@x"),
        ("<a@x", "a@x"),
        ("", None),
        ("<>", None),
    ],
)
def test_an_id_without_brackets_is_taken_as_it_is(value: str, found: str | None) -> None:
    assert headers.message_id(value) == found


@given(ANYTHING | ODD)
def test_any_value_gives_ids_without_spaces(value: str) -> None:
    found = headers.message_id(value)
    assert found is None or found.split() == [found]


TEN = datetime(2024, 1, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Mon, 1 Jan 2024 11:00:00 +0100", TEN),
        ("Mon, 1 Jan 2024 11:00:00 +0100 (CET)", TEN),
        ("1 Jan 2024 10:00 +0000", TEN),
        ("Mon, 01 Jan 2024 10:00:00 -0000", TEN),
        ("Mon, 1 Jan 2024 10:00:00", TEN),
        ("Mon, 1 Jan 2024 10:00:00 GMT", TEN),
        ("Mon, 1 Jan 2024 10:00:00 UT", TEN),
        ("Mon, 1 Jan 2024 05:00:00 EST", TEN),
        ("Mon, 1 Jan 24 10:00:00 +0000", TEN),
        ("mon, 1 JAN 2024 10:00:00 +0000", TEN),
        ("Tue, 1 Jan 2024 10:00:00 +0000", TEN),
        ("Mon,\r\n 1 Jan 2024\r\n 10:00:00 +0000", TEN),
        ("Mon, 1 Jan 2024 10:00:00 XYZ", TEN),
        ("1 Jan 0200 00:00:00 +0000", datetime(200, 1, 1, tzinfo=UTC)),
        ("", None),
        ("yesterday", None),
        ("0", None),
        ("Mon, 1 Jan 0000 10:00:00 +0000", datetime(2000, 1, 1, 10, tzinfo=UTC)),
        ("Mon, 1 Jan 10000 10:00:00 +0000", None),
        ("Mon, 1 Jan 99999999999999999999 10:00:00 +0000", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("Mon, 1 Jan 0099 00:00:00 +0000", datetime(1999, 1, 1, tzinfo=UTC)),
        ("Mon, 30 Feb 2024 10:00:00 +0000", None),
        ("Mon, 0 Jan 2024 10:00:00 +0000", None),
        ("Mon, 1 Foo 2024 10:00:00 +0000", None),
        ("Mon, 1 Jan 2024 25:00:00 +0000", None),
        ("Mon, 1 Jan 2024 10:61:00 +0000", None),
        ("Mon, 1 Jan 2024 10:00:61 +0000", None),
        ("Mon, 1 Jan 2024 10:00:00 +9999", None),
        ("Mon, 1 Jan 2024 10:00:00 " + "9" * 5_000, None),
        ("," * 50, None),
        (" : : ", None),
        ("\0", None),
    ],
)
def test_a_date_is_a_moment_in_utc_or_none(value: str, moment: datetime | None) -> None:
    assert headers.date(value) == moment


DATES = st.lists(
    st.sampled_from(
        [
            *("Mon,", "1", "31", "Jan", "Feb", "2024", "99", "0", "00", "10:00:00", "10.00", ":"),
            *("+0100", "-9999", "EST", "(", ")", "-", "/", ","),
        ]
    ),
    max_size=8,
).map(" ".join)


@given(ANYTHING | ODD | DATES)
def test_any_value_gives_a_moment_or_none(value: str) -> None:
    found = headers.date(value)
    assert found is None or found.tzinfo is UTC
