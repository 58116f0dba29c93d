"""Directories, name servers and web servers made up for a test."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from mailctl.domain.answers import (
    AliasAnswer,
    MxAnswer,
    MxRecord,
    SrvAnswer,
    SrvRecord,
    TextAnswer,
    WebAnswer,
)
from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import (
    DomainMapping,
    MappingOrigin,
    MxTrust,
    Origin,
    Provider,
    ProviderKind,
)
from mailctl.domain.resolution import Outcome
from mailctl.domain.servers import Endpoint, Security
from mailctl.ports import Internet
from mailctl.resolve.catalogue import load
from mailctl.resolve.directory import Directory

IMAPS, IMAP = "_imaps._tcp", "_imap._tcp"
SUBMISSIONS, SUBMISSION = "_submissions._tcp", "_submission._tcp"


def custom(
    name: str, *mx: str, trust: MxTrust = MxTrust.AUTO, origin: Origin = Origin.CUSTOM
) -> Provider:
    """Return an administrator's provider."""
    return Provider(
        name=ProviderName(name),
        title=name.title(),
        kind=ProviderKind.IMAP,
        origin=origin,
        incoming=Endpoint(f"imap.{name}.example", 993, Security.TLS),
        submission=Endpoint(f"smtp.{name}.example", 465, Security.TLS),
        mx=mx,
        mx_trust=trust,
    )


def directory(
    *providers: Provider,
    mappings: Mapping[str, str] | None = None,
    by: str | None = None,
    with_subdomains: bool = False,
) -> Directory:
    """Return the presets with those providers and mappings of domains."""
    return Directory(
        load(),
        {provider.name: provider for provider in providers},
        {
            domain: DomainMapping(
                domain,
                ProviderName(name),
                MappingOrigin.ADMIN,
                created_by=by,
                includes_subdomains=with_subdomains,
            )
            for domain, name in (mappings or {}).items()
        },
    )


def exchangers(*records: tuple[int, str]) -> MxAnswer:
    """Return the answer with those records."""
    return MxAnswer(Outcome.HIT, tuple(MxRecord(*record) for record in records))


def servers(*records: tuple[int, int, int, str]) -> SrvAnswer:
    """Return the answer with those records: priority, weight, port, host."""
    return SrvAnswer(Outcome.HIT, tuple(SrvRecord(*record) for record in records))


def texts(*written: str) -> TextAnswer:
    """Return the answer with those TXT records."""
    return TextAnswer(Outcome.HIT, written)


def mail_services(domain: str, incoming: str, submission: str | None) -> dict[str, SrvAnswer]:
    """Return the SRV records of a domain with those two hosts, or without the second."""
    found = {f"{IMAPS}.{domain}": servers((0, 1, 993, incoming))}
    if submission:
        found[f"{SUBMISSIONS}.{domain}"] = servers((0, 1, 465, submission))
    return found


def client_config(
    *, imap: str | None = "imap.corp.example", smtp: str | None = "smtp.corp.example"
) -> bytes:
    """Return the document that describes those servers."""
    described = [
        f'<{tag} type="{kind}"><hostname>{host}</hostname><port>{port}</port>'
        "<socketType>SSL</socketType><username>%EMAILADDRESS%</username>"
        f"<authentication>password-cleartext</authentication></{tag}>"
        for tag, kind, host, port in (
            ("incomingServer", "imap", imap, 993),
            ("outgoingServer", "smtp", smtp, 465),
        )
        if host
    ]
    return (
        '<clientConfig version="1.1"><emailProvider id="corp.example">'
        f"<domain>corp.example</domain>{''.join(described)}</emailProvider></clientConfig>"
    ).encode()


