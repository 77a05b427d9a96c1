// Labels as they count in a vault: over references, through changes, under the owner's word.
import type { Label } from '@hale/consent';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { Labels, ownerLabelEntries, type Records, type Resource, withoutOwnerLabels } from '../../src/records/index.ts';
import { type Bench, openVault } from '../fixture.ts';
import { openRecords, takeIn } from '../record-fixture.ts';

let bench: Bench;
let records: Records;
let labels: Labels;
let told: (readonly string[] | null)[];
beforeEach(() => {
  bench = openVault();
  open();
});
function open(): void {
  records = openRecords(bench);
  labels = new Labels(bench.vault, records);
  told = [];
  labels.watch((_, ids) => told.push(ids));
}

const A = 'https://a.example/fhir';
const SNOMED = 'http://snomed.info/sct';
const concept = (code: string, system = SNOMED) => ({ coding: [{ system, code }] });
const condition = (id: string, code: string): Resource => ({ resourceType: 'Condition', id, code: concept(code) });
const SINUSITIS = '444814009';
const HIV = '86406008';
const DEPRESSION = '35489007';
const medication: Resource = { resourceType: 'Medication', id: 'm', code: { text: 'Dolutegravir 50 mg' } };
const order: Resource = {
  resourceType: 'MedicationRequest',
  id: 'o',
  medicationReference: { reference: 'Medication/m' },
};

const take = (...resources: Resource[]) => takeIn(bench, records, resources, A);
const idOf = (type: string, localId?: string): string =>
  [...records.heads(bench.me)].find(
    (head) => head.type === type && (localId === undefined || head.sources[0]?.localId === `${type}/${localId}`),
  )!.id;
const of = (id: string) => labels.of(bench.me, id);
const codes = (all: readonly Label[]) => all.map(({ code }) => code).join(' ');

describe('a record', () => {
  test('tells of itself, and anew once it changed', () => {
    take(condition('1', SINUSITIS));
    const id = idOf('Condition');
    expect(of(id)).toEqual({ labels: [], confidentiality: 'N', areas: [], opaque: false });
    told.length = 0;
    take(condition('1', HIV));
    expect(told).toEqual([[id]]);
    expect(of(id)).toMatchObject({ confidentiality: 'R', areas: ['hiv'], labels: [{ why: { code: HIV } }] });
    expect(labels.all(bench.me).get(id)).toEqual(of(id));
  });

  test('that is not there', () =>
    expect(() => of('0123456789abcdef')).toThrow(expect.objectContaining({ code: 'not-found' })));
});

describe('what a record refers to', () => {
  test('an order is as sensitive as its medicine, whichever comes first', () => {
    take(order);
    expect(of(idOf('MedicationRequest')).areas).toEqual([]);
    take(medication);
    const [label] = of(idOf('MedicationRequest')).labels;
    expect(label).toEqual({ code: 'HIV', why: { words: 'Dolutegravir' }, of: idOf('Medication') });
  });

  test('who is told of the medicine is told of the order', () => {
    take(medication, order);
    const [both, one] = [[idOf('Medication'), idOf('MedicationRequest')], idOf('Medication')];
    labels.all(bench.me);
    told.length = 0;
    take({ ...medication, code: { text: 'Ibuprofen' } });
    expect(told[0]?.toSorted()).toEqual(both.toSorted());
    expect(of(idOf('MedicationRequest')).areas).toEqual([]);
    labels.say(bench.me, one, { add: ['genetics'], drop: [] });
    expect(told.at(-1)?.toSorted()).toEqual(both.toSorted());
    expect(of(idOf('MedicationRequest')).areas).toEqual(['genetics']);
  });

  test('where it was made says nothing of what it is, but the law follows it', () => {
    const weight = (encounter: string): Resource => ({
      ...{ resourceType: 'Observation', id: encounter, code: concept('29463-7', 'http://loinc.org') },
      encounter: { reference: `Encounter/${encounter}` },
    });
    const place = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode';
    const programme = { resourceType: 'Encounter', id: 'p', type: [concept('SURF', place)] };
    const clinic = { resourceType: 'Encounter', id: 'c', type: [concept('PSYCHF', place)] };
    take(programme, clinic, weight('p'), weight('c'));
    expect(of(idOf('Observation', 'p')).labels).toMatchObject([
      { code: 'SUD', basis: '42CFRPart2', of: idOf('Encounter', 'p') },
    ]);
    expect(of(idOf('Observation', 'c')).labels).toEqual([]);
  });

  test('in a circle', () => {
    const ring = (id: string, to: string): Resource => ({
      ...{ resourceType: 'Procedure', id, code: concept(id === 'a' ? HIV : SINUSITIS) },
      reasonReference: [{ reference: `Procedure/${to}` }, { reference: `Procedure/${id}` }],
    });
    take(ring('a', 'b'), ring('b', 'a'));
    expect(of(idOf('Procedure', 'b')).areas).toEqual(['hiv']);
    expect(of(idOf('Procedure', 'a')).areas).toEqual(['hiv']);
  });
});

