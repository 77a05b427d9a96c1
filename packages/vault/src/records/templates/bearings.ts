// Where a thing that is hidden bears on a visit or on a thing that is shown: what somebody would do otherwise, did he know it. Each row names where
// that stands; what the sources say was read there, the sentence is ours. It is no list of all interactions, and says so to the owner.
import type { Agent } from './agents.ts';
import type { VisitId } from './visits.ts';

/** Pages that were read, each with what it is. FDA labels by way of openFDA. */
export const SOURCES = {
  viagra: [
    'Viagra, prescribing information (Pfizer)',
    'https://www.pfizermedicalinformation.ca/en-ca/viagra/contraindications',
  ],
  lithium: [
    'Lithium therapy and its interactions (Australian Prescriber)',
    'https://australianprescriber.tg.org.au/articles/lithium-therapy-and-its-interactions.html',
  ],
  psychoactive: [
    'Anaesthesia and psychoactive drugs (FRCA outline)',
    'https://frcamindmaps.org/mindmaps/patientconditions1/anaesthesiaandpsychoactivedrugs/anaesthesiaandpsychoactivedrugs-assets/anaesthesiaandpsychoactivedrugs-outline.html',
  ],
  maoi: ['MAOIs and anaesthesia (K. Gillman)', 'https://psychotropical.com/maois-and-anaesthesia/'],
  snri: ['SNRIs: anaesthetic considerations (2021, review)', 'https://pmc.ncbi.nlm.nih.gov/articles/PMC8544373'],
  opioidTolerant: [
    'Perioperative management of opioid-tolerant patients (2017, review)',
    'https://pmc.ncbi.nlm.nih.gov/articles/PMC5592950',
  ],
  buprenorphine: [
    'Patients on buprenorphine and methadone (2020, review)',
    'https://pmc.ncbi.nlm.nih.gov/articles/PMC7424191',
  ],
  methadone: [
    'Methadone, FDA label, boxed warning',
    'https://api.fda.gov/drug/label.json?search=set_id%3A%22d0e6a966-179a-45e0-8444-4c1b8523f8d2%22',
  ],
  naltrexone: [
    'Vivitrol (naltrexone), FDA label, section 7',
    'https://api.fda.gov/drug/label.json?search=%22Vivitrol%22',
  ],
  apixaban: [
    'Handbook of Perioperative Medicines: apixaban (UKCPA)',
    'https://periop-handbook.ukclinicalpharmacy.org/drug/apixaban-2',
  ],
  antithrombotic: [
    'Perioperative antithrombotic medication (review)',
    'https://phcfm.org/index.php/phcfm/article/view/4555/7472',
  ],
  metronidazole: [
    'Flagyl, contraindications after the FDA label',
    'https://wikidoc.org/index.php/Metronidazole_contraindications',
  ],
  metronidazoleAlcohol: [
    'Metronidazole, updated contraindications (HPS)',
    'https://www.hps.com.au/knowledge-centre/drugline/updated-contraindications-for-metronidazole/',
  ],
  ritonavir: [
    'Ritonavir, FDA label, boxed warning',
    'https://api.fda.gov/drug/label.json?search=set_id%3A%22a32cb2e3-d4e5-4bbf-9d88-20b2b249e779%22',
  ],
  norvir: [
    'Norvir, summary of product characteristics, section 4.4',
    'http://www.120ty.net/bencandy.php?aid=7365&fid=131&page=7',
  ],
  ritonavirFentanyl: [
    'Ritonavir and fentanyl (Anesthesiology 1999;91:681)',
    'https://asa2.silverchair.com/anesthesiology/article/91/3/681/37415/Ritonavir-s-Role-in-Reducing-Fentanyl-Clearance',
  ],
  boosterSteroid: [
    'MHRA: steroids with HIV boosters (MIMS)',
    'https://www.mims.co.uk/mhra-advises-caution-when-co-prescribing-steroids-hiv-treatment-boosters/infections-and-infestations/article/1421303',
  ],
  contraceptive: [
    'Handbook of Perioperative Medicines: combined hormonal contraceptives (UKCPA)',
    'https://www.ukcpa-periophandbook.co.uk/medicine-monographs/combined-hormonal-contraceptives',
  ],
  inducers: [
    'Contraceptives and enzyme inducers (BNFC 2011–2012, 7.3.1)',
    'https://www.yumpu.com/en/document/view/40465341/bnf-for-children-2011-2012/420',
  ],
  pregnancyTest: [
    'Checking for pregnancy before operations and investigations (Sheffield Children’s NHS)',
    'https://library.sheffieldchildrens.nhs.uk/checking-for-pregnancy-before-operations-and-investigations/',
  ],
  teratogens: [
    'Known teratogens (babyMed)',
    'https://www.babymed.com/pregnancy-safety-medications/harmful-medications-and-teratogens-in-pregnancy',
  ],
  vaccinesPregnancy: [
    'Guidelines for vaccinating pregnant persons (CDC)',
    'https://www.cdc.gov/vaccines-pregnancy/hcp/vaccination-guidelines/index.html',
  ],
  immunocompetence: [
    'Altered immunocompetence (ACIP, CDC)',
    'https://www.cdc.gov/vaccines/hcp/acip-recs/general-recs/immunocompetence.html',
  ],
  hyperthermia: [
    'Malignant hyperthermia: implications (UK MH Registry)',
    'https://www.ukmhr.ac.uk/gps/symptoms-and-implications/',
  ],
  porphyria: [
    'Porphyria: anesthesia risks (OpenAnesthesia)',
    'https://www.openanesthesia.org/keywords/porphyria-anesthesia-risks/',
  ],
  apnoea: [
    'Sleep apnea: screening and postoperative care (JABFM 2016;29:263)',
    'https://www.jabfm.org/content/29/2/263.full.txt',
  ],
  anaphylaxis: [
    'Anaphylaxis during general anaesthesia (BSACI guidelines)',
    'https://ar.scribd.com/document/360480648/BSACI-Guidelines-for-the-Investigation-of-Suspected-Anaphylaxis-During-General-Anaesthesia',
  ],
  latex: [
    'Anaphylactic reactions during surgical and medical procedures (Lieberman)',
    'https://c.coek.info/pdf-anaphylactic-reactions-during-surgical-and-medical-procedures-.html',
  ],
} as const satisfies Record<string, readonly [title: string, url: string]>;

