// Templates by visit and the warnings of what hiding may cost, over a vault with made-up persons: the whole table of bearings, hidden by label, by hand
// and by part; and that nothing of a warning is written.
import type { Level } from '@hale/kernel';
import { describe, expect, test, vi } from 'vitest';
import { type Kept, type RecordPolicy, select } from '../../src/records/copies/index.ts';
import { CATEGORIES, type RecordEntry, type Resource } from '../../src/records/index.ts';
import {
  AGENT_NAMES,
  type Agent,
  agentsIn,
  BEARINGS,
  type Bearing,
  fitsSubject,
  SOURCES,
  type TitledHead,
  templateFor,
  VISIT_IDS,
  VISITS,
  type VisitId,
  visitOf,
  WarningSearch,
} from '../../src/records/templates/index.ts';
import { DAY, T0 } from '../fixture.ts';
import { ALL, openWorld, resourcesOf, sentOf, type World } from './copies-world.ts';
import { samples } from './search-samples.ts';

const subject = { reference: 'Patient/p' };
const NOW = T0 + 100 * DAY;
const dated = (days: number): string => new Date((NOW - days * DAY) / 1000).toISOString();

const medicine = (id: string, text: string, more: object = {}): Resource => ({
  ...{ resourceType: 'MedicationStatement', id, status: 'active', subject, effectiveDateTime: dated(20) },
  ...{ medicationCodeableConcept: { text }, ...more },
});
const illness = (id: string, text: string, more: object = {}): Resource => ({
  ...{ resourceType: 'Condition', id, subject, onsetDateTime: dated(400), code: { text }, ...more },
});
const allergy = (id: string, text: string, more: object = {}): Resource => ({
  ...{ resourceType: 'AllergyIntolerance', id, patient: subject, code: { text }, ...more },
});
const coded = (system: string, code: string) => ({ medicationCodeableConcept: { coding: [{ system, code }] } });
const ATC = 'http://www.whocc.no/atc';
const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const over = (days: number) => ({
  status: 'stopped',
  effectiveDateTime: undefined,
  effectivePeriod: { end: dated(days) },
});

/** One record that has nothing but that agent and those that come with it. */
const OF_AGENT: Readonly<Record<Agent, () => Resource>> = {
  pde5: () => medicine('a', 'Viagra 50 mg'),
  nitrate: () => medicine('a', 'Glyceryl trinitrate spray'),
  lithium: () => medicine('a', 'Lithiumcarbonat 450 mg'),
  nsaid: () => medicine('a', 'Ibuprofen 400'),
  raas: () => medicine('a', 'Ramipril 5 mg'),
  thiazide: () => medicine('a', '', coded(ATC, 'C03AA03')),
  maoi: () => medicine('a', '', coded('urn:oid:2.16.840.1.113883.6.73', 'N06AG02')),
  serotonergic: () => medicine('a', 'Sertralina 50 mg'),
  tramadol: () => medicine('a', 'Tramadol'),
  'opioid-treatment': () => medicine('a', 'Suboxone 8 mg/2 mg'),
  methadone: () => medicine('a', '', coded(RXNORM, '6813')),
  qt: () => medicine('a', 'Amiodaron'),
  naltrexone: () => medicine('a', 'Naltrexone'),
  opioid: () => medicine('a', 'Oxycodon retard'),
  anticoagulant: () => medicine('a', '', coded(RXNORM, '1114195')),
  disulfiram: () => medicine('a', 'Antabus'),
  metronidazole: () => medicine('a', '', coded(ATC, 'P01AB01')),
  booster: () => medicine('a', 'Darunavir/Cobicistat'),
  'cyp3a-statin': () => medicine('a', 'Simvastatin'),
  'cyp3a-steroid': () => medicine('a', 'Fluticasone nasal spray'),
  'cyp3a-sedative': () => medicine('a', 'Midazolam'),
  contraceptive: () => medicine('a', '', coded(ATC, 'G03AA07')),
  'hormonal-contraceptive': () => medicine('a', 'Etonogestrel'),
  inducer: () => medicine('a', 'Rifampicin'),
  teratogen: () => medicine('a', 'Isotretinoin'),
  pregnancy: () => illness('a', 'Schwangerschaft, 12. Woche'),
  'malignant-hyperthermia': () => illness('a', 'Malignant hyperthermia susceptibility'),
  porphyria: () =>
    illness('a', '', { code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'E80.2' }] } }),
  hiv: () => illness('a', 'HIV infection'),
  'sleep-apnoea': () => illness('a', 'Obstructive sleep apnea syndrome'),
  latex: () => allergy('a', 'Latex'),
  allergy: () => allergy('a', 'Penicillin V'),
};

