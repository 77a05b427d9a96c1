// A vault comes back: from words and one relay, from a backup file, beside a home that still writes; and it goes, when that is wanted.
// Real processes; exports are compared byte by byte (issue 2, done when 4).
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HaleError, toHex } from '@hale/kernel';
import { masterKeys, parseWords, seedOf } from '@hale/kernel/seal';
import {
  deliver,
  hale,
  haleInOwnProcess,
  haleJson,
  initHome,
  type Running,
  type RunningNode,
  startNode,
  startRelay,
  TELEMETRY,
  workFolder,
} from '@hale/testkit/hale-process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBackup } from '../packages/home/src/backup.ts';
import { Home } from '../packages/home/src/home.ts';
import { relayStorePath } from '../packages/home/src/relay/host.ts';
import { EventStore } from '../packages/home/src/store/events.ts';
import './in-process.ts';

const folder = workFolder('restore');
const path = (name: string) => join(folder.dir, name);
let relay: { process: Running; url: string };

beforeAll(async () => {
  mkdirSync(path('relay'));
  relay = await startRelay(path('relay'));
});
afterAll(async () => {
  await relay?.process.kill9();
  folder.remove();
});

const init = (name: string) => initHome(path(name), { url: relay.url, dir: path('relay') });

let exports = 0;
/** Every file of an export by its name. */
async function exported(home: string): Promise<Record<string, string>> {
  const dir = path(`export-${exports++}`);
  await haleJson(['export', dir, '--home', path(home)]);
  return Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
}

const restore = (home: string, words: string, from: string[] = ['--relay', relay.url]) =>
  hale(['restore', ...from, '--home', path(home), '--json'], { input: words });

/** Files, device data in an open slot, a correction: one of everything that a vault holds. */
async function fill(home: string): Promise<void> {
  await haleJson([
    'import',
    join(TELEMETRY, 'ecg-wfdb/100_3chan.hea'),
    '--start',
    '2026-11-20T09:00:00Z',
    '--home',
    path(home),
  ]);
  await haleJson(['import', join(TELEMETRY, 'glucose/hall2018_3subjects_5min.csv'), '--home', path(home)]);
  await haleJson(['import', join(TELEMETRY, 'fitbit'), '--home', path(home)]);
  const node = await startNode(path(home));
  const { credential } = await haleJson<{ credential: string }>(['device', 'add', 'sensor', '--home', path(home)]);
  const now = Math.floor(Date.now() / 1000) * 1e6;
  const rates = Array.from({ length: 900 }, (_, i) => `heart-rate,${now - 3000e6 + i * 1e6},${60 + (i % 30)}\n`);
  await deliver(node.url, credential, rates.join(''));
  await deliver(node.url, credential, `heart-rate,${now - 2990e6},171\nheart-rate,${now},72.0\n`);
  await haleJson(['relays', 'sync', '--home', path(home)]);
  await node.process.stop();
}

