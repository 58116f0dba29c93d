"""account add and account list, as a person or a script meets them."""

import json
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.rig import Rig


def test_the_provider_is_recognised_by_mx_and_nothing_is_asked(
    run: Run, at_the_rig: Rig, hosting: str
) -> None:
    box = at_the_rig.address("ada")
    ran = run(
        *("account", "add", box.address, "--password-stdin", "--no-input", "-o", "json"),
        typed=box.password + "\n",
    )
    assert ran.code == ExitCode.OK
    added = json.loads(ran.out)
    assert added["address"] == box.address
    assert added["provider"] == hosting
    assert added["resolution"]["method"] == "mx"
    assert added["learned_domain"] is None
    assert added["state"] == "active"
