// What holds for any consent and any question, tried with random ones.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type AccessQuestion,
  compile,
  decideAccess,
  enforcerOf,
  parseClaim,
  parseConsent,
  type RecordFacts,
  residualOf,
  type SensitivityCode,
} from '../../src/index.ts';
import { actors, consentR4, consentR5, labels, policyRule, policyUri, purposes } from './consents.ts';
import { on, question, record, time } from './world.ts';

type Json = Record<string, unknown>;

const some = <T>(...values: T[]) => fc.constantFrom(...values);
/** At most three conditions, of which each holds for about half of the questions; some are not understood. */
const conditions = fc
  .array(
    some<Json>(
      actors('Practitioner/a'),
      actors('Practitioner/b', 'Practitioner/c'),
      actors('Organization/o'),
      { actor: [{ reference: {} }] },
      purposes('TREAT'),
      purposes('HRESCH', 'HPAYMT', 'TREAT'),
      purposes('BTG'),
      { purpose: [{ code: 'odd' }] },
      labels('N'),
      labels('R'),
      labels('PSY'),
      labels('SPI', 'HIV'),
      labels('N', 'SDV'),
      labels('odd'),
      { dataPeriod: { start: '2021' } },
      { dataPeriod: { end: '2020' } },
      { dataPeriod: { end: 'odd' } },
      { data: [{ meaning: 'instance', reference: { reference: 'Observation/1' } }] },
      { data: [{ meaning: 'authoredby', reference: { reference: 'Practitioner/b' } }] },
      { data: [{ meaning: 'odd', reference: {} }] },
      { class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'Observation' }] },
    ),
    { maxLength: 3 },
  )
  .map((parts) => Object.assign({}, ...parts) as Json);

function provisions(depth: number): fc.Arbitrary<Json> {
  const nested = depth === 0 ? fc.constant<Json[]>([]) : fc.array(provisions(depth - 1), { maxLength: 2 });
  return fc
    .tuple(some('permit', 'permit', 'deny', undefined), conditions, nested)
    .map(([type, own, below]) => ({ ...(type && { type }), ...own, ...(below.length > 0 && { provision: below }) }));
}
const provision = provisions(3);

const base = some(
  {},
  policyRule('OPTIN'),
  policyRule('OPTOUT'),
  policyUri('all-normal'),
  policyUri('break-glass-only'),
);
const consent: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(provision, base).map(([root, policy]) => consentR4(root, policy)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(some('permit', 'deny'), fc.array(provision, { maxLength: 3 }))
      .map(([decision, of]) => consentR5(decision, of)),
  },
);

const facts: fc.Arbitrary<RecordFacts> = fc
  .record({
    type: some('Observation', 'Condition'),
    ids: some(['Observation/1'], ['Observation/2']),
    labels: some<SensitivityCode[] | null>([], ['PSY'], ['SUD', 'HIV'], ['SDV'], ['PSYTHPN'], ['SPI'], null),
    confidentiality: some<RecordFacts['confidentiality']>('L', 'N', 'R', 'V'),
    dated: some(on('2020-06-01'), on('2021-06-01'), { from: time('2020-01-01'), to: time('2022-01-01') }, null),
    authors: some(['Practitioner/b'], ['Practitioner/c'], null),
  })
  .map(record);

const asked: fc.Arbitrary<AccessQuestion> = fc
  .record({
    who: some(
      { ids: ['Practitioner/a'] },
      { ids: ['Practitioner/b'] },
      { ids: ['Practitioner/c'], organisations: ['Organization/o'] },
    ),
    purpose: some('TREAT', 'ETREAT', 'BTG', 'CLINTRCH', 'HPAYMT', 'PATRQT'),
    record: facts,
  })
  .map((change) => question({ ...change, at: time('2026-05-10'), emergency: { reason: 'dying' } }));

const permits = (consents: readonly Json[], of: AccessQuestion): boolean =>
  decideAccess(compile(consents.map((each) => ({ consent: parseConsent(each) }))), of).verdict === 'permit';

