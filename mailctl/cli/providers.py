"""provider: recognise mail providers, and say who serves which domain."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.commands import Noun
from mailctl.cli.describing import describing
from mailctl.cli.passwords import FromCommand, FromFile, FromStdin
from mailctl.core.providers.describing import Description, NewProvider, OwnKind
from mailctl.core.providers.mappings import domains as all_domains
from mailctl.core.providers.mappings import map_domain as map_domain_to
from mailctl.core.providers.mappings import unmap_domain as forget_domain
from mailctl.core.providers.providers import (
    add_provider,
    directory,
    provider_named,
    remove_provider,
    set_provider,
)
from mailctl.domain.providers import ProviderKind
from mailctl.errors import BadUsage, ExitCode
from mailctl.output.progress import step_line
from mailctl.output.terminal import one_line
from mailctl.output.views.providers import DOMAINS, IMPORTED, PROVIDERS
from mailctl.output.views.resolutions import DETECTED

if TYPE_CHECKING:
    from pathlib import Path

    from mailctl.core.providers.detection import Detected, Manner

commands = Noun("Recognise mail providers; map domains to them.")

Name = Annotated[
    str, typer.Argument(help="Name of a provider, e.g. gmail.", autocompletion=offering.providers)
]
OwnName = Annotated[
    str, typer.Argument(help="Name of a provider of your own.", autocompletion=offering.providers)
]
By = Annotated[str | None, typer.Option("--by", help="Who says so; kept with the domain.")]
Domain = Annotated[str, typer.Argument(help="Mail domain, e.g. example.org.")]


@commands.verb(
    "detect",
    "mailctl provider detect ada@example.org -o json",
    "mailctl provider detect - < addresses.txt -o ndjson",
    view=DETECTED,
    lists=DETECTED,
)
def detect(
    ctx: typer.Context,
    address: Annotated[
        str, typer.Argument(help="Mail address, e.g. ada@example.org; - reads one a line.")
    ],
    offline: Annotated[bool, typer.Option("--offline", help="Ask nobody.")] = False,
    private: Annotated[
        bool,
        typer.Option(
            "--private", help="Tell nobody the address, and the domain to its own servers only."
        ),
    ] = False,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout", metavar="SECONDS", help="How long it may take; of many, each domain."
        ),
    ] = 5.0,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell every step that was tried.")
    ] = False,
) -> None:
    """Tell which provider serves an address, and why.

    Exit 5 where a name server failed and asking later may help, 6 where a person has to choose.
    """
    from mailctl.core.providers.detection import Manner
    from mailctl.core.providers.detection import detect as detect_provider

    app: App = ctx.obj
    manner = Manner(offline=offline, is_private=private, limit_s=timeout)
    if address == "-":
        _detect_each(app, manner, explain=explain)
        return
    detected = detect_provider(app.services, address, manner)
    _explain(app, detected, explain=explain)
    app.printer.one(DETECTED, detected)
    if detected.error:
        raise detected.error


def _detect_each(app: App, manner: "Manner", *, explain: bool) -> None:
    from mailctl.core.exit_codes import joint_exit_code
    from mailctl.core.providers.detection import detect_each

    codes: set[ExitCode] = set()
    # what is no UTF-8 becomes surrogates, which no address has
    lines = (line.decode("utf-8", "surrogateescape") for line in app.stdin.buffer)

    def noted() -> "Iterator[Detected]":
        for detected in detect_each(app.services, lines, manner):
            codes.add(detected.exit_code)
            _explain(app, detected, explain=explain, prefix=f"{one_line(detected.given)}: ")
            yield detected

    app.printer.list(DETECTED, noted())
    raise typer.Exit(joint_exit_code(codes))


def _explain(app: App, detected: "Detected", *, explain: bool, prefix: str = "") -> None:
    for step in detected.resolution.trace if explain and detected.resolution else ():
        app.warn(f"{prefix}{step_line(step)}")


@commands.verb(
    "list", "mailctl provider list", "mailctl provider list --custom -o json", lists=PROVIDERS
)
def list_(
    ctx: typer.Context,
    custom: Annotated[
        bool, typer.Option("--custom", help="Only those of your own, and those discovered.")
    ] = False,
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
    "mailctl provider add corp --kind ews --autodiscover --domain corp.example",
    view=PROVIDERS,
)
@describing
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="A new name, e.g. acme.")],
    description: Description,
    kind: Annotated[OwnKind, typer.Option("--kind", help="Protocol.")] = ProviderKind.IMAP,
    domain: Annotated[
        list[str] | None, typer.Option("--domain", help="Map this domain to it.")
    ] = None,
    autodiscover: Annotated[
        bool, typer.Option("--autodiscover", help="Ask the domain where its Exchange server is.")
    ] = False,
    address: Annotated[
        str | None, typer.Option("--address", help="A mailbox to ask Autodiscover about.")
    ] = None,
    username: Annotated[
        str | None, typer.Option("--username", help="Who signs in at Autodiscover, e.g. CORP\\ada.")
    ] = None,
    password_stdin: FromStdin = False,
    password_file: FromFile = None,
    password_command: FromCommand = None,
) -> None:
    """Add a provider of your own.

    IMAP wants --incoming, sending wants --submission; an Exchange server --kind ews with --ews-url
    or --autodiscover.
    """
    app: App = ctx.obj
    new = NewProvider(name, kind, description, tuple(domain or ()))
    handed_over = (password_stdin, password_file, password_command)
    if autodiscover:
        new = _discovered(app, new, address, username, handed_over)
    elif address or username or any(handed_over):
        raise BadUsage("those options are for --autodiscover", hint="say --autodiscover as well")
    app.printer.one(PROVIDERS, add_provider(app.services, new))


def _discovered(
    app: App,
    new: NewProvider,
    address: str | None,
    username: str | None,
    handed_over: "tuple[bool, Path | None, str | None]",
) -> NewProvider:
    from mailctl.cli.asking import PasswordOptions, read_handed_over
    from mailctl.core.providers.autodiscovery import Search, found_provider

    password = PasswordOptions(*handed_over)
    password.check()
    search = Search(address, username, lambda: read_handed_over(app, password))
    found_new, found = found_provider(app.services, new, search)
    app.notice(f"{one_line(found.said_by)} names {one_line(found.ews_url)}")
    return found_new


@commands.verb(
    "set",
    "mailctl provider set acme --incoming imap2.acme.example",
    "mailctl provider set acme --ca-file '' --login '{domain}/{local-part}'",
    view=PROVIDERS,
)
@describing
def set_(
    ctx: typer.Context,
    name: OwnName,
    description: Description,
) -> None:
    """Change what you name of a provider of your own; '' takes a thing away."""
    app: App = ctx.obj
    app.printer.one(PROVIDERS, set_provider(app.services, name, description))


@commands.verb("remove", "mailctl provider remove acme", view=PROVIDERS)
def remove(ctx: typer.Context, name: OwnName) -> None:
    """Remove a provider of your own that no account uses."""
    app: App = ctx.obj
    app.printer.one(PROVIDERS, remove_provider(app.services, name))


@commands.verb(
    "import",
    "mailctl provider import ispdb/ --prefix ispdb- --dry-run",
    "mailctl provider import - --dry-run < config-v1.1.xml",
    lists=IMPORTED,
)
def import_(
    ctx: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Autoconfig documents, or directories of them; - reads one."
        ),
    ],
    prefix: Annotated[
        str, typer.Option("--prefix", help="Put before the name of each provider.")
    ] = "",
    by: By = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also change what is there and says otherwise.")
    ] = False,
    override_presets: Annotated[
        bool, typer.Option("--override-presets", help="Also map the domains of presets.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be done, and do nothing.")
    ] = False,
) -> None:
    """Add providers and their domains from autoconfig documents (clientConfig, ISPDB)."""
    from mailctl.core.providers.importing import ImportRequest, import_providers

    app: App = ctx.obj
    request = ImportRequest(
        paths=paths,
        by=by,
        prefix=prefix,
        replaces=replace,
        overrides_presets=override_presets,
        is_dry_run=dry_run,
    )
    result = import_providers(app.services, request, stdin=app.stdin.buffer)
    app.printer.list(IMPORTED, result.documents)
    raise typer.Exit(result.exit_code)


@commands.verb("map-domain", "mailctl provider map-domain example.org fastmail", view=DOMAINS)
def map_domain(
    ctx: typer.Context,
    domain: Domain,
    name: Name,
    by: By = None,
    include_subdomains: Annotated[
        bool, typer.Option("--include-subdomains", help="Every domain below it as well.")
    ] = False,
) -> None:
    """Say which provider serves a domain, for everybody from now on."""
    app: App = ctx.obj
    mapping = map_domain_to(
        app.services, domain, name, by=by, includes_subdomains=include_subdomains
    )
    app.printer.one(DOMAINS, mapping)


@commands.verb("unmap-domain", "mailctl provider unmap-domain example.org", view=DOMAINS)
def unmap_domain(ctx: typer.Context, domain: Domain) -> None:
    """Forget what was said of a domain."""
    app: App = ctx.obj
    app.printer.one(DOMAINS, forget_domain(app.services, domain))


@commands.verb("domains", "mailctl provider domains -o json", lists=DOMAINS)
def domains(
    ctx: typer.Context,
    presets: Annotated[
        bool, typer.Option("--presets", help="Also the domains of the presets.")
    ] = False,
) -> None:
    """List which domain is mapped to which provider, and where that came from."""
    app: App = ctx.obj
    app.printer.list(DOMAINS, all_domains(app.store, with_presets=presets))
