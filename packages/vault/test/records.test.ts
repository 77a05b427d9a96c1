// Records: what is one thing stands once, what changed has a history, whatever is written comes back from the logs, and a write that fails leaves nothing.
import { HaleError } from '@hale/kernel';
import { MemoryVaultStore } from '@hale/testkit/memory-vault-store';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  BLOB_CHUNK_BYTES,
  comparePersons,
  MERGE_RULES,
  personOf,
  type Records,
  type Resource,
  resolve,
  whoseRecords,
} from '../src/records/index.ts';
import { type Bench, openVault } from './fixture.ts';
import { lookAt, noTurn, openRecords, sourceOf, takeIn } from './record-fixture.ts';

let bench: Bench;
let records: Records;
beforeEach(() => {
  bench = openVault();
  records = openRecords(bench);
});

const A = 'https://a.example/fhir';
const B = 'https://b.example/fhir';
const coded = (code: string, system = 'http://snomed.info/sct') => ({ coding: [{ system, code }] });
const condition = (id: string, code: string, over: object = {}): Resource => ({
  ...{ resourceType: 'Condition', id, code: coded(code), onsetDateTime: '2019-04-02' },
  ...over,
});
const heads = () => [...records.heads(bench.me)].sort((a, b) => a.addedAt - b.addedAt);
const shownAll = () => heads().map(({ id }) => records.read(bench.me, id));
/** As a new process reads it. */
const again = () => {
  bench.restart();
  records = openRecords(bench);
};

describe('versions', () => {
  test('the same resource twice is one, and nothing is written for it', () => {
    takeIn(bench, records, [condition('1', 'x')], A);
    const events = bench.store.events.length;
    expect(takeIn(bench, records, [condition('1', 'x', { meta: { lastUpdated: '2020' } })], A).counts).toMatchObject({
      same: 1,
      added: 0,
    });
    expect(heads()).toHaveLength(1);
    // The ledger's entry alone.
    expect(bench.store.events.length).toBe(events + 1);
  });

  test('a changed one is a new revision, and the old one is history', () => {
    takeIn(bench, records, [condition('1', 'x')], A);
    takeIn(bench, records, [condition('1', 'y', { onsetDateTime: '2018' })], A);
    again();
    const [entry] = shownAll();
    expect(entry).toMatchObject({ revision: 2, revisions: 2, at: Date.UTC(2018, 0, 1) * 1000 });
    expect(entry.resource.code).toEqual(coded('y'));
    expect(records.versions(bench.me, entry.id).map(({ resource }) => resource.code)).toEqual([coded('x'), coded('y')]);
  });

  test.each([
    [{ lastUpdated: '2021-01-01T00:00:00Z' }, { lastUpdated: '2020-01-01T00:00:00Z' }],
    [{ versionId: '12' }, { versionId: '9' }],
  ])('an older state that comes later is kept beside: %j, %j', (newer, older) => {
    takeIn(bench, records, [condition('1', 'new', { meta: newer })], A);
    takeIn(bench, records, [condition('1', 'old', { meta: older })], A);
    again();
    const [entry] = shownAll();
    expect(entry).toMatchObject({ revision: 1, revisions: 2 });
    expect(entry.resource.code).toEqual(coded('new'));
    expect(records.versions(bench.me, entry.id).map(({ isBeside }) => isBeside)).toEqual([false, true]);
  });

  test('a change of category takes the record along', () => {
    const observation = (category: string): Resource => ({
      ...{ resourceType: 'Observation', id: '1', category: [{ coding: [{ code: category }] }] },
    });
    takeIn(bench, records, [observation('laboratory')], A);
    takeIn(bench, records, [observation('vital-signs')], A);
    again();
    expect(heads().map(({ category }) => category)).toEqual(['vitals']);
    expect(records.versions(bench.me, heads()[0].id)).toHaveLength(2);
  });

  test('two things under one id in one file are two, also when the file comes again', () => {
    const both = [condition('1', 'x'), condition('1', 'y')];
    expect(takeIn(bench, records, both, A).twoOfOneId).toBe(1);
    expect(heads()).toHaveLength(2);
    expect(takeIn(bench, records, both, A).counts).toMatchObject({ same: 2, added: 0, revised: 0 });
  });

  test('a record larger than an entry comes in parts, whole or not at all', () => {
    const random = Array.from({ length: 60_000 }, (_, i) => ((i * 7919) % 65_521).toString(36)).join(' ');
    takeIn(bench, records, [condition('1', 'x', { note: [{ text: random }] }), condition('2', 'y')], A);
    again();
    expect(shownAll().map(({ resource }) => resource.note)).toContainEqual([{ text: random }]);
    expect([...records.all(bench.me)].map(({ resource }) => resource.id).sort()).toEqual(['1', '2']);
  });
});

