"""Which provider an address leads to: a table of cases, against real name and web servers."""

import pytest

pytest.register_assert_rewrite("tests.resolution.world")
