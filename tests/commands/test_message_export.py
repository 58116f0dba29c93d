"""message export: files that other programs read."""

import fcntl
import mailbox
import os
import shlex
import subprocess
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from mailctl.store.accounts import remove
from tests.commands.mail_store import deliver, listed, opened, told
from tests.conftest import Run, Spawn
from tests.store.samples import NOW, mail

CRLF = b"Subject: 1\r\nFrom: Ben <ben@example.net>\r\n\r\nFrom here\r\n>From there\r\n"


def exported(run: Run, target: Path, *options: str, format_: str = "maildir") -> dict[str, object]:
    return told(
        run("message", "export", "--format", format_, "--to", str(target), *options, "-o", "json")
    )


def files(root: Path) -> dict[str, bytes]:
    """Return every file below, by its path."""
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def counts(report: dict[str, object]) -> list[object]:
    return [report[name] for name in ("messages", "written", "known", "updated", "failed")]


def test_a_maildir_has_bytes_flags_folders_and_dates(run: Run, home: Path, tmp_path: Path) -> None:
    message = deliver(home, 1, CRLF, "\\Seen", "\\Flagged", "work")
    deliver(home, 1, mail(), path="Archive/2024")
    assert counts(exported(run, tmp_path / "x")) == [2, 2, 0, 0, 0]
    inbox = tmp_path / "x" / "ada@example.org" / "INBOX"
    (file,) = (inbox / "cur").iterdir()
    assert file.name.startswith(f"{int(NOW.timestamp())}.{message}_")
    assert file.name.endswith(f",S={len(CRLF)}:2,FSa")
    assert file.read_bytes() == CRLF
    assert file.stat().st_mtime == NOW.timestamp()
    assert file.stat().st_mode & 0o777 == 0o600
    assert (inbox / "dovecot-keywords").read_text() == "0 work\n"
    assert len(list((inbox.parent / "Archive" / "2024" / "cur").iterdir())) == 1


def test_a_second_export_adds_nothing(run: Run, home: Path, tmp_path: Path) -> None:
    deliver(home, 1, mail("1", message_id="<1@x>"), "\\Seen")
    exported(run, tmp_path / "x")
    before = files(tmp_path / "x")
    deliver(home, 2, mail("2", message_id="<2@x>"))
    assert counts(exported(run, tmp_path / "x")) == [2, 1, 1, 0, 0]
    after = files(tmp_path / "x")
    assert before.items() < after.items()
    assert len(after) == len(before) + 1


def test_flags_follow_ours(run: Run, home: Path, tmp_path: Path) -> None:
    deliver(home, 1, mail(), "\\Seen")
    exported(run, tmp_path / "x")
    (file,) = (tmp_path / "x").rglob("*:2,S")
    changed = file.parents[1] / "new" / file.name.replace(":2,S", "")
    file.rename(changed)  # as another program might have done
    assert counts(exported(run, tmp_path / "x")) == [1, 0, 0, 1, 0]
    assert [path.name for path in (tmp_path / "x").rglob("*:2,*")] == [file.name]
    assert not changed.exists()


def test_a_file_that_was_cut_is_written_again(run: Run, home: Path, tmp_path: Path) -> None:
    deliver(home, 1, mail())
    exported(run, tmp_path / "x")
    (file,) = (tmp_path / "x").rglob("*:2,")
    file.write_bytes(b"")
    (file.parents[1] / "tmp" / file.name.partition(":")[0]).write_bytes(b"half")
    assert counts(exported(run, tmp_path / "x")) == [1, 1, 0, 0, 0]
    assert list(files(tmp_path / "x").values()) == [mail()]


def test_one_account_needs_no_directory_of_its_own(run: Run, home: Path, tmp_path: Path) -> None:
    deliver(home, 1, mail(message_id="<1@x>"))
    deliver(home, 1, mail(message_id="<2@x>"), address="zoe@example.org")
    exported(run, tmp_path / "x", "--account", "zoe@example.org")
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["INBOX"]
    assert len(files(tmp_path / "x")) == 1


