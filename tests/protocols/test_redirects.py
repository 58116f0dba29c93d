import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.errors import BadUsage
from mailctl.protocols.redirects import Redirect, parse_redirects, redirected

names = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z]{2,5}){0,2}", fullmatch=True)
hosts = st.none() | names | st.ip_addresses().map(str)
ports = st.none() | st.integers(1, 65535)


@given(st.lists(st.builds(Redirect, hosts, ports, hosts, ports), max_size=4))
def test_what_is_written_is_read_again(redirects: list[Redirect]) -> None:
    assert parse_redirects(",".join(map(str, redirects))) == tuple(redirects)


@pytest.mark.parametrize(
    ("text", "host", "port", "goes_to"),
    [
        ("", "a.example", 993, ("a.example", 993)),
        ("a.example:993:127.0.0.1:1993", "a.example", 993, ("127.0.0.1", 1993)),
        ("a.example:993:127.0.0.1:1993", "A.Example.", 993, ("127.0.0.1", 1993)),
        ("a.example:993:127.0.0.1:1993", "a.example", 143, ("a.example", 143)),
        ("a.example:993:127.0.0.1:1993", "b.example", 993, ("b.example", 993)),
        ("::127.0.0.1:1993", "b.example", 465, ("127.0.0.1", 1993)),
        (":465::1465", "b.example", 465, ("b.example", 1465)),
        ("a.example::[::1]:", "a.example", 993, ("::1", 993)),
        ("[::1]:993:b.example:1", "::1", 993, ("b.example", 1)),
        ("a.example:1:b.example:2,a.example:1:c.example:3", "a.example", 1, ("b.example", 2)),
    ],
)
def test_the_first_redirect_that_fits_wins(
    text: str, host: str, port: int, goes_to: tuple[str, int]
) -> None:
    assert redirected(parse_redirects(text), host, port) == goes_to


@pytest.mark.parametrize(
    "text",
    ["nonsense", "a:b:c:d", "a:1:b:2:3", "a:0:b:2", "a:70000:b:2", "::1:993:b:2", "a b:1:c:2"],
)
def test_nonsense_is_refused_by_the_name_of_the_variable(text: str) -> None:
    with pytest.raises(BadUsage, match="MAILCTL_CONNECT_TO"):
        parse_redirects(text)
