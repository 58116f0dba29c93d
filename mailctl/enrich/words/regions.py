"""What tells a country."""

import re

OF_DOMAINS = {
    "uk": "GB", "su": "RU", "xn--p1ai": "RU", "xn--j1amh": "UA", "eu": "", "io": "", "co": "", "me": "", "tv": "", "ai": "", "cc": "",
    "to": "", "fm": "", "gg": "", "ly": "", "la": "",
}
OF_LANGUAGES = {
    "de": ("DE", "AT", "CH"), "fr": ("FR", "BE", "CH"), "es": ("ES", "MX", "AR"), "it": ("IT", "CH"), "pt": ("PT", "BR"), "pl": ("PL",),
    "ru": ("RU", "BY", "KZ"), "uk": ("UA",), "ja": ("JP",), "zh": ("CN", "TW", "HK"), "en": ("US", "GB"),
}
COUNTRIES = {
    "germany": "DE", "deutschland": "DE", "austria": "AT", "österreich": "AT", "switzerland": "CH", "schweiz": "CH", "suisse": "CH",
    "svizzera": "CH", "france": "FR", "belgium": "BE", "belgique": "BE", "belgië": "BE", "spain": "ES", "españa": "ES", "mexico": "MX",
    "méxico": "MX", "argentina": "AR", "chile": "CL", "colombia": "CO", "perú": "PE", "italy": "IT", "italia": "IT", "portugal": "PT",
    "brazil": "BR", "brasil": "BR", "poland": "PL", "polska": "PL", "netherlands": "NL", "nederland": "NL", "ireland": "IE", "russia": "RU",
    "россия": "RU", "москва": "RU", "санкт-петербург": "RU", "ukraine": "UA", "україна": "UA", "украина": "UA", "київ": "UA", "киев": "UA",
    "kyiv": "UA", "беларусь": "BY", "казахстан": "KZ", "united kingdom": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "london": "GB", "usa": "US", "united states": "US", "canada": "CA", "australia": "AU", "new zealand": "NZ", "india": "IN",
    "japan": "JP", "日本": "JP", "東京都": "JP", "china": "CN", "中国": "CN", "上海": "CN", "北京": "CN", "深圳": "CN", "广州": "CN", "台灣": "TW",
    "台北": "TW", "香港": "HK", "hong kong": "HK", "singapore": "SG", "korea": "KR", "czech republic": "CZ", "sweden": "SE", "sverige": "SE",
    "norway": "NO", "denmark": "DK", "finland": "FI", "turkey": "TR", "israel": "IL", "u.s.a": "US",
}
COUNTRY = re.compile(
    "|".join(
        re.escape(name) if name > "\u3000" else rf"(?<!\w){re.escape(name)}(?!\w)"
        for name in sorted(COUNTRIES, key=len, reverse=True)
    )
)
STATE = re.compile(
    r"\b(?:A[LKZR]|C[AOT]|DE|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]|DC),? \d{5}\b"
)
UK_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")

# Small words, and labels of numbers, that tell a language.
SMALL = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and you for with this that have are from will please your is of we it be can not phone office mobile cell direct",
        "de": "der die das und ist nicht mit für sie ich wir auf den ein eine bitte zu von im haben werden telefon mobil handy durchwahl str straße gmbh ag",
        "fr": "le la les et est pas pour vous nous je une des du dans sur avec votre en ce merci bonjour tél mobile port rue",
        "es": "el los las y es por para usted con una del en se su que le móvil tlf calle teléfono",
        "it": "il gli e è per con una del della che non sono in si di cell cellulare via srl spa",
        "pt": "o os as e é para com uma do da que não em se seu por tlm telemóvel celular rua lda telefone",
        "pl": "i w na z się jest nie do że o po pan pani dzień tel kom ul",
    }.items()
}
# Labels of numbers that one language has.
LABELS = {
    "tlm": "pt", "tlmv": "pt", "telemóvel": "pt", "ramal": "pt", "handy": "de", "durchwahl": "de", "fon": "de", "mobil": "de", "kom": "pl", "wew": "pl",
    "tlf": "es", "móvil": "es", "mov": "es", "teléfono": "es", "cellulare": "it", "telefono": "it", "tél": "fr", "port": "fr", "poste": "fr", "ddi": "en",
}
