"""What a single exit code tells of many outcomes."""

from collections.abc import Collection, Iterable

from mailctl.errors import ExitCode, MailctlError

# The worst first: what a person has to mend comes before what passes by itself.
_WORST_FIRST = (
    ExitCode.STORE,
    ExitCode.TLS,
    ExitCode.AUTHORISATION,
    ExitCode.GUARD,
    ExitCode.REFUSED,
    ExitCode.CONFLICT,
    ExitCode.CHOICE_NEEDED,
    ExitCode.NOT_FOUND,
    ExitCode.USAGE,
    ExitCode.TEMPORARY,
    ExitCode.LOCKED,
)


def is_of_the_run(error: MailctlError) -> bool:
    """Whether a failure is no account's: the process shall stop, or nobody reads what it writes."""
    return error.exit_code in {
        ExitCode.TERMINATED,
        ExitCode.BROKEN_PIPE,
        ExitCode.UNEXPECTED,
    }


def joint_exit_code(outcomes: Iterable[ExitCode]) -> ExitCode:
    """Return 3 if some failed or one is done in part, the worst code if all failed."""
    codes = set(outcomes)
    if codes <= {ExitCode.OK}:
        return ExitCode.OK
    if codes & {ExitCode.OK, ExitCode.PARTIAL}:
        return ExitCode.PARTIAL
    return worst(codes)


def worst(codes: Collection[ExitCode]) -> ExitCode:
    """Return the code of what a person has to mend first."""
    return next((code for code in _WORST_FIRST if code in codes), ExitCode.UNEXPECTED)