class _Noting:
    """Notes each question, how many are open, and takes its time where a test says so."""

    def __init__(self, takes: Mapping[str, float] | None, each_takes: float) -> None:
        self.asked: list[str] = []
        self.cut_short: list[str] = []
        self.open = 0
        self.most_open = 0
        self._takes = takes or {}
        self._each_takes = each_takes

    async def _take_time(self, question: str) -> None:
        with self._noted(question):
            await asyncio.sleep(self._takes.get(question, self._each_takes))

    @contextmanager
    def _noted(self, question: str) -> Iterator[None]:
        self.asked.append(question)
        self.open += 1
        self.most_open = max(self.open, self.most_open)
        try:
            yield
        except asyncio.CancelledError:
            self.cut_short.append(question)
            raise
        finally:
            self.open -= 1


class Names(_Noting):
    """A name server that knows these names; it notes questions as in "MX corp.example"."""

    def __init__(
        self,
        exchangers: Mapping[str, MxAnswer] | None = None,
        *,
        services: Mapping[str, SrvAnswer] | None = None,
        texts: Mapping[str, TextAnswer] | None = None,
        aliases: Mapping[str, str | AliasAnswer] | None = None,
        takes: Mapping[str, float] | None = None,
        each_takes: float = 0.0,
    ) -> None:
        super().__init__(takes, each_takes)
        self._exchangers = exchangers or {}
        self._services = services or {}
        self._texts = texts or {}
        self._aliases = aliases or {}

    async def exchangers(self, domain: str, /) -> MxAnswer:
        await self._take_time(f"MX {domain}")
        return self._exchangers.get(domain, MxAnswer(Outcome.NODATA, detail="no MX record"))

    async def services(self, name: str, /) -> SrvAnswer:
        await self._take_time(f"SRV {name}")
        return self._services.get(name, SrvAnswer(Outcome.NODATA, detail="no SRV record"))

    async def texts(self, domain: str, /) -> TextAnswer:
        await self._take_time(f"TXT {domain}")
        return self._texts.get(domain, TextAnswer(Outcome.NODATA, detail="no TXT record"))

    async def alias(self, host: str, /) -> AliasAnswer:
        await self._take_time(f"CNAME {host}")
        found = self._aliases.get(host, AliasAnswer(Outcome.NODATA, detail="no alias"))
        return AliasAnswer(Outcome.HIT, (found,)) if isinstance(found, str) else found


class Pages(_Noting):
    """Web servers that have these documents and no other; it notes the addresses asked for."""

    def __init__(
        self,
        documents: Mapping[str, bytes | WebAnswer] | None = None,
        *,
        takes: Mapping[str, float] | None = None,
        each_takes: float = 0.0,
    ) -> None:
        super().__init__(takes, each_takes)
        self._documents = documents or {}

    async def get(self, url: str, /, *, stays_at: str | None = None) -> WebAnswer:
        await self._take_time(url)
        found = self._documents.get(
            url, WebAnswer(Outcome.MISS, url, detail="not found", status=404)
        )
        if isinstance(found, bytes):
            return WebAnswer(Outcome.HIT, url, found, status=200)
        host = urlsplit(found.url).hostname or ""
        if stays_at and not f".{host}".endswith(f".{stays_at}"):
            return WebAnswer(Outcome.REJECTED, url, detail=f"redirects to {host}")
        return found


class Nobody:
    """Stands where no name server and no web server may be asked."""

    async def exchangers(self, domain: str, /) -> MxAnswer:
        raise AssertionError(f"a name server was asked for the exchangers of {domain}")

    async def services(self, name: str, /) -> SrvAnswer:
        raise AssertionError(f"a name server was asked for {name}")

    async def texts(self, domain: str, /) -> TextAnswer:
        raise AssertionError(f"a name server was asked for the texts of {domain}")

    async def alias(self, host: str, /) -> AliasAnswer:
        raise AssertionError(f"a name server was asked for what {host} is an alias of")

    async def get(self, url: str, /, *, stays_at: str | None = None) -> WebAnswer:
        raise AssertionError(f"a web server was asked for {url}")


NOBODY = Internet(Nobody(), Nobody())


def names(candidates: Iterable[object]) -> list[str]:
    """Return the names of candidates."""
    return [str(getattr(candidate, "provider", "")) for candidate in candidates]
