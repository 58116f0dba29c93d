"""What a case of the table consists of: an address, what the world says of it, the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mailctl.domain.resolution import Method, Outcome, Trust
from mailctl.errors import ExitCode
from tests.rig import Page

ISPDB_HOST = "autoconfig.thunderbird.net"

# Offered where nothing is decided: the services that host other people's domains.
USUAL = ("gmail", "microsoft365", "zoho", "fastmail", "yandex", "icloud", "ionos", "ovh")

Sites = Mapping[str, Mapping[str, Page]]
Settings = Mapping[str, str | None]


class Flaw(StrEnum):
    """What is wrong with the certificate of a web server."""

    WRONG_NAME = "wrong-name"
    EXPIRED = "expired"
    UNKNOWN_AUTHORITY = "unknown-authority"


class Nameserver(StrEnum):
    """Which name server a case meets."""

    USUAL = "usual"
    SILENT = "silent"
    """It never answers."""
    LATE = "late"
    """It takes half a second for each answer."""
    SHOUTING = "shouting"
    """IT ANSWERS IN CAPITAL LETTERS."""


@dataclass(frozen=True)
class Expected:
    """The answer; steps that are not named may end as they like."""

    code: ExitCode = ExitCode.OK
    provider: str | None = None
    method: Method | None = None
    trust: Trust | None = None
    settings: Settings | None = None
    """Those that are named, written HOST:PORT SECURITY."""
    steps: Mapping[str, Outcome] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    """Words that the detail of a step contains."""
    named: tuple[str, ...] = ()
    """The candidates that come before those who are offered always."""
    auth: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Case:
    """One line of the table; `{D}` stands for `domain` wherever a text is written.

    `domain` is in the form that goes over the wire, and its zone holds `dns`; without any it
    does not exist. Every host of `sites` is led to the rig's web server, whatever DNS says.
    """

    name: str
    domain: str
    expected: Expected
    address: str = "ada@{D}"
    dns: str | None = None
    zones: Mapping[str, str] = field(default_factory=dict)
    """Further zones that the case alone uses."""
    sites: Sites = field(default_factory=dict)
    flaws: Mapping[str, Flaw] = field(default_factory=dict)
    ispdb: Page | None = None
    """What the public ISPDB has for the domain."""
    typed: tuple[str, ...] = ()
    """Commands that come before."""
    options: tuple[str, ...] = ()
    nameserver: Nameserver = Nameserver.USUAL
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What exactly these hosts are asked."""
    within_s: float = 10.0

    def filled(self, text: str) -> str:
        """Return the text with the domain in its places."""
        return text.replace("{D}", self.domain)

    @property
    def own_zones(self) -> dict[str, str]:
        """The zones of the case by their names."""
        own = {} if self.dns is None else {self.domain: self.dns}
        return own | {self.filled(zone): records for zone, records in self.zones.items()}

    @property
    def own_sites(self) -> dict[str, dict[str, Page]]:
        """The pages of the case by their hosts."""
        return {
            self.filled(host): {path: self._page(page) for path, page in pages.items()}
            for host, pages in self.sites.items()
        }

    @property
    def ispdb_pages(self) -> dict[str, Page]:
        """What the public ISPDB has for the domain, by its path."""
        return {} if self.ispdb is None else {f"/v1.1/{self.domain}": self._page(self.ispdb)}

    def flaw(self, host: str) -> Flaw | None:
        """Return what is wrong with the certificate of the host."""
        flaws = {self.filled(named): flaw for named, flaw in self.flaws.items()}
        return flaws.get(host)

    def _page(self, page: Page) -> Page:
        domain = self.domain.encode()
        headers = {name: self.filled(value) for name, value in page.headers.items()}
        return Page(
            page.body.replace(b"{D}", domain),
            page.status,
            page.content_type,
            headers,
            page.rate_bytes_per_s,
            page.status_without_query,
        )


def servers(
    incoming: str | None, submission: str | None, username: str | None = "ada@{D}"
) -> Settings:
    """Return the settings of a mailbox by IMAP and SMTP."""
    return {"incoming": incoming, "submission": submission, "username": username}


OWN = servers("imap.{D}:993 tls", "smtp.{D}:465 tls")


def by_mx(provider: str, settings: Settings | None = None, **says: str) -> Expected:
    """Return that the exchangers decide; what the step `mx` says may be given."""
    return Expected(
        provider=provider,
        method=Method.MX,
        trust=Trust.BUILTIN,
        settings=settings,
        steps={"mx": Outcome.HIT},
        says=says,
    )


def suggested(
    provider: str | None,
    method: Method = Method.MX,
    *,
    step: str = "signs",
    outcome: Outcome = Outcome.SUGGESTION,
    settings: Settings | None = None,
    named: tuple[str, ...] | None = None,
    mx: Outcome | None = None,
    says: Mapping[str, str] | None = None,
) -> Expected:
    """Return that a person has to agree to what `step` found."""
    return Expected(
        provider=provider,
        method=method,
        trust=Trust.UNAUTHENTICATED,
        settings=settings,
        steps={step: outcome} | ({} if mx is None else {"mx": mx}),
        says=says or {},
        named=named if named is not None else (() if provider is None else (provider,)),
    )


def discovered(
    step: str,
    settings: Settings = OWN,
    *,
    provider: str | None = None,
    auth: tuple[str, ...] | None = None,
    **says: str,
) -> Expected:
    """Return that what the domain or the ISPDB says of its servers decides, found by `step`."""
    method = {"srv": Method.SRV, "autodiscover": Method.AUTODISCOVER}.get(step, Method.AUTOCONFIG)
    return Expected(
        provider=provider,
        method=method,
        trust=Trust.BOUNDED if method is Method.SRV else Trust.AUTHENTICATED,
        settings=settings,
        steps={step: Outcome.HIT},
        says={name.replace("_", "-"): words for name, words in says.items()},
        auth=auth,
    )


def nothing(
    *,
    code: ExitCode = ExitCode.CHOICE_NEEDED,
    named: tuple[str, ...] = (),
    says: Mapping[str, str] | None = None,
    **steps: Outcome,
) -> Expected:
    """Return that nothing is found, and how steps end; well_known stands for well-known."""
    return Expected(
        code=code,
        steps={step.replace("_", "-"): outcome for step, outcome in steps.items()},
        says=says or {},
        named=named,
    )
