// What strangers send: it is shown or left out, never trusted, and never takes the rest of the inbox with it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { base64Encode, encodeBatch, encodeCbor, KINDS, schnorrPublic, toHex, type VerifiedEvent } from '@hale/kernel';
import {
  giftWrap,
  grantSecret,
  kemPublicOf,
  logLabel,
  readerKey,
  sealLogEntry,
  signEvent,
  wrapHybrid,
} from '@hale/kernel/seal';
import { afterEach, expect, test } from 'vitest';
import type { Home } from '../src/home.ts';
import { inbox, inboxRemove, open } from '../src/operations/open.ts';
import { keepMemory, readerMemory, receivedGrants } from '../src/received.ts';
import { Homes, random, useRelay } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const seconds = (): number => Math.floor(Date.now() / 1000);

interface Sent {
  key?: Uint8Array;
  author?: Uint8Array;
  relays: string[];
  /** Secret of the person who sends. */
  from?: Uint8Array;
  /** Number by which the one stream of the scope is described. */
  stream?: number;
}

/** A grant as somebody who is no Hale home might make it. */
function grantFor(home: Home, { key = random(32), author = random(32), relays, from = random(32), stream = 0 }: Sent) {
  const pubkey = schnorrPublic(author);
  const log = { author: pubkey, secret: grantSecret(key) };
  const now = seconds();
  const scope = {
    streams: [{ streamKey: 'hr', level: 'raw' }],
    from: 0,
    to: null,
    until: null,
    purpose: { code: 'TREAT', text: '' },
    recipient: { kind: 'link' },
  };
  const grid = { rawSlotSeconds: 900, dayOffsetMinutes: 0, levels: ['raw'] };
  const series = { kind: 'hr', title: 'hr', ucum: '1', factor: 1, origin: 0, loinc: null, nominalPeriodMicros: 1e6 };
  const entries = [
    { type: 'consent', grantId: 'g', scope, fhir: '{}', names: { subject: 'x', owner: 'x' }, time: now * 1e6 },
    { type: 'stream', stream, author: toHex(pubkey), labels: { raw: random(8) }, grid, ...series, edges: [] },
  ];
  const label = logLabel(log.secret);
  const tiles = entries.map((value, seq) => sealLogEntry(log, seq, 0, value));
  const sign = (kind: number, tags: string[][], content: string) =>
    signEvent({ kind, created_at: now, tags: [['-'], ...tags], content }, author, random(32));
  const reader = toHex(schnorrPublic(readerKey(key, pubkey)));
  const events = [
    sign(KINDS.tileBatch, [['l', toHex(label)]], base64Encode(encodeBatch({ label, epoch: 0, generation: 0, tiles }))),
    sign(KINDS.access, [['reader', reader, String(now + 9999)]], ''),
  ];
  const payload = encodeCbor({ v: 1, grantKey: key, author: toHex(pubkey), relays });
  const { inboxSecret, kemSeed, identity } = home.keys;
  const recipient = { pubkey: schnorrPublic(inboxSecret), kemPublic: kemPublicOf(kemSeed) };
  const rumor = {
    kind: 1982,
    created_at: now,
    tags: [],
    content: base64Encode(wrapHybrid(payload, recipient, { random })),
  };
  const wrap = giftWrap(rumor, {
    secret: from,
    recipient: schnorrPublic(identity),
    wrapSecret: random(32),
    nowSeconds: now,
    random,
  });
  return { wrap, events, key, author };
}

function arrive(home: Home, ...wraps: { wrap: VerifiedEvent }[]): void {
  for (const { wrap } of wraps) home.events.put(wrap);
}

const notices: string[] = [];
const context = (home: Home) => ({
  home,
  emit: (said: object) => void notices.push(JSON.stringify(said)),
  signal: new AbortController().signal,
});

