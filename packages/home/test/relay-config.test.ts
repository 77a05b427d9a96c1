// relay.toml: what is written shows everything and changes nothing; what is read is read strictly; what is set is enforced, and NIP-11 says it.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HaleError, httpAuthHeader, installPrimitives, KINDS } from '@hale/kernel';
import { signHttpAuth } from '@hale/kernel/seal';
import { OPERATOR_LIMITS, RELAY_LIMITS } from '@hale/relay/server';
import { type Person, person, someId } from '@hale/testkit/relay-people';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { RunningRelay } from '../src/relay/alone.ts';
import { parseConfig, renderConfig, writeConfig } from '../src/relay/config.ts';
import { SETTINGS } from '../src/relay/config-table.ts';
import { HOST_SETTABLE } from '../src/relay/host-settings.ts';
import { HOST_LIMITS } from '../src/relay/limits.ts';
import { nativePrimitives } from '../src/relay/native.ts';
import { relaySetUp } from '../src/relay/settings.ts';

const ann = person('ann');
const bob = person('bob');
let dir: string;
let running: RunningRelay[] = [];

beforeAll(() => {
  installPrimitives(nativePrimitives());
  dir = mkdtempSync(join(tmpdir(), 'hale-config-'));
});
afterEach(async () => {
  for (const relay of running) await relay.close();
  running = [];
});
afterAll(() => rmSync(dir, { recursive: true }));

const uncommented = (text: string) => text.replaceAll(/^# (?=\w+ = )/gm, '');

/** How an error says it. */
function said(text: string): { code: string; message: string; detail: object } {
  try {
    parseConfig(text, 'relay.toml');
  } catch (error) {
    if (error instanceof HaleError) return { code: error.code, message: error.message, detail: error.detail };
    throw error;
  }
  throw new Error('it was taken');
}

describe('the file that is written', () => {
  test('sets nothing, and with every # away it sets what holds anyhow', () => {
    expect(parseConfig(renderConfig(), 'relay.toml')).toEqual({ '': {}, ...emptyTables() });
    const all = parseConfig(uncommented(renderConfig()), 'relay.toml');
    const set = Object.entries(all).flatMap(([section, values]) =>
      Object.entries(values ?? {}).map(([key, value]) => [section, key, value]),
    );
    expect(set).toEqual(SETTINGS.map(({ section, key, preset }) => [section, key, preset]));
  });

  const emptyTables = () =>
    Object.fromEntries(['keep', 'limits', 'mirror', 'backup', 'tls', 'acme', 'watch'].map((t) => [t, {}]));

  test('has every limit that can be set, with the number that the code has, its reason and its range', () => {
    const text = renderConfig();
    const names = [...Object.keys(HOST_SETTABLE), ...Object.keys(OPERATOR_LIMITS)];
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) {
      const value = { ...RELAY_LIMITS, ...HOST_LIMITS }[name as keyof typeof RELAY_LIMITS];
      const stands = new RegExp(`((?:^# .*\\n)+)# ${name} = ${value.toLocaleString('en').replaceAll(',', '_')}$`, 'm');
      expect((stands.exec(text)?.[1] ?? name).replaceAll('\n# ', ' ')).toMatch(/Allowed: a whole number from/);
    }
    const reasons = SETTINGS.map(({ about }) => about);
    expect(reasons.every((about) => about.length > 15)).toBe(true);
    expect(new Set(reasons).size).toBe(reasons.length);
  });

  test('is not written over one that is there', () => {
    const file = join(dir, 'once.toml');
    writeConfig(file);
    expect(() => writeConfig(file)).toThrow(/already/);
  });
});

