"""Describes providers, and says which domains they serve, by documents that others wrote."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO

from mailctl.core.exit_codes import joint_exit_code
from mailctl.core.providers.files import Document, documents
from mailctl.core.services import Services
from mailctl.domain.ids import ProviderName, hyphenated, provider_name
from mailctl.domain.providers import MappingOrigin, Origin, Provider
from mailctl.errors import BadUsage, ExitCode
from mailctl.resolve.addresses import normal_domain
from mailctl.resolve.autoconfig import (
    ClientConfig,
    NotClientConfig,
    as_provider,
    read_client_config,
)
from mailctl.resolve.catalogue import load
from mailctl.store import mappings, providers
from mailctl.store.connection import Store, Writing

_Transactions = Callable[[], AbstractContextManager[Writing]]


class ImportStatus(StrEnum):
    """What became of a document."""

    ADDED = "added"
    KNOWN = "known"
    """The provider is there and says the same."""
    UPDATED = "updated"
    KEPT = "kept"
    """The provider is there, says something else, and was left alone."""
    FAILED = "failed"


@dataclass(frozen=True)
class ImportRequest:
    """Where the documents are, and how far their word goes."""

    paths: Sequence[str]
    by: str | None = None
    prefix: str = ""
    replaces: bool = False
    """Whether providers that are there, and mappings to others, give way."""
    overrides_presets: bool = False
    """Whether a preset's own domains may be mapped."""
    is_dry_run: bool = False


@dataclass(frozen=True)
class LeftDomain:
    """A domain of a document that was not mapped, and why."""

    domain: str
    reason: str


@dataclass(frozen=True)
class ImportedDocument:
    """What became of one document."""

    source: str
    provider: ProviderName | None
    status: ImportStatus
    domains: tuple[str, ...] = ()
    """Those that are mapped to the provider now."""
    left: tuple[LeftDomain, ...] = ()
    error: str | None = None
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportResult:
    """Every document, in order, and what the process should say to the shell."""

    documents: tuple[ImportedDocument, ...]
    exit_code: ExitCode


@dataclass(frozen=True)
class _Described:
    source: str
    provider: Provider
    config: ClientConfig


def import_providers(
    services: Services, request: ImportRequest, *, stdin: BinaryIO
) -> ImportResult:
    """Store the provider that each document describes, and map its domains to it.

    A document that cannot be used never stops the others, and each is stored whole or not
    at all. Raises BadUsage where there is nothing to import.
    """
    if not re.fullmatch("([a-z0-9][a-z0-9-]{0,39})?", request.prefix):
        raise BadUsage(
            f"{request.prefix!r} cannot start the name of a provider",
            hint="use lower-case letters, digits and hyphens, e.g. --prefix ispdb-",
        )
    # all is read before anything is stored: standard input may keep us waiting
    read = [_read(each, request.prefix) for each in documents(request.paths, stdin)]
    if not read:
        raise BadUsage(
            f"there is no document in {', '.join(request.paths)}",
            hint="name files, or directories that hold *.xml",
        )
    with _transactions(services.store, is_dry_run=request.is_dry_run) as transaction:
        running = _Import(request, transaction, services.now())
        rows = tuple(map(running.store, read))
    return ImportResult(rows, joint_exit_code(map(_exit_code, rows)))


def _exit_code(row: ImportedDocument) -> ExitCode:
    return ExitCode.USAGE if row.status is ImportStatus.FAILED else ExitCode.OK


class _Rehearsed(Exception):
    """Takes back what a dry run stored."""


@contextmanager
def _transactions(store: Store, *, is_dry_run: bool) -> Iterator[_Transactions]:
    """Give what opens a transaction for each document; of a dry run nothing stays."""
    if not is_dry_run:
        yield lambda: store.writing(durable=True)
        return
    # one for all of them, so that a document sees what those before it would have stored
    with suppress(_Rehearsed), store.writing() as tx:
        yield lambda: nullcontext(tx)
        raise _Rehearsed