def test_one_folder_is_exported(run: Run, home: Path, tmp_path: Path) -> None:
    deliver(home, 1, mail())
    deliver(home, 1, mail(), path="Sent")
    exported(run, tmp_path / "x", "--folder", "Sent")
    assert [path.name for path in (tmp_path / "x" / "ada@example.org").iterdir()] == ["Sent"]


def test_no_folder_leads_out_of_the_tree(run: Run, home: Path, tmp_path: Path) -> None:
    for uid, path in enumerate(("../../x", "/etc/x", "a/../../..", "cur", "a\nb", ".", "x" * 900)):
        deliver(home, uid + 1, mail(path[:9], message_id=f"<{uid}@x>"), path=path)
    target = tmp_path / "deep" / "er" / "y"
    assert counts(exported(run, target))[:2] == [7, 7]
    assert len(files(target)) == 7
    assert [path.name for path in (tmp_path / "deep" / "er").iterdir()] == ["y"]


def test_mail_of_a_removed_account_is_kept_too(run: Run, home: Path, tmp_path: Path) -> None:
    deliver(home, 1, mail())
    with opened(home) as store, store.writing() as tx:
        remove(tx, "acc_ada@example.org")  # type: ignore[arg-type]
    exported(run, tmp_path / "x")
    ((path, source),) = files(tmp_path / "x").items()
    assert path.startswith("local/Unfiled/cur/")
    assert source == mail()


def test_files_are_called_by_their_ids(run: Run, home: Path, tmp_path: Path) -> None:
    message = deliver(home, 1, CRLF)
    assert counts(exported(run, tmp_path / "x", format_="eml")) == [1, 1, 0, 0, 0]
    assert counts(exported(run, tmp_path / "x", format_="eml")) == [1, 0, 1, 0, 0]
    assert files(tmp_path / "x") == {f"{message}.eml": CRLF}


def test_an_mbox_is_read_by_others(run: Run, home: Path, tmp_path: Path) -> None:
    deliver(home, 1, CRLF)
    deliver(home, 2, mail("2"))
    exported(run, tmp_path / "x.mbox", format_="mbox")
    read = mailbox.mbox(tmp_path / "x.mbox", create=False)
    assert sorted(str(each["subject"]) for each in read) == ["1", "2"]
    read.close()
    assert (tmp_path / "x.mbox").stat().st_mode & 0o777 == 0o600
    assert b"\n>From here\r\n>>From there\r\n" in (tmp_path / "x.mbox").read_bytes()


def test_an_mbox_that_is_there_stays_unless_that_is_said(
    run: Run, home: Path, tmp_path: Path
) -> None:
    deliver(home, 1, mail())
    (tmp_path / "x.mbox").write_text("mine")
    ran = run("message", "export", "--to", str(tmp_path / "x.mbox"))
    assert (ran.code, ran.out) == (ExitCode.CONFLICT, "")
    assert (tmp_path / "x.mbox").read_text() == "mine"
    exported(run, tmp_path / "x.mbox", "--overwrite", format_="mbox")
    assert (tmp_path / "x.mbox").read_bytes().startswith(b"From ben@example.net ")
    assert not list(tmp_path.glob(".*"))