describe('the owner', () => {
  test('raises and lowers, for whatever version comes, in every process', () => {
    take(condition('1', DEPRESSION));
    const id = idOf('Condition');
    labels.say(bench.me, id, { add: ['pregnancy', 'PRS'], drop: ['mental-health'] }, 'phone-1');
    const expected = { confidentiality: 'V', areas: ['pregnancy', 'other'] };
    expect(of(id)).toMatchObject(expected);
    expect(of(id).labels).toEqual([
      { code: 'SEX', area: 'pregnancy', why: { owner: true } },
      { code: 'PRS', why: { owner: true } },
    ]);
    expect(labels.said(bench.me, id)).toMatchObject({ by: 'phone-1', at: expect.any(Number) });
    take({ ...condition('1', DEPRESSION), note: [{ text: 'better' }] });
    expect(of(id)).toMatchObject(expected);
    bench.restart();
    open();
    expect(of(id)).toMatchObject(expected);
    labels.say(bench.me, id, null);
    expect(of(id)).toMatchObject({ areas: ['mental-health'], confidentiality: 'R' });
    expect(labels.said(bench.me, id)).toBeNull();
  });

  test('her later word counts', () => {
    take(condition('1', SINUSITIS));
    const id = idOf('Condition');
    labels.say(bench.me, id, { add: ['hiv', 'genetics'], drop: [] });
    labels.say(bench.me, id, { add: [], drop: ['hiv'] });
    expect(labels.said(bench.me, id)).toMatchObject({ add: ['genetics'], drop: ['hiv'] });
    expect(of(id).areas).toEqual(['genetics']);
    labels.say(bench.me, id, { add: ['hiv'], drop: [] });
    expect(of(id).areas).toEqual(['hiv', 'genetics']);
  });

  test('a general mark loses the area that she drops, and keeps the others', () => {
    const security = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'BH' }];
    take({ ...condition('1', SINUSITIS), meta: { security } });
    const id = idOf('Condition');
    expect(of(id).areas).toEqual(['mental-health', 'cognition']);
    labels.say(bench.me, id, { add: [], drop: ['cognition'] });
    expect(of(id)).toMatchObject({ areas: ['mental-health'], labels: [{ code: 'BH' }] });
    labels.say(bench.me, id, { add: [], drop: ['mental-health'] });
    expect(of(id)).toMatchObject({ areas: [], labels: [], confidentiality: 'N' });
  });

  test('what rests on a law goes out of its area and keeps its mark', () => {
    const security = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: '42CFRPart2' }];
    take({ ...condition('1', '5602001'), meta: { security } });
    const id = idOf('Condition');
    labels.say(bench.me, id, { add: [], drop: ['substance-use'] });
    expect(of(id).areas).toEqual([]);
    expect(of(id).labels.map(({ basis }) => basis)).toEqual(['42CFRPart2', '42CFRPart2']);
  });

  test('lowering a medicine lowers its order', () => {
    take(medication, order);
    labels.say(bench.me, idOf('Medication'), { add: [], drop: ['hiv'] });
    expect(of(idOf('MedicationRequest')).areas).toEqual([]);
  });

  test('is refused what cannot be', () => {
    take(condition('1', HIV));
    const id = idOf('Condition');
    const word = { add: ['hiv'], drop: ['hiv'] } as const;
    expect(() => labels.say(bench.me, id, word)).toThrow(expect.objectContaining({ code: 'usage' }));
    const nowhere = '0123456789abcdef';
    expect(() => labels.say(bench.me, nowhere, { add: ['hiv'], drop: [] })).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
    expect(labels.said(bench.me, id)).toBeNull();
  });

  test('words of a later version are passed over, and damaged ones', () => {
    take(condition('1', SINUSITIS));
    const id = idOf('Condition');
    const write = (value: unknown) =>
      bench.vault.change(() =>
        bench.vault.record([{ type: 'setting', name: `record-label/${bench.me}/${id}`, value }]),
      );
    write({ add: ['dentistry', 'hiv', 7], drop: 'x', later: true });
    expect(of(id).areas).toEqual(['hiv']);
    expect(labels.said(bench.me, id)).toEqual({ add: ['hiv'], drop: [], at: 0, by: '' });
    write('damaged');
    expect(labels.said(bench.me, id)).toBeNull();
  });

  test('her words go into another catalogue, and with the records of a person that are erased', () => {
    take(condition('1', HIV));
    labels.say(bench.me, idOf('Condition'), { add: [], drop: ['hiv'] });
    const [entry, ...others] = ownerLabelEntries(bench.vault.state);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ name: `record-label/${bench.me}/${idOf('Condition')}`, value: { drop: ['hiv'] } });
    expect(withoutOwnerLabels(bench.vault.state, 'another')).toEqual([]);
    bench.vault.change(() => bench.vault.record(withoutOwnerLabels(bench.vault.state, bench.me)));
    expect(ownerLabelEntries(bench.vault.state)).toEqual([]);
  });
});

