"""Builds and installs mailctl as its users do, by pip, pipx and uv."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.conftest import Ran

ROOT = Path(__file__).parent.parent.parent
TOOLS = Path(sys.executable).parent
# As it is when the tests are collected: later a test's environment leads to the rig's servers.
OUTSIDE = {name: value for name, value in os.environ.items() if not name.startswith("MAILCTL_")}
_TOOL_TIMEOUT_S = 240


def tool(*words: str | Path, environment: Mapping[str, str] | None = None) -> str:
    """Run one of the tools that build, install or check, and return what it prints.

    The tool is looked for beside the tests' Python. pip's index and certificates are taken as the
    machine has them; uv, which does not read pip's configuration, is told the index.
    """
    done = subprocess.run(
        [TOOLS / words[0], *words[1:]],
        env={**packages_in_reach(), **OUTSIDE, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=_TOOL_TIMEOUT_S,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=ROOT.root,
    )
    assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
    return done.stdout


def packages_in_reach() -> dict[str, str]:
    """Return what pip and uv must find in an environment to get packages, as this machine does."""
    cache = Path(OUTSIDE.get("XDG_CACHE_HOME") or Path(OUTSIDE.get("HOME", "/root"), ".cache"))
    found = {"UV_CACHE_DIR": str(cache / "uv"), "PIP_CACHE_DIR": str(cache / "pip"), **OUTSIDE}
    for name, setting in (("UV_DEFAULT_INDEX", "index-url"), ("PIP_CERT", "cert")):
        if of_pip(setting):
            found.setdefault(name, of_pip(setting))
    return {name: found[name] for name in found if name.startswith(("UV_", "PIP_"))}


@cache
def of_pip(setting: str) -> str:
    """Return what pip is told on this machine, by files or the environment; empty if nothing."""
    words = [sys.executable, "-m", "pip", "config", "get", f"global.{setting}"]
    done = subprocess.run(words, env=OUTSIDE, capture_output=True, text=True, check=False)
    name = f"PIP_{setting.replace('-', '_').upper()}"
    return OUTSIDE.get(name, done.stdout.strip())


def copy_of_the_repository(target: Path) -> Path:
    """Copy what git has or would take: none of what was built or cached here."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


@dataclass(frozen=True)
class Distributions:
    """What a release consists of."""

    sdist: Path
    wheel: Path


def build(source: Path, target: Path) -> Distributions:
    """Build the sdist and, from that alone, the wheel."""
    tool("uv", "build", "--quiet", "--out-dir", target, source)
    (sdist,), (wheel,) = target.glob("*.tar.gz"), target.glob("*.whl")
    return Distributions(sdist, wheel)


@dataclass(frozen=True)
class Installed:
    """A mailctl that was installed, run with nothing but what a process has to have."""

    program: Path
    home: Path

    def __call__(
        self, *words: str | Path, typed: str = "", environment: Mapping[str, str] | None = None
    ) -> Ran:
        """Run `mailctl WORDS` in the locale C, where HOME is empty at first."""
        done = subprocess.run(
            [self.program, *words],
            env=self.environment(environment),
            input=typed,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            cwd=self.home,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return all that stands in its environment."""
        bare = {"PATH": f"{self.program.parent}:/usr/bin:/bin", "HOME": str(self.home)}
        return {**bare, "LANG": "C", **(more or {})}


def environment_of_its_own(directory: Path, interpreter: str | Path = sys.executable) -> Path:
    """Make an empty virtual environment and return its Python."""
    tool("uv", "venv", "--quiet", "--python", interpreter, directory)
    return directory / "bin" / "python"


def newer_pythons() -> list[Path]:
    """Return the interpreters of later versions than this one that pyenv or the system have."""
    versions = [f"3.{minor}" for minor in range(sys.version_info.minor + 1, 20)]
    pyenv = Path(OUTSIDE.get("PYENV_ROOT") or Path(OUTSIDE.get("HOME", "/root"), ".pyenv"))
    of_pyenv = [path for each in versions for path in pyenv.glob(f"versions/{each}.*/bin/python")]
    return [*of_pyenv, *Path("/usr/bin").glob("python3.1[2-9]")]
