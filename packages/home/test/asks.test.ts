// Asking for more, from the desk of who reads to the owner and back: through a real relay, by a person and by whoever holds a link.
import { createHash } from 'node:crypto';
import { sealMessage } from '@hale/consent';
import { encodeNpub, KINDS, schnorrPublic } from '@hale/kernel';
import { giftWrap } from '@hale/kernel/seal';
import { pdfText } from '@hale/testkit/pdf-text';
import { observationProblems } from '@hale/vault/export';
import { afterEach, describe, expect, test } from 'vitest';
import type { Home } from '../src/home.ts';
import { openedGrant } from '../src/opened-grants.ts';
import { asks, asksAnswer } from '../src/operations/asks.ts';
import { ask, deskNote, openLook, openSeries } from '../src/operations/desk.ts';
import { file } from '../src/operations/file.ts';
import { inbox } from '../src/operations/open.ts';
import { grants, revoke, share } from '../src/operations/share.ts';
import { collectOwnMessages } from '../src/reader-messages.ts';
import { findReceived, receivedGrants } from '../src/received.ts';
import { SHEET } from './filing-sheet.ts';
import { addStream, HOUR, Homes, random, SECOND, samples, until, useRelay } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const iso = (micros: number) => new Date(micros / 1000).toISOString();

let clockAhead = 0;
const nowMicros = () => Date.now() * 1000 + clockAhead;

/** Sam with a pulse and a temperature on a relay, and Dr Lee on the same. */
async function two() {
  clockAhead = 0;
  const sam = homes.make({ nowMicros });
  const lee = homes.make({ nowMicros });
  const relay = await homes.relay(sam.keys, lee.keys);
  useRelay(sam, relay.url);
  useRelay(lee, relay.url);
  const start = Math.floor((Date.now() * 1000 - 48 * HOUR) / HOUR) * HOUR;
  for (const key of ['pulse', 'temperature', 'temperature-skin', 'mood'])
    sam.vault.ingest([{ stream: addStream(sam, key), samples: samples(start, 1800) }]);
  return { sam, lee, relay, start, npub: encodeNpub(schnorrPublic(lee.keys.identity)) };
}

const asksOf = (home: Home) =>
  until(
    async () => asks(context(home), {}),
    (found) => found.length > 0,
  );

/** What the pulse's reader gets, received at Dr Lee's. */
async function shared(extra: { mayFile?: boolean; level?: '1h' | '1m'; until?: string } = {}) {
  const people = await two();
  const { sam, lee, start, npub } = people;
  const wish = {
    streams: ['pulse'],
    with: npub,
    from: iso(start + 10 * 60 * SECOND),
    allowClassic: true,
    name: 'Dr Lee',
    ...extra,
  };
  const { grant } = await share(context(sam), wish);
  const [item] = await until(
    async () => inbox(context(lee), {}),
    (items) => items.length > 0,
  );
  return { ...people, grant, item };
}

interface Summary {
  effectivePeriod: { start: string; end: string };
  component: { code: { coding: { code: string }[] }; valueQuantity: { value: number; code?: string } }[];
}

const DAY = 86_400e6;

/** Asks as a program that forgets, or lies about the time, would do. */
async function sayAsk(
  lee: Home,
  grant: ReturnType<typeof findReceived>,
  said: { id: string; why: string; time: number },
) {
  const { session } = await openedGrant(lee, grant);
  const message = { type: 'ask' as const, kinds: [], days: null, level: null, ...said };
  const options = { nowSeconds: (Date.now() / 1000) | 0, random };
  return await session.publish(sealMessage({ grantKey: grant.key, grantAuthor: grant.author }, message, options));
}

/** Every message to this author was read, and deleted where it lay. */
const isTaken = (relay: Awaited<ReturnType<typeof two>>['relay'], author: string) =>
  until(
    () => relay.store.find({ kinds: [KINDS.wrap], '#p': [author] }),
    (left) => left.length === 0,
  );

