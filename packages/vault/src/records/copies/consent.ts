// The owner's own FHIR Consent for a share of records, with what is kept back. It stands in her catalogue and is never sent.
import { AREAS, ownersConsent, type Scope } from '@hale/consent';
import { CATEGORIES } from '../model.ts';
import type { RecordPolicy } from './policy.ts';

export interface ConsentGiven {
  grantId: string;
  scope: Scope;
  names: { subject: string; owner: string };
  /** As she agreed to it, in plain words. */
  sentence: string;
  /** Micros. */
  now: number;
}

/** A record by its own id: no reader of this Consent but the owner's home knows it. */
const referenceTo = (id: string): string => `urn:hale:record:${id}`;

export function consentFor(policy: RecordPolicy, { grantId, scope, names, sentence, now }: ConsentGiven): string {
  const { categories, from, to, include, withhold, withholdAreas, withholdCodes, show = [] } = policy;
  // Withheld by hand wins, whatever else is said of that record.
  const isFree = (id: string) => !withhold.includes(id);
  const withheld = [...withholdAreas.flatMap((area) => AREAS.get(area) ?? []), ...withholdCodes];
  return ownersConsent({
    ...{ grantId, recipient: scope.recipient, purpose: scope.purpose.code, sentence, names, now, until: scope.until },
    parts: categories.length === CATEGORIES.length ? null : categories,
    from,
    to,
    include: include.filter(isFree).map(referenceTo),
    withheld: {
      codes: [...new Set(withheld)],
      records: withhold.map(referenceTo),
      shown: show.filter(({ id }) => isFree(id)).map(({ id, codes }) => ({ reference: referenceTo(id), codes })),
    },
  });
}
