"""What holds of any message, however it is broken."""

import json
import re
import unicodedata
from dataclasses import asdict

from mailctl.domain.defects import Defect
from mailctl.mail.content import attachments, read_content
from mailctl.mail.parse import read_envelope
from mailctl.mail.text import searchable_words

_LINK = re.compile(r"(?i:https?://|mailto:)[^\x00-\x20\x7f-\x9f\ud800-\udfff]+")
_MARKS = {
    *("bulk", "no-reply", "list", "automatic"),
    *("delivery-report", "invitation", "disposition-notification"),
}
_PROTECTION = {"pgp-encrypted", "pgp-signed", "smime-encrypted", "smime-signed"}
_NO_NAME = {"Cc", "Cs", "Zl", "Zp"}


def look(source: bytes) -> None:
    """Read a message in every way there is, and fail on what must never come of one."""
    envelope, content, words = read_envelope(source), read_content(source), searchable_words(source)
    assert not set("\r\n\0") & set(envelope.subject)
    assert not {"\0", "\r"} & set(content.text)
    assert (content.text_from is None) == (not content.text)
    assert all(map(_LINK.fullmatch, content.links))
    assert len(set(content.links)) == len(content.links)
    assert set(content.defects) <= set(Defect)
    assert len(set(content.defects)) == len(content.defects)
    assert content.marks <= _MARKS
    assert content.protection <= _PROTECTION
    assert (content.invitation is not None) == ("invitation" in content.marks)
    _look_at_files(source, [each.safe_name for each in content.attachments])
    told = {**asdict(content), "marks": sorted(content.marks), "protection": []}
    json.dumps([told, envelope.subject, asdict(words)], ensure_ascii=False).encode()


def _look_at_files(source: bytes, names: list[str]) -> None:
    assert len({name.casefold() for name in names}) == len(names)
    for place, (attachment, octets) in enumerate(attachments(source)):
        assert attachment.number == place + 1
        assert attachment.safe_name == names[place]
        assert attachment.size_bytes == len(octets)
        assert 0 < len(attachment.safe_name.encode()) <= 255
        assert attachment.safe_name[0] not in ".-~ "
        assert not set("/\\:\0") & set(attachment.safe_name)
        assert not any(unicodedata.category(each) in _NO_NAME for each in attachment.safe_name)
