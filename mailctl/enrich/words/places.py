"""What stands alone on lines of signatures and is neither a job nor a company."""

CITIES = frozenset(
    " ".join(
        """
        london, paris, berlin, hamburg, munich, münchen, cologne, köln, frankfurt, frankfurt am main, stuttgart, düsseldorf, leipzig, dresden, hannover, nürnberg, bremen, essen, dortmund, vienna, wien, graz, linz,
        salzburg, zurich, zürich, geneva, genève, basel, bern, lausanne, lyon, marseille, toulouse, bordeaux, nantes, lille, nice, strasbourg, montpellier, rennes, brussels, bruxelles, antwerp, amsterdam, rotterdam,
        the hague, utrecht, madrid, barcelona, valencia, sevilla, bilbao, málaga, zaragoza, lisbon, lisboa, porto, braga, são paulo, rio de janeiro, brasília, curitiba, belo horizonte, porto alegre, buenos aires,
        santiago, bogotá, lima, ciudad de méxico, mexico city, guadalajara, monterrey, rome, roma, milan, milano, turin, torino, bologna, napoli, naples, firenze, florence, venezia, genova, palermo, verona, warsaw,
        warszawa, kraków, wrocław, poznań, gdańsk, łódź, katowice, szczecin, lublin, prague, praha, brno, budapest, bucharest, sofia, athens, istanbul, copenhagen, stockholm, oslo, helsinki, dublin, cork, belfast,
        edinburgh, glasgow, manchester, birmingham, leeds, bristol, liverpool, sheffield, cardiff, cambridge, oxford, new york, new york city, nyc, boston, chicago, los angeles, san francisco, san diego, san jose, seattle,
        portland, denver, dallas, houston, austin, atlanta, miami, philadelphia, washington, washington dc, detroit, phoenix, las vegas, toronto, montreal, montréal, vancouver, sydney, melbourne, brisbane, perth, auckland,
        singapore, hong kong, tokyo, shanghai, beijing, shenzhen, seoul, mumbai, bangalore, bengaluru, new delhi, delhi, dubai, abu dhabi, tel aviv, cape town, johannesburg, nairobi, lagos, cairo, moscow, москва,
        санкт-петербург, екатеринбург, новосибирск, казань, нижний новгород, самара, минск, алматы, астана, kyiv, київ, львів, одеса, дніпро, харків, киев, одесса, харьков, lviv, odesa, tallinn, riga, vilnius, belgrade, zagreb,
        ljubljana, bratislava
        """.split()
    ).split(", ")
)
# Lines that begin so ask for something, or name where to click.
FIRST_WORDS = frozenset(
    """
    follow folgen folge suivez suivre síguenos síganos seguici segui siga obserwuj подписывайтесь подпишитесь підписуйтесь book visit join see read click like find connect learn schedule check download
    besuchen buchen visitez prenez réservez visite reserve agende prenota visita odwiedź umów посетите запишитесь linkedin twitter facebook instagram xing youtube tiktok telegram whatsapp viber website web blog
    email e-mail mail phone mobile office fax direct line please note new now bitte hinweis neu merci gracias grazie obrigado think consider save let's we you our your my a an the this that
    sent von envoyé enviado inviato wysłano отправлено надіслано she he they mr ms mrs hours monday mon working mit und et and y e i и та
    """.split()
)
