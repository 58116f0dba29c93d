"""Podman with a storage of its own and a Debian made here, so that no registry is asked."""

import json
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.conftest import Ran
from tests.packaging.distributions import OUTSIDE, ROOT, of_pip
from tests.rig.processes import UNPACKED, require

BASE = "docker.io/library/debian:bookworm-slim"
_AUTHORITIES = "/etc/pip-authorities.pem"
# What the slim images leave out too.
_LEFT_OUT = ("man", "doc", "locale", "info")


class Podman:
    """Builds and runs images without touching those of the machine.

    Containers share the network of the host, so that they reach the rig.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        (directory / "storage.conf").write_text(
            f'[storage]\ndriver = "overlay"\ngraphroot = "{directory}/graph"\n'
            f'runroot = "{directory}/run"\n',
            encoding="utf-8",
        )
        self.configure({}, ())

    def configure(self, environment: Mapping[str, str], volumes: tuple[str, ...]) -> Self:
        """Say what every container from now on finds in its environment and is given to read."""
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        variables = [f"{name}={value}" for name, value in environment.items()]
        self._conf.write_text(
            f'[containers]\nnetns = "host"\nenv = {json.dumps(variables)}\n'
            f"volumes = {json.dumps(volumes)}\n"
            f'default_ulimits = ["nofile={files}:{files}", "nproc=4096:4096"]\n'
            # crun refuses where some groups are of the old kind and some of the new
            '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n',
            encoding="utf-8",
        )
        return self

    @property
    def _conf(self) -> Path:
        return self._directory / "containers.conf"

    def shell(self, line: str, **environment: str) -> Ran:
        """Run a line of shell where `podman` is this one, at the top of the repository."""
        done = subprocess.run(
            ["bash", "-O", "expand_aliases", "-eo", "pipefail", "-c", line],
            cwd=ROOT,
            env={
                **OUTSIDE,
                "CONTAINERS_CONF": str(self._conf),
                "CONTAINERS_STORAGE_CONF": str(self._directory / "storage.conf"),
                "BUILDAH_ISOLATION": "chroot",
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            stdin=subprocess.DEVNULL,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def __call__(self, line: str) -> str:
        """Run `podman LINE`, which has to go well, and return what it prints."""
        ran = self.shell(f"podman {line}")
        assert ran.code == 0, ran.err
        return ran.out.strip()


@contextmanager
def podman() -> Iterator[Podman]:
    """Yield a podman that has the base image, and leave nothing of it."""
    require("/usr/bin/podman", "/usr/bin/mmdebstrap", "/usr/sbin/runc")
    with tempfile.TemporaryDirectory(prefix="mailctl-podman", dir="/var/tmp") as directory:
        made = Podman(Path(directory))
        try:
            _import_base(made, Path(directory))
            yield made
        finally:
            made.shell("podman rm --all --force; podman rmi --all --force")


def _import_base(made: Podman, directory: Path) -> None:
    """Make what the recipe begins with, plus how this machine reaches Python's packages."""
    recipe = directory / "base"
    recipe.mkdir()
    os.link(_debian(), recipe / "debian.tar")
    authorities = of_pip("cert") or "/etc/ssl/certs/ca-certificates.crt"
    shutil.copy(authorities, recipe / "authorities.pem")
    index = f" PIP_INDEX_URL={of_pip('index-url')}" if of_pip("index-url") else ""
    (recipe / "Containerfile").write_text(
        f"FROM scratch\nADD debian.tar /\nCOPY authorities.pem {_AUTHORITIES}\n"
        f"ENV PIP_CERT={_AUTHORITIES}{index}\n",
        encoding="utf-8",
    )
    made(f"build --quiet --tag {BASE} {recipe}")


def _debian() -> Path:
    """Return a tar of Debian as its slim images are, made once a machine."""
    kept = UNPACKED / "debian-bookworm.tar"
    if not kept.exists():
        made = kept.with_suffix(f".{os.getpid()}.tar")
        words = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in _LEFT_OUT]
        subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=minbase", *words, "bookworm", made],
            check=True,
            env=OUTSIDE,
            timeout=300,
        )
        made.rename(kept)
    return kept
