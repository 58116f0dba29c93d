"""The words with which people end a mail, and begin one."""

import re

CLOSINGS: dict[str, str] = {
    "en": (
        r"(?:(?:with |my |many )?(?:best|kind(?:est)?|warm(?:est)?|friendly|cordial)(?: personal)? "
        r"(?:regards|wishes)|(?:best|kind|warm|with kind|with best) (?:regards|rgds)|regards|rgds|best|bests|brgds|b\.?r\.?|k\.?r\.?"
        r"|all the best|all my best|cheers|many thanks|thanks(?: (?:again|so much|a lot|in advance|very much))?"
        r"(?: (?:and|&) (?:best |kind )?regards)?|thank you(?: (?:very much|so much|in advance|again|for your \w+))?"
        r"(?: (?:and|&) (?:best |kind )?regards)?|thx|sincerely(?: yours)?|yours(?: (?:sincerely|faithfully|truly|cordially))?"
        r"|respectfully(?: yours)?|cordially|warmly|faithfully|take care|talk soon|speak soon|looking forward(?: .{0,40})?"
        r"|with (?:many )?thanks|with gratitude|have a (?:great|nice|good) (?:day|week|weekend|evening)|love|xoxo)"
    ),
    "de": (
        r"(?:(?:mit |viele |beste |liebe |herzliche |schöne |freundliche |sonnige |gruß |vielen )?(?:den )?(?:freundlichen|freundliche|besten|"
        r"herzlichen|lieben|schönen|sonnigen|kollegialen|viele|beste|liebe|herzliche)? ?(?:gr(?:ü|ue)(?:ß|ss)en?|gru(?:ß|ss))"
        r"(?: (?:aus|nach|von|vom|in|und|an)\b.{0,40})?|mfg|lg|vg|bg|hochachtungsvoll|(?:besten|vielen|herzlichen|lieben) dank"
        r"(?: (?:im voraus|und .{0,30}))?|danke(?: (?:im voraus|und .{0,30}))?|schönen tag(?: noch)?|bis bald)"
    ),
    "fr": (
        r"(?:(?:bien |très |sincèrement )?cordialement(?: vôtre)?|(?:meilleures|sincères|cordiales|respectueuses) salutations|salutations(?: distinguées)?"
        r"|bien à (?:vous|toi)|(?:bonne|excellente) (?:journée|soirée|réception|semaine)|amicalement|amitiés|cdlt|bàv|à bientôt|respectueusement"
        r"|merci(?: (?:d'avance|beaucoup|et .{0,30}|par avance))?|je vous prie d'agréer.{0,90}|veuillez (?:agréer|recevoir|croire).{0,90}|sincèrement)"
    ),
    "es": (
        r"(?:(?:un |muchos |con un )?(?:cordial|cordiales|afectuoso|atento|respetuoso) (?:saludos?|abrazo)|(?:un |recib\w+ un )?(?:saludos?|abrazo)(?: (?:cordial(?:es)?|atentos?|y gracias))?"
        r"|atentamente|atte|cordialmente|(?:muchas |mil )?gracias(?: (?:de antemano|y .{0,30}|por .{0,40}))?|respetuosamente|quedo (?:a|atent).{0,50}|sin otro particular.{0,60})"
    ),
    "it": (
        r"(?:(?:i (?:miei |più |migliori )?)?(?:cordiali|distinti|cari|migliori|affettuosi|cordialissimi) saluti|(?:un )?(?:cordiale|caro) saluto|saluti(?: cordiali)?|cordialmente"
        r"|(?:mille |tante )?grazie(?: (?:mille|e .{0,30}|in anticipo|ancora))?|a presto|buona (?:giornata|serata)|buon lavoro|in fede|con stima|resto a disposizione.{0,30})"
    ),
    "pt": (
        r"(?:(?:com os (?:meus )?)?(?:melhores|os meus melhores|cordiais) cumprimentos|cumprimentos(?: cordiais)?|atenciosamente|att|atte|cordialmente|(?:um )?(?:forte )?abraços?"
        r"|(?:muito )?obrigad[oa](?: (?:desde já|e .{0,30}|pela .{0,40}))?|saudações(?: cordiais)?|grat[oa]|respeitosamente|com estima)"
    ),
    "pl": (
        r"(?:z (?:poważaniem|wyrazami szacunku|pozdrowieniami|uszanowaniem|serdecznymi pozdrowieniami)|(?:serdecznie )?pozdrawiam(?: serdecznie)?|(?:serdeczne )?pozdrowienia|pozdr"
        r"|(?:z góry )?dziękuję(?: (?:i .{0,30}|z góry|bardzo))?|dzięki|łączę (?:pozdrowienia|wyrazy szacunku)|miłego dnia)"
    ),
    "ru": (
        r"(?:(?:с |с наилучшим |с глубоким |с искренним )?уважением|с наилучшими пожеланиями|с (?:благодарностью|приветом|любовью|теплом|признательностью)|всего (?:доброго|хорошего|наилучшего)"
        r"|(?:заранее |большое )?спасибо(?: (?:заранее|большое|и .{0,30}))?|благодарю(?: .{0,30})?|искренне ваш[аи]?|хорошего дня|до (?:связи|встречи|свидания)|удачи|ваш[аи]?)"
    ),
    "uk": (
        r"(?:(?:з |із |зі )(?:найкращими побажаннями|повагою|глибокою повагою|вдячністю|щирою повагою|подякою)|(?:щиро )?дякую(?: .{0,30})?|щиро ваш[аі]?|всього (?:найкращого|доброго)|гарного дня"
        r"|на все добре|до зустрічі|до зв['’]язку)"
    ),
    "ja": (
        r"(?:[^\n]{0,24}(?:よろしく|宜しく)(?:お願い|御願い)[^\n]{0,14}|以上|敬具|草々|今後とも.{0,30}|失礼(?:いた|致)します)[。、]?"
    ),
    "zh": (
        r"(?:此致(?:敬礼)?|敬礼|敬禮|顺祝商祺|順頌商祺|祝好|(?:谢谢|謝謝)[!！。]?|顺颂商祺|商祺|祝(?:您)?(?:工作顺利|商祺|生活愉快|一切顺利|順利|好).{0,10}|敬上|祝商祺|此致)"
    ),
}
JOINT = re.compile(r"(?:and|&|und|et|y|e|i|и|та|і|/|\|)\s++", re.IGNORECASE)
GREETING = re.compile(
    r"\s*+(?:hi|hello|dear|hey|good (?:morning|afternoon|day)|hallo|guten (?:tag|morgen)|sehr geehrte[rs]?|liebe[rs]?|bonjour|madame|monsieur|cher|chère"
    r"|hola|estimad[oa]s?|buenos días|buenas tardes|buongiorno|gentile|egregio|ciao|salve|olá|bom dia|boa tarde|prezad[oa]|car[oa]"
    r"|dzień dobry|szanown|cześć|witam|здравствуйте|добрый день|доброе утро|уважаем|привет|добрий день|доброго дня|шановн|вітаю)\b",
    re.IGNORECASE,
)
