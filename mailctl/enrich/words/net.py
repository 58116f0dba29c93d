"""Networks, and how their addresses and names are written."""

import re

EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,5}[^\W\d_]{2,24}(?![\w-]|\.\w|@)"
)
OBFUSCATED = re.compile(
    r"([\w.+-]{1,64})\s?[(\[]\s?(?:at|@|ät)\s?[)\]]\s?([\w-]{1,63}(?:(?:\.|\s?[(\[](?:dot|punkt|\.)[)\]]\s?)[\w-]{2,63}){1,4})",
    re.IGNORECASE,
)
URL = re.compile(
    r"(?:https?://|(?<![\w@./-])www\.)[^\s<>\"'|，,;（()\]\[\u3000-\u303f]{2,300}"
    r"|(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}(?:com|net|org|edu|gov|biz|info|name|pro|mobi|travel|jobs|aero|coop|museum|cat|eus|gal|agency|studio|tech|dev|app|shop|store|consulting|group|digital|law|legal|systems|solutions|cloud|xyz|online|site|gmbh|berlin|hamburg|koeln|wien|swiss|paris|bzh|london|nyc|world"
    r"|life|media|team|works|email|company|expert|services|capital|ventures|partners|energy|health|clinic|dental|academy|school|foundation|engineering|design|photography|events|art|gallery|energy|bio|eco|moscow|tokyo|global|software|finance|estate|properties|builders|construction|restaurant|cafe|vin|wine|blog|space|technology"
    r"|a[cdefgilmortuwz]|b[abdeghrsyz]|c[achilmnoruyz]|d[ekmoz]|e[cegsut]|f[ijmor]|g[degiprt]|h[kntru]|i[delnorst]|j[eop]|k[egrwyz]|l[abiktuvy]|m[adegklnoqstuxyz]|n[aglouz]|om|p[aehkltry]|qa|r[osu]|s[aceghikmnotuvy]|t[hnortvwz]|u[agksyz]|v[en]|y[te]|z[amw])"
    r"(?:/[^\s<>\"'|，,;（()\]\[\u3000-\u303f]{0,200})?(?![\w@-]|\.[a-z])"
    r"|(?<![\w@./-])(?:[\w-]{2,60}\.){1,2}(?:рф|укр|москва)(?![\w-])",
    re.IGNORECASE,
)
NETWORKS = {
    "linkedin.com": "linkedin", "lnkd.in": "linkedin", "t.me": "telegram", "telegram.me": "telegram", "telegram.org": "telegram",
    "wa.me": "whatsapp", "api.whatsapp.com": "whatsapp", "whatsapp.com": "whatsapp", "twitter.com": "x", "x.com": "x",
    "facebook.com": "facebook", "fb.com": "facebook", "fb.me": "facebook", "vk.com": "vk", "vk.ru": "vk", "github.com": "github",
    "gitlab.com": "gitlab", "instagram.com": "instagram", "xing.com": "xing", "xing.to": "xing", "youtube.com": "youtube", "ok.ru": "ok",
    "skype.com": "skype", "tiktok.com": "tiktok", "behance.net": "behance", "dribbble.com": "dribbble", "medium.com": "medium",
    "mastodon.social": "mastodon", "bsky.app": "bluesky", "threads.net": "threads", "viber.click": "viber", "orcid.org": "orcid",
    "researchgate.net": "researchgate", "weibo.com": "weibo", "line.me": "line", "signal.me": "signal",
    "stackoverflow.com": "stackoverflow", "habr.com": "habr", "note.com": "note", "pinterest.com": "pinterest",
}
MEETING = re.compile(
    r"(?:zoom\.us|teams\.microsoft|meet\.google|calendly|webex|outlook\.office|bookings|aka\.ms|safelinks|urldefense|goo\.gl|maps\.|unsubscribe|mailchi|list-manage|doodle\.com|google\.[a-z]+/maps)",
    re.IGNORECASE,
)
HANDLE = re.compile(
    r"(?<!\w)(?P<network>linked ?in|telegram|телеграм|телеграмм?|tg|whats ?app|skype|скайп|twitter|facebook|fb|vk|вк|вконтакте|github|instagram|insta|ig|xing|wechat|微信|weixin|line(?: ?id)?|viber|twitter/x|x \(twitter\)|mastodon|bluesky|qq|kakaotalk)"
    r"(?:\s?id|号)?\s{0,2}[:：]\s{0,3}(?P<handle>@?(?:live:)?[\w.+@-]{2,64})(?![/\w])",
    re.IGNORECASE,
)
AT_HANDLE = re.compile(
    r"(?<!\w)(?P<network>telegram|tg|телеграм|twitter|x|instagram|insta|ig|github|skype|vk|threads)\s{1,2}(?P<handle>@[\w.]{2,40})(?!\w)",
    re.IGNORECASE,
)
NAMES = {
    "linked in": "linkedin", "телеграм": "telegram", "телеграмм": "telegram", "tg": "telegram", "whats app": "whatsapp", "скайп": "skype",
    "twitter": "x", "twitter/x": "x", "x (twitter)": "x", "fb": "facebook", "вк": "vk", "вконтакте": "vk", "insta": "instagram",
    "ig": "instagram", "微信": "wechat", "weixin": "wechat", "line id": "line", "lineid": "line",
}
PAGES = {
    "linkedin": "https://www.linkedin.com/in/{}", "telegram": "https://t.me/{}", "x": "https://x.com/{}",
    "facebook": "https://www.facebook.com/{}", "vk": "https://vk.com/{}", "github": "https://github.com/{}",
    "instagram": "https://www.instagram.com/{}", "xing": "https://www.xing.com/profile/{}", "whatsapp": "https://wa.me/{}",
    "threads": "https://www.threads.net/@{}",
}
SHARE = re.compile(r"/(?:share|sharer|intent|home\?|dialog)", re.IGNORECASE)
