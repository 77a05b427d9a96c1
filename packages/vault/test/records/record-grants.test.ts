// Copies while life goes on: what comes, what is taken back, what a crash leaves, how it ends.
import { CopiesLog, copiedResources, GrantReader } from '@hale/consent';
import { base64Decode, decodeBatch, fromHex, KINDS, toHex } from '@hale/kernel';
import { describe, expect, test } from 'vitest';
import type { RecordPolicy } from '../../src/records/copies/index.ts';
import { blobPlace, type Resource } from '../../src/records/index.ts';
import { noTurn, sourceOf, TOOLS } from '../record-fixture.ts';
import { ALL, openWorld, PATIENT, readerOf, resourcesOf, type World } from './copies-world.ts';

const subject = { reference: 'Patient/p' };
const problem = (id: string, text: string, more: object = {}): Resource => ({
  ...{ resourceType: 'Condition', id, subject, onsetDateTime: '2020-03-01', code: { text } },
  ...more,
});
const wordsOf = (world: World): string[] =>
  resourcesOf(world, world.grants.all()[0])
    .flatMap(({ code }) => (code as { text?: string } | undefined)?.text ?? [])
    .sort();
const take = (world: World, ...resources: Resource[]) => world.take(resources);

function shared(policy: Partial<RecordPolicy> = {}, ...resources: Resource[]): World {
  const world = openWorld();
  take(world, PATIENT, ...resources);
  world.issue({ ...ALL, ...policy });
  return world;
}
const settle = (world: World, minutes: number) => {
  world.step(`minute ${minutes}`, minutes);
  world.shared.takeAway();
  world.shared.tick();
};

