"""Finished mail: handed over as it is, or refused where readers would part over it."""

import re
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailctl.domain.outgoing import Letter, Recipient, RecipientKind
from mailctl.errors import BadUsage
from mailctl.mail.parse import read_envelope
from mailctl.mail.ready import ready, sender_of
from tests.soak import count

AT = datetime(2026, 11, 25, 10, tzinfo=UTC)
HEADER = "From: Ada <ada@x.example>\nTo: ben@x.example\nSubject: Hi\n"


def made_ready(mail: str | bytes, *recipients: Recipient) -> Letter:
    octets = mail.encode() if isinstance(mail, str) else mail
    return ready(octets, recipients=recipients, at=AT, message_id="new@x.example")


def refused(mail: str | bytes) -> BadUsage:
    with pytest.raises(BadUsage) as found:
        made_ready(mail)
    assert found.value.hint
    return found.value


def test_a_mail_stays_as_it_is_but_for_its_line_ends() -> None:
    header = f"{HEADER}Date: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <1@x.example>\n"
    letter = made_ready(f"{header}X-Odd:no blank\nX-Empty:\n\n.\n\ttext  \n\n")
    assert letter.source == (
        f"{header}X-Odd:no blank\nX-Empty:\n\n.\n\ttext  \n\n".replace("\n", "\r\n").encode()
    )
    assert letter.sender == "ada@x.example"


def test_what_is_missing_comes_first() -> None:
    source = made_ready(f"{HEADER}\nx").source
    assert source.startswith(
        b"Date: Wed, 25 Nov 2026 10:00:00 +0000\r\nMessage-ID: <new@x.example>\r\nFrom: "
    )


def test_a_folded_id_is_one() -> None:
    assert made_ready(f"{HEADER}Message-ID:\n <a@x.example>\n\nx").source.count(b"Message-ID") == 1


@pytest.mark.parametrize(
    "blind",
    [
        "Bcc: s1@h.example, s2@h.example\n",
        "BCC:s1@h.example,\n\ts2@h.example\n",
        "bcc:\n s1@h.example,\n s2@h.example\n",
    ],
)
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_nobody_learns_who_gets_a_blind_copy(blind: str, place: str) -> None:
    mail = {
        "first": f"{blind}{HEADER}\nx",
        "middle": HEADER.replace("Subject", f"{blind}Subject") + "\nx",
        "last": f"{HEADER}{blind}\nx",
    }[place]
    letter = made_ready(mail)
    assert b"h.example" not in letter.source
    assert read_envelope(letter.source).subject == "Hi"
    assert [(each.address, each.kind) for each in letter.recipients] == [
        ("ben@x.example", RecipientKind.TO),
        ("s1@h.example", RecipientKind.BCC),
        ("s2@h.example", RecipientKind.BCC),
    ]


def test_who_is_named_gets_it_and_nobody_else() -> None:
    only = Recipient("cy@x.example", RecipientKind.TO)
    letter = made_ready(f"{HEADER}Bcc: s@h.example\n\nx", only)
    assert letter.recipients == (only,)
    assert b"h.example" not in letter.source


@pytest.mark.parametrize(
    "field",
    [
        "Bcc : s@h.example",
        "Bcc\t: s@h.example",
        "Message-ID : <1@x.example>",
        "Resent-To : s@h.example",
        "Resent-To: s@h.example",
        "From: evil@x.example",
        "from : evil@x.example",
        "To: s@h.example",
        "bcc: a@h.example\nBcc: b@h.example",
        "a line that is no field",
        "X: y\n \nBcc: s@h.example",
        "\u00a0Bcc: s@h.example",
        *(f"X: a{control}Bcc: s@h.example" for control in "\0\x01\x0b\x0c\x1b\x1c\x7f"),
        *(f"{control}Bcc: s@h.example" for control in "\0\x0b\x0c\x1c\x85\u2028"),
        "Message-ID:",
        "Message-ID: none",
        "Message-ID: <a b@x.example>",
        "Message-ID: <a@x.example> <b@x.example>",
        "Cc: nobody, ben@x.example",
        "Cc: =?utf-8?q?s=40h=2Eexample?=",
        "X: " + "y" * 1000,
    ],
    ids=ascii,
)
def test_a_header_that_is_none_for_everybody_is_refused(field: str) -> None:
    assert refused(f"{HEADER}{field}\n\nx").sentence.isprintable()


