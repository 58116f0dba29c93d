"""What people, places and trades are called, and what they write."""

FIRST_NAMES = (
    *(
        "Maria",
        "Jonas",
        "Petra",
        "Igor",
        "Chiara",
        "Noah",
        "Ines",
        "Björn",
        "Sofía",
        "Tom",
    ),
    *(
        "Agnes",
        "Victor",
        "Zoë",
        "Karl",
        "Olga",
        "Henry",
        "Lena",
        "Paul",
        "Rosa",
        "Jürgen",
    ),
)
LAST_NAMES = (
    *("Keller", "Smith", "Petrov", "Rossi", "Müller", "García", "Novak", "Dupont"),
    *("Larsen", "Okafor", "Tanaka", "Silva", "Kowalski", "Bauer", "Weber", "Hughes"),
)
PLACES = (
    *("Harbour", "Alpine", "Northgate", "Redwood", "Lakeside", "Falcon", "Summit", "Meadow"),
    *("Granite", "Willow", "Cobalt", "Juniper", "Sterling", "Orchard"),
)
TRADES = (
    *("Logistics", "Tools", "Foods", "Paper", "Optics", "Timber", "Glass", "Textiles"),
    *("Software", "Motors"),
)
SUBJECTS = (
    *("Our meeting on Thursday", "Question about delivery", "Thank you", "Price list"),
    *("Change of address", "Angebot für Frühjahr", "Встреча в пятницу", "Photos of the site"),
    *("Visit next week", "Feedback", "Contract draft", "Holiday notice"),
)
SENTENCES = (
    *("please find the papers attached.", "could you call me back tomorrow?"),
    *("the goods have arrived in good order.", "we would like to go on as agreed."),
    *("vielen Dank für das nette Gespräch.", "спасибо за быстрый ответ."),
    *("the team is looking forward to it.", "there is one more thing to settle."),
)

_LETTERS = str.maketrans({"ö": "oe", "ü": "ue", "í": "i", "ë": "e"})


def ascii_name(name: str) -> str:
    """Return the name as it stands in addresses."""
    return name.translate(_LETTERS)
