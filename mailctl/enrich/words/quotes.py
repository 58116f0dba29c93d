"""How mail programs introduce what they quote or pass on, in many languages."""

import re

# Whatever follows such a line was written by somebody else.
SEPARATOR = re.compile(
    r"[-_=*\s>]{0,40}+(?:original(?:e|al)?[ -]?(?:message|appointment|nachricht|bericht)"
    r"|(?:begin )?forwarded (?:message|by\b.{0,80})|forwarded mail|(?:start of )?forwarded message"
    r"|(?:anfang der )?weitergeleitete[nr]? (?:nachricht|e-?mail)|urspr(?:ü|ue)ngliche (?:nachricht|e-?mail)"
    r"|message (?:d'origine|d’origine|original|transféré|transfere|initial)"
    r"|(?:début du )?message (?:réexpédié|transféré)|courriel original|mail transféré"
    r"|mensaje (?:original|reenviado)|(?:inicio del )?mensaje reenviado"
    r"|messaggio (?:originale|inoltrato)|(?:inizio messaggio inoltrato)"
    r"|mensagem (?:original|encaminhada|reencaminhada)|(?:início da )?mensagem encaminhada"
    r"|(?:wiadomość oryginalna|oryginalna wiadomość|przekazana wiadomość|wiadomość przekazana"
    r"|początek przekazanej wiadomości|treść przekazanej wiadomości)"
    r"|(?:исходное|оригинальное|пересылаемое|пересланное|перенаправленное) (?:сообщение|письмо)"
    r"|начало (?:пересылаемого|переадресованного|пересланного) сообщения|конец пересылаемого сообщения"
    r"|(?:вихідне|оригінальне|початкове|переслане|перенаправлене|пересилане) (?:повідомлення|лист)"
    r"|початок (?:пересланого|переадресованого) (?:повідомлення|листа)"
    r"|oorspronkelijk bericht|doorgestuurd bericht|ursprungligt meddelande|vidarebefordrat meddelande"
    r"|původní zpráva|přeposlaná zpráva|orijinal ileti|eredeti üzenet|mesaj original"
    r"|元のメッセージ|転送メッセージ|転送されたメッセージ|转发邮件信息|转发的邮件|原始邮件|原始郵件|轉寄郵件|原邮件)"
    r"[-_=*:\s]{0,40}+(?:\(.{0,60}\))?[-_=*:\s]{0,40}+$",
    re.IGNORECASE,
)
FROM = (
    r"from|von|de|da|od|от(?: кого)?|від|expéditeur|remitente|mittente|remetente|nadawca|van|från|fra"
    r"|odesílatel|feladó|kimden|差出人|发件人|寄件者|寄件人|發件人|送信者"
)
OTHERS = (
    r"sent|date|to|cc|subject|gesendet|datum|an|betreff|kopie|envoyé(?: le)?|date d'envoi|à|objet|copie"
    r"|enviado(?: el| em)?|fecha|para|asunto|inviato|data|a|oggetto|enviada(?: em)?|assunto"
    r"|wysłano|wysłane|do|dw|temat|отправлено|дата|кому|тема|копия|надіслано|відправлено|копія"
    r"|verzonden|aan|onderwerp|skickat|till|ämne|dato|til|emne|odesláno|komu|předmět"
    r"|送信日時|日時|宛先|件名|日付|发送时间|日期|时间|收件人|抄送|主题|收件者|主旨|傳送時間|寄件日期"
)
HEADER_FROM = re.compile(rf"\s*+(?:{FROM})\s?[:：]\s*+\S", re.IGNORECASE)
HEADER_OTHER = re.compile(rf"\s*+(?:{OTHERS})\s?[:：]", re.IGNORECASE)
VERB = re.compile(
    r"\b(?:wrote|writes|said|schrieb|schreibt|a écrit|écrit|escribió|escribio|ha scritto|scrisse|escreveu|"
    r"napisał(?:\(?a\)?)?|pisze|napisała|писал(?:\(?а\)?)?|написал(?:\(?а\)?|а)?|пишет|пише|написав|написала"
    r"|schreef|skrev|kirjoitti|napsal(?:\(a\))?|scris|írta|yazdı|έγραψε)\b"
    r"|写道|寫道|のメッセージ|さんは書きました|書きました|作成|님이",
    re.IGNORECASE,
)
DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|(?:19|20)\d\d年|\b\d{1,2}:\d\d\b"
)
ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,120}")
ENDS = re.compile(r"[:：]\s*+$")
