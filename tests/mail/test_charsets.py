"""Text from octets with labels that lie."""

import codecs
import encodings.aliases

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailctl.mail.charsets import decode

NO_CHARSETS = [
    *("idna", "undefined", "rot13", "rot_13", "hex", "uu", "zlib", "bz2", "base64", "quopri"),
    *("punycode", "unicode_escape", "raw_unicode_escape", "mbcs", "oem", "string-escape"),
    *("x-unknown", "DEFAULT_CHARSET", "", " ", "..", "../utf-8", "a\0b", "é", "\udcff"),
    *("unknown-8bit", "utf-8" * 30_000, "None"),
]
LABELS = st.one_of(
    st.none(),
    st.sampled_from([*NO_CHARSETS, "utf-7", "utf-16", "utf-32", "hz", "iso-2022-jp"]),
    st.sampled_from(sorted({*encodings.aliases.aliases, *encodings.aliases.aliases.values()})),
    st.text(st.characters(exclude_categories=())),
)


@given(st.binary(), LABELS)
@example(b"+2AA- +3AA-", "utf-7")
@example(b"\x00\xd8", "utf-16-le")
def test_any_octets_with_any_label_give_text_that_utf_8_can_hold(
    octets: bytes, label: str | None
) -> None:
    decode(octets, label).encode()


@pytest.mark.parametrize("label", NO_CHARSETS)
def test_a_label_that_is_no_charset_is_none(label: str) -> None:
    assert decode(b"gr\xc3\xbcn", label) == decode(b"gr\xc3\xbcn", None) == "grün"


@pytest.mark.parametrize("label", [None, "us-ascii", "ascii", "ANSI_X3.4-1968", "x-unknown"])
@pytest.mark.parametrize(("octets", "text"), [(b"gr\xc3\xbcn", "grün"), (b"gr\xfcn", "grün")])
def test_octets_beyond_ascii_without_a_useful_label_are_guessed(
    label: str | None, octets: bytes, text: str
) -> None:
    assert decode(octets, label) == text


@pytest.mark.parametrize(
    ("octets", "label", "text"),
    [
        ("Привет".encode("cp1251"), "win-1251", "Привет"),
        ("Привет".encode("cp1251"), "cp-1251", "Привет"),
        ("Привет".encode("koi8-r"), '"KOI8-R"', "Привет"),
        ("Привет".encode("mac-cyrillic"), "x-mac-cyrillic", "Привет"),
        ("镕".encode("gb18030"), "gb2312", "镕"),
        ("镕".encode("gb18030"), "x-gbk", "镕"),
        ("똠".encode("cp949"), "ks_c_5601-1987", "똠"),
        ("똠".encode("cp949"), "euc-kr", "똠"),
        ("①髙".encode("cp932"), "Shift_JIS", "①髙"),
        (b"\x93quoted\x94 \x80", "iso-8859-1", "“quoted” €"),
        (b"\x93quoted\x94 \x80", "latin-1", "“quoted” €"),
        (b"\x93quoted\x94 \x80", "ISO_8859-1", "“quoted” €"),
        ("grün".encode(), "utf8", "grün"),
        (b"gr\xfcn", "utf-8", "grün"),
        (b"gr\xfcn gr\xc3\xbcn \xc3\xbc", "utf-8", "gr\ufffdn grün ü"),
    ],
)
def test_a_label_means_what_mailers_mean_by_it(octets: bytes, label: str, text: str) -> None:
    assert decode(octets, label) == text


@pytest.mark.parametrize("label", ["latin-1", "utf-8", "koi8-r", "gb18030", "euc_jp", "cp1252"])
def test_plain_ascii_is_itself_in_every_charset(label: str) -> None:
    assert codecs.lookup(label)
    assert decode(b"Hello, world", label) == "Hello, world"


