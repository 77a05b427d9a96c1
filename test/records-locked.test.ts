// Health records behind a PIN, for one browser, and in a saved copy: what opens is what a plain link opens; a record that is withheld and one that never
// was leave the same file; and files that earlier versions wrote open as they did.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimKeys, copiedResources, type GrantAddress, GrantSession, parseLockerLink, pinKeys } from '@hale/consent';
import { base64Decode, decodeBatch, fromHex } from '@hale/kernel';
import { afterEach, expect, test } from 'vitest';
import type { RecordsShared } from '../packages/home/src/api.ts';
import type { Home } from '../packages/home/src/home.ts';
import { OPERATIONS } from '../packages/home/src/operations/index.ts';
import { grantSession } from '../packages/home/src/received.ts';
import { recordTools } from '../packages/home/src/records/tools.ts';
import { addStream, HOUR, Homes, samples, useRelay } from '../packages/home/test/homes.ts';
import { connectToCopy, keyOf, parseCopy } from '../packages/web/src/reader/copy.ts';

const homes = new Homes();
afterEach(() => homes.close());

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const subject = { reference: 'Patient/p' };
const problem = (id: string, code: object) => ({
  ...{ resourceType: 'Condition', id, subject, onsetDateTime: '2020-03-01', code },
});
const DEPRESSION = { coding: [{ system: 'http://snomed.info/sct', code: '35489007' }], text: 'Low spirits' };
const GIVEN = [{ resourceType: 'Patient', id: 'p', birthDate: '1980-05-02' }, problem('a', { text: 'Asthma' })];
const UNDATED = { ...problem('u', { text: 'Gout' }), onsetDateTime: undefined };
const WITHOUT_MIND: RecordsShared = {
  categories: ['problems', 'people'],
  anyTime: true,
  withholdAreas: ['mental-health'],
};

