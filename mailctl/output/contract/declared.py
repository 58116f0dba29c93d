"""What files declare, as `export` writes it, and what became of it, as JSON."""

from typing import Annotated, Literal, NotRequired, TypedDict

from mailctl.core.apply.applied import Result
from mailctl.domain.facts import FactField
from mailctl.domain.link_rules import Place
from mailctl.domain.oauth import AppGrant
from mailctl.domain.providers import AuthMethod
from mailctl.domain.servers import Security
from mailctl.output.contract.failures import Failure


class ChangedField(TypedDict):
    """A field as it was and as it is; null where it was not there, or is not."""

    field: Annotated[str, "its name, with that of the mapping it is in: settings.period"]
    before: object
    after: object


class AppliedThing(TypedDict):
    """What became of one object, or would."""

    kind: Annotated[
        str,
        "provider, domain, oauth-app, record-type, link-rule, enrich-policy, company, account",
    ]
    name: str
    result: Result
    changes: list[ChangedField]
    error: Failure | None
    place: Annotated[str | None, "file, line and column that declare it"]
    losses: Annotated[
        dict[str, int],
        "what goes along, of what no file holds: records, values (of records), memberships and "
        "links (of a company), outgoing_messages, secrets, sign_ins (of accounts)",
    ]


class AppliedFiles(TypedDict):
    """What became of everything that files declare."""

    objects: list[AppliedThing]
    created: int
    updated: int
    unchanged: int
    removed: int
    failed: int
    left: Annotated[int, "not come to, for it was stopped"]
    is_dry_run: bool


class DeclaredProvider(TypedDict):
    """A provider of one's own; servers are HOST:PORT."""

    name: str
    kind: NotRequired[Literal["ews"]]
    title: NotRequired[str]
    incoming: NotRequired[str]
    incoming_security: NotRequired[Security]
    submission: NotRequired[str]
    submission_security: NotRequired[Security]
    ews_url: NotRequired[str]
    login: NotRequired[str]
    submission_login: NotRequired[str]
    auth: NotRequired[list[AuthMethod]]
    oauth: NotRequired[str]
    mx: NotRequired[list[str]]
    ca_file: NotRequired[str]
    sign_in_help: NotRequired[str]
    sign_in_url: NotRequired[str]
    files_sent: NotRequired[bool]


class DeclaredDomain(TypedDict):
    """A domain that is mapped to a provider."""

    domain: str
    provider: str
    includes_subdomains: NotRequired[bool]


class DeclaredApp(TypedDict):
    """An OAuth app."""

    name: str
    issuer: str
    client_id: str
    secret: NotRequired[Annotated[str, "where the secret is, such as env:NAME"]]
    grant: AppGrant
    tenant: NotRequired[str]
    scopes: NotRequired[list[str]]
    authorization_url: NotRequired[str]
    token_url: NotRequired[str]
    device_url: NotRequired[str]


class DeclaredType(TypedDict):
    """A type of records."""

    name: str
    mask: NotRequired[str]
    fields: NotRequired[list[str]]


# `in` is no name that Python lets a class have.
DeclaredRule = TypedDict(
    "DeclaredRule",
    {
        "name": str,
        "position": int,
        "match": str,
        "in": list[Place],
        "to": str,
        "by": str,
        "create": bool,
        "enabled": bool,
    },
)


class DeclaredPolicy(TypedDict):
    """What becomes of facts of one field that signatures state."""

    field: FactField
    policy: Annotated[str, "propose, off, or auto:0.95 with the confidence"]


class DeclaredCompany(TypedDict):
    """A company; ways to reach it are VALUE or VALUE|TYPE."""

    name: str
    domains: NotRequired[list[str]]
    emails: NotRequired[list[str]]
    phones: NotRequired[list[str]]
    webs: NotRequired[list[str]]
    socials: NotRequired[list[str]]
    addresses: NotRequired[list[str]]
    owner: NotRequired[str]
    tags: NotRequired[list[str]]


class DeclaredAccount(TypedDict):
    """An account; its settings are those that were chosen, as account set takes them."""

    address: str
    provider: NotRequired[Annotated[str, "left out where its servers were found"]]
    login: str
    owner: NotRequired[str]
    secret: Annotated[str, "where the secret is, such as env:NAME"]
    oauth_app: NotRequired[str]
    enabled: NotRequired[Literal[False]]
    default: NotRequired[Literal[True]]
    settings: NotRequired[dict[str, str]]


class Export(TypedDict):
    """Everything that files can declare."""

    providers: list[DeclaredProvider]
    domains: list[DeclaredDomain]
    oauth_apps: list[DeclaredApp]
    record_types: list[DeclaredType]
    link_rules: list[DeclaredRule]
    enrich_policies: list[DeclaredPolicy]
    companies: list[DeclaredCompany]
    accounts: list[DeclaredAccount]