const renamed = (resource: Resource, id: string): Resource => ({ ...resource, id });

/** What hiding costs, with ids for the records. */
interface Warned {
  rule: string;
  hidden: string[];
  shown: string[];
  onVisit: boolean;
  urls: string[];
}

function warnedOf(
  { records, me }: World,
  seen: Iterable<readonly [RecordEntry, Kept | null]>,
  visit: VisitId | null,
): Warned[] {
  const search = new WarningSearch(records, me, NOW / 1000);
  for (const [entry, because] of seen) search.see(entry, because);
  const ids = (titled: readonly TitledHead[]) => titled.map(({ head }) => head.id);
  return search.warnings(visit).map(({ rule, hidden, shown, onVisit, sources }) => ({
    ...{ rule, hidden: ids(hidden), shown: ids(shown), onVisit, urls: sources.map(({ url }) => url) },
  }));
}

function warned(world: World, policy: RecordPolicy, visit: VisitId | null): Warned[] {
  const { kept } = select(world.records, world.me, policy, world.labels);
  const all = [...world.records.all(world.me)];
  return warnedOf(
    world,
    all.map((entry) => [entry, kept.get(entry.id) ?? null] as const),
    visit,
  );
}

const hiding = (world: World, type: string, localId = 'a'): RecordPolicy => ({
  ...ALL,
  withhold: [world.idOf(type, localId)],
});

const template = (id: string, jurisdiction = '') => templateFor(id, { nowMicros: NOW, streams: [], jurisdiction });

describe('visits', () => {
  test.each([
    // visit, the place, what is told: only where the law is known to allow it
    ['anaesthesia', '', 'none'],
    ['anaesthesia', 'EU', 'none'],
    ['anaesthesia', 'DE', 'none'],
    ['anaesthesia', 'US', 'exists'],
    ['chest-pain', 'CH', 'exists'],
    ['skin', 'US', 'none'],
    ['vet', 'US', 'none'],
  ] as const)('%s in "%s" tells %s', (visit, place, told) => {
    expect(template(visit, place).policy).toMatchObject({ told, jurisdiction: place });
  });

  test('each gives parts and withholds areas that there are, says why in one sentence, and ends', () => {
    for (const { id, why, untilDays, name } of VISITS) {
      const { policy, until, purpose } = template(id);
      expect(policy).toMatchObject({ from: null, to: null, withhold: [], include: [] });
      expect(until).toBe(NOW + untilDays * DAY);
      expect(purpose.text).toBe(name);
      expect(why, id).toMatch(/^[A-Z][^.]*\.$/);
    }
    expect(VISIT_IDS).toEqual(VISITS.map(({ id }) => id));
  });

  test('takes the series that there are, no finer than it needs, and as they are where they have no averages', () => {
    const dense: Level[] = ['raw', '1m', '15m', '1h', '1d'];
    const streams = [
      { key: 'hr', kind: 'heart-rate', levels: dense },
      { key: 'bp', kind: 'blood-pressure-systolic', levels: ['raw' as const] },
      { key: 'ecg', kind: 'ecg-lead-ii', levels: dense },
      { key: 'af', kind: 'rhythm-event', levels: dense },
      { key: 'mood', kind: 'mood-valence', levels: dense },
    ];
    const facts = { nowMicros: NOW, streams, jurisdiction: '' };
    const of = (visit: VisitId) => templateFor(visit, facts).streams.map(({ key, level }) => `${key} ${level}`);
    expect(of('anaesthesia')).toEqual(['hr 1h', 'bp raw']);
    expect(of('chest-pain')).toEqual(['hr raw', 'bp raw', 'ecg raw', 'af raw']);
    expect(of('gp')).toEqual(['hr 1d', 'bp raw']);
    expect(of('dentist')).toEqual([]);
    expect(templateFor('anaesthesia', facts).from).toBe(NOW - 30 * DAY);
  });

  test('what there is does not change which parts are named: that would tell what is kept back', () => {
    for (const { id, categories } of VISITS) expect(template(id).policy.categories).toEqual([...categories]);
  });

  test.each([
    [{}, 'anaesthesia', true],
    [{}, 'vet', false],
    [{ species: 'dog' }, 'vet', true],
    [{ species: 'dog' }, 'anaesthesia', false],
    [{ species: 'human', birthYear: 2016 }, 'school-doctor', true],
    [{ species: 'human', birthYear: 1980 }, 'school-doctor', false],
    [{ sex: 'male' }, 'pregnancy', false],
    [{ sex: 'other' }, 'pregnancy', true],
  ] as const)('%o has visits to %s: %s', (about, visit, fits) => {
    expect(fitsSubject(visitOf(visit)!, about, 2026)).toBe(fits);
  });

  test('neither a visit nor a place that there is not', () => {
    expect(() => template('manicure')).toThrow(/visits are skin, anaesthesia/);
    expect(() => template('skin', 'Bavaria')).toThrow(/two capital letters/);
  });
});

