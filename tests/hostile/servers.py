"""Which kinds of servers a test is repeated for."""

import pytest

from tests.rig.imap_model import SETS
from tests.soak import count


def _repeated(names: list[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("capabilities", [SETS[name] for name in names], ids=names)


every_server = _repeated([*SETS])
some_servers = _repeated([*SETS][: count(0, len(SETS))] or ["bare", "everything"])
"""The ends of the scale, and all of them where there is time."""
counting_servers = _repeated([name for name in SETS if "CONDSTORE" in SETS[name]])
resyncing_servers = _repeated([name for name in SETS if "QRESYNC" in SETS[name]])
identifying_servers = _repeated(["gmail", "everything"])
"""Those that give messages ids that stay."""
