"""Mails of ours in many scripts, read by a program that shares no line with us (GMime)."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from mailctl.domain.addresses import Person
from mailctl.domain.drafts import Draft, DraftFile
from mailctl.mail.compose import compose
from tests.commands.outgoing import parts, read_by_another
from tests.mail.test_compose import DRAFT, SCRIPTS
from tests.soak import count


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
