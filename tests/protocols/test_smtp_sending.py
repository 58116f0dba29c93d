"""Mail handed over for good, to Postfix and to a server that keeps every octet."""

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from mailctl.domain.secret import Secret
from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import MailTooLarge, ServerRefused
from mailctl.ports.mail import Login, MailSender
from mailctl.protocols.access import NetworkMailAccess
from mailctl.protocols.network import Network
from tests.contracts.sender import EnvelopeSenderContract, mail
from tests.protocols.mailboxes import provider
from tests.protocols.submissions import ADA, BEN, MAIL, sending, sent, submission_login
from tests.rig import Mailbox, Manners, Postfix, Rig
from tests.rig.faults import Talk, serving
from tests.rig.submission import EXTENSIONS, Submission

DOTS = b"Subject: dots\r\n\r\n.\r\n..\r\n.a\r\na.\r\n\r\n.\r\n"
EIGHT_BIT = "Subject: x\r\n\r\ncafé\r\n".encode()


def without(*keywords: bytes) -> tuple[bytes, ...]:
    return tuple(each for each in EXTENSIONS if each.split(b" ")[0] not in keywords)


def commands(server: Submission, verb: bytes) -> list[bytes]:
    return [line for line in server.heard if line.upper().startswith(verb)]


@pytest.mark.parametrize(
    "source",
    [
        MAIL,
        DOTS,
        b".Subject: begins with a dot\r\n\r\nx\r\n",
        b"Subject: no last line end\r\n\r\nend",
        b"Subject: nothing\r\n\r\n",
        b"Subject: long\r\n\r\n" + b".\r\n" * 100_000,
        b"Subject: one line\r\n\r\n" + b"x" * 2_000_000 + b"\r\n.\r\n",
    ],
)
def test_every_octet_arrives(source: bytes) -> None:
    server = Submission()
    with sending(server) as sender:
        sent(sender, source=source)
    (mail,) = server.mails
    assert (
        mail.octets == source.removesuffix(b"\r\n") + b"\r\n" if source[-2:] != b"\r\n" else source
    )


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\r.\r\n", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r.\r"]
)
def test_a_mail_that_could_become_two_is_not_sent(end: bytes) -> None:
    smuggling = MAIL + b"text" + end + b"MAIL FROM:<eve@x.example>\r\nRCPT TO:<ben@x.example>\r\n"
    server = Submission()
    with sending(server) as sender:
        with pytest.raises(ValueError, match="CR LF"):
            sent(sender, source=smuggling)
        sent(sender)
    assert [mail.octets for mail in server.mails] == [MAIL]


@pytest.mark.parametrize(
    "bad",
    [
        "a@x>\r\nRCPT TO:<eve@x",
        "a\n@x",
        "a@x\0",
        "<a@x>",
        "a@x> SIZE=1",
        '"a"@x> b',
        '"a" b"@x>',
        '"a\n"@x',
    ],
)
def test_an_address_makes_no_second_command(bad: str) -> None:
    server = Submission()
    with sending(server) as sender:
        for envelope in ((bad, [BEN]), (ADA, [BEN, bad])):
            with pytest.raises(ValueError, match="address"):
                sender.send(*envelope, MAIL)
    assert commands(server, b"MAIL") == []


@pytest.mark.parametrize("address", ['"a>b"@x.example', '"a b"@x.example', r'"a\"<b"@x.example'])
def test_what_is_quoted_may_hold_brackets(address: str) -> None:
    server = Submission()
    with sending(server) as sender:
        assert sent(sender, address).accepted == (address,)
    assert commands(server, b"RCPT") == [f"RCPT TO:<{address}>".encode()]


def test_the_size_is_told_where_the_server_wants_it() -> None:
    for extensions, said in ((EXTENSIONS, f" SIZE={len(MAIL)}"), (without(b"SIZE"), "")):
        server = Submission(extensions=extensions)
        with sending(server) as sender:
            sent(sender)
        assert commands(server, b"MAIL") == [f"MAIL FROM:<{ADA}>{said}".encode()]


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        (b"SIZE 100", 100),
        (b"SIZE", None),
        (b"SIZE 0", None),
        (b"SIZE lots", None),
        (b"SIZE " + b"9" * 8000, None),
        (b"SIZE \xb2", None),
        (b"X", None),
    ],
)
def test_the_limit_of_the_server_is_known(said: bytes, limit: int | None) -> None:
    with sending(Submission(extensions=(said, b"AUTH PLAIN"))) as sender:
        assert sender.largest_bytes == limit