describe('agents', () => {
  test.each(AGENT_NAMES)('%s is known by a record of it', (agent) => {
    expect(agentsIn(OF_AGENT[agent]())).toContain(agent);
  });

  test.each<[string, Resource, Agent[]]>([
    ['another medicine', medicine('a', 'Salbutamol'), []],
    ['a word within a word', medicine('a', 'Xibuprofen'), []],
    ['an ATC code of a neighbour', medicine('a', '', coded(ATC, 'G04BD07')), []],
    ['the number of another system', medicine('a', '', coded('http://snomed.info/sct', '6813')), []],
    ['no known allergy', allergy('a', 'No known allergies'), []],
    [
      'no known allergy, by its code',
      allergy('a', 'none', { code: { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }] } }),
      [],
    ],
    [
      'a heritable illness of a relative',
      {
        ...{ resourceType: 'FamilyMemberHistory', id: 'f', patient: subject, status: 'completed' },
        condition: [{ code: { text: 'Malignant hyperthermia' } }],
      },
      ['malignant-hyperthermia'],
    ],
    [
      'an illness of a relative that says nothing of her',
      {
        ...{ resourceType: 'FamilyMemberHistory', id: 'f', patient: subject, status: 'completed' },
        condition: [{ code: { text: 'Sleep apnea' } }],
      },
      [],
    ],
    [
      'not pregnant',
      {
        ...{ resourceType: 'Observation', id: 'o', status: 'final', subject, code: { coding: [{ code: '82810-3' }] } },
        valueCodeableConcept: {
          coding: [{ system: 'http://snomed.info/sct', code: '60001007' }],
          text: 'Not pregnant',
        },
      },
      [],
    ],
    [
      'pregnant',
      {
        ...{ resourceType: 'Observation', id: 'o', status: 'final', subject, code: { coding: [{ code: '82810-3' }] } },
        valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '77386006' }] },
      },
      ['pregnancy'],
    ],
    ['a laboratory value', { resourceType: 'Observation', id: 'o', status: 'final', code: { text: 'Lithium' } }, []],
    [
      'a medicine within the statement',
      medicine('a', '', { contained: [{ resourceType: 'Medication', id: 'm', code: { text: 'Sildenafil' } }] }),
      ['pde5'],
    ],
  ])('%s', (_, resource, agents) => {
    expect(agentsIn(resource)).toEqual(agents);
  });
});