export type SourceName = keyof typeof SOURCES;

export interface Bearing {
  /** Name of the row; the words of other languages go by it. */
  rule: string;
  hides: Agent;
  visits: readonly VisitId[];
  /** Shown things on which it bears, whatever the visit. */
  with: readonly Agent[];
  /** One English sentence to the owner. */
  why: string;
  sources: readonly SourceName[];
}

const OPERATED = ['anaesthesia', 'emergency'] as const satisfies readonly VisitId[];
const URGENT = ['chest-pain', 'emergency'] as const satisfies readonly VisitId[];

export const BEARINGS = [
  {
    ...{ rule: 'pde5-nitrate', hides: 'pde5', visits: URGENT, with: ['nitrate'], sources: ['viagra'] },
    why: 'With nitrates, which are given for chest pain, it can drop the blood pressure dangerously.',
  },
  {
    ...{ rule: 'nitrate-pde5', hides: 'nitrate', visits: [], with: ['pde5'], sources: ['viagra'] },
    why: 'Together with the erection medicine that you show it can drop the blood pressure dangerously.',
  },
  {
    ...{ rule: 'lithium-kidney', hides: 'lithium', visits: ['dentist', 'emergency'], sources: ['lithium'] },
    ...{ with: ['nsaid', 'raas', 'thiazide'] },
    why: 'Pain killers like ibuprofen and some medicines for blood pressure raise lithium to a poisonous level.',
  },
  {
    ...{ rule: 'lithium-anaesthesia', hides: 'lithium', visits: ['anaesthesia'], with: [], sources: ['psychoactive'] },
    why: 'It prolongs the effect of muscle relaxants, and is usually paused before an operation.',
  },
  {
    ...{
      rule: 'maoi',
      hides: 'maoi',
      visits: OPERATED,
      with: ['tramadol', 'serotonergic'],
      sources: ['maoi', 'psychoactive'],
    },
    why: 'With pethidine, tramadol and some medicines for the circulation it can become life-threatening.',
  },
  {
    ...{ rule: 'serotonergic', hides: 'serotonergic', visits: ['anaesthesia'], with: ['tramadol', 'maoi'] },
    why: 'With tramadol and similar pain killers it can cause serotonin syndrome, and it makes bleeding somewhat likelier.',
    sources: ['psychoactive', 'snri'],
  },
  {
    ...{
      rule: 'opioid-treatment',
      hides: 'opioid-treatment',
      visits: ['anaesthesia', 'emergency', 'dentist', 'chest-pain'],
    },
    why: 'Who takes it needs other pain relief, and withdrawal has to be avoided: dose and way are planned before.',
    ...{ with: [], sources: ['buprenorphine', 'opioidTolerant'] },
  },
  {
    ...{ rule: 'methadone-qt', hides: 'methadone', visits: ['chest-pain'], with: ['qt'], sources: ['methadone'] },
    why: 'It prolongs the QT interval, and other medicines that do so add to the risk for the heart rhythm.',
  },
  {
    ...{
      rule: 'naltrexone',
      hides: 'naltrexone',
      visits: OPERATED,
      with: ['opioid'],
      sources: ['naltrexone', 'opioidTolerant'],
    },
    why: 'It blocks opioids: the usual pain relief of an operation or an accident does not work.',
  },
  {
    ...{
      rule: 'anticoagulant',
      hides: 'anticoagulant',
      visits: ['anaesthesia', 'emergency', 'dentist'],
      with: ['nsaid'],
    },
    why: 'It makes you bleed longer: it may have to be paused, and an injection near the spine can end in paralysis.',
    sources: ['apixaban', 'antithrombotic'],
  },
  {
    ...{ rule: 'disulfiram', hides: 'disulfiram', visits: OPERATED, with: ['metronidazole'] },
    why: 'Metronidazole with it has caused psychotic reactions, and alcohol, which some medicines contain, makes you very ill.',
    sources: ['metronidazole', 'metronidazoleAlcohol'],
  },
  {
    ...{ rule: 'booster-anaesthesia', hides: 'booster', visits: OPERATED, with: ['cyp3a-sedative'] },
    why: 'It slows the breakdown of fentanyl and of some sedatives: they act longer and can stop the breathing.',
    sources: ['ritonavir', 'ritonavirFentanyl'],
  },
  {
    ...{
      rule: 'booster-steroid',
      hides: 'booster',
      visits: ['skin'],
      with: ['cyp3a-steroid'],
      sources: ['boosterSteroid'],
    },
    why: 'Steroids, also sprays, creams and injections, build up with it and can stop the adrenal glands.',
  },
  {
    ...{ rule: 'booster-statin', hides: 'booster', visits: [], with: ['cyp3a-statin'], sources: ['norvir'] },
    why: 'With the cholesterol medicine that you show it can destroy muscles.',
  },
  {
    ...{
      rule: 'contraceptive-clot',
      hides: 'contraceptive',
      visits: ['anaesthesia', 'chest-pain', 'emergency'],
      with: [],
    },
    why: 'It raises the risk of blood clots, which matters before an operation and in chest pain.',
    sources: ['contraceptive'],
  },
  {
    ...{
      rule: 'contraceptive-inducer',
      hides: 'hormonal-contraceptive',
      visits: [],
      with: ['inducer'],
      sources: ['inducers'],
    },
    why: 'The medicine that you show can make it fail.',
  },
  {
    ...{
      rule: 'inducer-contraceptive',
      hides: 'inducer',
      visits: [],
      with: ['hormonal-contraceptive'],
      sources: ['inducers'],
    },
    why: 'It can make the contraceptive that you show fail.',
  },
  {
    ...{
      rule: 'pregnancy',
      hides: 'pregnancy',
      visits: ['anaesthesia', 'emergency', 'chest-pain', 'dentist', 'vaccination', 'skin'],
    },
    why: 'Anaesthetics, X-rays, some vaccines and many medicines are chosen otherwise, or left, for the sake of the child.',
    ...{ with: ['teratogen'], sources: ['pregnancyTest', 'teratogens', 'vaccinesPregnancy'] },
  },
  {
    ...{ rule: 'teratogen', hides: 'teratogen', visits: ['pregnancy'], with: ['pregnancy'], sources: ['teratogens'] },
    why: 'It can harm the child that is expected.',
  },
  {
    ...{
      rule: 'malignant-hyperthermia',
      hides: 'malignant-hyperthermia',
      visits: OPERATED,
      with: [],
      sources: ['hyperthermia'],
    },
    why: 'Usual anaesthetic gases and suxamethonium can kill; others are safe, if one knows it before.',
  },
  {
    ...{ rule: 'porphyria', hides: 'porphyria', visits: OPERATED, with: [], sources: ['porphyria'] },
    why: 'Barbiturates and other usual medicines can set off an attack.',
  },
  {
    ...{ rule: 'hiv-vaccination', hides: 'hiv', visits: ['vaccination'], with: [], sources: ['immunocompetence'] },
    why: 'Which vaccines you may have, and which you need, depends on how well your defence works.',
  },
  {
    ...{ rule: 'sleep-apnoea', hides: 'sleep-apnoea', visits: ['anaesthesia'], with: ['opioid'], sources: ['apnoea'] },
    why: 'Sedatives and opioids can stop your breathing after the operation: one watches longer.',
  },
  {
    ...{
      rule: 'latex',
      hides: 'latex',
      visits: ['anaesthesia', 'emergency', 'dentist', 'pregnancy'],
      with: [],
      sources: ['latex'],
    },
    why: 'Gloves and tubes of latex can cause a shock.',
  },
  {
    ...{
      rule: 'allergy',
      hides: 'allergy',
      visits: ['anaesthesia', 'emergency', 'chest-pain', 'dentist', 'vaccination'],
    },
    why: 'What you cannot stand may be given to you before anybody asks.',
    ...{ with: [], sources: ['anaphylaxis'] },
  },
] as const satisfies readonly Bearing[];

export type BearingRule = (typeof BEARINGS)[number]['rule'];
