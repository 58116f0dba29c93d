"""How streets, places and their codes are written."""

import re

CODE = re.compile(
    r"\b(?:[A-Z]{1,2}-)?\d{5}(?:-\d{3,4})?\s+[^\W\d_]{2,}|\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b|\b\d{2}-\d{3}\s+[^\W\d_]{2,}|\b\d{4}-\d{3}\s+[^\W\d_]{2,}|\b\d{5}-\d{3}\b"
    r"|\b[A-Z]{2},?\s+\d{5}(?:-\d{4})?\b|(?:\b(?:CH|A|B|L|DK|NO)-|^|,\s?)(?!20[12]\d)\d{4}\s[A-ZÄÖÜ][a-zäöüß]{2,}|\b\d{4}\s?[A-Z]{2}\s+[A-Z][a-z]|(?<!\d)\d{6}(?=[,\s]+[^\W\d_])|,\s*\d{5,6}\s*$|〒\s?\d{3}-?\d{4}|^\s*\d{5,6}\s*,"
    r"|[A-Z]\d[A-Z]\s?\d[A-Z]\d\b"
)
STREET = re.compile(
    r"\b\d{1,5}[A-Za-z]?,?\s+(?:[A-Z][\w.'-]+\s+){0,4}(?:Street|St|Road|Rd|Avenue|Ave|Boulevard|Blvd|Lane|Ln|Drive|Dr|Square|Sq|Way|Court|Ct|Place|Pl|Parkway|Pkwy|Terrace|Crescent|Close|Row|Quay|Highway|Hwy|Plaza|Broadway|Wharf|Yard|House)\b"
    r"|\b(?:Suite|Ste\.?|Floor|Unit|P\.?O\.? Box|Building|Bldg)\s#?\w+|\b\d{1,2}(?:st|nd|rd|th) floor\b"
    r"|\w*(?:stra(?:ß|ss)e|str\.|platz|weg|allee|gasse|ring|damm|ufer|chaussee|markt|hof|steig|berg|graben)\s+\d{1,4}\s?[a-zA-Z]?\b|\b(?:Postfach)\s\d"
    r"|\b(?:rue|avenue|av\.|boulevard|bd|quai|chemin|impasse|cours|allée|place|route|passage|square|faubourg)\s+(?:de|du|des|la|le|les|d['’]|[A-ZÉÈÀ])"
    r"|\b(?:calle|c/|avenida|avda\.?|av\.|paseo|plaza|pza\.?|carrer|polígono|pol\. ind|carretera|ctra\.?|ronda|camino|gran vía)\s*[A-ZÁÉÍÓÚÑ\d]"
    r"|\b(?:via|viale|v\.le|corso|c\.so|piazza|p\.zza|largo|strada|vicolo|località)\s+[A-ZÀÈ]|\b(?:rua|r\.|travessa|praça|alameda|av\.|avenida|estrada|largo|rodovia)\s+[A-ZÀÁÉÍÓÚ]"
    r"|\b(?:ul\.|ulica|al\.|aleja|aleje|plac|pl\.|os\.|osiedle|rondo)\s*[A-ZŁŚŻ\d]"
    r"|(?:^|[\s,])(?:ул\.?|улица|пр\.|пр-т|просп\.?|проспект|пер\.?|переулок|наб\.?|набережная|шоссе|ш\.|б-р|бульвар|площадь|пл\.|вул\.?|вулиця|провулок|пров\.|г\.|м\.|обл\.|д\.|дом|оф\.?|офис|офіс|буд\.|кв\.|корп\.|стр\.|этаж|помещение)(?:\s|(?<=\.))[А-ЯЁІЇЄ\d«\"]"
    r"|[都道府県市区町村].{0,20}\d|丁目|番地|[省市区區路街].{0,24}\d{1,5}\s?[号號弄室楼樓]|[0-9]+[号號弄室楼樓]",
    re.IGNORECASE,
)
LABEL = re.compile(
    r"\s*(?:address|adresse|anschrift|adres|dirección|direccion|indirizzo|endereço|morada|адрес|адреса|office|住所|所在地|地址|postanschrift|visit us|sede|sitz|siège|siège social|standort|besucheradresse|a)\s?[:：]\s*",
    re.IGNORECASE,
)