/** In 3,343 resources that others wrote (Synthea, a bulk export, HL7's examples, patient summaries): how many have it, and nothing else has any. */
const CENSUS: Partial<Record<Agent, number>> = {
  ...{ raas: 240, teratogen: 239, 'cyp3a-statin': 46, thiazide: 44, 'cyp3a-steroid': 24, nsaid: 20, nitrate: 2 },
  ...{ 'hormonal-contraceptive': 19, contraceptive: 5, opioid: 1, tramadol: 1 },
  ...{ allergy: 15, latex: 1, pregnancy: 11, 'sleep-apnoea': 1 },
};

test('in records that nobody here wrote', () => {
  const found: Partial<Record<Agent, number>> = {};
  for (const { resource } of samples()) for (const agent of agentsIn(resource)) found[agent] = (found[agent] ?? 0) + 1;
  expect(found).toEqual(CENSUS);
});

describe('warnings', () => {
  const cases = BEARINGS.flatMap((row: Bearing) => [
    ...row.visits.map((visit) => ({ name: `${row.rule} at ${visit}`, row, visit, shown: null })),
    ...row.with.map((shown) => ({ name: `${row.rule} with ${shown}`, row, visit: null, shown })),
  ]);

  /** One person who has all of them. */
  const everything = (): World => {
    const world = openWorld();
    world.take(AGENT_NAMES.map((agent) => renamed(OF_AGENT[agent](), agent)));
    return world;
  };
  let made: World | undefined;
  const entryOf = (agent: Agent): RecordEntry => {
    made ??= everything();
    return made.records.read(made.me, made.idOf(OF_AGENT[agent]().resourceType, agent));
  };

  test.each(cases)('$name', ({ row, visit, shown }) => {
    const hidden = entryOf(row.hides);
    const given = shown ? [entryOf(shown)] : [];
    const shownOnly = given.map((entry) => [entry, null] as const);
    const seen = [[hidden, { by: 'hand' }] as const, ...shownOnly];
    const found = warnedOf(made!, seen, visit).find(({ rule }) => rule === row.rule);
    expect(found).toMatchObject({ hidden: [hidden.id], onVisit: visit !== null, shown: given.map(({ id }) => id) });
    expect(found?.urls.every((url) => /^https?:\/\/\S+$/.test(url))).toBe(true);
    // Given, it needs no warning; hidden where nothing bears on it, it has none.
    expect(warnedOf(made!, [[hidden, null], ...shownOnly], visit)).toEqual([]);
    expect(warnedOf(made!, [seen[0]], null)).toEqual([]);
    expect(warnedOf(made!, [[hidden, { by: 'state' }], ...shownOnly], visit)).toEqual([]);
  });

  test('every agent and every source of the table is of use', () => {
    const used = new Set(BEARINGS.flatMap((row: Bearing) => [row.hides, ...row.with]));
    expect([...used].sort()).toEqual([...AGENT_NAMES].sort());
    expect(Object.keys(SOURCES).sort()).toEqual([...new Set(BEARINGS.flatMap(({ sources }) => sources))].sort());
  });

  const rulesOf = (found: Warned[]) => found.map(({ rule }) => rule);

  test('hidden by what it is about, by its part, or by hand: it is the same', () => {
    const world = openWorld();
    world.take([medicine('a', 'Sildenafil 50 mg'), illness('i', 'Fever')]);
    const ofVisit = { ...template('chest-pain').policy, withholdAreas: ['sexual-health' as const] };
    expect(rulesOf(warned(world, ofVisit, 'chest-pain'))).toEqual(['pde5-nitrate']);
    const others = CATEGORIES.filter((each) => each !== 'medicines');
    expect(rulesOf(warned(world, { ...ALL, categories: others }, 'chest-pain'))).toEqual(['pde5-nitrate']);
    expect(rulesOf(warned(world, hiding(world, 'MedicationStatement'), 'chest-pain'))).toEqual(['pde5-nitrate']);
  });

  test.each<[string, Resource, string[]]>([
    ['taken now', medicine('a', 'Naltrexone'), ['naltrexone']],
    ['ended last week', medicine('a', 'Naltrexone', over(7)), ['naltrexone']],
    ['ended last year', medicine('a', 'Naltrexone', over(365)), []],
    ['entered in error', medicine('a', 'Naltrexone', { status: 'entered-in-error' }), []],
    ['not taken', medicine('a', 'Naltrexone', { status: 'not-taken' }), []],
    ['born with', illness('a', 'Porphyria', { clinicalStatus: { coding: [{ code: 'inactive' }] } }), ['porphyria']],
    ['refuted', illness('a', 'Porphyria', { verificationStatus: { coding: [{ code: 'refuted' }] } }), []],
    [
      'a pregnancy of before',
      illness('a', 'Normal pregnancy', { clinicalStatus: { coding: [{ code: 'resolved' }] } }),
      [],
    ],
  ])('%s', (_, resource, rules) => {
    const world = openWorld();
    world.take([resource]);
    expect(rulesOf(warned(world, hiding(world, resource.resourceType), 'anaesthesia'))).toEqual(rules);
  });

  test('a medicine that stands in a record of its own is found through it', () => {
    const world = openWorld();
    const described = { resourceType: 'Medication', id: 'm', code: { text: 'Ritonavir 100 mg' } };
    const request = medicine('a', '', {
      medicationCodeableConcept: undefined,
      medicationReference: { reference: 'Medication/m' },
    });
    world.take([described, request]);
    const policy = { ...template('anaesthesia').policy, withholdAreas: ['hiv' as const] };
    const [found] = warned(world, policy, 'anaesthesia');
    expect(found).toMatchObject({ rule: 'booster-anaesthesia', hidden: [world.idOf('MedicationStatement', 'a')] });
  });

  test('shown one by one, it is given with the label that she saw, and goes again with one that she did not', () => {
    const world = openWorld();
    world.take([medicine('a', 'Sildenafil 50 mg'), medicine('b', 'Isosorbide mononitrate')]);
    const id = world.idOf('MedicationStatement', 'a');
    const codes = world.labels.of(world.me, id).labels.map(({ code }) => code);
    expect(codes).toEqual(['SEX']);
    const policy: RecordPolicy = { ...ALL, withholdAreas: ['sexual-health', 'hiv'], show: [{ id, codes }] };
    expect(warned(world, policy, 'chest-pain')).toEqual([]);
    expect(select(world.records, world.me, policy, world.labels).given.has(id)).toBe(true);
    world.labels.say(world.me, id, { add: ['hiv'], drop: [] });
    expect(select(world.records, world.me, policy, world.labels).kept.get(id)).toMatchObject({ by: 'label' });
    expect(select(world.records, world.me, { ...policy, withhold: [id] }, world.labels).kept.get(id)?.by).toBe('hand');
  });
});