@pytest.mark.parametrize(
    "mail",
    [
        "",
        "\n",
        "x",
        HEADER,
        f"\n{HEADER}\nx",
        f"From ada@x.example Mon Nov 23 10:00:00 2026\n{HEADER}\nx",
        f"\ufeff{HEADER}\nx",
        f" folded\n{HEADER}\nx",
        "To: ben@x.example\n\nx",
        "From: nobody\nTo: ben@x.example\n\nx",
        "From: ada@x.example\n\nx",
        "From: ada@x.example\nTo: undisclosed-recipients:;\n\nx",
        f"{HEADER}\nx\0",
        f"{HEADER}\n{'x' * 999}\n",
    ],
    ids=ascii,
)
def test_what_is_no_mail_that_can_be_sent_is_refused(mail: str) -> None:
    refused(mail)


def test_carriage_returns_alone_end_lines_and_hide_nothing() -> None:
    mail = f"{HEADER}X: a\rBcc: s@h.example\n\nx\r.\ry\r\n.\n".encode()
    letter = made_ready(mail)
    assert b"h.example" not in letter.source
    assert letter.source.endswith(b"\r\n\r\nx\r\n.\r\ny\r\n.\r\n")
    assert "s@h.example" in [each.address for each in letter.recipients]


def test_a_thousand_addresses_get_it() -> None:
    many = ",\n ".join(f"Person {number} <p{number}@x.example>" for number in range(1000))
    letter = made_ready(f"From: ada@x.example\nTo: {many}\n\nx")
    assert len(letter.recipients) == 1000


@pytest.mark.parametrize(
    "field",
    [
        "Bcc: " + ",\n ".join(f"p{number}@x.example" for number in range(9000)),
        "Bcc: " + ",\n ".join(f"{number}@x.y" for number in range(6000)),
        "X: y\n" * 300_000 + "Bcc: s@h.example",
    ],
    ids=["long", "many", "late"],
)
def test_recipients_beyond_what_is_read_are_refused_not_forgotten(field: str) -> None:
    refused(f"{HEADER}{field}\n\nx")


def test_the_sender_is_who_stands_in_from() -> None:
    found = sender_of(f"{HEADER}Sender: evil@x.example\n\nx".encode())
    assert found is not None
    assert (found.name, found.address) == ("Ada", "ada@x.example")


pieces = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "Bcc: s@h.example",
                "bcc",
                ":",
                " ",
                "\t",
                "\r",
                "\n",
                "\r\n",
                "\n\n",
                "From: x@y.example",
            ]
        ),
        st.text(max_size=6),
    ),
    max_size=8,
).map("".join)


@settings(max_examples=count(300, 5000))
@given(pieces, pieces)
def test_no_reader_finds_a_blind_copy_in_what_is_handed_over(above: str, below: str) -> None:
    mail = f"{above}From: ada@x.example\nTo: ben@x.example\n{below}\n\ntext".encode(
        "utf-8", "surrogateescape"
    )
    try:
        source = made_ready(mail).source
    except BadUsage:
        return
    assert source.count(b"\n") == source.count(b"\r") == source.count(b"\r\n")
    for rules in (policy.compat32, policy.SMTP):
        message = BytesParser(policy=rules).parsebytes(source)
        assert not [name for name in message if name.strip().lower() == "bcc"]
        assert [name.lower() for name in message].count("from") == 1
        assert [name.lower() for name in message].count("message-id") == 1
    header = source.partition(b"\r\n\r\n")[0]
    assert not re.search(rb"(?im)^bcc[ \t]*:", header)


@pytest.mark.parametrize(
    "field",
    [
        "Message-ID: <>",
        "Cc: @x",
        "Bcc: eve@x.example <>",
    ],
)
def test_what_names_nobody_is_refused(field: str) -> None:
    refused(f"{HEADER}{field}\n\nx")


@given(st.binary(max_size=300))
def test_any_octets_are_refused_or_sound(octets: bytes) -> None:
    try:
        source = made_ready(HEADER.encode() + octets).source
    except BadUsage:
        return
    assert source.count(b"\n") == source.count(b"\r") == source.count(b"\r\n")
    assert b"\0" not in source
    assert read_envelope(source).bcc == ()
    assert read_envelope(source).rfc_message_id is not None
