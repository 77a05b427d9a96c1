// A share of records written as a FHIR Consent: it says what it decides, and to its recipient nothing of what is withheld.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ConsentInput,
  compile,
  decideAccess,
  ownersConsent,
  parseConsent,
  type RecordFacts,
  recipientsConsent,
} from '../../src/index.ts';
import { on, question, record, said, time } from './world.ts';

const KEY = 'd0'.repeat(32);
const INPUT: ConsentInput = {
  grantId: 'grant-1',
  recipient: { kind: 'person', npub: KEY, name: 'Dr. B' },
  purpose: 'TREAT',
  sentence: 'Dr. B may see problems and medicines of 2020 until 30 June.',
  names: { subject: 'Anna', owner: 'Anna' },
  now: time('2026-05-01'),
  until: time('2026-07-01'),
  parts: ['problems', 'medicines'],
  from: time('2020-01-01'),
  to: time('2021-01-01'),
  include: ['Observation/by-hand'],
  withheld: { codes: ['PSY', 'HIV'], records: ['Condition/secret', 'Observation/by-hand-too'] },
};

const facts = (change: Partial<RecordFacts> = {}): RecordFacts =>
  record({ type: 'Condition', ids: ['Condition/1'], part: 'problems', dated: on('2020-05-05'), ...change });

// biome-ignore format: a table is read by its columns
const TABLE: [what: string, record: RecordFacts, owner: string, recipient: string][] = [
  ['of a part',              facts(),                                                   'permit',        'permit'],
  ['of another part',        facts({ part: 'results' }),                                'not-permitted', 'not-permitted'],
  ['of no known part',       facts({ part: undefined as never }),                       'not-permitted', 'not-permitted'],
  ['of another time',        facts({ dated: on('2021-05-05') }),                        'not-permitted', 'not-permitted'],
  ['undated',                facts({ dated: null }),                                    'not-permitted', 'not-permitted'],
  ['by hand',                facts({ ids: ['Observation/by-hand'], part: 'results', dated: null }), 'permit', 'permit'],
  ['withheld by hand',       facts({ ids: ['Condition/secret'] }),                      'denied',        'permit'],        // the recipient's says nothing
  ['withheld by label',      facts({ labels: ['PSY'], confidentiality: 'R' }),          'denied',        'permit'],
  ['with another label',     facts({ labels: ['STD'], confidentiality: 'R' }),          'permit',        'permit'],        // what she withholds, she names
  ['very restricted',        facts({ labels: ['SDV'], confidentiality: 'V' }),          'permit',        'permit'],
  ['psychotherapy notes',    facts({ labels: ['PSYTHPN'], confidentiality: 'V' }),      'not-permitted', 'not-permitted'],
  ['by hand and by label',   facts({ ids: ['Observation/by-hand'], labels: ['HIV'], confidentiality: 'R' }), 'denied', 'permit'], // withhold wins
];

const who = { ids: [`urn:nostr:pubkey|${KEY}`] };
const decided = (consent: string, of: RecordFacts): string =>
  said(
    decideAccess(
      compile([{ consent: parseConsent(JSON.parse(consent)) }]),
      question({ who, at: time('2026-06-01'), record: of }),
    ),
  );

test.each(TABLE)('%s', (_what, of, owner, recipient) => {
  expect(decided(ownersConsent(INPUT), of)).toBe(owner);
  expect(decided(recipientsConsent(INPUT), of)).toBe(recipient);
});

test('both are read without a doubt but that the policy is one of ours', () => {
  for (const text of [ownersConsent(INPUT), recipientsConsent(INPUT)])
    expect(parseConsent(JSON.parse(text)).findings.map(({ code }) => code)).toEqual(['unknown-policy']);
});

test('it ends with the share, for nobody else and for no other purpose', () => {
  const policy = compile([{ consent: parseConsent(JSON.parse(ownersConsent(INPUT))) }]);
  const at = (date: string) => said(decideAccess(policy, question({ who, at: time(date), record: facts() })));
  expect(at('2026-06-30T23:59:59Z')).toBe('permit');
  expect(at('2026-07-01')).toBe('lapsed');
  const other = { at: time('2026-06-01'), record: facts() };
  expect(said(decideAccess(policy, question({ ...other, who: { ids: ['urn:nostr:pubkey|07'] } })))).toBe(
    'not-permitted',
  );
  expect(said(decideAccess(policy, question({ ...other, who, purpose: 'HPAYMT' })))).toBe('not-named');
});

test('of a link it is whoever holds the key of its grant', () => {
  const text = recipientsConsent({ ...INPUT, recipient: { kind: 'link' } });
  const policy = compile([{ consent: parseConsent(JSON.parse(text)) }]);
  const holder = (id: string) =>
    said(decideAccess(policy, question({ who: { ids: [id] }, at: time('2026-06-01'), record: facts() })));
  expect(holder('urn:hale:grant|grant-1')).toBe('permit');
  expect(holder('urn:hale:grant|grant-2')).toBe('not-permitted');
});

test("the recipient's consent is the same whether anything is withheld", () => {
  const codes = fc.subarray(['PSY', 'HIV', 'SUD', 'SEX'] as const);
  const records = fc.array(fc.constantFrom('Condition/1', 'Condition/2', 'Observation/3'));
  fc.assert(
    fc.property(codes, records, fc.boolean(), (some, ids, all) => {
      const input = { ...INPUT, parts: all ? null : INPUT.parts };
      const withheld = recipientsConsent({ ...input, withheld: { codes: some, records: ids } });
      expect(withheld).toBe(recipientsConsent({ ...input, withheld: { codes: [], records: [] } }));
    }),
  );
});

// IHE PCF StructureDefinition IHE.PCF.consentAdvanced: what has to be there, and what must not.
test('it has the form of a PCF Advanced Consent', () => {
  for (const text of [ownersConsent(INPUT), recipientsConsent(INPUT)]) {
    const consent = JSON.parse(text);
    for (const field of ['status', 'scope', 'patient', 'dateTime', 'sourceAttachment', 'provision'])
      expect(consent[field], field).toBeDefined();
    for (const field of ['category', 'performer', 'organization', 'policy'])
      expect(consent[field].length, field).toBeGreaterThan(0);
    expect(consent.policy[0].uri).toBe('urn:hale:policy:records:1');
    expect(consent.verification).toBeUndefined();
    const rules = [consent.provision, ...(consent.provision.provision ?? [])];
    for (const rule of rules) {
      expect(['permit', 'deny']).toContain(rule.type);
      for (const field of ['action', 'class', 'code']) expect(rule[field], field).toBeUndefined();
      for (const { role } of rule.actor ?? []) expect(role.coding[0].code).toBe('IRCP');
    }
    // PCF has exceptions and none to these; the owner's version, which stays with her, bounds records by hand by denials of their own.
    for (const rule of consent.provision.provision ?? [])
      if (text === recipientsConsent(INPUT) || rule.type === 'deny') expect(rule.provision).toBeUndefined();
  }
});
