"""How one line names several things."""

import re

AT = re.compile(
    r"\s+(?:at|@|bei(?: der)?|chez|presso|w firmie|в компании|у компанії)\s+(?=\S)|\s?@\s?(?=[A-ZА-Я])",
    re.IGNORECASE,
)
OF = re.compile(r"\s+(?:of|der|des|von|de la|del|de|di|da|do|bei)\s+(?=[A-ZА-Я«\"])")
ENDS_IN = re.compile(
    r"\s+(?:of|at|der|des|von|de la|del|de|di|da|do|bei|chez|w|в|у|presso)$", re.IGNORECASE
)
DASH = re.compile(r"\s+[-–—/]\s+|\s*[;:]\s+")
COMMA = re.compile(r",\s+")
PREFIXED = re.compile(
    r"(?:^|\s)(?P<company>(?:ООО|ОАО|ЗАО|ПАО|АО|НПО|НПП|ИП|ГК|ФГУП|ФГБОУ|ТОВ|ТзОВ|ПрАТ|ПАТ|АТ|ФОП|ДП|ТДВ|Группа компаний|Компания|компания|компанія|Компанія|фирма|завод)\s+[«“„\"]?.{2,60})$"
)
LABELS = re.compile(
    r"(?:company|firma|société|empresa|azienda|компания|компанія|organi[sz]ation|employer|会社|公司|title|position|poste|cargo|puesto|stanowisko|должность|посада|role|职位|部门|department|abteilung|dept|отдел)\s?[:：]\s*",
    re.IGNORECASE,
)
DEGREE = re.compile(
    r"^\s*(?:(?:[кд]\.\s?\w{1,3}\.\s?н\.?|Ph\.?D\.?|MBA|M\.?Sc\.?|B\.?Sc\.?|Dipl\.-\w{2,6}\.?)(?:,\s*|\s+))+(?=\S)",
    re.IGNORECASE,
)
SLOGAN = re.compile(r"[.!?…]\s*$|^[\"'“„«‘].*[\"'”“»’.]$")
FIRST = re.compile(
    r"(?:abteilung|fachbereich|department of|dept\.? of|division of|office of|direction|service|pôle|departamento|depto\.?|dpto\.?|dpt\.?|abt\.?|área|ufficio|reparto|divisione|setor|dział|biuro|zespół|отдел|департамент|управление|служба|відділ|управління|служба|кафедра|dipartimento|faculty|fakultät|facultad|faculté|school of|college of|cent(?:er|re) for|chair of|laborator\w+ (?:of|for)|lehrstuhl|wydział|katedra|факультет|лаборатория)\b",
    re.IGNORECASE,
)
