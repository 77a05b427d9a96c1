// Handing somebody over, over two homes and a real relay: a child that comes of age, a dog that is sold, and everything that goes wrong on the way.
import { LATEST_MICROS } from '@hale/consent';
import {
  base64Decode,
  decodeBatch,
  encodeNpub,
  fromHex,
  HaleError,
  KINDS,
  LEVELS,
  schnorrPublic,
  toHex,
} from '@hale/kernel';
import { logLeaves, openTile } from '@hale/kernel/open';
import { grantAuthor, LeafWalker, levelRoot, signEvent, streamAuthor, streamSecret } from '@hale/kernel/seal';
import { rawSamples } from '@hale/vault';
import { recordKeys } from '@hale/vault/records';
import { afterEach, describe, expect, test } from 'vitest';
import type { HandOver } from '../src/custody/hand-over.ts';
import type { Home } from '../src/home.ts';
import { RelayConnection } from '../src/net/connect.ts';
import {
  subjectDecline,
  subjectHandOver,
  subjectHandOvers,
  subjectKeep,
  subjectOffers,
  subjectTake,
} from '../src/operations/custody.ts';
import { noteAdd, notes } from '../src/operations/notes.ts';
import { subjectAdd, subjectList } from '../src/operations/people.ts';
import { addRelay } from '../src/operations/relays.ts';
import { share } from '../src/operations/share.ts';
import { HOUR, Homes, listed, random, samples, until } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const npubOf = (home: Home) => encodeNpub(schnorrPublic(home.keys.identity));

function addStream(home: Home, subject: string, key: string) {
  const stream = home.vault.addStream({
    ...{ subject, key, kind: key, title: key, ucum: '1', factor: 1, origin: 0, loinc: null },
    ...{ nominalPeriodSeconds: 1, dayOffsetMinutes: 0, edges: [], device: null, source: `${key}.csv` },
  });
  return stream;
}

const START = Math.floor((Date.now() * 1000 - 48 * HOUR) / HOUR) * HOUR;

/** A mother with a daughter's pulse and temperature, and the daughter's own home, on one relay. */
async function two() {
  const mother = homes.make();
  const mia = homes.make();
  const relay = await homes.relay(mother.keys, mia.keys);
  for (const home of [mother, mia]) await addRelay(home, relay.url, undefined, ['store', 'post']);
  for (const home of [mother, mia]) await listed(home, relay);
  const child = await subjectAdd(context(mother), { name: 'Mia', birthYear: 2008, sex: 'female' });
  for (const key of ['pulse', 'temperature'])
    mother.vault.ingest([{ stream: addStream(mother, child.id, key), samples: samples(START, 1800) }]);
  mother.settle();
  return { mother, mia, relay, child, npub: npubOf(mia) };
}

const offered = (home: Home) =>
  until(
    () => subjectOffers(context(home), {}),
    ({ offers }) => offers.length > 0,
  );

const isGone = (home: Home, name: string) =>
  until(
    () => subjectList(context(home), {}),
    (all) => !all.some((each) => each.name === name),
  );

/** Every reading of a subject's series. */
const readings = (home: Home, subject: string, key: string) =>
  rawSamples(home.vault.rooms, home.vault.stream(home.vault.subject(subject).id, key), 0, LATEST_MICROS);