describe('a person', () => {
  test('asks, the owner allows, and the open desk finds more', async () => {
    const { sam, lee, grant, item, start } = await shared();
    const before = await openLook(context(lee), { grant: item.grant });
    expect(before).toMatchObject({ state: 'active', mayFile: false, more: [], asked: null });
    expect(before.opened.map(({ key, held }) => [key, held?.firstMicros])).toEqual([['pulse', start + 600 * SECOND]]);

    await ask(context(lee), { grant: item.grant, kinds: ['temperature'], days: 30, why: 'fever' });
    const [asked] = await asksOf(sam);
    expect(asked).toMatchObject({ grant: grant.id, to: 'Dr Lee', kinds: ['temperature'], days: 30, why: 'fever' });
    expect(asked.opens.streams.map(({ key, level, levelBefore }) => [key, level, levelBefore])).toEqual([
      ['pulse', 'raw', 'raw'],
      ['temperature', 'raw', null],
      ['temperature-skin', 'raw', null],
    ]);
    expect(asked.opens.fromMicros).toBeLessThan(start);

    const answer = await asksAnswer(context(sam), { ask: asked.id, answer: 'allow' });
    expect(answer.grant?.streams.map(({ key }) => key)).toEqual(['pulse', 'temperature', 'temperature-skin']);
    expect(await asks(context(sam), {})).toEqual([]);
    // The session that stands hears of it: nothing is fetched anew.
    const found = await until(
      () => openLook(context(lee), { grant: item.grant }),
      ({ more }) => more.length > 0,
    );
    const wider = await openLook(context(lee), { grant: found.more[0] });
    expect(wider.opened.map(({ key }) => key)).toEqual(['pulse', 'temperature', 'temperature-skin']);
    const series = await openSeries(context(lee), { grant: found.more[0], stream: 'temperature' });
    expect(series.columns.count.reduce((sum, count) => sum + count, 0)).toBe(1800);
    expect(series.stream.held).toMatchObject({ firstMicros: start, lastMicros: start + 1799 * SECOND });
    // By message and by the grant's own stream: it is there once.
    await inbox(context(lee), {});
    expect(receivedGrants(lee)).toHaveLength(2);
  });

  test('asks once; what the owner sets aside is not told, and holds for two weeks', async () => {
    const { sam, lee, item } = await shared();
    await ask(context(lee), { grant: item.grant, why: 'more, please' });
    await expect(ask(context(lee), { grant: item.grant })).rejects.toMatchObject({ code: 'conflict' });
    const [asked] = await asksOf(sam);
    expect(await asksAnswer(context(sam), { ask: asked.id, answer: 'not-now' })).toEqual({ grant: null });
    expect((await openLook(context(lee), { grant: item.grant })).asked).toMatchObject({ why: 'more, please' });
    await expect(asksAnswer(context(sam), { ask: asked.id, answer: 'allow' })).rejects.toMatchObject({
      code: 'not-found',
    });
    clockAhead = 15 * 86_400e6;
    expect((await openLook(context(lee), { grant: item.grant })).asked).toBeNull();
  });

  test('is heard only once even where her program asks again', async () => {
    const { sam, lee, relay, item } = await shared();
    const grant = findReceived(lee, item.grant);
    await ask(context(lee), { grant: item.grant, why: 'first' });
    await asksOf(sam);
    expect(await sayAsk(lee, grant, { id: 'ab'.repeat(16), why: 'second', time: nowMicros() })).toBe(true);
    await isTaken(relay, grant.author);
    expect((await asks(context(sam), {})).map(({ why }) => why)).toEqual(['first']);
  });

  test('is told apart: what gets finer of what she has', async () => {
    const { sam, lee, item } = await shared({ level: '1h' });
    await ask(context(lee), { grant: item.grant, level: 'raw' });
    const [asked] = await asksOf(sam);
    expect(asked.opens.streams).toMatchObject([{ key: 'pulse', level: 'raw', levelBefore: '1h' }]);
  });

  test('is dated by when it came, not by what she says', async () => {
    const { sam, lee, relay, item } = await shared();
    const grant = findReceived(lee, item.grant);
    // By her own date it runs out in four seconds; the relay's clock is the real one, so this home's stays so too.
    const almostOut = () => nowMicros() - 14 * DAY + 4 * SECOND;
    expect(await sayAsk(lee, grant, { id: 'ab'.repeat(16), why: 'old', time: almostOut() })).toBe(true);
    const [asked] = await asksOf(sam);
    expect(Math.abs(asked.atMicros - nowMicros())).toBeLessThan(HOUR);
    await asksAnswer(context(sam), { ask: asked.id, answer: 'not-now' });
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    await sayAsk(lee, grant, { id: 'cd'.repeat(16), why: 'next', time: almostOut() });
    await isTaken(relay, grant.author);
    expect(await asks(context(sam), {})).toEqual([]);
  });

  test('is heard no more once the owner stops the share', async () => {
    const { sam, lee, grant, item } = await shared();
    await ask(context(lee), { grant: item.grant, why: 'before' });
    const [asked] = await asksOf(sam);
    await revoke(context(sam), { grant: grant.id });
    expect(await asks(context(sam), {})).toEqual([]);
    await expect(asksAnswer(context(sam), { ask: asked.id, answer: 'allow' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('is not heard when she asks after the owner stopped the share', async () => {
    const { sam, lee, relay, grant, item } = await shared();
    const received = findReceived(lee, item.grant);
    await openLook(context(lee), { grant: item.grant });
    await revoke(context(sam), { grant: grant.id });
    await until(
      () => openLook(context(lee), { grant: item.grant }),
      ({ state }) => state === 'ended',
    );
    await ask(context(lee), { grant: item.grant, why: 'after' });
    await isTaken(relay, received.author);
    expect(await asks(context(sam), {})).toEqual([]);
  });

  test('asks again after it ran out, and is given a month', async () => {
    const { sam, lee, item } = await shared({ until: iso(Date.now() * 1000 + 2 * HOUR) });
    await openLook(context(lee), { grant: item.grant });
    clockAhead = 3 * HOUR;
    await sayAsk(lee, findReceived(lee, item.grant), { id: 'ab'.repeat(16), why: 'again', time: nowMicros() });
    const [asked] = await asksOf(sam);
    const { grant: again } = await asksAnswer(context(sam), { ask: asked.id, answer: 'allow' });
    expect(again?.state).toBe('active');
    expect(Math.round(((again?.untilMicros ?? 0) - nowMicros()) / 86_400e6)).toBe(30);
  });

  test('the owner may choose a part', async () => {
    const { sam, lee, item } = await shared();
    await ask(context(lee), { grant: item.grant, kinds: ['temperature'] });
    const [asked] = await asksOf(sam);
    const { grant } = await asksAnswer(context(sam), {
      ask: asked.id,
      answer: 'allow',
      streams: ['temperature-skin'],
      level: '1m',
    });
    expect(grant?.streams).toEqual([{ key: 'temperature-skin', level: '1m' }]);
  });
});

describe('whoever holds a link', () => {
  test('asks without a name, and opens more by what the link opens', async () => {
    const { sam, relay, start } = await two();
    const { grant, link } = await share(context(sam), { streams: ['pulse'], with: 'link', from: iso(start) });
    await sam.network.settle(20_000);
    // A home that knows neither the owner nor the relay.
    const reader = homes.make({ nowMicros });
    expect(relay.url).toBeTruthy();
    await ask(context(reader), { grant: link ?? '', kinds: ['mood'], why: 'to see the whole' });
    const [asked] = await asksOf(sam);
    expect(asked).toMatchObject({ grant: grant.id, how: 'link', recipient: null });
    await asksAnswer(context(sam), { ask: asked.id, answer: 'allow' });
    const found = await until(
      () => openLook(context(reader), { grant: link ?? '' }),
      ({ moreCount }) => moreCount > 0,
    );
    const wider = await openLook(context(reader), { grant: found.more[0] });
    expect(wider.opened.map(({ key }) => key)).toEqual(['pulse', 'mood']);
  });
});

describe('filing', () => {
  test('where the grant allows it a copy is kept, and the owner sees it', async () => {
    const { sam, lee, item } = await shared({ mayFile: true });
    const filed = await file(context(lee), { grant: item.grant, sheet: SHEET });
    expect(filed.readings).toBeGreaterThan(0);
    expect(JSON.parse(filed.bundle)).toMatchObject({
      resourceType: 'Bundle',
      identifier: { system: 'urn:hale:grant' },
    });
    const [grant] = await until(
      async () => grants(context(sam), {}),
      ([each]) => each.filed.length > 0,
    );
    const { hash, readings, document } = filed;
    expect(grant.filed).toEqual([{ atMicros: expect.any(Number), readings, hash, documentHash: document?.hash }]);
    const pdf = Buffer.from(document?.base64 ?? '', 'base64');
    expect(createHash('sha256').update(pdf).digest('hex')).toBe(document?.hash);
    // The page names the bundle that lies beside it.
    expect(createHash('sha256').update(filed.bundle).digest('hex')).toBe(hash);
    expect(pdfText(pdf).join('\n')).toContain(hash);
  });

  test('summaries are filed as such: each with its period, count, average and extremes', async () => {
    const { lee, item } = await shared({ mayFile: true, level: '1m' });
    const { bundle, readings, document } = await file(context(lee), { grant: item.grant });
    expect(document).toBeNull();
    const entries = (JSON.parse(bundle) as { entry: { resource: Summary }[] }).entry.map(({ resource }) => resource);
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.flatMap(observationProblems)).toEqual([]);
    let count = 0;
    for (const { effectivePeriod, component } of entries) {
      expect(Date.parse(effectivePeriod.end) - Date.parse(effectivePeriod.start)).toBe(60_000);
      const told = new Map(component.map(({ code, valueQuantity }) => [code.coding[0].code, valueQuantity]));
      expect([...told.keys()].slice(0, 2)).toEqual(['count', 'average']);
      expect(told.get('average')?.code).toBe('1');
      const [average = 0, low = 0, high = 0] = ['average', 'minimum', 'maximum'].map((name) => told.get(name)?.value);
      if (told.has('minimum')) expect(low <= average && average <= high).toBe(true);
      count += told.get('count')?.value ?? 0;
    }
    expect(count).toBe(readings);
  });

  test('elsewhere it is refused', async () => {
    const { lee, item } = await shared();
    await expect(file(context(lee), { grant: item.grant })).rejects.toMatchObject({ code: 'not-permitted' });
  });
});

test('notes stay on the desk, sealed', async () => {
  const { lee, item } = await shared();
  expect(await deskNote(context(lee), { grant: item.grant })).toEqual({ text: '', savedMicros: null });
  await deskNote(context(lee), { grant: item.grant, text: 'call on Monday' });
  expect((await deskNote(context(lee), { grant: item.grant })).text).toBe('call on Monday');
  expect(
    JSON.stringify(
      lee.events.database
        .prepare('SELECT value FROM vault_state')
        .all()
        .map((row) => Buffer.from((row as { value: Uint8Array }).value).toString('latin1')),
    ),
  ).not.toContain('call on Monday');
});

test('what others leave at a grant’s address is deleted and counted for nothing', async () => {
  const { sam, lee, grant, item } = await shared();
  const { author } = findReceived(lee, item.grant);
  const wrap = giftWrap(
    { kind: 1983, created_at: 1, tags: [], content: 'not sealed with the grant key' },
    {
      secret: random(32),
      recipient: Buffer.from(author, 'hex'),
      wrapSecret: random(32),
      nowSeconds: (Date.now() / 1000) | 0,
      random,
    },
  );
  sam.events.put(wrap);
  sam.embedded = { url: 'ws://127.0.0.1:1', invite: () => '', addMember: () => {}, stop: () => {} };
  collectOwnMessages(sam, true);
  expect(await asks(context(sam), {})).toEqual([]);
  expect([...sam.events.query({ kinds: [1059] })].filter(({ id }) => id === wrap.id)).toEqual([]);
  expect(grant.state).toBe('active');
});
