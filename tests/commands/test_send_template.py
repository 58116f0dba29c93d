"""One mail a row, through Postfix into Dovecot."""

import json
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.commands.outgoing import Post, parts, post, read_by_another
from tests.conftest import Run
from tests.rig import Rig

TEMPLATE = """\
To: {{ mailbox(name, email) }}
Subject: Füße für {{ name }}
Attach: {{ file }}
X-Row: {{ name }}

Liebe/r {{ name }},
{{ text }}
"""


@pytest.fixture
def office(run: Run, at_the_rig: Rig, hosting: str) -> Post:
    return post(run, at_the_rig)


@pytest.fixture
def template(tmp_path: Path) -> str:
    (tmp_path / "template.txt").write_text(TEMPLATE)
    (tmp_path / "вложение.bin").write_bytes(bytes(range(256)))
    return str(tmp_path / "template.txt")


def rows(office: Post, tmp_path: Path) -> list[dict[str, str]]:
    file = str(tmp_path / "вложение.bin")
    return [
        {"name": "Ben, jr.", "email": office.ben.address, "file": file, "text": "你好 😀"},
        {"name": "Цы", "email": office.stranger.address, "file": file, "text": "<b>&"},
    ]


def data(tmp_path: Path, kind: str, found: list[dict[str, str]]) -> str:
    path = tmp_path / f"rows.{kind}"
    if kind == "csv":
        cells = [list(found[0]), *(list(row.values()) for row in found)]
        lines = [",".join(f'"{cell}"' for cell in row) for row in cells]
        path.write_text("\n".join(lines) + "\n")
    elif kind == "json":
        path.write_text(json.dumps(found))
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in found))
    return str(path)


@pytest.mark.parametrize("kind", ["csv", "json", "ndjson"])
def test_each_row_becomes_a_mail(office: Post, template: str, tmp_path: Path, kind: str) -> None:
    found = rows(office, tmp_path)
    ran = office.tried("send", "--template", template, "--data", data(tmp_path, kind, found))
    assert ran.code == ExitCode.OK, ran.err
    assert [each["state"] for each in json.loads(ran.out)] == ["sent", "sent"]
    for box, row in zip((office.ben, office.stranger), found, strict=True):
        directory = tmp_path / row["name"]
        directory.mkdir()
        (message,) = read_by_another(office.arrived(box), directory)
        assert message["headers"]["Subject"] == f"Füße für {row['name']}"
        text, file = parts(message)
        assert text["content"] == f"Liebe/r {row['name']},\n{row['text']}\n"
        assert file["filename"] == "вложение.bin"
    assert len(office.arrived(office.ada, folder="Sent", count=2)) == 2


def test_a_dry_run_shows_the_mails_and_sends_none(
    office: Post, template: str, tmp_path: Path
) -> None:
    words = (
        "send",
        "--template",
        template,
        "--data",
        data(tmp_path, "csv", rows(office, tmp_path)),
    )
    shown = json.loads(office.tried(*words, "--dry-run").out)
    assert [each["addresses"] for each in shown] == [
        [office.ben.address],
        [office.stranger.address],
    ]
    assert office.outbox() == []


@pytest.mark.parametrize(
    "change", [{"email": "nobody"}, {"file": "/nonexistent"}, {"name": "x\nBcc: e@x.example"}]
)
def test_one_bad_row_sends_none(
    office: Post, template: str, tmp_path: Path, change: dict[str, str]
) -> None:
    first, second = rows(office, tmp_path)
    words = ("send", "--template", template)
    ran = office.tried(*words, "--data", data(tmp_path, "json", [first, {**second, **change}]))
    assert ran.code == ExitCode.USAGE, ran
    assert "row 2" in json.loads(ran.err)["error"]["message"]
    assert office.outbox() == []


def test_a_key_makes_one_for_each_row(office: Post, template: str, tmp_path: Path) -> None:
    words = (
        "send",
        "--template",
        template,
        "--data",
        data(tmp_path, "csv", rows(office, tmp_path)),
    )
    first, second = (
        json.loads(office.tried(*words, "--idempotency-key", "june").out) for _ in range(2)
    )
    assert first == second
    assert [each["idempotency_key"] for each in first] == ["june/1", "june/2"]
    assert len(office.arrived(office.ben)) == 1


def test_rows_that_fail_are_told_and_the_others_sent(
    office: Post, template: str, tmp_path: Path
) -> None:
    first, second = rows(office, tmp_path)
    found = [{**first, "email": "nobody@corp.example"}, second]
    ran = office.tried("send", "--template", template, "--data", data(tmp_path, "csv", found))
    assert ran.code == ExitCode.PARTIAL
    assert [each["state"] for each in json.loads(ran.out)] == ["failed", "sent"]
