// Two parents' homes that care for one child, over a real relay: both collect, both see, both may share, and a stop of either counts.
import { LATEST_MICROS } from '@hale/consent';
import { encodeNpub, KINDS, schnorrPublic, toHex } from '@hale/kernel';
import { streamAuthor } from '@hale/kernel/seal';
import { rawSamples } from '@hale/vault';
import { afterEach, describe, expect, test } from 'vitest';
import { tendSharing } from '../src/custody/sharing.ts';
import type { Home } from '../src/home.ts';
import { subjectHandOver } from '../src/operations/custody.ts';
import { erase } from '../src/operations/erase.ts';
import { noteAdd, notes } from '../src/operations/notes.ts';
import { inbox, open } from '../src/operations/open.ts';
import { subjectAdd, subjectList } from '../src/operations/people.ts';
import { streams } from '../src/operations/read.ts';
import { addRelay } from '../src/operations/relays.ts';
import { share } from '../src/operations/share.ts';
import {
  custodyAccept,
  custodyLeave,
  custodyMine,
  custodyOffer,
  custodyOffers,
  custodyShow,
  custodyStop,
  custodyWard,
} from '../src/operations/sharing-custody.ts';
import { HOUR, Homes, listed, samples, until } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const npubOf = (home: Home) => encodeNpub(schnorrPublic(home.keys.identity));
const START = Math.floor((Date.now() * 1000 - 48 * HOUR) / HOUR) * HOUR;
const SINCE = new Date(START / 1000).toISOString();

function collect(home: Home, key: string, from: number, count: number): void {
  const subject = home.vault.subject('Mia').id;
  const stream =
    home.vault.findStream(subject, key) ??
    home.vault.addStream({
      ...{ subject, key, kind: key, title: key, ucum: '1', factor: 1, origin: 0, loinc: null },
      ...{ nominalPeriodSeconds: 1, dayOffsetMinutes: 0, edges: [], device: null, source: `${key}.csv` },
    });
  home.vault.ingest([{ stream, samples: samples(from, count) }]);
  home.settle();
}

let ahead = 0;
const nowMicros = () => Date.now() * 1000 + ahead;

/** A mother who keeps Mia's pulse, and a father who cares for her too. */
async function parents(extra: { until?: string } = {}) {
  ahead = 0;
  const [mother, father, doctor] = [homes.make({ nowMicros }), homes.make({ nowMicros }), homes.make({ nowMicros })];
  const relay = await homes.relay(mother.keys, father.keys, doctor.keys);
  for (const home of [mother, father, doctor]) await addRelay(home, relay.url, undefined, ['store', 'post']);
  for (const home of [father, doctor]) await listed(home, relay);
  await subjectAdd(context(mother), { name: 'Mia' });
  collect(mother, 'pulse', START, 600);
  await custodyOffer(context(mother), { subject: 'Mia', to: npubOf(father), name: 'Ben', as: 'FTH', ...extra });
  const [offer] = await until(
    () => custodyOffers(context(father), {}),
    (offers) => offers.length > 0,
  );
  const care = await custodyAccept(context(father), { offer: offer.offer });
  return { mother, father, doctor, relay, care, offer };
}

const counts = (home: Home): Record<string, number> => {
  const streams = home.vault.streams(home.vault.subject('Mia').id);
  return Object.fromEntries(
    streams.map((stream) => [stream.entry.title, rawSamples(home.vault.rooms, stream, 0, LATEST_MICROS).times.length]),
  );
};

const both = (one: Home, other: Home, wanted: Record<string, number>) =>
  until(
    () => [counts(one), counts(other)],
    (found) =>
      found.every(
        (each) => JSON.stringify(Object.entries(each).sort()) === JSON.stringify(Object.entries(wanted).sort()),
      ),
  );

