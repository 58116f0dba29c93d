"""Bodies of messages: texts in their charsets, HTML, attachments, and what holds them together."""

import base64
import binascii
import random
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.vocabulary import Language

_CELL = (
    "padding:12px 24px 12px 24px;font-family:Helvetica,Arial,sans-serif;font-size:14px;"
    "line-height:20px;color:#333333"
)
_HEAD = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}" />
<style type="text/css">
body {{ margin: 0; padding: 0; background-color: #f4f4f4; }}
a {{ color: #1a73e8; text-decoration: none; }}
@media only screen and (max-width: 600px) {{ .inner {{ width: 100% !important; }} }}
</style>
</head>
<body style="margin:0;padding:0">
<table width="100%" border="0" cellspacing="0" cellpadding="0"><tr><td align="center">
<table class="inner" width="600" border="0" cellspacing="0" cellpadding="0"><tbody>
"""
_FOOT = "</tbody></table>\n</td></tr></table>\n</body></html>\n"
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@dataclass(frozen=True)
class Part:
    """Header lines that belong to a body, and the body; all lines end in CRLF."""

    headers: str
    body: bytes

    def __bytes__(self) -> bytes:
        return self.headers.encode() + b"\r\n" + self.body


def text(rng: random.Random, content: str, charset: str, *, kind: str = "plain") -> Part:
    """Return a text part in a transfer encoding that suits the charset."""
    wire = content.replace("\n", "\r\n").encode(charset, "replace")
    encoding, body = _transferred(rng, wire, charset)
    headers = (
        f"Content-Type: text/{kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n"
    )
    return Part(headers, body)


def _transferred(rng: random.Random, wire: bytes, charset: str) -> tuple[str, bytes]:
    if charset in {"us-ascii", "iso-2022-jp"}:
        return "7bit", wire
    chance = rng.random()
    if charset in {"utf-8", "iso-8859-1"} and wire.isascii():
        encoding = "7bit" if chance < 0.6 else "quoted-printable"
    elif charset == "iso-8859-1":
        encoding = "8bit" if chance < 0.3 else "quoted-printable"
    else:
        encoding = "8bit" if chance < 0.35 else "base64" if chance < 0.8 else "quoted-printable"
    if encoding == "quoted-printable":
        return encoding, binascii.b2a_qp(wire)
    return encoding, _base64(wire) if encoding == "base64" else wire


def _base64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def html(rng: random.Random, language: Language, paragraphs: Sequence[str], charset: str) -> str:
    """Return a page like those of newsletters: tables in tables, every cell with its style."""
    rows = []
    for paragraph in paragraphs:
        link = f"https://click.news.example/c/{rng.getrandbits(128):032x}"
        cell = "<br />\n".join(language.lines(paragraph))
        rows.append(f'<tr><td style="{_CELL}">{cell}\n')
        if rng.random() < 0.4:
            words = language.phrase(rng, 3)
            rows.append(
                f'<table border="0" cellpadding="0"><tr><td bgcolor="#1a73e8">\n'
                f'<a href="{link}"\n style="color:#ffffff">{words}</a></td></tr></table>\n'
            )
        rows.append("</td></tr>\n")
    return _HEAD.format(charset=charset) + "".join(rows) + _FOOT


def multipart(rng: random.Random, kind: str, parts: Sequence[Part]) -> Part:
    """Return the parts as one, behind a boundary that none of them has."""
    boundary = f"----=_Part_{rng.getrandbits(64):016x}"
    opening = f"--{boundary}\r\n".encode()
    body = b"".join(opening + bytes(part) + b"\r\n" for part in parts)
    headers = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n'
    return Part(headers, body + f"--{boundary}--\r\n".encode())


def document(rng: random.Random, size: int) -> Part:
    """Return something like a PDF: a skeleton of text around streams that are compressed."""
    objects = [b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"]
    number = 1
    while size > 0:
        stream = rng.randbytes(min(size, 9000))
        head = f"{number} 0 obj\n<< /Filter /FlateDecode /Length {len(stream)} >>\nstream\n"
        objects.append(head.encode() + stream + b"\nendstream\nendobj\n")
        size -= len(stream) + 60
        number += 1
    name = f"document-{rng.randint(1, 99999)}.pdf"
    return _attached("application/pdf", name, b"".join(objects), "attachment")


def image(rng: random.Random, size: int, cid: str) -> Part:
    """Return something like a small picture that the HTML shows."""
    part = _attached("image/png", f"{cid}.png", _PNG + rng.randbytes(size), "inline")
    return Part(f"{part.headers}Content-ID: <{cid}>\r\n", part.body)


def _attached(kind: str, name: str, content: bytes, disposition: str) -> Part:
    headers = (
        f'Content-Type: {kind};\r\n name="{name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: {disposition};\r\n filename="{name}"\r\n'
    )
    return Part(headers, _base64(content))


def encoded_word(content: str, charset: str) -> str:
    """Return a header's text by RFC 2047, in words that are short enough."""
    if content.isascii():
        return content
    step = 12 if charset in {"utf-8", "gb18030"} else 16
    words = []
    for begin in range(0, len(content), step):
        piece = content[begin : begin + step].encode(charset, "replace")
        words.append(f"=?{charset}?B?{base64.b64encode(piece).decode()}?=")
    return "\r\n ".join(words)