def test_a_mail_above_the_limit_is_not_offered() -> None:
    server = Submission(extensions=(b"SIZE 100", b"AUTH PLAIN"))
    with sending(server) as sender:
        with pytest.raises(MailTooLarge) as caught:
            sent(sender, source=MAIL + b"x" * 100 + b"\r\n")
        assert sent(sender).accepted == (BEN,)
    assert caught.value.details["limit"] == 100
    assert len(commands(server, b"MAIL")) == 1


def test_eight_bit_text_is_announced() -> None:
    server = Submission()
    with sending(server) as sender:
        sent(sender, source=EIGHT_BIT)
    assert commands(server, b"MAIL")[0].endswith(b" BODY=8BITMIME")
    assert server.mails[0].octets == EIGHT_BIT


def test_eight_bit_text_goes_to_no_server_that_takes_none() -> None:
    server = Submission(extensions=without(b"8BITMIME"))
    with sending(server) as sender:
        with pytest.raises(ServerRefused, match="8-bit"):
            sent(sender, source=EIGHT_BIT)
        assert sent(sender).accepted == (BEN,)


@pytest.mark.parametrize(
    ("sender_address", "recipient", "source"),
    [
        ("adé@x.example", BEN, MAIL),
        (ADA, "用户@x.example", MAIL),
        (ADA, BEN, "Subject: café\r\n\r\nx\r\n".encode()),
    ],
)
def test_what_is_international_needs_a_server_that_says_so(
    sender_address: str, recipient: str, source: bytes
) -> None:
    server = Submission()
    with sending(server) as sender:
        receipt = sender.send(sender_address, [recipient], source)
    assert receipt.accepted == (recipient,)
    assert commands(server, b"MAIL")[0].endswith(b" SMTPUTF8")
    assert server.mails[0].recipients == (recipient,)
    plain = Submission(extensions=without(b"SMTPUTF8"))
    with sending(plain) as sender, pytest.raises(ServerRefused, match="SMTPUTF8"):
        sender.send(sender_address, [recipient], source)
    assert commands(plain, b"MAIL") == []


def test_an_ascii_mail_asks_for_nothing_special() -> None:
    server = Submission(extensions=without(b"SIZE"))
    with sending(server) as sender:
        sent(sender)
    assert commands(server, b"MAIL") == [f"MAIL FROM:<{ADA}>".encode()]


def _discarding(talk: Talk) -> None:
    answers = {b"EHLO": b"250-me\r\n250 AUTH PLAIN", b"AUTH": b"235 ok", b"DATA": b"354 go on"}
    talk.say(b"220 ready")
    while line := talk.hear_octets():
        verb = line.split()[0].upper()
        talk.say(answers.get(verb, b"250 ok"))
        if verb == b"DATA":
            while talk.hear_octets() not in {b".\r\n", b""}:
                pass
            talk.say(b"250 ok")


