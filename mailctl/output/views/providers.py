"""Providers and mapped domains as results."""

from typing import TYPE_CHECKING

from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.providers.importing import ImportedDocument
    from mailctl.domain.providers import DomainMapping, Provider

PROVIDERS: "View[Provider]" = View(
    {
        "name": lambda p: p.name,
        "title": lambda p: p.title,
        "kind": lambda p: p.kind,
        "origin": lambda p: p.origin,
        "incoming": lambda p: p.incoming,
        "submission": lambda p: p.submission,
        "ews_url": lambda p: p.ews_url,
        "login": lambda p: p.login,
        "auth": lambda p: p.auth,
        "domains": lambda p: p.domains,
        "mx": lambda p: p.mx,
        "mx_trust": lambda p: p.mx_trust,
        "receive": lambda p: p.can_receive,
        "send": lambda p: p.can_send,
        "smtp_timeout_s": lambda p: p.smtp_timeout_s,
        "ca_file": lambda p: p.ca_file,
        "sign_in_help": lambda p: p.sign_in_help,
        "sign_in_url": lambda p: p.sign_in_url,
        "docs_url": lambda p: p.docs_url,
        "submission_login": lambda p: p.submission_login,
        "oauth": lambda p: p.oauth,
        "files_sent": lambda p: p.files_sent,
    },
    table=("name", "title", "kind", "origin", "incoming", "submission"),
    nothing="there is no provider of your own: mailctl provider add --help",
)

DOMAINS: "View[DomainMapping]" = View(
    {
        "domain": lambda m: m.domain,
        "provider": lambda m: m.provider,
        "origin": lambda m: m.origin,
        "created_at": lambda m: m.created_at,
        "created_by": lambda m: m.created_by,
        "includes_subdomains": lambda m: m.includes_subdomains,
    },
    nothing="no domain is mapped: mailctl provider map-domain DOMAIN PROVIDER",
)

IMPORTED: "View[ImportedDocument]" = View(
    {
        "source": lambda d: d.source,
        "provider": lambda d: d.provider,
        "status": lambda d: d.status,
        "domains": lambda d: d.domains,
        "left": lambda d: d.left,
        "error": lambda d: d.error,
        "passed_over": lambda d: d.passed_over,
    },
    table=("source", "provider", "status", "domains", "error"),
)