describe('what is one thing', () => {
  const told = (first: Resource, second: Resource, systems: [string, string] = [A, B]) => {
    takeIn(bench, records, [first], systems[0]);
    const { counts } = takeIn(bench, records, [second], systems[1]);
    again();
    return { count: heads().length, sources: heads()[0].sources.length, counts };
  };
  const one = (type: string, fields: object): Resource => ({
    resourceType: type,
    id: `${type}-${JSON.stringify(fields).length}`,
    ...fields,
  });

  // The rules, each with what is the same and what is not quite.
  test.each<[string, object, object, boolean]>([
    ['AllergyIntolerance', { code: coded('peanut') }, { code: coded('peanut'), criticality: 'high' }, true],
    ['AllergyIntolerance', { code: coded('peanut') }, { code: coded('egg') }, false],
    ['AllergyIntolerance', { code: coded('p') }, { code: coded('p', 'other system') }, false],
    ['AllergyIntolerance', { code: { text: 'Peanut' } }, { code: { text: 'peanut ' } }, true],
    [
      'AllergyIntolerance',
      { code: coded('peanut') },
      { code: coded('peanut'), verificationStatus: { coding: [{ code: 'refuted' }] } },
      false,
    ],
    [
      'Condition',
      { code: coded('x'), onsetDateTime: '2019-04-02T10:00:00Z' },
      { code: coded('x'), onsetDateTime: '2019-04-02' },
      true,
    ],
    [
      'Condition',
      { code: coded('x'), onsetDateTime: '2019-04-02' },
      { code: coded('x'), onsetDateTime: '2019-04-03' },
      false,
    ],
    [
      'Condition',
      { code: coded('x'), onsetDateTime: '2019' },
      { code: coded('x'), onsetDateTime: '2019', note: [] },
      false,
    ],
    ['Condition', { code: coded('x') }, { code: coded('x'), note: [] }, false],
    [
      'Immunization',
      { vaccineCode: coded('207'), occurrenceDateTime: '2021-03-04', lotNumber: 'AB1' },
      { vaccineCode: coded('207'), occurrenceDateTime: '2021-03-04T09:00:00Z', lotNumber: 'ab1 ' },
      true,
    ],
    [
      'Immunization',
      { vaccineCode: coded('207'), occurrenceDateTime: '2021-03-04', lotNumber: 'AB1' },
      { vaccineCode: coded('207'), occurrenceDateTime: '2021-03-04', lotNumber: 'AB2' },
      false,
    ],
    [
      'Immunization',
      { vaccineCode: coded('207'), occurrenceDateTime: '2021-03-04', lotNumber: 'AB1' },
      { vaccineCode: coded('207'), occurrenceDateTime: '2021-03-04' },
      false,
    ],
    [
      'Immunization',
      { vaccineCode: coded('207'), occurrenceDateTime: '2021-03-04' },
      { vaccineCode: coded('207'), occurrenceDateTime: '2021-03-04', status: 'not-done' },
      false,
    ],
    [
      'MedicationRequest',
      { medicationCodeableConcept: coded('m'), authoredOn: '2020-01-01', dosageInstruction: [{ text: '1' }] },
      { medicationCodeableConcept: coded('m'), authoredOn: '2020-01-01', dosageInstruction: [{ text: '1' }], note: [] },
      true,
    ],
    [
      'MedicationRequest',
      { medicationCodeableConcept: coded('m'), authoredOn: '2020-01-01', dosageInstruction: [{ text: '1' }] },
      { medicationCodeableConcept: coded('m'), authoredOn: '2020-01-01', dosageInstruction: [{ text: '2' }] },
      false,
    ],
    [
      'MedicationStatement',
      { medicationCodeableConcept: coded('m'), effectivePeriod: { start: '2020-01-01' } },
      { medicationCodeableConcept: coded('m'), effectivePeriod: { start: '2020-01-01' }, note: [] },
      true,
    ],
    [
      'Observation',
      { code: coded('hb'), effectiveDateTime: '2020-01-01T08:00:00Z', valueQuantity: { value: 5, unit: 'g' } },
      {
        code: coded('hb'),
        effectiveDateTime: '2020-01-01T09:00:00+01:00',
        valueQuantity: { unit: 'g', value: 5 },
        note: [],
      },
      true,
    ],
    [
      'Observation',
      { code: coded('hb'), effectiveDateTime: '2020-01-01T08:00:00Z', valueQuantity: { value: 5, unit: 'g' } },
      { code: coded('hb'), effectiveDateTime: '2020-01-01T08:00:00Z', valueQuantity: { value: 6, unit: 'g' } },
      false,
    ],
    [
      'Observation',
      { code: coded('hb'), effectiveDateTime: '2020-01-01', valueInteger: 5 },
      { code: coded('hb'), effectiveDateTime: '2020-01-01', valueInteger: 5, note: [] },
      false,
    ],
    [
      'Procedure',
      { code: coded('p'), performedDateTime: '2020-01-01T08:00:00Z' },
      { code: coded('p'), performedDateTime: '2020-01-01T08:00:00Z', note: [] },
      true,
    ],
    [
      'DiagnosticReport',
      { code: coded('p'), effectiveDateTime: '2020-01-01T08:00:00Z' },
      { code: coded('p'), effectiveDateTime: '2020-01-01T08:00:00Z', note: [] },
      true,
    ],
    ['Goal', { description: coded('g') }, { description: coded('g'), note: [] }, false],
  ])('%s %j and %j of two hospitals', (type, first, second, isOne) => {
    const { count, sources, counts } = told(one(type, first), one(type, second));
    expect([count, sources]).toEqual(isOne ? [1, 2] : [2, 1]);
    expect(counts).toMatchObject(isOne ? { merged: 1, added: 0 } : { merged: 0, added: 1 });
  });

  test('every rule above is tried', () => {
    expect(Object.keys(MERGE_RULES).sort()).toEqual([
      'AllergyIntolerance',
      'Condition',
      'DiagnosticReport',
      'Immunization',
      'MedicationRequest',
      'MedicationStatement',
      'Observation',
      'Procedure',
    ]);
  });

  test('within one hospital what it counts as two is two', () => {
    expect(told(condition('1', 'x'), condition('2', 'x', { note: [] }), [A, A]).count).toBe(2);
  });

  test('of two hospitals the newer word is shown, else the one that says more; the other stays beside', () => {
    takeIn(bench, records, [condition('1', 'x', { meta: { lastUpdated: '2022-01-01T00:00:00Z' } })], A);
    takeIn(
      bench,
      records,
      [
        condition('9', 'x', {
          meta: { lastUpdated: '2021-01-01T00:00:00Z' },
          note: [{ text: 'much more is said here' }],
        }),
      ],
      B,
    );
    expect(shownAll()[0]).toMatchObject({ revision: 1, resource: { id: '1' } });
    takeIn(
      bench,
      records,
      [condition('5', 'x', { note: [{ text: 'and here even more than in the one before' }] })],
      'https://c.example',
    );
    expect(shownAll()[0]).toMatchObject({ revision: 3, resource: { id: '5' } });
    expect(heads()[0].sources).toHaveLength(3);
    again();
    expect(shownAll()[0]).toMatchObject({ revision: 3, revisions: 3 });
  });

  test('a world-wide id is one wherever it comes from; a server’s own is not', () => {
    const uuid = '7515d14b-843b-4210-8b6b-a33ab253d560';
    const goal = (id: string, text: string): Resource => ({ resourceType: 'Goal', id, description: { text } });
    expect(told(goal(uuid, 'a'), goal(uuid, 'b')).count).toBe(1);
    takeIn(bench, records, [goal('1', 'c')], A);
    takeIn(bench, records, [goal('1', 'd')], B);
    expect(heads()).toHaveLength(3);
  });

  test('people and organisations by their number, events by number, code and time', () => {
    const npi = [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '99' }];
    expect(
      told(one('Practitioner', { identifier: npi }), one('Practitioner', { identifier: npi, name: [{ family: 'X' }] }))
        .count,
    ).toBe(1);
    const order = (id: string, code: string): Resource => ({
      ...{ resourceType: 'Observation', id, code: coded(code), effectiveDateTime: '2020-01-01' },
      identifier: [{ system: 'lab', value: 'order 7' }],
    });
    takeIn(bench, records, [order('1', 'na'), order('2', 'k')], A);
    expect(heads()).toHaveLength(3);
  });

  test('her own Patient is one, whatever its hospitals call her', () => {
    const patient = (id: string, family: string): Resource => ({ resourceType: 'Patient', id, name: [{ family }] });
    takeIn(bench, records, [patient('1', 'Willms')], A, [patient('1', '')]);
    takeIn(bench, records, [patient('2', 'Torp')], B, [patient('2', '')]);
    takeIn(bench, records, [patient('3', 'Else')], B);
    expect(heads()).toHaveLength(2);
  });

  test('however often and in whatever parts sources come, the records are the same', () => {
    const pool = [
      ...[1, 2, 3].map((n) => condition(String(n), `c${n}`)),
      ...[1, 2].map((n): Resource => ({ resourceType: 'AllergyIntolerance', id: String(n), code: coded(`a${n}`) })),
    ];
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(pool.length - 1), { maxLength: 6 }), { maxLength: 8 }), (imports) => {
        bench = openVault(new MemoryVaultStore());
        records = openRecords(bench);
        for (const each of imports)
          takeIn(
            bench,
            records,
            each.map((n) => pool[n]),
            A,
          );
        const wanted = new Set(imports.flat());
        expect(
          heads()
            .map(({ type, revisions }) => `${type} ${revisions}`)
            .sort(),
        ).toEqual([...wanted].map((n) => `${pool[n].resourceType} 1`).sort());
        again();
        expect(heads()).toHaveLength(wanted.size);
      }),
      { numRuns: 30 },
    );
  });
});