describe('nothing of it leaves', () => {
  const RECORDS = [medicine('b', 'Isosorbide mononitrate'), illness('i', 'Angina pectoris')];
  const hidden = medicine('a', 'Sildenafil 50 mg');

  function shared(isThere: boolean): { world: World; sent: string; read: string } {
    const world = openWorld();
    world.step('records', 0);
    world.take(RECORDS);
    world.step('hidden', 1);
    if (isThere) world.take([hidden]);
    const policy = { ...template('chest-pain').policy, withholdAreas: ['sexual-health' as const] };
    const before = world.store.events.map(({ id }) => id);
    const asked = vi.spyOn(world.vault.random, 'bytes');
    expect(warned(world, policy, 'chest-pain').length).toBe(isThere ? 1 : 0);
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
    expect(world.store.events.map(({ id }) => id)).toEqual(before);
    world.step('share', 2);
    const grant = world.issue(policy);
    return { world, sent: JSON.stringify(sentOf(world, grant)), read: JSON.stringify(resourcesOf(world, grant)) };
  }

  test('a share with a warning writes the bytes of one without, and to look for it writes nothing', () => {
    const [withWarning, without] = [shared(true), shared(false)];
    expect(without.sent.length).toBeGreaterThan(1000);
    expect(withWarning.read).toBe(without.read);
    expect(withWarning.sent === without.sent).toBe(true);
    expect(withWarning.read).toContain('Isosorbide');
    expect(withWarning.read).not.toMatch(/sildenafil/i);
  });
});