def test_standard_output_gets_one_as_it_is(run: Run, home: Path, spawn: Spawn) -> None:
    message = deliver(home, 1, CRLF)
    words = spawn.words("message", "export", message, "--format", "eml", "-q")
    done = subprocess.run(words, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (CRLF, b"")


def test_standard_output_does_not_take_two_files(run: Run, home: Path) -> None:
    for uid in (1, 2):
        deliver(home, uid, mail(message_id=f"<{uid}@x>"))
    ran = run("message", "export", "--format", "eml")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "--format mbox" in ran.err


def test_messages_are_named_by_a_pipe(run: Run, home: Path, tmp_path: Path) -> None:
    wanted = deliver(home, 1, mail(message_id="<1@x>"))
    deliver(home, 2, mail(message_id="<2@x>"))
    target = str(tmp_path / "x")
    ran = run("message", "export", "-", "--format", "eml", "--to", target, typed=f"{wanted}\n")
    assert ran.code == ExitCode.OK, ran.err
    assert list(files(tmp_path / "x")) == [f"{wanted}.eml"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "maildir"], "maildir needs a place"),
        (["msg_1234", "--folder", "INBOX"], "messages are named"),
        (["--to", ""], "there is no place called ''"),
    ],
)
def test_wrong_usage_is_said(run: Run, home: Path, words: list[str], said: str) -> None:
    ran = run("message", "export", *words)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert said in ran.err


@pytest.mark.parametrize(
    "words", [["msg_000000000000"], ["--account", "eve@x.example"]], ids=["message", "account"]
)
def test_what_is_not_there_is_not_found(run: Run, tmp_path: Path, words: list[str]) -> None:
    ran = run("message", "export", *words, "--to", str(tmp_path / "x.mbox"))
    assert (ran.code, ran.out) == (ExitCode.NOT_FOUND, "")
    assert not (tmp_path / "x.mbox").exists()


@pytest.mark.parametrize("format_", ["eml", "maildir", "mbox"])
def test_a_place_that_cannot_be_written_is_said(
    run: Run, home: Path, tmp_path: Path, format_: str
) -> None:
    deliver(home, 1, mail())
    (tmp_path / "file").write_text("")
    ran = run("message", "export", "--format", format_, "--to", str(tmp_path / "file" / "x"))
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "cannot be written" in ran.err


def test_a_file_in_the_place_of_a_folder_is_said(run: Run, home: Path, tmp_path: Path) -> None:
    deliver(home, 1, mail())
    (tmp_path / "x" / "ada@example.org").mkdir(parents=True)
    (tmp_path / "x" / "ada@example.org" / "INBOX").write_text("mine")
    ran = run("message", "export", "--format", "maildir", "--to", str(tmp_path / "x"))
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "cannot be written" in ran.err


@pytest.mark.parametrize("format_", ["eml", "maildir"])
def test_two_exports_do_not_meet(run: Run, home: Path, tmp_path: Path, format_: str) -> None:
    deliver(home, 1, mail())
    (tmp_path / "x").mkdir()
    held = os.open(tmp_path / "x", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    ran = run("message", "export", "--format", format_, "--to", str(tmp_path / "x"))
    os.close(held)
    assert (ran.code, ran.out) == (ExitCode.LOCKED, "")
    assert list((tmp_path / "x").iterdir()) == []


def test_a_source_that_is_damaged_stops_no_other(run: Run, home: Path, tmp_path: Path) -> None:
    for uid in (1, 2):
        deliver(home, uid, mail(message_id=f"<{uid}@x>"))
    with opened(home) as store, store.writing() as tx:
        tx.execute("UPDATE source SET packed = x'00' WHERE id = 1")
    target = str(tmp_path / "x")
    ran = run("message", "export", "--format", "eml", "--to", target, "-o", "json")
    assert counts(told(ran, code=ExitCode.PARTIAL)) == [1, 1, 0, 0, 1]


def test_a_reader_that_goes_away_is_no_failure(home: Path, spawn: Spawn) -> None:
    deliver(home, 1, b"Subject: 1\r\n\r\n" + b"x" * 9_000_000)
    command = shlex.join(spawn.words("message", "export"))
    piped = f"{command} | head -c 5; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", piped], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.BROKEN_PIPE, b"From ", b"")


def test_nothing_is_an_empty_export(run: Run, tmp_path: Path) -> None:
    assert counts(exported(run, tmp_path / "x")) == [0, 0, 0, 0, 0]
    assert listed(run) == []
