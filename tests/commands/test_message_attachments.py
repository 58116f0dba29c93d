"""message attachments: what is listed, and what reaches the disk."""

import base64
import json
import os
import subprocess
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from mailctl.store.connection import Store
from tests.conftest import Run, Spawn
from tests.store.samples import deliver, folder

PAYLOAD = bytes(range(256))
# What a disk, a shell or another system might take for something else than a name.
NAMES = [
    *("../../etc/passwd", "..", ".", "/etc/passwd", "..\\..\\evil.exe", "C:\\evil.exe"),
    *("con", "NUL.txt", "aux", "com1.doc", "x" * 5000, "ü" * 300 + ".pdf", "a\nb", "a\r\nb"),
    *("a\0b", "\u202egpj.exe", "a\u2066b", "-rf", "~/.ssh/id", ".bashrc", " ", "", "name."),
    *("a/b/c", "a:b", "$(id)", "`id`", "a;b|c", "*?", '"quoted"', "same.txt", "same.txt"),
    *("SAME.TXT", "%2e%2e%2fx", "\u2044etc\u2044x", "résumé.pdf", "\x1b[31m.txt", "\x7f"),
]


def percented(name: str) -> bytes:
    """Spell a name as RFC 2231 has it."""
    return b"filename*=utf-8''" + "".join(f"%{octet:02X}" for octet in name.encode()).encode()


def worded(name: str) -> bytes:
    """Spell a name as RFC 2047 forbids and many do."""
    return b'filename="=?utf-8?B?' + base64.b64encode(name.encode()) + b'?="'


def bare(name: str) -> bytes:
    """Spell a name as it is, in 8 bits, as far as a line allows."""
    flat = name.replace("\r", "").replace("\n", "").replace("\0", "")
    return b'filename="' + flat.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"'


def mail_with(names: Sequence[str], spelled: Callable[[str], bytes] = percented) -> bytes:
    """Return a mail with an attachment of each name."""
    parts = [
        b"--b\r\nContent-Type: application/octet-stream\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; "
        + spelled(name)
        + b"\r\n\r\n"
        + base64.encodebytes(PAYLOAD).replace(b"\n", b"\r\n")
        for name in names
    ]
    head = b"Subject: files\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"--b\r\n\r\ntext\r\n" + b"".join(parts) + b"--b--\r\n"


def stored(home: Path, *sources: bytes) -> list[str]:
    """Store mails; return their ids."""
    store = Store(home / "mailctl.db")
    with store.writing() as tx:
        found = [
            deliver(tx, folder(tx), uid, source) for uid, source in enumerate(sources, start=1)
        ]
    store.close()
    return list(found)