describe('words and one relay', () => {
  let words = '';
  let original: Record<string, string>;
  beforeAll(async () => {
    ({ words } = await init('ann'));
    await fill('ann');
    original = await exported('ann');
  }, 60_000);

  test('rebuild the vault on an empty directory, byte for byte', async () => {
    expect(Object.keys(original).length).toBeGreaterThan(8);
    const restored = await restore('ann-again', words);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(restored.stdout)).toMatchObject({ generation: 1, notices: [] });
    expect(await exported('ann-again')).toEqual(original);
    const checked = await haleJson<{ findings: { severity: string }[] }>([
      'check',
      '--deep',
      '--home',
      path('ann-again'),
    ]);
    expect(checked.findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  test('the summaries come back as well, and the same', async () => {
    for (const level of ['1h', '1d']) {
      const shown = async (home: string) =>
        (
          await haleJson<{ rows: { count: number }[] }>([
            'show',
            'glucose-cgm-2133-039',
            '--level',
            level,
            '--home',
            path(home),
          ])
        ).rows;
      const rows = await shown('ann');
      expect(rows.length).toBeGreaterThan(0);
      // Every reading stands in some bin, those before the first full one too.
      const readings = original['glucose-cgm-2133-039.csv'].trim().split('\n').length - 1;
      expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(readings);
      expect(await shown('ann-again')).toEqual(rows);
    }
  });

  test('a wrong word is named by its place only; other words find nothing; a full directory stays as it is', async () => {
    const list = words.split(' ');
    const wrong = await restore('nobody', [...list.slice(0, 6), 'zzzz', ...list.slice(7)].join(' '));
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/word 7/i);
    expect(wrong.stderr).not.toMatch(new RegExp(`zzzz|\\b${list[0]} ${list[1]}\\b`));
    const swapped = await restore('nobody', [list[1], list[0], ...list.slice(2)].join(' '));
    expect(swapped.code).toBe(1);
    const others = await restore('nobody', 'abandon '.repeat(11) + 'about');
    expect(others.code).toBe(1);
    expect(readdirSync(folder.dir).includes('nobody') ? readdirSync(path('nobody')) : []).toEqual([]);
    const before = readFileSync(path('ann/keyring.sealed'));
    expect((await restore('ann', words)).code).toBe(1);
    expect(readFileSync(path('ann/keyring.sealed'))).toEqual(before);
  });
});

describe('a backup', () => {
  let words = '';
  let original: Record<string, string>;
  beforeAll(async () => {
    ({ words } = await init('ben'));
    await fill('ben');
    original = await exported('ben');
    await haleJson(['backup', path('ben.backup'), '--home', path('ben')]);
  }, 60_000);

  test('restores byte for byte', async () => {
    expect(await restore('ben-again', words, ['--from', path('ben.backup')])).toMatchObject({ code: 0 });
    expect(await exported('ben-again')).toEqual(original);
  });

  test('holds no line of what it keeps', () => {
    const bytes = readFileSync(path('ben.backup')).toString('latin1');
    for (const name of ['glucose', 'heart-rate', 'sensor', '"pubkey"', 'fitbit']) expect(bytes).not.toContain(name);
  });

  test('cut off anywhere or altered anywhere is refused, with a sentence, and leaves nothing behind', async () => {
    const whole = readFileSync(path('ben.backup'));
    const frames: number[] = [];
    for (let place = 'hale-backup-1\n'.length + 16; place < whole.length; place += 4 + whole.readUInt32BE(place))
      frames.push(place);
    expect(frames.length).toBeGreaterThan(1);
    const flipped = (place: number) => {
      const copy = Buffer.from(whole);
      copy[place] ^= 1;
      return copy;
    };
    const spoilt = [
      whole.subarray(0, frames.at(-1)),
      whole.subarray(0, whole.length - 1),
      whole.subarray(0, 20),
      Buffer.alloc(0),
      flipped(3),
      flipped(20),
      flipped(whole.length - 3),
      flipped(Math.floor(whole.length / 2)),
      Buffer.concat([whole, Buffer.from('more')]),
      Buffer.concat([whole.subarray(0, frames[0]), whole.subarray(frames[1]), whole.subarray(frames[0], frames[1])]),
    ];
    const keys = masterKeys(seedOf(parseWords(words)));
    expect([...readBackup(path('ben.backup'), keys)].length).toBeGreaterThan(10);
    for (const bytes of spoilt) {
      writeFileSync(path('spoilt.backup'), bytes);
      expect(() => [...readBackup(path('spoilt.backup'), keys)]).toThrow(HaleError);
    }
    writeFileSync(path('spoilt.backup'), spoilt[0]);
    const { code, stderr } = await restore('from-spoilt', words, ['--from', path('spoilt.backup')]);
    expect(code).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'corrupt', message: expect.stringContaining('cut off') });
    expect(readdirSync(path('from-spoilt'))).toEqual([]);
  });

  test("another person's words do not open it", async () => {
    const { words: others } = await init('eve');
    const { code, stderr } = await restore('thief', others, ['--from', path('ben.backup')]);
    expect({ code, error: JSON.parse(stderr).error.code }).toEqual({ code: 1, error: 'not-permitted' });
  });
});

