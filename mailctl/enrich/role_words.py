"""How words for jobs and for parts of organisations begin, in many languages."""

TITLE_STEMS = tuple(
    """
    manager director engineer developer consultant analyst officer president chief founder cofounder co-founder owner partner coordinator co-ordinator
    specialist executive architect designer accountant administrator advisor adviser attorney lawyer counsel professor lecturer researcher scientist
    physician editor writer journalist recruiter representative secretary supervisor technician trainer buyer planner controller treasurer clerk broker
    librarian curator principal trainee evangelist strategist programmer operator producer photographer paralegal teacher pharmacist surgeon dentist
    therapist realtor auditor underwriter dispatcher foreman inspector deputy dean rector chairman chairwoman chairperson translator interpreter
    bookkeeper estimator merchandiser scheduler tester copywriter solicitor barrister paramedic psychologist nutritionist chemist physicist geologist
    economist statistician photograph fotograf fotógraf journalist illustrator animator modeler moderator cashier receptionist carpenter gardener tailor driver pilot courier
    landscap podologe physio logopäd heilpraktik psycholog tierarzt zahnarzt arzt ärztin pflege hebamme erzieher lehrer schreiner tischler grafik gestalter texter lektor künstler musiker fotografin
    photographe graphiste journaliste médecin kinésithérap psychologue vétérinaire dentiste pharmacien peintre menuisier électricien plombier traiteur animateur formateur formatrice
    médico médica dentista psicólog fotógraf periodista profesora maestro maestra veterinari farmacéutic diseñador ilustrador carpintero electricista traductora enfermer
    medico fotografo giornalista psicologo grafico illustratore insegnante traduttore agente promotore jornalista ilustrador enfermeir designer médico
    dziennikarz grafik lekarz psycholog nauczyciel tłumaczka fryzjer kosmetolog ratownik położna fizjoterapeut pielęgniar
    журналист фотограф врач психолог учител переводчица художник иллюстратор копирайтер корректор модератор стоматолог фармацевт массажист парикмахер водител кладовщик товаровед мерчендайзер супервайзер
    журналіст лікар вчител художник ілюстратор копірайтер стоматолог водій комірник перекладач тестувальник дизайнерка менеджерка керівниця директорка бухгалтерка редакторка
    statistician biologist superintendent caretaker chef sommelier concierge stylist mechanic electrician plumber surveyor conservator
    geschäftsführ geschaeftsfuehr leiter leitung abteilungsleit sachbearbeit referent assistent ingenieur entwickler berater projektleit prokurist
    inhaber vorstand vorsitz einkäufer einkaeufer buchhalter steuerberat rechtsanw rechtsanwält notar architekt teamleit bereichsleit kaufmann kauffrau
    disponent techniker meister gesellschafter beauftragt koordinator redakteur dozent werkstudent auszubildend spezialist verkäufer kundenberat stellv
    konstrukteur außendienst innendienst vertriebsmitarbeit vertriebsleit mitarbeiter werkleit betriebsleit filialleit einkaufsleit personalleit
    geschäftsleit produktmanager projektmanager bauleit küchenchef praktikant vertriebsingenieur wissenschaftl hausverwalt dolmetscher übersetzer
    directeur directrice responsable gérant gerant chargé chargée charge ingénieur ingenieure conseiller conseillère comptable avocat avocate président
    développeu technicien acheteu juriste adjoint associé fondat rédact chercheu attaché gestionnaire secrétaire délégué contrôleu architecte notaire
    professeur maître enseignant commercial géomètre infirmi traduct
    gerente jefe jefa encargad ingenier consultor asesor abogad técnic analista desarrollador coordinador contable administrativ asistente secretari
    socio socia fundador profesor investigador arquitect comprador ejecutiv subdirector delegad especialista auxiliar presidenta titular traductor
    direttore direttrice responsabile amministrat titolare ingegnere consulente avvocato commercialista impiegat tecnico sviluppat presidente fondat
    capo addett segretari architetto geometra ragionier assistente professore professoressa ricercat venditore venditrice buyer progettista dirigente
    specialista referente traduttrice vicepresid
    diretor diretora engenheir advogad coordenador chefe sócio sócia assessor programador desenvolvedor contabilista contador responsável gestor
    vendedor encarregad supervisor técnico arquitet comprador tradutor
    kierowni dyrektor prezes specjalist menedżer menadżer inżynier konsultant doradc doradca księgow asystent koordynator właściciel radca adwokat
    analityk programist handlowiec przedstawiciel zastępc wspólni architekt technik sekretar profesor adiunkt referent pełnomocnik główn starsz
    młodsz projektant opiekun członek brygadzist magazynier tłumacz lektor
    директор менеджер начальник руководител специалист инженер бухгалтер юрист юрисконсульт адвокат консультант аналитик разработчик программист
    заместител зам. ассистент помощник секретар координатор главн ведущ старш младш генеральн президент партнер партнёр основател учредител
    владелец администратор эксперт архитектор дизайнер редактор профессор доцент заведующ зав. представител логист экономист механик технолог мастер
    управляющ продавец оператор агент советник тренер преподавател маркетолог рекрутер тестировщик снабженец закупщик куратор методист продюсер
    коммерческ техническ исполнительн финансов дежурн нотариус переводчик диспетчер прораб сметчик
    керівни спеціаліст фахівець фахівч інженер аналітик розробник програміст заступни помічни асистент головн провідн засновни власни адміністратор
    експерт архітектор професор завідувач представни логіст економіст викладач радник технічн комерційн фінансов виконавч перекладач
    """.split()
)
# Words that are too short to be the beginning of others.
TITLE_WORDS = frozenset(
    """
    ceo cto cfo coo cio cmo cpo cso ciso chro cro cdo vp svp evp avp md gm hr-manager head lead pm po sre qa vice chair fellow intern associate assistant agent
    nurse host pdg dg daf drh dsi chef rssi raf dt cfo/coo ip hr-bp pa ea ae am kam bdm sdr bdr csm tam ra postdoc phd-student student rn cpa
    зам зав гип вед ст гл нач владелец владелица
    """.split()
)
EASTERN_TITLES = (
    *("代表取締役", "取締役", "社長", "部長", "課長", "係長", "主任", "担当", "マネージャー", "マネージャ", "エンジニア", "ディレクター", "本部長", "室長", "所長", "店長"),
    *("執行役員", "リーダー", "主査", "支店長", "専務", "常務", "会長", "デザイナー", "弁護士", "税理士", "教授", "研究員", "コンサルタント", "プロデューサー", "アナリスト"),
    *("经理", "總經理", "總監", "总监", "总裁", "董事", "工程师", "工程師", "主管", "专员", "专家", "助理", "顾问", "會計", "会计", "律师", "律師", "设计师", "設計師", "部长", "科长"),
    *("负责人", "經理", "研究员", "秘书", "代表", "总工", "院长", "讲师", "销售员", "采购员", "开发员"),
)
DEPARTMENT_STEMS = tuple(
    """
    department dept division abteilung fachbereich stabsstelle sachgebiet département departement direction departamento dipartimento reparto
    ufficio divisione setor departament dział wydział biuro zespół отдел департамент управление управления служба дирекция сектор кафедра лаборатория
    відділ управління дирекція підрозділ лабораторія faculty fakultät faculté facultad facoltà faculdade факультет
    """.split()
)
DEPARTMENTS = frozenset(
    """
    sales|marketing|finance|legal|procurement|purchasing|accounting|accounts payable|accounts receivable|engineering|operations|it|human resources|hr
    |customer service|customer success|customer support|customer care|support|technical support|research and development|r&d|logistics|production|quality|quality assurance|export sales
    |business development|sales and marketing|sales & marketing|product management|export|import|communications|public relations|it services|administration|security|treasury|supply chain
    |vertrieb|einkauf|buchhaltung|entwicklung|personal|personalabteilung|kundenservice|kundendienst|rechnungswesen|logistik|produktion|qualitätssicherung|forschung und entwicklung
    |forschung & entwicklung|öffentlichkeitsarbeit|vertrieb innendienst|technik|verwaltung|kundenbetreuung|controlling|arbeitsvorbereitung|rechtsabteilung|it-abteilung|versand
    |service commercial|service comptabilité|service achats|ressources humaines|service client|service clients|service juridique|service technique|achats|comptabilité|pôle commercial|pôle digital|service export
    |ventas|compras|contabilidad|recursos humanos|atención al cliente|logística|administración|departamento comercial|área comercial|área técnica|finanzas|servicio técnico|marketing y ventas
    |vendite|acquisti|contabilità|amministrazione|risorse umane|servizio clienti|ufficio acquisti|logistica|area commerciale|area tecnica|ricerca e sviluppo|assistenza clienti
    |vendas|financeiro|contabilidade|atendimento ao cliente|área comercial|apoio ao cliente|tecnologia|jurídico|suporte técnico
    |sprzedaż|zakupy|księgowość|obsługa klienta|kadry|logistyka|marketing i sprzedaż|dział handlowy
    |бухгалтерия|отдел продаж|служба поддержки|юридический отдел|бухгалтерія|відділ продажу|відділ продажів
    """.replace("\n", "").replace("    ", "").split("|")
)
COMPANY_FORMS = frozenset(
    """
    gmbh mbh ag kg kgaa ohg ug gbr e.v. ev eg se ltd limited llc l.l.c. llp l.l.p. lp inc incorporated corp corporation plc pte pty bv b.v. nv n.v. s.a. sa sas s.a.s. sarl s.à.r.l.
    s.a.r.l. eurl sasu snc s.n.c. scop s.l. sl s.l.u. slu s.a.u. s.coop srl s.r.l. s.r.l.s. spa s.p.a. lda lda. ltda ltda. eireli unipessoal sp.k. sp.j. s.k.a. spółka ооо оао зао пао ао нпо нпп ип гк фгуп
    фгбоу гбу мбоу тов прат пат ат фоп тзов тдв дп oy oyj ab aps asa a/s s.r.o. spol. a.s. kft kft. zrt zrt. nyrt d.o.o. eood ood ltd. inc. corp. co. co sdn bhd k.k. kk g.m.b.h. partgmbb gmbh&co doo sia uab тоо чп ноу одо чао кфх гбуз мку тд sprl bvba scrl asbl srl. s.l.p. slp s.l.l. e.k. e.u. aör kdör ggmbh stiftung s.c.p. s.c. sagl sàrl s.r.o s.p. ehf hf d.d. a.d. eirl s.a.c. sac cv c.v. tbk pvt pvt. psc wll fze fzco llc. dmcc gk yk
    """.split()
)
EASTERN_COMPANIES = ("株式会社", "有限会社", "合同会社", "(株)", "㈱", "有限公司", "集团", "集團", "公司", "会社", "大学", "大學", "研究所", "銀行", "银行", "研究院", "事務所", "协会", "協会", "医院", "病院", "事务所", "学院", "工作室")
EASTERN_DEPARTMENTS = ("部", "課", "室", "係", "科", "グループ", "チーム", "本部", "部门", "部門", "中心", "支店", "事業所", "处")
COMPANY_FRONTS = tuple(
    """
    kanzlei kancelari studio agence agentur agency agencja agencia agenzia universit uniwersytet hochschule banco banca banque bank cabinet azienda mairie câmara camara ayuntamiento comune
    hospital klinik clinic clínica institut instituto istituto instytut ministeri stadt stadtwerke gemeinde landkreis bezirksamt société editorial éditions edizioni autohaus hotel restaurant praxis
    gruppo grupo groupe grupa gruppe группа университет институт банк компани завод клиника агентство бюро издательство фирма фабрика типография администрация министерство школа музей театр
    компанія університет інститут клініка агенція видавництво міністерство школа музей фабрика fundacja fundación fondation stiftung fondazione fundação zakład przedsiębiorstwo gabinet urząd szkoła
    bodegas viña tenuta cantina officina farmacia pharmacie apotheke garage atelier boulangerie imprimerie transportes construcciones escola escuela école schule lycée
    """.split()
)
COMPANY_ENDS = frozenset(
    """
    partners associates associés asociados associados associati abogados advogados avocats avvocati rechtsanwälte anwälte solicitors attorneys lawyers architects architekten architectes architetti arquitectos arquitetos
    consultants consultores consulenti ingenieure steuerberater group solutions technologies technology systems software consulting logistics logistik bank university insurance holding holdings industries labs studio studios
    media agency ventures capital foundation hospital clinic institute international trading services engineering pharma foods brothers sons söhne college council adwokaci inżynierowie spedition gruppe
    """.split()
)
COMPANY_STEMS = tuple(
    """
    group gruppe groupe grupo gruppo grupa групп holding bank banque banco banca universit universidad universidade uniwersytet университет університет
    institut instituto istituto instytut институт інститут college hochschule hospital klinik clinic clínica stiftung foundation fondation fundación fondazione
    fundacja association verein agency agentur agence agencia agenzia agência agencja studio solutions technolog systems software consulting logisti partners
    associates labs laborator ventures insurance versicherung assurance kanzlei verlag ministry ministerium council industries company compan azienda mairie компания завод
    фабрика агентство бюро клиника компанія фірма фирма типография издательство академия academy akademie school chambers brothers sons söhne werke werk maschinenbau
    anwälte rechtsanwälte steuerberatung elektronik electronics pharma foods trading enterprises international networks energy motors manufacturing services hotel museum theater
    théâtre teatro éditions editions cabinet atelier bodegas transportes construcciones costruzioni costruções officine zakład przedsiębiorstwo kancelaria hurtownia fabryka
    gesellschaft genossenschaft stadtwerke druckerei spedition bäckerei brauerei architekten planungsbüro ingenieurbüro autohaus immobilien
    """.split()
)  # fmt: skip
