// The last resort: words in names, titles and narrative, in English, German, Polish and Spanish. A false alarm is better than a miss: the reason says which
// word it was, and the owner lowers it. Each entry is a regular expression on small letters without accents (fold.ts), tried where a word begins; its first
// three characters are literal, so that all others are passed over at the speed of a table.
import type { TargetName } from './targets.ts';

/** Substances by the stem of their international nonproprietary name (WHO INN), with the spellings of the four languages. */
const MEDICINES: readonly (readonly [TargetName, string])[] = [
  [
    'OPIOIDUD',
    'methadon metadon levomethadon lewometadon polamidon buprenor suboxone subutex naltrex naltreks naloxon nalokson nalmefen',
  ],
  ['ETHUD', 'disulfiram acamprosat akamprozat esperal antabus'],
  [
    'HIV',
    'zidovud zydowud lamivud lamiwud abacav abakaw emtricit emtrycyt tenofo efavire efawire nevirap newirap rilpivir rylpiwir etravir etrawir',
  ],
  [
    'HIV',
    'doravir dorawir maravir marawir enfuvirt lenacap cobicist kobicyst atazana darunav darunaw lopinav lopinaw saquina fosamprenav',
  ],
  [
    'HIV',
    'nelfinav indinav tipranav dolutegra raltegra elvitegra elwitegra bictegra biktegra cabotegra kabotegra (?<!nirmatrelvir.{0,40})ritona',
  ],
  [
    'PSY',
    'lithium(?!.{0,2}(hepar|batter|ion)) olanzap quetiap kwetiap risperid rysperyd aripipraz arypipraz haloperid clozap klozap paliperid zipraz',
  ],
  ['PSY', 'chlorpromaz levomepromaz amisulpr luraside cariprazin kariprazin flupentix flupentyks zuclopenth perphenaz'],
  [
    'MH',
    'fluoxet fluokset sertral citalop cytalop escitalop escytalop paroxet parokset venlafax wenlafaks desvenlaf mirtazap trazod bupropi',
  ],
  [
    'MH',
    'amitript amitrypt clomipram klomipram vortiox wortioks agomelat duloxet dulokset alprazol lorazep methylphenid metylofenid metilfenid',
  ],
  ['MH', 'atomoxet atomokset lisdexamf lisdeksamf guanfac'],
  ['COGN', 'donepez memantin rivastig rywastyg galantam'],
  [
    'SEX',
    'etonogest levonorgest lewonorgest drospiren desogest ethinyl ethinyle etinil sildenaf syldenaf tadalaf vardenaf wardenaf kyleena mirena',
  ],
  ['SEX', 'clomifen clomiphen klomifen'],
  ['PREGNANCY', 'mifeprist misoprost mizoprost'],
];

