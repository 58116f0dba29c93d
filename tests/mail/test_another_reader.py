"""Mails of ours in many scripts, read by a program that shares no line with us (GMime)."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from mailctl.domain.addresses import Person
from mailctl.domain.drafts import Draft, DraftFile
from mailctl.mail.compose import compose
from mailctl.mail.file_names import safe_name
from mailctl.mail.parse import read_envelope
from tests.commands.outgoing import parts, read_by_another
from tests.mail.test_compose import DRAFT, SCRIPTS
from tests.soak import count

ODD = (
    "a, b", 'a "b" c', "a\\b", "a (b) c", "a <b@c.example>", "a; b: c", "=?utf-8?q?a?=", "=?a",
    "?=", "a  b", "a   b c", "_ _", "a_b=20c", "ä ö", "ä b ö", "a ä", "ä", "ä" * 200, "a" * 200,
    "a " * 100 + "z", "ä " * 100 + "z", "😀" * 60, "\u0301a", "e\u0301", "نوشته\u200cها",
    "👩\u200d👧", "a\u00a0b", "'a'", "a@b", "[a]", "a.b", ".", "a,", "(", '"', "\\", "<>", "%41",
    "a'b''c", "undisclosed-recipients:;", "*",
)  # fmt: skip


def made_up(number: int) -> Draft:
    """Return the draft of that number, always the same."""
    chance = random.Random(number)

    def words(most: int) -> str:
        return " ".join(chance.choice(SCRIPTS) for _ in range(chance.randrange(1, most)))

    files = tuple(
        DraftFile(f"{chance.choice(SCRIPTS)}{place}.bin", "", chance.randbytes(500))
        for place in range(3)
    )
    return replace(
        DRAFT,
        date=datetime(2026, 1, 1, tzinfo=UTC),
        message_id=f"mail_{number}@corp.example",
        to=tuple(Person(f"{words(3)}, {place}", f"p{place}@x.example") for place in range(3)),
        subject=words(8),
        text="\n".join(words(9) for _ in range(5)),
        files=files,
    )


def test_another_program_reads_what_was_meant(tmp_path: Path) -> None:
    drafts = [made_up(number) for number in range(count(60, 500))]
    found = read_by_another([compose(draft).source for draft in drafts], tmp_path)
    assert len(found) == len(drafts)
    for draft, message in zip(drafts, found, strict=True):
        assert message["headers"]["Subject"] == draft.subject
        to = ", ".join(f'"{person.name}" <{person.address}>' for person in draft.to)
        assert message["headers"]["To"] == to
        text, *files = parts(message)
        assert text["content"].strip() == draft.text
        assert [each["filename"] for each in files] == [each.name for each in draft.files]
        assert [each["content-length"] for each in files] != []


def test_another_program_reads_odd_words_as_they_are(tmp_path: Path) -> None:
    drafts = [
        replace(
            DRAFT,
            message_id=f"odd_{number}@corp.example",
            to=(Person(odd, "a@x.example"), Person("", "b@x.example")),
            subject=odd,
            text=odd,
            html=f"<pre>{escape(odd)}</pre>",
            headers=(("X-Own", odd),),
            files=(DraftFile(odd, "", odd.encode()),),
        )
        for number, odd in enumerate(ODD)
    ]
    sources = [compose(draft).source for draft in drafts]
    for odd, source, message in zip(ODD, sources, read_by_another(sources, tmp_path), strict=True):
        assert message["headers"]["Subject"] == odd, odd
        name, _, others = message["headers"]["To"].rpartition(" <a@x.example>, ")
        assert others == "b@x.example", odd
        # it writes names with quotes or without, with escapes or without
        assert name.replace("\\\\", "\\") in {odd, f'"{odd}"'}, odd
        text, html, file = parts(message)
        assert text["content"] == f"{odd}\n", odd
        assert html["content"] == f"<pre>{escape(odd)}</pre>\n", odd
        assert file["filename"] == safe_name(odd, "application/octet-stream"), odd
        assert read_envelope(source).subject == odd, odd
        assert read_envelope(source).to[0].name.split() == odd.split(), odd