async function filled(resources: object[]): Promise<Home> {
  const home = homes.make();
  useRelay(home, (await homes.relay(home.keys)).url);
  const file = join(homes.dir(), 'hospital.json');
  const entry = resources.map((resource) => ({ resource }));
  writeFileSync(file, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
  await OPERATIONS.import(context(home), { files: [file] });
  return home;
}

const resourcesOf = ({ reader }: GrantSession<GrantAddress>) =>
  copiedResources(reader.copies.packed, recordTools.inflate).map(({ id: _, ...resource }) => resource);
const sealedIn = (html: string): string =>
  /<script type="application\/json" id="hale-sealed">(.*?)<\/script>/s.exec(html)?.[1] ?? '';

/** What the page in the file does, without its screen. */
async function openedCopy(sealed: string, code: string) {
  const copy = parseCopy(sealed);
  const address = { key: keyOf(copy, code), author: copy.author, relays: ['the file'] };
  const session = new GrantSession(address, connectToCopy(copy));
  await session.open();
  return session;
}

test.each([
  ['a PIN', { withPin: true }],
  ['one browser', { claim: true }],
  ['both', { withPin: true, claim: true }],
])('a link with %s gives the records that a plain link gives', async (_, locks) => {
  const home = await filled([...GIVEN, UNDATED, problem('d', DEPRESSION)]);
  const wish = { streams: [], as: 'Ann', records: WITHOUT_MIND };
  const { link, pin, grant, preview } = await OPERATIONS['share.locker'](context(home), { ...wish, ...locks });
  await home.network.settle(20_000);
  expect(preview.records).toMatchObject({ count: 3, withheldCount: 1 });
  const { secret, author } = parseLockerLink(link);
  const { owner, record } = home.grants.get(grant.id);
  // The key is made of the link, the PIN and what the locker keeps: never the link alone.
  const keys = pin === null ? claimKeys(secret) : pinKeys(secret, pin);
  const answer = await fetch(`${record.locker!.relay.replace(/^ws/, 'http')}/hale/locker/open`, {
    method: 'POST',
    body: JSON.stringify({ id: keys.lockerId, verifier: keys.verifier }),
  });
  const said = (await answer.json()) as { share?: string };
  const key = said.share === undefined ? owner.grantKey : keys.grantKey(fromHex(said.share, 32));
  expect('claim' in locks || said.share !== undefined).toBe(true);
  const session = grantSession({ id: 'x', key, author, relays: home.storeRelays(), from: '', at: 0 });
  await session.open();
  const plain = await OPERATIONS.share(context(home), { ...wish, with: 'link' });
  await home.network.settle(20_000);
  const eyes = (await OPERATIONS['grants.records'](context(home), { grant: plain.grant.id })).records!;
  expect(session.reader.copies.state).toBe('complete');
  const text = (all: readonly object[]) => all.map((each) => JSON.stringify(each)).sort();
  expect(text(resourcesOf(session))).toEqual(text(eyes.resources.map(({ id: _id, ...resource }) => resource)));
  expect(JSON.stringify(resourcesOf(session))).toMatch(/Asthma.*Gout|Gout.*Asthma/);
  expect(JSON.stringify(resourcesOf(session))).not.toContain('Low spirits');
  await session.close();
});

test('a saved copy holds records and readings, opens with its code alone, and relays keep nothing of it', async () => {
  const home = await filled([...GIVEN, UNDATED]);
  const from = home.nowMicros() - 2 * HOUR;
  home.vault.ingest([{ stream: addStream(home, 'pulse'), samples: samples(from, 60) }]);
  const wish = { streams: ['pulse'], as: 'Ann', from: new Date(from / 1000).toISOString(), records: WITHOUT_MIND };
  const { html, code, grant, preview } = await OPERATIONS['share.file'](context(home), wish);
  expect(grant.state).not.toBe('active');
  expect(preview.sentence).toContain('problems, people of the health record');
  for (const word of ['Asthma', 'Gout', 'problems']) expect(sealedIn(html)).not.toContain(word);
  expect(html).not.toContain('problems, people of the health record');
  const session = await openedCopy(sealedIn(html), code!);
  expect(session.reader.copies).toMatchObject({ state: 'complete', count: 3, told: null });
  expect(JSON.stringify(resourcesOf(session))).toMatch(/Asthma.*Gout|Gout.*Asthma/);
  await session.fetch(0, 'raw', from, from + HOUR);
  const tiles = session.tilesOf(0, 'raw', from, from + HOUR);
  const series = session.reader.series({ stream: 0, level: 'raw', from, to: from + HOUR }, tiles);
  expect(series.samples?.times.length).toBe(60);
  const wrong = await openedCopy(sealedIn(html), '0'.repeat(26));
  expect(wrong.reader.state.consent).toBeNull();
  expect(wrong.reader.copies.state).toBe('none');
  const { copiesAuthor, grantAuthor } = home.grants.get(grant.id).owner;
  for (const author of [copiesAuthor!, grantAuthor])
    expect(home.events.query({ kinds: [1980], authors: [author] })).toEqual([]);
});

test('of a record that is withheld and of one that never was the file is the same: its pieces, their sizes, its length, what opens', async () => {
  const made = async (resources: object[]) => {
    const home = await filled(resources);
    const { html, code } = await OPERATIONS['share.file'](context(home), {
      streams: [],
      as: 'Ann',
      records: WITHOUT_MIND,
    });
    const { events } = JSON.parse(sealedIn(html)) as {
      events: { content: string; tags: string[][]; pubkey: string }[];
    };
    const session = await openedCopy(sealedIn(html), code!);
    const { packed: _, time: _time, ...copies } = session.reader.copies;
    return {
      length: html.length,
      events: events
        .map(({ content, tags, pubkey }) => ({
          bytes: content.length,
          tags: tags.map(([name]) => name),
          tiles: decodeBatch(fromHex(pubkey, 32), base64Decode(content)).tiles.length,
        }))
        .sort((a, b) => a.bytes - b.bytes || a.tiles - b.tiles),
      copies,
      opened: resourcesOf(session)
        .map((each) => JSON.stringify(each))
        .sort(),
      consent: { ...session.reader.state.consent!.scope },
    };
  };
  const [there, absent] = [await made([...GIVEN, problem('d', DEPRESSION)]), await made(GIVEN)];
  expect({ ...there, consent: { ...there.consent, from: 0 } }).toEqual({
    ...absent,
    consent: { ...absent.consent, from: 0 },
  });
});

const FIXTURES = new URL('data/saved-copies/', import.meta.url);
const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8')) as { code: string; sealed: object };

test('saved copies of earlier versions open: readings alone, and records', async () => {
  if (process.env.HALE_WRITE_FIXTURES) await writeFixtures();
  const readings = fixture('readings');
  const first = await openedCopy(JSON.stringify(readings.sealed), readings.code);
  const { from, to } = first.reader.state.consent!.scope;
  await first.fetch(0, 'raw', from, to!);
  const { samples: values } = first.reader.series(
    { stream: 0, level: 'raw', from, to: to! },
    first.tilesOf(0, 'raw', from, to!),
  );
  expect([...values!.values].slice(0, 5)).toEqual([60, 66, 72, 78, 84]);
  expect(first.reader.copies.state).toBe('none');
  const records = fixture('records');
  const second = await openedCopy(JSON.stringify(records.sealed), records.code);
  expect(second.reader.copies).toMatchObject({ state: 'complete', count: 3 });
  expect(
    resourcesOf(second)
      .map(({ resourceType }) => resourceType)
      .sort(),
  ).toEqual(['Condition', 'Condition', 'Patient']);
});

/** Once for each form of the file, never again: what was written then has to open. */
async function writeFixtures(): Promise<void> {
  const home = await filled([...GIVEN, UNDATED]);
  const from = home.nowMicros() - 2 * HOUR;
  home.vault.ingest([{ stream: addStream(home, 'pulse'), samples: samples(from, 60) }]);
  const write = async (name: string, wish: object) => {
    const { html, code } = await OPERATIONS['share.file'](context(home), { streams: [], as: 'Ann', ...wish });
    writeFileSync(
      new URL(`${name}.json`, FIXTURES),
      `${JSON.stringify({ code, sealed: JSON.parse(sealedIn(html)) })}\n`,
      { flag: 'wx' },
    );
  };
  await write('readings', { streams: ['pulse'], from: new Date(from / 1000).toISOString() });
  await write('records', { records: WITHOUT_MIND });
}