def save(run: Run, *words: str) -> list[dict[str, object]]:
    ran = run("message", "attachments", "save", *words, "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    saved: list[dict[str, object]] = json.loads(ran.out)
    return saved


def test_attachments_are_listed_with_their_facts(run: Run, home: Path) -> None:
    (message,) = stored(home, mail_with(["../a.txt", "b.pdf"]))
    ran = run("message", "attachments", "list", message, "-o", "json")
    first, second = json.loads(ran.out)
    assert first == {
        "message": message,
        "number": 1,
        "name": "../a.txt",
        "safe_name": "a.txt",
        "media_type": "application/octet-stream",
        "size": 256,
        "inline": False,
        "content_id": None,
    } | {"safe_name": first["safe_name"]}
    assert (second["number"], second["safe_name"]) == (2, "b.pdf")
    assert "/" not in first["safe_name"]


@pytest.mark.parametrize("spelled", [percented, worded, bare])
def test_no_name_leads_out_of_the_directory(
    run: Run, home: Path, tmp_path: Path, spelled: Callable[[str], bytes]
) -> None:
    (message,) = stored(home, mail_with(NAMES, spelled))
    target = tmp_path / "files"
    saved = save(run, message, "--dir", str(target))
    assert len(saved) == len(NAMES) == len(list(target.iterdir()))
    for row in saved:
        path = Path(str(row["path"]))
        assert path.parent == target
        assert path.resolve().parent == target.resolve()
        assert len(os.fsencode(path.name)) <= 255
        assert path.name.isprintable()
        assert path.read_bytes() == PAYLOAD
        assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(tmp_path.iterdir()) == sorted({target, home} & set(tmp_path.iterdir()))


def test_what_is_there_is_neither_replaced_nor_followed(
    run: Run, home: Path, tmp_path: Path
) -> None:
    (message,) = stored(home, mail_with(["a.txt", "b.txt", "c.txt"]))
    target, outside = tmp_path / "files", tmp_path / "outside"
    target.mkdir()
    (target / "a.txt").write_text("mine")
    (target / "b.txt").symlink_to(outside)
    saved = save(run, message, "--dir", str(target))
    assert [Path(str(row["path"])).name for row in saved] == ["a-2.txt", "b-2.txt", "c.txt"]
    assert (target / "a.txt").read_text() == "mine"
    assert not outside.exists()


def test_saving_twice_gives_new_names(run: Run, home: Path, tmp_path: Path) -> None:
    (message,) = stored(home, mail_with(["a.txt"]))
    for name in ("a.txt", "a-2.txt", "a-3.txt"):
        assert save(run, message, "--dir", str(tmp_path / "x"))[0]["path"] == str(
            tmp_path / "x" / name
        )


def test_overwriting_replaces_a_link_and_not_what_it_leads_to(
    run: Run, home: Path, tmp_path: Path
) -> None:
    (message,) = stored(home, mail_with(["a.txt"]))
    target, outside = tmp_path / "files", tmp_path / "outside"
    target.mkdir()
    outside.write_text("mine")
    (target / "a.txt").symlink_to(outside)
    save(run, message, "--dir", str(target), "--overwrite")
    assert outside.read_text() == "mine"
    assert (target / "a.txt").read_bytes() == PAYLOAD
    assert [path.name for path in target.iterdir()] == ["a.txt"]


def test_standard_output_gets_the_bytes_of_one(run: Run, home: Path, spawn: Spawn) -> None:
    (message,) = stored(home, mail_with(["a.txt", "b.txt"]))
    words = spawn.words("message", "attachments", "save", message, "--number", "2", "--stdout")
    done = subprocess.run(words, capture_output=True, check=True)
    assert sha256(done.stdout).digest() == sha256(PAYLOAD).digest()


def test_standard_output_does_not_take_two(run: Run, home: Path) -> None:
    (message,) = stored(home, mail_with(["a.txt", "b.txt"]))
    ran = run("message", "attachments", "save", message, "--stdout")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "--number 1" in ran.err


@pytest.mark.parametrize("words", [["--number", "9"], ["--number", "9", "--stdout"]])
def test_a_number_that_is_not_there_is_not_found(run: Run, home: Path, words: list[str]) -> None:
    (message,) = stored(home, mail_with(["a.txt"]))
    ran = run("message", "attachments", "save", message, *words)
    assert (ran.code, ran.out) == (ExitCode.NOT_FOUND, "")
    assert f"mailctl message attachments list {message}" in ran.err


def test_messages_come_by_a_pipe(run: Run, home: Path, tmp_path: Path) -> None:
    stored(home, mail_with(["a.txt"]), mail_with(["b.txt"]))
    lines = run("message", "list", "-o", "ndjson").out
    target = str(tmp_path / "files")
    ran = run("message", "attachments", "save", "-", "--dir", target, "-o", "csv", typed=lines)
    assert (ran.code, len(ran.out.splitlines())) == (ExitCode.OK, 3)


@pytest.mark.parametrize("line", ["{}", '{"id": 1}', '{"id"', "{" * 100_000])
def test_a_line_that_is_no_message_is_said(run: Run, home: Path, line: str) -> None:
    stored(home, mail_with([]))
    ran = run("message", "attachments", "list", "-", typed=f"\n{line}\n")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "line 2 of standard input is no message" in ran.err


def test_a_mail_without_attachments_is_no_failure(run: Run, home: Path, tmp_path: Path) -> None:
    (message,) = stored(home, b"Subject: 1\r\n\r\n1\r\n")
    assert save(run, message, "--dir", str(tmp_path)) == []


def test_a_directory_that_cannot_be_written_is_said(run: Run, home: Path, tmp_path: Path) -> None:
    (message,) = stored(home, mail_with(["a.txt"]))
    (tmp_path / "file").write_text("")
    ran = run("message", "attachments", "save", message, "--dir", str(tmp_path / "file"))
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "cannot be written" in ran.err
