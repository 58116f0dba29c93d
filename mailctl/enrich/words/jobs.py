"""How words for jobs, parts of organisations and organisations are made, in many languages."""

import re

TITLE_STEMS = tuple(
    """
    manager director engineer developer consultant analyst officer president chief founder cofounder co-founder owner partner coordinator
    co-ordinator specialist executive architect designer accountant administrator advisor adviser attorney lawyer counsel professor lecturer
    researcher scientist physician editor writer journalist recruiter representative secretary supervisor technician trainer buyer planner
    controller treasurer clerk broker librarian curator principal trainee evangelist strategist programmer operator producer photographer
    paralegal teacher pharmacist surgeon dentist therapist realtor auditor underwriter dispatcher foreman inspector deputy dean rector
    chairman chairwoman chairperson translator interpreter bookkeeper estimator merchandiser scheduler tester copywriter solicitor barrister
    paramedic psychologist nutritionist chemist physicist geologist economist statistician photograph fotograf fotógraf journalist
    illustrator animator modeler moderator cashier receptionist carpenter gardener tailor driver pilot courier landscap podologe physio
    logopäd heilpraktik psycholog tierarzt zahnarzt arzt ärztin pflege hebamme erzieher lehrer schreiner tischler grafik gestalter texter
    lektor künstler musiker fotografin photographe graphiste journaliste médecin kinésithérap psychologue vétérinaire dentiste pharmacien
    peintre menuisier électricien plombier traiteur animateur formateur formatrice médico médica dentista psicólog fotógraf periodista
    profesora maestro maestra veterinari farmacéutic diseñador ilustrador carpintero electricista traductora enfermer medico fotografo
    giornalista psicologo grafico illustratore insegnante traduttore agente promotore jornalista ilustrador enfermeir designer médico
    dziennikarz grafik lekarz psycholog nauczyciel tłumaczka fryzjer kosmetolog ratownik położna fizjoterapeut pielęgniar журналист фотограф
    врач психолог учител переводчица художник иллюстратор копирайтер корректор модератор стоматолог фармацевт массажист парикмахер водител
    кладовщик товаровед мерчендайзер супервайзер журналіст лікар вчител художник ілюстратор копірайтер стоматолог водій комірник перекладач
    тестувальник дизайнерка менеджерка керівниця директорка бухгалтерка редакторка statistician biologist superintendent caretaker chef
    sommelier concierge stylist mechanic electrician plumber surveyor conservator geschäftsführ geschaeftsfuehr leiter leitung
    abteilungsleit sachbearbeit referent assistent ingenieur entwickler berater projektleit prokurist inhaber vorstand vorsitz einkäufer
    einkaeufer buchhalter steuerberat rechtsanw rechtsanwält notar architekt teamleit bereichsleit kaufmann kauffrau disponent techniker
    meister gesellschafter beauftragt koordinator redakteur dozent werkstudent auszubildend spezialist verkäufer kundenberat stellv
    konstrukteur außendienst innendienst vertriebsmitarbeit vertriebsleit mitarbeiter werkleit betriebsleit filialleit einkaufsleit
    personalleit geschäftsleit produktmanager projektmanager bauleit küchenchef praktikant vertriebsingenieur wissenschaftl hausverwalt
    dolmetscher übersetzer directeur directrice responsable gérant gerant chargé chargée charge ingénieur ingenieure conseiller conseillère
    comptable avocat avocate président développeu technicien acheteu juriste adjoint associé fondat rédact chercheu attaché gestionnaire
    secrétaire délégué contrôleu architecte notaire professeur maître enseignant commercial géomètre infirmi traduct gerente jefe jefa
    encargad ingenier consultor asesor abogad técnic analista desarrollador coordinador contable administrativ asistente secretari socio
    socia fundador profesor investigador arquitect comprador ejecutiv subdirector delegad especialista auxiliar presidenta titular traductor
    direttore direttrice responsabile amministrat titolare ingegnere consulente avvocato commercialista impiegat tecnico sviluppat
    presidente fondat capo addett segretari architetto geometra ragionier assistente professore professoressa ricercat venditore venditrice
    buyer progettista dirigente specialista referente traduttrice vicepresid diretor diretora engenheir advogad coordenador chefe sócio
    sócia assessor programador desenvolvedor contabilista contador responsável gestor vendedor encarregad supervisor técnico arquitet
    comprador tradutor kierowni dyrektor prezes specjalist menedżer menadżer inżynier konsultant doradc doradca księgow asystent koordynator
    właściciel radca adwokat analityk programist handlowiec przedstawiciel zastępc wspólni architekt technik sekretar profesor adiunkt
    referent pełnomocnik główn starsz młodsz projektant opiekun członek brygadzist magazynier tłumacz lektor директор менеджер начальник
    руководител специалист инженер бухгалтер юрист юрисконсульт адвокат консультант аналитик разработчик программист заместител зам.
    ассистент помощник секретар координатор главн ведущ старш младш генеральн президент партнер партнёр основател учредител владелец
    администратор эксперт архитектор дизайнер редактор профессор доцент заведующ зав. представител логист экономист механик технолог мастер
    управляющ продавец оператор агент советник тренер преподавател маркетолог рекрутер тестировщик снабженец закупщик куратор методист
    продюсер коммерческ техническ исполнительн финансов дежурн нотариус переводчик диспетчер прораб сметчик wicedyrektor wiceprezes
    vicepresid vice-presid vicedirett vicegerent subgerente вице-президент віце-президент вице- віце- sous-directeur sous-chef
    unterabteilungsleit oberarzt oberingenieur istruttor ispettor inspektor inspector inspecteur odontólog odontolog geriatr керівни
    спеціаліст фахівець фахівч інженер аналітик розробник програміст заступни помічни асистент головн провідн засновни власни адміністратор
    експерт архітектор професор завідувач представни логіст економіст викладач радник технічн комерційн фінансов виконавч перекладач
    """.split()
)
TITLE_WORDS = frozenset(
    """
    ae agent am assistant associate avp bdm bdr cdo ceo cfo cfo/coo chair chef chro cio ciso cmo coo cpo cro csm cso cto daf dg drh dsi dt
    ea evp fellow gm head host hr-bp hr-manager intern ip kam lead md nurse pa pdg phd-student pm po postdoc qa ra raf rssi sdr sre student
    svp tam vice vp вед владелец владелица гип гл зав зам нач
    """.split()
)
EASTERN_TITLES = tuple(
    """
    代表取締役 取締役 社長 部長 課長 係長 主任 担当 マネージャー マネージャ エンジニア ディレクター 本部長 室長 所長 店長 執行役員 リーダー 主査 支店長 専務 常務 会長 デザイナー 弁護士 税理士 教授 研究員 コンサルタント プロデューサー アナリスト
    经理 總經理 總監 总监 总裁 董事 工程师 工程師 主管 专员 专家 助理 顾问 會計 会计 律师 律師 设计师 設計師 部长 科长 负责人 經理 研究员 秘书 代表 总工 院长 讲师 销售员 采购员 开发员
    """.split()
)
DEPARTMENT_STEMS = tuple(
    """
    department dept dpto depto dpt abt отд. division abteilung fachbereich stabsstelle sachgebiet département departement direction departamento dipartimento
    reparto ufficio divisione setor departament dział wydział biuro zespół отдел департамент управление управления служба дирекция сектор
    кафедра лаборатория відділ управління дирекція підрозділ лабораторія faculty fakultät faculté facultad facoltà faculdade факультет
    """.split()
)
DEPARTMENTS = frozenset(
    " ".join(
    """
    accounting, accounts payable, accounts receivable, achats, acquisti, administración, administration, amministrazione, apoio ao cliente,
    arbeitsvorbereitung, area commerciale, area tecnica, assistenza clienti, atención al cliente, atendimento ao cliente, buchhaltung,
    business development, communications, compras, comptabilité, contabilidad, contabilidade, contabilità, controlling, customer care,
    customer service, customer success, customer support, departamento comercial, dział handlowy, einkauf, engineering, entwicklung, export,
    export sales, finance, financeiro, finanzas, forschung & entwicklung, forschung und entwicklung, hr, human resources, import, it,
    it services, it-abteilung, jurídico, kadry, księgowość, kundenbetreuung, kundendienst, kundenservice, legal, logistica, logistics,
    logistik, logistyka, logística, marketing, marketing i sprzedaż, marketing y ventas, obsługa klienta, operations, personal,
    personalabteilung, procurement, product management, production, produktion, public relations, purchasing, pôle commercial, pôle digital,
    quality, quality assurance, qualitätssicherung, r&d, rechnungswesen, rechtsabteilung, recursos humanos, research and development,
    ressources humaines, ricerca e sviluppo, risorse umane, sales, sales & marketing, sales and marketing, security, service achats,
    service client, service clients, service commercial, service comptabilité, service export, service juridique, service technique,
    servicio técnico, servizio clienti, sprzedaż, suporte técnico, supply chain, support, technical support, technik, tecnologia, treasury,
    ufficio acquisti, vendas, vendite, ventas, versand, vertrieb, vertrieb innendienst, verwaltung, zakupy, área comercial, área técnica,
    öffentlichkeitsarbeit, бухгалтерия, бухгалтерія, відділ продажу, відділ продажів, отдел продаж, служба поддержки, юридический отдел
    """.split()).split(", ")
)
COMPANY_FORMS = frozenset(
    """
    a.d. a.s. a/s ab ag aps asa asbl aör b.v. bhd bv bvba c.v. co co. corp corp. corporation cv d.d. d.o.o. dmcc doo e.k. e.u. e.v. eg ehf
    eireli eirl eood eurl ev fzco fze g.m.b.h. gbr ggmbh gk gmbh gmbh&co hf inc inc. incorporated k.k. kdör kft kft. kg kgaa kk l.l.c.
    l.l.p. lda lda. limited llc llc. llp lp ltd ltd. ltda ltda. mbh n.v. nv nyrt ohg ood oy oyj partgmbb plc pte pty pvt pvt. s.a.
    s.a.c. s.a.r.l. s.a.s. s.a.u. s.c. s.c.p. s.coop s.k.a. s.l. s.l.l. s.l.p. s.l.u. s.n.c. s.p. s.p.a. s.r.l. s.r.l.s. s.r.o s.r.o.
    s.à.r.l. sa sac sagl sarl sas sasu scop scrl sdn se sia sl slp slu snc sp.j. sp.k. spa spol. sprl spółka srl srl. stiftung sàrl tbk uab
    ug unipessoal wll yk zrt zrt. ао ат гбу гбуз гк дп зао ип кфх мбоу мку ноу нпо нпп оао одо ооо пао пат прат тд тдв тзов тов тоо фгбоу
    фгуп фоп чао чп
 s.com s.l.n.e s.c.p s.c.r
    """.split()
)
EASTERN_COMPANIES = tuple(
    """
    株式会社 有限会社 合同会社 (株) ㈱ 有限公司 集团 集團 公司 会社 大学 大學 研究所 銀行 银行 研究院 事務所 协会 協会 医院 病院 事务所 学院 工作室
    """.split()
)
EASTERN_DEPARTMENTS = tuple(
    """
    部 課 室 係 科 グループ チーム 本部 部门 部門 中心 支店 事業所 处
    """.split()
)
COMPANY_FRONTS = tuple(
    """
    ministère ministério ministerio préfecture mairie office étude notariat адвокатськ адвокатск коллеги колегі юридическ юридичн нотариальн poliambulatori przychodni collège colegio escritório kanzlei kancelari studio agence agentur agency agencja agencia agenzia universit uniwersytet hochschule banco
    banca banque bank cabinet azienda mairie câmara camara ayuntamiento comune hospital klinik clinica clínica institut instituto istituto
    instytut ministeri stadt stadtwerke gemeinde landkreis bezirksamt société editorial éditions edizioni autohaus hotel restaurant praxis
    gruppo grupo groupe grupa gruppe группа университет институт банк компани завод клиника агентство бюро издательство фирма фабрика
    типография администрация министерство школа музей театр компанія університет інститут клініка агенція видавництво міністерство школа
    музей фабрика fundacja fundación fondation stiftung fondazione fundação zakład przedsiębiorstwo gabinet urząd szkoła bodegas viña tenuta
    cantina officina farmacia pharmacie apotheke garage atelier boulangerie imprimerie transportes construcciones escola escuela école
    schule lycée
    """.split()
)
COMPANY_TAILS = tuple(
    """
    praxis kanzlei werke haus hof klinik verlag bank verband verein schule agentur handel betrieb zentrum gesellschaft apotheke druckerei bäckerei technik bau büro buero kammer labor institut gemeinschaft
    service dienst amt werkstatt brauerei schreinerei tischlerei gärtnerei metzgerei fabrik museum stiftung kasse
    """.split()
)
OFFICES = ("büro", "buero", "kanzlei", "praxis", "gesellschaft", "kammer", "institut", "verband", "verein", "agentur", "werkstatt", "zentrum", "ría", "toria", "lenza", "tancy")
# What makes a lesser, or a greater, job of another one.
LESSER = re.compile(r"(?:pod|wice|vice|vize|under|sub|sous|ober|haupt|chef|co|junior|senior|вице|віце|под|обер|со|спів)-?")
COMPANY_ENDS = frozenset(
    """
    abogados advogados adwokaci agency anwälte architectes architects architekten architetti arquitectos arquitetos asociados associados
    associates associati associés attorneys avocats avvocati bank brothers capital cie clinic college consulenti consultants consulting
    consultores council engineering figli filhos fils foods foundation fratelli frères gebrüder group gruppe hermanos hijos hnos holding
    holdings hospital industries ingenieure institute insurance international inżynierowie irmãos labs lawyers logistics logistik media
    partners pharma rechtsanwälte services software solicitors solutions sons spedition steuerberater studio studios synowie systems söhne
    technologies technology trading university ventures сыновья
    партнеры партнёры партнери группа групп лимитед инкорпорэйтед холдинг
    """.split()
)
COMPANY_STEMS = tuple(
    """
    group gruppe groupe grupo gruppo grupa групп holding étude bank banque banco banca universit universidad universidade uniwersytet
    университет університет institut instituto istituto instytut институт інститут college hochschule hospital klinik clinica clínica
    stiftung foundation fondation fundación fondazione fundacja association verein agency agentur agence agencia agenzia agência agencja
    studio solutions technolog systems software consulting logisti partners associates labs laborator ventures insurance versicherung
    assurance kanzlei verlag ministry ministerium council industries company compan azienda mairie компания завод фабрика агентство бюро
    клиника компанія фірма фирма типография издательство академия academy akademie school chambers brothers sons söhne werke werk
    maschinenbau anwälte rechtsanwälte steuerberatung elektronik electronics pharma foods trading enterprises international networks energy
    motors manufacturing services hotel museum theater théâtre teatro éditions editions cabinet atelier bodegas transportes construcciones
    costruzioni costruções officine zakład przedsiębiorstwo kancelaria hurtownia fabryka gesellschaft genossenschaft stadtwerke druckerei
    spedition bäckerei brauerei architekten planungsbüro ingenieurbüro autohaus immobilien
    """.split()
)
# A form that is a word of its own in other languages counts in capitals, or after a name.
PLAIN_FORMS = frozenset(
    """
    ab ag as co eg ev ip kk lp mbh sa sas se sia sl spa ug ао ат дп ип
    """.split()
)
IN_FRONT = frozenset(
    """
    pt ао ат гбу гк дп зао ип мбоу нпо нпп оао ооо пао пат прат тдв тзов тов фгбоу фгуп фоп
    """.split()
)
SP_ZOO = re.compile(
    r"\bsp\.?\s?z\.?\s?o\.?\s?o\b\.?|\bsp\.\s?[kj]\.|\bs\.\s?c\.(?=\s|$)|\be\.\s?[vkg]\.|\bS/[AC]\b|\bA/S\b|\s-\s(?:ME|EPP|EI|MEI)$",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[«“„\"][^«»“”„\"]{2,60}[»”“\"]")
TLDS = frozenset(
    """
    ac co com edu gmbh go gov inc ltd ne net or org
    """.split()
)
# German puts what somebody does at the end of one word.
ENDINGS = tuple(
    """
    leiter leiterin manager managerin berater beraterin ingenieur ingenieurin entwickler entwicklerin techniker technikerin referent
    referentin beauftragter beauftragte assistent assistentin anwalt anwältin führer führerin meister meisterin verwalter verwalterin
    kaufmann kauffrau planer planerin arbeiter arbeiterin prüfer prüferin händler händlerin zeichner zeichnerin chef chefin leitung trainer
    sprecher sprecherin makler maklerin lehrer lehrerin pfleger pflegerin bäcker schreiner installateur monteur elektriker optiker akustiker
    gestalter gestalterin forscher forscherin gärtner schlosser psychologe psychologin therapeut therapeutin biologe biologin chemiker
    chemikerin physiker informatiker informatikerin mechaniker mechatroniker vertreter vertreterin partner partnerin inhaber inhaberin
    experte expertin fotograf fotografin redakteur redakteurin direktor direktorin sekretär sekretärin hilfe koordinator spezialist
    spezialistin
    """.split()
)
AGENTS = tuple(
    """
    ist ian er or eer ant man woman erin ologe ologin eur euse iste ien ienne ier ière trice ora ista ero era ore iere aio eiro eira arz
    arka nik niczka yk log ист ер ор арь тель ник ница лог граф іст ар ець чик щик
    """.split()
)
# They begin as names of organisations do.
NO_COMPANY = frozenset(
    "clinical banker bankers institutional hospitality computer computing company-wide schoolteacher officer museologo museólogo foodservice networker".split()
)
# `Partner` is a job alone, and the end of many names.
NO_JOBS = frozenset(
    """
    asociados associados associates associati associés partner partners партнери партнёры партнеры партнер партнёр partnerzy wspólnicy soci
    """.split()
)
COMMON = frozenset(
    """
    and berlin consulting director group head info kyiv london madrid mail manager marketing moscow office online paris sales service shop
    support team the und
    """.split()
)