describe('copies follow their records', () => {
  test('a new one comes on the tick and not before, a changed one keeps its name', () => {
    const world = shared({}, problem('a', 'Asthma'));
    const named = (text: string) =>
      resourcesOf(world, world.grants.all()[0]).find(
        ({ code }) => (code as { text?: string } | undefined)?.text === text,
      );
    const before = named('Asthma');
    take(world, problem('b', 'Migraine'), problem('a', 'Asthma, severe'));
    world.shared.takeAway();
    expect(wordsOf(world)).toEqual(['Asthma']);
    settle(world, 5);
    expect(wordsOf(world)).toEqual(['Asthma, severe', 'Migraine']);
    expect(named('Asthma, severe')?.id).toBe(before?.id);
  });

  test('a tick without a change writes nothing', () => {
    const world = shared({}, problem('a', 'Asthma'));
    const { length } = world.store.queue;
    world.shared.changed(world.me, null);
    settle(world, 5);
    expect(world.store.queue).toHaveLength(length);
  });

  test('what is raised into a withheld area goes at once, with what led to it, and nothing new goes out with that', () => {
    const world = shared(
      { withholdAreas: ['hiv'] },
      problem('a', 'Asthma'),
      problem('b', 'Cough', {
        text: { div: 'by asthma' },
        evidence: [{ detail: [{ reference: 'Condition/a', display: 'Asthma' }] }],
      }),
    );
    const [grant] = world.grants.all();
    take(world, problem('c', 'Migraine'));
    world.labels.say(world.me, world.idOf('Condition', 'a'), { add: ['hiv'], drop: [] });
    world.shared.takeAway();
    expect(wordsOf(world)).toEqual(['Cough']);
    expect(JSON.stringify(resourcesOf(world, grant))).not.toMatch(/[Aa]sthma/);
    // Every event with it is gone, from this disk and, by a deletion behind the new page, from the relays.
    const log = new CopiesLog();
    for (const { seq, generation, value } of grant.copies!.entries()) log.apply(seq, generation, value);
    expect(world.store.logEvents(grant.copies!.number)).toHaveLength(log.index!.pages.length + 1);
    expect(world.store.queue.at(-1)?.event.kind).toBe(KINDS.deletion);
    settle(world, 5);
    expect(wordsOf(world)).toEqual(['Cough', 'Migraine']);
    world.labels.say(world.me, world.idOf('Condition', 'a'), null);
    settle(world, 10);
    expect(wordsOf(world)).toEqual(['Asthma', 'Cough', 'Migraine']);
  });

  test('what was to be taken away when the process ended is taken away by the next', () => {
    const world = shared({ withholdAreas: ['hiv'] }, problem('a', 'Asthma'), problem('b', 'Cough'));
    world.labels.say(world.me, world.idOf('Condition', 'a'), { add: ['hiv'], drop: [] });
    world.restart();
    world.step('again', 1);
    expect(wordsOf(world)).toEqual(['Asthma', 'Cough']);
    world.shared.takeAway();
    expect(wordsOf(world)).toEqual(['Cough']);
  });

  test.each(['full', 'failed-not-stored'] as const)('a disk that fails (%s) takes nothing half away', (fault) => {
    const world = shared({ withholdAreas: ['hiv'] }, problem('a', 'Asthma'), problem('b', 'Cough'));
    world.labels.say(world.me, world.idOf('Condition', 'a'), { add: ['hiv'], drop: [] });
    world.store.faults.push(fault);
    expect(() => world.shared.takeAway()).toThrow();
    expect(wordsOf(world)).toEqual(['Asthma', 'Cough']);
    world.shared.takeAway();
    expect(wordsOf(world)).toEqual(['Cough']);
  });

  test('her word on a record goes with it, and stays where the record stays', () => {
    const world = shared({}, problem('a', 'Asthma'));
    const of = world.idOf('Condition', 'a');
    const amendment: Resource = {
      resourceType: 'Communication',
      status: 'completed',
      about: [{ reference: `Condition/${of}` }],
      payload: [{ contentString: 'not any more' }],
    };
    const version = {
      id: '00000000000000aa',
      type: 'Communication',
      revision: 1,
      state: 'current' as const,
      origin: 'overlay' as const,
      of,
      from: null,
    };
    world.records.append(world.me, [
      {
        category: 'problems',
        version: { ...version, at: null, made: world.clock.now, keys: [], isBeside: false, notes: [] },
        resource: amendment,
      },
    ]);
    settle(world, 5);
    const [told] = resourcesOf(world, world.grants.all()[0]).filter(
      ({ resourceType }) => resourceType === 'Communication',
    );
    const [about] = resourcesOf(world, world.grants.all()[0]).filter(
      ({ resourceType }) => resourceType === 'Condition',
    );
    expect(told).toMatchObject({
      about: [{ reference: `Condition/${about.id}` }],
      payload: [{ contentString: 'not any more' }],
    });
    const withheld = world.shared.preview({ subject: world.me, policy: { ...ALL, withhold: [of] }, subjectName: '' });
    expect(withheld.given.map(({ type }) => type)).toEqual(['Patient']);
    const counted = { ...ALL, withhold: [of], told: 'count' as const, jurisdiction: 'US' };
    expect(world.shared.preview({ subject: world.me, policy: counted, subjectName: '' }).told).toEqual({ count: 1 });
  });
});

test('notes of psychotherapy are given when they are named, and not with the part that they stand in', () => {
  const security = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSYTHPN' }];
  const notes = problem('n', 'Notes of a session', { meta: { security } });
  const world = shared({}, problem('a', 'Asthma'), notes);
  expect(wordsOf(world)).toEqual(['Asthma']);
  const other = openWorld();
  take(other, PATIENT, problem('a', 'Asthma'), notes);
  const heads = [...other.records.heads(other.me)];
  other.issue({ ...ALL, include: heads.map(({ id }) => id) });
  expect(wordsOf(other)).toEqual(['Asthma', 'Notes of a session']);
});

