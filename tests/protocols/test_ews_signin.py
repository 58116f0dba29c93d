"""Signing in at Exchange: by NTLM, a password or a token, and what is not asked twice."""

import base64
import gzip
import random
from collections.abc import Iterator

import pytest

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import Origin, Provider, ProviderKind
from mailctl.domain.secret import Secret
from mailctl.errors import AuthenticationRefused, MailctlError, ServerRefused
from mailctl.ports.mail import FolderRequest, Login
from mailctl.protocols.ews import open_source
from mailctl.protocols.network import Network
from tests.contracts.source import Copies
from tests.rig import Rig
from tests.rig.ews import ANY, ExchangeMailbox, ExchangeServer, Fault

ADA = "ada@hosting.example"
MAIL = b"From: bob@corp.example\r\nTo: ada@hosting.example\r\nSubject: one\r\n\r\nhello\r\n"


@pytest.fixture
def server(rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(rig.authority) as server:
        yield server


@pytest.fixture
def mailbox(server: ExchangeServer) -> ExchangeMailbox:
    mailbox = server.add(ADA, username="CORP\\ada", password="letm3in", upn="ada.l@corp.example")
    mailbox.put(MAIL)
    return mailbox


@pytest.fixture
def network(rig: Rig) -> Network:
    return Network(ca_file=str(rig.authority.ca_file))


def login(
    server: ExchangeServer,
    secret: str = "letm3in",
    *,
    username: str = "CORP\\ada",
    address: str = ADA,
    is_token: bool = False,
    memo: str | None = None,
) -> Login:
    where = Provider(
        name=ProviderName("exchange"),
        title="Exchange",
        kind=ProviderKind.EWS,
        origin=Origin.CUSTOM,
        ews_url=server.url,
    )
    return Login(where, username, Secret(secret), is_token=is_token, address=address, memo=memo)


def read(signing_in: Login, network: Network) -> str:
    """Read the inbox, which has one message, and return what there is to remember."""
    with open_source(signing_in, network) as source:
        pages = list(source.changes([FolderRequest("INBOX", None, Copies())]))
        assert sum(len(page.arrived) for page in pages) == 1
        memo = source.memo
    assert memo is not None
    assert signing_in.secret.reveal() not in memo
    return memo


def refusal(signing_in: Login, network: Network) -> MailctlError:
    with pytest.raises(MailctlError) as raised:
        read(signing_in, network)
    assert signing_in.secret.reveal() not in f"{raised.value} {raised.value.hint}"
    return raised.value


@pytest.mark.parametrize("offers", [("NTLM",), ("Negotiate",), ("Negotiate", "NTLM"), ("Basic",)])
@pytest.mark.parametrize("username", ["CORP\\ada", "ada.l@corp.example"])
def test_a_password_signs_in_as_the_server_wants_it(
    server: ExchangeServer,
    mailbox: ExchangeMailbox,
    network: Network,
    offers: tuple[str, ...],
    username: str,
) -> None:
    server.people.offers = offers
    read(login(server, username=username), network)


@pytest.mark.parametrize("offers", [("NTLM",), ("Negotiate",), ("Basic",), ("NTLM", "Basic")])
def test_a_wrong_password_is_refused(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network, offers: tuple[str, ...]
) -> None:
    server.people.offers = offers
    error = refusal(login(server, "wr0ng-one"), network)
    assert isinstance(error, AuthenticationRefused)
    assert error.details["cause"] == "wrong-password"


def test_a_wrong_password_is_shown_once(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    server.people.offers = ("NTLM", "Basic")
    refusal(login(server, "wr0ng-one"), network)
    asked, begun, refused = server.requests
    assert {asked[1], begun[1], refused[1]} == {401}


def test_the_password_itself_is_sent_only_where_there_is_no_other_way(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    server.people.offers = ("Basic", "NTLM")
    assert '"auth": "ntlm"' in read(login(server), network)


@pytest.mark.parametrize(
    ("offer", "asked_for_nothing"), [("Basic", 0), ("NTLM", 1), ("Negotiate", 1)]
)
def test_what_was_found_out_once_is_not_asked_again(
    server: ExchangeServer,
    mailbox: ExchangeMailbox,
    network: Network,
    offer: str,
    asked_for_nothing: int,
) -> None:
    server.people.offers = (offer,)
    memo = read(login(server), network)
    server.requests.clear()
    assert read(login(server, memo=memo), network) == memo
    answered = [operation for operation, status in server.requests if status == 200]
    assert answered == ["GetFolder", "FindFolder", "SyncFolderItems", "GetItem", "GetItem"]
    # the handshake's first message, which has no body
    assert len(server.requests) == len(answered) + asked_for_nothing


def test_an_old_server_is_asked_for_its_version_once(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    server.newest = "Exchange2010_SP2"
    memo = read(login(server), network)
    assert any(status == 500 for _, status in server.requests)
    server.requests.clear()
    read(login(server, memo=memo), network)
    assert [status for _, status in server.requests] == [200] * 5


@pytest.mark.parametrize("memo", ["", "nonsense", "[]", '{"auth": "x"}', '{"version": 5}', "null"])
def test_a_memo_that_means_nothing_is_no_memo(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network, memo: str
) -> None:
    read(login(server, memo=memo), network)


@pytest.mark.parametrize(("before", "now"), [("Basic", "NTLM"), ("NTLM", "Basic")])
def test_a_server_that_signs_in_otherwise_now_is_followed(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network, before: str, now: str
) -> None:
    server.people.offers = (before,)
    memo = read(login(server), network)
    server.people.offers = (now,)
    assert f'"auth": "{now.lower()}"' in read(login(server, memo=memo), network)


def test_a_connection_that_was_closed_is_signed_in_anew(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    server.people.offers = ("NTLM",)
    with open_source(login(server), network) as source:
        server.hang_up()
        assert next(folder.path for folder in source.folders()) == "INBOX"


def test_a_token_signs_in(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    server.people.offers = ("Negotiate", "NTLM", "Bearer")
    server.people.tokens["t0ken"] = "CORP\\ada"
    read(login(server, "t0ken", is_token=True), network)
    assert {status for _, status in server.requests} == {200}


def test_a_token_of_an_app_acts_as_the_mailbox(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    # {"roles": ["full_access_as_app"]}
    token = "eyJhbGciOiJub25lIn0.eyJyb2xlcyI6WyJmdWxsX2FjY2Vzc19hc19hcHAiXX0.c2ln"
    server.people.offers = ("Bearer",)
    server.people.add_app(token)
    read(login(server, token, username=ADA, is_token=True), network)


def test_a_token_that_is_no_longer_good_is_refused(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    server.people.offers = ("Bearer",)
    error = refusal(login(server, "0ld", is_token=True), network)
    assert isinstance(error, AuthenticationRefused)
    assert error.details["cause"] == "token-refused"


@pytest.mark.parametrize(("offer", "is_token"), [("NTLM", True), ("Bearer", False)])
def test_a_server_that_takes_only_the_other_is_told_apart(
    server: ExchangeServer,
    mailbox: ExchangeMailbox,
    network: Network,
    offer: str,
    is_token: bool,
) -> None:
    server.people.offers = (offer,)
    error = refusal(login(server, is_token=is_token), network)
    assert isinstance(error, ServerRefused)
    assert "OAuth" in f"{error} {error.hint}"


def test_a_shared_mailbox_is_read_by_whom_it_is_open_to(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    shared = ExchangeMailbox("info@hosting.example")
    shared.put(MAIL)
    server.people.grant("CORP\\ada", shared)
    read(login(server, address="info@hosting.example"), network)


def test_a_mailbox_that_is_not_open_is_refused(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    server.add("bob@hosting.example", username="CORP\\bob", password="other")
    error = refusal(login(server, address="bob@hosting.example"), network)
    assert isinstance(error, AuthenticationRefused)
    assert error.details["cause"] == "mailbox-closed"


def test_a_mailbox_that_is_not_there_is_refused(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    error = refusal(login(server, address="nobody@hosting.example"), network)
    assert isinstance(error, ServerRefused)
    assert error.details["cause"] == "mailbox-unknown"


@pytest.mark.parametrize(
    "challenge", ["NTLM !!!", "NTLM", "NTLM TlRMTVNTUAACAAAA", "NTLM AAAA", "NTLM TlRMTVNTUAADAAAA"]
)
def test_a_handshake_that_is_none_is_a_refusal(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network, challenge: str
) -> None:
    fault = Fault(ANY, times=9, status=401, headers=(("WWW-Authenticate", challenge),))
    server.people.offers = ()
    server.faults.append(fault)
    assert isinstance(refusal(login(server), network), AuthenticationRefused | ServerRefused)
    assert len(server.requests) <= 3


def test_no_challenge_breaks_the_program(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    chance = random.Random(5)
    honest = server.people.handshake().challenged(b"NTLMSSP\0\1\0\0\0" + bytes(20))
    server.people.offers = ()
    for _ in range(40):
        spoilt = bytearray(honest)
        for _ in range(chance.randint(1, 6)):
            spoilt[chance.randrange(8, len(spoilt))] = chance.randrange(256)
        said = base64.b64encode(spoilt[: chance.randrange(12, len(spoilt) + 1)]).decode()
        fault = Fault(ANY, times=9, status=401, headers=(("WWW-Authenticate", f"NTLM {said}"),))
        server.faults[:] = [fault]
        server.asked.clear()
        refusal(login(server), network)


@pytest.mark.parametrize("offer", ["Basic", "NTLM"])
def test_a_large_mail_arrives(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network, offer: str
) -> None:
    server.people.offers = (offer,)
    large = MAIL + (b"y" * 70 + b"\r\n") * 350_000
    mailbox.remove(next(iter(mailbox.folder("Inbox").items.values())))
    mailbox.put(large)
    with open_source(login(server), network) as source:
        pages = source.changes([FolderRequest("INBOX", None, Copies())])
        (arrived,) = (each for page in pages for each in page.arrived)
    assert arrived.source == large


def test_an_answer_that_grows_as_it_is_unpacked_is_refused(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    bomb = gzip.compress(b" " * (80 << 20), compresslevel=1)
    coded = (("Content-Encoding", "gzip"),)
    server.faults.append(Fault("GetFolder", times=9, status=200, body=bomb, headers=coded))
    assert "more than fits in memory" in str(refusal(login(server), network))
