"""message show: one message for a person at a terminal, for a pipe, for a program."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from mailctl.store.connection import Store
from tests.commands.terminals import at_a_terminal, on_a_terminal
from tests.conftest import Run, Spawn
from tests.store.samples import deliver, folder, mail

Keep = Callable[[bytes], str]

WITH_FILES = """\
From: Ben <ben@example.net>
To: Ada <ada@example.org>, =?utf-8?b?5pel5pys?= <nihon@example.org>
Reply-To: desk@example.net
Subject: a subject that is too long for one line of a terminal that has forty places
Date: Fri, 2 Jan 2026 03:04:05 +0000
Message-ID: <files@example.net>
X-Odd: first
 and second
List-Unsubscribe: <https://example.net/>
Content-Type: multipart/mixed; boundary=b

--b

Hello

> a quoted line that is longer than the forty places there are
--\x20
Ben
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename=report.pdf

1234
--b
Content-Type: image/png
Content-Disposition: inline; filename="=?utf-8?b?5pel5pys?=.png"
Content-ID: <picture>

123456
--b--
""".replace("\n", "\r\n").encode()


@pytest.fixture
def keep(home: Path) -> Keep:
    """Store a message and return its id."""

    def kept(source: bytes) -> str:
        store = Store(home / "mailctl.db")
        with store.writing() as tx:
            message = deliver(tx, folder(tx), 1, source)
        store.close()
        return message

    return kept


def test_a_pipe_gets_a_label_a_line_and_the_text_as_it_is(run: Run, keep: Keep) -> None:
    assert run("message", "show", keep(WITH_FILES)).out.splitlines() == [
        "Subject: a subject that is too long for one line of a terminal that has forty places",
        "From: Ben <ben@example.net>",
        "To: Ada <ada@example.org>, 日本 <nihon@example.org>",
        "Reply to: desk@example.net",
        "Date: 2026-01-02T03:04:05Z",
        "Folders: INBOX (ada@example.org)",
        "Flags: read",
        f"Id: {keep(WITH_FILES)}",
        "Marks: bulk",
        "",
        "Hello",
        "",
        "> a quoted line that is longer than the forty places there are",
        "-- ",
        "Ben",
        "",
        "Attachments",
        "  1  report.pdf  4 B  application/pdf",
        "  2  日本.png    6 B  image/png, inline",
    ]


def test_a_terminal_gets_lines_that_fit(spawn: Spawn, keep: Keep) -> None:
    shown = at_a_terminal(spawn, 40, "message", "show", keep(WITH_FILES), NO_COLOR="1", TZ="UTC")
    lines = shown.out.splitlines()
    assert lines[:4] == [
        "Subject:     a subject that is too long",
        "             for one line of a terminal",
        "             that has forty places",
        "From:        Ben <ben@example.net>",
    ]
    assert "Date:        Fri 2026-01-02 03:04 +0000" in lines
    assert "> a quoted line that is longer than the" in lines
    assert "> forty places there are" in lines


def test_only_a_terminal_gets_colour_and_only_where_it_is_wanted(
    run: Run, spawn: Spawn, keep: Keep
) -> None:
    words = ("message", "show", keep(WITH_FILES))
    assert "\x1b[1ma subject" in on_a_terminal(spawn, *words)
    assert "\x1b" not in on_a_terminal(spawn, *words, NO_COLOR="1")
    assert "\x1b" not in run(*words).out
    assert "\x1b[1ma subject" in run(*words, "--color", "always").out


def test_a_program_gets_all_that_the_message_holds(run: Run, keep: Keep) -> None:
    shown = json.loads(run("message", "show", keep(WITH_FILES), "-o", "json").out)
    assert (shown["attachments"], len(shown["files"])) == (1, 2)
    assert shown["files"][0] == {
        "number": 1,
        "name": "report.pdf",
        "safe_name": "report.pdf",
        "media_type": "application/pdf",
        "size": 4,
        "inline": False,
        "content_id": None,
    }
    assert shown["text"].startswith("Hello\n\n>")
    assert shown["text_from"] == "plain"
    assert shown["marks"] == ["bulk"]
    assert shown["protection"] == shown["warnings"] == shown["urls"] == []
    assert shown["invitation"] is shown["report"] is None
    assert {"name": "X-Odd", "value": "first and second"} in shown["headers"]


def test_every_field_of_the_header_is_shown_on_request(run: Run, keep: Keep) -> None:
    shown = run("message", "show", "--headers", keep(WITH_FILES)).out
    assert "X-Odd: first and second\n" in shown
    assert "To: Ada <ada@example.org>, 日本 <nihon@example.org>\n" in shown
    assert "\nHello\n" in shown


def test_a_name_that_is_the_address_of_another_is_warned_of(run: Run, keep: Keep) -> None:
    source = mail().replace(b"Ben <ben@example.net>", b'"Boss boss@corp.example" <evil@x.example>')
    shown = run("message", "show", keep(source))
    assert (
        "Warning: the name of evil@x.example is the address of another: boss@corp.ex" in shown.out
    )


def test_links_of_html_stand_below_its_text(run: Run, keep: Keep) -> None:
    html = '<p>See <a href="https://x.example/a">this</a> and <a href="mailto:a@x.example">me</a>'
    source = mail(body=html).replace(b"Message-ID", b"Content-Type: text/html\r\nMessage-ID")
    shown = run("message", "show", keep(source)).out
    assert shown.endswith(
        "\nSee this and me\n\nLinks\n  [1] https://x.example/a\n  [2] mailto:a@x.example\n"
    )


def test_a_terminal_gets_the_first_of_very_many(spawn: Spawn, run: Run, keep: Keep) -> None:
    many = range(30 + 12)
    html = "".join(f'<a href="https://x.example/{number}">a</a>' for number in many)
    people = ", ".join(f"a{number}@x.example" for number in many)
    source = mail(body=html).replace(b"Message-ID", b"Content-Type: text/html\r\nMessage-ID")
    message = keep(source.replace(b"Ada <ada@example.org>", people.encode()))
    assert on_a_terminal(spawn, "message", "show", message).count("and 12 more") == 2
    assert "more" not in run("message", "show", message).out


def test_an_invitation_is_told(run: Run, keep: Keep) -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Lunch\r\n"
        "LOCATION:Café\r\nDTSTART;TZID=Europe/Berlin:20260301T120000\r\n"
        "DTEND;TZID=Europe/Berlin:20260301T130000\r\nORGANIZER;CN=Ben:mailto:ben@example.net\r\n"
        "ATTENDEE;CN=Ada;PARTSTAT=ACCEPTED:mailto:ada@example.org\r\nEND:VEVENT\r\n"
        "END:VCALENDAR\r\n"
    )
    kind = b"Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\nMessage-ID"
    message = keep(mail(body=calendar).replace(b"Message-ID", kind))
    shown = run("message", "show", message).out
    assert (
        "Invitation: request\n"
        "  What: Lunch\n"
        "  When: 2026-03-01T12:00:00 Europe/Berlin to 2026-03-01T13:00:00 Europe/Berlin\n"
        "  Where: Café\n"
        "  Organizer: Ben <ben@example.net>\n"
        "  Who: Ada <ada@example.org> (accepted)\n"
    ) in shown
    invitation = json.loads(run("message", "show", message, "-o", "json").out)["invitation"]
    assert invitation["starts"] == {"local": "2026-03-01T12:00:00", "zone": "Europe/Berlin"}


def test_a_delivery_report_is_told(run: Run, keep: Keep) -> None:
    source = (
        "From: MAILER-DAEMON@x.example\r\nSubject: failed\r\nMessage-ID: <r@x.example>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; x.example\r\n\r\nFinal-Recipient: rfc822; gone@y.example\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n--b--\r\n"
    )
    shown = run("message", "show", keep(source.encode())).out
    assert "Delivery: of a mail that is not named\n  failed: gone@y.example 5.1.1 " in shown
    assert "550 no such user\n" in shown


def test_a_message_that_is_gone_says_so(run: Run, home: Path, keep: Keep) -> None:
    message = keep(mail())
    store = Store(home / "mailctl.db")
    with store.writing() as tx:
        tx.execute("UPDATE message_copy SET gone_at = '2026-03-04T05:06:07Z', gone_evidence = 'x'")
    store.close()
    shown = run("message", "show", message).out
    assert "Folders: none, gone from the server by 2026-03-04T05:06:07Z\n" in shown
    assert "Flags" not in shown


@pytest.mark.parametrize("body", ["", "\n", "\n\n\n"])
def test_a_message_without_text_is_its_header(run: Run, keep: Keep, body: str) -> None:
    shown = run("message", "show", keep(mail(body=body)))
    assert (shown.code, shown.err) == (ExitCode.OK, "")
    assert shown.out.splitlines()[-1].startswith("Id: ")


def test_nothing_that_a_message_names_is_asked_for(keep: Keep, home: Path) -> None:
    body = (
        '<img src="http://x.example/a.png"><link rel=stylesheet href="https://x.example/a.css">'
        '<iframe src="https://x.example/"></iframe><img src="file:///etc/hostname"> text'
    )
    source = mail(body=body).replace(b"Message-ID", b"Content-Type: text/html\r\nMessage-ID")
    elsewhere = mail(message_id="<2@x>", body="Content-Type: text/plain\r\n\r\n").replace(
        b"Message-ID",
        b"Content-Type: message/external-body; access-type=local-file; name=/etc/hostname\r\n"
        b"Message-ID",
    )
    for message in (keep(source), keep(elsewhere)):
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, "message", "show", message, "-o", "json"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")


WATCHED = """
import sys

