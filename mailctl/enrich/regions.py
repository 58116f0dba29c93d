"""Which countries' numbers are meant where they are written without a country code."""

import re
from collections.abc import Iterable

_OF_DOMAINS = {"uk": "GB", "su": "RU", "xn--p1ai": "RU", "xn--j1amh": "UA", "eu": "", "io": "", "co": "", "me": "", "tv": "", "ai": "", "cc": "", "to": "", "fm": "", "gg": "", "ly": "", "la": ""}
_OF_LANGUAGES = {
    **{"de": ("DE", "AT", "CH"), "fr": ("FR", "BE", "CH"), "es": ("ES", "MX", "AR"), "it": ("IT", "CH"), "pt": ("PT", "BR"), "pl": ("PL",)},
    **{"ru": ("RU", "BY", "KZ"), "uk": ("UA",), "ja": ("JP",), "zh": ("CN", "TW", "HK"), "en": ("US", "GB")},
}
_COUNTRIES = {
    **{"germany": "DE", "deutschland": "DE", "austria": "AT", "österreich": "AT", "switzerland": "CH", "schweiz": "CH", "suisse": "CH", "svizzera": "CH"},
    **{"france": "FR", "belgium": "BE", "belgique": "BE", "belgië": "BE", "spain": "ES", "españa": "ES", "mexico": "MX", "méxico": "MX", "argentina": "AR", "chile": "CL", "colombia": "CO", "perú": "PE"},
    **{"italy": "IT", "italia": "IT", "portugal": "PT", "brazil": "BR", "brasil": "BR", "poland": "PL", "polska": "PL", "netherlands": "NL", "nederland": "NL", "ireland": "IE"},
    **{"russia": "RU", "россия": "RU", "москва": "RU", "санкт-петербург": "RU", "ukraine": "UA", "україна": "UA", "украина": "UA", "київ": "UA", "киев": "UA", "kyiv": "UA", "беларусь": "BY", "казахстан": "KZ"},
    **{"united kingdom": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "london": "GB", "usa": "US", "united states": "US", "canada": "CA", "australia": "AU", "new zealand": "NZ", "india": "IN"},
    **{"japan": "JP", "日本": "JP", "東京都": "JP", "china": "CN", "中国": "CN", "上海": "CN", "北京": "CN", "深圳": "CN", "广州": "CN", "台灣": "TW", "台北": "TW", "香港": "HK", "hong kong": "HK", "singapore": "SG", "korea": "KR"},
    **{"czech republic": "CZ", "sweden": "SE", "sverige": "SE", "norway": "NO", "denmark": "DK", "finland": "FI", "turkey": "TR", "israel": "IL", "u.s.a": "US"},
}
COUNTRY = re.compile("|".join(map(re.escape, sorted(_COUNTRIES, key=len, reverse=True))))
_STATE = re.compile(r"\b(?:A[LKZR]|C[AOT]|DE|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]|DC),? \d{5}\b")
_UK_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")


def of_domain(domain: str) -> str:
    """Return the country of a domain, nothing where it tells none."""
    last = domain.lower().rpartition(".")[2]
    return _OF_DOMAINS.get(last, last.upper() if len(last) == 2 else "")


def likely_regions(texts: Iterable[str], domains: Iterable[str], language: str, default: str | None) -> list[str]:
    """Return the countries whose numbers may be written, the likeliest first.

    Addresses say it best, then domains, then the user, then the language.
    """
    found: list[str] = []
    for text in texts:
        folded = text.lower()
        found += [_COUNTRIES[name] for name in COUNTRY.findall(folded)]
        if _STATE.search(text):
            found.append("US")
        elif _UK_POSTCODE.search(text):
            found.append("GB")
    found += filter(None, map(of_domain, domains))
    if default:
        found.append(default)
    found += _OF_LANGUAGES.get(language, ())
    return list(dict.fromkeys(found))[:6]


def language_of(text: str) -> str:
    """Return the language that the script of a text tells, nothing where it tells none."""
    if re.search("[\u3040-\u30ff]", text):
        return "ja"
    if re.search("[\u4e00-\u9fff]", text):
        return "zh"
    if re.search("[іїєґІЇЄҐ]", text):
        return "uk"
    if re.search("[а-яА-Я]", text):
        return "ru"
    for language, letters in (("pl", "[łśźżćńęą]"), ("de", "[ßäöü]"), ("pt", "[ãõ]"), ("es", "[ñ¿¡]"), ("fr", "[èêçœ]")):
        if re.search(letters, text, re.IGNORECASE):
            return language
    return ""
