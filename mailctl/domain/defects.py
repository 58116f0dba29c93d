"""What can be wrong with a mail that is read all the same; `docs/defects.md` is this table."""

from enum import StrEnum


class Defect(StrEnum):
    """A name that scripts may rely on: never renamed, never used for something else."""

    DATE = "date"
    FROM = "from"
    MESSAGE_ID = "message-id"
    BODY = "body"
    MBOX_LINE = "mbox-line"
    BYTE_ORDER_MARK = "byte-order-mark"
    HEADER_LINE = "header-line"
    HEADER_UNENDED = "header-unended"
    HEADER_TOO_LONG = "header-too-long"
    HEADER_CHARSET = "header-charset"
    ENCODED_WORD = "encoded-word"
    MEDIA_TYPE = "media-type"
    BOUNDARY = "boundary"
    BOUNDARY_TWICE = "boundary-twice"
    UNCLOSED = "unclosed"
    TOO_DEEP = "too-deep"
    TOO_MANY_PARTS = "too-many-parts"
    MULTIPART_ENCODED = "multipart-encoded"
    TRANSFER_ENCODING = "transfer-encoding"
    BASE64 = "base64"
    QUOTED_PRINTABLE = "quoted-printable"
    UUENCODE = "uuencode"
    CHARSET_UNKNOWN = "charset-unknown"
    CHARSET_WRONG = "charset-wrong"
    NUL = "nul"
    TEXT_CUT = "text-cut"
    FILE_NAME = "file-name"
    PARTIAL = "partial"
    EXTERNAL_BODY = "external-body"
    CALENDAR = "calendar"
    REPORT = "report"
    TNEF = "tnef"
    TOO_MANY_FILES = "too-many-files"


MEANINGS = {
    Defect.DATE: "there is no Date that can be read",
    Defect.FROM: "there is no From with an address, or more than one From",
    Defect.MESSAGE_ID: "there is no Message-ID",
    Defect.BODY: "some parts were too many or too deep to be looked at",
    Defect.MBOX_LINE: "a line of an mbox file stands before the header",
    Defect.BYTE_ORDER_MARK: "a byte order mark stands before the header",
    Defect.HEADER_LINE: "a line of the header is no field and was left out",
    Defect.HEADER_UNENDED: "no empty line ends the header: the body begins at the first other line",
    Defect.HEADER_TOO_LONG: "only the first megabyte of the header was read",
    Defect.HEADER_CHARSET: "the header has octets that are not UTF-8: their charset was guessed",
    Defect.ENCODED_WORD: "an encoded word of the header has no end or lies about its charset",
    Defect.MEDIA_TYPE: "a Content-Type cannot be read: the part was taken for plain text",
    Defect.BOUNDARY: "a multipart has no boundary, or it is nowhere: it was taken for plain text",
    Defect.BOUNDARY_TWICE: "a multipart within another has the boundary of the outer one",
    Defect.UNCLOSED: "a multipart has no last delimiter: it may have been cut",
    Defect.TOO_DEEP: "some parts are nested too deep to be opened",
    Defect.TOO_MANY_PARTS: "there are more parts, or lines like delimiters, than are looked at",
    Defect.MULTIPART_ENCODED: "a multipart is encoded as a whole, which none may be",
    Defect.TRANSFER_ENCODING: "a Content-Transfer-Encoding is unknown: the octets were left alone",
    Defect.BASE64: "base64 has other characters, or an end that is missing",
    Defect.QUOTED_PRINTABLE: "quoted-printable has an equals sign that means nothing",
    Defect.UUENCODE: "uuencoded lines are damaged or have no end",
    Defect.CHARSET_UNKNOWN: "a text's charset is none or unknown, and was guessed",
    Defect.CHARSET_WRONG: "a text is not in the charset that it claims, or not all of it",
    Defect.NUL: "a text has NUL characters, which became spaces",
    Defect.TEXT_CUT: "only the beginning of a very long text was read",
    Defect.FILE_NAME: "a file's name cannot be read as it was meant",
    Defect.PARTIAL: "this is one piece of a mail that was sent in several",
    Defect.EXTERNAL_BODY: "a part is kept elsewhere and was not fetched",
    Defect.CALENDAR: "a calendar object has no event that can be read",
    Defect.REPORT: "a delivery report names no recipient",
    Defect.TNEF: "a winmail.dat is damaged: it stays as it is, or its beginning was read",
    Defect.TOO_MANY_FILES: "there are more files than are listed",
}
