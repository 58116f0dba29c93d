"""What a server can do: sets of capabilities to choose from."""

ALWAYS = ("IMAP4rev1", "SASL-IR", "AUTH=PLAIN")

BARE = frozenset[str]()
"""IMAP4rev1 and nothing else."""
USUAL = frozenset(
    {"LITERAL+", "ID", "ENABLE", "NAMESPACE", "SPECIAL-USE", "LIST-EXTENDED", "UIDPLUS", "UNSELECT"}
)
CONDSTORE = USUAL | {"CONDSTORE", "ESEARCH", "MOVE", "IDLE"}
QRESYNC = CONDSTORE | {"QRESYNC", "LIST-STATUS", "SEARCHRES"}
EVERYTHING = QRESYNC | {"NOTIFY", "COMPRESS=DEFLATE", "UTF8=ACCEPT", "OBJECTID", "STATUS=SIZE"}
GMAIL = USUAL | {"CONDSTORE", "ESEARCH", "IDLE", "MOVE", "X-GM-EXT-1", "COMPRESS=DEFLATE"}
"""As Google's: changes are counted, but nobody tells what vanished."""

SETS = {
    "bare": BARE,
    "condstore": CONDSTORE,
    "qresync": QRESYNC,
    "everything": EVERYTHING,
    "gmail": GMAIL,
}