describe('references', () => {
  test('mean the record that the same hospital meant', () => {
    const ref = (reference: string) => ({ subject: { reference } });
    takeIn(
      bench,
      records,
      [condition('1', 'x', { encounter: { reference: 'Encounter/7' } }), { resourceType: 'Encounter', id: '7' }],
      A,
    );
    takeIn(bench, records, [{ resourceType: 'Encounter', id: '7', status: 'finished' }], B);
    const uuid = '7515d14b-843b-4210-8b6b-a33ab253d560';
    takeIn(
      bench,
      records,
      [{ resource: { resourceType: 'Flag', ...ref('x') } as Resource, place: '', fullUrl: `urn:uuid:${uuid}` }],
      A,
    );
    const from = heads().find(({ type }) => type === 'Condition')?.id ?? '';
    const [atA] = heads().filter(({ type }) => type === 'Encounter');
    const flag = heads().find(({ type }) => type === 'Flag')?.id;
    const means = (reference: string) => resolve(records, bench.me, from, reference);
    expect(means('Encounter/7')).toBe(atA.id);
    expect(means('Encounter/7/_history/3')).toBe(atA.id);
    expect(means(`${A}/Encounter/7`)).toBe(atA.id);
    expect(means(`${B}/Encounter/7`)).not.toBe(atA.id);
    expect(means(`urn:uuid:${uuid}`)).toBe(flag);
    for (const nothing of ['Encounter/8', 'Patient/7', '#7', '', 'Encounter/', 'https://c.example/Encounter/7'])
      expect(means(nothing), nothing).toBe(null);
  });
});

