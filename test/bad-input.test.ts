// What is wrong, broken or meant badly: each a clear error or a flagged gap, and nothing that was stored is lost or changed (issue 2, bad input).
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeLink, parseLink } from '@hale/consent';
import { base64Decode, base64Encode, decodeBatch, encodeBatch, KINDS, type NostrEvent, toHex } from '@hale/kernel';
import { masterKeys, parseWords, seedOf, signEvent, streamAuthor } from '@hale/kernel/seal';
import {
  deliver,
  hale,
  haleJson,
  initHome,
  type Running,
  type RunningNode,
  startNode,
  startRelay,
  TELEMETRY,
  workFolder,
} from '@hale/testkit/hale-process';
import { honest, LyingRelay } from '@hale/testkit/lying-relay';
import { person, tileBatch } from '@hale/testkit/relay-people';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Home } from '../packages/home/src/home.ts';
import { relayStorePath } from '../packages/home/src/relay/host.ts';
import './in-process.ts';

const folder = workFolder('bad-input');
const path = (name: string) => join(folder.dir, name);
let relay: { process: Running; url: string };
let words = '';

beforeAll(async () => {
  mkdirSync(path('relay'));
  relay = await startRelay(path('relay'));
  ({ words } = await initHome(path('ann'), { url: relay.url, dir: path('relay') }));
  await haleJson(['import', join(TELEMETRY, 'glucose/hall2018_3subjects_5min.csv'), '--home', path('ann')]);
});
afterAll(async () => {
  await relay?.process.kill9();
  folder.remove();
});

const KEY = 'glucose-cgm-2133-039';
/** 8 June 2017 as the relays' day number. */
const DAY = (Date.UTC(2017, 5, 8) - Date.UTC(1900, 0, 1)) / 86_400_000;
const stored = async () =>
  (await haleJson<{ rows: unknown[] }>(['show', KEY, '--level', 'raw', '--home', path('ann')])).rows;
const importing = async (file: string, ...args: string[]) => {
  const { code, stdout, stderr } = await hale(['import', file, '--home', path('ann'), '--json', ...args]);
  return {
    code,
    reports:
      code === 0
        ? (JSON.parse(stdout) as {
            read: number;
            accepted: number;
            rejected: number;
            rejections: { place: string; reason: string }[];
            notes: string[];
          }[])
        : [],
    error: code === 0 ? null : (JSON.parse(stderr).error as { code: string; message: string; todo: string }),
  };
};

