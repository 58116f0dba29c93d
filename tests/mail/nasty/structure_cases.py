"""Structures: parts, delimiters, nesting and bombs."""

import gzip

from tests.mail.nasty.table import FROM, Nasty, file, mail, parts

MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n"


def nested(levels: int) -> bytes:
    return FROM + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(levels)
    )


CASES = [
    Nasty("no last delimiter", mail(b"--b\r\n\r\nHi\r\n", header=MIXED),
          {"text": "Hi", "defects": {"unclosed"}}),
    Nasty("a part cut in its header", mail(b"--b\r\n\r\nHi\r\n--b\r\nContent-Ty", header=MIXED),
          {"text": "Hi\n\nContent-Ty", "defects": {"unclosed"}}),
    Nasty("a boundary that is nowhere", mail(b"Hi\r\n", header=MIXED),
          {"text": "Hi", "defects": {"boundary"}}),
    Nasty("no boundary at all, and parts all the same",
          mail(b"--x\r\n\r\nHi\r\n--x--\r\n", header=b"Content-Type: multipart/mixed\r\n"),
          {"text": "Hi", "defects": {"boundary"}}),
    Nasty("another boundary than is said", mail(b"--y\r\n\r\nHi\r\n--y--\r\n", header=MIXED),
          {"text": "Hi", "defects": {"boundary"}}),
    Nasty("one boundary twice, one in the other",
          mail(b"--b\r\n" + MIXED + b"\r\n--b\r\n\r\none\r\n--b--\r\n--b\r\n\r\ntwo\r\n--b--\r\n",
               header=MIXED), {"text": "one\n\ntwo", "defects": {"boundary-twice"}}),
    Nasty("a multipart in base64",
          mail(b"LS1iDQoNCkhpDQotLWItLQ0K",
               header=MIXED + b"Content-Transfer-Encoding: base64\r\n"),
          {"text": "Hi", "defects": {"multipart-encoded"}}),
    Nasty("a multipart that says it is quoted-printable",
          parts(b"\r\na=3D", more=b"\r\nContent-Transfer-Encoding: quoted-printable"),
          {"text": "a=3D"}),
    Nasty("a boundary in RFC 2231",
          mail(b"--b c\r\n\r\nHi\r\n--b c--\r\n",
               header=b"Content-Type: multipart/mixed; "
                      b"boundary*0*=us-ascii''b%20; boundary*1=c\r\n"),
          {"text": "Hi"}),
    Nasty("two media types", mail(b"--b\r\n\r\nHi\r\n--b--\r\n",
                                  header=MIXED + b"Content-Type: text/plain\r\n"), {"text": "Hi"}),
    Nasty("a part without a header", parts(b"\r\nHi"), {"text": "Hi"}),
    Nasty("a part whose header has no end", parts(b"Content-Type: text/html\r\n<p>Hi"),
          {"text": "Hi", "defects": {"header-unended"}}),
    Nasty("text before and after the parts",
          mail(b"before\r\n--b\r\n\r\nHi\r\n--b--\r\nafter\r\n", header=MIXED), {"text": "Hi"}),
    Nasty("an empty multipart", mail(b"", header=MIXED), {"text": "", "defects": {"boundary"}}),
    Nasty("2,000 nested multiparts", nested(2_000) + b"\r\nHi",
          {"text": "", "defects": {"too-deep", "unclosed"}}),
    Nasty("10,000 nested multiparts", nested(10_000) + b"\r\nHi",
          {"text": "", "defects": {"too-deep", "unclosed"}}),
    Nasty("20,000 parts", parts(*[b"\r\nx"] * 20_000),
          {"text": "x", "defects": {"too-many-parts"}}),
    Nasty("100,000 lines that look like delimiters",
          mail(b"--b\r\n\r\nHi\r\n" + b"--bx\r\n" * 120_000 + b"--b--\r\n", header=MIXED),
          {"defects": {"too-many-parts", "unclosed"}}),
    Nasty("1,000 nested messages",
          FROM + b"Content-Type: message/rfc822\r\n\r\n" * 1_000 + b"Hi",
          {"text": "", "types": ["message/rfc822"]}),
    Nasty("a forwarded message",
          parts(b"\r\nHi", b"Content-Type: message/rfc822\r\n\r\n"
                           b"Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe:_1/2?=\r\n\r\nnot the text"),
          {"text": "Hi", "names": ["Grüße: 1/2.eml"], "safe": ["Grüße_ 1_2.eml"]}),
    Nasty("a forwarded message in base64",
          parts(b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                b"U3ViamVjdDogeA0KDQpIaQ=="), {"names": ["x.eml"]}),
    Nasty("a digest", parts(b"\r\nSubject: one\r\n\r\n1", b"\r\nSubject: two\r\n\r\n2",
                            kind=b"digest"), {"text": "", "safe": ["one.eml", "two.eml"]}),
    Nasty("a piece of a mail",
          mail(b"Hi", header=b'Content-Type: message/partial; id="a"; number=2; total=3\r\n'),
          {"types": ["message/partial"], "defects": {"partial"}}),
    Nasty("a part that is elsewhere",
          parts(b"\r\nHi", b'Content-Type: message/external-body; access-type=local-file;'
                           b' name="/etc/passwd"\r\n\r\nContent-Type: text/plain\r\n\r\n'),
          {"text": "Hi", "safe": ["etc_passwd"],
           "octets": [b"Content-Type: text/plain\r\n\r\n"], "defects": {"external-body"}}),
    Nasty("a bomb in gzip is left packed",
          parts(b"\r\nHi", file(b"attachment; filename=bomb.gz", kind=b"application/gzip",
                                body=gzip.compress(bytes(1 << 22), mtime=0))),
          {"text": "Hi", "safe": ["bomb.gz"]}),
    Nasty("1,500 files", parts(*[file(b"attachment; filename=a.txt")] * 1_500),
          {"defects": {"too-many-parts"}}),
]  # fmt: skip
