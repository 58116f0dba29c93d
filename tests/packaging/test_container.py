"""The image is built and run as its README says: as nobody, with a root that is read-only."""

import json
import os
import re
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packaging.containers import BASE, Podman, podman
from tests.packaging.distributions import ROOT, tool
from tests.rig import Rig
from tests.rig.processes import require

EXAMPLE = ROOT / "examples" / "container"
BUILD, ONCE, FOLLOW, TIMER, CLUSTER = re.findall(
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


def quadlet() -> dict[str, dict[str, str]]:
    """Return the sections of the unit that podman makes a service of."""
    parsed = ConfigParser(interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string((EXAMPLE / "mailctl-sync.container").read_text(encoding="utf-8"))
    return {name: dict(parsed[name]) for name in parsed.sections()}


def run_of_quadlet() -> str:
    """Return the command that podman makes of it (podman-systemd.unit(5))."""
    container = quadlet()["Container"]
    image, command = container.pop("Image"), container.pop("Exec")
    flags = {
        "DropCapability": "--cap-drop={}",
        "NoNewPrivileges": "--security-opt=no-new-privileges",
        "ReadOnly": "--read-only={}",
        "Secret": "--secret={}",
        "Tmpfs": "--tmpfs={}",
        "Volume": "--volume={}",
    }
    words = [flags[key].format(value) for key, value in container.items()]
    return f"podman run --rm {' '.join(words)} {image} {command}"


def test_the_container_of_the_timer_loads_the_mail_that_the_readme_does(image: Podman) -> None:
    walk = ONCE.replace("mailctl sync run", run_of_quadlet())
    assert walk != ONCE
    ran = image.shell(walk, SALES_PASSWORD="pw")
    assert ran.code == 0, ran.err
    assert "hello container" in ran.out


def test_the_timer_starts_what_podman_makes_a_service_of(tmp_path: Path) -> None:
    """What podman's generator leaves as it is makes a service with the command in it."""
    require("/usr/bin/systemd-analyze")
    install = "\n".join(line for line in TIMER.splitlines() if line.startswith("install"))
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    subprocess.run(["sh", "-ec", install], cwd=ROOT, env=environment, check=True)
    units = tmp_path / ".config" / "systemd" / "user"
    container = tmp_path / ".config" / "containers" / "systemd" / "mailctl-sync.container"
    before, _, rest = container.read_text(encoding="utf-8").partition("[Container]\n")
    kept = before + rest[rest.index("[Service]") :]
    service = f"{kept}ExecStart=/usr/bin/{run_of_quadlet()}\n"
    (units / "mailctl-sync.service").write_text(service, encoding="utf-8")
    said = subprocess.run(
        ["systemd-analyze", "verify", units / "mailctl-sync.timer"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
    assert "enable --now mailctl-sync.timer" in TIMER


def cluster() -> dict[str, dict[str, Any]]:
    """Return what Kubernetes is told to make, by kind and name."""
    made = yaml.safe_load_all((EXAMPLE / "kubernetes.yaml").read_text(encoding="utf-8"))
    return {f"{each['kind']}/{each['metadata']['name']}": each["spec"] for each in made}


def run_of_pod(job: dict[str, Any], mounts: dict[str, Path]) -> str:
    """Return what podman would be told to have a container with the rights of the pod."""
    pod = job["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    rights, who = container["securityContext"], pod["securityContext"]
    words = [
        f"--read-only={str(rights['readOnlyRootFilesystem']).lower()}",
        f"--user={who['runAsUser']}:{who['runAsGroup']}",
        *(f"--cap-drop={each}" for each in rights["capabilities"]["drop"]),
        *(f"--env={each['name']}={each['value']}" for each in container["env"]),
    ]
    if not rights["allowPrivilegeEscalation"]:
        words.append("--security-opt=no-new-privileges")
    for each in container["volumeMounts"]:
        mode = "ro" if each.get("readOnly") else "rw"
        words.append(f"--volume={mounts[each['name']]}:{each['mountPath']}:{mode}")
    return f"run --rm {' '.join(words)} {container['image']} {shlex.join(container['args'])}"


@pytest.fixture
def mounts(tmp_path: Path) -> dict[str, Path]:
    """Volumes as a kubelet makes them: root's, opened to the group of fsGroup, links in secrets."""
    made = {name: tmp_path / name for name in ("data", "passwords", "team")}
    for directory in made.values():
        directory.mkdir()
    (made["team"] / "team.yaml").symlink_to("..data/team.yaml")
    (made["team"] / "..data").mkdir()
    (made["team"] / "..data" / "team.yaml").write_bytes((EXAMPLE / "team.yaml").read_bytes())
    (made["passwords"] / "sales-password").symlink_to("..data/sales-password")
    (made["passwords"] / "..data").mkdir()
    password = made["passwords"] / "..data" / "sales-password"
    password.write_text("pw", encoding="utf-8")
    password.chmod(0o440)
    for each in (made["data"], password):
        os.chown(each, 0, 10001)
    made["data"].chmod(0o2770)
    return made


def test_the_jobs_of_kubernetes_connect_a_team_and_load_its_mail(
    image: Podman, mounts: dict[str, Path]
) -> None:
    jobs = cluster()
    sync, apply = (
        run_of_pod(jobs[f"CronJob/mailctl-{name}"], mounts) for name in ("sync", "apply")
    )
    assert image(sync) == "", "there is no account yet, which is no failure"
    assert "created" in image(apply)
    assert image(sync) == ""
    words = shlex.join(["message", "list", "--limit", "3"])
    assert "hello container" in image(sync[: sync.rindex("sync run")] + words)
    assert (mounts["data"] / "mailctl").stat().st_mode & 0o777 == 0o700


def test_the_pods_have_no_rights_and_never_overlap() -> None:
    jobs = [spec for name, spec in cluster().items() if name.startswith("CronJob/")]
    assert [job.get("suspend", False) for job in jobs] == [False, True]
    for job in jobs:
        assert job["concurrencyPolicy"] == "Forbid"
        assert job["jobTemplate"]["spec"]["backoffLimit"] == 0
        pod = job["jobTemplate"]["spec"]["template"]["spec"]
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_what_the_pods_mount_is_made_by_the_manifest_or_the_readme() -> None:
    made = cluster()
    for name, job in made.items():
        if name.startswith("CronJob/"):
            (container,) = job["jobTemplate"]["spec"]["template"]["spec"]["containers"]
            volumes = job["jobTemplate"]["spec"]["template"]["spec"]["volumes"]
            mounted = [each["name"] for each in container["volumeMounts"]]
            assert [each["name"] for each in volumes] == mounted
            for volume in volumes:
                if claim := volume.get("persistentVolumeClaim"):
                    assert f"PersistentVolumeClaim/{claim['claimName']}" in made
                if secret := volume.get("secret"):
                    assert f"secret generic {secret['secretName']} " in CLUSTER
                if files := volume.get("configMap"):
                    assert f"configmap {files['name']} " in CLUSTER
    (started,) = re.findall(r"--from=cronjob/(\S+)", CLUSTER)
    assert f"CronJob/{started}" in made
