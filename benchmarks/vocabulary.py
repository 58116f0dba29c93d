"""Words that are used as often as words are: each language has a few, and many that are rare."""

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_SLOTS = 65536
"""Sixteen bits choose a word."""

_ENGLISH = (
    "the to and of a in is you for that it on we with be this your have are as at will from "
    "please not or if I an by can our me was but all any so has do would they there which know "
    "up about let out more just also what been when one my their other time need new he like "
    "get thanks some work see make only now could here than then how over us its into after "
    "send order meeting project invoice price delivery week today attached call team contract "
    "regards customer monday report account offer date number next first payment"
)
_GERMAN = (
    "die der und in zu den das nicht von sie ist des sich mit dem dass er es ein ich auf so eine "
    "auch als an nach wie im für man aber aus durch wenn nur war noch werden bei hat wir was wird "
    "sein einen welche sind oder zur um haben einer mir über ihm diese einem ihr uns da zum kann "
    "doch vor Angebot Rechnung Lieferung Grüße können möchten Termin Woche müssen größer"
)
_RUSSIAN = (
    "и в не на я что с по это мы как но они к у вы за от из так же для все его о бы до было если "
    "или мне нет еще уже при вас нам когда только быть может есть был добрый день договор счет "
    "заказ прошу спасибо уважением поставка цена срок оплата сегодня встреча проект"
)

_LATIN = (
    "ba be bo ca ce co con da de di do en er es fa fi ga ge im in is ka la le li lo ma me mi mo "
    "na ne ni no or pa pe per pi po ra re ri ro sa se si so sta ta te ter ti tion to tra un ve vi"
)
_ACCENTED = (
    "ä äu ber bü ch dé e ein er érie for ge gé grö he hö ig keit lä le lich lü mä mon nü öl rä "
    "ré schaft sché se stän stü tä té ter über ung ver vö wär zu"
)
_CYRILLIC = (
    "ба ве во вы го да до ду же за зи ка ко ку ла ле ло лю ма ме мо на не ни но ность о об па пе "
    "по пре при про ра ре ро са се си ска ста сть та те ти то тор ты у фо ха хо це ча ше щи эк я"
)


@dataclass(frozen=True)
class Language:
    """How text of one language is put together, and in which charsets it is sent."""

    charsets: tuple[str, ...]
    table: Sequence[str]
    joint: str
    stop: str

    def words(self, rng: random.Random, count: int) -> list[str]:
        """Return words, the frequent ones often."""
        chosen = memoryview(rng.randbytes(2 * count)).cast("H")
        return [self.table[slot] for slot in chosen]

    def phrase(self, rng: random.Random, count: int) -> str:
        """Return words that follow each other, with a capital where the script has some."""
        phrase = self.joint.join(self.words(rng, count))
        return phrase[:1].upper() + phrase[1:]

    def paragraph(self, rng: random.Random, words: int) -> str:
        """Return sentences of about so many words in one line, some with a number."""
        sentences = []
        while words > 0:
            length = rng.randint(4, 20)
            sentence = self.phrase(rng, min(length, words + 2))
            if length % 5 == 0:
                sentence += f"{self.joint}{rng.choice('ABCKRTX')}{rng.randint(1000, 999999)}"
            sentences.append(sentence + self.stop)
            words -= length
        return self.joint.join(sentences)

    def lines(self, paragraph: str) -> list[str]:
        """Return the paragraph as lines of at most 72 columns, as mail programs send them."""
        if not self.joint:
            return [paragraph[begin : begin + 35] for begin in range(0, len(paragraph), 35)]
        lines, line = [], ""
        for word in paragraph.split(" "):
            if len(line) + len(word) > 71:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        return [*lines, line]


def languages(seed: int) -> list[Language]:
    """Return English, an accented language, Russian, Chinese and Japanese."""
    rng = random.Random(seed)
    return [
        _language(rng, ("us-ascii", "utf-8", "iso-8859-1"), _ENGLISH, _LATIN, size=9000),
        _language(rng, ("iso-8859-1", "utf-8"), _GERMAN, f"{_ACCENTED} {_LATIN}", size=7000),
        _language(rng, ("utf-8", "windows-1251", "koi8-r"), _RUSSIAN, _CYRILLIC, size=7000),
        _ideographic(rng, ("gb2312", "utf-8", "gb18030"), _hanzi(0xB0, 0xD8, "gb2312")),
        _ideographic(
            rng,
            ("iso-2022-jp", "utf-8", "shift_jis"),
            [chr(code) for code in range(0x3042, 0x3093)] * 12 + _hanzi(0xB0, 0xD0, "euc_jp"),
        ),
    ]


def _language(
    rng: random.Random,
    charsets: tuple[str, ...],
    common: str,
    syllables: str,
    *,
    size: int,
) -> Language:
    choices = syllables.split()

    def word() -> str:
        return "".join(rng.choices(choices, k=rng.choice((2, 2, 3, 3, 4))))

    return Language(charsets, _table(_distinct(common.split(), word, size)), " ", ".")


def _ideographic(rng: random.Random, charsets: tuple[str, ...], signs: Sequence[str]) -> Language:
    def word() -> str:
        return "".join(rng.choices(signs, k=rng.choice((1, 2, 2, 2, 3))))

    return Language(charsets, _table(_distinct((), word, 6000)), "", "。")


def _hanzi(first_row: int, end_row: int, charset: str) -> list[str]:
    """Return the common characters of a charset, which has them in rows of 94."""
    codes = itertools.product(range(first_row, end_row), range(0xA1, 0xFF))
    decoded = (bytes(code).decode(charset, "ignore") for code in codes)
    return [sign for sign in decoded if sign]


def _distinct(common: Sequence[str], word: Callable[[], str], size: int) -> list[str]:
    words = dict.fromkeys(common)
    while len(words) < size:
        words[word()] = None
    return list(words)


def _table(words: Sequence[str]) -> list[str]:
    """Return a table where the word of rank n has about 1/n as many slots as the first (Zipf)."""
    total = sum(1 / (rank + 2.7) for rank in range(len(words)))
    table = list(_repeated(words, _SLOTS / total))
    return table[:_SLOTS] + list(words[: _SLOTS - len(table)])


def _repeated(words: Sequence[str], slots: float) -> Iterator[str]:
    owed = 0.0
    for rank, word in enumerate(words):
        owed += slots / (rank + 2.7)
        for _ in range(int(owed)):
            yield word
        owed -= int(owed)
