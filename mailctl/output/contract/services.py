"""Providers, the database and versions, as JSON."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from mailctl.core.providers.importing import ImportStatus, LeftDomain
from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import AuthMethod, MappingOrigin, MxTrust, Origin, ProviderKind
from mailctl.domain.resolution import Candidate, Evidence, Method, Settings, TraceStep, Trust
from mailctl.domain.servers import Endpoint
from mailctl.errors import ExitCode


class Provider(TypedDict):
    """How a mail service is reached."""

    name: ProviderName
    title: str
    kind: ProviderKind
    origin: Origin
    incoming: Endpoint | None
    submission: Endpoint | None
    ews_url: str | None
    login: Annotated[str, "address, local-part, manual, or a template"]
    auth: list[AuthMethod]
    domains: list[str]
    mx: list[str]
    mx_trust: MxTrust
    receive: bool
    send: bool
    smtp_timeout_s: float
    ca_file: str | None
    sign_in_help: str | None
    sign_in_url: str | None
    docs_url: str | None
    submission_login: str | None
    oauth: str | None
    files_sent: bool


class Domain(TypedDict):
    """A domain and who serves its mail."""

    domain: str
    provider: ProviderName
    origin: MappingOrigin
    created_at: datetime | None
    created_by: str | None
    includes_subdomains: bool


class ImportedProvider(TypedDict):
    """What became of a document."""

    source: str
    provider: ProviderName | None
    status: ImportStatus
    domains: list[str]
    left: list[LeftDomain]
    error: str | None
    passed_over: list[str]


class DetectionFailure(TypedDict):
    """Why nothing was recognised."""

    code: str
    message: str
    retryable: bool
    exit_code: ExitCode


class Detected(TypedDict):
    """Which provider serves an address, and why."""

    address: str
    domain: str | None
    provider: Annotated[ProviderName | None, "null too where servers were only just discovered"]
    title: str | None
    method: Method | None
    trust: Trust | None
    settings: Settings | None
    auth: list[AuthMethod] | None
    sign_in_help: str | None
    sign_in_url: str | None
    evidence: list[Evidence]
    candidates: list[Candidate]
    trace: list[TraceStep]
    error: DetectionFailure | None


class DatabasePath(TypedDict):
    """Where the database is."""

    path: str


class DatabaseCheck(TypedDict):
    """A database that is sound."""

    path: str
    ok: Literal[True]
    schema_version: int
    size_bytes: int


class DatabaseBackup(TypedDict):
    """A copy of the database."""

    path: str
    size_bytes: int


class DatabaseStats(TypedDict):
    """What is in the database."""

    path: str
    schema_version: int
    size_bytes: int
    counts: dict[str, int]


class SchemaOfCommand(TypedDict):
    """What a command writes."""

    command: str
    writes: Literal["object", "array", "object or array"]
    schema: Annotated[dict[str, object], "of its JSON"]
    line: Annotated[dict[str, object], "of a line of NDJSON"]


class Page(TypedDict):
    """A text for people."""

    topic: str
    title: str
    text: str


class Versions(TypedDict):
    """Which mailctl this is, and what it runs on."""

    mailctl: str
    schema: Annotated[int, "of the database"]
    catalogue: str
    python: str
    sqlite: str
    platform: str
    libraries: dict[str, str]
    database: str