describe('whose they are', () => {
  const patient = (over: object): Resource => ({
    ...{ resourceType: 'Patient', name: [{ family: 'Müller', given: ['Ann', 'Lea'] }], birthDate: '1980-05-02' },
    ...over,
  });
  const mrn = (value: string, system = 'h') => ({ identifier: [{ system, value }] });

  test.each([
    [mrn('1'), mrn('1'), 'same'],
    [mrn('1'), { ...mrn('1'), name: [], birthDate: undefined }, 'same'],
    [mrn('1'), mrn('2'), 'same'],
    [{}, { name: [{ text: 'ann MULLER' }] }, 'same'],
    [{}, { name: [{ family: 'Muller', given: ['Lea'] }], birthDate: '1980' }, 'same'],
    [{}, { name: [{ family: 'Muller', given: ['Eva'] }] }, 'other'],
    [{}, { birthDate: '1980-05-03' }, 'other'],
    [{ ...mrn('1'), birthDate: undefined }, { ...mrn('2'), birthDate: undefined }, 'other'],
    [{}, { name: undefined }, 'unknown'],
    [{}, { name: undefined, ...mrn('1') }, 'other'],
  ])('%j and %j', (known, found, are) => {
    expect(comparePersons(personOf(patient(known)), personOf(patient(found)))).toBe(are);
    expect(comparePersons(personOf(patient(found)), personOf(patient(known)))).toBe(are);
  });

  const bundle = (...all: Resource[]) =>
    lookAt(JSON.stringify({ resourceType: 'Bundle', entry: all.map((resource) => ({ resource })) }));
  const ann = patient({ id: 'a' });
  const eva = patient({ id: 'e', name: [{ family: 'Kern', given: ['Eva'] }] });
  const nobody = { identifiers: [], names: [], birthDates: [] };

  test('the first import is hers; later ones are compared', async () => {
    expect(whoseRecords(nobody, await bundle(ann), {})).toMatchObject({ outcome: 'take' });
    expect(whoseRecords(personOf(ann), await bundle(ann), {})).toMatchObject({ outcome: 'take' });
    const asked = { outcome: 'ask', question: { code: 'other-person', persons: ['Eva Kern, 1980-05-02'] } };
    expect(whoseRecords(personOf(ann), await bundle(eva), {})).toMatchObject(asked);
    expect(whoseRecords(personOf(ann), await bundle(eva), { anyway: true })).toMatchObject({
      outcome: 'take',
      isAnyway: true,
    });
  });

  test('of several the known one is taken, else it is asked', async () => {
    const both = await bundle(ann, eva);
    expect(whoseRecords(personOf(ann), both, {})).toMatchObject({
      outcome: 'take',
      own: [{ references: ['Patient/a'] }],
      others: [{}],
    });
    expect(whoseRecords(nobody, both, {})).toMatchObject({ outcome: 'ask', question: { code: 'several-persons' } });
    expect(whoseRecords(nobody, both, { anyway: true })).toMatchObject({ outcome: 'ask' });
    expect(whoseRecords(nobody, both, { only: 'eva kern' })).toMatchObject({
      outcome: 'take',
      own: [{ references: ['Patient/e'] }],
    });
    expect(whoseRecords(nobody, both, { only: 'Patient/a' })).toMatchObject({ outcome: 'take' });
    expect(whoseRecords(nobody, both, { only: 'somebody' })).toMatchObject({ outcome: 'ask' });
    expect(whoseRecords(personOf(ann), both, { only: 'Eva Kern' })).toMatchObject({
      outcome: 'ask',
      question: { code: 'other-person' },
    });
  });

  test('two whom only references name are two', async () => {
    const of = (id: string) => condition(id, 'x', { subject: { reference: `Patient/${id}` } });
    expect(whoseRecords(nobody, await bundle(of('1'), of('1')), {})).toMatchObject({ outcome: 'take', own: [] });
    expect(whoseRecords(nobody, await bundle(of('1'), of('2')), {})).toMatchObject({
      outcome: 'ask',
      question: { persons: ['Patient/1', 'Patient/2'] },
    });
  });
});

