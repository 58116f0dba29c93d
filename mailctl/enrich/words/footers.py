"""What footers of lists, legal words, postscripts and apps begin with."""

import re

RULE = re.compile(r"[_=*-]{5,}\s*+$")
LIST = re.compile(
    r"mailing list|mailman|listinfo|unsubscribe|you (?:received|are receiving) this|google groups"
    r"|to (?:stop receiving|leave this list|post to this)|list archives?|abmelden|abbestellen"
    r"|désinscri|désabonn|darse de baja|cancelar (?:la )?suscripci|disiscri|annulla(?:re)? l'iscrizione"
    r"|cancelar (?:a )?(?:inscri|subscri)|wypis|отписаться|отказаться от рассылки|список рассылки"
    r"|відписатися|список розсилки|配信停止|メーリングリスト|退订|邮件列表|mailingliste|liste de diffusion"
    r"|lista de (?:correo|discuss)|lista dyskusyjna|nieuwsbrief",
    re.IGNORECASE,
)
APP = re.compile(
    r"[\s>*_-]{0,5}+(?:sent (?:from|via|with|by) |get outlook for|get it for|download yahoo|(?:gesendet|verschickt)"
    r" (?:mit|von|aus)|von (?:meinem|unterwegs|mobil|iphone|samsung)|diese nachricht wurde von meinem"
    r"|envoyé (?:de|depuis|à partir|avec)|envoye (?:de|depuis)|télécharge[rz] outlook|obtenez outlook|obtener outlook"
    r"|enviado (?:desde|do|de|a partir|via|con)|obter o? ?outlook|scarica outlook|ottieni outlook|inviato (?:da|dal|con)"
    r"|wysłan[eoy] z|pobierz outlook|отправлено (?:с|из|со)\b|отправлен[оа]? с|скачать outlook|надіслано (?:з|із)\b"
    r"|відправлено (?:з|із)\b|verzonden (?:vanaf|met|via)|skickat från|sendt fra|odesláno z"
    r"|iphoneから送信|androidから送信|ipadから送信|发自我的|从我的|發自我的|傳送自|von outlook|holen sie sich outlook"
    r"|virus-free|this email has been (?:checked|scanned)|diese e-mail wurde (?:von|auf) |l'absence de virus"
    r"|проверено (?:на вирусы|антивирус)|libre de virus|privo di virus)",
    re.IGNORECASE,
)
# Each begins a paragraph that nobody reads, and whose numbers are nobody's.
DISCLAIMER = re.compile(
    r"[\s*_>~-]{0,5}+(?:(?:legal )?disclaimer\b|confidential|confidentiality|privileged|privacy notice|important notice"
    r"|notice\s?:|warning\s?:|this (?:e-?mail|message|communication|transmission|electronic)"
    r"|the (?:information|content|contents) (?:contained )?(?:in|of) this|the information transmitted|any views|if you (?:are not|have received)"
    r"|(?:please )?(?:consider|think (?:about|of)) the environment|save (?:paper|a tree)|before printing|please do not print"
    r"|(?:diese|dieses|der inhalt dieser) (?:e-?mail|nachricht|mail|dokument)|vertraulich|haftungsausschluss|hinweis\s?:|wichtiger hinweis"
    r"|bitte (?:denken|prüfen|beachten) sie|der umwelt zuliebe|datenschutz(?:hinweis|erklärung)?\b|informationen zum datenschutz"
    r"|(?:ce|le présent) (?:message|courriel|mail|e-mail)|confidentialité|avertissement|avis de confidentialité|pensez à l|avant d'imprimer"
    r"|(?:este|el presente|esta) (?:mensaje|correo|e-?mail|comunicaci|mensagem|documento)|aviso (?:legal|de confidencialidad|de privacidad)"
    r"|confidencialidad|antes de imprimir|(?:questo|il presente|la presente) (?:messaggio|e-?mail|comunicazione)|questa (?:e-?mail|comunicazione)"
    r"|le informazioni contenute|avvertenza|riservatezza|ai sensi del|prima di stampare|rispetta l'ambiente"
    r"|(?:esta|a presente|este) (?:mensagem|comunicação|e-?mail|correio)|confidencialidade|aviso de confidencialidade|pense no ambiente"
    r"|(?:niniejsza|ta|treść tej|niniejszy) (?:wiadomość|wiadomości|e-?mail|korespondencja|mail)|informacje zawarte|poufn|klauzula|administratorem (?:danych|państwa)"
    r"|zanim wydrukujesz|pomyśl o środowisku|(?:данное|настоящее|это|содержание данного) (?:сообщение|письмо|электронное|сообщения|письма)"
    r"|конфиденциально|информация,? содержащаяся|внимание\s?[!:]|уведомление о конфиденциальности|подумайте об|перед тем как распечат"
    r"|(?:це|дане|цей) (?:повідомлення|лист|електронн)|конфіденційн|інформація,? (?:що )?міст|увага\s?[!:]"
    r"|このメール|本メール|この電子メール|本电子邮件|本邮件|此邮件|本郵件|此電子郵件|保密|声明：)",
    re.IGNORECASE,
)
SAYS_SO = re.compile(
    r"confidential|privileged|intended (?:only|solely)|legally protected|vertraulich|unbefugt|confidentiel|destinataire"
    r"|confidencial|destinatario|riservat|poufn|adresat|конфиденциал|адресат|конфіденці|virus|秘密|机密|環境|environment|umwelt"
    r"|delete|löschen|borrar|eliminar|supprim|cancell|apag|usun|удалит|видал|disclaimer|liab|haft|respons|monitor|gdpr|dsgvo|rgpd|rodo",
    re.IGNORECASE,
)
POSTSCRIPT = re.compile(
    r"\s*+(?:p\.?\s?s\.?|п\.?\s?с\.?|з\.?\s?и\.?|追伸|又及)\s?[:.,\s-]", re.IGNORECASE
)
