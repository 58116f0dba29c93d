"""Which type each view has in JSON; the only place that says it."""

from typing import Any

from mailctl.output.contract import (
    declared,
    examinations,
    mail,
    mailboxes,
    objects,
    services,
    signatures,
    syncing,
)
from mailctl.output.view import View
from mailctl.output.views import (
    accounts,
    applied,
    contacts,
    database,
    doctor,
    enrichment,
    links,
    merging,
    message_care,
    message_files,
    messages,
    oauth,
    outbox,
    providers,
    records,
    resolutions,
    schemas,
    secrets,
    statistics,
    sync,
    sync_states,
    threads,
    topics,
    versions,
)

SHAPES: tuple[tuple[View[Any], type], ...] = (
    (accounts.ACCOUNTS, mailboxes.Account),
    (accounts.ACCOUNT, mailboxes.ShownAccount),
    (accounts.STATUSES, mailboxes.AccountStatus),
    (accounts.CHECKS, mailboxes.Check),
    (accounts.TRIED, mailboxes.TriedAccount),
    (accounts.REMOVED, mailboxes.RemovedAccount),
    (accounts.ADDED_ACCOUNT, mailboxes.AddedAccount),
    (accounts.MIGRATED, mailboxes.MigratedAccount),
    (applied.OBJECTS, declared.AppliedThing),
    (applied.DIFFERENCES, declared.AppliedThing),
    (applied.APPLIED, declared.AppliedFiles),
    (applied.DIFFERENCE, declared.AppliedFiles),
    (applied.EXPORTED, declared.Export),
    (contacts.CONTACT, objects.Contact),
    (contacts.PROPOSED, objects.ProposedContact),
    (contacts.COMPANY, objects.Company),
    (contacts.IMPORT_REPORT, objects.ImportReport),
    (database.DATABASE_PATH, services.DatabasePath),
    (database.DATABASE_CHECK, services.DatabaseCheck),
    (database.DATABASE_BACKUP, services.DatabaseBackup),
    (database.DATABASE_STATS, services.DatabaseStats),
    (doctor.FINDINGS, examinations.Finding),
    (doctor.SAID_SETTINGS, examinations.Setting),
    (doctor.USED_PLACES, examinations.Place),
    (doctor.EXAMINATION, examinations.Examination),
    (doctor.EXAMINATION_IN_FULL, examinations.Examination),
    (enrichment.FACTS, signatures.FoundFact),
    (enrichment.TRIED, signatures.ReadSignature),
    (enrichment.PROPOSALS, signatures.Proposal),
    (enrichment.FACT_RUN, signatures.FactRun),
    (enrichment.POLICIES, signatures.Policy),
    (links.LINKS, objects.Link),
    (links.LINK_RUN, objects.LinkRun),
    (links.RULES, objects.LinkRule),
    (links.HITS, objects.Hit),
    (links.EXPLANATION, objects.Explanation),
    (merging.MERGED, objects.Merged),
    (message_care.FLAGGED, mail.Flagged),
    (message_care.PURGED, mail.Purged),
    (message_files.ATTACHMENTS, mail.AttachedFile),
    (message_files.SAVED_FILES, mail.SavedFile),
    (message_files.EXPORTED, mail.ExportReport),
    (message_files.IMPORTED, mail.MailImport),
    (messages.MESSAGES, mail.Message),
    (messages.COUNT, mail.Count),
    (messages.MESSAGE, mail.ShownMessage),
    (messages.MESSAGE_WITH_HEADER, mail.ShownMessage),
    (oauth.APPS, mailboxes.OAuthApp),
    (oauth.TOKENS, mailboxes.TokenStatus),
    (outbox.OUTGOING, mail.OutgoingMessage),
    (outbox.SENT, mail.OutgoingMessage),
    (outbox.PREPARED, mail.PreparedMessage),
    (providers.PROVIDERS, services.Provider),
    (providers.DOMAINS, services.Domain),
    (providers.IMPORTED, services.ImportedProvider),
    (records.RECORDS, objects.Record),
    (records.RECORD_TYPES, objects.RecordType),
    (records.RECORDS_IMPORTED, objects.RecordImport),
    (resolutions.DETECTED, services.Detected),
    (schemas.SCHEMAS, services.SchemaOfCommand),
    (secrets.KEPT, mailboxes.KeptSecret),
    (secrets.MOVED, mailboxes.MovedSecret),
    (statistics.SUMS, mail.Sum),
    (sync.SYNC_ACCOUNTS, syncing.SyncedAccount),
    (sync.RUNS, syncing.Run),
    (sync.SYNC_REPORT, syncing.SyncReport),
    (sync.SYNC_SUMS, syncing.SumSheet),
    (sync.HAPPENINGS, syncing.Happening),
    (sync_states.FOLDER_STATES, syncing.FolderState),
    (sync_states.MAIL_FOLDERS, syncing.MailFolder),
    (sync_states.SYNC_STATES, syncing.SyncState),
    (sync_states.UNREAD, syncing.UnreadMessage),
    (sync_states.VERIFIED_FOLDERS, syncing.VerifiedFolder),
    (sync_states.VERIFIED_ACCOUNTS, syncing.VerifiedAccount),
    (sync_states.VERIFICATION, syncing.Verification),
    (threads.THREAD, mail.PlacedMessage),
    (topics.PAGES, services.Page),
    (topics.PAGE, services.Page),
    (versions.VERSIONS, services.Versions),
)
LINES: tuple[tuple[View[Any], tuple[type, ...]], ...] = (
    (applied.APPLIED, (declared.AppliedThing,)),
    (applied.DIFFERENCE, (declared.AppliedThing,)),
    (doctor.EXAMINATION, (examinations.Finding,)),
    (doctor.EXAMINATION_IN_FULL, (examinations.Finding,)),
    (sync.SYNC_REPORT, (syncing.AccountLine, syncing.SummaryLine)),
    (sync_states.VERIFICATION, (syncing.VerifiedFolder,)),
)
"""What lines of NDJSON are where they are not the thing itself."""


def shape_of(view: View[Any]) -> type:
    """Return the type of one thing in JSON. Raises KeyError for a view that has none."""
    for known, shape in SHAPES:
        if known is view:
            return shape
    raise KeyError(tuple(view.fields))


def lines_of(view: View[Any]) -> tuple[type, ...]:
    """Return what the lines of NDJSON may be where one thing is shown."""
    for known, shapes in LINES:
        if known is view:
            return shapes
    return (shape_of(view),)
