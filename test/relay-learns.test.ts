// What a relay's disk and log hold of two vaults of equal volume and different kinds of signal: no plaintext, no name, no kind, and nobody's
// npub beside a stream; and what a plain classifier can tell all the same (the full run writes docs/threat-model-measured.md).
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS } from '@hale/kernel';
import { hale, haleJson, initHome, type Running, startRelay, workFolder } from '@hale/testkit/hale-process';
import { npub, numbers, search, text } from '@hale/testkit/haystack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { relayStorePath } from '../packages/home/src/relay/host.ts';
import { EventStore } from '../packages/home/src/store/events.ts';
import { measure } from './long/classify.ts';
import './in-process.ts';

const folder = workFolder('relay-learns');
const path = (name: string) => join(folder.dir, name);

const PEOPLE = [
  {
    name: 'ann',
    column: 'Heart Rate',
    samples: 21_600,
    key: 'heart-rate',
    words: ['Heart rate', 'heart-rate', '8867-4', 'bpm', '{beats}/min'],
    value: (i: number) => 12_347 + ((i * 31) % 40),
  },
  {
    name: 'bob',
    column: 'Skin Temperature',
    // Temperatures are kept to a tenth and cost twice as much each.
    samples: 11_400,
    key: 'skin-temperature',
    words: ['temperature', 'skin-temperature', '39106-0', '8310-5', 'Cel'],
    value: (i: number) => 31_337 + ((i * 31) % 40),
  },
] as const;
const START = Date.UTC(2026, 9, 3, 8);