describe('coming of age', () => {
  test('everything goes to the new home, under keys that the old one cannot have, and is gone from the old', async () => {
    const { mother, mia, relay, child, npub } = await two();
    await noteAdd(context(mother), { subject: 'Mia', stream: 'pulse', atMicros: START, text: 'first bicycle' });
    const before = readings(mother, 'Mia', 'pulse');
    const authors = mother.vault.streams(child.id).map((stream) => toHex(stream.author));
    const secret = mother.vault.subject('Mia').secret.slice();
    const made = await subjectHandOver(context(mother), { subject: 'Mia', to: npub });
    expect(made).toMatchObject({ state: 'offered', name: 'Mia', to: npub });
    const { offers } = await offered(mia);
    expect(offers).toMatchObject([{ name: 'Mia', from: npubOf(mother) }]);
    const taken = await subjectTake(context(mia), { offer: offers[0].offer });
    expect(taken).toMatchObject({
      state: 'done',
      subject: { name: 'Mia', birthYear: 2008, sex: 'female', streams: 2 },
    });
    expect(readings(mia, 'Mia', 'pulse')).toEqual(before);
    expect((await notes(context(mia), { subject: 'Mia' })).map(({ text }) => text)).toEqual(['first bicycle']);
    expect(mia.vault.subject('Mia').secret).not.toEqual(secret);

    await isGone(mother, 'Mia');
    await mother.network.settle(5000);
    expect((await subjectHandOvers(context(mother), {}))[0]).toMatchObject({ state: 'done' });
    // Nothing of the old authors, nor of the parcel, is left at the relay or in the old home; the new ones stand there.
    const left = (home: typeof relay.store, of: string[]) =>
      home.find({ authors: of, kinds: [KINDS.tileBatch, KINDS.access] });
    expect(left(relay.store, authors)).toEqual([]);
    expect(mother.events.query({ authors, kinds: [KINDS.tileBatch] })).toEqual([]);
    const fresh = mia.vault.streams(taken.subject.id).map((stream) => toHex(stream.author));
    expect(left(relay.store, fresh).length).toBeGreaterThan(0);
    expect(fresh.some((author) => authors.includes(author))).toBe(false);
  });

  test('grants end with the old home and are named, none is made anew', async () => {
    const { mother, mia, npub } = await two();
    await share(context(mother), {
      subject: 'Mia',
      streams: ['pulse'],
      with: 'link',
      from: new Date(START / 1000).toISOString(),
      name: 'school',
    });
    await subjectHandOver(context(mother), { subject: 'Mia', to: npub });
    const { offers } = await offered(mia);
    const taken = await subjectTake(context(mia), { offer: offers[0].offer });
    expect(taken.formerGrants).toMatchObject([{ to: 'school', recipient: null, streams: [{ key: 'pulse' }] }]);
    expect(mia.grants.all()).toEqual([]);
    await isGone(mother, 'Mia');
    expect(mother.grants.active()).toEqual([]);
  });

  test('meanwhile nothing new is kept, and taken back it goes on', async () => {
    const { mother, npub, child } = await two();
    await subjectHandOver(context(mother), { subject: 'Mia', to: npub });
    const [stream] = mother.vault.streams(child.id);
    const late = { stream, samples: samples(START + 2 * HOUR, 5) };
    expect(() => mother.vault.ingest([late])).toThrow(expect.objectContaining({ code: 'unavailable' }));
    // What is another's goes on.
    const me = mother.vault.subject('me').id;
    mother.vault.ingest([{ stream: addStream(mother, me, 'pulse'), samples: samples(START, 5) }]);
    expect(await subjectKeep(context(mother), { subject: 'Mia' })).toMatchObject({ state: 'taken-back' });
    expect(mother.vault.ingest([late])[0].accepted).toBe(5);
  });
});

describe('the old custodian with a client that keeps to no rule', () => {
  test('lets nobody in, writes nothing, and opens nothing of what is sealed by the new home', async () => {
    const { mother, mia, relay, child, npub } = await two();
    const old = mother.vault.subject('Mia').secret.slice();
    const { member, catalogueSecret } = mother.keys;
    const ids = [record(mother, child.id, 'asthma')];
    await subjectHandOver(context(mother), { subject: 'Mia', to: npub });
    const parcel = (mother.vault.state.settings.get(`hand-over/${handOverId(mother)}`) as HandOver).key.slice();
    const { offers } = await offered(mia);
    const taken = await subjectTake(context(mia), { offer: offers[0].offer });
    await isGone(mother, 'Mia');
    await mother.network.settle(5000);
    mia.vault.ingest([{ stream: mia.vault.streams(taken.subject.id)[0], samples: samples(START + HOUR, 60) }]);
    mia.settle();
    await mia.network.settle(5000);

    // Every key that follows from what he had: of series, of logs of records, of the parcel's boxes.
    const secrets = [
      ...Array.from({ length: 8 }, (_, n) => streamAuthor(old, n)),
      ...Array.from({ length: 15 }, (_, n) => recordKeys(old, 0, n).authorSecret),
      ...Array.from({ length: 3 }, (_, n) => grantAuthor(catalogueSecret, `hand-over/${handOverId(mother)}/0/${n}`)),
      ...Array.from({ length: 8 }, (_, n) => streamAuthor(parcel, n)),
    ];
    const fresh = new Set([...mia.allAuthors()]);
    expect(secrets.some((secret) => fresh.has(toHex(schnorrPublic(secret))))).toBe(false);
    // Where an author of his had anything, nobody is let in under it any more.
    const used = new Set(relay.store.find({ kinds: [KINDS.vanish] }).map(({ id }) => relay.store.get(id)?.pubkey));
    let tried = 0;
    for (const secret of secrets) {
      if (!used.has(toHex(schnorrPublic(secret)))) continue;
      const connection = new RelayConnection({ url: relay.url, admission: member, keys: [secret] });
      await connection.connect();
      const reader = toHex(schnorrPublic(random(32)));
      const created_at = Math.floor(Date.now() / 1000);
      const tags = [['-'], ['reader', reader, String(created_at + 86_400)]];
      const access = signEvent({ kind: KINDS.access, created_at, tags, content: '' }, secret, random(32));
      expect((await connection.publish(access)).outcome).not.toBe('ok');
      await connection.close();
      tried++;
    }
    expect(tried).toBeGreaterThanOrEqual(4);
    // And what the new home sealed opens with none of his keys.
    const tiles = relay.store
      .find({ kinds: [KINDS.tileBatch], authors: [...fresh] })
      .flatMap(({ id }) => relay.store.get(id) ?? [])
      .flatMap(({ pubkey, content }) => decodeBatch(fromHex(pubkey, 32), base64Decode(content)).tiles);
    expect(tiles.length).toBeGreaterThan(10);
    const leaves = [0, 1, 2, 3].flatMap((n) =>
      LEVELS.map((level) => new LeafWalker(levelRoot(streamSecret(old, n), level, 0))),
    );
    const logs = [0, 1, 5].map((n) => logLeaves(recordKeys(old, 0, n).stream.secret));
    for (const tile of tiles)
      for (const walker of [...leaves, ...logs]) {
        const leaf = walker.leaf(tile.slot);
        expect(() => leaf && openTile(leaf, tile)).toThrow();
      }
    expect([...mia.records.heads(taken.subject.id)].map(({ id }) => id)).toEqual(ids);
  });
});

