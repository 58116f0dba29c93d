"""The pipelines of examples/ci provision accounts at real servers, and fail when they should."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.packaging.distributions import TOOLS, Distributions, of_pip, packages_in_reach, tool
from tests.packaging.pipelines import EXAMPLES, GitHub, GitLab, Runner
from tests.rig import Rig

SALES, SUPPORT = "sales@corp.example", "support@corp.example"


@pytest.fixture(params=[GitHub, GitLab])
def runner(
    request: pytest.FixtureRequest,
    distributions: Distributions,
    rig: Rig,
    workshop: Path,
    tmp_path: Path,
) -> Runner:
    """A runner that has checked the example out and has never run it."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pipx").symlink_to(TOOLS / "pipx")
    shutil.copytree(EXAMPLES / "mail", tmp_path / "checkout" / "mail")
    for address in (SALES, SUPPORT):
        rig.dovecot.add_user(address, "pw")
    authorities = tmp_path / "authorities.pem"
    machine = of_pip("cert") or "/etc/ssl/certs/ca-certificates.crt"
    both = (rig.ca_file, Path(machine))
    authorities.write_bytes(b"".join(each.read_bytes() for each in both))
    environment = {
        **packages_in_reach(),
        **rig.environment(),
        "SSL_CERT_FILE": str(authorities),
        "PATH": f"{tmp_path}/bin:/usr/bin:/bin",
        "HOME": str(workshop / request.param.__name__),
        "MAILCTL_HOME": str(tmp_path / "state"),
        "PACKAGE": str(distributions.wheel),
    }
    secrets = {"SALES_PASSWORD": "pw", "SUPPORT_PASSWORD": "pw"}
    made = request.param(tmp_path / "checkout", environment, secrets)
    assert isinstance(made, Runner)
    return made


def stored(runner: Runner) -> dict[str, dict[str, str]]:
    """Return the accounts that are there, by address."""
    mailctl = Path(runner.environment["HOME"]) / ".local" / "bin" / "mailctl"
    words = [str(mailctl), "account", "list", "-o", "json"]
    done = subprocess.run(words, env=runner.environment, capture_output=True, check=True, text=True)
    return {account["address"]: account for account in json.loads(done.stdout)}


def rewrite(runner: Runner, old: str, new: str) -> None:
    """Change the file of accounts."""
    file = runner.checkout / "mail" / "accounts.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_proposal_shows_accounts_that_the_push_then_makes_once(runner: Runner) -> None:
    proposed = runner.propose()
    assert proposed.code == 0, proposed.err
    assert f"+ account {SALES}" in runner.plan()
    assert stored(runner) == {}
    pushed = runner.push()
    assert pushed.code == 0, pushed.err
    assert {address: each["state"] for address, each in stored(runner).items()} == {
        SALES: "ok",
        SUPPORT: "ok",
    }
    again = runner.push()
    assert (again.code, again.out.count("unchanged")) == (0, 4), again.err
    assert runner.propose().code == 0
    assert runner.plan() == ""


def test_a_change_is_shown_and_then_made(runner: Runner) -> None:
    assert runner.push().code == 0
    rewrite(runner, "period: 30d", "period: 90d")
    assert runner.propose().code == 0
    assert f"~ account {SALES}" in runner.plan()
    assert "90d" in runner.plan()
    pushed = runner.push()
    assert (pushed.code, pushed.out.count("updated")) == (0, 1), pushed.err


def test_a_wrong_file_fails_both_and_changes_nothing(runner: Runner) -> None:
    rewrite(runner, "bulk: skip", "bulk: maybe")
    for ran in (runner.propose(), runner.push()):
        assert ran.code in {1, 2}
        assert "mail/accounts.yaml:6:" in ran.err
    assert stored(runner) == {}


def test_an_account_that_is_refused_fails_the_push_and_comes_with_the_next(runner: Runner) -> None:
    runner.secrets["SALES_PASSWORD"] = "wrong"
    assert runner.propose().code == 0
    pushed = runner.push()
    assert pushed.code == 3
    assert SALES in pushed.err
    assert set(stored(runner)) == {SUPPORT}
    runner.secrets["SALES_PASSWORD"] = "pw"
    assert runner.push().code == 0
    assert set(stored(runner)) == {SALES, SUPPORT}


@pytest.mark.parametrize(
    ("schema", "name"),
    [("vendor.github-workflows", "github-actions.yml"), ("vendor.gitlab-ci", "gitlab-ci.yml")],
)
def test_a_pipeline_is_what_its_service_takes(schema: str, name: str) -> None:
    # !reference and such are words that only GitLab's YAML has
    types = ("--data-transform", "gitlab-ci") if "gitlab" in name else ()
    tool("check-jsonschema", "--builtin-schema", schema, *types, EXAMPLES / name)


def test_the_files_are_what_the_schema_says_that_they_name(run: Run, tmp_path: Path) -> None:
    """A declared file's first line leads editors there."""
    files = list((EXAMPLES / "mail").iterdir())
    for file in files:
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=../mailctl.schema.json"
    schema = tmp_path / "mailctl.schema.json"
    schema.write_text(run("schema", "files").out, encoding="utf-8")
    team = EXAMPLES.parent / "container" / "team.yaml"
    tool("check-jsonschema", "--schemafile", schema, *files, team)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("accounts: [{address: a@b.example, ovner: Sales}]", encoding="utf-8")
    with pytest.raises(AssertionError, match="ovner"):
        tool("check-jsonschema", "--schemafile", schema, wrong)
