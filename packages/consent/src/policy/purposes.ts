// Why somebody asks: the purposes of use of HL7 v3 ActReason with their hierarchy, and those that only their own name opens.

/** Code → the code above it; '' = top. HL7 v3 ActReason, PurposeOfUse, as in FHIR R4 (packages/consent/test/policy/purposes.test.ts compares). */
const PARENTS: Readonly<Record<string, string>> = {
  HMARKT: '',
  HOPERAT: '',
  CAREMGT: 'HOPERAT',
  DONAT: 'HOPERAT',
  FRAUD: 'HOPERAT',
  GOV: 'HOPERAT',
  HACCRED: 'HOPERAT',
  HCOMPL: 'HOPERAT',
  HDECD: 'HOPERAT',
  HDIRECT: 'HOPERAT',
  HDM: 'HOPERAT',
  HLEGAL: 'HOPERAT',
  HOUTCOMS: 'HOPERAT',
  HPRGRP: 'HOPERAT',
  HQUALIMP: 'HOPERAT',
  HSYSADMIN: 'HOPERAT',
  LABELING: 'HSYSADMIN',
  METAMGT: 'HSYSADMIN',
  MEMADMIN: 'HOPERAT',
  MILCDM: 'HOPERAT',
  PATADMIN: 'HOPERAT',
  PATSFTY: 'HOPERAT',
  PERFMSR: 'HOPERAT',
  RECORDMGT: 'HOPERAT',
  SYSDEV: 'HOPERAT',
  HTEST: 'SYSDEV',
  TRAIN: 'HOPERAT',
  HPAYMT: '',
  CLMATTCH: 'HPAYMT',
  COVAUTH: 'HPAYMT',
  COVERAGE: 'HPAYMT',
  ELIGDTRM: 'COVERAGE',
  ELIGVER: 'COVERAGE',
  ENROLLM: 'COVERAGE',
  MILDCRG: 'COVERAGE',
  REMITADV: 'HPAYMT',
  HRESCH: '',
  BIORCH: 'HRESCH',
  CLINTRCH: 'HRESCH',
  CLINTRCHNPC: 'CLINTRCH',
  CLINTRCHPC: 'CLINTRCH',
  PRECLINTRCH: 'CLINTRCH',
  DSRCH: 'HRESCH',
  POARCH: 'HRESCH',
  TRANSRCH: 'HRESCH',
  PATRQT: '',
  FAMRQT: 'PATRQT',
  PWATRNY: 'PATRQT',
  SUPNWK: 'PATRQT',
  PUBHLTH: '',
  DISASTER: 'PUBHLTH',
  THREAT: 'PUBHLTH',
  TREAT: '',
  CLINTRL: 'TREAT',
  COC: 'TREAT',
  ETREAT: 'TREAT',
  BTG: 'ETREAT',
  ERTREAT: 'ETREAT',
  POPHLTH: 'TREAT',
};

/**
 * A permit reaches these only by naming them (or what stands below them): a purpose above does not. Employers and insurers ask under
 * HPAYMT, COVERAGE, FRAUD, MEMADMIN, MILCDM and GOV, sellers under HMARKT. In the code system BTG stands below TREAT:
 * without this line each consent to treatment were a consent to break the glass.
 */
const BY_NAME_ONLY: ReadonlySet<string> = new Set([
  ...['HMARKT', 'HPAYMT', 'COVERAGE', 'FRAUD', 'MEMADMIN', 'MILCDM', 'GOV'],
  'BTG',
]);

export const BREAK_GLASS = 'BTG';

/** True for a code of ActReason's PurposeOfUse. */
export const isPurpose = (code: string): boolean => Object.hasOwn(PARENTS, code);

/** A purpose of somebody's own code system, `system|code`: it has no hierarchy and is met by its name only. */
export const isLocalPurpose = (purpose: string): boolean => purpose.includes('|');

const NAMES_THAT_PERMIT = new Map(Object.keys(PARENTS).map((code) => [code, new Set(upTo(code, true))]));
const NAMES_THAT_DENY = new Map(Object.keys(PARENTS).map((code) => [code, new Set(upTo(code, false))]));

function upTo(code: string, guarded: boolean): string[] {
  const above: string[] = [];
  for (let each = code; each !== ''; each = PARENTS[each]) {
    above.push(each);
    if (guarded && BY_NAME_ONLY.has(each)) break;
  }
  return above;
}

/** A permit that names `named` covers a question for `asked`. */
export function purposePermits(named: string, asked: string): boolean {
  return named === asked || (NAMES_THAT_PERMIT.get(asked)?.has(named) ?? false);
}

/** A denial that names `named` covers a question for `asked`: here nothing is shielded. */
export function purposeDenies(named: string, asked: string): boolean {
  return named === asked || (NAMES_THAT_DENY.get(asked)?.has(named) ?? false);
}

/** A permit that names no purpose covers this one. Purposes that nobody knows and those of a local system have to be named. */
export function isOpenPurpose(asked: string): boolean {
  const above = NAMES_THAT_PERMIT.get(asked);
  return above !== undefined && ![...above].some((code) => BY_NAME_ONLY.has(code));
}

const EMERGENCIES: ReadonlySet<string> = new Set(['ETREAT', 'ERTREAT', BREAK_GLASS]);

/** Treatment in an emergency, with a broken glass or without. */
export const isEmergency = (purpose: string): boolean => EMERGENCIES.has(purpose);