describe('files', () => {
  let before: unknown[];
  beforeAll(async () => {
    before = await stored();
    expect(before.length).toBe(2013);
  });
  const nothingChanged = async () => expect(await stored()).toEqual(before);

  test('a recording cut off in the middle: what is there comes in, what is missing is said', async () => {
    mkdirSync(path('cut'));
    for (const name of ['100.hea', '100.dat']) cpSync(join(TELEMETRY, 'ecg-wfdb', name), path(`cut/${name}`));
    truncateSync(path('cut/100.dat'), 300_001);
    const { code, reports } = await importing(path('cut/100.hea'), '--start', '2026-11-20T09:00:00Z');
    expect(code).toBe(0);
    expect(reports[0].accepted).toBe(200_000);
    expect(reports[0].notes.join(' ')).toMatch(/cut|short|missing|fewer|ends/i);
    await nothingChanged();
  });

  test('a table cut off in the middle of a line: the broken line is named', async () => {
    const text = readFileSync(join(TELEMETRY, 'glucose/hall2018_3subjects_5min.csv'), 'utf8');
    writeFileSync(path('cut.csv'), text.slice(0, text.indexOf('\n', 5000) + 20));
    const { code, reports } = await importing(path('cut.csv'), '--dry-run');
    expect(code).toBe(0);
    const whole = await importing(path('cut.csv'));
    expect(whole.reports[0].rejected + whole.reports[0].notes.length).toBeGreaterThan(0);
    expect(reports).toHaveLength(1);
    await nothingChanged();
  });

  test.each([
    [
      'names a file that is not there',
      '100 2 360 650000\nother.dat 212 200 11 1024 995 -22131 0 MLII\nother.dat 212 200 11 1024 1011 20052 0 V5\n',
    ],
    [
      'claims more samples than a life has',
      '100 2 360 99999999999999\n100.dat 212 200 11 1024 995 -22131 0 MLII\n100.dat 212 200 11 1024 1011 20052 0 V5\n',
    ],
    [
      'claims a format that does not exist',
      '100 2 360 650000\n100.dat 999 200 11 1024 995 -22131 0 MLII\n100.dat 999 200 11 1024 1011 20052 0 V5\n',
    ],
    [
      'claims no rate',
      '100 2 0 650000\n100.dat 212 200 11 1024 995 -22131 0 MLII\n100.dat 212 200 11 1024 1011 20052 0 V5\n',
    ],
    [
      'leads out of its folder',
      '100 2 360 650000\n../../etc/passwd 212 200 11 1024 995 -22131 0 MLII\n../../etc/passwd 212 200 11 1024 1011 20052 0 V5\n',
    ],
    [
      'gives a checksum that is not that of the data',
      '100 2 360 650000\n100.dat 212 200 11 1024 995 1 0 MLII\n100.dat 212 200 11 1024 1011 2 0 V5\n',
    ],
  ])('a header that lies: it %s', async (_what, header) => {
    mkdirSync(path('lying'), { recursive: true });
    writeFileSync(path('lying/100.hea'), header);
    cpSync(join(TELEMETRY, 'ecg-wfdb/100.dat'), path('lying/100.dat'));
    const result = await importing(path('lying/100.hea'), '--start', '2026-11-19T09:00:00Z');
    if (result.code === 0) expect(result.reports[0].notes.join(' ')).toMatch(/checksum|fewer|cut|ends|short|missing/i);
    else
      expect(result.error).toMatchObject({
        code: expect.stringMatching(/malformed|not-found|unsupported|out-of-range|too-large/),
        todo: expect.stringMatching(/./),
      });
    expect(JSON.stringify(result.error ?? '')).not.toContain('root:');
    await nothingChanged();
  });

  test('a file of 10 GB without an end of line: refused, and soon', {
    timeout: 120_000,
  }, async () => {
    const head = 'time,Heart Rate\n2026-11-01T00:00:00Z,60\n2026-11-01T00:00:01Z,61\n2026-11-01T00:00:02Z,62\n';
    writeFileSync(path('long.csv'), head);
    // A hole in the file: ten thousand million bytes without an end of line that take no room on the disk.
    truncateSync(path('long.csv'), 10_000_000_000);
    const { code, reports, error } = await importing(path('long.csv'));
    if (code === 0) expect(reports[0]).toMatchObject({ accepted: 3, rejected: 1 });
    else expect(error?.code).toMatch(/malformed|too-large|unsupported/);
    await nothingChanged();
  });

  test('a folder, a picture, nothing, a secret of another program', async () => {
    for (const [name, bytes] of [
      ['empty.csv', ''],
      ['picture.csv', '\u0089PNG\r\n\u001a\n\u0000\u0000'],
      ['text.csv', 'Dear Sir,\nplease find enclosed\n'],
    ] as const) {
      writeFileSync(path(name), Buffer.from(bytes, 'latin1'));
      const { code, error } = await importing(path(name));
      expect({ name, code }).toEqual({ name, code: 1 });
      expect(error?.message).toMatch(/./);
    }
    expect((await importing(path('nowhere.csv'))).error?.code).toBe('not-found');
    await nothingChanged();
  });
});

