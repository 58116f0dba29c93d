"""Providers and mapped domains as files declare them."""

from collections.abc import Iterator, Sequence

from mailctl.core.apply.declared_fields import DeclaredFields
from mailctl.core.apply.kinds import (
    Compared,
    Described,
    Fitting,
    Kind,
    Manner,
    Reference,
    Sole,
    Wanted,
    only,
    without_empty,
)
from mailctl.core.apply.losses import of_provider
from mailctl.core.providers.describing import Description, NewProvider, changed, checked, described
from mailctl.core.providers.endpoints import INCOMING, SUBMISSION, endpoint
from mailctl.core.providers.mappings import map_domain, unmap_domain
from mailctl.core.providers.providers import add_provider, is_known, remove_provider, set_provider
from mailctl.core.services import Services
from mailctl.domain.declarations import Mistake, Spot
from mailctl.domain.providers import (
    AuthMethod,
    DomainMapping,
    Origin,
    Provider,
    ProviderKind,
    login_form,
)
from mailctl.domain.servers import Endpoint, Security, bracketed
from mailctl.errors import BadUsage
from mailctl.resolve.addresses import normal_domain
from mailctl.resolve.catalogue import load
from mailctl.store import mappings, providers
from mailctl.store.connection import Reading

_PROVIDERS, _DOMAINS = "providers", "domains"


def _read_provider(fields: DeclaredFields, manner: Manner) -> Iterator[Wanted]:
    name = fields.required("name", str)
    kind = fields.choice("kind", ProviderKind) or ProviderKind.IMAP
    said = _description(fields)
    domains = fields.texts("domains", normal_domain) or ()
    if kind not in {ProviderKind.IMAP, ProviderKind.EWS}:
        fields.say(fields.spot_of("kind"), "a provider of one's own is imap or ews")
    if not fields.close() or name is None:
        return
    is_ews = kind is ProviderKind.EWS
    new = NewProvider(name, ProviderKind.EWS if is_ews else ProviderKind.IMAP, said)

    def compared(tx: Reading, manner: Manner) -> Compared:
        return _compared(tx, new)

    yield Wanted(_PROVIDERS, name, fields.spot, compared)
    for domain in domains:
        yield _mapped(domain, name, fields.spot_of("domains"), includes_subdomains=None)


def _description(fields: DeclaredFields) -> Description:
    return Description(
        title=fields.text("title"),
        incoming=fields.text("incoming", lambda text: endpoint(None, text, None, INCOMING)),
        incoming_security=fields.choice("incoming_security", Security),
        submission=fields.text("submission", lambda text: endpoint(None, text, None, SUBMISSION)),
        submission_security=fields.choice("submission_security", Security),
        ews_url=fields.text("ews_url", lambda text: checked(Description(ews_url=text))),
        login=fields.text("login", login_form) or None,
        submission_login=fields.text("submission_login", login_form),
        auth=fields.choices("auth", AuthMethod) or None,
        oauth=fields.text("oauth"),
        mx=fields.texts("mx", lambda text: normal_domain(text.removeprefix("*."))),
        ca_file=fields.text("ca_file", lambda text: checked(Description(ca_file=text))),
        sign_in_help=fields.text("sign_in_help"),
        sign_in_url=fields.text("sign_in_url", lambda text: checked(Description(sign_in_url=text))),
        files_sent=fields.flag("files_sent"),
    )


def _compared(tx: Reading, new: NewProvider) -> Compared:
    was = providers.by_name(tx, new.name)
    if was is None:
        if load().by_name(new.name):
            raise BadUsage(f"{new.name} is the name of a preset", hint="choose another name")
        now = described(new)
        return Compared(None, _described(now), only(lambda services: add_provider(services, new)))
    if was.kind is not new.kind:
        raise BadUsage(f"{was.name} is of the kind {was.kind}, and stays so")
    said = new.description
    now = was if said.is_empty else changed(was, checked(said))
    return Compared(
        _described(was),
        _described(now),
        only(lambda services: set_provider(services, was.name, said)),
        {} if now == was else of_provider(tx, now),
    )


