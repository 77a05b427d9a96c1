// What a home remembers between two looks at a share is what a home that has just begun reads from the same disk, whatever happened in between.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Labels, RecordGrants } from '../../src/index.ts';
import type { RecordPolicy } from '../../src/records/copies/index.ts';
import { blobPlace, Records, type RecordWrite, type Resource } from '../../src/records/index.ts';
import { maySayAgents } from '../../src/records/templates/agents.ts';
import { TOOLS } from '../record-fixture.ts';
import { ALL, openWorld, PATIENT, type World } from './copies-world.ts';

const subject = { reference: 'Patient/p' };
const POLICY: RecordPolicy = { ...ALL, withholdAreas: ['hiv'], told: 'count', jurisdiction: 'US', documents: true };

let looks = 0;

/** All that is said of a share before it is made, and the share itself; of what comes in no order in one. */
function lookAt(world: World) {
  world.step(`look ${looks}`, looks);
  const wish = { subject: world.me, policy: POLICY, subjectName: '' };
  const { given, kept, told, leftOut } = world.shared.preview(wish);
  const { copies } = world.shared.rehearse(wish);
  const worth = given.map(({ id }) => [id, world.labels.worth(world.me, id)] as const);
  return {
    ...{ told, leftOut, copies },
    given: given.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    kept: [...kept].sort(),
    worth: worth.sort(),
    bearing: [...world.records.all(world.me, ({ id }) => world.labels.worth(world.me, id).bears)],
    all: [...world.records.all(world.me)],
  };
}

/** Another process over the same disk, which keeps nothing open. */
function fresh(world: World): World {
  const other = openWorld(world.store);
  const records = new Records(other.vault, TOOLS, 0);
  const labels = new Labels(other.vault, records);
  return { ...other, records, labels, shared: new RecordGrants(other.vault, other.grants, records, TOOLS, labels) };
}

function expectSame(world: World): void {
  looks++;
  const remembered = lookAt(world);
  expect(remembered).toEqual(lookAt(fresh(world)));
  expect(remembered.all.filter(({ resource }) => maySayAgents(resource))).toEqual(remembered.bearing);
}

/** Of an amendment, by the record that it amends. */
function retraction({ records, me, clock }: World, of: string): RecordWrite[] {
  return records.overlays(me, of).map(({ id, type, category, revisions, at }) => ({
    category,
    version: {
      ...{ id, type, revision: revisions + 1, state: 'retracted', origin: 'overlay', of, at, made: clock.now },
      ...{ from: null, keys: [], isBeside: false, notes: [] },
    },
    resource: null,
  }));
}

function amendment({ vault, clock }: World, of: string): RecordWrite {
  const id = Buffer.from(vault.random.bytes(8)).toString('hex');
  const resource = { resourceType: 'Communication', about: [{ reference: `Condition/${of}` }] };
  return {
    category: 'problems',
    version: {
      ...{ id, type: 'Communication', revision: 1, state: 'current', origin: 'overlay', of, at: null },
      ...{ made: clock.now, from: null, keys: [], isBeside: false, notes: [] },
    },
    resource,
  };
}

const local = fc.constantFrom('1', '2', '3');
/** Too long for one entry, deflated too. */
const LONG = Array.from({ length: 16_000 }, (_, i) => ((i * i * 7919 + i * 31) % 1_679_591).toString(36)).join(' ');
const text = fc.constantFrom('Asthma', 'HIV infection', 'Lithium 400 mg', LONG);
const step = fc.oneof(
  fc.record({ does: fc.constant('condition' as const), id: local, text, to: fc.option(local) }),
  fc.record({ does: fc.constant('medicine' as const), id: local, text, to: fc.option(local) }),
  fc.record({ does: fc.constant('document' as const), id: local }),
  fc.record({ does: fc.constantFrom('label', 'unlabel', 'amend', 'retract', 'idle', 'fail', 'erase'), id: local }),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

const condition = (id: string, words: string, to: string | null = null): Resource => ({
  ...{ resourceType: 'Condition', id, subject, onsetDateTime: '2020-03-01', code: { text: words } },
  ...(to === null ? {} : { evidence: [{ detail: [{ reference: `Condition/${to}` }] }] }),
});

function resourcesIn(done: Step): Resource[] | null {
  if (done.does === 'condition') return [condition(done.id, done.text, done.to)];
  if (done.does === 'medicine') {
    const named = done.to === null ? { medicationCodeableConcept: { text: done.text } } : {};
    const referred = done.to === null ? {} : { medicationReference: { reference: `Medication/${done.to}` } };
    const code = { resourceType: 'Medication', id: done.id, code: { text: done.text } };
    return [{ resourceType: 'MedicationRequest', id: done.id, subject, ...named, ...referred }, code];
  }
  if (done.does === 'document') {
    const attachment = { contentType: 'application/pdf', data: blobPlace({ n: 7, offset: 0, length: 9 }) };
    return [{ resourceType: 'DocumentReference', id: done.id, subject, content: [{ attachment }] }];
  }
  return null;
}

function takeStep(world: World, done: Step): void {
  const { me, records, labels } = world;
  const resources = resourcesIn(done);
  if (resources) {
    world.take(resources);
    return;
  }
  const [found] = [...records.heads(me)].filter(({ sources }) => sources[0]?.localId === `Condition/${done.id}`);
  if (done.does === 'idle') records.forgetIdle(Number.POSITIVE_INFINITY);
  else if (done.does === 'erase') records.erase(me);
  else if (done.does === 'fail') {
    world.store.faults.push('full');
    expect(() => world.take([condition('1', 'Migraine')])).toThrow();
  } else if (found && done.does === 'amend') records.append(me, [amendment(world, found.id)]);
  else if (found && done.does === 'retract') records.append(me, retraction(world, found.id));
  else if (found) labels.say(me, found.id, done.does === 'label' ? { add: ['hiv'], drop: [] } : null);
}

describe('between two looks at a share', () => {
  test('a record that is changed, marked, amended or taken back is seen as it is by then', () => {
    const world = openWorld();
    world.take([PATIENT, condition('1', 'Asthma'), condition('2', 'Lithium poisoning', '1')]);
    expectSame(world);
    const done: Step[] = [{ does: 'condition', id: '1', text: 'HIV infection', to: null }];
    for (const does of ['label', 'unlabel', 'amend', 'retract', 'fail', 'idle', 'erase'] as const)
      done.push({ does, id: '1' });
    for (const each of done) {
      takeStep(world, each);
      expectSame(world);
    }
  });

  test('whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), (steps) => {
        const world = openWorld();
        world.take([PATIENT]);
        for (const each of steps) {
          takeStep(world, each);
          expectSame(world);
        }
      }),
      { numRuns: 30 },
    );
  });
});
