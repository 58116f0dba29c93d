"""Nobody is sent to a private address by what the DNS of a stranger says."""

from dataclasses import replace

import pytest

from mailctl.domain.providers import Origin
from mailctl.domain.secret import Secret
from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import ExitCode, GuardRefused, Unreachable
from mailctl.ports.mail import Login
from mailctl.protocols.access import NetworkMailAccess
from mailctl.protocols.network import Network
from mailctl.protocols.public_addresses import is_public
from mailctl.protocols.redirects import parse_redirects
from tests.protocols.connections import watched
from tests.protocols.mailboxes import provider, unused_port
from tests.rig import Rig
from tests.rig.faults import silent


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2001:4860:4860::8888",
        "2606:4700:4700::1111",
        "2a00:1450:4001:81b::200e",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
        "2001:0:808:808:0:ffff:f7f7:f7f7",
    ],
)
def test_what_anybody_can_have_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.5",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "100::1",
        "2001::1",
        "2001:0:7f00:1:0:ffff:f7f7:f7f7",
        "2001:0:808:808:0:ffff:80ff:fffe",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00::1",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700:4700::1111%eth0",
        "fec0::1",
        "ff02::1",
        "",
        "localhost",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "[::1]",
    ],
)
def test_what_is_special_or_no_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.fixture
def network(rig: Rig) -> Network:
    return Network(nameserver=rig.dns.address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("imap.hosting.example", "127.0.0.1"),
        ("localhost", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("10.0.0.5", "10.0.0.5"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
    ],
)
def test_a_private_address_is_left_alone(
    rig: Rig, network: Network, host: str, address: str
) -> None:
    with (
        watched(but_not_to=rig.dns.address) as connections,
        pytest.raises(GuardRefused) as caught,
    ):
        network.open(host, 993, 1.0, public_only=True)
    assert caught.value.sentence == f"{host} is at a private address ({address})"
    assert caught.value.hint is not None
    assert "mailctl provider add" in caught.value.hint
    assert connections == []


def test_the_system_s_own_look_up_is_judged_too() -> None:
    with pytest.raises(GuardRefused):
        Network().open("localhost", 993, 1.0, public_only=True)


def test_only_the_public_ones_of_several_addresses_are_tried(rig: Rig, network: Network) -> None:
    rig.dns.add_zone("half.example", "imap A 10.0.0.5\nimap A 8.8.8.8\nimap A 127.0.0.1")
    with pytest.raises(AssertionError, match=r"tried to reach \('8\.8\.8\.8', 993\)"):
        network.open("imap.half.example", 993, 1.0, public_only=True)


def test_a_detour_is_a_person_s_own_word(rig: Rig) -> None:
    with silent() as port:
        network = Network(parse_redirects(f"imap.corp.example:993:127.0.0.1:{port}"))
        network.open("imap.corp.example", 993, 5.0, public_only=True).close()


def test_a_detour_to_another_port_says_nothing_of_the_address(rig: Rig) -> None:
    network = Network(parse_redirects("imap.hosting.example:993::1993"), rig.dns.address)
    with pytest.raises(GuardRefused):
        network.open("imap.hosting.example", 993, 5.0, public_only=True)


def test_a_name_without_address_is_unreachable_all_the_same(network: Network) -> None:
    with pytest.raises(Unreachable):
        network.open("no-such-host.invalid", 993, 5.0, public_only=True)


@pytest.mark.parametrize("purpose", ["source", "sender"])
def test_a_discovered_server_gets_no_password_at_a_private_address(
    rig: Rig, network: Network, purpose: str
) -> None:
    endpoint = Endpoint("imap.hosting.example", unused_port(), Security.TLS)
    where = replace(provider(incoming=endpoint, submission=endpoint), origin=Origin.DISCOVERED)
    access = NetworkMailAccess(network)
    login = Login(where, "ada@corp.example", Secret("secret"))
    opened = access.source(login) if purpose == "source" else access.sender(login)
    with (
        watched(but_not_to=rig.dns.address) as connections,
        pytest.raises(GuardRefused) as caught,
        opened,
    ):
        pass
    assert caught.value.exit_code is ExitCode.GUARD
    assert connections == []