def _misfits(tx: Reading, fitting: Sequence[Fitting], manner: Manner) -> Iterator[Mistake]:
    """Yield the providers whose MX pattern names another one, which stays as it is."""
    declared = [(wanted, after) for wanted, after in fitting if wanted.section == _PROVIDERS]
    names = {wanted.name for wanted, _ in declared}
    # what is pruned gives its patterns away
    stay = () if manner.prunes else (each for each in providers.all_(tx) if each.name not in names)
    owners = {suffix: str(each.name) for each in stay for suffix in each.mx}
    for wanted, after in declared:
        mx = after.get("mx")
        for suffix in mx if isinstance(mx, list) else ():
            owner = owners.setdefault(suffix, wanted.name)
            if owner != wanted.name:
                said = f"the MX pattern {suffix} already names the provider {owner}"
                yield Mistake(wanted.spot, said, "one pattern names one provider")


def _described(provider: Provider) -> Described:
    is_imap = provider.kind is ProviderKind.IMAP
    return without_empty(
        {
            "name": str(provider.name),
            "kind": None if is_imap else str(provider.kind),
            "title": provider.title,
            "incoming": _server(provider.incoming),
            "incoming_security": provider.incoming and str(provider.incoming.security),
            "submission": _server(provider.submission),
            "submission_security": provider.submission and str(provider.submission.security),
            "ews_url": provider.ews_url,
            "login": str(provider.login),
            "submission_login": provider.submission_login and str(provider.submission_login),
            "auth": [str(each) for each in provider.auth],
            "oauth": provider.oauth,
            "mx": list(provider.mx),
            "ca_file": provider.ca_file,
            "sign_in_help": provider.sign_in_help,
            "sign_in_url": provider.sign_in_url,
            "files_sent": provider.files_sent or None,
        }
    )


def _server(server: Endpoint | None) -> str | None:
    return None if server is None else f"{bracketed(server.host)}:{server.port}"


def _all_providers(tx: Reading) -> Iterator[Described]:
    found = (each for each in providers.all_(tx) if each.origin is not Origin.DISCOVERED)
    return map(_described, found)


def discovered(tx: Reading) -> frozenset[str]:
    """Return the names of the providers that domains named themselves: nobody declares them.

    Declared they would be a person's word, and be reached at private addresses too.
    """
    return frozenset(each.name for each in providers.all_(tx) if each.origin is Origin.DISCOVERED)


def _read_domain(fields: DeclaredFields, manner: Manner) -> Iterator[Wanted]:
    domain = fields.required("domain", _domain)
    provider = fields.required("provider", str)
    spot = fields.spot_of("provider")
    includes = fields.flag("includes_subdomains")
    if fields.close() and domain is not None and provider is not None:
        yield _mapped(domain, provider, spot, includes_subdomains=includes)


def _domain(text: str) -> str:
    if text.startswith("*."):
        hint = f"write domain: {text[2:]}, includes_subdomains: true"
        raise BadUsage("a domain is mapped by its name", hint=hint)
    return normal_domain(text)


def _mapped(domain: str, provider: str, spot: Spot, *, includes_subdomains: bool | None) -> Wanted:
    def compared(tx: Reading, manner: Manner) -> Compared:
        was = mappings.by_domain(tx, domain)
        is_wide = was is not None and was.includes_subdomains
        wide = is_wide if includes_subdomains is None else includes_subdomains
        after = {"domain": domain, "provider": provider, "includes_subdomains": wide or None}

        def put(services: Services) -> DomainMapping:
            return map_domain(services, domain, provider, by=None, includes_subdomains=wide)

        return Compared(_mapping(was) if was else None, without_empty(after), only(put))

    return Wanted(_DOMAINS, domain, spot, compared, (Reference(_PROVIDERS, provider, spot),))


def _mapping(mapping: DomainMapping) -> Described:
    return without_empty(
        {
            "domain": mapping.domain,
            "provider": str(mapping.provider),
            "includes_subdomains": mapping.includes_subdomains or None,
        }
    )


def _all_domains(tx: Reading) -> Iterator[Described]:
    found = discovered(tx)
    return (_mapping(each) for each in mappings.all_(tx) if each.provider not in found)


def _is_mapped(tx: Reading, domain: str) -> bool:
    return mappings.by_domain(tx, domain) is not None


PROVIDERS = Kind(
    _PROVIDERS,
    "provider",
    _read_provider,
    is_known,
    _all_providers,
    lambda services, name, _: remove_provider(services, name),
    misfits=_misfits,
    sole=Sole("mx", lambda services, name: set_provider(services, name, Description(mx=()))),
    presets=lambda: (str(each.name) for each in load().providers()),
)
DOMAINS = Kind(
    _DOMAINS,
    "domain",
    _read_domain,
    _is_mapped,
    _all_domains,
    lambda services, name, _: unmap_domain(services, name),
    batch=500,
)
