"""A small working week of mail, written by hand: what a mailbox really holds, oddities included."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime


@dataclass(frozen=True)
class _Draft:
    """{to} and {date} stand for the recipient and for the moment it was sent."""

    hours_ago: float
    text: str
    encoding: str = "utf-8"


def sample_mails(now: datetime, *, recipient: str = "ada@corp.example") -> list[bytes]:
    """Return the mails, oldest first, all sent within the six days before `now` (aware)."""
    oldest_first = sorted(_DRAFTS, key=lambda draft: -draft.hours_ago)
    return [_source(draft, now, recipient) for draft in oldest_first]


def _source(draft: _Draft, now: datetime, recipient: str) -> bytes:
    date = format_datetime(now - timedelta(hours=draft.hours_ago))
    text = draft.text.replace("{to}", recipient).replace("{date}", date)
    return text.lstrip("\n").replace("\n", "\r\n").encode(draft.encoding)


_PLAIN = """
From: Ben Ortiz <ben@hosting.example>
To: Ada Lovelace <{to}>
Subject: Lunch on Thursday?
Date: {date}
Message-ID: <lunch-1@hosting.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Hi Ada,

are you free on Thursday at half past twelve? The place at the corner is open again.

Ben
"""

_ATTACHMENT = """
From: Carla Jensen <carla@supplier.example>
To: {to}
Cc: ben@hosting.example
Subject: Price list and order form
Date: {date}
Message-ID: <prices-2024.7@supplier.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_outer"

This is a message in several parts.
--=_outer
Content-Type: multipart/alternative; boundary="=_inner"

--=_inner
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dear Ada, the new prices are attached – valid from Monday.

Carla
--=_inner
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>Dear Ada, the <b>new prices</b> are attached =E2=80=93 valid from Monday.=
</p><p>Carla</p>
--=_inner--
--=_outer
Content-Type: text/csv; name="prices.csv"
Content-Disposition: attachment; filename="prices.csv"
Content-Transfer-Encoding: base64

cGFydDtwaWVjZXM7cHJpY2UKaGFuZHJhaWw7Mjs5ODAwLDAwCmJvbHQgTTEyOzQ4OzI2MDAsMDAK
--=_outer--
"""

_RUSSIAN = """
From: =?utf-8?b?0J7Qu9GM0LPQsCDQodC80LjRgNC90L7QstCw?= <olga@zavod.example>
To: {to}
Subject: =?koi8-r?B?897F1CDawSDOz9HC0tgsIDQ4IDAwMCDS1cLMxco=?=
Date: {date}
Message-ID: <20240611.1047@zavod.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

0JTQvtCx0YDRi9C5INC00LXQvdGMIQoK0KHRh9GR0YIg0LfQsCDQvdC+0Y/QsdGA0Ywg0LPQvtGC
0L7QsjogNDggMDAwIOKCvSwg0YHRgNC+0Log0L7Qv9C70LDRgtGLIDEwINC00L3QtdC5LgoK0KEg
0YPQstCw0LbQtdC90LjQtdC8LArQntC70YzQs9CwINCh0LzQuNGA0L3QvtCy0LAK
"""

_GERMAN = """
From: =?iso-8859-1?Q?J=FCrgen_Gro=DF?= <juergen@xn--bcher-kva.example>
To: {to}
Subject: =?iso-8859-1?Q?Angebot_Br=FCckengel=E4nder?= =?iso-8859-1?Q?,_g=FCltig_bis_M=E4rz?=
Date: {date}
Message-ID: <angebot-77@xn--bcher-kva.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Guten Tag Frau Lovelace,

anbei unser Angebot f=C3=BCr zwei Br=C3=BCckengel=C3=A4nder: 12.400 =E2=82=
=AC netto, g=C3=BCltig bis 31. M=C3=A4rz.

Mit freundlichen Gr=C3=BC=C3=9Fen
J=C3=BCrgen Gro=C3=9F
"""

_JAPANESE = """
From: =?iso-2022-jp?B?GyRCRURDZhsoQiAbJEIyVjtSGyhC?= <hanako@kaisha.example>
To: {to}
Subject: =?iso-2022-jp?B?GyRCMnE1RCRONUQ7dk8/JHJBdyRqJF4kORsoQg==?=
Date: {date}
Message-ID: <gijiroku.3@kaisha.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=iso-2022-jp
Content-Transfer-Encoding: 7bit

