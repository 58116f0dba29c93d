"""message import: mail from files, byte for byte, once."""

import io
import json
import mailbox
import os
import random
import re
import shlex
import subprocess
import tracemalloc
from pathlib import Path

import pytest

from mailctl.core.mail_files.finding import mail_files
from mailctl.domain.syncing import Uid, Vanished
from mailctl.errors import ExitCode
from mailctl.store import copies
from tests.commands.boxes import connected, fill
from tests.commands.mail_store import deliver, listed, opened, told
from tests.conftest import Run
from tests.contracts.customs import ODD_SOURCES
from tests.rig import Rig, Stored
from tests.rig.processes import require
from tests.store.samples import NOW, NUMBERING, folder, mail


def imported(run: Run, *words: str, code: int = ExitCode.OK) -> dict[str, object]:
    return told(run("message", "import", *words, "-o", "json"), code=code)


def counts(report: dict[str, object]) -> list[object]:
    return [report[name] for name in ("imported", "known", "failed")]


def facts(run: Run) -> list[tuple[object, ...]]:
    """Return what must survive a way through files."""
    names = ("id", "date", "from", "to", "subject", "flags", "folders", "size", "attachments")
    return sorted(tuple(map(str, (each[name] for name in names))) for each in listed(run))


def digests(home: Path) -> list[bytes]:
    found = subprocess.run(
        ["sqlite3", home / "mailctl.db", "SELECT hex(digest) FROM source ORDER BY 1"],
        capture_output=True,
        check=True,
    )
    return found.stdout.split()