RUSSIAN = "Добрый день, коллеги! Высылаю счёт за март."
JAPANESE = "お世話になっております。来週の会議の日程についてご連絡いたします。"
CHINESE = "您好，请查看附件中的发票，谢谢。我们下周开会讨论这个问题。"
TAIWANESE = "您好，請查看附件中的發票，謝謝。我們下週開會討論這個問題。"
KOREAN = "안녕하세요. 다음 주 회의 일정에 대해 연락드립니다."


@pytest.mark.parametrize("label", [None, "us-ascii", "iso-8859-1", "utf-8", "x-unknown"])
@pytest.mark.parametrize(
    ("text", "charset"),
    [
        *((RUSSIAN, each) for each in ("cp1251", "koi8-r", "iso8859-5", "cp866")),
        *(("ПРИВЕТ ВСЕМ, СРОЧНО НУЖЕН ОТВЕТ", each) for each in ("cp1251", "koi8-r")),
        *(("Договор", each) for each in ("cp1251", "koi8-r")),
        ("Счёт №5", "cp1251"),
        *((JAPANESE, each) for each in ("euc_jp", "cp932")),
        (CHINESE, "gb18030"),
        (TAIWANESE, "big5"),
        (KOREAN, "cp949"),
        *(
            ("Dzień dobry, w załączniku przesyłam fakturę", each)
            for each in ("cp1250", "iso8859-2")
        ),
        *(("Dobrý den, v příloze zasílám fakturu", each) for each in ("cp1250", "iso8859-2")),
        ("Jó napot kívánok, mellékelten küldöm a számlát", "iso8859-2"),
        ("Lütfen onaylayınız. İyi çalışmalar", "cp1254"),
        ("Laba diena, siunčiu sąskaitą už spalį", "cp1257"),
        *(("Σας ευχαριστώ πολύ", each) for each in ("cp1253", "iso8859-7")),
        ("תודה רבה על שיתוף הפעולה", "cp1255"),
        ("شكرا جزيلا لتعاونكم", "cp1256"),
        ("สวัสดีครับ ผมส่งใบแจ้งหนี้มาให้แล้ว", "cp874"),
        ("¿Cómo está usted? Mañana será otro día", "cp1252"),
        ("Perché è così? Più tardi sarà già città", "cp1252"),
        ("Schöne Grüße aus München, Ähren und Öle", "cp1252"),
        ("Voilà l'été, ça a été très agréable à l'hôtel", "cp1252"),
        ("“” €", "cp1252"),
        *((RUSSIAN, each) for each in ("utf-8", "utf-8-sig", "utf-16")),
        *(("Schöne Grüße aus München", each) for each in ("utf-16-le", "utf-16-be")),
    ],
)
def test_a_label_that_lies_is_not_believed(text: str, charset: str, label: str | None) -> None:
    assert decode(text.encode(charset), label) == text


@pytest.mark.parametrize(
    ("octets", "label", "text"),
    [
        ("Ñandú".encode("cp1252"), "iso-8859-1", "Ñandú"),
        ("ÀÉÈÙ".encode("cp1252"), "iso-8859-1", "ÀÉÈÙ"),
        (b"\x1b$BF|K\\\x1b(B", "us-ascii", "日本"),
        (b"\x1b$BF|-!K\\\x1b(B!", "iso-2022-jp", "日①本!"),
        (b"\x1b(I1\x1b(B", "iso-2022-jp", "ｱ"),
        (b"+BB8EQAQ4BDIENQRC-", "utf-7", "Привет"),
        (b"+BB8EQAQ4BDIENQRC-", "unicode-1-1-utf-7", "Привет"),
        (b"h\0i\0", "utf-16", "hi"),
        (b"\0h\0i", "utf-16", "hi"),
        (b"\0h\0i", "utf-16-le", "hi"),
        (b"\xef\xbb\xbfhi", "utf-8", "hi"),
        ("Привет".encode("koi8-r"), "koi8-r (Cyrillic)", "Привет"),
        ("şı".encode("cp1254"), "iso-8859-9", "şı"),
    ],
)
def test_odd_but_honest_octets_are_read(octets: bytes, label: str, text: str) -> None:
    assert decode(octets, label) == text