describe('two grants of one record', () => {
  test('have no name in common', () => {
    const world = shared({}, problem('a', 'Asthma'));
    const other = world.issue(ALL);
    const [one, two] = [world.grants.all()[0], other].map((grant) => resourcesOf(world, grant).map(({ id }) => id));
    expect(one).toHaveLength(2);
    expect(two.filter((id) => one.includes(id))).toEqual([]);
    expect(JSON.stringify([one, two])).not.toContain(world.idOf('Condition', 'a'));
  });
});

describe('the recipient', () => {
  const tilesOf = (world: World, { authors }: { authors: string[] }) =>
    world.store.events
      .filter(({ kind, pubkey }) => kind === KINDS.tileBatch && authors.includes(pubkey))
      .flatMap(({ pubkey, content }) => decodeBatch(fromHex(pubkey, 32), base64Decode(content)).tiles);

  test('says what is missing, and that it knew a later state', () => {
    const many = Array.from({ length: 40 }, (_, n) =>
      problem(`c${n}`, `Problem ${n}`, { note: [{ text: 'n'.repeat(5000) }] }),
    );
    const world = shared({ withholdAreas: ['hiv'] }, ...many);
    const [{ owner, copies }] = world.grants.all();
    const { grantKey, grantAuthor } = owner;
    const own = tilesOf(world, { authors: [grantAuthor] });
    const pages = tilesOf(world, { authors: [toHex(copies!.stream.author)] });
    const whole = new GrantReader({ grantKey, grantAuthor });
    for (const tile of [...own, ...pages]) whole.receive(tile);
    expect(whole.copies).toMatchObject({ state: 'complete', count: 41, told: null });
    const cut = new GrantReader({ grantKey, grantAuthor });
    for (const tile of [...own, ...pages.slice(1)]) cut.receive(tile);
    expect(cut.copies.state).toBe('incomplete');
    expect(copiedResources(cut.copies.packed, TOOLS.inflate).length).toBeLessThan(41);
    world.labels.say(world.me, world.idOf('Condition', 'c3'), { add: ['hiv'], drop: [] });
    world.shared.takeAway();
    const { memory } = readerOf(world, world.grants.all()[0]);
    const old = new GrantReader({ grantKey, grantAuthor, memory });
    for (const tile of [...own, ...pages]) old.receive(tile);
    expect(old.copies.state).toBe('older-than-known');
    expect(old.memory.copies).toEqual(memory.copies);
  });

  test('lets go of what is taken back while she looks', () => {
    const world = shared({ withholdAreas: ['hiv'] }, problem('a', 'Asthma'), problem('b', 'Cough'));
    const [{ owner, copies }] = world.grants.all();
    const { grantKey, grantAuthor } = owner;
    const authors = [grantAuthor, toHex(copies!.stream.author)];
    const live = new GrantReader({ grantKey, grantAuthor });
    for (const tile of tilesOf(world, { authors: [grantAuthor] })) live.receive(tile);
    for (const tile of tilesOf(world, { authors })) live.receive(tile);
    const before = live.copies;
    world.labels.say(world.me, world.idOf('Condition', 'a'), { add: ['hiv'], drop: [] });
    world.shared.takeAway();
    for (const tile of tilesOf(world, { authors })) live.receive(tile);
    expect(live.copies.count).toBe(before.count - 1);
    expect(JSON.stringify(copiedResources(live.copies.packed, TOOLS.inflate))).not.toContain('Asthma');
  });
});