def _read(document: Document, prefix: str) -> _Described | ImportedDocument:
    config = None
    try:
        config = _config(document)
        name = _name(config, prefix)
        provider = as_provider(config, name=name, origin=Origin.CUSTOM)
    except NotClientConfig as error:
        return ImportedDocument(
            document.source,
            provider=None,
            status=ImportStatus.FAILED,
            error=error.why,
            passed_over=config.passed_over if config else (),
        )
    return _Described(document.source, provider, config)


def _config(document: Document) -> ClientConfig:
    """Return what the document says, also of hosts that its only domain is a part of."""
    if document.error:
        raise NotClientConfig(document.error)
    config = read_client_config(document.content)
    if len(config.domains) != 1:
        return config
    return read_client_config(document.content, domain=config.domains[0])


def _name(config: ClientConfig, prefix: str) -> ProviderName:
    named = config.id
    with suppress(BadUsage):
        named = normal_domain(named)
    words = hyphenated(named)
    if not words:
        raise NotClientConfig("its id makes no name for a provider")
    return provider_name(prefix, words)


@dataclass
class _Import:
    """One run: what was asked for, and what it has settled already.

    Documents of one run that contradict each other must not take turns: the first counts.
    """

    request: ImportRequest
    transaction: _Transactions
    at: datetime
    settled_providers: set[ProviderName] = field(default_factory=set)
    settled_domains: set[str] = field(default_factory=set)

    def store(self, described: _Described | ImportedDocument) -> ImportedDocument:
        """Store the provider of a document and its domains, all of it or nothing."""
        if isinstance(described, ImportedDocument):
            return described
        name = described.provider.name
        with self.transaction() as tx:
            status = self._put(tx, described.provider)
            mapped, left = self._map(tx, described.config.domains, name, status)
        self.settled_providers.add(name)
        self.settled_domains.update(mapped)
        return ImportedDocument(
            described.source,
            name,
            status,
            domains=mapped,
            left=left,
            passed_over=described.config.passed_over,
        )

    def _put(self, tx: Writing, provider: Provider) -> ImportStatus:
        stored = providers.by_name(tx, provider.name)
        if stored is None and load().by_name(provider.name):
            return ImportStatus.KEPT
        if stored is None:
            providers.add(tx, provider, at=self.at)
            return ImportStatus.ADDED
        renewed = _with_what_is_ours(provider, stored)
        if renewed == stored:
            return ImportStatus.KNOWN
        if not self.request.replaces or provider.name in self.settled_providers:
            return ImportStatus.KEPT
        providers.update(tx, renewed)
        return ImportStatus.UPDATED

    def _map(
        self, tx: Writing, domains: Sequence[str], name: ProviderName, status: ImportStatus
    ) -> tuple[tuple[str, ...], tuple[LeftDomain, ...]]:
        mapped, left = [], []
        for domain in domains:
            held = mappings.serving(tx, domain)
            holder = None if held is None else held.provider
            reason = None if holder == name else self._objection(domain, holder, name, status)
            if reason is not None:
                left.append(LeftDomain(domain, reason))
                continue
            mapped.append(domain)
            if holder != name:
                by = self.request.by
                mappings.put(tx, domain, name, origin=MappingOrigin.ADMIN, at=self.at, by=by)
        return tuple(mapped), tuple(left)

    def _objection(
        self, domain: str, holder: ProviderName | None, name: ProviderName, status: ImportStatus
    ) -> str | None:
        """Return why the domain is to be left alone."""
        preset = load().by_domain(domain)
        if preset is not None and not self.request.overrides_presets:
            return f"a domain of the preset {preset.name}"
        may_take = self.request.replaces and domain not in self.settled_domains
        if holder is not None and not may_take:
            return f"mapped to {holder}"
        if status is not ImportStatus.KEPT:
            return None
        if load().by_name(name):
            return f"{name} is the name of a preset: use --prefix"
        return f"the provider {name} that is there says otherwise"


def _with_what_is_ours(provider: Provider, stored: Provider) -> Provider:
    """Return the provider with what no document speaks of, which is the administrator's."""
    return replace(
        provider,
        domains=stored.domains,
        mx=stored.mx,
        ca_file=stored.ca_file,
        sign_in_help=stored.sign_in_help,
        sign_in_url=stored.sign_in_url,
        files_sent=stored.files_sent,
    )
