"""The causes that Exchange alone has are in the manual, each with a step to take."""

from pathlib import Path

import pytest

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import Origin, Provider, ProviderKind
from mailctl.protocols.ews import causes

CORP = Provider(ProviderName("corp"), "Corp", ProviderKind.EWS, Origin.CUSTOM)


@pytest.mark.parametrize("cause", sorted(causes.own_causes()))
def test_the_manual_names_every_cause(cause: str) -> None:
    manual = Path("docs/diagnoses.md").read_text(encoding="utf-8")
    _, _, section = manual.partition("An Exchange server")
    assert f"| `{cause}` | {causes.diagnosis(cause, CORP).explains} |" in section


def test_a_step_names_the_provider() -> None:
    assert "provider set corp --ews-url" in causes.diagnosis("not-ews", CORP).step
