"""All providers that are known without asking anybody."""

from dataclasses import replace

import pytest

from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import DomainMapping, MappingOrigin
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


@pytest.mark.parametrize(
    ("domain", "served_by"),
    [
        ("corp.example", "corp"),
        ("sub.corp.example", "corp"),
        ("a.b.sub.corp.example", "corp"),
        ("own.corp.example", "own"),
        ("below.own.corp.example", "corp"),
        ("lab.corp.example", "lab"),
        ("x.lab.corp.example", "lab"),
        ("xcorp.example", None),
        ("corp.example.org", None),
        ("example", None),
    ],
)
def test_a_domain_is_served_by_its_mapping_or_by_the_nearest_that_includes_it(
    domain: str, served_by: str | None
) -> None:
    known = {
        name: DomainMapping(
            name,
            ProviderName(name.partition(".")[0]),
            MappingOrigin.ADMIN,
            includes_subdomains=below,
        )
        for name, below in (
            ("corp.example", True),
            ("own.corp.example", False),
            ("lab.corp.example", True),
        )
    }
    found = replace(directory(), mappings=known).mapping(domain)
    assert (found and found.provider) == served_by
