// A share of records passes two rules: the owner's own, by which copies are made, and the Consent that was written of it. Both say the same of every record.
import {
  AREA_NAMES,
  areasOf,
  compile,
  decideAccess,
  parseConsent,
  type RecordFacts,
  type RecordLabels,
  type SensitivityCode,
} from '@hale/consent';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { consentFor } from '../../src/records/copies/consent.ts';
import { keptBy, type RecordPolicy } from '../../src/records/copies/index.ts';
import { CATEGORIES, type Category, type RecordHead } from '../../src/records/index.ts';

const DAY = 86_400e6;
const NOW = Date.UTC(2026, 5, 1) * 1000;
const CODES = ['PSY', 'SPI', 'ETH', 'SUD', 'HIV', 'STD', 'SEX', 'GDIS', 'PSYTHPN', 'OPIOIDUD'] as SensitivityCode[];
const IDS = ['a1', 'b2', 'c3', 'd4'].map((id) => id.repeat(8));
const DOCTOR = 'd0'.repeat(32);

const day = fc.integer({ min: 0, max: 40 }).map((days) => NOW - days * DAY);
const ids = fc.subarray(IDS, { maxLength: 2 });
const codes = fc.subarray(CODES, { maxLength: 2 });

const policies = fc.record({
  categories: fc.oneof(
    fc.constant([...CATEGORIES] as Category[]),
    fc.subarray([...CATEGORIES] as Category[], { minLength: 1 }),
  ),
  from: fc.option(day),
  to: fc.option(day),
  withholdAreas: fc.subarray([...AREA_NAMES], { maxLength: 2 }),
  // Named one by one; a general code below which one was seen is denied as a whole.
  withholdCodes: codes.map((all) => all.filter((code) => code !== 'SPI')),
  withhold: ids,
  include: ids,
  documents: fc.boolean(),
  told: fc.constant('none' as const),
  jurisdiction: fc.constant(''),
  show: fc.array(fc.record({ id: fc.constantFrom(...IDS), codes }), { maxLength: 2 }),
});

const labelled = (found: readonly SensitivityCode[]): RecordLabels => ({
  labels: found.map((code) => ({ code, basis: [], reasons: [] }) as unknown as RecordLabels['labels'][number]),
  confidentiality: found.length > 0 ? 'R' : 'N',
  areas: areasOf(found.map((code) => ({ code }) as RecordLabels['labels'][number])),
  opaque: false,
});

const records = fc.record({
  id: fc.constantFrom(...IDS),
  category: fc.constantFrom(...CATEGORIES),
  at: fc.option(day),
  type: fc.constantFrom('Observation', 'Condition', 'Binary'),
  labels: codes.map(labelled),
});

function permits(policy: RecordPolicy, facts: RecordFacts): boolean {
  const scope = {
    ...{ streams: [], from: 0, to: null, until: null, purpose: { code: 'TREAT', text: '' } as const },
    recipient: { kind: 'person' as const, npub: DOCTOR },
  };
  const given = { grantId: 'g', scope, names: { subject: 'Anna', owner: 'Anna' }, sentence: 'Yes.', now: NOW };
  const compiled = compile([{ consent: parseConsent(JSON.parse(consentFor(policy, given))) }]);
  const question = {
    ...{ who: { ids: [`urn:nostr:pubkey|${DOCTOR}`] }, purpose: 'TREAT', at: NOW + DAY, record: facts },
    ...{ jurisdiction: '', emergency: null },
  };
  return decideAccess(compiled, question).verdict === 'permit';
}

test('what is copied is what the Consent of the share permits', () => {
  const tally = { given: 0, kept: 0 };
  fc.assert(
    fc.property(policies, records, (policy, { labels, ...fields }) => {
      fc.pre(policy.from === null || policy.to === null || policy.from < policy.to);
      const head = { state: 'current', ...fields } as RecordHead;
      const kept = keptBy(policy, { head, labels });
      // Whether bytes that nobody could look into go along is a setting of the share that FHIR has no words for.
      if (kept?.by === 'document') return;
      // Nor has it any for what a general label may mean beside what she saw of that record; and an undated record that she shows beside a time is
      // denied where that time's denials are, since it may lie within it.
      const isShown = policy.show?.some(({ id }) => id === head.id);
      if (isShown && (head.at === null || labels.labels.some(({ code }) => code === 'SPI'))) return;
      const facts: RecordFacts = {
        ...{ type: head.type, ids: [`urn:hale:record:${head.id}`], part: head.category },
        ...{ labels: labels.labels.map(({ code }) => code), confidentiality: labels.confidentiality },
        ...{ dated: head.at === null ? null : { from: head.at, to: head.at + 1 } },
        ...{ authors: null, custodians: null, refersTo: [], referredBy: [] },
      };
      expect(permits(policy, facts), JSON.stringify({ policy, head, kept, labels: facts.labels })).toBe(kept === null);
      tally[kept === null ? 'given' : 'kept'] += 1;
    }),
    { numRuns: 3000 },
  );
  expect(Math.min(tally.given, tally.kept)).toBeGreaterThan(300);
});
