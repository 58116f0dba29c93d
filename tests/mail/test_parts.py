"""What messages are made of, well formed and otherwise."""

import time
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailctl.mail.parts import is_attachment, parts
from tests.mail.test_parse import multipart

OCTETS = st.binary(max_size=80)
LEAVES = st.builds(
    lambda octets, kind, disposition: leaf(octets, kind, disposition),
    OCTETS,
    st.sampled_from(["text/plain", "text/html", "image/png", "application/pdf"]),
    st.sampled_from([None, "inline", "attachment"]),
)
TREES = st.recursive(
    LEAVES,
    lambda below: st.builds(
        lambda kind, children: branch(kind, children),
        st.sampled_from(["mixed", "alternative", "related", "digest"]),
        st.lists(below, min_size=1, max_size=4),
    ),
    max_leaves=12,
)


def leaf(octets: bytes, kind: str, disposition: str | None) -> EmailMessage:
    message = EmailMessage()
    main, _, sub = kind.partition("/")
    if main == "text":
        message.set_content(octets.decode("latin-1"), subtype=sub, charset="utf-8")
    else:
        message.set_content(octets, maintype=main, subtype=sub)
    del message["content-disposition"]
    if disposition is not None:
        message["content-disposition"] = disposition
    return message


def branch(kind: str, children: list[EmailMessage]) -> EmailMessage:
    message = EmailMessage()
    message["content-type"] = f"multipart/{kind}"
    for child in children:
        message.attach(child)
    return message


@dataclass(frozen=True)
class Leaf:
    kind: str
    disposition: str
    content: bytes


def of_the_standard_library(source: bytes) -> list[Leaf]:
    def leaves(part: Message) -> list[Leaf]:
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            below = cast("list[Message]", part.get_payload())
            return [found for each in below for found in leaves(each)]
        content = cast("bytes | None", part.get_payload(decode=True))
        disposition = str(part.get("content-disposition", ""))
        return [Leaf(part.get_content_type(), disposition, content or b"")]

    return leaves(BytesParser(policy=policy.compat32).parsebytes(source))


@given(TREES, st.sampled_from([b"\n", b"\r\n"]))
@settings(max_examples=60)
def test_a_well_formed_tree_is_read_as_the_standard_library_reads_it(
    tree: EmailMessage, line_end: bytes
) -> None:
    source = tree.as_bytes(policy=policy.compat32).replace(b"\n", line_end)
    found = parts(source)
    assert found.complete
    assert [
        Leaf(part.media_type, part.fields.first("content-disposition").strip(), part.content())
        for part in found.leaves
    ] == of_the_standard_library(source)


LINES = st.sampled_from(
    [
        *(b"Content-Type: multipart/mixed; boundary=b\n", b"--b\n", b"--b--\n", b"--c--\n"),
        *(b'Content-Type: multipart/mixed; boundary="b c"\n', b"--b c\n", b"--c\n", b"--b \n"),
        *(b"Content-Type: multipart/digest; boundary=c\n", b"\n", b"--b\r\n", b"\r", b"--bb\n"),
        *(b"Content-Type: message/rfc822\n", b"Content-Disposition: attachment\n", b"text\n"),
        *(b"Content-Transfer-Encoding: base64\n", b"QUJD\n", b"--", b"\xff"),
    ]
)


@given(st.binary(max_size=300) | st.lists(LINES, max_size=25).map(b"".join))
def test_any_octets_have_parts(source: bytes) -> None:
    found = parts(source)
    assert found.leaves
    for part in found.leaves:
        part.content()
        part.parameter("charset")
        is_attachment(part)
        assert part.fields.body <= part.end <= len(source)


@pytest.mark.parametrize(
    ("source", "contents"),
    [
        (multipart(b"\r\none", b"\r\ntwo"), [b"one", b"two"]),
        (multipart(b"\r\none").replace(b"--=_b--\r\n", b""), [b"one\r\n"]),
        (multipart(b"\r\none") + b"\r\n--=_b\r\n\r\nafter the last", [b"one"]),
        (multipart(b"\r\none\r\n--=_bc\r\n--=_b x"), [b"one\r\n--=_bc\r\n--=_b x"]),
        (multipart(b"\r\none").replace(b"--=_b\r\n", b"--=_b \t\r\n"), [b"one"]),
        (multipart(b"\r\none").replace(b"--=_b\r\n", b"preamble\r\n--=_b\r\n"), [b"one"]),
        (multipart(b"\r\none").replace(b"--=_b\r\n", b"--=_b\r\n--=_b\r\n"), [b"one"]),
        (multipart(b"\r\none", b"\r\ntwo").replace(b"\r\n", b"\r"), [b"one", b"two"]),
        (multipart(b"no field"), [b"no field"]),
        (multipart(b""), [b""]),
    ],
)
def test_a_delimiter_is_a_whole_line_between_the_first_and_the_last(
    source: bytes, contents: list[bytes]
) -> None:
    assert [part.content() for part in parts(source).leaves] == contents


