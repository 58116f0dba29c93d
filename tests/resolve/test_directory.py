"""All providers that are known without asking anybody."""

from mailctl.resolve.catalogue import load
from tests.resolve.worlds import custom, directory


def test_ones_own_provider_beats_the_preset_of_its_name() -> None:
    own = custom("gmail")
    assert directory(own).provider("gmail") == own


def test_a_preset_is_found_by_its_name() -> None:
    assert directory().provider("gmail") == load().by_name("gmail")


def test_an_unknown_name_is_nobody() -> None:
    assert directory().provider("nobody-of-that-name") is None


def test_ones_own_come_first_and_replace_their_presets() -> None:
    own, replacing = custom("own"), custom("gmail")
    found = list(directory(own, replacing).providers())
    assert found[:2] == [own, replacing]
    assert [each.name for each in found].count(replacing.name) == 1
    assert len(found) == len(list(load().providers())) + 1
