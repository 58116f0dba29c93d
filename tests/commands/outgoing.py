"""Two accounts at the rig, and what mail between them looks like to somebody else."""

import json
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run
from tests.rig import Mailbox, Rig
from tests.rig.imap import quoted


def post(run: Run, rig: Rig) -> "Post":
    """Connect two accounts; the first one has a name."""
    boxes = [rig.address(name) for name in ("ada", "ben", "cy")]
    for box in boxes[:2]:
        ran = run("account", "add", box.address, "--password-stdin", typed=box.password)
        assert ran.code == ExitCode.OK, ran.err
    run("account", "set", boxes[0].address, "display-name=Ädä Lovelace")
    return Post(run, rig, *boxes)


def let_ten_minutes_go_by(home: Path) -> None:
    """Make every hand-over so old that what the server does not have then was not taken."""
    with closing(sqlite3.connect(home / "mailctl.db")) as database, database:
        database.execute(
            """
            UPDATE outgoing SET
                handed_over_at = strftime('%Y-%m-%dT%H:%M:%SZ', handed_over_at, '-11 minutes')
            """
        )


@dataclass(frozen=True)
class Post:
    """Mailctl with two accounts, and a third mailbox that is none of ours."""

    run: Run
    rig: Rig
    ada: Mailbox
    ben: Mailbox
    stranger: Mailbox

    def send(self, *words: str, typed: str | bytes = "", code: int = ExitCode.OK) -> dict[str, Any]:
        """Send from Ada, demand the exit code, and return what became of the mail."""
        ran = self.tried("send", *words, typed=typed)
        assert ran.code == code, (ran.out, ran.err)
        document: dict[str, Any] = json.loads(ran.out)
        return document

    def tried(self, *words: str, typed: str | bytes = "") -> Ran:
        """Return how a command ended that sends, from Ada where nobody else is named."""
        sender = () if "--from" in words or words[0] != "send" else ("--from", self.ada.address)
        return self.run(*words, *sender, "-o", "json", "--no-input", typed=typed)

    def told(self, *words: str, code: int = ExitCode.OK) -> Any:
        """Return what a command says as JSON."""
        ran = self.run(*words, "-o", "json")
        assert ran.code == code, (ran.out, ran.err)
        return json.loads(ran.out)

    def arrived(self, box: Mailbox, *, folder: str = "INBOX", count: int = 1) -> list[bytes]:
        """Return the mails in a folder, once there are so many; the server delivers in its time."""
        until = time.monotonic() + 10
        with self.rig.dovecot.login(box.address, box.password) as imap:
            while True:
                status, _ = imap.select(quoted(folder), readonly=True)
                uids = imap.uid("SEARCH", "ALL")[1][0].split() if status == "OK" else []
                if len(uids) >= count or time.monotonic() > until:
                    break
                time.sleep(0.02)
            found = [imap.uid("FETCH", uid, "(BODY.PEEK[])")[1][0][1] for uid in uids]
        assert len(found) == count, (folder, len(found))
        return found

    def outbox(self) -> list[dict[str, Any]]:
        """Return everything in the outbox."""
        found: list[dict[str, Any]] = self.told("outbox", "list", "--all")
        return found


def read_by_another(sources: Sequence[bytes], directory: Path) -> list[dict[str, Any]]:
    """Return what notmuch, which reads mail by GMime, makes of the mails, in their order."""
    mail = directory / "mail"
    mail.mkdir()
    for number, source in enumerate(sources):
        (mail / f"{number:04}.eml").write_bytes(source)
    config = directory / "config"
    config.write_text(f"[database]\npath={mail}\n[user]\nname=x\nprimary_email=x@x.example\n")
    environment = {"NOTMUCH_CONFIG": str(config), "HOME": str(directory), "PATH": "/usr/bin:/bin"}
    subprocess.run(["notmuch", "new", "--quiet"], env=environment, check=True, capture_output=True)
    shown = subprocess.run(
        ["notmuch", "show", "--format=json", "--include-html", "--entire-thread=false", "*"],
        env=environment,
        check=True,
        capture_output=True,
    )
    found: list[dict[str, Any]] = []
    _collect(json.loads(shown.stdout.decode("utf-8", "replace")), found)
    return sorted(found, key=lambda message: str(message["filename"]))


def _collect(tree: Any, found: list[dict[str, Any]]) -> None:
    if isinstance(tree, list):
        for branch in tree:
            _collect(branch, found)
    elif isinstance(tree, dict):
        found.append(tree)


def parts(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parts of a mail without parts of their own, in their order."""
    leaves: list[dict[str, Any]] = []

    def walk(part: Any) -> None:
        if isinstance(part, list):
            for each in part:
                walk(each)
        elif isinstance(part.get("content"), list):
            walk(part["content"])
        else:
            leaves.append(part)

    walk(message["body"])
    return leaves


def octets_read_by_another(message: dict[str, Any], directory: Path) -> list[bytes]:
    """Return the decoded octets of each part, as notmuch reads the mails in the directory."""
    environment = {"NOTMUCH_CONFIG": str(directory / "config"), "HOME": str(directory)}
    return [
        subprocess.run(
            ["notmuch", "show", "--format=raw", f"--part={part['id']}", f"id:{message['id']}"],
            env={**environment, "PATH": "/usr/bin:/bin"},
            check=True,
            capture_output=True,
        ).stdout
        for part in parts(message)
    ]
