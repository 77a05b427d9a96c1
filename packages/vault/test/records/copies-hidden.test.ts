// Withheld and never there are the same to everybody else: two worlds with one randomness and one clock, in one of which there is a record more.
// Compared is everything that a relay gets of the grant's authors, in its order, and everything that the recipient can open.
import type { Area } from '@hale/consent';
import { describe, expect, test } from 'vitest';
import type { RecordPolicy } from '../../src/records/copies/index.ts';
import type { RecordWrite, Resource } from '../../src/records/index.ts';
import { ALL, openWorld, PATIENT, readerOf, resourcesOf, SERVER, sentOf, type World } from './copies-world.ts';

const SECRET = 'Zwillingsbruder aus Übersee';
const subject = { reference: 'Patient/p' };
const to = (reference: string) => ({ reference, display: SECRET, identifier: { value: SECRET } });
const narrative = { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${SECRET}</div>` };

const hidden = (more: object = {}): Resource => ({
  ...{ resourceType: 'Observation', id: 'x', status: 'final', subject, effectiveDateTime: '2024-02-01T08:00:00Z' },
  ...{ code: { text: SECRET }, valueString: 'reactive', hasMember: [{ reference: 'Observation/o0' }], ...more },
});
const observation = (n: number, more: object = {}): Resource => ({
  ...{ resourceType: 'Observation', id: `o${n}`, status: 'final', subject, code: { text: `Value ${n}` } },
  ...{ effectiveDateTime: `2023-01-01T00:${String(n % 60).padStart(2, '0')}:00Z`, note: [{ text: 'n'.repeat(1500) }] },
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

interface Way {
  policy(world: World): RecordPolicy;
  /** Areas into which the owner raises the hidden record. */
  raised: Area[];
}
const WAYS: [string, Way][] = [
  [
    'by hand',
    {
      raised: ['hiv'],
      policy: (world) => ({ ...ALL, withhold: has(world, 'x') ? [world.idOf('Observation', 'x')] : [] }),
    },
  ],
  ['by an area', { raised: ['sexual-health'], policy: () => ({ ...ALL, withholdAreas: ['sexual-health'] }) }],
  ['by a code', { raised: ['genetics'], policy: () => ({ ...ALL, withholdCodes: ['GDIS'] }) }],
  [
    'by its time',
    { raised: [], policy: () => ({ ...ALL, from: Date.UTC(2022, 0) * 1000, to: Date.UTC(2024, 0, 15) * 1000 }) },
  ],
];

const has = ({ records, me }: World, localId: string): boolean =>
  [...records.heads(me)].some(({ sources }) => sources.some((source) => source.localId.endsWith(`/${localId}`)));

const FILLER = Array.from({ length: 90 }, (_, n) => observation(n + 10));
const GIVEN = [PATIENT, ...LEADING, ...FILLER];

/** Raises the hidden record, where it is. */
function raise(world: World, { raised }: Way): void {
  if (has(world, 'x') && raised.length > 0)
    world.labels.say(world.me, world.idOf('Observation', 'x'), { add: raised, drop: [] });
}

/** Local ids of what is withheld with the hidden record, since it takes its labels. */
const known = new Map<Way, Set<string>>();

function withheldBy(way: Way): Set<string> {
  const before = known.get(way);
  if (before) return before;
  const world = openWorld();
  world.take([...GIVEN, hidden()]);
  raise(world, way);
  const { given } = world.shared.preview({ subject: world.me, policy: way.policy(world), subjectName: '' });
  const isGiven = new Set(given.map(({ id }) => id));
  const ids = [...world.records.heads(world.me)].map(({ id }) => id).filter((id) => !isGiven.has(id));
  const names = new Set(
    ids.flatMap((id) => world.records.head(world.me, id)?.sources.map(({ localId }) => localId) ?? []),
  );
  known.set(way, names);
  return names;
}

/** Takes in, shares, and goes on; with the hidden records, or without them. */
function lived(isThere: boolean, way: Way, told: Partial<RecordPolicy> = {}): { world: World; seen: unknown[] } {
  const names = withheldBy(way);
  const isHidden = ({ resourceType, id }: Resource) =>
    [...names].some((name) => name.endsWith(`${resourceType}/${id}`));
  const world = openWorld();
  const take = (...resources: Resource[]) => {
    // What is hidden comes last, so that it takes nothing of the randomness that the others had.
    const [given, kept] = [resources.filter((each) => !isHidden(each)), resources.filter(isHidden)];
    const all = isThere ? [...given, ...kept] : given;
    if (all.length > 0) world.take(all);
  };
  world.step('import', 0);
  take(...GIVEN, hidden());
  raise(world, way);
  world.step('share', 1);
  const grant = world.issue({ ...way.policy(world), ...told });
  const seen: unknown[] = [];
  const tick = (name: string, minutes: number) => {
    world.step(name, minutes);
    world.shared.takeAway();
    world.shared.tick();
    const { copies, memory, state } = readerOf(world, grant);
    seen.push({
      sent: sentOf(world, grant),
      copies,
      memory,
      consent: state.consent,
      opened: resourcesOf(world, grant),
    });
  };
  tick('first', 2);
  world.step('changed', 3);
  take(hidden({ valueString: 'not reactive' }));
  tick('after its change', 5);
  world.step('another', 6);
  take(observation(900));
  tick('after another came', 10);
  world.step('changed again', 11);
  take(observation(1, { hasMember: [to('Observation/x')], note: [{ text: 'put right' }] }));
  world.step('and it', 12);
  take(hidden({ note: [{ text: SECRET }] }));
  tick('after both', 15);
  return { world, seen };
}

/** What its owner wrote to a record, and that she took this back. */
function amendmentOf({ me, records, clock }: World, of: string, isTakenBack = false): RecordWrite {
  const before = records.overlays(me, of)[0];
  const id = before?.id ?? 'a'.repeat(16);
  return {
    category: 'results',
    version: {
      ...{ id, type: 'Communication', revision: (before?.revisions ?? 0) + 1, origin: 'overlay', of, at: null },
      ...{ state: isTakenBack ? 'retracted' : 'current', made: clock.now, from: null, keys: [], isBeside: false },
      notes: [],
    },
    resource: isTakenBack
      ? null
      : { resourceType: 'Communication', about: [{ reference: `Observation/${of}` }], note: [{ text: SECRET }] },
  };
}

describe('a record that is withheld, and one that never was', () => {
  test.each(WAYS)('%s: no event, no byte and no count differ', (_, way) => {
    const [there, absent] = [lived(true, way), lived(false, way)];
    expect([has(there.world, 'x'), has(absent.world, 'x')]).toEqual([true, false]);
    expect(there.seen).toEqual(absent.seen);
    expect(JSON.stringify(there.seen)).toBe(JSON.stringify(absent.seen));
    const last = there.seen.at(-1) as { opened: Resource[]; sent: unknown[]; copies: { packed: unknown[] } };
    expect(last.opened.length).toBeGreaterThan(FILLER.length);
    expect(last.opened.filter((resource) => JSON.stringify(resource).includes(SECRET))).toEqual([]);
    // It changed twice in ways that had to be sent, and lies on several pages.
    expect(last.sent.length).toBeGreaterThan(8);
    expect(last.copies.packed.length).toBeGreaterThan(1);
  });

  test('made more sensitive after it was never given, it leaves no trace either', () => {
    const [, way] = WAYS[0];
    const run = (isThere: boolean) => {
      const { world, seen } = lived(isThere, way);
      const [grant] = world.grants.all();
      const before = sentOf(world, grant).length;
      world.step('raised', 20);
      if (isThere) world.labels.say(world.me, world.idOf('Observation', 'x'), { add: ['violence'], drop: ['hiv'] });
      world.shared.takeAway();
      world.step('tick', 25);
      world.shared.tick();
      expect(sentOf(world, grant)).toHaveLength(before);
      return seen;
    };
    expect(run(true)).toEqual(run(false));
  });

  test.each(WAYS)('%s: labelled, amended, taken back or looked at after a restart, it leaves no trace', (_, way) => {
    const run = (isThere: boolean) => {
      const { world, seen } = lived(isThere, way);
      const id = isThere ? world.idOf('Observation', 'x') : '';
      const { me } = world;
      const grant = () => world.grants.all()[0];
      const steps: [string, () => void][] = [
        ['labelled', () => world.labels.say(me, id, { add: ['violence'], drop: [] })],
        ['amended', () => world.records.append(me, [amendmentOf(world, id)])],
        ['taken back', () => world.records.append(me, [amendmentOf(world, id, true)])],
        ['an error', () => world.take([hidden({ status: 'entered-in-error' })])],
        ['restarted', () => world.restart()],
      ];
      for (const [at, [name, act]] of steps.entries()) {
        world.step(name, 20 + 5 * at);
        if (isThere || name === 'restarted') act();
        world.step(`${name}, then`, 22 + 5 * at);
        world.shared.takeAway();
        world.shared.tick();
        const { copies, memory, state } = readerOf(world, grant());
        seen.push({ sent: sentOf(world, grant()), copies, memory, state: state.consent });
      }
      world.step('another', 60);
      world.take([observation(901)]);
      world.shared.takeAway();
      world.shared.tick();
      seen.push({ sent: sentOf(world, grant()), opened: resourcesOf(world, grant()) });
      return seen;
    };
    const [there, absent] = [run(true), run(false)];
    expect(there).toEqual(absent);
    expect(JSON.stringify(there.at(-1))).toContain('Value 901');
  });

  test('in a saved copy: neither what the file holds nor what relays hear of its end differs', () => {
    const [, way] = WAYS[1];
    const run = (isThere: boolean) => {
      const world = openWorld();
      const names = withheldBy(way);
      const isHidden = ({ resourceType, id }: Resource) =>
        [...names].some((name) => name.endsWith(`${resourceType}/${id}`));
      const given = [...GIVEN, hidden()].filter((each) => !isHidden(each));
      world.step('import', 0);
      world.take(isThere ? [...given, ...[...GIVEN, hidden()].filter(isHidden)] : given);
      raise(world, way);
      world.step('copy', 1);
      // A key made of the code, as of a PIN: nothing of the log depends on how it came about.
      const grant = world.issue(way.policy(world), new Uint8Array(32).fill(9));
      const opened = resourcesOf(world, grant);
      const file = world.store.events.filter(({ pubkey }) =>
        sentOf(world, grant).some((each) => each.pubkey === pubkey),
      );
      const held = JSON.stringify(file);
      world.grants.end(grant.record.id, 'revoked', true);
      return { opened, held, sent: sentOf(world, grant), isThere: has(world, 'x') };
    };
    const [there, absent] = [run(true), run(false)];
    expect([there.isThere, absent.isThere]).toEqual([true, false]);
    expect(there.opened.length).toBeGreaterThan(FILLER.length);
    expect({ ...there, isThere: false }).toEqual(absent);
  });

  test('the comparison has teeth: where the owner lets it be told, the worlds differ', () => {
    const [, way] = WAYS[1];
    const given = { told: 'count' as const, jurisdiction: 'US' };
    const [there, absent] = [lived(true, way, given), lived(false, way, given)];
    expect(readerOf(there.world, there.world.grants.all()[0]).copies.told).toEqual({ count: withheldBy(way).size });
    expect(readerOf(absent.world, absent.world.grants.all()[0]).copies.told).toBe(null);
    expect(there.seen).not.toEqual(absent.seen);
  });
});