def watch(event, arguments):
    asked = event.startswith("socket.") and event != "socket.gethostname"
    if asked or event == "open" and arguments[0] == "/etc/hostname":
        print(event, arguments, file=sys.stderr)

sys.addaudithook(watch)
from mailctl.cli.main import commands
commands()
"""


class TestPager:
    """Where a person reads at a terminal, a pager of theirs has what is written."""

    PAGER = "sed s/^/paged:/"

    def test_it_gets_what_a_terminal_would(self, spawn: Spawn, keep: Keep) -> None:
        words = ("message", "show", keep(WITH_FILES))
        shown = on_a_terminal(spawn, *words, MAILCTL_PAGER=self.PAGER, NO_COLOR="1")
        assert "paged:Ben\n" in shown
        for listing in [("list",), ("search", "larger:1"), ("thread", keep(mail())), ("stats",)]:
            shown = on_a_terminal(spawn, "message", *listing, MAILCTL_PAGER=self.PAGER)
            assert shown.startswith("paged:"), shown

    def test_the_one_of_mailctl_comes_before_the_one_of_everybody(
        self, spawn: Spawn, keep: Keep, home: Path
    ) -> None:
        words = ("message", "show", keep(mail()))
        everybody = {"PAGER": "sed s/^/everybody:/", "NO_COLOR": "1"}
        assert "everybody:text\n" in on_a_terminal(spawn, *words, **everybody)
        (home / "config.yaml").write_text(f"pager: {self.PAGER}\n")
        assert "paged:text\n" in on_a_terminal(spawn, *words, **everybody)

    @pytest.mark.parametrize("pager", ["", "cat", "no-such-program --x", "'unended"])
    def test_without_one_the_terminal_gets_it(self, spawn: Spawn, keep: Keep, pager: str) -> None:
        shown = at_a_terminal(
            spawn, 80, "message", "show", keep(WITH_FILES), MAILCTL_PAGER=pager, NO_COLOR="1"
        )
        assert shown.code == ExitCode.OK
        assert shown.out.startswith("Subject:     a subject")

    @pytest.mark.parametrize("option", [("--no-pager",), ("-o", "json")])
    def test_who_does_not_want_it_gets_none(
        self, spawn: Spawn, keep: Keep, option: tuple[str, ...]
    ) -> None:
        words = ("message", "show", keep(WITH_FILES), *option)
        assert "paged:" not in on_a_terminal(spawn, *words, MAILCTL_PAGER=self.PAGER)

    def test_a_pipe_gets_none(self, spawn: Spawn, keep: Keep) -> None:
        words = ("message", "show", keep(WITH_FILES))
        assert "paged:" not in spawn(*words, environment={"MAILCTL_PAGER": self.PAGER}).out

    def test_who_leaves_it_early_has_seen_enough(self, spawn: Spawn, keep: Keep) -> None:
        message = keep(mail(body="line\r\n" * 100_000))
        shown = at_a_terminal(spawn, 80, "message", "show", message, MAILCTL_PAGER="head -n 1")
        assert (shown.code, len(shown.out.splitlines())) == (ExitCode.OK, 1)