describe('devices', () => {
  let node: RunningNode;
  beforeAll(async () => {
    node = await startNode(path('ann'));
  });
  afterAll(async () => {
    await node.process.stop();
  });

  test('a stolen credential: removed, it is refused at once and for ever; others go on', async () => {
    const add = (name: string) =>
      haleJson<{ credential: string; device: { id: string } }>(['device', 'add', name, '--home', path('ann')]);
    const [stolen, other] = [await add('stolen'), await add('other')];
    const now = Math.floor(Date.now() / 1000) * 1e6;
    expect((await deliver(node.url, stolen.credential, `pulse,${now},60\n`)).status).toBe(200);
    await haleJson(['device', 'remove', 'stolen', '--home', path('ann')]);
    expect(await deliver(node.url, stolen.credential, `pulse,${now + 1e6},999\n`)).toMatchObject({
      status: 403,
      body: { code: 'not-permitted' },
    });
    expect((await deliver(node.url, other.credential, `pulse,${now},61\n`)).status).toBe(200);
    await node.process.stop();
    node = await startNode(path('ann'));
    expect((await deliver(node.url, stolen.credential, `pulse,${now + 1e6},999\n`)).status).toBe(403);
    expect((await deliver(node.url, '', 'pulse,1,1\n')).status).toBe(403);
    expect((await deliver(node.url, `${other.credential}x`, 'pulse,1,1\n')).status).toBe(403);
  });

  test('a delivery that is broken anywhere is refused whole, with the line', async () => {
    const { credential } = await haleJson<{ credential: string }>(['device', 'add', 'clumsy', '--home', path('ann')]);
    const now = Math.floor(Date.now() / 1000) * 1e6;
    const bad = [
      `rate,${now},1\nrate,${now + 1}\n`,
      `rate,${now},1\nrate,yesterday,2\n`,
      `rate,${now},1\nrate,${now + 1},NaN\n`,
      `rate,${now},1\n,${now},2\n`,
      `rate,${now}.5,1\n`,
      `rate,99999999999999999,1\n`,
      '\u0000\u0001\u0002',
    ];
    for (const lines of bad)
      expect({ lines, ...(await deliver(node.url, credential, lines)) }).toMatchObject({
        status: 400,
        body: { code: 'malformed' },
      });
    const { streams } = {
      streams: await haleJson<{ key: string; samples: number }[]>(['streams', '--home', path('ann')]),
    };
    expect(streams.filter(({ key }) => key === 'rate')).toEqual([]);
  });
});

