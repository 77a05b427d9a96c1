// Withheld and never there are the same to everybody else: two worlds with one randomness and one clock, in one of which there is a record more.
// Compared is everything that a relay gets of the grant's authors, in its order, and everything that the recipient can open.
import { areasOf, type RecordLabels } from '@hale/consent';
import { describe, expect, test } from 'vitest';
import type { RecordPolicy } from '../../src/records/copies/index.ts';
import type { Resource } from '../../src/records/index.ts';
import { ALL, openWorld, PATIENT, readerOf, resourcesOf, SERVER, sentOf, type World } from './copies-world.ts';

const SECRET = 'Treponema pallidum antibody';
const subject = { reference: 'Patient/p' };
const to = (reference: string) => ({ reference, display: SECRET, identifier: { value: SECRET } });
const narrative = { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${SECRET}</div>` };

const hidden = (more: object = {}): Resource => ({
  ...{ resourceType: 'Observation', id: 'x', status: 'final', subject, effectiveDateTime: '2024-02-01T08:00:00Z' },
  ...{ code: { text: SECRET }, valueString: 'reactive', hasMember: [{ reference: 'Observation/o0' }], ...more },
});
const observation = (n: number, more: object = {}): Resource => ({
  ...{ resourceType: 'Observation', id: `o${n}`, status: 'final', subject, code: { text: `Value ${n}` } },
  ...{ effectiveDateTime: `2023-01-01T00:${String(n % 60).padStart(2, '0')}:00Z`, note: [{ text: 'n'.repeat(300) }] },
  ...{ valueQuantity: { value: n }, ...more },
});

/** Each leads to the hidden record in a way of its own. */
const LEADING: Resource[] = [
  observation(1, { hasMember: [to('Observation/x')], text: narrative }),
  observation(2, { derivedFrom: [to(`${SERVER}/Observation/x/_history/2`)] }),
  observation(3, {
    focus: [to('Observation?identifier=urn:n|7')],
    extension: [{ url: 'urn:e', valueReference: to('Observation/x') }],
  }),
  {
    ...{ resourceType: 'Condition', id: 'c', subject, code: { text: 'Fever' }, text: narrative },
    evidence: [{ code: [{ text: 'seen' }], detail: [to('Observation/x')] }, { detail: [to('Observation/x')] }],
  },
  {
    ...{
      resourceType: 'DiagnosticReport',
      id: 'r',
      status: 'final',
      subject,
      code: { text: 'Panel' },
      text: narrative,
    },
    ...{ effectiveDateTime: '2024-02-01', conclusion: SECRET, conclusionCode: [{ text: SECRET }] },
    ...{
      result: [{ reference: 'Observation/o1' }, to('Observation/x')],
      media: [{ comment: SECRET, link: to('Media/x') }],
    },
  },
  {
    ...{
      resourceType: 'Composition',
      id: 'd',
      status: 'final',
      subject,
      date: '2024-02-02',
      title: 'Letter',
      type: {},
    },
    ...{ author: [to('Practitioner/none')], text: narrative },
    section: [
      { title: 'Results', text: narrative, entry: [{ reference: 'Observation/o1' }, to('Observation/x')] },
      { title: SECRET, text: narrative, entry: [to('Observation/x')] },
      {
        title: 'Plan',
        section: [
          { title: SECRET, entry: [to('Observation/x')] },
          { title: 'Rest', text: narrative },
        ],
      },
    ],
  },
  {
    ...{ resourceType: 'List', id: 'l', status: 'current', mode: 'snapshot', subject, title: 'All', text: narrative },
    entry: [{ item: { reference: 'Observation/o2' } }, { flag: { text: SECRET }, item: to('Observation/x') }],
  },
  {
    ...{ resourceType: 'Encounter', id: 'e', status: 'finished', class: { code: 'AMB' }, subject },
    ...{
      diagnosis: [{ condition: to('Observation/x'), use: { text: SECRET } }],
      reasonReference: [to('Observation/x')],
    },
    ...{
      contained: [{ resourceType: 'Location', id: 'in', name: SECRET, partOf: to('Observation/x') }],
      period: { start: '2024' },
    },
    location: [{ location: to('Observation/x') }],
  },
  {
    ...{ resourceType: 'Procedure', id: 'k', status: 'completed', subject, code: { text: 'Blood taken' } },
    ...{ contained: [{ resourceType: 'Device', id: 'needle', owner: to('Observation/x') }], text: narrative },
    ...{ focalDevice: [{ manipulated: { reference: '#needle' } }], report: [to('Observation/x')] },
  },
];

const SEX: RecordLabels = (() => {
  const labels = [{ code: 'STD' as const, why: { words: SECRET } }];
  return { labels, confidentiality: 'R', areas: areasOf(labels), opaque: false };
})();

interface Way {
  policy(world: World): RecordPolicy;
  /** How the hidden record comes to be withheld. */
  label: boolean;
}
const WAYS: [string, Way][] = [
  [
    'by hand',
    { label: false, policy: (world) => ({ ...ALL, withhold: has(world) ? [world.idOf('Observation', 'x')] : [] }) },
  ],
  ['by an area', { label: true, policy: () => ({ ...ALL, withholdAreas: ['sexual-health'] }) }],
  ['by a code', { label: true, policy: () => ({ ...ALL, withholdCodes: ['STD'] }) }],
  [
    'by its time',
    { label: false, policy: () => ({ ...ALL, from: Date.UTC(2022, 0) * 1000, to: Date.UTC(2024, 0, 15) * 1000 }) },
  ],
];

const has = ({ records, me }: World): boolean =>
  [...records.heads(me)].some(({ sources }) => sources.some(({ localId }) => localId.endsWith('Observation/x')));

/** Takes in, shares, and goes on; with the hidden record, or without it. */
function lived(isThere: boolean, way: Way, from = ALL): { world: World; seen: unknown[] } {
  const world = openWorld();
  world.step('import', 0);
  const filler = Array.from({ length: 300 }, (_, n) => observation(n + 10));
  // It comes last, so that it takes nothing of the randomness that the others had.
  world.take([PATIENT, ...LEADING, ...filler, ...(isThere ? [hidden()] : [])]);
  const mark = () => isThere && way.label && world.labels.set(world.idOf('Observation', 'x'), SEX);
  mark();
  world.step('share', 1);
  const grant = world.issue({ ...way.policy(world), told: from.told, jurisdiction: from.jurisdiction });
  const seen: unknown[] = [];
  const look = () => {
    const { copies, memory, state } = readerOf(world, grant);
    seen.push({
      sent: sentOf(world, grant),
      copies,
      memory,
      consent: state.consent,
      opened: resourcesOf(world, grant),
    });
  };
  const tick = (name: string, minutes: number) => {
    world.step(name, minutes);
    world.shared.takeAway();
    world.shared.tick();
    look();
  };
  look();
  world.step('changed', 2);
  if (isThere) world.take([hidden({ valueString: 'not reactive' })]);
  mark();
  tick('after its change', 5);
  world.step('another', 6);
  world.take([observation(900)]);
  if (isThere) world.shared.changed(world.me, [world.idOf('Observation', 'x')]);
  tick('after another came', 10);
  world.step('changed again', 11);
  world.take([observation(1, { hasMember: [to('Observation/x')], note: [{ text: 'put right' }] })]);
  world.step('and it', 12);
  if (isThere) world.take([hidden({ note: [{ text: SECRET }] })]);
  tick('after both', 15);
  return { world, seen };
}

describe('a record that is withheld, and one that never was', () => {
  test.each(WAYS)('%s: no event, no byte and no count differ', (_, way) => {
    const [there, absent] = [lived(true, way), lived(false, way)];
    expect(has(there.world)).toBe(true);
    expect(has(absent.world)).toBe(false);
    expect(there.seen).toEqual(absent.seen);
    expect(JSON.stringify(there.seen)).toBe(JSON.stringify(absent.seen));
    const last = there.seen.at(-1) as { opened: Resource[]; sent: unknown[] };
    expect(last.opened.length).toBeGreaterThan(way === WAYS[3][1] ? 100 : 300);
    expect(last.opened.filter((resource) => JSON.stringify(resource).includes(SECRET))).toEqual([]);
    expect(last.sent.length).toBeGreaterThan(8);
  });

  test('made more sensitive after it was never given, it leaves no trace either', () => {
    const [, way] = WAYS[0];
    const run = (isThere: boolean) => {
      const { world, seen } = lived(isThere, way);
      const [grant] = world.grants.all();
      const before = sentOf(world, grant).length;
      world.step('raised', 20);
      if (isThere) world.labels.set(world.idOf('Observation', 'x'), SEX);
      if (isThere) world.shared.changed(world.me, [world.idOf('Observation', 'x')]);
      world.shared.takeAway();
      world.step('tick', 25);
      world.shared.tick();
      expect(sentOf(world, grant)).toHaveLength(before);
      return [seen, sentOf(world, grant)];
    };
    expect(run(true)).toEqual(run(false));
  });

  test('the comparison has teeth: where the owner lets it be told, the worlds differ', () => {
    const [, way] = WAYS[1];
    for (const told of ['exists', 'category', 'count'] as const) {
      const given = { ...ALL, told, jurisdiction: 'US' };
      const [there, absent] = [lived(true, way, given), lived(false, way, given)];
      expect(readerOf(there.world, there.world.grants.all()[0]).copies.told).not.toBe(null);
      expect(readerOf(absent.world, absent.world.grants.all()[0]).copies.told).toBe(null);
      expect(there.seen).not.toEqual(absent.seen);
    }
  });
});