describe('bytes beside', () => {
  const content = Uint8Array.from({ length: BLOB_CHUNK_BYTES * 3 + 17 }, (_, i) => (i * 7919) % 251);
  const file = () => sourceOf(content, 'scan.pdf', 9_999);
  const keep = async () => {
    const sha256 = await records.hash(file(), noTurn);
    return records.keepBlob(
      bench.me,
      { source: file(), name: 'scan.pdf', mediaType: 'application/pdf' },
      sha256,
      noTurn,
    );
  };

  test('come back, from any place', async () => {
    const { n } = await keep();
    again();
    const { source, blob } = records.blob(bench.me, n);
    expect(blob).toMatchObject({ sizeBytes: content.length, chunks: 4, name: 'scan.pdf' });
    expect(records.isWhole(bench.me, blob)).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length), fc.nat(BLOB_CHUNK_BYTES * 2), async (offset, length) => {
        expect(await source.read(offset, length)).toEqual(content.slice(offset, offset + length));
      }),
      { numRuns: 50 },
    );
  });

  test('are kept once for each content', async () => {
    const first = await keep();
    const events = bench.store.events.length;
    expect(await keep()).toEqual(first);
    expect(bench.store.events.length).toBe(events);
  });

  test('that were broken off go on where they stopped', async () => {
    const sha256 = await records.hash(file(), noTurn);
    const broken = {
      ...file(),
      read: (offset: number, length: number) =>
        offset > 90_000 ? Promise.reject(new Error('unplugged')) : file().read(offset, length),
    };
    const big = new Uint8Array(BLOB_CHUNK_BYTES * 250).map((_, i) => (i * 31) % 255);
    const bigSource = sourceOf(big, 'big', 1 << 20);
    const bigHash = await records.hash(bigSource, noTurn);
    let commits = 0;
    const stop = async () => {
      if (++commits === 1) throw new Error('killed');
    };
    const wanted = { source: bigSource, name: 'big', mediaType: 'x' };
    await expect(records.keepBlob(bench.me, wanted, bigHash, stop)).rejects.toThrow('killed');
    again();
    const [begun] = records.blobs(bench.me);
    expect(records.isWhole(bench.me, begun)).toBe(false);
    let first = 0;
    const blob = await records.keepBlob(bench.me, wanted, bigHash, async (done) => {
      first ||= done;
    });
    expect(blob).toEqual(begun);
    expect(first).toBeGreaterThan(BLOB_CHUNK_BYTES * 100);
    expect(await records.hash(records.blob(bench.me, blob.n).source, noTurn)).toBe(bigHash);
    await expect(
      records.keepBlob(bench.me, { source: broken, name: 'b', mediaType: 'x' }, sha256, noTurn),
    ).rejects.toThrow('unplugged');
  });

  test('that change while they are read are refused; more than 2 GB as well', async () => {
    await expect(
      records.keepBlob(bench.me, { source: file(), name: 'x', mediaType: 'x' }, '00'.repeat(32), noTurn),
    ).rejects.toMatchObject({ code: 'malformed' });
    await expect(records.hash({ ...file(), sizeBytes: 3 * 1024 ** 3 }, noTurn)).rejects.toMatchObject({
      code: 'too-large',
    });
  });
});