describe('the sale of a dog', () => {
  test('what the seller keeps back is nowhere in what he hands over', async () => {
    const { mother: seller, mia: buyer, npub } = await two();
    const about = { species: 'dog' as const, breed: 'Border Collie', chip: '276 0972 0012 3456', vet: 'Dr. Paw' };
    const dog = await subjectAdd(context(seller), { name: 'Rex', ...about });
    seller.vault.ingest([{ stream: addStream(seller, dog.id, 'weight'), samples: samples(START, 50) }]);
    await noteAdd(context(seller), { subject: 'Rex', stream: 'weight', atMicros: START, text: 'ask 900 for him' });
    const [kept, given] = ['Invoice', 'Vaccination'].map((text) => record(seller, dog.id, text));
    const said = { add: ['social'], drop: [], at: START, by: '' };
    for (const id of [kept, given])
      seller.vault.record([{ type: 'setting', name: `record-label/${dog.id}/${id}`, value: said }]);
    await subjectHandOver(context(seller), { subject: 'Rex', to: npub, keepNotes: true, keep: [kept] });
    const { offers } = await offered(buyer);
    expect(offers).toMatchObject([{ name: 'Rex', species: 'dog' }]);
    const taken = await subjectTake(context(buyer), { offer: offers[0].offer, name: 'Bello' });
    expect(taken.subject).toMatchObject({
      name: 'Bello',
      breed: 'Border Collie',
      chip: '276097200123456',
      vet: 'Dr. Paw',
    });
    expect([...buyer.records.heads(taken.subject.id)].map(({ id }) => id)).toEqual([given]);
    const labelOf = (id: string) => buyer.vault.state.settings.get(`record-label/${taken.subject.id}/${id}`);
    expect([labelOf(given), labelOf(kept)]).toEqual([said, undefined]);
    expect(await notes(context(buyer), { subject: 'Bello' })).toEqual([]);
    expect(readings(buyer, 'Bello', 'weight').times).toHaveLength(50);
  });
});

