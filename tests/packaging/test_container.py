"""The image is built and run as its README says: as nobody, with a root that is read-only."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator

import pytest
import yaml

from tests.packaging.containers import BASE, Podman, podman
from tests.packaging.distributions import ROOT, tool
from tests.rig import Rig

EXAMPLE = ROOT / "examples" / "container"
BUILD, ONCE, FOLLOW = re.findall(
    r"```sh\n(.*?)\n```", (EXAMPLE / "README.md").read_text(encoding="utf-8"), re.DOTALL
)
SALES = "sales@corp.example"

_PATIENCE_S = 30


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds, or fail."""
    end = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.2)


pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a storage of images wants root")


@pytest.fixture(scope="session")
def built() -> Iterator[Podman]:
    """A podman that has built the image by the words of the README."""
    with podman() as made:
        ran = made.shell(BUILD)
        assert ran.code == 0, ran.err
        yield made


@pytest.fixture
def image(built: Podman, rig: Rig) -> Iterator[Podman]:
    """The same, its containers being near the rig; no container, volume or secret is left."""
    authority = "/etc/ssl/rig.pem"
    environment = {**rig.environment(), "SSL_CERT_FILE": authority}
    built.configure(environment, (f"{rig.environment()['SSL_CERT_FILE']}:{authority}:ro",))
    rig.dovecot.add_user(SALES, "pw")
    rig.dovecot.append(SALES, "pw", "INBOX", b"Subject: hello container\r\n\r\nhello\r\n")
    yield built
    built.shell("podman rm --all --force; podman volume prune --force; podman secret rm --all")


def test_a_team_is_connected_and_its_mail_loaded_by_the_words_of_the_readme(image: Podman) -> None:
    ran = image.shell(ONCE, SALES_PASSWORD="pw")
    assert ran.code == 0, ran.err
    assert "hello container" in ran.out


@pytest.fixture
def connected(image: Podman) -> Podman:
    """The image, its volume holding the account."""
    ran = image.shell(ONCE, SALES_PASSWORD="pw")
    assert ran.code == 0, ran.err
    return image


def test_what_follows_the_mailboxes_is_healthy_and_stops_at_once(connected: Podman) -> None:
    start, status, health, stop = FOLLOW.replace("\\\n", "").splitlines()
    ran = connected.shell(start)
    assert ran.code == 0, ran.err
    until(lambda: "ok" in connected.shell(status).out)
    assert connected.shell(health).code == 0
    began = time.monotonic()
    assert connected.shell(stop).code == 0
    assert time.monotonic() - began < 8, "podman kills after ten seconds"
    assert connected("inspect --format '{{.State.ExitCode}}' mailctl") == "143"


def test_as_the_first_process_it_obeys_an_interrupt(connected: Podman, rig: Rig) -> None:
    start, *_ = FOLLOW.replace("\\\n", "").splitlines()
    connected.shell(start)
    rig.dovecot.append(SALES, "pw", "INBOX", b"Subject: it listens\r\n\r\nhello\r\n")
    until(lambda: SALES in connected.shell("podman logs mailctl").out)
    connected("kill --signal INT mailctl")
    assert connected("wait mailctl") == "130"


def test_it_is_nobody_and_writes_to_nothing_but_its_data(image: Podman) -> None:
    script = "id -u; cat /proc/1/comm; touch /data/x && ! touch /x /opt/mailctl/x /etc/x 2>&1"
    words = "--rm --read-only --cap-drop all --security-opt no-new-privileges --entrypoint sh"
    user, first, *refused = image(f"run {words} mailctl -c '{script}'").splitlines()
    assert (user, first) == ("10001", "sh")
    assert len(refused) == 3
    assert image("inspect --format '{{.Config.User}} {{.Config.Entrypoint}}' mailctl") == (
        "10001:10001 [mailctl]"
    )


def test_the_image_adds_little_to_debian_and_brings_no_tools(image: Podman) -> None:
    sizes = {
        name: int(image(f"image inspect --format '{{{{.Size}}}}' {name}"))
        for name in ("mailctl", BASE)
    }
    assert sizes["mailctl"] - sizes[BASE] < 250_000_000
    found = image.shell(
        "podman run --rm --entrypoint sh mailctl -c 'ls /opt/mailctl/bin; which gcc'"
    )
    assert not {"pip", "gcc"} & set(found.out.split())


def test_the_image_says_where_everything_lies_and_asks_nobody(image: Podman) -> None:
    listed = json.loads(image("run --rm mailctl account list -o json"))
    assert listed == []
    ran = image.shell("podman run --rm --tty mailctl account add")
    assert ran.code == 2
    (env,) = json.loads(image("image inspect --format '[{{json .Config.Env}}]' mailctl"))
    assert {"MAILCTL_HOME=/data", "MAILCTL_NO_INPUT=1"} <= set(env)


def test_compose_says_the_same_as_the_readme() -> None:
    file = EXAMPLE / "compose.yaml"
    tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", file)
    (service,) = yaml.safe_load(file.read_text(encoding="utf-8"))["services"].values()
    assert " ".join(service["command"]) in FOLLOW
    assert " ".join(service["healthcheck"]["test"][1:]) in FOLLOW
    assert (service["read_only"], service["secrets"]) == (True, ["sales-password"])
    built = (file.parent / service["build"]["context"] / service["build"]["dockerfile"]).resolve()
    assert built == EXAMPLE / "Containerfile"
