"""The verb: everything is looked at, in an order in which one thing explains the next."""

from collections import Counter
from collections.abc import Sequence

from mailctl.core.doctor.accounts import AccountLook, servers_used
from mailctl.core.doctor.database import look_at_database
from mailctl.core.doctor.findings import Finding, Findings, Status, skipped
from mailctl.core.doctor.home import look_at_home
from mailctl.core.doctor.machine import look_at_machine
from mailctl.core.doctor.mappings import dns_finding, mapping_finding, verdicts
from mailctl.core.doctor.patient import Patient, SaidSetting, UsedPlace, Wish
from mailctl.core.doctor.servers import Key, Seen, Server, clock_finding, seen
from mailctl.core.doctor.waiting import each_within
from mailctl.core.exit_codes import worst
from mailctl.core.naming import account_named
from mailctl.core.providers.providers import directory
from mailctl.domain.accounts import Account
from mailctl.errors import ExitCode
from mailctl.records import dataclass
from mailctl.store import accounts

_WORST_FIRST = (Status.FAILED, Status.WARNING, Status.NOTE)


@dataclass(frozen=True)
class Examination:
    """All that was found."""

    findings: Sequence[Finding]
    settings: Sequence[SaidSetting]
    places: Sequence[UsedPlace]
    is_offline: bool
    seconds: float
    looked_at: Sequence[Account] = ()

    @property
    def status(self) -> Status:
        """The worst that was found."""
        there = {each.status for each in self.findings}
        return next((status for status in _WORST_FIRST if status in there), Status.OK)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each status."""
        counted = Counter(each.status for each in self.findings)
        return {status: counted[status] for status in Status}

    @property
    def exit_code(self) -> ExitCode:
        """0 where nothing failed, else the code of what has to be mended first."""
        codes = {each.exit_code for each in self.findings if each.status is Status.FAILED}
        return worst(codes) if codes else ExitCode.OK


def examine(patient: Patient, wish: Wish) -> Examination:
    """Look at everything, or, where accounts are named, at the machine and at those.

    Nothing is written but a token that a sign-in renews. What cannot be looked at is a finding.
    """
    services = patient.services
    began = services.timer()
    findings = Findings(services.timer)
    look_at_machine(findings, patient)
    look_at_home(findings, patient)
    can_ask = look_at_database(findings, patient, wish)
    chosen: list[Account] = []
    if can_ask:
        findings.look("accounts", lambda: _choose(patient, wish, chosen))
    elif wish.accounts:
        findings.tell("accounts", skipped("the database cannot be asked"))
    found = [*findings.found, *_of_accounts(patient, wish, chosen)]
    return Examination(
        found,
        patient.settings,
        patient.places,
        wish.is_offline,
        round(services.timer() - began, 3),
        chosen,
    )


def _choose(patient: Patient, wish: Wish, chosen: list[Account]) -> Finding:
    with patient.store.reading() as tx:
        if wish.accounts:
            chosen += [account_named(tx, name) for name in dict.fromkeys(wish.accounts)]
        else:
            chosen += accounts.all_(tx)
    how_many = f"{len(chosen)} accounts" if len(chosen) != 1 else "1 account"
    return Finding(Status.OK, f"{how_many} to look at")


def _of_accounts(patient: Patient, wish: Wish, chosen: Sequence[Account]) -> list[Finding]:
    """Return what is found of the accounts, of their servers and of their domains."""
    services = patient.services
    is_online = not wish.is_offline and bool(chosen)
    shown = _servers(patient, wish, chosen) if is_online else {}
    looks = [AccountLook(services, account, bool(wish.accounts), shown) for account in chosen]

    def work(look: AccountLook, findings: Findings) -> None:
        look.stored(findings)
        if is_online:
            look.online(findings)

    found = each_within(
        looks,
        work,
        name=lambda look: look.account.address,
        timer=services.timer,
        jobs=wish.jobs,
        limit_s=wish.limit_s,
    )
    whole = Findings(services.timer)
    if is_online:
        clock = clock_finding(shown.values())
        if clock is not None:
            whole.tell("clock", clock)
        _of_domains(patient, wish, chosen, whole, found)
    return [*whole.found, *(each for one in found for each in one.found)]


def _servers(patient: Patient, wish: Wish, chosen: Sequence[Account]) -> dict[Key, Seen]:
    """Look at each server once, however many accounts it has."""
    inspector = patient.inspector()
    used = (servers_used(patient.services, account) for account in chosen)
    servers = {server.key: server for each in used for server in each}
    shown: dict[Key, Seen] = {}

    def work(server: Server, _: Findings) -> None:
        shown[server.key] = seen(server, inspector)

    each_within(
        [*servers.values()],
        work,
        name=lambda _: None,
        timer=patient.services.timer,
        jobs=wish.jobs,
        limit_s=wish.limit_s,
    )
    return dict(shown)


def _of_domains(
    patient: Patient,
    wish: Wish,
    chosen: Sequence[Account],
    whole: Findings,
    found: Sequence[Findings],
) -> None:
    known = directory(patient.store)
    domains = {account.domain for account in chosen}
    said = verdicts(patient.services, sorted(domains), known, limit_s=wish.limit_s)
    nameserver = next((each.value for each in patient.settings if each.name == "dns"), None)
    whole.look("dns", lambda: dns_finding(said, nameserver))
    for account, findings in zip(chosen, found, strict=True):
        verdict = said.get(account.domain)
        if verdict is None:
            continue
        finding = mapping_finding(account, known, verdict)
        if finding is not None:
            findings.tell("account.mapping", finding)