describe('two who care for one', () => {
  test('who was let in is called as before after she accepted', async () => {
    const { mother, father } = await parents();
    const seen = () => custodyShow(context(mother), { subject: 'Mia' });
    const { custodians } = await until(seen, (care) =>
      care.custodians.some(({ npub, state }) => npub === npubOf(father) && state === 'accepted'),
    );
    expect(custodians.find(({ npub }) => npub === npubOf(father))).toMatchObject({ name: 'Ben', as: 'FTH' });
  });

  test('either collects, and both see the same readings, records and notes', async () => {
    const { mother, father, care } = await parents();
    expect(care.custodians).toMatchObject([
      { npub: npubOf(mother), state: 'accepted', level: 'full' },
      { npub: npubOf(father), isYou: true, as: 'FTH', state: 'accepted' },
    ]);
    await both(mother, father, { pulse: 600 });
    collect(father, 'temperature', START, 100);
    await both(mother, father, { pulse: 600, temperature: 100 });
    collect(mother, 'pulse', START + HOUR, 60);
    collect(father, 'temperature', START + HOUR, 60);
    await both(mother, father, { pulse: 660, temperature: 160 });
    // Series of the other's home are listed with how much they hold and since when.
    for (const [home, title, wanted] of [
      [mother, 'temperature', 160],
      [father, 'pulse', 660],
    ] as const) {
      const listed = (await streams(context(home), { subject: 'Mia' })).find((each) => each.title === title);
      expect(listed).toMatchObject({ samples: wanted, firstMicros: START, lastMicros: START + HOUR + 59e6 });
    }
    const ids = [record(mother, 'from her'), record(father, 'from him')].sort();
    const heads = (home: Home) => [...home.records.heads(home.vault.subject('Mia').id)].map(({ id }) => id).sort();
    await until(
      () => [heads(mother), heads(father)],
      (found) => found.every((each) => each.join() === ids.join()),
    );
    await noteAdd(context(father), { subject: 'Mia', stream: 'temperature', atMicros: START, text: 'fever' });
    father.documents.flush();
    await until(
      () => notes(context(mother), { subject: 'Mia' }),
      (found) => found.length === 1,
    );
  });

  test('nobody writes into the series of the other, and a series of one name are two', async () => {
    const { mother, father } = await parents();
    await both(mother, father, { pulse: 600 });
    const [hers] = father.vault.streams(father.vault.subject('Mia').id);
    expect(hers.entry.key).toBe('pulse~0');
    const late = { stream: hers, samples: samples(START + 2 * HOUR, 5) };
    expect(() => father.vault.ingest([late])).toThrow(expect.objectContaining({ code: 'not-permitted' }));
    collect(father, 'pulse', START + 3 * HOUR, 7);
    const keys = await until(
      () => mother.vault.streams(mother.vault.subject('Mia').id).map(({ entry }) => entry.key),
      (found) => found.length === 2,
    );
    expect(keys.filter((key) => key === 'pulse')).toHaveLength(1);
    expect(mother.vault.streams(mother.vault.subject('Mia').id).map(({ entry }) => entry.n)).toContain(0);
  });

  test('a share of one is seen by the other, and stopped by the other at once, for good', async () => {
    const { mother, father, doctor, relay } = await parents();
    await both(mother, father, { pulse: 600 });
    // He shares what her home collects.
    await share(context(father), {
      subject: 'Mia',
      streams: ['pulse~0'],
      with: npubOf(doctor),
      from: SINCE,
      name: 'Dr Lee',
    });
    const [item] = await until(
      () => inbox(context(doctor), {}),
      (items) => items.length > 0,
    );
    const look = () => open(context(doctor), { grant: item.grant, from: SINCE });
    expect((await look()).streams[0].rows.length).toBeGreaterThan(0);
    const { grants } = await until(
      () => custodyShow(context(mother), { subject: 'Mia' }),
      (care) => care.grants.length > 0,
    );
    expect(grants).toMatchObject([
      { to: 'Dr Lee', by: npubOf(father), byYou: false, state: 'active', streams: ['pulse'] },
    ]);
    // What her home adds reaches the reader whom he let in.
    collect(mother, 'pulse', START + HOUR, 60);
    await both(mother, father, { pulse: 660 });

    const author = toHex(mother.vault.streams(mother.vault.subject('Mia').id)[0].author);
    const readersAt = () =>
      relay.store
        .find({ kinds: [KINDS.access], authors: [author] })
        .flatMap(({ id }) => relay.store.get(id)?.tags.filter(([name]) => name === 'reader') ?? []);
    expect(readersAt()).toHaveLength(1);
    const stopped = await custodyStop(context(mother), { subject: 'Mia', grant: grants[0].id });
    expect(stopped.grants).toMatchObject([{ state: 'stopped', stoppedBy: npubOf(mother) }]);
    await until(readersAt, (readers) => readers.length === 0);
    await until(
      () => father.grants.active(),
      (active) => active.length === 0,
    );
    expect((await custodyShow(context(father), { subject: 'Mia' })).grants).toMatchObject([{ state: 'stopped' }]);
    // Sealed after the stop, it opens in neither home's epoch before.
    const [hers] = mother.vault.streams(mother.vault.subject('Mia').id);
    expect(hers.epoch).toBeGreaterThan(0);
  });

  test('a stop outlasts a list of the other’s home that is dated later', async () => {
    const { mother, father, relay } = await parents();
    await both(mother, father, { pulse: 600 });
    await share(context(mother), { subject: 'Mia', streams: ['pulse'], with: 'link', from: SINCE, name: 'school' });
    const [{ author }] = mother.vault.streams(mother.vault.subject('Mia').id);
    const standing = () => relay.store.query({ kinds: [KINDS.access], authors: [toHex(author)] })[0];
    const readers = () => standing().tags.filter(([name]) => name === 'reader').length;
    await until(
      () => readers(),
      (count) => count === 1,
    );
    // His clock is some seconds ahead, and he has not heard of the stop.
    const list = standing().tags.flatMap(([name, reader, end]) => (name === 'reader' ? [{ reader, until: +end }] : []));
    const later = Math.floor(Date.now() / 1000) + 20;
    father.grants.besides = () => [];
    father.vault.change(() => father.grants.putAccess(toHex(author), list, undefined, later));
    father.announce();
    await until(standing, ({ created_at }) => created_at > later);
    mother.grants.end(mother.grants.active()[0].record.id, 'revoked', false);
    await until(readers, (count) => count === 0);
    expect(standing().created_at).toBeGreaterThan(later + 1);
  });

  test('nobody puts out another, erases what is the other’s, or hands over alone; whoever leaves takes nothing along', async () => {
    const { mother, father } = await parents();
    collect(father, 'temperature', START, 100);
    await both(mother, father, { pulse: 600, temperature: 100 });
    const conflict = { code: 'conflict' };
    await expect(erase(context(mother), { subject: 'Mia', confirm: 'Mia' })).rejects.toMatchObject(conflict);
    await custodyLeave(context(father), { subject: 'Mia' });
    expect((await subjectList(context(father), {})).map(({ name }) => name)).toEqual(['me']);
    const care = await until(
      () => custodyShow(context(mother), { subject: 'Mia' }),
      ({ custodians }) => custodians.some(({ state }) => state === 'left'),
    );
    expect(care.custodians).toHaveLength(2);
    expect(counts(mother)).toEqual({ pulse: 600, temperature: 100 });
    await expect(custodyLeave(context(mother), { subject: 'Mia' })).rejects.toMatchObject(conflict);
    // Asked again, he has everything again, what he wrote himself as well.
    record(mother, 'since');
    await custodyOffer(context(mother), { subject: 'Mia', to: npubOf(father) });
    const [again] = await until(
      () => custodyOffers(context(father), {}),
      (offers) => offers.length > 0,
    );
    await custodyAccept(context(father), { offer: again.offer });
    await both(mother, father, { pulse: 600, temperature: 100 });
    await until(
      () => [...father.records.heads(father.vault.subject('Mia').id)],
      (heads) => heads.length === 1,
    );
  });

  test('the child sees who cares for her and who can see, and no reading', async () => {
    const { mother, father, doctor: mia } = await parents();
    await both(mother, father, { pulse: 600 });
    const share1 = { subject: 'Mia', streams: ['pulse'], with: 'link', from: SINCE, name: 'school' };
    await share(context(mother), share1);
    await custodyWard(context(mother), { subject: 'Mia', to: npubOf(mia) });
    const [care] = await until(
      () => custodyMine(context(mia), {}),
      (all) => all.length > 0 && all[0].grants.length > 0,
    );
    expect(care).toMatchObject({ name: 'Mia', from: npubOf(mother) });
    expect(care.custodians.map(({ npub }) => npub).sort()).toEqual([npubOf(mother), npubOf(father)].sort());
    expect(care.grants).toMatchObject([{ to: 'school', by: npubOf(mother), streams: ['pulse'], state: 'active' }]);
    // What she was given is the key of that log and of nothing else.
    const { secret } = mother.vault.subject('Mia');
    const given = [...mia.vault.state.settings].find(([name]) => name.startsWith('ward/'))?.[1] as {
      secret: Uint8Array;
    };
    expect(given.secret).toEqual(mother.custody.log(mother.vault.subject('Mia').id).stream.secret);
    expect(given.secret).not.toEqual(secret);
    expect(streamAuthor(given.secret, 0)).not.toEqual(streamAuthor(secret, 0));
    await mother.grants.end(mother.grants.active()[0].record.id, 'revoked', false);
    await until(
      () => custodyMine(context(mia), {}),
      ([{ grants }]) => grants[0].state === 'ended',
    );
  });

  test('a custodian for a time lets go when it is over, and counts no more', async () => {
    const end = Date.now() * 1000 + 2 * HOUR;
    const { mother, father } = await parents({ until: new Date(end / 1000).toISOString() });
    await both(mother, father, { pulse: 600 });
    ahead = 3 * HOUR;
    expect((await custodyShow(context(mother), { subject: 'Mia' })).custodians).toMatchObject([
      { state: 'accepted' },
      { npub: npubOf(father), state: 'expired' },
    ]);
    tendSharing(father);
    expect((await subjectList(context(father), {})).map(({ name }) => name)).toEqual(['me']);
    const late = () => custodyOffer(context(mother), { subject: 'Mia', to: npubOf(father), until: SINCE });
    await expect(late()).rejects.toMatchObject({ code: 'usage' });
  });

  test('whom a custodian let in whose time is over, no home that is left names any more, though hers goes on', async () => {
    const end = Date.now() * 1000 + 10 * HOUR;
    const { mother, father, doctor } = await parents({ until: new Date(end / 1000).toISOString() });
    await both(mother, father, { pulse: 600 });
    const mine = mother.vault.streams(mother.vault.subject('Mia').id)[0];
    const readers = () =>
      (mother.vault.store.accessEvent(toHex(mine.author))?.tags ?? []).filter(([name]) => name === 'reader').length;
    await share(context(mother), { subject: 'Mia', streams: ['pulse'], with: 'link', from: SINCE });
    const [his] = await streams(context(father), { subject: 'Mia' });
    await share(context(father), { subject: 'Mia', streams: [his.key], with: npubOf(doctor), from: SINCE });
    await until(readers, (count) => count === 2);
    // His home goes on as if nothing were.
    ahead = 11 * HOUR;
    tendSharing(mother);
    expect(readers()).toBe(1);
    const { grants } = await custodyShow(context(mother), { subject: 'Mia' });
    expect(grants.map(({ byYou, state }) => [byYou, state]).sort()).toEqual([
      [false, 'ended'],
      [true, 'active'],
    ]);
    ahead = 40 * HOUR;
    mother.grants.renew();
    expect(readers()).toBe(1);
  });

  test('a share to oneself is none', async () => {
    const { mother } = await parents();
    const own = { subject: 'Mia', streams: ['pulse'], with: npubOf(mother), from: SINCE };
    await expect(share(context(mother), own)).rejects.toMatchObject({ code: 'usage' });
  });

  test('handing over waits for whoever cares too', async () => {
    const { mother, doctor } = await parents();
    await until(
      () => custodyShow(context(mother), { subject: 'Mia' }),
      ({ custodians }) => custodians.every(({ state }) => state === 'accepted'),
    );
    await expect(subjectHandOver(context(mother), { subject: 'Mia', to: npubOf(doctor) })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

function record(home: Home, text: string): string {
  const id = home.records.newId();
  const version = {
    ...{ id, type: 'Condition', revision: 1, state: 'current' as const, origin: 'own' as const, of: null, at: START },
    ...{ made: START, from: null, keys: [], isBeside: false, notes: [] },
  };
  const resource = { resourceType: 'Condition', code: { text } };
  const isNew = home.records.append(home.vault.subject('Mia').id, [{ category: 'problems', version, resource }]);
  if (isNew) home.network.listenAgain();
  return id;
}
