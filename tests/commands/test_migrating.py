"""An account moves between EWS and IMAP: its messages stay what they are, and stay here."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run
from tests.contracts.customs import DOVECOT
from tests.contracts.elsewhere import Elsewhere, ImapElsewhere
from tests.contracts.exchange import ExchangeElsewhere
from tests.contracts.stage import Stage
from tests.protocols.mailboxes import fresh_name
from tests.rig import Mailbox, Rig
from tests.rig.ews import ExchangeServer
from tests.rig.wiretap import Wiretap, wiretap
from tests.soak import count

MESSAGES = count(300, 5_000)
_BODIES = re.compile(r"UID FETCH (\S+) \([^)]*BODY\.PEEK\[\]")
FOLDERS = {"INBOX": 0.6, "Work": 0.3, "Sent": 0.1}


def mail(number: int, *, body: str = "") -> bytes:
    return (
        f"Received: from out.example by here.example; {number}\r\n"
        f"From: Ben <Ben@client.example>\r\nTo: ada@corp.example\r\n"
        f"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= number\r\n {number}\r\n"
        f"Message-ID: <{number}@corp.example>\r\n"
        f"Date: Mon, 23 Nov 2026 10:{number % 60:02}:00 +0100\r\n\r\n{body or number}\r\n"
    ).encode()


def rendered_anew(source: bytes) -> bytes:
    """Return the message as another server writes it."""
    return source.replace(b"Subject: ", b"X-MS-Exchange-Organization-SCL: -1\r\nSubject: ")


def in_folders() -> dict[str, range]:
    """Return which mails lie where."""
    found, first = {}, 0
    for folder, share in FOLDERS.items():
        found[folder] = range(first, first + round(MESSAGES * share))
        first = found[folder].stop
    return found


@dataclass(frozen=True)
class Movers:
    """One mailbox that two servers hold, each with its own octets, and our account."""

    run: Run
    home: Path
    exchange: ExchangeElsewhere
    dovecot: ImapElsewhere
    tap: Wiretap

    def fill(self) -> None:
        for folder, numbers in in_folders().items():
            self.dovecot.put(*map(mail, numbers), folder=folder)
            there = "Sent Items" if folder == "Sent" else folder
            self.exchange.put(*(rendered_anew(mail(n)) for n in numbers), folder=there)

    def connect(self, provider: str) -> Stage:
        box = self.exchange.box
        ran = self.run(
            *("account", "add", box.address, "--provider", provider, "--password-stdin"),
            *("--no-send", "--period", "all", "--folders", "all"),
            typed=box.password,
        )
        assert ran.code == ExitCode.OK, ran.err
        stage = self.at(provider)
        stage.settle()
        return stage

    def at(self, provider: str) -> Stage:
        elsewhere: Elsewhere = self.exchange if provider == "ews" else self.dovecot
        return Stage(self.run, self.home, elsewhere)

    def migrate(self, to: str, *options: str, typed: str = "") -> Ran:
        address = self.exchange.box.address
        return self.run("account", "migrate", address, "--to", to, *options, typed=typed)

    def forget(self) -> None:
        """Count bodies from now on."""
        self.tap.conversations.clear()
        self.exchange.server.sources.clear()

    @property
    def bodies(self) -> int:
        """How many sources were asked for at Dovecot or given by Exchange."""
        said = [line for each in self.tap.conversations for line in each.commands]
        sets = [found[1] for line in said if (found := _BODIES.match(line))]
        return self.exchange.server.sources.total() + sum(map(_size, sets))

    def link(self) -> None:
        """Link all mail by its sender, and one by hand."""
        for name, address in (("Ben", "ben@client.example"), ("Cy", "cy@client.example")):
            ran = self.run("contact", "add", "--name", name, "--email", address)
            assert ran.code == ExitCode.OK, ran.err
        ran = self.run("link", "run")
        assert ran.code == ExitCode.OK, ran.err
        (first, *_) = json.loads(self.run("message", "list", "-o", "json").out)
        ran = self.run("link", "add", first["id"], "--to", "cy@client.example")
        assert ran.code == ExitCode.OK, ran.err

    def links(self) -> list[dict[str, object]]:
        ran = self.run("link", "list", "-o", "json")
        assert ran.code == ExitCode.OK, ran.err
        return list(json.loads(ran.out))

    def account(self) -> dict[str, object]:
        return dict(json.loads(self.run("account", "list", "-o", "json").out)[0])


def _size(uids: str) -> int:
    spans = [part.split(":") for part in uids.split(",")]
    return sum(int(span[-1]) - int(span[0]) + 1 for span in spans)


@pytest.fixture
def movers(run: Run, at_the_rig: Rig, home: Path) -> Iterator[Movers]:
    box = Mailbox(f"{fresh_name()}@corp.example", "secret")
    dovecot = at_the_rig.dovecot
    dovecot.add_user(box.address, box.password)
    with (
        ExchangeServer(at_the_rig.authority) as server,
        wiretap(dovecot.ports.imaps, at_the_rig.authority) as tap,
    ):
        made = server.add(box.address, username=box.address, password=box.password)
        for provider in (
            ("ews", "--kind", "ews", "--ews-url", server.url),
            ("imap", "--incoming", f"localhost:{tap.port}", "--ca-file", str(at_the_rig.ca_file)),
        ):
            ran = run("provider", "add", *provider)
            assert ran.code == ExitCode.OK, ran.err
        yield Movers(
            run,
            home,
            ExchangeElsewhere(server, box, made),
            ImapElsewhere(dovecot, box, DOVECOT),
            tap,
        )


@pytest.mark.parametrize(("before", "after"), [("ews", "imap"), ("imap", "ews")])
def test_a_mailbox_that_moved_is_recognised_and_nothing_is_fetched_again(
    movers: Movers, before: str, after: str
) -> None:
    movers.fill()
    stage = movers.connect(before)
    known = {copy.message for copy in stage.live()}
    assert len(known) == MESSAGES
    movers.link()
    links = movers.links()
    assert len(links) == MESSAGES + 1
    movers.forget()
    ran = movers.migrate(after)
    assert ran.code == ExitCode.OK, ran.err
    there = movers.at(after)
    report = there.sync()
    assert (report["stored"], report["bytes"], movers.bodies) == (MESSAGES, 0, 0)
    assert {copy.message for copy in there.live()} == there.message_ids() == known
    theirs = {(copy.folder, copy.uid) for copy in there.elsewhere.copies()}
    assert {(copy.folder, copy.uid) for copy in there.live()} == theirs
    again = there.sync()
    assert [again[name] for name in ("stored", "updated", "gone", "error")] == [0, 0, 0, None]
    assert movers.links() == links


def test_a_mailbox_that_moves_there_and_back_is_the_same(movers: Movers) -> None:
    movers.fill()
    stage = movers.connect("ews")
    before = set(stage.live())
    for provider in ("imap", "ews"):
        assert movers.migrate(provider).code == ExitCode.OK
    movers.forget()
    stage.sync()
    assert movers.bodies == 0
    assert set(stage.live()) == before
    stage.assert_equal()


def test_what_two_messages_may_be_is_fetched_and_not_guessed(movers: Movers) -> None:
    movers.exchange.put(rendered_anew(mail(1, body="one")), rendered_anew(mail(2)))
    movers.dovecot.put(mail(1, body="other"), mail(1, body="one"), mail(2))
    known = movers.connect("ews").message_ids()
    movers.forget()
    assert movers.migrate("imap").code == ExitCode.OK
    stage = movers.at("imap")
    stage.sync()
    assert movers.bodies == 2
    assert len(stage.live()) == 3
    assert known < stage.message_ids()
    assert len(stage.message_ids()) == 3


def test_a_dry_run_signs_in_and_changes_nothing(movers: Movers) -> None:
    movers.fill()
    stage, before = movers.connect("ews"), movers.account()
    ran = movers.migrate("imap", "--dry-run", "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    told = json.loads(ran.out)
    assert (told["is_dry_run"], told["waiting_messages"]) == (True, MESSAGES)
    assert movers.tap.conversations
    assert movers.account() == before
    stage.settle()


def test_a_refused_sign_in_changes_nothing(movers: Movers) -> None:
    movers.exchange.put(mail(1))
    stage, before = movers.connect("ews"), movers.account()
    ran = movers.migrate("imap", "--password-stdin", typed="wr0ng-one")
    assert ran.code == ExitCode.AUTHORISATION
    assert "wr0ng-one" not in ran.out + ran.err
    assert movers.account() == before
    stage.settle()


def test_a_store_that_cannot_be_written_leaves_account_and_secret_as_they_were(
    movers: Movers, home: Path
) -> None:
    movers.exchange.put(mail(1))
    stage, before = movers.connect("ews"), movers.account()
    other = f"{fresh_name()}@corp.example"
    movers.dovecot.server.add_user(other, "another")
    with closing(sqlite3.connect(home / "mailctl.db")) as database:
        database.execute(
            "CREATE TRIGGER refusing BEFORE UPDATE OF cursor ON folder "
            "BEGIN SELECT raise(ABORT, 'no'); END"
        )
        with pytest.raises(sqlite3.IntegrityError):
            movers.migrate("imap", "--login", other, "--password-stdin", typed="another")
        database.execute("DROP TRIGGER refusing")
    assert movers.account() == before
    stage.settle()


def test_a_secret_that_was_handed_over_takes_the_place_of_the_old_one(movers: Movers) -> None:
    movers.exchange.put(mail(1))
    movers.connect("ews")
    box = movers.exchange.box
    other = f"{fresh_name()}@corp.example"
    movers.dovecot.server.add_user(other, "another")
    ran = movers.migrate("imap", "--login", other, "--password-stdin", typed="another")
    assert ran.code == ExitCode.OK, ran.err
    assert movers.run("account", "test", box.address).code == ExitCode.OK
    assert len(json.loads((movers.home / "vault.json").read_text())["secrets"]) == 1
    ran = movers.migrate("ews", "--password-stdin", typed=box.password)
    assert ran.code == ExitCode.OK, ran.err
    movers.at("ews").sync()


def test_a_provider_that_it_has_already_or_that_nobody_knows_is_refused(movers: Movers) -> None:
    movers.connect("ews")
    assert movers.migrate("ews").code == ExitCode.USAGE
    assert movers.migrate("nowhere").code == ExitCode.NOT_FOUND


def test_copies_that_are_not_found_again_stay_until_a_person_lets_them_go(movers: Movers) -> None:
    movers.exchange.put(*map(mail, range(20)))
    movers.exchange.put(*map(mail, range(20, 25)), folder="Only here")
    movers.dovecot.put(*map(mail, range(20)))
    movers.connect("ews")
    assert movers.migrate("imap").code == ExitCode.OK
    stage = movers.at("imap")
    stage.sync(code=ExitCode.GUARD)
    assert {copy.folder for copy in stage.live()} == {"INBOX", "Only here"}
    stage.sync("--allow-delete")
    assert {copy.folder for copy in stage.live()} == {"INBOX"}
    assert len(stage.message_ids()) == 25