@pytest.mark.parametrize(
    "parameter",
    [
        b"boundary=b c",
        b'BOUNDARY="b c"',
        b'boundary="b c "',
        b"charset=x; boundary = b c ;x",
        b"boundary*=us-ascii''b%20c",
        b'boundary*0=b; boundary*1=" c"',
        b"boundary=<b c>",
        b'x="a\\"; boundary=no"; boundary="b c"',
        b'boundary="b\r\n c"',
        b"boundary=\r\n\tb c; x=y",
    ],
)
def test_a_boundary_is_found_however_it_is_written(parameter: bytes) -> None:
    source = b"Content-Type: multipart/mixed; " + parameter + b"\r\n\r\n--b c\r\n\r\none\r\n--b c--"
    assert [part.content() for part in parts(source).leaves] == [b"one"]


def nested(levels: int, line: bytes, count: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
        for level in range(levels)
    )
    return opened + b"\n" + line * count


@pytest.mark.parametrize(
    "source",
    [
        nested(40, b"--b\n", 500_000),
        nested(40, b"--b1x\n", 500_000),
        nested(40, b"--b0\n", 500_000),
        nested(40, b"\n", 2_000_000),
        nested(40, b"--b1 " + b" " * 2_000_000, 1),
        nested(40, b"-" * 2_000_000, 1),
        nested(2, b"--b1\n\n", 500_000),
        b"Content-Type: multipart/mixed; boundary=\n\n" + b"--\n" * 1_000_000,
        b'Content-Type: multipart/mixed; boundary=""\n\n' + b"--\n" * 1_000_000,
        b"Content-Type: multipart/mixed; boundary=" + b"-" * 70 + b"\n\n" + b"-" * 3_000_000,
        b"Content-Type: " + b"a/" * 40_000 + b"; a=b" * 10_000 + b"\n\n",
        b"Content-Type: multipart/mixed; a" + b"*" * 90_000 + b"=b\n\n",
        b"Content-Transfer-Encoding: base64\n\n" + b"A=" * 2_000_000,
        b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * 4_000_000,
        b"Content-Transfer-Encoding: uuencode\n\nbegin 1 x\n" + b"M\n" * 1_000_000,
    ],
)
def test_hostile_structure_is_read_in_good_time(source: bytes) -> None:
    started = time.process_time()
    for part in parts(source).leaves:
        part.content()
        is_attachment(part)
    assert time.process_time() - started < 5


def test_lines_like_delimiters_are_looked_at_only_so_often() -> None:
    assert not parts(nested(40, b"--b1x\n", 500_000)).complete


@pytest.mark.parametrize(
    ("encoding", "octets", "content"),
    [
        (b"base64", b"Z3LDvG4=", b"gr\xc3\xbcn"),
        (b"BASE64 ", b"Z3LD\r\nvG4", b"gr\xc3\xbcn"),
        (b"base64", b"Z3!L D\0vG4=", b"gr\xc3\xbcn"),
        (b"base64", b"Z3LDA", b"gr\xc3"),
        (b"quoted-printable", b"gr=C3=BCn=\r\n!", b"gr\xc3\xbcn!"),
        (b"quoted-printable", b"1=2, =G0", b"1=2, =G0"),
        (b"uuencode", b"x\nbegin 644 a\n#0V%T\n`\nend\n", b"Cat"),
        (b"uuencode", b"#0V%T", b"#0V%T"),
        (b"7bit", b"a=3D", b"a=3D"),
        (b"x-none", b"a=3D", b"a=3D"),
    ],
)
def test_content_is_decoded_as_far_as_it_can_be(
    encoding: bytes, octets: bytes, content: bytes
) -> None:
    source = b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + octets
    assert parts(source).leaves[0].content() == content


B = b"Content-Type: multipart/mixed; boundary=b\n\n"


@pytest.mark.parametrize(
    ("source", "contents", "defects"),
    [
        (B + b"--b\n\none\n--b--\n", [b"one"], ()),
        (B + b"--b\n\none\n", [b"one\n"], ("unclosed",)),
        (B + b"--b\n\none\n--b\n", [b"one", b""], ("unclosed",)),
        (
            B + b"--b\n" + B + b"--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
            [b"one", b"two"],
            ("boundary-twice",),
        ),
        (
            B.replace(b"\n\n", b"\nContent-Transfer-Encoding: base64\n\n")
            + b"LS1iCgpvbmUKLS1iLS0=\n",
            [b"one"],
            ("multipart-encoded",),
        ),
        (
            B.replace(b"\n\n", b"\nContent-Transfer-Encoding: quoted-printable\n\n")
            + b"--b\n\none=3D\n--b--\n",
            [b"one=3D"],
            (),
        ),
        (
            b"Content-Type: multipart/mixed\n\n--x y\n\none\n--x y\n\ntwo\n--x y--\n",
            [b"one", b"two"],
            ("boundary",),
        ),
        (B + b"----=_x\n\none\n----=_x--\n", [b"one"], ("boundary",)),
        (B + b"just text\n-- \nsignature\n", [b"just text\n-- \nsignature\n"], ("boundary",)),
        (b"Content-Type: multipart/mixed\n\n", [b""], ("boundary",)),
    ],
)
def test_parts_put_together_badly_are_found_and_told(
    source: bytes, contents: list[bytes], defects: tuple[str, ...]
) -> None:
    found = parts(source)
    assert [part.content() for part in found.leaves] == contents
    assert found.defects == defects
