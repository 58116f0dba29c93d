"""Names before the @ that stand for an office rather than a person."""

import re

_COMMON = """
abuse hostmaster info marketing noc postmaster sales security support usenet webmaster www
accounting accounts admin administration admissions billing booking bookings business career
careers compliance contact contacts customercare customerservice dispatch editor editorial
enquiries enquiry events feedback finance frontdesk general hello help helpdesk hi hotline hr
inbox inquiries inquiry invoice invoices invoicing it jobs legal logistics media members
membership news newsletter notification notifications office operations ops order orders partners
payments payroll press privacy procurement purchasing reception recruiting recruitment
registration reservations returns sale secretary service servicedesk services shipping shop staff
store subscriptions team tech training updates welcome
"""
"""The names of RFC 2142, and those that companies have besides."""
_ELSEWHERE = """
anfrage anfragen bestellung bestellungen bewerbung buchhaltung buero einkauf empfang kontakt
kundendienst kundenservice personalabteilung presse rechnung rechnungen redaktion sekretariat
verkauf vertrieb verwaltung zentrale
accueil achats bonjour comptabilite facturation recrutement secretariat ventes
administracion atencion compras contacto facturacion soporte ventas
amministrazione assistenza contatti fatture segreteria ufficio vendite
buh buhgalter buhgalteria bukhgalteria kadry otdel pochta priem priemnaya prodazhi reklama
sekretar sklad snab snabzhenie zakaz zakazy zakupki
"""
"""The same in German, French, Spanish, Italian, and in Russian as addresses spell it."""
_BESIDE = """
all central client clients corporate customer customers department dept desk eu global group
international main my our technical the your
"""
_OFFICES = frozenset((_COMMON + _ELSEWHERE).split())
_BESIDES = frozenset(_BESIDE.split())
_SEPARATORS = re.compile(r"[._-]")


def is_group_name(name: str) -> bool:
    """Whether the part before the @ names an office: `info`, `sales-de`, `customer.support+4`.

    Every word of it has to: what may be somebody's own name is none.
    """
    words = [
        word.rstrip("0123456789") for word in _SEPARATORS.split(name.lower().partition("+")[0])
    ]
    words = [word for word in words if word]
    found = [word for word in words if word in _OFFICES]
    others = [word for word in words if word not in _OFFICES and word not in _BESIDES]
    return bool(found) and all(_is_country(word) for word in others)


def _is_country(word: str) -> bool:
    return len(word) == 2 and word.isalpha()