const RUNS = { numRuns: 400 };
let seen = 0;
/** Counts how often there was something to see, so that no property holds for want of permits. */
const noting = (permitted: boolean): boolean => {
  if (permitted) seen++;
  return permitted;
};

/** Adds a denial beside the exceptions at a random place of the tree. */
function withDenial(of: Json, denial: Json, path: readonly number[]): Json {
  const list = (of.provision ?? []) as Json[];
  const [step, ...rest] = path;
  if (step === undefined || list.length === 0) return { ...of, provision: [...list, denial] };
  const at = step % list.length;
  return { ...of, provision: list.map((each, i) => (i === at ? withDenial(each, denial, rest) : each)) };
}

test('a denial more never permits more', () => {
  const path = fc.array(fc.nat(5), { maxLength: 3 });
  fc.assert(
    fc.property(provision, base, conditions, path, asked, (root, policy, own, where, of) => {
      const before = noting(permits([consentR4(root, policy)], of));
      const after = permits([consentR4(withDenial(root, { type: 'deny', ...own }, where), policy)], of);
      expect(after && !before).toBe(false);
    }),
    RUNS,
  );
  expect(seen).toBeGreaterThan(10);
});

test('a consent more that permits nothing, or denies, never permits more', () => {
  fc.assert(
    fc.property(consent, conditions, asked, (given, own, of) => {
      const dissent = consentR4({ type: 'deny', ...own });
      expect(permits([given, dissent], of) && !permits([given], of)).toBe(false);
    }),
    RUNS,
  );
});

const turned = (of: Json): Json =>
  Array.isArray(of.provision) ? { ...of, provision: of.provision.map(turned).reverse() } : of;

test('the order of provisions and of consents does not matter', () => {
  fc.assert(
    fc.property(provision, base, consent, asked, (root, policy, other, of) => {
      const [one, same] = [consentR4(root, policy), consentR4(turned(root), policy)];
      expect(permits([one, other], of)).toBe(permits([other, same], of));
    }),
    RUNS,
  );
});

/** The same consent in which one more thing is not understood. */
const ODD: Json[] = [
  { modifierExtension: [{ url: 'urn:odd' }] },
  { purpose: [{ code: 'odd' }] },
  { securityLabel: [{ code: 'odd' }] },
];

test('what is unknown never permits: not in the root, not in the question, not in the record', () => {
  fc.assert(
    fc.property(provision, base, some(...ODD), asked, (root, policy, odd, of) => {
      const permit = { ...root, type: 'permit', provision: [] };
      expect(permits([consentR4({ ...permit, ...odd }, policy)], of)).toBe(false);
      expect(permits([consentR4(root, policy)], { ...of, purpose: 'odd' })).toBe(false);
      const unknown = { ...of.record!, labels: null, dated: null, authors: null, custodians: null };
      expect(permits([consentR4(root, policy)], { ...of, record: unknown })).toBe(false);
    }),
    RUNS,
  );
});

test('the portable form shows no more than the consent permits, and the same where it is not narrowed', () => {
  let exact = 0;
  fc.assert(
    fc.property(
      consent,
      consent,
      fc.boolean(),
      asked,
      fc.array(facts, { minLength: 5, maxLength: 5 }),
      (one, two, both, of, records) => {
        const policy = compile((both ? [one, two] : [one]).map((each) => ({ consent: parseConsent(each) })));
        const portable = residualOf(policy, of);
        if (portable === null) {
          for (const each of records) expect(decideAccess(policy, { ...of, record: each }).verdict).toBe('deny');
          return;
        }
        const claim = parseClaim(JSON.parse(JSON.stringify(portable.claim)));
        const shows = enforcerOf(claim);
        for (const each of records) {
          const permitted = decideAccess(policy, { ...of, record: each }).verdict === 'permit';
          const shown = (portable.types === null || portable.types.includes(each.type)) && shows(each);
          expect(shown && !permitted).toBe(false);
          if (!portable.narrowed) expect(shown).toBe(permitted);
          if (!portable.narrowed && permitted) exact++;
        }
      },
    ),
    { numRuns: 1_000 },
  );
  expect(exact).toBeGreaterThan(50);
});