def file(path: Path, content: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return str(path)


@pytest.mark.usefixtures("hosting")
def test_an_exported_mailbox_is_the_same_in_an_empty_store(
    run: Run, rig: Rig, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = connected(run, rig)
    flags: list[tuple[str, ...]] = [(), ("\\Seen",), ("\\Flagged", "\\Answered"), ("$Forwarded",)]
    odd = [Stored(source, flags[n % 4]) for n, source in enumerate(ODD_SOURCES.values()) if source]
    rig.dovecot.append_many(box.address, box.password, "INBOX", odd)
    rig.dovecot.append_many(
        box.address,
        box.password,
        "Archive/2024",
        [Stored(mail(str(n), message_id=f"<{n}@x>"), ("\\Seen", f"tag{n}")) for n in range(9)],
    )
    fill(rig, box, range(3), folder="Entw&APw-rfe")
    assert run("sync", "run").code == ExitCode.OK
    theirs, their_digests = facts(run), digests(home)
    assert len(theirs) >= 20
    run("message", "export", "--format", "maildir", "--to", str(tmp_path / "backup"))

    monkeypatch.setenv("MAILCTL_HOME", str(tmp_path / "other"))
    report = imported(run, str(tmp_path / "backup"))
    assert counts(report) == [len(theirs), 0, 0]
    assert facts(run) == theirs
    assert digests(tmp_path / "other") == their_digests
    assert {each["account"] for each in listed(run)} == {f"local/{box.address}"}
    assert counts(imported(run, str(tmp_path / "backup"))) == [0, len(theirs), 0]
    assert facts(run) == theirs


def test_notmuch_and_mutt_read_an_exported_maildir(run: Run, home: Path, tmp_path: Path) -> None:
    require("/usr/bin/notmuch", "/usr/bin/mutt")
    for uid in range(1, 8):
        flags = ["\\Seen"] if uid % 2 else ["\\Flagged"]
        deliver(home, uid, mail(f"mail {uid}", message_id=f"<{uid}@x>"), *flags)
    deliver(home, 1, mail("old", message_id="<old@x>"), path="Archive/2024")
    run("message", "export", "--format", "maildir", "--to", str(tmp_path / "backup"))

    config = tmp_path / "notmuch-config"
    config.write_text(f"[database]\npath={tmp_path / 'backup'}\n[new]\ntags=new\n")
    environment = {**os.environ, "NOTMUCH_CONFIG": str(config)}

    def notmuch(*words: str) -> str:
        done = subprocess.run(
            ["notmuch", *words], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    notmuch("new", "--quiet")
    assert [notmuch("count", query) for query in ("*", "tag:unread", "tag:flagged")] == [
        *("8", "4", "3")
    ]
    assert notmuch("count", "folder:ada@example.org/Archive/2024") == "1"

    assert screen_of_mutt(tmp_path / "backup" / "ada@example.org" / "INBOX") == {
        str(uid): " " if uid % 2 else "!" for uid in range(1, 8)
    }


def screen_of_mutt(folder: Path) -> dict[str, str]:
    """Return the mails that mutt lists, with the mark that it gives flagged ones."""
    settings = folder.parent / "muttrc"
    settings.write_text(f'set quit=yes\nset folder="{folder.parent}"\npush "<exit>"\n')
    mutt = ["mutt", "-n", "-F", str(settings), "-R", "-f", str(folder)]
    done = subprocess.run(
        ["script", "-qec", shlex.join(mutt), "/dev/null"],
        env={**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=30,
    )
    found = re.findall(rb"([ !]) Jan 02 Ben.*?mail (\d)", done.stdout)
    return {number.decode(): mark.decode() for mark, number in found}


def test_a_single_mail_goes_where_nobody_else_is(run: Run, tmp_path: Path) -> None:
    assert counts(imported(run, file(tmp_path / "a.eml", mail()))) == [1, 0, 0]
    (message,) = listed(run)
    assert (message["account"], message["folders"], message["flags"]) == ("local", ["Imported"], [])
    assert json.loads(run("account", "list", "-o", "json").out) == []
    assert len(listed(run, "--account", "local")) == 1
    found = run("message", "search", "text", "-o", "json")
    assert [each["id"] for each in json.loads(found.out)] == [message["id"]]


def test_mail_of_no_server_can_be_let_go_again(run: Run, tmp_path: Path) -> None:
    imported(run, file(tmp_path / "a.eml", mail()))
    assert run("sync", "run", "local").code == ExitCode.USAGE
    assert run("sync", "run").code == ExitCode.OK
    for words in (("account", "test"), ("account", "reauth"), ("sync", "verify")):
        ran = run(*words, "local", "--no-input")
        assert (ran.code, "imported mail" in ran.err) == (ExitCode.USAGE, True), words
    (state,) = json.loads(run("sync", "status", "local", "-o", "json").out)
    assert state["folders"] == []
    assert run("account", "show", "local").code == ExitCode.OK
    ran = run("account", "remove", "local", "--purge-mail", "--yes")
    assert ran.code == ExitCode.OK, ran.err
    assert listed(run) == []


def test_standard_input_is_a_mail_or_an_mbox(run: Run) -> None:
    assert counts(told(run("message", "import", "-", "-o", "json", typed=mail()))) == [1, 0, 0]
    box = b"From a@x Fri Jan  2 03:04:05 2026\n" + mail("2", message_id="<2@x>")
    ran = run("message", "import", "-", "--folder", "list", "-o", "json", typed=box)
    assert counts(told(ran)) == [1, 0, 0]
    assert sorted(str(each["folders"]) for each in listed(run)) == ["['Imported']", "['list']"]


def test_an_mbox_keeps_order_dates_and_flags(run: Run, tmp_path: Path) -> None:
    content = b"".join(
        b"From a@x Fri Jan  2 03:04:%02d 2026\nStatus: RO\nX-Status: %s\nSubject: %d\n\n%d\n\n"
        % (n, letters, n, n)
        for n, letters in enumerate([b"", b"A", b"FD"], start=1)
    )
    assert counts(imported(run, file(tmp_path / "Sent.mbox", content))) == [3, 0, 0]
    assert [(each["date"], each["flags"], each["folders"]) for each in listed(run)] == [
        ("2026-01-02T03:04:03Z", ["\\Deleted", "\\Flagged", "\\Seen"], ["Sent"]),
        ("2026-01-02T03:04:02Z", ["\\Answered", "\\Seen"], ["Sent"]),
        ("2026-01-02T03:04:01Z", ["\\Seen"], ["Sent"]),
    ]


def test_a_maildir_of_others_is_read_with_its_folders(run: Run, tmp_path: Path) -> None:
    root = mailbox.Maildir(tmp_path / "Maildir")
    for name, flags in (("", "S"), ("Sent", "RS"), ("Archive.2024", "F")):
        message = mailbox.MaildirMessage(mail(name, message_id=f"<{name}@x>"))
        message.set_flags(flags)
        message.set_subdir("cur")
        (root.add_folder(name) if name else root).add(message)
    (tmp_path / "Maildir" / "dovecot.index.log").write_bytes(b"\0")
    assert counts(imported(run, str(tmp_path / "Maildir"))) == [3, 0, 0]
    assert sorted((each["folders"], each["flags"]) for each in listed(run)) == [
        (["Archive/2024"], ["\\Flagged"]),
        (["INBOX"], ["\\Seen"]),
        (["Sent"], ["\\Answered", "\\Seen"]),
    ]


def test_directories_may_hold_all_of_it(run: Run, tmp_path: Path) -> None:
    root = tmp_path / "all"
    file(root / "one.eml", mail(message_id="<1@x>"))
    file(root / "Work" / "two.eml", mail(message_id="<2@x>"))
    file(root / "Work" / "Sent", b"From a@x Fri Jan  2 03:04:05 2026\n" + mail(message_id="<3@x>"))
    file(root / "Box" / "cur" / "1:2,S", mail(message_id="<4@x>"))
    file(root / "Box" / "new" / "2", mail(message_id="<5@x>"))
    file(root / "Box" / "tmp" / "3", mail(message_id="<6@x>"))
    file(root / ".hidden", b"\0")
    assert counts(imported(run, str(root))) == [5, 0, 0]
    assert sorted(str(each["folders"]) for each in listed(run)) == [
        *("['Box']", "['Box']", "['Imported']", "['Work']", "['Work/Sent']")
    ]


def test_what_a_server_has_stays_as_it_is(run: Run, home: Path, tmp_path: Path) -> None:
    deliver(home, 1, mail(), "\\Seen")
    before = listed(run)
    again = file(tmp_path / "a.eml", b"Received: elsewhere\r\n" + mail())
    assert counts(imported(run, again)) == [0, 1, 0]
    assert listed(run) == before


def test_what_vanished_from_a_server_is_listed_again(run: Run, home: Path, tmp_path: Path) -> None:
    deliver(home, 1, mail())
    with opened(home) as store, store.writing() as tx:
        vanished = [Vanished(Uid(1), "expunged")]
        copies.mark_gone(tx, folder(tx).id, NUMBERING, vanished, at=NOW)
    assert listed(run) == []
    assert counts(imported(run, file(tmp_path / "a.eml", mail()))) == [0, 1, 0]
    assert [each["account"] for each in listed(run)] == ["local"]


def test_an_account_takes_mail_into_its_folders(run: Run, home: Path, tmp_path: Path) -> None:
    deliver(home, 1, mail())
    new = file(tmp_path / "a.eml", mail("new", message_id="<2@x>"))
    words = ("--account", "ada@example.org", "--folder", "INBOX")
    assert counts(imported(run, new, *words)) == [1, 0, 0]
    assert counts(imported(run, new, *words)) == [0, 1, 0]
    assert len(listed(run, *words)) == 2
    (message,) = [each for each in listed(run) if each["subject"] == "new"]
    copies = json.loads(run("message", "show", str(message["id"]), "-o", "json").out)["copies"]
    assert [(copy["account"], copy["folder"], copy["role"]) for copy in copies] == [
        ("ada@example.org", "INBOX", "to")
    ]


@pytest.mark.usefixtures("hosting")
def test_a_sync_leaves_what_was_imported_and_takes_over_what_it_finds(
    run: Run, rig: Rig, tmp_path: Path
) -> None:
    box = connected(run, rig)
    fill(rig, box, range(3))
    with rig.dovecot.login(box.address, box.password) as imap:
        imap.select("INBOX", readonly=True)
        held = imap.uid("FETCH", "1", "(BODY.PEEK[])")[1][0][1]
    at_server = file(tmp_path / "a.eml", held)
    ours = file(tmp_path / "b.eml", mail("ours"))
    words = ("--account", box.address, "--folder")
    assert counts(imported(run, at_server, ours, *words, "INBOX")) == [2, 0, 0]
    assert counts(imported(run, ours, *words, "Only here")) == [0, 1, 0]
    for _ in range(2):
        assert run("sync", "run").code == ExitCode.OK
        assert run("sync", "verify", "--all").code == ExitCode.OK
        assert len(listed(run, *words, "INBOX")) == 4
        assert len(listed(run, *words, "Only here")) == 1
    with rig.dovecot.login(box.address, box.password) as imap:
        imap.select("INBOX")
        imap.uid("STORE", "1", "+FLAGS", "(\\Deleted)")
        imap.expunge()
    assert run("sync", "run").code == ExitCode.OK
    assert len(listed(run, *words, "INBOX")) == 3


def test_what_is_no_mail_is_told_and_stops_nothing(run: Run, tmp_path: Path) -> None:
    root = tmp_path / "all"
    good = file(root / "a.eml", mail())
    file(root / "noise.bin", random.Random(1).randbytes(5000))
    file(root / "TODO.txt", b"buy: milk\r\n\r\nSubject: no\r\n")
    file(root / "empty.eml", b"")
    file(root / "box" / "cur" / "1:2,", b"")
    (root / "link.eml").symlink_to(good)
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "pipe")
    os.mkfifo(root / "box" / "cur" / "2:2,")
    (root / "box" / "cur" / "3:2,").symlink_to(good)
    report = imported(run, str(root), code=ExitCode.PARTIAL)
    assert counts(report) == [1, 0, 9]
    assert report["skipped"] == {"no-mail": 4, "no-file": 5}
    errors = report["errors"]
    assert isinstance(errors, list)
    assert len(errors) == 9
    assert {"path": str(root / "pipe"), "reason": "no-file", "error": "no regular file"} in errors


@pytest.mark.parametrize("mtime", [-(10**11), 10**12])
def test_a_file_from_another_time_is_read_all_the_same(
    run: Run, tmp_path: Path, mtime: int
) -> None:
    odd = file(tmp_path / "box" / "cur" / "1:2,", b"Subject: 1\n\n1\n")
    os.utime(odd, (mtime, mtime))
    assert counts(imported(run, str(tmp_path / "box"))) == [1, 0, 0]
    target = str(tmp_path / "again")
    assert run("message", "export", "--format", "maildir", "--to", target).code == ExitCode.OK


def test_folders_of_thunderbird_have_their_names(run: Run, tmp_path: Path) -> None:
    box = b"From - Fri Jan  2 03:04:05 2026\nX-Mozilla-Status: 0005\n" + mail()
    file(tmp_path / "all" / "Archives.sbd" / "2024", box)
    imported(run, str(tmp_path / "all"))
    (found,) = listed(run)
    assert (found["folders"], found["flags"]) == (["Archives/2024"], ["\\Flagged", "\\Seen"])


def test_directories_without_end_are_left(run: Run, tmp_path: Path) -> None:
    file(tmp_path.joinpath("all", *["d"] * 99) / "a.eml", mail(message_id="<1@x>"))
    file(tmp_path.joinpath("all", *["d"] * 900) / "b.eml", mail(message_id="<2@x>"))
    report = imported(run, str(tmp_path / "all"), code=ExitCode.PARTIAL)
    assert (counts(report), report["skipped"]) == ([1, 0, 1], {"too-deep": 1})


def test_a_name_that_is_no_text_is_told_as_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    Path(os.fsdecode(bytes(tmp_path / "all") + b"/\xff\x1b[31m.bin")).write_bytes(b"x")
    report = imported(run, str(tmp_path / "all"), code=ExitCode.PARTIAL)
    assert "\ufffd" in str(report["errors"])
    assert "\x1b" not in run("message", "import", str(tmp_path / "all")).out


@pytest.mark.parametrize("path", ["", "nowhere"])
def test_a_path_that_is_not_there_is_said_before_anything(
    run: Run, tmp_path: Path, path: str
) -> None:
    ran = run("message", "import", file(tmp_path / "a.eml", mail()), path)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "there is no" in ran.err
    assert listed(run) == []


def test_what_a_person_says_it_is_decides(run: Run, tmp_path: Path) -> None:
    odd = file(tmp_path / "odd", b"no header at all\n")
    assert counts(imported(run, odd, code=ExitCode.PARTIAL)) == [0, 0, 1]
    assert counts(imported(run, odd, "--format", "mbox", code=ExitCode.PARTIAL)) == [0, 0, 1]
    assert counts(imported(run, odd, "--format", "eml")) == [1, 0, 0]


def test_an_unknown_account_is_not_found(run: Run, tmp_path: Path) -> None:
    ran = run("message", "import", file(tmp_path / "a", mail()), "--account", "eve@x.example")
    assert ran.code == ExitCode.NOT_FOUND


def test_an_mbox_of_odd_mails_comes_back(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for uid, source in enumerate(filter(None, ODD_SOURCES.values()), start=1):
        deliver(home, uid, source if source.endswith(b"\n") else source + b"\n")
    theirs = digests(home)
    ids = sorted(str(each["id"]) for each in listed(run))
    run("message", "export", "--to", str(tmp_path / "x.mbox"))
    monkeypatch.setenv("MAILCTL_HOME", str(tmp_path / "other"))
    imported(run, str(tmp_path / "x.mbox"))
    assert sorted(str(each["id"]) for each in listed(run)) == ids
    assert digests(tmp_path / "other") == theirs


class Mbox(io.RawIOBase):
    """An mbox of 16 MB that nobody holds."""

    def __init__(self) -> None:
        self._left = 16

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._left:
            return 0
        self._left -= 1
        mail_of_512 = b"From a@x Fri Jan  2 03:04:05 2026\nSubject: 1\n\n" + b"x" * 464 + b"\n\n"
        buffer[:] = mail_of_512 * (len(buffer) // 512)
        return len(buffer)


def test_an_mbox_of_any_size_is_read_in_little_memory() -> None:
    stream = io.BufferedReader(Mbox(), 1 << 20)
    tracemalloc.start()
    found = sum(1 for _ in mail_files(["-"], stream, None))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == 16 << 20 >> 9
    assert peak < 4 << 20


def test_a_stream_that_comes_drop_by_drop_is_known_for_what_it_is() -> None:
    reader, writer = os.pipe()
    if not os.fork():
        for octet in b"From a@x Fri Jan  2 03:04:05 2026\nSubject: 1\n\n1\n":
            os.write(writer, bytes([octet]))
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as stream:  # noqa: PTH123 (a descriptor)
        (found,) = mail_files(["-"], stream, None)
    os.wait()
    assert found.source == b"Subject: 1\n\n1\n"