describe('a second home from the same words while the first still writes', () => {
  let first: RunningNode;
  let second: RunningNode;
  let credential = '';
  let link = '';
  const acknowledged = new Map<number, number>();
  const start = Math.floor(Date.now() / 1000) * 1e6 - 7200e6;
  let sent = 0;

  /** Delivers one more value; what is acknowledged goes into the ledger. Gives the answer's status. */
  async function deliverNext(url: string): Promise<number> {
    const time = start + sent * 1e6;
    const value = 60 + (sent % 97);
    sent++;
    const { status } = await deliver(url, credential, `heart-rate,${time},${value}\n`);
    if (status === 200) acknowledged.set(time, value);
    return status;
  }

  const rowsOf = (rows: { atMicros: number; value?: number }[]) =>
    new Map(rows.map((row) => [row.atMicros, row.value]));
  const missing = (rows: Map<number, number | undefined>) =>
    [...acknowledged].filter(([time, value]) => rows.get(time) !== value);

  beforeAll(async () => {
    const { words } = await init('cid');
    first = await startNode(path('cid'));
    ({ credential } = await haleJson<{ credential: string }>(['device', 'add', 'sensor', '--home', path('cid')]));
    for (let i = 0; i < 40; i++) await deliverNext(first.url);
    ({ link } = await haleJson<{ link: string }>([
      'share',
      'heart-rate',
      '--link',
      '--from',
      '-3h',
      '--yes',
      '--home',
      path('cid'),
    ]));
    await haleJson(['relays', 'sync', '--home', path('cid')]);
    // Delivered but on no relay yet when the other home comes up.
    for (let i = 0; i < 25; i++) await deliverNext(first.url);
    const wish = ['restore', '--relay', relay.url, '--home', path('cid-again'), '--json'];
    const restoring = haleInOwnProcess(wish, { input: words });
    let refused = 0;
    while (refused < 3) {
      if ((await deliverNext(first.url)) !== 200) refused++;
      else if (sent > 5000) break;
    }
    expect(await restoring).toMatchObject({ code: 0 });
    second = await startNode(path('cid-again'));
  }, 60_000);
  afterAll(async () => {
    await first?.process.kill9();
    await second?.process.kill9();
  });

  test('the first one stops writing, says so, and refuses devices with 410', async () => {
    const { status, body } = await deliver(first.url, credential, `heart-rate,${start - 60e6},60\n`);
    expect(status).toBe(410);
    expect(body.code).toBe('retired');
    const said = await haleJson<{ retired: boolean; warnings: { text: string }[] }>(['status', '--home', path('cid')]);
    expect(said.retired).toBe(true);
    expect(said.warnings.map(({ text }) => text).join(' ')).toMatch(/taken over/);
  });

  test('the second one takes over all that was acknowledged, and says so', async () => {
    for (let i = 0; i < 10; i++) expect(await deliverNext(second.url)).toBe(200);
    await expect
      .poll(
        async () =>
          missing(
            rowsOf(
              (
                await haleJson<{ rows: { atMicros: number; value: number }[] }>([
                  'show',
                  'heart-rate',
                  '--level',
                  'raw',
                  '--home',
                  path('cid-again'),
                ])
              ).rows,
            ),
          ).length,
        { timeout: 20_000, interval: 500 },
      )
      .toBe(0);
    const said = () =>
      haleJson<{ retired: boolean; generation: number; warnings: { text: string }[] }>([
        'status',
        '--home',
        path('cid-again'),
      ]);
    expect(await said()).toMatchObject({ retired: false, generation: 1 });
    await expect
      .poll(async () => (await said()).warnings.map(({ text }) => text).join(' '), { timeout: 20_000, interval: 500 })
      .toMatch(/handed over/);
  });

  test('a reader of a link made before sees all of it, old and new', async () => {
    await haleJson(['relays', 'sync', '--home', path('cid-again')]);
    await init('dan');
    const opened = await haleJson<{ streams: { rows: { atMicros: number; value: number }[] }[] }>([
      'open',
      link,
      '--home',
      path('dan'),
    ]);
    expect(missing(rowsOf(opened.streams[0].rows))).toEqual([]);
  });

  test('after a restart of both, each still knows its part', async () => {
    await first.process.stop();
    await second.process.stop();
    first = await startNode(path('cid'));
    expect((await deliver(first.url, credential, `heart-rate,${start - 60e6},60\n`)).status).toBe(410);
    second = await startNode(path('cid-again'));
    expect(await deliverNext(second.url)).toBe(200);
    const { rows } = await haleJson<{ rows: { atMicros: number; value: number }[] }>([
      'show',
      'heart-rate',
      '--level',
      'raw',
      '--home',
      path('cid-again'),
    ]);
    expect(missing(rowsOf(rows))).toEqual([]);
  });
});

