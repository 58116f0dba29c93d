"""provider: recognise mail providers, and say who serves which domain."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli.commands import Noun
from mailctl.core.providers import (
    NewProvider,
    OwnKind,
    add_provider,
    directory,
    provider_named,
    remove_provider,
)
from mailctl.core.providers import (
    detect as detect_provider,
)
from mailctl.core.providers import (
    domains as all_domains,
)
from mailctl.core.providers import (
    map_domain as map_domain_to,
)
from mailctl.core.providers import (
    unmap_domain as forget_domain,
)
from mailctl.domain.providers import AuthMethod, LoginForm, ProviderKind
from mailctl.domain.servers import Security
from mailctl.output.progress import step_line
from mailctl.output.views.providers import DOMAINS, PROVIDERS
from mailctl.output.views.resolutions import RESOLUTION

commands = Noun("Recognise mail providers; map domains to them.")

Name = Annotated[str, typer.Argument(help="Name of a provider, e.g. gmail.")]
Domain = Annotated[str, typer.Argument(help="Mail domain, e.g. example.org.")]


@commands.verb("detect", "mailctl provider detect ada@example.org -o json", view=RESOLUTION)
def detect(
    ctx: typer.Context,
    address: Annotated[str, typer.Argument(help="Mail address, e.g. ada@example.org.")],
    offline: Annotated[bool, typer.Option("--offline", help="Ask nobody.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell every step that was tried.")
    ] = False,
) -> None:
    """Tell which provider serves an address, and why."""
    from mailctl.core.accounts import recognised

    app: App = ctx.obj
    resolution = detect_provider(app.services, address, offline=offline)
    for step in resolution.trace if explain else ():
        app.warn(step_line(step))
    app.printer.one(RESOLUTION, resolution)
    recognised(resolution)


@commands.verb(
    "list", "mailctl provider list", "mailctl provider list --custom -o json", view=PROVIDERS
)
def list_(
    ctx: typer.Context,
    custom: Annotated[bool, typer.Option("--custom", help="Only those added here.")] = False,
) -> None:
    """List the providers that are known."""
    app: App = ctx.obj
    known = directory(app.store)
    app.printer.list(PROVIDERS, known.custom.values() if custom else known.providers())


@commands.verb("show", "mailctl provider show gmail", view=PROVIDERS)
def show(ctx: typer.Context, name: Name) -> None:
    """Show one provider."""
    app: App = ctx.obj
    app.printer.one(PROVIDERS, provider_named(directory(app.store), name))


@commands.verb(
    "add",
    "mailctl provider add acme --incoming imap.acme.example --submission smtp.acme.example "
    "--mx acme.example",
    view=PROVIDERS,
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="A new name, e.g. acme.")],
    kind: Annotated[OwnKind, typer.Option("--kind", help="Protocol.")] = ProviderKind.IMAP,
    title: Annotated[str | None, typer.Option("--title", help="What people call it.")] = None,
    incoming: Annotated[
        str | None, typer.Option("--incoming", help="IMAP server, HOST or HOST:PORT.")
    ] = None,
    incoming_security: Annotated[
        Security, typer.Option("--incoming-security", help="How it is encrypted.")
    ] = Security.TLS,
    submission: Annotated[
        str | None, typer.Option("--submission", help="SMTP server, HOST or HOST:PORT.")
    ] = None,
    submission_security: Annotated[
        Security, typer.Option("--submission-security", help="How it is encrypted.")
    ] = Security.STARTTLS,
    ews_url: Annotated[
        str | None, typer.Option("--ews-url", help="Address of Exchange's web service.")
    ] = None,
    login: Annotated[
        LoginForm, typer.Option("--login", help="What the server wants as user name.")
    ] = LoginForm.ADDRESS,
    auth: Annotated[
        list[AuthMethod] | None, typer.Option("--auth", help="Ways to sign in, best first.")
    ] = None,
    domain: Annotated[
        list[str] | None, typer.Option("--domain", help="Map this domain to it.")
    ] = None,
    mx: Annotated[
        list[str] | None, typer.Option("--mx", help="Its mail exchangers end in this name.")
    ] = None,
    ca_file: Annotated[
        str | None, typer.Option("--ca-file", help="Also trust the authorities in this file.")
    ] = None,
) -> None:
    """Add a provider of your own."""
    app: App = ctx.obj
    new = NewProvider(
        name=name,
        kind=kind,
        title=title,
        incoming=incoming,
        incoming_security=incoming_security,
        submission=submission,
        submission_security=submission_security,
        ews_url=ews_url,
        login=login,
        auth=tuple(auth or (AuthMethod.PASSWORD,)),
        domains=tuple(domain or ()),
        mx=tuple(mx or ()),
        ca_file=ca_file,
    )
    app.printer.one(PROVIDERS, add_provider(app.services, new))


@commands.verb("remove", "mailctl provider remove acme", view=PROVIDERS)
def remove(ctx: typer.Context, name: Name) -> None:
    """Remove a provider of your own that no account uses."""
    app: App = ctx.obj
    app.printer.one(PROVIDERS, remove_provider(app.services, name))


@commands.verb("map-domain", "mailctl provider map-domain example.org fastmail", view=DOMAINS)
def map_domain(
    ctx: typer.Context,
    domain: Domain,
    name: Name,
    by: Annotated[str | None, typer.Option("--by", help="Who says so.")] = None,
) -> None:
    """Say which provider serves a domain, for everybody from now on."""
    app: App = ctx.obj
    app.printer.one(DOMAINS, map_domain_to(app.services, domain, name, by=by))


@commands.verb("unmap-domain", "mailctl provider unmap-domain example.org", view=DOMAINS)
def unmap_domain(ctx: typer.Context, domain: Domain) -> None:
    """Forget what was said of a domain."""
    app: App = ctx.obj
    app.printer.one(DOMAINS, forget_domain(app.services, domain))


@commands.verb("domains", "mailctl provider domains -o json", view=DOMAINS)
def domains(
    ctx: typer.Context,
    presets: Annotated[
        bool, typer.Option("--presets", help="Also the domains of the presets.")
    ] = False,
) -> None:
    """List which domain is mapped to which provider, and where that came from."""
    app: App = ctx.obj
    app.printer.list(DOMAINS, all_domains(app.store, with_presets=presets))
