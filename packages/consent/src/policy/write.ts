// A share of records as a FHIR R4 Consent after IHE PCF (Explicit Advanced): the full one for its owner, and the recipient's, which says nothing of what
// is withheld and therefore is the same whether anything is.
import { instant, recipientReference } from '../fhir.ts';
import { ACT_CODE, CONFIDENTIALITY, type SensitivityCode } from '../labels/index.ts';
import type { Recipient } from '../scope.ts';
import { ACT_REASON, CONSENT_SCOPE, PARTICIPATION, RECORD_PARTS } from './read-conditions.ts';

/** The policy that a share of records builds upon: nothing but what the provision names, by copy. specs/consent.md §8 */
export const RECORDS_POLICY = 'urn:hale:policy:records:1';

/** Who holds a grant's key, by the grant's id. */
const GRANT_HOLDER = 'urn:hale:grant';

export interface ConsentInput {
  grantId: string;
  recipient: Recipient;
  /** Code of ActReason. */
  purpose: string;
  /** The consent in plain words, as its giver read it: FHIR wants the document that was agreed to. */
  sentence: string;
  names: { subject: string; owner: string };
  /** Given at, and until when access is given: microseconds; null = until revoked. */
  now: number;
  until: number | null;
  /** Parts of the record; null = all of them. */
  parts: readonly string[] | null;
  /** Clinical time, microseconds; null = open. */
  from: number | null;
  to: number | null;
  /** References of records shared by hand beyond the parts, as the reader of this version knows them. */
  include: readonly string[];
  /** What only the owner's version says. */
  withheld: {
    codes: readonly SensitivityCode[];
    records: readonly string[];
    /** Records that are shared by hand although they bear these codes; one that a record gets later keeps it back again. */
    shown?: readonly { reference: string; codes: readonly SensitivityCode[] }[];
  };
}

/** FHIR R4 Consent as JSON text, with everything that is withheld: stays with its owner. */
export const ownersConsent = (input: ConsentInput): string => JSON.stringify(consentOf(input));

/** The recipient's version: `withheld` does not enter it. `include` has to be references of copies. */
export const recipientsConsent = ({ withheld: _, ...input }: ConsentInput): string =>
  JSON.stringify(consentOf({ ...input, withheld: { codes: [], records: [] } }));

function consentOf(input: ConsentInput): object {
  const { grantId, names, now, sentence } = input;
  return {
    resourceType: 'Consent',
    id: grantId,
    status: 'active',
    scope: { coding: [{ system: CONSENT_SCOPE, code: 'patient-privacy' }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: { display: names.subject || 'the subject' },
    dateTime: instant(now),
    performer: [{ display: names.owner || 'the owner' }],
    // Who presented the policy and enforces it: her own home.
    organization: [{ display: names.owner || 'the owner' }],
    sourceAttachment: { contentType: 'text/plain', title: sentence },
    policy: [{ uri: RECORDS_POLICY }],
    provision: provisionOf(input),
  };
}

function provisionOf(input: ConsentInput): object {
  const { now, until, purpose, parts, from, to, withheld } = input;
  const shown = withheld.shown ?? [];
  const include = [...input.include, ...shown.map(({ reference }) => reference)];
  const ofShown = shown.length > 0 && { provision: shown.map((each) => shownOf(each, withheld.codes)) };
  const denials = [
    ...(withheld.codes.length > 0 ? [{ type: 'deny', securityLabel: withheld.codes.map(sensitive), ...ofShown }] : []),
    ...(withheld.records.length > 0 ? [{ type: 'deny', data: withheld.records.map(instanceOf) }] : []),
  ];
  // What is named one by one is bound neither by part nor by time (specs/consent.md §4), and denials beside it are: it has its own.
  const named = { type: 'permit', securityLabel: ONE_BY_ONE, data: include.map(instanceOf) };
  const exceptions = [
    ...(include.length > 0 ? [denials.length > 0 ? { ...named, provision: denials } : named] : []),
    ...denials,
  ];
  const isDated = from !== null || to !== null;
  return {
    ...(parts !== null && partsOf(parts)),
    type: 'permit',
    period: periodOf(now, until),
    actor: [{ role: { coding: [{ system: PARTICIPATION, code: 'IRCP' }] }, reference: recipientOf(input) }],
    securityLabel: LEVELS_NAMED,
    purpose: [{ system: ACT_REASON, code: purpose }],
    ...(isDated && { dataPeriod: periodOf(from, to) }),
    ...(exceptions.length > 0 && { provision: exceptions }),
  };
}

/** Whoever holds a link is known by the grant whose key it is. */
function recipientOf({ recipient, grantId }: ConsentInput): object {
  const reference = recipientReference(recipient);
  return recipient.kind === 'link' ? { ...reference, identifier: { system: GRANT_HOLDER, value: grantId } } : reference;
}

const sensitive = (code: string) => ({ system: ACT_CODE, code });

/** Permitted with the codes that were seen, and kept back for any other that is withheld. */
function shownOf(
  { reference, codes }: { reference: string; codes: readonly SensitivityCode[] },
  withheld: readonly SensitivityCode[],
): object {
  const unseen = withheld.filter((code) => !codes.includes(code));
  return {
    type: 'permit',
    securityLabel: ONE_BY_ONE,
    data: [instanceOf(reference)],
    ...(unseen.length > 0 && { provision: [{ type: 'deny', securityLabel: unseen.map(sensitive) }] }),
  };
}

const levelled = (code: string) => ({ system: CONFIDENTIALITY, code });
/** Levels are named so that a label alone withholds nothing: what she withholds, she names. */
const LEVELS_NAMED = ['N', 'R', 'V'].map(levelled);
/** Notes of psychotherapy need their own name (45 CFR 164.508(a)(2)); whoever names a record means them too. */
const ONE_BY_ONE = [...LEVELS_NAMED, sensitive('PSYTHPN')];

const partsOf = (parts: readonly string[]) => ({
  modifierExtension: parts.map((part) => ({ url: RECORD_PARTS, valueCode: part })),
});

const instanceOf = (reference: string) => ({ meaning: 'instance', reference: { reference } });

/** Half open to FHIR's Period, which holds both ends. */
const periodOf = (from: number | null, to: number | null) => ({
  ...(from !== null && { start: instant(from) }),
  ...(to !== null && { end: instant(to - 1) }),
});
