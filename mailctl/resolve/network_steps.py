"""The steps of a resolution that ask others, in the order of their weight."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from mailctl.domain.addresses import Address
from mailctl.ports import Internet
from mailctl.resolve.autodiscover import ask_autodiscover
from mailctl.resolve.directory import Directory
from mailctl.resolve.documents import ask_autoconfig, ask_ispdb, ask_well_known
from mailctl.resolve.exchangers import ask_exchangers
from mailctl.resolve.race import Step
from mailctl.resolve.signs import ask_signs
from mailctl.resolve.srv import ask_services
from mailctl.resolve.verdicts import Verdict


@dataclass(frozen=True)
class NetworkSteps:
    """What may be asked about one address."""

    address: Address
    directory: Directory
    internet: Internet
    is_private: bool = False
    """Whether the address is told to nobody, and the domain to nobody but its own servers."""

    def exchangers(self) -> Step:
        """Return the step that mostly decides."""
        domain, names = self.address.domain, self.internet.names
        return Step("mx", lambda: ask_exchangers(domain, names, self.directory))

    def others(self, exchangers: Callable[[], Awaitable[Verdict]]) -> Iterator[Step]:
        """Yield what is asked where `exchangers` decide nothing, the weightiest first."""
        address, directory, internet = self.address, self.directory, self.internet
        domain, names, web = address.domain, internet.names, internet.web
        tells = not self.is_private
        yield Step("srv", lambda: ask_services(domain, names, directory))
        if web is not None:
            yield Step(
                "autoconfig", lambda: ask_autoconfig(address, web, directory, may_name=tells)
            )
            yield Step(
                "well-known", lambda: ask_well_known(address, web, directory, may_name=tells)
            )
        if web is not None and tells:
            yield Step("ispdb", lambda: ask_ispdb(domain, web, directory))
            yield Step("autodiscover", lambda: ask_autodiscover(address, internet, directory))
        yield Step("signs", lambda: ask_signs(domain, names, directory, exchangers=exchangers()))
