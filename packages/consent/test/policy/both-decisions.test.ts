// `decide` answers for a grant of streams, `decideAccess` for what a Consent says. Of the Consent that a grant of streams carries both say the same.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, consentResource, decide, decideAccess, PURPOSES, parseConsent, type Scope } from '../../src/index.ts';
import { question, record } from './world.ts';

const LOINC = { glucose: '99504-3', 'heart-rate': '8867-4' } as const;
const HOUR = 3_600_000_000;
const GIVEN = 90 * HOUR;
const [DOCTOR, OTHER] = ['d0'.repeat(32), '07'.repeat(32)];
const hour = fc.integer({ min: 1, max: 200 }).map((hours) => hours * HOUR);

const scopes: fc.Arbitrary<Scope> = fc
  .record({
    from: hour,
    length: fc.option(hour),
    until: fc.option(hour),
    streams: fc.subarray(['glucose', 'heart-rate'] as const, { minLength: 1 }),
    code: fc.constantFrom(...PURPOSES),
  })
  .map(({ from, length, until, streams, code }) => ({
    streams: streams.map((streamKey) => ({ streamKey, level: 'raw' as const })),
    from,
    to: length && from + length,
    until: until && Math.max(from, GIVEN) + until,
    purpose: { code, text: '' },
    recipient: { kind: 'person' as const, npub: DOCTOR },
  }));

test('of a grant of streams both decisions say the same', () => {
  let permitted = 0;
  const request = fc.record({
    npub: fc.constantFrom(DOCTOR, DOCTOR, DOCTOR, OTHER),
    streamKey: fc.constantFrom('glucose' as const, 'heart-rate' as const),
    from: hour,
    length: hour,
    now: hour.map((after) => GIVEN + after),
    isSamePurpose: fc.constantFrom(true, true, true, false),
  });
  fc.assert(
    fc.property(scopes, request, (scope, { npub, streamKey, from, length, now, isSamePurpose }) => {
      const to = from + length;
      const other = PURPOSES.find((code) => code !== scope.purpose.code && code !== 'ETREAT' && code !== 'CAREMGT')!;
      const purpose = isSamePurpose ? scope.purpose.code : other;
      fc.pre(isSamePurpose || !['TREAT', 'HRESCH', 'PATRQT'].includes(scope.purpose.code));
      const granted = decide(
        [{ grantId: 'g', scope, ended: false }],
        { asker: { npub }, streamKey, level: 'raw', from, to, purpose },
        now,
      );
      const loinc = scope.streams.map((stream) => LOINC[stream.streamKey as keyof typeof LOINC]);
      const names = { subject: 'Anna', owner: 'Anna' };
      const text = consentResource({ grantId: 'g', scope, loinc, names, now: GIVEN });
      const facts = record({ codes: [`http://loinc.org|${LOINC[streamKey]}`], dated: { from, to } });
      const verdict = decideAccess(
        compile([{ consent: parseConsent(JSON.parse(text)) }]),
        question({ who: { ids: [`urn:nostr:pubkey|${npub}`] }, purpose, at: now, record: facts }),
      );
      expect(verdict.verdict === 'permit').toBe(granted.permit);
      if (granted.permit) permitted++;
    }),
    { numRuns: 1_000 },
  );
  expect(permitted).toBeGreaterThan(20);
});