def test_fifty_megabytes_are_not_copied() -> None:
    line = b"x" * 70 + b"\r\n"
    source = MAIL + line * (50_000_000 // len(line))
    with serving(_discarding) as port:
        access = NetworkMailAccess(Network())
        with access.sender(submission_login(port, timeout_s=20)) as sender:
            sent(sender)  # whatever is loaded once
            tracemalloc.start()
            sent(sender, source=source)
            _, peak_bytes = tracemalloc.get_traced_memory()
            tracemalloc.stop()
    assert peak_bytes < 8_000_000


class Office:
    """A mailbox at the rig's Dovecot whose owner sends through a Postfix."""

    nobody = "nobody@hosting.example"
    later = "tempfail@hosting.example"

    def __init__(self, rig: Rig, postfix: Postfix, security: Security = Security.TLS) -> None:
        self._rig = rig
        self._own = rig.address("ada")
        self._friends: dict[str, Mailbox] = {}
        self.address = self._own.address
        ports = postfix.ports
        port = ports.smtps if security is Security.TLS else ports.submission
        self._where = provider(
            submission=Endpoint("localhost", port, security),
            ca_file=str(rig.ca_file),
            smtp_timeout_s=20,
        )

    def open_sender(self) -> AbstractContextManager[MailSender]:
        login = Login(self._where, self.address, Secret(self._own.password))
        return NetworkMailAccess(Network()).sender(login)

    def friend(self) -> str:
        made = self._rig.address("ben")
        self._friends[made.address] = made
        return made.address

    def received(self, address: str, count: int = 1) -> list[bytes]:
        deadline = time.monotonic() + 15
        while len(found := self._inbox(address)) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return found

    def _inbox(self, address: str) -> list[bytes]:
        with self._rig.dovecot.login(address, self._friends[address].password) as imap:
            _, (count,) = imap.select("INBOX", readonly=True)
            _, answer = imap.fetch("1:*", "BODY[]") if count != b"0" else ("OK", [])
            return [part[1] for part in answer if isinstance(part, tuple)]


class TestPostfix(EnvelopeSenderContract):
    @pytest.fixture(params=[Security.TLS, Security.STARTTLS])
    def desk(self, rig: Rig, request: pytest.FixtureRequest) -> Office:
        return Office(rig, rig.postfix, request.param)


@pytest.fixture(scope="module")
def plain_postfix(rig: Rig) -> Iterator[Postfix]:
    """A Postfix that knows no extension but AUTH."""
    hidden = ("PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "CHUNKING")
    manners = Manners(hide_keywords=hidden)
    with Postfix(rig.authority, rig.dovecot, rig.postfix.domains, manners=manners) as postfix:
        yield postfix


class TestPlainPostfix(EnvelopeSenderContract):
    @pytest.fixture
    def desk(self, rig: Rig, plain_postfix: Postfix) -> Office:
        return Office(rig, plain_postfix)


def test_postfix_takes_one_mail_whatever_its_lines_look_like(rig: Rig) -> None:
    office = Office(rig, rig.postfix)
    friend = office.friend()
    inner = f"MAIL FROM:<{office.address}>\r\nRCPT TO:<{friend}>\r\nDATA\r\nSubject: 2\r\n"
    body = b".\r\n" + inner.encode() + b"\r\nx\r\n.\r\n..\r\nQUIT\r\n"
    with office.open_sender() as sender:
        sender.send(office.address, [friend], mail(1, body))
        sender.send(office.address, [friend], mail(3))
    one, three = office.received(friend, 2)
    assert one.endswith(body)
    assert b"Subject: 3\r\n" in three


def test_postfix_takes_five_hundred_recipients_at_once(rig: Rig) -> None:
    office = Office(rig, rig.postfix)
    everybody = [f"nobody+{number}@hosting.example" for number in range(250)]
    everybody += [f"u{number}@hosting.example" for number in range(250)]
    with office.open_sender() as sender:
        receipt = sender.send(office.address, everybody, mail(1))
    assert receipt.accepted == tuple(everybody)


def test_postfix_says_how_large_a_mail_may_be(rig: Rig) -> None:
    office = Office(rig, rig.postfix)
    with office.open_sender() as sender:
        assert sender.largest_bytes == 10_240_000
        with pytest.raises(MailTooLarge):
            sender.send(office.address, [office.friend()], mail(1, b"x" * 70 * 200_000 + b"\r\n"))


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r\n", b"\r.\r", b"\r\n.\n"])
def test_at_postfix_no_mail_can_hide_another_one(rig: Rig, end: bytes) -> None:
    office = Office(rig, rig.postfix)
    friend = office.friend()
    hidden = f"MAIL FROM:<{office.address}>\r\nRCPT TO:<{friend}>\r\nDATA\r\nx\r\n.\r\n".encode()
    with office.open_sender() as sender:
        with pytest.raises(ValueError, match="CR LF"):
            sender.send(office.address, [friend], mail(1, b"body" + end + hidden))
        sender.send(office.address, [friend], mail(2))
    (arrived,) = office.received(friend)
    assert b"Subject: 2\r\n" in arrived


def test_at_postfix_nine_megabytes_of_dots_arrive_whole(rig: Rig) -> None:
    office = Office(rig, rig.postfix)
    friend = office.friend()
    body = (b"." + b"y" * 76 + b"\r\n") * 115_000
    with office.open_sender() as sender:
        sender.send(office.address, [friend], mail(1, body))
    (arrived,) = office.received(friend)
    assert arrived.endswith(b"\r\n\r\n" + body)