describe('rotation and erasure', () => {
  let words = '';
  let recipient = { npub: '', words: '' };
  beforeAll(async () => {
    ({ words } = await init('fay'));
    await fill('fay');
    recipient = await init('gus');
    await haleJson([
      'share',
      'glucose-cgm-2133-039',
      '--with',
      recipient.npub,
      '--from',
      '2017-06-06',
      '--to',
      '2017-06-08',
      '--yes',
      '--home',
      path('fay'),
    ]);
  }, 60_000);

  const relayEvents = () => {
    const store = new EventStore(relayStorePath(path('relay')));
    try {
      return store.query({});
    } finally {
      store.close();
    }
  };

  const grantKeys = async (name: string, of: string) => {
    const home = new Home({ dir: path(name), keys: masterKeys(seedOf(parseWords(of))), online: false });
    const keys = home.grants.active().map(({ record }) => toHex(record.key));
    await home.close();
    return keys;
  };

  test('rotate: new words, the same data, the old authors gone from the relay, grants issued again', async () => {
    const original = await exported('fay');
    const local = new EventStore(path('fay/store.db'));
    const old = new Set(local.query({ kinds: [1980] }).map((event) => event.pubkey));
    local.close();
    expect(old.size).toBeGreaterThan(10);
    const [grantKey] = await grantKeys('fay', words);
    const rotated = await haleJson<{ words: string; grantsReissued: number; pending: string[] }>([
      'rotate',
      '--yes',
      '--home',
      path('fay'),
    ]);
    expect(rotated.words.split(' ')).toHaveLength(24);
    expect(rotated.words).not.toBe(words);
    expect(await exported('fay')).toEqual(original);
    await haleJson(['relays', 'sync', '--home', path('fay')]);
    expect((await restore('fay-old', words)).code).toBe(1);
    expect(await restore('fay-new', rotated.words)).toMatchObject({ code: 0 });
    expect(await exported('fay-new')).toEqual(original);
    expect(rotated.grantsReissued).toBe(1);
    // Whoever has the old words knows the old grant's key: the new one must be another.
    const keys = await grantKeys('fay', rotated.words);
    expect(keys.length).toBeGreaterThan(0);
    expect(keys).not.toContain(grantKey);
    const inbox = await haleJson<{ state: string; grant: string }[]>(['inbox', '--home', path('gus')]);
    const active = inbox.filter(({ state }) => state === 'active');
    expect(active).toHaveLength(1);
    const opened = await haleJson<{ streams: { rows: unknown[] }[] }>(['open', active[0].grant, '--home', path('gus')]);
    expect(opened.streams[0].rows.length).toBeGreaterThan(500);
    expect(relayEvents().filter((event) => event.kind === 1980 && old.has(event.pubkey))).toEqual([]);
  });

  test('erase: a stream is gone from the export, from this disk and from the disk of the relay', async () => {
    const { words: hisWords } = await init('hal');
    await fill('hal');
    const before = await exported('hal');
    const streams = await haleJson<{ key: string }[]>(['streams', '--home', path('hal')]);
    const local = new EventStore(path('hal/store.db'));
    const mine = new Map(local.query({ kinds: [1980] }).map((event) => [event.id, event.sig]));
    local.close();
    const key = 'glucose-cgm-2133-039';
    expect(streams.map((stream) => stream.key)).toContain(key);
    const erased = await haleJson<{ authors: number; relays: { pending: number }[] }>([
      'erase',
      '--stream',
      key,
      '--confirm',
      key,
      '--home',
      path('hal'),
    ]);
    expect(erased).toMatchObject({ authors: 1, relays: [{ pending: 0 }] });
    const { [`${key}.csv`]: gone, ...rest } = before;
    expect(gone).toContain('2017');
    expect(await exported('hal')).toEqual(rest);
    const kept = new Set(relayEvents().map((event) => event.id));
    const lost = [...mine].filter(([id]) => !kept.has(id)).map(([, sig]) => Buffer.from(sig, 'hex'));
    // The relay empties its log when it ends, and every while it runs.
    await relay.process.stop();
    expect(lost.length).toBeGreaterThan(0);
    for (const dir of ['hal', 'relay']) {
      const bytes = readdirSync(path(dir))
        .filter((name) => name.includes('.db'))
        .map((name) => readFileSync(path(`${dir}/${name}`)));
      expect(lost.filter((signature) => bytes.some((content) => content.includes(signature)))).toEqual([]);
    }
    relay = await startRelay(path('relay'), Number(new URL(relay.url).port));
    expect(await restore('hal-again', hisWords)).toMatchObject({ code: 0 });
    expect(await exported('hal-again')).toEqual(rest);
  });
});
