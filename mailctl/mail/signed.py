"""The sender's own words, their signature below, and what they answer below that."""

import re
from html import escape

from mailctl.domain.drafts import Draft
from mailctl.mail.html import read_html

_DELIMITER = "-- "
_END = re.compile(r"</body\s*>", re.IGNORECASE)
_LONGEST_HTML = 1 << 22


def signed_text(draft: Draft) -> str:
    """Return the text of a mail: words, `-- ` and the signature (RFC 3676 section 4.3), quote."""
    own = draft.text
    if own is None:
        own = "" if draft.html is None else text_of(draft.html)
    signature = draft.signature.text or (
        text_of(draft.signature.html) if draft.signature.html else ""
    )
    parts = [own.rstrip("\n")]
    if signature.strip():
        block = f"{_DELIMITER}\n{signature.strip(chr(10))}"
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
    signature = draft.signature.html or html_of(draft.signature.text)
    added = ""
    if signature.strip() and signature.strip() not in own:
        added += f'<div class="signature"><div>{_DELIMITER}</div>\n{signature.strip()}\n</div>\n'
    quoted = draft.quoted_html or html_of(draft.quoted_text)
    added += f"{quoted}\n" if quoted else ""
    if not added:
        return own
    end = list(_END.finditer(own))
    place = end[-1].start() if end else len(own)
    return f"{own[:place].rstrip()}\n{added}{own[place:]}"


def html_of(text: str) -> str:
    """Return plain text as HTML that looks the same."""
    if not text.strip():
        return ""
    lines = (re.sub(r"  ", "&nbsp; ", escape(line, quote=False)) for line in text.splitlines())
    return "<div>" + "<br>\n".join(lines) + "</div>"


def text_of(html: str) -> str:
    """Return the words of HTML as a person sees them."""
    return read_html(html[:_LONGEST_HTML]).text