describe('the disk and the log of a relay', () => {
  let relay: { process: Running; url: string };
  const npubs: string[] = [];

  beforeAll(async () => {
    mkdirSync(path('relay'));
    relay = await startRelay(path('relay'));
    for (const { name, column, samples, value } of PEOPLE) {
      npubs.push((await initHome(path(name), { url: relay.url, dir: path('relay') })).npub);
      const rows = Array.from({ length: samples }, (_, i) => `${new Date(START + i * 1000).toISOString()},${value(i)}`);
      writeFileSync(path(`${name}.csv`), `time,${column}\n${rows.join('\n')}\n`);
      await haleJson(['subject', 'add', `Quillon ${name}`, '--home', path(name)]);
      await haleJson([
        'import',
        path(`${name}.csv`),
        '--as',
        PEOPLE.find((each) => each.name === name)?.key ?? '',
        '--subject',
        `Quillon ${name}`,
        '--home',
        path(name),
      ]);
      await haleJson(['relays', 'sync', '--home', path(name)]);
    }
    // Each shares with the other and opens what came, so that wraps, access lists and receipts lie there too.
    for (const [i, { name, key }] of PEOPLE.entries()) {
      const range = ['--from', '2026-10-03T09:00Z', '--to', '2026-10-03T11:00Z'];
      await haleJson([
        'share',
        key,
        '--subject',
        `Quillon ${name}`,
        '--with',
        npubs[1 - i],
        ...range,
        '--purpose',
        'marmalade',
        '--name',
        'Doctor Brill',
        '--yes',
        '--home',
        path(name),
      ]);
    }
    for (const { name } of PEOPLE) {
      const [{ grant }] = await haleJson<{ grant: string }[]>(['inbox', '--home', path(name)]);
      const opened = await haleJson<{ streams: { rows: unknown[] }[] }>(['open', grant, '--home', path(name)]);
      expect(opened.streams[0].rows).toHaveLength(7200);
    }
  }, 60_000);
  afterAll(async () => {
    await relay?.process.kill9();
    folder.remove();
  });

  const bytesOfAuthors = () => {
    const store = new EventStore(relayStorePath(path('relay')));
    const bytes = new Map<string, number>();
    for (const { pubkey, content } of store.query({ kinds: [KINDS.tileBatch] }))
      bytes.set(pubkey, (bytes.get(pubkey) ?? 0) + content.length);
    store.close();
    return [...bytes.values()].sort((a, b) => b - a).slice(0, 2);
  };

  test('the two are of equal volume', () => {
    const [more, less] = bytesOfAuthors();
    expect(more / less).toBeLessThan(1.5);
  });

  const plaintext = PEOPLE.flatMap(({ name, column, words, value }) => [
    ...[column, `Quillon ${name}`, 'marmalade', 'Doctor Brill', ...words].flatMap((each) => text(each, each)),
    ...numbers(`values of ${name}`, [value(0), value(1)]),
    ...numbers(`times of ${name}`, [START * 1000, START * 1000 + 1e6]),
  ]);

  test('hold no plaintext: no name, kind, code, unit, value or time of measurement', () => {
    const { files, found } = search([path('relay')], plaintext);
    expect(files).toBeGreaterThan(1);
    expect(found).toEqual([]);
    const log = Buffer.from(relay.process.stdout + relay.process.stderr);
    expect(plaintext.filter(({ bytes }) => log.includes(bytes)).map(({ name }) => name)).toEqual([]);
    // The same search does find them where they are.
    expect(
      search(
        [folder.dir],
        plaintext.filter(({ name }) => name === 'Heart Rate (UTF-8)'),
      ).found.length,
    ).toBeGreaterThan(0);
  });

  test("hold nobody's npub, neither owner's nor reader's, but where a person is addressed as such", async () => {
    const needles = npubs.flatMap((each, i) => npub(PEOPLE[i].name, each));
    const store = new EventStore(relayStorePath(path('relay')));
    const addressed = new Set<number>([KINDS.dmRelays, KINDS.hybridKey, KINDS.wrap]);
    for (const event of store.query({})) {
      const names = needles
        .filter(({ bytes }) => Buffer.from(JSON.stringify(event)).includes(bytes))
        .map(({ name }) => name);
      if (!addressed.has(event.kind)) expect({ kind: event.kind, names }).toEqual({ kind: event.kind, names: [] });
    }
    store.close();
    // Whatever else lies on that disk (tables of members, receipts, free pages, the log): taken without those events it holds none.
    await relay.process.kill9();
    mkdirSync(path('bare'));
    for (const name of readdirSync(path('relay')))
      if (!name.endsWith('-shm')) copyFileSync(path(`relay/${name}`), path(`bare/${name}`));
    const bare = new EventStore(relayStorePath(path('bare')));
    for (const { id } of bare.find({ kinds: [...addressed] })) bare.deleteById(id);
    bare.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    bare.database.exec('VACUUM');
    bare.close();
    expect(search([path('bare')], needles).found).toEqual([]);
    const log = Buffer.from(relay.process.stdout + relay.process.stderr);
    expect(needles.filter(({ bytes }) => log.includes(bytes)).map(({ name }) => name)).toEqual([]);
    expect((await hale(['status', '--home', path('ann')])).code).toBe(0);
  });
});

describe('a classifier over what a relay holds', () => {
  test('tells rhythms apart, as the threat model says; the measurement itself works', {
    timeout: 120_000,
  }, async () => {
    // Many small vaults: on a disk they would only wait for it.
    const before = process.env.TMPDIR;
    if (existsSync('/dev/shm')) process.env.TMPDIR = '/dev/shm';
    const { accuracy, confusion, training, tested } = await measure({
      kinds: ['heart-rate', 'weight'],
      training: 1,
      tested: 1,
      homes: 2,
      seed: 7,
    });
    expect({ training, tested }).toEqual({ training: 4, tested: 4 });
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    // Slots of 32 days are nobody else's: this leaks, and is said.
    expect(accuracy.weight['slots and number of labels']).toBe(1);
    expect(
      Object.values(confusion)
        .flatMap((row) => Object.values(row))
        .reduce((a, b) => a + b, 0),
    ).toBe(4);
  });
});