describe('the file that is read', () => {
  test.each([
    [
      'a word that is none',
      '[limits]\n\nconnectonsMax = 5',
      { line: 3, key: 'limits.connectonsMax', near: 'limits.connectionsMax' },
    ],
    ['one of another table', 'tilesDays = 3', { line: 1, key: 'tilesDays', near: 'keep.tilesDays' }],
    ['one that is like nothing', 'zzzzzz = 3', { line: 1, key: 'zzzzzz', near: undefined }],
  ])('%s is told with its place', (_, text, { line, key, near }) => {
    const { code, message, detail } = said(text);
    expect({ code, message }).toEqual({ code: 'malformed', message: `there is no setting ${key}` });
    expect(detail).toEqual({ file: 'relay.toml', line, key, ...(near ? { 'did you mean': near } : {}) });
  });

  test.each([
    ['port = "x"', 'port', 'a whole number from 0 to 65 535'],
    ['port = 70000', 'port', 'a whole number from 0 to 65 535'],
    ['port = 80.5', 'port', 'a whole number from 0 to 65 535'],
    ['private = 1', 'private', 'true or false'],
    ['addresses = "wss://a.example"', 'addresses', 'a list like ["wss://relay.example.org"]'],
    ['addresses = ["https://a.example"]', 'addresses', 'a list like ["wss://relay.example.org"]'],
    ['proxies = ["everybody"]', 'proxies', 'a list like ["127.0.0.1"]'],
    ['jurisdiction = ["Germany"]', 'jurisdiction', 'a list of two capital letters each, like ["DE"]'],
    ['owner = "nsec1abc"', 'owner', 'npub1… or 64 hex characters'],
    ['[limits]\nmessageBytesMax = 99', 'limits.messageBytesMax', 'a whole number from 131 072 to 263 168'],
    ['[watch]\nmetricsToken = "short"', 'watch.metricsToken', '22 to 200 letters, digits, - and _'],
    ['name = 2026-01-01', 'name', 'a text of at most 100 characters'],
  ])('%s is refused with what is allowed', (text, key, allowed) => {
    const line = text.split('\n').length;
    expect(said(text)).toMatchObject({ code: 'malformed', detail: { file: 'relay.toml', line, key, allowed } });
  });

  test('a table that is none, and what is no TOML', () => {
    expect(said('\n[limit]\na = 1')).toMatchObject({ message: 'there is no table [limit]', detail: { line: 2 } });
    const broken = said('name = "a"\n[watch]\nmetricsToken = "verysecretverysecret');
    expect(broken.detail).toMatchObject({ line: 3 });
    expect(broken.message).not.toContain('verysecret');
  });

  test('what does not go together is told', () => {
    const of = (text: string) => {
      const config = join(dir, 'together.toml');
      writeFileSync(config, text);
      return () => relaySetUp({ dir, config });
    };
    expect(of('[tls]\ncertificate = "a.pem"')).toThrow(/needed both/);
    expect(of('[tls]\ncertificate = "a"\nkey = "b"\n[acme]\ndomains = ["a.example"]')).toThrow(/not both/);
    expect(of('[keep]\nprovider = true')).toThrow(/where the disks stand/);
    expect(() => relaySetUp({ dir, config: join(dir, 'nowhere.toml') })).toThrow(/no such file/);
  });

  test('the command line counts more', () => {
    const config = join(dir, 'more.toml');
    writeFileSync(config, 'port = 4000\nprivate = true\nname = "Ours"\njurisdiction = ["DE"]\n[keep]\nwrapsDays = 90');
    const { start } = relaySetUp({ dir, config, port: 5000, wishes: { jurisdiction: ['PL'] } });
    expect(start).toMatchObject({ port: 5000, private: true, name: 'Ours', jurisdiction: ['PL'] });
    expect(start.keep).toMatchObject({ wraps: 90 * 86_400, tiles: null });
    expect(relaySetUp({ dir, config, privateMode: false }).start).toMatchObject({ port: 4000, private: false });
  });
});