test('a stream that the scope does not have is passed over, and the rest of the inbox is shown', async () => {
  const home = homes.make();
  const relay = await homes.relay(home.keys);
  useRelay(home, relay.url);
  const hostile = grantFor(home, { relays: [relay.url], stream: 3 });
  const honest = grantFor(home, { relays: [relay.url] });
  for (const event of [...hostile.events, ...honest.events]) relay.store.put(event);
  arrive(home, hostile, honest);
  const items = await inbox(context(home), {});
  expect(items.map(({ state }) => state)).toEqual(['active', 'active']);
  expect(items.map(({ streams }) => streams.length).sort()).toEqual([0, 1]);
});

test('the relays of an unknown sender are not asked until one of his shares is opened', async () => {
  const visits: string[] = [];
  const server = createServer();
  server.on('upgrade', (request, socket) => {
    visits.push(request.url ?? '');
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const home = homes.make();
    const from = random(32);
    arrive(
      home,
      grantFor(home, { relays: [`${url}/first`], from }),
      grantFor(home, { relays: [`${url}/second`], from }),
    );
    const items = await inbox(context(home), {});
    expect(items.map(({ state, from: sender }) => [state, sender.slice(0, 4)])).toEqual([
      ['new', 'npub'],
      ['new', 'npub'],
    ]);
    expect(visits).toEqual([]);
    await expect(open(context(home), { grant: items[0].grant })).rejects.toMatchObject({ code: 'unavailable' });
    expect(visits).toHaveLength(1);
    expect((await inbox(context(home), {})).map(({ state }) => state)).toEqual(['unreachable', 'unreachable']);
    expect(new Set(visits).size).toBe(2);
  } finally {
    server.close();
  }
});

test('what was removed does not come back with its message', async () => {
  const home = homes.make();
  const [unwanted, kept] = [grantFor(home, { relays: [] }), grantFor(home, { relays: [] })];
  arrive(home, unwanted, kept);
  const id = toHex(schnorrPublic(unwanted.author)).slice(0, 16);
  expect(await inbox(context(home), {})).toHaveLength(2);
  expect(await inboxRemove(context(home), { grant: id })).toMatchObject({ grant: id, state: 'new' });
  expect((await inbox(context(home), {})).map(({ grant }) => grant)).not.toContain(id);
  expect(receivedGrants(home)).toHaveLength(1);
  expect(() => inboxRemove(context(home), { grant: id })).toThrow('no such grant');
});

test('who knows only the author cannot take the place of the grant', async () => {
  const home = homes.make();
  const author = random(32);
  arrive(home, grantFor(home, { author, relays: [] }));
  await inbox(context(home), {});
  arrive(home, grantFor(home, { author, relays: [] }));
  await inbox(context(home), {});
  const ids = receivedGrants(home).map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
  expect(ids[0]).toBe(toHex(schnorrPublic(author)).slice(0, 16));
});

test('of the relays that a sender names the first eight that are addresses are kept', async () => {
  const home = homes.make();
  const named = ['https://no.example', 'ws://[bad', 'WSS://One.example/', ...'abcdefghijkl'].map((text) =>
    text.length === 1 ? `wss://${text}.example` : text,
  );
  arrive(home, grantFor(home, { relays: named }));
  await inbox(context(home), {});
  const [{ relays }] = receivedGrants(home);
  expect(relays).toHaveLength(8);
  expect(relays.slice(0, 2)).toEqual(['wss://one.example', 'wss://a.example']);
});

test('what was seen of a grant is kept under a name that tells nothing, that of older stores too', () => {
  const home = homes.make();
  const author = toHex(random(32));
  const grant = { id: author.slice(0, 16), key: random(32), author, relays: [], from: '', at: 0 };
  const memory = { nextSeq: 7, headNumber: 2 };
  const { store } = home.vault;
  store.transact(() => store.setState(`memory/${grant.id}`, home.local.seal('memory', memory)));
  const again = homes.open({ dir: home.dir, keys: home.keys });
  expect(readerMemory(again, grant)).toEqual(memory);
  keepMemory(again, grant, { nextSeq: 8, headNumber: 2 });
  const names = again.events.database.prepare('SELECT name FROM vault_state').all() as { name: Uint8Array }[];
  expect(names.map(({ name }) => Buffer.from(name).toString()).join()).not.toContain(grant.id);
  expect(readerMemory(again, grant)?.nextSeq).toBe(8);
});
