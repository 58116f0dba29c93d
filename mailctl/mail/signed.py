"""The sender's own words, their signature below, and what they answer below that."""

import re
from html import escape

from mailctl.domain.drafts import Draft, Signature
from mailctl.mail.html import read_html

_DELIMITER = "-- "
_END = re.compile(r"</body\s*>", re.IGNORECASE)
_BEGIN = re.compile(r"<body\b[^>]{0,2000}>", re.IGNORECASE)
_CLOSING = re.compile(r"</[A-Za-z0-9]{1,20}\s*>\Z")
_OWN_DELIMITER = re.compile(r"\A--[ \t]*(?:\n|\Z)")
_LONGEST_HTML = 1 << 22


def signed_text(draft: Draft) -> str:
    """Return the text of a mail: words, `-- ` and the signature (RFC 3676 section 4.3), quote."""
    own = draft.text
    if own is None:
        own = "" if draft.html is None else text_of(draft.html)
    signature = _plain_signature(draft.signature)
    parts = ["\n".join(own.splitlines()).rstrip("\n")]
    if signature:
        block = f"{_DELIMITER}\n{signature}"
        if not parts[0].endswith(block):
            parts.append(block)
    if draft.quoted_text:
        parts.append(draft.quoted_text.rstrip("\n"))
    return "\n\n".join(part for part in parts if part) + "\n" if any(parts) else ""


def signed_html(draft: Draft) -> str | None:
    """Return the HTML of a mail, None where it needs none."""
    if draft.html is None and not (draft.signature.html and draft.text is not None):
        return None
    own = draft.html if draft.html is not None else html_of(draft.text or "")
    end = list(_END.finditer(own))
    place = end[-1].start() if end else len(own)
    signature = _within_body(draft.signature.html).strip() or html_of(
        _plain_signature(draft.signature)
    )
    added = ""
    if signature and not _is_signed(own[:place], signature):
        added += f'<div class="signature"><div>{_DELIMITER}</div>\n{signature}\n</div>\n'
    quoted = draft.quoted_html or html_of(draft.quoted_text)
    added += f"{quoted}\n" if quoted else ""
    if not added:
        return own
    return f"{own[:place].rstrip()}\n{added}{own[place:]}"


def _plain_signature(signature: Signature) -> str:
    """Return it without the delimiter that some people write into it themselves."""
    text = signature.text if signature.text.strip() else text_of(signature.html)
    text = "\n".join(text.splitlines()).strip("\n")
    return _OWN_DELIMITER.sub("", text).strip("\n") if text.strip() else ""


def _within_body(html: str) -> str:
    """Return what a page shows: a signature kept as a page cannot stand within another one."""
    begin = _BEGIN.search(html)
    end = list(_END.finditer(html))
    return html[begin.end() if begin else 0 : end[-1].start() if end else len(html)]


def _is_signed(own: str, signature: str) -> bool:
    """Return whether the words end with the signature, and not just with the same name."""
    own, signature = _opened(own), _opened(signature)
    if not own.endswith(signature):
        return False
    before = own.removesuffix(signature).rstrip()
    return signature.startswith("<") or before.endswith(">") or not before


def _opened(html: str) -> str:
    """Return HTML without the tags that are closed at its end."""
    while True:
        html = html.rstrip()
        place = html.rfind("</")
        if place < 0 or not _CLOSING.match(html, place):
            return html
        html = html[:place]


def html_of(text: str) -> str:
    """Return plain text as HTML that looks the same."""
    if not text.strip():
        return ""
    lines = (re.sub(r"  ", "&nbsp; ", escape(line, quote=False)) for line in text.splitlines())
    return "<div>" + "<br>\n".join(lines) + "</div>"


def text_of(html: str) -> str:
    """Return the words of HTML as a person sees them."""
    return read_html(html[:_LONGEST_HTML]).text
