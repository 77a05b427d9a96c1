// The consent as FHIR R4: what an EMR can read. Minimal, and valid against the resource's own constraints (ppc-1, ppc-2).
import { ACT_CODE } from './labels/index.ts';
import { MICROS_PER_SECOND } from './limits.ts';
import { ACT_REASON, CONSENT_SCOPE, PARTICIPATION, RECORD_PARTS } from './policy/read-conditions.ts';
import { type Recipient, type Scope, type ScopedRecords, scopeEnd } from './scope.ts';

const LOINC = 'http://loinc.org';
/** Nostr public keys have no registered FHIR system; a URI of our own says what the value is. */
const NOSTR_KEY = 'urn:nostr:pubkey';

export interface ConsentResourceInput {
  grantId: string;
  scope: Scope;
  /** LOINC codes of the granted streams that have one. */
  loinc: string[];
  names: { subject: string; owner: string };
  /** Microseconds. */
  now: number;
}

/**
 * FHIR R4 Consent as JSON text. `provision.period` is when the recipient may open, `dataPeriod` what was measured when.
 * The purpose's text has no place in a Coding and stays in the scope.
 * https://hl7.org/fhir/R4/consent.html
 */
export function consentResource({ grantId, scope, loinc, names, now }: ConsentResourceInput): string {
  const end = scopeEnd(scope);
  const purpose = { system: ACT_REASON, code: scope.purpose.code };
  const codes = [...new Set(loinc)].map((code) => ({ coding: [{ system: LOINC, code }] }));
  return JSON.stringify({
    resourceType: 'Consent',
    id: grantId,
    status: 'active',
    scope: { coding: [{ system: CONSENT_SCOPE, code: 'patient-privacy' }] },
    // 59284-0 = Consent Document; the category is required and bound to an extensible value set.
    category: [{ coding: [{ system: LOINC, code: '59284-0' }] }],
    patient: { display: names.subject || 'the subject' },
    dateTime: instant(now),
    performer: [{ display: names.owner || 'the owner' }],
    // OPTIN: nothing is permitted but what the provision names.
    policyRule: { coding: [{ system: ACT_CODE, code: 'OPTIN' }] },
    provision: {
      type: 'permit',
      period: { start: instant(now), ...(scope.until !== null && { end: instant(scope.until) }) },
      actor: [
        {
          role: { coding: [{ system: PARTICIPATION, code: 'IRCP' }] },
          reference: recipientReference(scope.recipient),
        },
      ],
      purpose: [purpose],
      ...(codes.length > 0 && { code: codes }),
      ...(scope.streams.length > 0 && { dataPeriod: period(scope.from, end) }),
      ...(scope.records && { provision: [recordsProvision(scope.records)] }),
    },
  });
}

function recordsProvision({ categories, from, to }: ScopedRecords): object {
  return {
    type: 'permit',
    modifierExtension: categories.map((part) => ({ url: RECORD_PARTS, valueCode: part })),
    ...((from !== null || to !== null) && { dataPeriod: period(from, to) }),
  };
}

const period = (from: number | null, to: number | null): object => ({
  ...(from !== null && { start: instant(from) }),
  ...(to !== null && { end: instant(to) }),
});

export function recipientReference({ kind, npub, name }: Recipient): object {
  const type = { person: 'Person', organisation: 'Organization', 'care-team': 'CareTeam', link: null }[kind];
  return {
    ...(type !== null && { type }),
    ...(npub !== undefined && { identifier: { system: NOSTR_KEY, value: npub } }),
    display: name ?? (kind === 'link' ? 'holder of the link' : kind),
  };
}

/** FHIR dateTime in UTC to the microsecond, so that this text names the same range as the scope. */
export function instant(micros: number): string {
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  const fraction = String(micros - seconds * MICROS_PER_SECOND).padStart(6, '0');
  return new Date(seconds * 1000).toISOString().replace('.000Z', `.${fraction}Z`);
}