describe('broken off', () => {
  test('while packing, and while taking up, it goes on with nothing lost and nothing twice', async () => {
    const { mother, mia, child, npub } = await two();
    const ids = Array.from({ length: 5 }, (_, i) => record(mother, child.id, `condition ${i}`));
    // A scan that fills a box of its own: each side is broken off between two boxes.
    const scan = random(5 * 1024 * 1024);
    const source = {
      name: 'scan.dcm',
      sizeBytes: scan.length,
      read: async (at: number, length: number) => scan.slice(at, at + length),
    };
    const sha256 = await mother.records.hash(source, async () => {});
    await mother.records.keepBlob(
      child.id,
      { source, name: 'scan.dcm', mediaType: 'application/dicom' },
      sha256,
      async () => {},
    );
    const before = readings(mother, 'Mia', 'pulse');
    // The process ends after the first box.
    const put = mother.vault.record.bind(mother.vault);
    let boxes = 0;
    mother.vault.record = (entries) => {
      if (
        entries.some(
          ({ type, ...rest }) => type === 'setting' && (rest as { value?: { boxes?: number } }).value?.boxes === 2,
        ) &&
        ++boxes === 2
      )
        throw new HaleError('full', 'no room');
      return put(entries);
    };
    await expect(subjectHandOver(context(mother), { subject: 'Mia', to: npub })).rejects.toMatchObject({
      code: 'full',
    });
    const again = await homes.reopen(mother);
    again.goOnline();
    await until(
      () => subjectHandOvers(context(again), {}),
      ([{ state }]) => state === 'offered',
    );
    const { offers } = await offered(mia);
    mia.vault.record = (entries) => {
      if (
        entries.some(
          ({ type, ...rest }) => type === 'setting' && (rest as { value?: { boxes?: number } }).value?.boxes === 2,
        )
      )
        throw new HaleError('full', 'no room');
      return Object.getPrototypeOf(mia.vault).record.call(mia.vault, entries);
    };
    await expect(subjectTake(context(mia), { offer: offers[0].offer })).rejects.toMatchObject({ code: 'full' });
    const miaAgain = await homes.reopen(mia);
    miaAgain.goOnline();
    const { taken } = await until(
      () => subjectOffers(context(miaAgain), {}),
      ({ taken: [one] }) => one?.state === 'done',
    );
    expect(taken).toHaveLength(1);
    expect(readings(miaAgain, 'Mia', 'pulse')).toEqual(before);
    expect([...miaAgain.records.heads(taken[0].subject.id)].map(({ id }) => id).sort()).toEqual(ids.sort());
    for (const id of ids) expect(miaAgain.records.versions(taken[0].subject.id, id)).toHaveLength(1);
    const [blob] = miaAgain.records.blobs(taken[0].subject.id);
    expect(blob.sha256).toBe(sha256);
    const copied = miaAgain.records.blob(taken[0].subject.id, blob.n).source;
    expect(await miaAgain.records.hash(copied, async () => {})).toBe(sha256);
    await isGone(again, 'Mia');
  });
});

describe('refused', () => {
  test('to oneself, of nobody, twice, of all there is', async () => {
    const { mother, mia, npub } = await two();
    const over = (given: { subject: string; to: string; keep?: string[] }) => subjectHandOver(context(mother), given);
    await expect(over({ subject: 'Mia', to: npubOf(mother) })).rejects.toMatchObject({ code: 'usage' });
    await expect(over({ subject: 'Max', to: npub })).rejects.toMatchObject({ code: 'not-found' });
    await expect(over({ subject: 'Mia', to: npub, keep: ['0123456789abcdef'] })).rejects.toMatchObject({
      code: 'not-found',
    });
    await over({ subject: 'Mia', to: npub });
    await expect(over({ subject: 'Mia', to: npub })).rejects.toMatchObject({ code: 'conflict' });
    await expect(subjectHandOver(context(mia), { subject: 'me', to: npubOf(mother) })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test('declined, the old home keeps it and collects again', async () => {
    const { mother, mia, child, npub } = await two();
    await subjectHandOver(context(mother), { subject: 'Mia', to: npub });
    const { offers } = await offered(mia);
    await subjectDecline(context(mia), { offer: offers[0].offer });
    await until(
      () => subjectHandOvers(context(mother), {}),
      ([{ state }]) => state === 'declined',
    );
    expect(
      mother.vault.ingest([{ stream: mother.vault.streams(child.id)[0], samples: samples(START + HOUR, 5) }])[0]
        .accepted,
    ).toBe(5);
    expect((await subjectOffers(context(mia), {})).offers).toEqual([]);
  });
});

const handOverId = (home: Home): string =>
  [...home.vault.state.settings.keys()].find((name) => name.startsWith('hand-over/'))?.slice('hand-over/'.length) ?? '';

function record(home: Home, subject: string, text: string): string {
  const id = home.records.newId();
  const resource = { resourceType: 'Condition', code: { text } };
  const version = {
    ...{ id, type: 'Condition', revision: 1, state: 'current' as const, origin: 'own' as const, of: null, at: START },
    ...{ made: START, from: null, keys: [], isBeside: false, notes: [] },
  };
  home.records.append(subject, [{ category: 'problems', version, resource }]);
  return id;
}
