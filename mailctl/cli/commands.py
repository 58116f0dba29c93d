"""What every command has in common: the options that work after it, and its example."""

from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from mailctl.app import App, Color, Options
from mailctl.cli.value_names import name_value, usage_words
from mailctl.errors import BadUsage
from mailctl.output.render import Format
from mailctl.output.view import Results, View

Views = View[Any] | tuple[View[Any], ...]
_RESULTS = "mailctl_results"
"""Under this name a command's function knows what it shows."""


class Noun(typer.Typer):
    """The commands of one noun; each has an example in its help."""

    def __init__(self, help_: str) -> None:
        super().__init__(
            add_completion=False,
            no_args_is_help=True,
            rich_markup_mode=None,
            pretty_exceptions_enable=False,
        )
        # a callback makes even a single command a group: `mailctl sync run`
        self.callback(help=help_)(_nothing)

    def verb(
        self,
        name: str,
        *examples: str,
        view: Views = (),
        lists: Views = (),
        is_checked: bool = True,
        kind: "type[Command] | None" = None,
    ) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Register a function as the command `name`, which shows one thing, or `lists` many.

        Fields that no such view has are refused before the function does anything, unless
        it has fields of its own.
        """
        register = self.command(name, cls=kind or Command, epilog=_epilog(examples))
        results = Results(_views(view), _views(lists))
        return lambda function: register(_showing(function, results, is_checked=is_checked))

    def include(self, other: "Noun") -> None:
        """Take over the commands of another module as one's own."""
        self.registered_commands += other.registered_commands
        self.registered_groups += other.registered_groups


def single(
    function: Callable[..., None],
    *examples: str,
    view: Views = (),
    lists: Views = (),
    kind: "type[Command] | None" = None,
) -> typer.Typer:
    """Return the application of a command that has no noun, such as `version`."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    results = Results(_views(view), _views(lists))
    app.command(cls=kind or Command, epilog=_epilog(examples))(_showing(function, results))
    return app


def results_of(command: Any) -> Results:
    """Return what a command, as Typer made it, may write as JSON."""
    return command.callback.__dict__.get(_RESULTS) or Results()


class Command(TyperCommand):
    """A command that also takes the common options, wherever they stand after it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_parameters = tuple(self.params)
        for parameter in self.own_parameters:
            name_value(parameter)
        self.params = [*self.params, *common_parameters()]

    def invoke(self, ctx: Any) -> Any:
        """Put the common options into the run and call the command with its own."""
        common = {
            parameter.name: ctx.params.pop(parameter.name) for parameter in common_parameters()
        }
        # Typer turns words into enum members only for a function's own parameters
        for name, kind in (("output", Format), ("color", Color)):
            common[name] = kind(common[name]) if common[name] else None
        app: App = ctx.obj
        app.options = Options(**common)
        return super().invoke(ctx)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return what stands behind the command's name in the first line of its help."""
        return ["[OPTIONS]", *usage_words(self.own_parameters)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the command's own options first, the common ones apart."""
        sections = (
            ("Arguments", [p for p in self.own_parameters if p.param_type_name == "argument"]),
            ("Options", [p for p in self.get_params(ctx) if self._is_own_option(p)]),
            ("Common options", common_parameters()),
        )
        for title, parameters in sections:
            records = [record for p in parameters if (record := p.get_help_record(ctx))]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples as they are to be typed."""
        if self.epilog:
            formatter.write(f"\n{self.epilog}\n")

    def _is_own_option(self, parameter: Any) -> bool:
        return parameter.param_type_name == "option" and parameter not in common_parameters()


class LazyGroup(TyperGroup):
    """Nouns whose modules are imported only when one of their commands runs."""

    nouns: dict[str, tuple[str, str]]
    """For each noun its module and what the help says of it."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the nouns."""
        return list(self.nouns)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the commands of a noun."""
        if cmd_name not in self.nouns:
            return None
        from importlib import import_module

        module = import_module(self.nouns[cmd_name][0])
        command = get_command(module.commands)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command; an unknown one is compared with all nouns."""
        # what Typer's "Did you mean" looks at; get_command never does
        self.commands = {noun: TyperCommand(noun) for noun in self.nouns}
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the nouns without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(noun, text) for noun, (_, text) in self.nouns.items()])


def _views(views: Views) -> tuple[View[Any], ...]:
    return (views,) if isinstance(views, View) else views


def _showing(
    function: Callable[..., None], results: Results, *, is_checked: bool = True
) -> Callable[..., None]:
    views = (*results.many, *results.one)

    @wraps(function)
    def checked(ctx: typer.Context, **given: object) -> None:
        app: App = ctx.obj
        if is_checked and views:
            app.printer.check(*views)
        elif views:
            app.printer.check_jq()
        elif app.options.jq is not None:
            raise BadUsage("--jq selects from JSON, and this is none", hint="leave out --jq")
        elif app.options.fields is not None:
            raise BadUsage("--fields chooses fields, and this has none", hint="leave out --fields")
        function(ctx=ctx, **given)

    checked.__dict__[_RESULTS] = results
    return checked


def _nothing() -> None:
    return None


def _epilog(examples: Sequence[str]) -> str:
    title = "Example" if len(examples) == 1 else "Examples"
    return "\n".join([f"{title}:", *(f"  {example}" for example in examples)])


def _common(
    output: Annotated[
        Format | None, typer.Option("--output", "-o", help="How the result is written.")
    ] = None,
    fields: Annotated[
        str | None, typer.Option("--fields", help="Only these fields, in this order: a,b,c.")
    ] = None,
    jq: Annotated[
        str | None,
        typer.Option("--jq", metavar="EXPR", help="What to select of the JSON, as jq -r does."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Results and errors only.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell what is done.")] = False,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug",
            help="Tell what servers are asked and answer, without secrets and mail.",
        ),
    ] = False,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Never ask; fail and name what is missing.")
    ] = False,
    color: Annotated[
        Color | None, typer.Option("--color", help="Colour for people; NO_COLOR is honoured.")
    ] = None,
) -> None:
    """Exist for the signature: every command takes these."""


@cache
def common_parameters() -> tuple[Any, ...]:
    """Return the options that every command takes."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(_common)
    parameters = tuple(get_command(app).params)
    for parameter in parameters:
        name_value(parameter)
    return parameters
