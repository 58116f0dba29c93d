"""Mails as programs make them of a text, a signature and somebody else's mail; the same each time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.header import Header
from email.utils import formataddr, parseaddr
from html import escape

ATTRIBUTIONS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "On Mon, 2 Mar 2026 at 10:15, {name} <{address}> wrote:",
        "On Mar 2, 2026, at 10:15 AM, {name} <{address}> wrote:",
        "On 02/03/2026 10:15, {name} wrote:",
        "On Monday, March 2, 2026 at 10:15:03 AM GMT+1,\n{name} <{address}> wrote:",
    ),
    "de": (
        "Am Mo., 2. März 2026 um 10:15 Uhr schrieb {name} <{address}>:",
        "Am 02.03.26 um 10:15 schrieb {name}:",
        "> Am 02.03.2026 um 10:15 schrieb {name} <{address}>:",
    ),
    "ru": (
        "пн, 2 мар. 2026 г. в 10:15, {name} <{address}>:",
        '02.03.2026, 10:15, "{name}" <{address}>:',
        "Понедельник, 2 марта 2026, 10:15 +03:00 от {name} <{address}>:",
        "02.03.2026 10:15, {name} пишет:",
    ),
    "uk": (
        "пн, 2 бер. 2026 р. о 10:15 {name} <{address}> пише:",
        "02.03.26 10:15, {name} пише:",
    ),
    "fr": (
        "Le lun. 2 mars 2026 à 10:15, {name} <{address}> a écrit :",
        "Le 02/03/2026 à 10:15, {name} a écrit :",
    ),
    "es": (
        "El lun, 2 mar 2026 a las 10:15, {name} (<{address}>) escribió:",
        "El 02/03/2026 a las 10:15, {name} escribió:",
    ),
    "it": (
        "Il giorno lun 2 mar 2026 alle ore 10:15 {name} <{address}> ha scritto:",
        "Il 02/03/2026 10:15, {name} ha scritto:",
    ),
    "pt": (
        "Em seg., 2 de mar. de 2026 às 10:15, {name} <{address}> escreveu:",
        "{name} <{address}> escreveu (segunda, 2/03/2026 à(s) 10:15):",
    ),
    "pl": (
        "pon., 2 mar 2026 o 10:15 {name} <{address}> napisał(a):",
        "W dniu 2.03.2026 o 10:15, {name} pisze:",
    ),
    "ja": ("2026年3月2日(月) 10:15 {name} <{address}>:",),
    "zh": (
        "{name} <{address}> 于2026年3月2日周一 10:15写道：",
        '在 2026-03-02 10:15:03，"{name}" <{address}> 写道：',
    ),
}
HEADERS: Mapping[str, tuple[str, str, str, str]] = {
    "en": ("From", "Sent", "To", "Subject"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "ru": ("От", "Отправлено", "Кому", "Тема"),
    "uk": ("Від", "Надіслано", "Кому", "Тема"),
    "fr": ("De", "Envoyé", "À", "Objet"),
    "es": ("De", "Enviado el", "Para", "Asunto"),
    "it": ("Da", "Inviato", "A", "Oggetto"),
    "pt": ("De", "Enviada em", "Para", "Assunto"),
    "pl": ("Od", "Wysłano", "Do", "Temat"),
    "ja": ("差出人", "送信日時", "宛先", "件名"),
    "zh": ("发件人", "发送时间", "收件人", "主题"),
}
FORWARDS: Mapping[str, str] = {
    "en": "---------- Forwarded message ---------",
    "de": "-------- Weitergeleitete Nachricht --------",
    "ru": "-------- Пересылаемое сообщение --------",
    "uk": "---------- Переслане повідомлення ---------",
    "fr": "---------- Message transféré ---------",
    "es": "---------- Mensaje reenviado ---------",
    "it": "---------- Messaggio inoltrato ---------",
    "pt": "---------- Mensagem encaminhada ---------",
    "pl": "---------- Wiadomość przekazana ---------",
    "ja": "---------- 転送メッセージ ---------",
    "zh": "---------- 转发的邮件 ---------",
}
APPS: Mapping[str, str] = {
    "en": "Sent from my iPhone",
    "de": "Von meinem iPhone gesendet",
    "ru": "Отправлено с iPhone",
    "uk": "Надіслано з iPhone",
    "fr": "Envoyé de mon iPhone",
    "es": "Enviado desde mi iPhone",
    "it": "Inviato da iPhone",
    "pt": "Enviado do meu iPhone",
    "pl": "Wysłane z iPhone'a",
    "ja": "iPhoneから送信",
    "zh": "发自我的iPhone",
}
DISCLAIMERS: Mapping[str, str] = {
    "en": "This e-mail and any attachments are confidential and intended solely for the addressee. If you have received it in error, please call our compliance desk on +44 20 7000 0111 and delete it.",
    "de": "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, informieren Sie uns bitte unter +49 69 7000111.",
    "ru": "Данное сообщение и любые приложения к нему являются конфиденциальными. Если вы получили его по ошибке, позвоните по тел. +7 495 700-01-11.",
    "uk": "Це повідомлення є конфіденційним. Якщо ви отримали його помилково, зателефонуйте +380 44 700 01 11.",
    "fr": "Ce message et toutes les pièces jointes sont confidentiels. Si vous l'avez reçu par erreur, appelez le +33 1 70 00 01 11.",
    "es": "Este mensaje y sus adjuntos son confidenciales. Si lo ha recibido por error, llame al +34 91 700 01 11.",
    "it": "Questo messaggio è riservato al destinatario. Se ricevuto per errore, chiamare il +39 02 7000111.",
    "pt": "Esta mensagem é confidencial. Se a recebeu por engano, ligue para +351 21 700 01 11.",
    "pl": "Niniejsza wiadomość jest poufna i przeznaczona wyłącznie dla adresata. W razie pomyłki prosimy o telefon: +48 22 700 01 11.",
    "ja": "このメールには機密情報が含まれている場合があります。誤って受信された場合は 03-7000-0111 までご連絡ください。",
    "zh": "本邮件含有保密信息。如误收，请致电 010-70000111 并删除。",
}
DISCLAIMED = frozenset(
    [
        "+442070000111",
        "+49697000111",
        "+74957000111",
        "+380447000111",
        "+33170000111",
        "+34917000111",
        "+39027000111",
        "+351217000111",
        "+48227000111",
        "+81370000111",
        "+861070000111",
    ]
)
LIST_FOOTER = (
    "_______________________________________________\n"
    "builders mailing list -- builders@lists.example.org\n"
    "To unsubscribe send an email to builders-leave@lists.example.org\n"
    "Office: +1 202 555 0111"
)


@dataclass(frozen=True)
class Other:
    """Somebody whose mail is quoted."""

    name: str
    address: str
    words: str
    signature: str

    @property
    def text(self) -> str:
        return f"{self.words}\n\n{self.signature}"


@dataclass(frozen=True)
class Letter:
    """What somebody writes, and whom they answer."""

    sender: str
    body: str
    signature: str
    language: str
    other: Other
    turn: int = 0
    """Chooses among the ways in which programs of a language say one thing."""
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def own(self) -> str:
        return f"{self.body.strip()}\n\n{self.signature.rstrip()}"

    @property
    def attribution(self) -> str:
        ways = ATTRIBUTIONS[self.language]
        return ways[self.turn % len(ways)].format(name=self.other.name, address=self.other.address)

    @property
    def header(self) -> str:
        sender, sent, to, subject = HEADERS[self.language]
        return (
            f"{sender}: {self.other.name} <{self.other.address}>\n{sent}: 02.03.2026 10:15\n"
            f"{to}: {parseaddr(self.sender)[1]}\n{subject}: Re: 4711"
        )


def head(letter: Letter, kind: str) -> str:
    name, address = parseaddr(letter.sender)
    shown = (
        formataddr((name, address))
        if name.isascii()
        else f"{Header(name, 'utf-8').encode()} <{address}>"
    )
    fields = {
        "From": shown,
        "To": "Bob Brown <bob@reader.example>",
        "Subject": "Re: 4711",
        "Date": "Tue, 3 Mar 2026 09:00:00 +0000",
        "Message-ID": f"<{abs(hash(kind)) % 1000}.{letter.turn}@{address.rpartition('@')[2]}>",
        "MIME-Version": "1.0",
        **letter.fields,
        "Content-Type": kind,
        "Content-Transfer-Encoding": "8bit",
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def plain(letter: Letter, text: str) -> bytes:
    source = f"{head(letter, 'text/plain; charset=utf-8')}\n{text}\n"
    return source.replace("\n", "\r\n").encode()


def page(letter: Letter, html: str) -> bytes:
    whole = f"<html><head><style>p {{margin:0}}</style></head><body>{html}</body></html>"
    source = f"{head(letter, 'text/html; charset=utf-8')}\n{whole}\n"
    return source.replace("\n", "\r\n").encode()


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def divs(text: str) -> str:
    return "".join(f"<div>{escape(line) or '<br>'}</div>\n" for line in text.split("\n"))


def breaks(text: str) -> str:
    return "<br>\n".join(map(escape, text.split("\n")))


def as_text(letter: Letter) -> bytes:
    return plain(letter, letter.own)


def as_reply(letter: Letter) -> bytes:
    return plain(letter, f"{letter.own}\n\n{letter.attribution}\n\n{quoted(letter.other.text)}")


def as_outlook_text(letter: Letter) -> bytes:
    rule = ("\n________________________________\n", "\n-----Original Message-----\n", "\n")[
        letter.turn % 3
    ]
    return plain(letter, f"{letter.own}\n{rule}{letter.header}\n\n{letter.other.text}")


def as_gmail(letter: Letter) -> bytes:
    quote = (
        f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{escape(letter.attribution)}<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{divs(letter.other.text)}</blockquote></div>'
    )
    return page(letter, f'<div dir="ltr">{divs(letter.own)}</div><br>{quote}')


def as_table(letter: Letter) -> bytes:
    """As Outlook on the web: the signature in two columns, the answered mail below without mark."""
    closing, lines = _parted(letter.signature)
    left = [line for line in lines if not _is_contact(line)]
    right = [line for line in lines if _is_contact(line)]
    table = (
        '<table border="0" cellpadding="0"><tbody><tr><td width="90"><img src="cid:logo" alt="logo"></td>'
        f'<td style="padding:4px"><span>{"<br>".join(map(escape, left))}</span></td>'
        f'<td style="border-left:1px solid"><p>{"</p><p>".join(map(_linked, right))}</p></td></tr></tbody></table>'
    )
    below = (
        '<div id="appendonsend"></div><hr style="width:98%"><div id="divRplyFwdMsg" dir="ltr">'
        f"<font>{breaks(letter.header)}</font></div>{divs(letter.other.text)}"
    )
    return page(letter, f"{divs(letter.body)}{divs(closing)}{table}{below}")


def as_word(letter: Letter) -> bytes:
    own = "".join(
        f'<p class="MsoNormal"><span lang="EN">{_linked(line) or "<o:p>&nbsp;</o:p>"}</span></p>\n'
        for line in letter.own.split("\n")
    )
    header = "<br>".join(
        f"<b>{escape(name)}:</b> {escape(rest)}"
        for name, rest in (line.split(": ", 1) for line in letter.header.split("\n"))
    )
    below = (
        '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
        f'<p class="MsoNormal">{header}</p></div></div>'
    )
    return page(letter, f'<div class="WordSection1">{own}{below}{divs(letter.other.text)}</div>')


def as_forward(letter: Letter) -> bytes:
    below = f"{FORWARDS[letter.language]}\n{letter.header}\n\n{letter.other.text}"
    return plain(letter, f"{letter.own}\n\n{below}")


def as_bottom(letter: Letter) -> bytes:
    return plain(letter, f"{letter.attribution}\n{quoted(letter.other.text)}\n\n{letter.own}")


def as_footers(letter: Letter) -> bytes:
    below = [letter.own, APPS[letter.language], DISCLAIMERS[letter.language]]
    return plain(letter, "\n\n".join(below) + f"\n\n{LIST_FOOTER}")


def as_alternative(letter: Letter) -> bytes:
    quote = f'<blockquote type="cite">{divs(letter.other.text)}</blockquote>'
    html = f'<div class="moz-cite-prefix">{escape(letter.attribution)}</div>{quote}'
    text = f"{letter.own}\n\n{letter.attribution}\n{quoted(letter.other.text)}"
    source = (
        f"{head(letter, 'multipart/alternative; boundary=b')}\n--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
        f"--b\nContent-Type: text/html; charset=utf-8\n\n<html><body><p>{breaks(letter.own)}</p>{html}</body></html>\n--b--\n"
    )
    return source.replace("\n", "\r\n").encode()


SHAPES: Mapping[str, Callable[[Letter], bytes]] = {
    "text": as_text,
    "reply": as_reply,
    "outlook-text": as_outlook_text,
    "gmail": as_gmail,
    "table": as_table,
    "word": as_word,
    "forward": as_forward,
    "bottom": as_bottom,
    "footers": as_footers,
    "alternative": as_alternative,
}


def _parted(signature: str) -> tuple[str, list[str]]:
    """Return the closing words, and the lines below them."""
    first, _, rest = signature.strip().partition("\n")
    return first, [line for line in rest.split("\n") if line.strip()]


def _is_contact(line: str) -> bool:
    return "@" in line or "www." in line or sum(map(str.isdigit, line)) >= 6


def _linked(line: str) -> str:
    words = [
        f'<a href="mailto:{word}">{escape(word)}</a>'
        if "@" in word and "." in word and ":" not in word
        else escape(word)
        for word in line.split(" ")
    ]
    return " ".join(words)
