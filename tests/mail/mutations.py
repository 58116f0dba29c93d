"""Messages made up: nasty ones changed, cut and spliced, and new ones from the grammar of mail."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.mail.nasty import file_cases, header_cases, kind_cases, structure_cases, text_cases

_SIZE_MAX = 6_000
SEEDS = [
    case.source
    for cases in (header_cases, text_cases, structure_cases, file_cases, kind_cases)
    for case in cases.CASES
    if len(case.source) <= _SIZE_MAX
]
_TOKENS = [
    *(b"\r\n", b"\n", b"\r", b"\0", b"\r\n\r\n", b" ", b"\t", b";", b":", b"=", b'"', b"\\", b"<"),
    *(b"--=_b\r\n", b"--=_b--\r\n", b"--b\r\n", b"--", b"boundary=b", b"boundary*0*=''%", b"=?="),
    *(b"=?utf-8?Q?", b"=?gb2312?B?", b"?=", b"=C3", b"%C3", b"''", b"name*1=", b"filename="),
    *(b"Content-Type: text/html\r\n", b"Content-Type: message/rfc822\r\n\r\n", b"charset=utf-7"),
    *(b"Content-Type: multipart/alternative; boundary=b\r\n\r\n", b"charset=iso-2022-jp"),
    *(b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: x-uue\r\n"),
    *(b"Content-Type: text/calendar\r\n\r\n", b"BEGIN:VEVENT\r\n", b"DTSTART:", b"DURATION:P9W"),
    *(b"Content-Type: message/delivery-status\r\n\r\n", b"Final-Recipient: rfc822;"),
    *(b"begin 644 a\n", b"end\n", b"#0V%T\n"),
    *(b"<table><tr><td>", b"<td>", b"</tr>", b"<blockquote>", b"<p hidden>", b"<!--", b"<a href='"),
    *(b"<li>", b"<pre>", b"<br>", b"style='display:none'>", b"&#", b"&nbsp;", b"</", b"<script>"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xff", b"\xc3", b"\x1b$B", b"\x1b(B", b"\xe2\x80\xae"),
    *(b"\x78\x9f\x3e\x22", b"\x02\x02\x90", b"\xff\xff\xff\xff", b"From ", b"../"),
]  # fmt: skip
_PLACES = st.integers(0, 1 << 16)


@dataclass(frozen=True)
class Change:
    """One change of a message; places count round it."""

    kind: str
    place: int
    other: int
    token: bytes

    def applied(self, source: bytes, donor: bytes) -> bytes:
        """Return the source changed, with the donor's help."""
        place = self.place % (len(source) + 1)
        length = self.other % 60
        match self.kind:
            case "flip" if place < len(source):
                flipped = source[place] ^ (1 << self.other % 8)
                return source[:place] + bytes([flipped]) + source[place + 1 :]
            case "cut":
                return source[:place]
            case "remove":
                return source[:place] + source[place + length :]
            case "double":
                piece = source[place : place + length]
                return source[:place] + piece * (self.other % 7) + source[place:]
            case "splice":
                start = self.other % (len(donor) + 1)
                return source[:place] + donor[start : start + 600] + source[place:]
            case "join":
                return source[:place] + donor[self.other % (len(donor) + 1) :]
            case _:
                return source[:place] + self.token + source[place:]


_CHANGES = st.builds(
    Change,
    st.sampled_from(["flip", "cut", "remove", "double", "splice", "join", "put", "put", "put"]),
    *(_PLACES, _PLACES),
    st.sampled_from(_TOKENS),
)


def _changed(source: bytes, donor: bytes, changes: list[Change]) -> bytes:
    for change in changes:
        source = change.applied(source, donor)[: 4 * _SIZE_MAX]
    return source


_FIELDS = st.sampled_from(
    [
        *(
            b"Subject: ",
            b"From: ",
            b"To: ",
            b"Content-Type: ",
            b"Content-Disposition: attachment; ",
        ),
        *(b"Content-Transfer-Encoding: ", b"Content-ID: ", b"Date: ", b"X-Failed-Recipients: "),
    ]
)
_VALUES = st.sampled_from(
    [
        *(b"multipart/mixed; boundary=b", b'multipart/related; boundary="b"', b"text/html"),
        *(b"multipart/digest; boundary=c", b"text/plain; charset=koi8-r; format=flowed"),
        *(b"application/ms-tnef", b"message/rfc822", b"base64", b"quoted-printable", b"x-uuencode"),
        *(b"=?utf-8?B?Z3LD?= =?utf-8?Q?=BCn?=", b"a <b@c>, d@e", b"filename*0*=utf-8''%C3%BC; a"),
        *(b'filename="con"; name=x', b"name*=''%00%0a..%2f", b"application/pkcs7-mime; a=b"),
    ]
)
_LINES = st.sampled_from(_TOKENS) | st.binary(max_size=12)
_MADE = st.lists(
    st.tuples(
        st.lists(st.tuples(_FIELDS, _VALUES).map(b"".join), max_size=4).map(b"\r\n".join),
        st.sampled_from([b"\r\n\r\n", b"\n\n", b"\r\n", b"\r\r", b""]),
        st.lists(_LINES, max_size=6).map(b"".join),
        st.sampled_from([b"\r\n--b\r\n", b"\n--b\n", b"\r\n--b--\r\n", b"\r\n--c\r\n", b""]),
    ).map(b"".join),
    max_size=5,
).map(b"".join)  # fmt: skip
_OF_SEEDS = st.builds(
    _changed,
    st.sampled_from(SEEDS),
    st.sampled_from(SEEDS),
    st.lists(_CHANGES, min_size=1, max_size=5),
)
SOURCES = st.one_of(_OF_SEEDS, _OF_SEEDS, _OF_SEEDS, _MADE)
