"""Hundreds of mails in a dozen scripts, over the wire, read by two other programs."""

import json
import random
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.commands.outgoing import parts, read_by_another
from tests.conftest import Run
from tests.mail.test_compose import SCRIPTS
from tests.rig.submission import Submission
from tests.soak import count

ADA = "ada@local.example"
TEMPLATE = """\
To: {{ mailbox(name, email) }}
Cc: {{ mailbox(name ~ ", jr.", "cc@x.example") }}
Subject: {{ subject }}
Attach: {{ files }}
X-Own: {{ subject }}

{{ text }}
"""
HTML = "<p>{{ text }}</p><p>{{ subject }}</p>"


@pytest.fixture
def server(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Submission]:
    """A server that takes everything, and a signed account that sends by it."""
    monkeypatch.setenv("PW", "secret")
    monkeypatch.setenv("MAILCTL_DNS", "127.0.0.1:9")
    taking = Submission(
        extensions=(b"PIPELINING", b"SIZE 10000000", b"AUTH PLAIN")
    )  # 7 bits, and ASCII alone
    with taking.serving() as port:
        words = ("--submission", f"127.0.0.1:{port}", "--submission-security", "none")
        assert run("provider", "add", "local", *words).code == ExitCode.OK
        settings = ("--provider", "local", "--no-receive", "--secret", "env:PW", "--no-verify")
        assert run("account", "add", ADA, *settings).code == ExitCode.OK
        signature = f"signature-text={SCRIPTS[0]}\n{SCRIPTS[3]}"
        assert run("account", "set", ADA, f"display-name={SCRIPTS[1]}", signature).code == 0
        yield taking


def rows(directory: Path, number: int) -> list[dict[str, str]]:
    """Return rows made by chance, always the same, with files of their own."""
    chance = random.Random(number)

    def words(most: int) -> str:
        return " ".join(chance.choice(SCRIPTS) for _ in range(chance.randrange(1, most)))

    made = []
    for place in range(number):
        files = [
            directory / f"{place}-{one} {chance.choice(SCRIPTS).replace(',', '')}.bin"
            for one in range(3)
        ]
        for file in files:
            file.write_bytes(chance.randbytes(300))
        made.append(
            {
                "name": words(4),
                "email": f"p{place}@x.example",
                "subject": f"{place} {words(9)}",
                "text": "\n".join(words(9) for _ in range(chance.randrange(1, 6))),
                "files": ",".join(map(str, files)),
            }
        )
    return made


def test_what_arrives_is_what_was_meant_for_every_reader(
    run: Run, server: Submission, tmp_path: Path
) -> None:
    (tmp_path / "template").write_text(TEMPLATE)
    (tmp_path / "html").write_text(HTML)
    found = rows(tmp_path, count(60, 500))
    ran = run(
        *("send", "--template", str(tmp_path / "template"), "--html", str(tmp_path / "html")),
        *("--data", "-", "-o", "json"),
        typed=json.dumps(found),
    )
    assert ran.code == ExitCode.OK, ran.err
    assert {each["state"] for each in json.loads(ran.out)} == {"sent"}
    mails = {taken.recipients[0]: taken.octets for taken in server.mails}
    assert len(mails) == len(server.mails) == len(found)
    octets = [mails[row["email"]] for row in found]
    for row, source, message in zip(found, octets, read_by_another(octets, tmp_path), strict=True):
        assert source.isascii()
        assert_library_reads(row, source)
        assert_notmuch_reads(row, message)


def signed(text: str) -> str:
    return f"{text}\n\n-- \n{SCRIPTS[0]}\n{SCRIPTS[3]}\n"


def assert_library_reads(row: dict[str, str], source: bytes) -> None:
    message: Any = BytesParser(policy=policy.SMTP).parsebytes(source)
    assert (message["subject"], message["x-own"]) == (row["subject"], row["subject"])
    (to,) = message["to"].addresses
    (cc,) = message["cc"].addresses
    # the library leaves the blank between two encoded words of a name (RFC 2047 section 6.2)
    names = ["".join(each.display_name.split()) for each in (to, cc)]
    assert names == ["".join(each.split()) for each in (row["name"], f"{row['name']}, jr.")]
    assert (to.addr_spec, cc.addr_spec) == (row["email"], "cc@x.example")
    assert message["from"].addresses[0].display_name == SCRIPTS[1]
    plain = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert plain == signed(row["text"])
    html = message.get_body(("html",)).get_content().replace("\r\n", "\n")
    assert html.startswith(f"<p>{row['text']}</p><p>{row['subject']}</p>")
    for file, part in zip(row["files"].split(","), message.iter_attachments(), strict=True):
        assert part.get_filename() == Path(file).name
        assert part.get_payload(decode=True) == Path(file).read_bytes()


def assert_notmuch_reads(row: dict[str, str], message: dict[str, Any]) -> None:
    headers = message["headers"]
    assert headers["Subject"] == row["subject"]
    assert row["name"] in headers["To"]
    assert headers["Cc"] == f'"{row["name"]}, jr." <cc@x.example>'
    plain, html, *files = parts(message)
    assert plain["content"] == signed(row["text"])
    assert row["text"] in html["content"]
    assert [file["filename"] for file in files] == [
        Path(each).name for each in row["files"].split(",")
    ]