describe('the end', () => {
  test.each([false, true])('takes the copies off every relay (vanish %s), and nothing comes after it', (vanish) => {
    const world = shared({}, problem('a', 'Asthma'));
    const [grant] = world.grants.all();
    const author = toHex(grant.copies!.stream.author);
    expect(world.store.accessEvent(author)?.tags.filter(([name]) => name === 'reader')).toHaveLength(1);
    const sent = world.store.events.filter(({ pubkey, kind }) => pubkey === author && kind === KINDS.tileBatch);
    world.grants.end(grant.record.id, 'revoked', vanish);
    expect(world.store.accessEvent(author)?.tags.filter(([name]) => name === 'reader')).toEqual([]);
    expect(world.store.logEvents(grant.copies!.number)).toEqual([]);
    const deleted = world.store.queue.flatMap(({ event }) =>
      event.pubkey === author && event.kind === KINDS.deletion ? event.tags : [],
    );
    for (const { id } of sent) expect(deleted).toContainEqual(['e', id]);
    const { length } = world.store.queue;
    take(world, problem('b', 'Migraine'));
    settle(world, 5);
    expect(world.store.queue.slice(length).filter(({ event }) => event.pubkey === author)).toEqual([]);
  });

  test('a grant that stands after a restart is not written out again', () => {
    const world = shared({}, problem('a', 'Asthma'));
    world.restart();
    const { length } = world.store.queue;
    world.grants.takeOver(new Set());
    expect(world.store.queue).toHaveLength(length);
  });

  test('the owner has the whole consent, and the recipient what she may know', () => {
    const world = openWorld();
    take(world, PATIENT, problem('a', 'Asthma'));
    const id = world.idOf('Condition', 'a');
    const grant = world.issue({ ...ALL, withhold: [id], withholdAreas: ['hiv'] });
    expect(grant.record.consent).toContain(id);
    expect(grant.record.consent).toContain('HIV');
    const told = JSON.stringify(readerOf(world, grant).state.consent);
    expect(told).toContain('urn:hale:policy:records:1');
    for (const word of [id, 'HIV', 'deny', 'withhold']) expect(told).not.toContain(word);
  });
});

test('what is attached is put back whole where documents are given, in parts where it is long', async () => {
  const world = openWorld();
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919 + (i >> 8)) & 255);
  const base64 = Buffer.from(bytes).toString('base64');
  const text = `{"data":"${base64.replaceAll('/', '\\/')}"}`;
  const source = sourceOf(text);
  const sha256 = await world.records.hash(source, noTurn);
  const { n } = await world.records.keepBlob(
    world.me,
    { source, name: 'f.json', mediaType: 'application/json' },
    sha256,
    noTurn,
  );
  const data = blobPlace({ n, offset: 9, length: text.length - 11 });
  const letter: Resource = {
    resourceType: 'DocumentReference',
    id: 'd',
    status: 'current',
    subject,
    content: [{ attachment: { contentType: 'application/pdf', data } }],
  };
  take(world, PATIENT, letter);
  const contentOf = (policy: RecordPolicy) => {
    const resources = resourcesOf(world, world.issue(policy));
    return resources.find(({ resourceType }) => resourceType === 'DocumentReference')?.content;
  };
  expect(contentOf(ALL)).toEqual([{ attachment: { contentType: 'application/pdf' } }]);
  expect(contentOf({ ...ALL, documents: true })).toEqual([
    { attachment: { contentType: 'application/pdf', data: base64 } },
  ]);
});

test('who has a copy of a record is known of every record, on whichever of many pages it lies', () => {
  const all = Array.from({ length: 60 }, (_, i) => problem(`c${i}`, `Finding ${i} ${'at length '.repeat(800)}`));
  const world = openWorld();
  take(world, PATIENT, ...all);
  const ids = all.map(({ id }) => world.idOf('Condition', String(id)));
  const withhold = ids.filter((_, i) => i % 3 === 0);
  const grant = world.issue({ ...ALL, withhold });
  expect(readerOf(world, grant).copies.packed.length).toBeGreaterThan(4);
  for (const id of ids) expect(world.shared.readersOf(world.me, id)).toEqual(withhold.includes(id) ? [] : [grant]);
  const nothing = world.issue({ ...ALL, withhold: ids, categories: ['problems'], to: 1 });
  expect(ids.filter((id) => world.shared.readersOf(world.me, id).includes(nothing))).toEqual([]);
});