describe('the vault around them', () => {
  test('a write that fails leaves nothing, on the disk or in memory', () => {
    takeIn(bench, records, [condition('1', 'x')], A);
    const before = JSON.stringify(heads());
    const real = bench.store.appendLog.bind(bench.store);
    let writes = 0;
    bench.store.appendLog = (...given) => {
      if (++writes === 2) throw new HaleError('full', 'no room');
      real(...given);
    };
    expect(() => takeIn(bench, records, [condition('2', 'y'), { resourceType: 'Flag', id: '3' }], A)).toThrow(
      'no room',
    );
    bench.store.appendLog = real;
    expect(JSON.stringify(heads())).toBe(before);
    again();
    expect(JSON.stringify(heads())).toBe(before);
    expect(takeIn(bench, records, [condition('2', 'y')], A).counts.added).toBe(1);
  });

  test('a retired home only reads', () => {
    takeIn(bench, records, [condition('1', 'x')], A);
    bench.vault.retiredBy = 1;
    expect(() => takeIn(bench, records, [condition('2', 'y')], A)).toThrow(/only reads/);
    expect(heads()).toHaveLength(1);
  });

  test('erased, nothing of a subject is left, and what comes afterwards has other keys', async () => {
    takeIn(bench, records, [condition('1', 'x')], A);
    await records.keepBlob(
      bench.me,
      { source: sourceOf('abc'), name: 'a', mediaType: 'x' },
      await records.hash(sourceOf('abc'), noTurn),
      noTurn,
    );
    const authors = [...records.logs(), ...records.blobLogs()].map(({ stream }) =>
      Buffer.from(stream.author).toString('hex'),
    );
    expect(authors).toHaveLength(3);
    const erased = bench.vault.change(() => records.erase(bench.me));
    expect(erased).toHaveLength(3);
    for (const author of authors) expect(bench.store.events.some(({ pubkey }) => pubkey === author)).toBe(false);
    expect(records.hasAny(bench.me)).toBe(false);
    takeIn(bench, records, [condition('1', 'x')], A);
    const now = records.logs().map(({ stream }) => Buffer.from(stream.author).toString('hex'));
    expect(now.some((author) => authors.includes(author))).toBe(false);
  });

  test('under new secrets everything is there: histories, sources, bytes', async () => {
    takeIn(bench, records, [condition('1', 'x'), condition('2', 'y')], A);
    takeIn(bench, records, [condition('1', 'z')], A);
    takeIn(bench, records, [condition('7', 'y', { note: [] })], B);
    const content = new Uint8Array(BLOB_CHUNK_BYTES * 2 + 5).fill(7);
    const hash = await records.hash(sourceOf(content), noTurn);
    const { n } = await records.keepBlob(
      bench.me,
      { source: sourceOf(content), name: 'a', mediaType: 'x' },
      hash,
      noTurn,
    );
    const other = openVault(new MemoryVaultStore());
    other.vault.record(
      [...bench.vault.state.subjects.values()].map((each) => ({ ...each, secret: new Uint8Array(32).fill(9) })),
    );
    const copy = openRecords(other);
    for (const _ of records.copyInto(copy));
    other.restart();
    const fresh = openRecords(other);
    const all = (of: Records) => [...of.heads(bench.me)].map((head) => [head, of.versions(bench.me, head.id)]);
    expect(all(fresh)).toEqual(all(records));
    expect(fresh.sources(bench.me)).toEqual(records.sources(bench.me));
    expect(await fresh.hash(fresh.blob(bench.me, n).source, noTurn)).toBe(hash);
  });

  test('what nobody asks for is let go, and comes back', () => {
    takeIn(bench, records, [condition('1', 'x')], A);
    const before = JSON.stringify(heads());
    records.forgetIdle(bench.clock.now + 1);
    expect(JSON.stringify(heads())).toBe(before);
  });
});
