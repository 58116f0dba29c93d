"""Mail in files for the commands that link it, and what they say of it."""

import json
from pathlib import Path
from typing import Any

from mailctl.errors import ExitCode
from tests.conftest import Run

OWN = "ada@corp.example"


def done(run: Run, *words: str, typed: str = "") -> Any:
    """Run a command that goes well and return what it says as JSON."""
    ran = run(*words, "-o", "json", typed=typed)
    assert ran.code == ExitCode.OK, ran.err
    return json.loads(ran.out)


def own_account(run: Run, address: str = OWN) -> None:
    """Connect an account without asking any server."""
    if run("provider", "show", "corp").code != ExitCode.OK:
        done(run, *("provider", "add", "corp", "--kind", "imap", "--incoming", "imap.corp.example"))
    done(
        *(run, "account", "add", address, "--provider", "corp", "--no-verify"),
        *("--no-send", "--password-stdin"),
        typed="secret",
    )


class Post:
    """Delivers mails, one file each, and names them by what comes before the @ of their ids."""

    def __init__(self, run: Run, directory: Path) -> None:
        self._run, self._directory = run, directory
        self._count = 0

    def deliver(self, name: str, *fields: str, body: str = "hello") -> str:
        """Store a mail with these header fields and return what names it."""
        self._count += 1
        head = [
            *fields,
            f"Message-ID: <{name}@post.example>",
            f"Date: Mon, 2 Nov 2026 10:{self._count:02}:00 +0000",
        ]
        file = self._directory / f"{name}.eml"
        file.write_bytes("\r\n".join([*head, "", body, ""]).encode())
        done(self._run, "message", "import", str(file))
        return f"<{name}@post.example>"


def links(run: Run, message: str) -> dict[str, str]:
    """Return the names of what a message is linked to, each with the step that did it."""
    found = done(run, "link", "list", "--message", message)
    return {each["name"]: each["step"] for each in found if not each["candidate"]}


def candidates(run: Run, message: str) -> set[str]:
    """Return the names of those who may be meant."""
    found = done(run, "link", "list", "--message", message, "--candidates")
    return {each["name"] for each in found}