/** Expressions with a comma and a space between. */
const WORDS: readonly (readonly [TargetName, string])[] = [
  [
    'PSYTHPN',
    'psychotherapy (session |progress |process )?note, psychotherapie-?(notiz|protokoll), notatk\\w* z (sesji )?psychoterapii, notas? de psicoterapia',
  ],
  [
    'PSY',
    'psychiat, psiquiat, psychosi, psychot[iy], psychoz, psychose, psicosis, psicotic, schizo, schizof, esquizo, bipolar(?! (lead|electr|hemi|hip|force|pac|coag)), dwubiegunow',
  ],
  [
    'PSY',
    'mania\\b, manic\\b, manisch, personality disorder, personlichkeitsstor, zaburzeni\\w* osobowosci, trastorno de (la )?personalidad',
  ],
  [
    'PSY',
    'obsessive, zwangsstor, obsesyjn, obsesivo, suicid, suizid, selbstmord, samoboj, self-? ?harm, selbstverletz, samouszkodz, autolesi',
  ],
  [
    'MH',
    '(?<!respiratory |st[- ]|segment |marrow |cardiac |immune )depressi, depresj, depresyj, depresiv, depresion, dysthym, dystym, distimi',
  ],
  [
    'MH',
    'anxi(ety|ous), ansiedad, ansioso, zaburzeni\\w* lekow, nerwic, panic (attack|disorder), panikstor, panikattack, angststor, ptsd\\b',
  ],
  [
    'MH',
    'post-?traumatic stress, posttraumatisch, stres\\w* pourazow, estres postraum, adhd\\b, tdah\\b, attention deficit, eating disorder, anorexia nervosa',
  ],
  [
    'MH',
    'anorexie, anoreksj, bulimi, essstor, zaburzeni\\w* odzywiania, trastorno alimentari, psychother, psychoter, psicoter, psycholog, psicolog',
  ],
  [
    'MH',
    'mental (health|disorder|illness), psychisch, zdrowi\\w* psychicz, zaburzeni\\w* psychicz, salud mental, trastorno mental, phq-?\\d, gad-?7, burn-?out',
  ],
  ['EMOTDIS', 'emotional(ly)? disturb'],
  [
    'COGN',
    'dementi, demenz, demencj, demencia, otepieni, alzheimer, cognitive (impair|declin|disorder), zaburzeni\\w* poznawcz, deterioro cognitivo, mini-?mental, mmse\\b, moca\\b',
  ],
  [
    'DVD',
    'autis, autyz, asperger, intellectual disab, developmental (disab|disorder|delay), geistige behind, niepelnospraw\\w* intelekt, discapacidad intelect, learning disab',
  ],
  [
    'ETHUD',
    'alcoholi[csz], alcoholismo, alcohol (use|abus|misus|depend|intox|drink|consum|withdraw|counsel|rehab|problem|screen|level|sever), alcohol\\w* beverage, alcohol and',
  ],
  [
    'ETHUD',
    'drunk, drinks per, (unhealthy|problem|heavy|harmful) (alcohol|drink), alkohol(abh|missb|konsum|krank|is|iz|sucht|entzug|verg), alkoholow\\w* (zespol|chorob|marsk)',
  ],
  [
    'ETHUD',
    'naduzywani\\w* alkohol, uzaleznieni\\w* od alkohol, spozyci\\w* alkohol, picie alkohol, (consumo|abuso) de alcohol, dependencia (del?|al) alcohol, audit-?c\\b, blood (alcohol|ethanol)',
  ],
  [
    'OPIOIDUD',
    'opi(oid|ate) (use|abus|misus|depend|addict|disorder|withdraw|overdos|treatment), opioidabh, uzaleznieni\\w* od opi, heroin, fentanyl (abus|misus)',
  ],
  [
    'SUD',
    'substance (use|abus|misus|depend|related), drug (abus|misus|addict|depend|use disorder|rehab|detox|withdraw|screen|habit), misuses? drugs?, addict, adicci, uzaleznie, narkom, narkoty',
  ],
  [
    'SUD',
    'sucht(\\b|erkr|krank|mitt|anam|verh), abhangigkeitssyndrom, drogen, toksykom, toxikoman, drogodep, drogadic, cocain, kokain, methamphet, metamfet, metanfet, cannabi, marihuan, marijuan',
  ],
  [
    'SUD',
    'ketamine (abus|misus), detoxif, detoks, entzugsbeh, odwyk, overdos, uberdosis, sobredosis, przedawkow, inject(ing|s) drugs?, crafft\\b, dast-?10',
  ],
  [
    'PROGRAMME',
    '(substance (use|abuse)|addiction|drug|opioid|methadone|alcohol)( and \\w+)? (treatment|recovery|rehabilitation) (cent|program|clinic|facilit|service), methadone clinic, suchtklinik, suchthilfe, suchtberatung, poradni\\w* (leczenia )?uzaleznien, centro de adicciones',
  ],
  [
    'HIV',
    'hiv\\b, hiv-, hiv1, hiv2, vih\\b, vih-, human immunodef, acquired immun, nabytego niedoboru, inmunodeficiencia (humana|adquirida), antiretrovir, antyretrowir, aids\\b(?=[- ](defin|relat|synd)), sida\\b',
  ],
  [
    'STD',
    'sexually transmit, sexuell ubertrag, przenoszon\\w* droga plciow, transmision sexual, venereal, weneryczn, venerea, syphili, sifilis, kila\\b, gonorr, gonore, rzezaczk, tripper\\b, chlamyd, clamidi',
  ],
  [
    'STD',
    'trichomon, tricomon, rzesistk, genital (herpes|wart), herpes genital, opryszczk\\w* (narzad|plciow), feigwarz, klykcin, condylom, condilom, treponem',
  ],
  [
    'GENDER',
    'transgen, transsex, transseks, transexu, gender (ident|dysph|incong|affirm|reassign|transit), geschlechtsident, geschlechtsangl, tozsamosc\\w* plciow, identidad de genero, disforia de genero',
  ],
  [
    'GENDER',
    'intersex, interseks, sexual orientation, sexuelle orientier, orientacj\\w* seksual, orientacion sexual, homosex, homoseks, lesbi, bisex, bisek',
  ],
  [
    'SEX',
    'sexual(?!ly transmit| orientation| assault| abuse| violence), sexuell(?!e orient| ubertrag), seksual, contracep, kontrazep, antykoncep, anticoncep, verhutung, intrauterine (device|system|contra), iud\\b, vasectom, vasektom, wazektom',
  ],
  [
    'SEX',
    'tubal ligation, sterili[sz]ation, infertil, unfruchtb, nieplodn, vitro fert, ivf\\b, zaplodnien, erectile, erektil, erekcj, ereccion, impoten, libido, last menstrual, letzte regel, ostatni\\w* miesiaczk',
  ],
  [
    'PREGNANCY',
    'pregnan, schwanger, ciaz, embaraz, gestation, gestacion, prenatal, antenatal, postnatal, postpartum, puerper, polog, obstet, poloznic, geburtshilf, maternity, mutterschaft, fetal, foetal, fetus, foetus, fotal',
  ],
  [
    'PREGNANCY',
    'childbirth, entbindung, caesarean, cesarean, kaiserschnitt, cesarsk, cesarea, miscarr, fehlgeb, poroni, aborto, abort(ion|us), aborcj, abtreib, terminat\\w+ of pregn, przerwani\\w* ciaz, stillb, totgeb',
  ],
  [
    'PREGNANCY',
    'midwi, hebamm, episiot, induction of labou?r, medical induction, chorionic gonad, hcg\\b, fundal height, eclampsi, preeclamp, eklampsj',
  ],
  [
    'GDIS',
    'genetic, genetisch, genetyczn, geneticist, genom(e|es|ic|ics|isch\\w*|ow\\w*|ik|u)?\\b, chromosom, cromosom, brca, mutation, mutacj, mutacion, hereditar, erbkrank, dziedziczn, carrier (status|screen), karyotyp, kariotyp, huntington',
  ],
  [
    'GDIS',
    "cystic fibros, mukoviszid, mukowiscyd, fibrosis quistica, hemophili, hamophil, hemofili, trisom, down syndrome, down's syndrome, zespol downa, sindrome de down, pharmacogen, diplotyp, haplotyp, allel, genotyp",
  ],
  ['SCA', 'sickle, sichelzell, sierpowat, drepanoc, falciform'],
  [
    'SDV',
    'domestic (violence|abuse), intimate partner, partner (abuse|violence), sexual (assault|abuse|violence), rape\\b, vergewalt, zgwalc, gwalt\\b, violacion, abuso sexual, child abuse, kindesmiss, elder abuse, physical abuse',
  ],
  [
    'SDV',
    'maltreat, maltrato, misshandl, hausliche gewalt, przemoc, zneca, sexueller missb, battered, violencia (domestica|de genero)',
  ],
  ['VIO', 'violence, violencia, gewalttat, assault, victim of, gunshot, stab wound, tortur'],
  [
    'LIVARG',
    'homeless, obdachlos, bezdomn, sin hogar, housing, social isolation, limited social, food insec, transport(ation)? problem, lack of access to transp, refugee, uchodz, fluchtling, refugiad, asylum, criminal record, incarcer, prison, wiezieni',
  ],
  ['EMPL', 'unemploy, employment, arbeitslos, bezrobot, desemple, desocupad, not in labor force'],
  ['MARST', 'marital, divorc, geschieden, rozwod, rozwied'],
];

/** All of them: target and expression. */
export const EXPRESSIONS: readonly (readonly [TargetName, string])[] = [
  ...WORDS.flatMap(([target, all]) => all.split(', ').map((each) => [target, each] as const)),
  ...MEDICINES.flatMap(([target, all]) => splitStems(all).map((each) => [target, each] as const)),
];

/** Stems stand with spaces between; one in brackets is an expression of its own and has no space outside them. */
function splitStems(text: string): string[] {
  return text.match(/(?:\([^)]*(?:\([^)]*\)[^)]*)*\)|\S)+/g) ?? [];
}