田中です。

会議の議事録を送ります。
次回は金曜日の10時です。
"""

_THREAD_FIRST = """
From: Dmitri Vance <dmitri@partner.example>
To: {to}, ben@hosting.example
Subject: Renewal of the maintenance contract
Date: {date}
Message-ID: <renewal-1@partner.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Hello both,

the contract ends next month. Shall we go on with the same terms, 1,200 a month?

Dmitri
"""

_THREAD_SECOND = """
From: Ben Ortiz <ben@hosting.example>
To: Dmitri Vance <dmitri@partner.example>
Cc: {to}
Subject: Re: Renewal of the maintenance contract
Date: {date}
Message-ID: <renewal-2@hosting.example>
In-Reply-To: <renewal-1@partner.example>
References: <renewal-1@partner.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Same terms are fine for us if the answer times stay below four hours.

On Monday Dmitri Vance wrote:
> Shall we go on with the same terms, 1,200 a month?
"""

_THREAD_THIRD = """
From: Dmitri Vance <dmitri@partner.example>
To: Ben Ortiz <ben@hosting.example>
Cc: {to}
Subject: RE: Renewal of the maintenance contract
Date: {date}
Message-ID: <renewal-3@partner.example>
In-Reply-To: <renewal-2@hosting.example>
References: <renewal-1@partner.example>
 <renewal-2@hosting.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Agreed. I send the papers on Friday, please sign by the 30th.

> Same terms are fine for us if the answer times stay below four hours.
>> Shall we go on with the same terms, 1,200 a month?
"""

_NEWSLETTER = """
Return-Path: <bounce+4711@news.example>
From: The Weekly Bolt <hello@news.example>
To: {to}
Reply-To: no-reply@news.example
Subject: =?utf-8?q?=F0=9F=94=A9_Five_bolts_you_will_love?=
Date: {date}
Message-ID: <issue-212.4711@news.example>
List-Id: The Weekly Bolt <weekly.news.example>
List-Unsubscribe: <https://news.example/u/4711>, <mailto:leave@news.example?subject=4711>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
Precedence: bulk
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<html><head><style>p { color: #333 }</style></head>
<body><h1>Issue 212</h1><p>Bolts, nuts &amp; more – now 20&nbsp;% off.</p>
<p><a href="https://news.example/u/4711">Unsubscribe</a></p></body></html>
"""

_WITHOUT_ID = """
From: scanner@corp.example
To: {to}
Subject: Scan from the second floor
Date: {date}

1 page scanned. This device does not accept replies.
"""

_EIGHT_BIT_HEADER = """
From: José Muñoz <jose@taller.example>
To: {to}
Subject: Reparación de la grúa, presupuesto
Date: {date}
Message-ID: <grua.9@taller.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: 8bit

Buenos días, la reparación cuesta 640 euros y estará lista mañana.
"""

_FORWARDED = """
From: Ben Ortiz <ben@hosting.example>
To: {to}
Subject: Fwd: Delivery on Tuesday
Date: {date}
Message-ID: <fwd-5@hosting.example>
MIME-Version: 1.0
Content-Type: message/rfc822

From: Depot <depot@supplier.example>
To: ben@hosting.example
Subject: Delivery on Tuesday
Date: {date}
Message-ID: <delivery-88@supplier.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Two pallets arrive on Tuesday between 8 and 10. Please keep the gate open.
"""

_DRAFTS = (
    _Draft(2.5, _PLAIN),
    _Draft(5, _THREAD_THIRD),
    _Draft(8, _ATTACHMENT),
    _Draft(21, _WITHOUT_ID),
    _Draft(27, _RUSSIAN),
    _Draft(30, _THREAD_SECOND),
    _Draft(47, _GERMAN),
    _Draft(52.25, _NEWSLETTER),
    _Draft(73, _THREAD_FIRST),
    _Draft(98, _JAPANESE, encoding="iso-2022-jp"),
    _Draft(119, _EIGHT_BIT_HEADER, encoding="iso-8859-1"),
    _Draft(140, _FORWARDED),
)