describe('relays that do not do their duty', () => {
  let link = '';
  let evil: LyingRelay;
  let baseline: Opened;
  let old = '';

  interface Opened {
    streams: { rows: unknown[] }[];
    completeness: string;
    notices: string[];
  }

  const openVia = (url: string, home = 'bob') =>
    hale(['open', encodeLink({ ...parseLink(link), relays: [url] }), '--home', path(home), '--json']);
  const openAt = async (url: string, home = 'bob'): Promise<Opened> => {
    const { code, stdout, stderr } = await openVia(url, home);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    return JSON.parse(stdout) as Opened;
  };
  /** A coin that falls the same way each time it is thrown for one event. */
  const isHeads = (event: NostrEvent) => Number.parseInt(event.id.slice(0, 2), 16) % 2 === 0;
  const isTile = (event: NostrEvent) => event.kind === KINDS.tileBatch && event.pubkey !== parseLink(link).author;

  beforeAll(async () => {
    await initHome(path('bob'), { url: relay.url, dir: path('relay') });
    ({ link } = await haleJson<{ link: string }>([
      'share',
      KEY,
      '--link',
      '--from',
      '2017-06-05',
      '--to',
      '2017-06-14',
      '--yes',
      '--home',
      path('ann'),
    ]));
    await haleJson(['relays', 'sync', '--home', path('ann')]);
    const copyRelay = (name: string) => {
      for (const suffix of ['', '-wal'])
        if (existsSync(relayStorePath(path('relay')) + suffix))
          copyFileSync(relayStorePath(path('relay')) + suffix, path(name) + suffix);
      return path(name);
    };
    old = copyRelay('old.db');
    // A late value in the middle of what is shared: a new revision, a new head.
    writeFileSync(
      path('late.csv'),
      'id,time,mgdl\n2133-039,2017-06-08 12:01:00,111\n2133-039,2017-06-08 12:02:00,112\n',
    );
    await haleJson(['import', path('late.csv'), '--as', KEY, '--home', path('ann')]);
    await haleJson(['relays', 'sync', '--home', path('ann')]);
    evil = await new LyingRelay(copyRelay('evil.db')).open();
    baseline = await openAt(evil.url);
  }, 60_000);
  beforeEach(() => {
    evil.lie = honest;
  });
  afterAll(() => evil?.close());

  test('an honest answer is complete', () => {
    expect(baseline).toMatchObject({ completeness: 'complete', notices: [] });
    expect(baseline.streams[0].rows.length).toBeGreaterThan(1500);
  });

  test('repeated and in any order: the same', async () => {
    evil.lie = (events) => [...events, ...events].reverse();
    expect(await openAt(evil.url)).toEqual(baseline);
    evil.lie = (events) => [...events.slice(3), ...events.slice(0, 3), ...events];
    expect(await openAt(evil.url)).toEqual(baseline);
  });

  test("other people's events, and others than were asked for: passed over", async () => {
    const mallory = person('mallory');
    const foreign: NostrEvent[] = [
      tileBatch(mallory),
      mallory.sign({ kind: 1, content: 'hello' }),
      mallory.sign({ kind: KINDS.access }),
      ...evil.store.query({ kinds: [KINDS.tileBatch], limit: 40 }),
    ];
    evil.lie = (events) => [...foreign, ...events, ...foreign];
    expect(await openAt(evil.url)).toEqual(baseline);
  });

  test('altered events: passed over, and what they replace is missed', async () => {
    let altered = 0;
    evil.lie = (events) =>
      events.map((event) =>
        isTile(event) && altered++ % 3 === 0
          ? { ...event, content: `${event.content.slice(0, 200)}AAAA${event.content.slice(204)}` }
          : event,
      );
    const opened = await openAt(evil.url);
    expect(opened.completeness).toBe('incomplete');
    expect(opened.notices.join(' ')).toMatch(/not served|holes/);
  });

  test('withheld tiles are missed, and it is said', async () => {
    evil.lie = (events) => events.filter((event) => !isTile(event) || isHeads(event));
    const half = await openAt(evil.url);
    expect(half.completeness).toBe('incomplete');
    expect(half.streams[0].rows.length).toBeLessThan(baseline.streams[0].rows.length);
    evil.lie = (events) => events.filter((event) => !isTile(event));
    expect(await openAt(evil.url)).toMatchObject({ completeness: 'incomplete', notices: [expect.stringMatching(/./)] });
  });

  test('withheld entries of the grant: an error or a flag, never silence', async () => {
    const entries = evil.store.query({ authors: [parseLink(link).author], kinds: [KINDS.tileBatch] });
    expect(entries.length).toBeGreaterThan(2);
    for (const withheld of [...entries.map(({ id }) => new Set([id])), new Set(entries.map(({ id }) => id))]) {
      evil.lie = (events) => events.filter(({ id }) => !withheld.has(id));
      const { code, stdout } = await openVia(evil.url);
      if (code === 0) expect((JSON.parse(stdout) as Opened).completeness).not.toBe('complete');
    }
  });

  test('an older state than was seen before is noticed by the reader', async () => {
    const past = await new LyingRelay(old).open();
    try {
      expect(await openAt(past.url)).toMatchObject({
        completeness: 'older-than-known',
        notices: [expect.stringMatching(/older/)],
      });
    } finally {
      await past.close();
    }
  });

  test('an old revision under a new head is noticed also by one who was never here before', async () => {
    const past = await new LyingRelay(`${old}`).open();
    const before = past.store.query({ kinds: [KINDS.tileBatch] });
    await past.close();
    const now = new Set(evil.store.query({ kinds: [KINDS.tileBatch] }).map(({ id }) => id));
    const replaced = before.filter((event) => isTile(event) && !now.has(event.id));
    expect(replaced.length).toBeGreaterThan(0);
    const fresh = new Set(before.map(({ id }) => id));
    evil.lie = (events) =>
      events.some(isTile)
        ? [
            ...events.filter((event) => fresh.has(event.id)),
            ...replaced.filter(({ pubkey }) => events.some((event) => event.pubkey === pubkey)),
          ]
        : events;
    await initHome(path('carl'), { url: relay.url, dir: path('relay') });
    const opened = await openAt(evil.url, 'carl');
    expect(opened.completeness).toBe('incomplete');
  });

  test('a valid signature over garbage: the reader says so, the owner keeps what she had', async () => {
    const home = new Home({ dir: path('ann'), keys: masterKeys(seedOf(parseWords(words))), online: false });
    const subject = home.vault.subject();
    const secret = streamAuthor(subject.secret, home.vault.stream(subject.id, KEY).entry.n);
    const author = toHex(home.vault.stream(subject.id, KEY).author);
    const label = toHex(home.vault.stream(subject.id, KEY).label('raw'));
    await home.close();
    const [real] = evil.store
      .query({ kinds: [KINDS.tileBatch], authors: [author], '#l': [label] })
      .filter((event) => event.tags.some(([name, day]) => name === 'u' && Number(day) === DAY));
    const batch = decodeBatch(Buffer.from(author, 'hex'), base64Decode(real.content));
    const tiles = batch.tiles.map((tile) => ({
      ...tile,
      revision: tile.revision + 9,
      ciphertext: tile.ciphertext.map((byte) => byte ^ 0x5a),
    }));
    const { kind, created_at } = real;
    const garbage = [
      base64Encode(encodeBatch({ ...batch, tiles })),
      '',
      'not base64',
      base64Encode(new Uint8Array(100)),
    ].map((content) =>
      signEvent({ kind, created_at, tags: real.tags.map((tag) => [...tag]), content }, secret, new Uint8Array(32)),
    );
    evil.lie = (events) => (events.some(({ pubkey }) => pubkey === author) ? [...events, ...garbage] : events);
    const { code, stdout, stderr } = await openVia(evil.url);
    // Never silently: an error, or everything with a note.
    if (code === 0) expect((JSON.parse(stdout) as Opened).notices.join(' ')).toMatch(/damaged|no batch|not open/i);
    else expect(JSON.parse(stderr).error.message).toMatch(/./);
    if (code === 0) expect((JSON.parse(stdout) as Opened).streams[0].rows).toEqual(baseline.streams[0].rows);
    for (const event of garbage) evil.store.put(event);
    evil.lie = honest;
    const rows = await stored();
    const restored = await hale(['restore', '--relay', evil.url, '--home', path('again'), '--json'], { input: words });
    expect(restored.code).toBe(0);
    expect(JSON.parse(restored.stdout).notices.map(({ code }: { code: string }) => code)).toContain('senseless');
    expect(
      (await haleJson<{ rows: unknown[] }>(['show', KEY, '--level', 'raw', '--home', path('again')])).rows,
    ).toEqual(rows);
  });

  test('a restore from a relay that withholds says what is missing', async () => {
    evil.lie = (events) =>
      events.filter(
        (event, i) => !(isTile(event) && event.tags.some(([name, day]) => name === 'u' && day !== '0')) || i % 2 === 0,
      );
    const { code, stdout } = await hale(['restore', '--relay', evil.url, '--home', path('half'), '--json'], {
      input: words,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).notices.map(({ code }: { code: string }) => code)).toContain('heads-differ');
  });
});
