"""Runs a pipeline's own steps as GitHub's and GitLab's runners do."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import Ran

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "ci"


@dataclass(frozen=True)
class Step:
    """A script that is one process of bash."""

    script: str
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Runner:
    """A machine with a checkout, a home and pipx, and nothing else in the environment."""

    checkout: Path
    environment: dict[str, str]
    secrets: dict[str, str]

    def push(self) -> Ran:
        """Run what a push to the main branch starts."""
        raise NotImplementedError

    def propose(self) -> Ran:
        """Run what a pull request starts."""
        raise NotImplementedError

    def plan(self) -> str:
        """Return what people are shown of a proposal."""
        raise NotImplementedError

    def _run(self, steps: Iterator[Step]) -> Ran:
        """Run one step after the other until one fails.

        Where mailctl was installed by a run before, it is not installed again: that takes long.
        """
        out = err = ""
        is_installed = (Path(self.environment["HOME"]) / ".local/bin/mailctl").exists()
        for step in steps:
            script = re.sub("pipx install .*", ":", step.script) if is_installed else step.script
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
                cwd=self.checkout,
                env=step.environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
                stdin=subprocess.DEVNULL,
            )
            out, err = out + done.stdout, err + done.stderr
            if done.returncode != 0:
                return Ran(done.returncode, out, err)
        return Ran(0, out, err)


class GitHub(Runner):
    """Each step is a process of its own; they tell each other by files."""

    def push(self) -> Ran:
        return self._run(self._steps("push"))

    def propose(self) -> Ran:
        return self._run(self._steps("pull_request"))

    def plan(self) -> str:
        return self._file("summary").read_text(encoding="utf-8")

    def _file(self, name: str) -> Path:
        return self.checkout.parent / f"github-{name}"

    def _steps(self, event: str) -> Iterator[Step]:
        workflow = yaml.safe_load((EXAMPLES / "github-actions.yml").read_text(encoding="utf-8"))
        (job,) = workflow["jobs"].values()
        for name in ("summary", "path"):
            self._file(name).write_text("", encoding="utf-8")
        for step in job["steps"]:
            if "run" in step and _holds(step.get("if"), event):
                own = {**workflow["env"], **self._filled(step.get("env", {}))}
                yield Step(step["run"], {**own, **self.environment, **self._of_the_runner()})

    def _filled(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Put the secrets in."""
        return {
            name: re.sub(r"\$\{\{ secrets\.(\w+) \}\}", lambda at: self.secrets[at[1]], value)
            for name, value in environment.items()
        }

    def _of_the_runner(self) -> dict[str, str]:
        added = self._file("path").read_text(encoding="utf-8").splitlines()
        return {
            "PATH": ":".join([*added, self.environment["PATH"]]),
            "GITHUB_PATH": str(self._file("path")),
            "GITHUB_STEP_SUMMARY": str(self._file("summary")),
            "CI": "true",
        }


def _holds(condition: str | None, event: str) -> bool:
    if condition is None:
        return True
    assert condition == "github.event_name != 'pull_request'", "a condition to be taught here"
    return event != "pull_request"


class GitLab(Runner):
    """A job is one process: what comes before it, and its script."""

    def push(self) -> Ran:
        return self._run(iter([self._job("apply", self.secrets)]))

    def propose(self) -> Ran:
        return self._run(iter([self._job("diff", {})]))  # protected variables are not for others

    def plan(self) -> str:
        paths: list[str] = self._pipeline()["diff"]["artifacts"]["paths"]
        (path,) = paths
        return (self.checkout / path).read_text(encoding="utf-8")

    def _pipeline(self) -> Any:
        return yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text(encoding="utf-8"))

    def _job(self, name: str, secrets: Mapping[str, str]) -> Step:
        pipeline = self._pipeline()
        lines = [*pipeline["default"]["before_script"], *pipeline[name]["script"]]
        given = {**pipeline["variables"], **secrets, **self.environment, "CI": "true"}
        return Step("\n".join(lines), given)