test('whatever happens in whatever order, what is remembered is what a fresh look finds', () => {
  const local = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({
      id: local,
      code: fc.constantFrom(SINUSITIS, HIV, DEPRESSION),
      to: fc.option(local, { nil: undefined }),
    }),
    fc.record({ id: local, add: fc.constantFrom('hiv', 'genetics'), drop: fc.constantFrom('mental-health', 'PSY') }),
    fc.record({ id: local, asked: fc.constant(true) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      bench = openVault();
      open();
      const head = (id: string) =>
        [...records.heads(bench.me)].find(({ sources }) => sources[0]?.localId === `Procedure/${id}`);
      for (const each of steps) {
        const id = head(each.id)?.id;
        if ('code' in each) {
          const reasonReference = each.to === undefined ? [] : [{ reference: `Procedure/${each.to}` }];
          take({ resourceType: 'Procedure', id: each.id, code: concept(each.code), reasonReference });
        } else if (id !== undefined && 'add' in each)
          labels.say(bench.me, id, { add: [each.add as 'hiv'], drop: [each.drop as 'PSY'] });
        else if (id !== undefined) of(id);
      }
      const fresh = new Labels(bench.vault, records);
      for (const { id } of records.heads(bench.me)) expect(of(id)).toEqual(fresh.of(bench.me, id));
      expect([...labels.all(bench.me)].sort()).toEqual([...fresh.all(bench.me)].sort());
    }),
    { numRuns: 60 },
  );
});

test('labels in the order of the record, its own before those it takes', () => {
  take(condition('c', HIV), {
    ...{ resourceType: 'Procedure', id: 'p', code: concept(DEPRESSION) },
    reasonReference: [{ reference: 'Condition/c' }],
  });
  expect(codes(of(idOf('Procedure')).labels)).toBe('MH HIV');
});