describe('what is set', () => {
  async function runWith(text: string): Promise<RunningRelay> {
    const folder = mkdtempSync(join(dir, 'run-'));
    writeFileSync(join(folder, 'relay.toml'), `port = 0\n${text}`);
    const relay = await RunningRelay.start({ dir: folder });
    running.push(relay);
    return relay;
  }

  const information = async (relay: RunningRelay) =>
    (await (
      await fetch(relay.url.replace('ws', 'http'), { headers: { accept: 'application/nostr+json' } })
    ).json()) as {
      limitation: Record<string, number>;
      hale: { tokens: { allotment: number; per_epoch: number } };
      retention: { kinds?: number[]; time?: number }[];
    };

  /** Frames that come until `enough`, or the code with which the socket closes. */
  function talk(
    relay: RunningRelay,
    frames: readonly unknown[][],
    enough: (seen: unknown[][]) => boolean,
    headers = {},
  ) {
    return new Promise<unknown[][] | number>((resolve, reject) => {
      const socket = new WebSocket(relay.url, { headers });
      const seen: unknown[][] = [];
      socket.on('open', () => {
        for (const frame of frames) socket.send(JSON.stringify(frame));
      });
      socket.on('message', (data) => {
        const frame = JSON.parse(String(data)) as unknown[];
        if (frame[0] !== 'AUTH') seen.push(frame);
        if (!enough(seen)) return;
        resolve(seen);
        socket.terminate();
      });
      socket.on('close', resolve);
      socket.on('error', reject);
    });
  }

  test('is enforced and said: frames, subscriptions, events of an answer, dates ahead', async () => {
    const relay = await runWith(
      '[limits]\nmessageBytesMax = 131_072\nsubscriptionsMax = 2\neventsPerRequestMax = 10\nfutureSecondsMax = 120',
    );
    expect((await information(relay)).limitation).toMatchObject({
      ...{ max_message_length: 131_072, max_subscriptions: 2, max_limit: 10, default_limit: 10 },
      created_at_upper_limit: 120,
    });
    const now = Math.floor(Date.now() / 1000);
    const notes = Array.from({ length: 12 }, (_, n) => ann.sign({ created_at: now - n, content: `${n}` }));
    const ahead = ann.sign({ created_at: now + 300 });
    const published = await talk(
      relay,
      [...notes, ahead].map((event) => ['EVENT', event]),
      (seen) => seen.length === 13,
    );
    expect((published as unknown[][]).filter(([, , ok]) => ok)).toHaveLength(12);
    const asked = await talk(
      relay,
      [
        ['REQ', 'a', { limit: 5_000 }],
        ['REQ', 'b', { ids: [] }],
        ['REQ', 'c', { ids: [] }],
      ],
      (seen) => seen.some(([verb]) => verb === 'CLOSED'),
    );
    expect((asked as unknown[][]).filter(([verb]) => verb === 'EVENT')).toHaveLength(10);
    expect(asked).toContainEqual(['CLOSED', 'c', 'restricted: too many subscriptions']);
    expect(await talk(relay, [['REQ', 'x', { search: 'y'.repeat(131_072) }]], () => false)).toBe(1009);
  });

  const proofOf = (relay: RunningRelay, who: Person) => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const url = relay.url;
    const proof = signHttpAuth({ url, method: 'GET', body: null, secret: who.secret, nowSeconds, random: randomBytes });
    return { authorization: httpAuthHeader(proof) };
  };

  test('is enforced: sockets, and bytes of tokens', async () => {
    const relay = await runWith(
      'private = true\n[limits]\nallotmentBytesDefault = 100_000\ntokensPerEpochDefault = 32',
    );
    expect((await information(relay)).hale.tokens).toMatchObject({ allotment: 100_000, per_epoch: 32 });
    const one = await runWith('[limits]\nconnectionsMax = 1');
    const first = new WebSocket(one.url);
    await new Promise((resolve) => first.once('open', resolve));
    const second = new WebSocket(one.url);
    const status = await new Promise((resolve) =>
      second.on('unexpected-response', (_, { statusCode }) => resolve(statusCode)),
    );
    second.on('error', () => {});
    second.terminate();
    first.terminate();
    expect(status).toBe(503);
  });

  test('is enforced: questions in a minute, posts of guests in an hour', async () => {
    const relay = await runWith(
      `private = true\nowner = "${ann.pubkey}"\n[limits]\nquestionsPerMinuteMax = 2\npostsPerHourMax = 1`,
    );
    const post = (who: Person, path: string, fields: object) => {
      const url = `${relay.url.replace('ws', 'http')}${path}`;
      const body = Buffer.from(JSON.stringify(fields));
      const nowSeconds = Math.floor(Date.now() / 1000);
      const proof = signHttpAuth({
        url,
        method: 'POST',
        body,
        secret: who.secret,
        nowSeconds,
        random: randomBytes,
      });
      return fetch(url, { method: 'POST', headers: { authorization: httpAuthHeader(proof) }, body });
    };
    const wrap = ann.sign({ kind: KINDS.wrap, created_at: Math.floor(Date.now() / 1000), tags: [['p', bob.pubkey]] });
    const ok = (seen: unknown[][]) => seen.filter(([verb]) => verb === 'OK');
    const asAnn = await talk(relay, [['EVENT', wrap]], (seen) => ok(seen).length === 1, proofOf(relay, ann));
    expect(asAnn).toEqual([['OK', wrap.id, true, '']]);
    const deletions = ['1', '2'].map((content) => {
      return bob.sign({
        kind: KINDS.deletion,
        tags: [
          ['e', someId(content)],
          ['k', '1059'],
        ],
        created_at: wrap.created_at,
      });
    });
    const frames = deletions.map((event) => ['EVENT', event]);
    const asBob = await talk(relay, frames, (seen) => ok(seen).length === 2, proofOf(relay, bob));
    expect(
      ok(asBob as unknown[][])
        .map(([, , accepted, text]) => [accepted, text])
        .sort(),
    ).toEqual([
      [false, 'rate-limited: too many events of guests in this hour'],
      [true, ''],
    ]);
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await post(ann, '/hale/query', { filters: [{ kinds: [1] }] })).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  test('retention is told as it is kept', async () => {
    const { retention } = await information(await runWith('[keep]\ntilesDays = 3_650\nwrapsDays = 90'));
    const of = (kind: number) => retention.find(({ kinds }) => kinds?.includes(kind))?.time;
    expect([of(KINDS.tileBatch), of(KINDS.access), of(KINDS.wrap)]).toEqual([
      3_650 * 86_400,
      3_650 * 86_400,
      90 * 86_400,
    ]);
  });
});
