// What was written once opens for ever: a vault, its keyring, a backup and a grant of format version 1.
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GrantReader, parseLink } from '@hale/consent';
import { parseEvent, verifyEvent } from '@hale/kernel';
import { type MasterKeys, masterKeys, parseWords, seedOf } from '@hale/kernel/seal';
import { REPOSITORY, workFolder } from '@hale/testkit/hale-process';
import { tilesOf } from '@hale/testkit/modified-client';
import { checkSummaries, rawSlots } from '@hale/vault';
import { csvHeader, csvRows } from '@hale/vault/export';
import { afterAll, describe, expect, test } from 'vitest';
import { readBackup } from '../packages/home/src/backup.ts';
import { Home } from '../packages/home/src/home.ts';
import { Keyring } from '../packages/home/src/keyring.ts';
import { exportable } from '../packages/home/src/operations/open.ts';
import { fileSource, restoreFrom } from '../packages/home/src/restore.ts';

const fixtures = join(REPOSITORY, 'test/data/formats/v1');
const folder = workFolder('formats');
afterAll(folder.remove);

const keys = masterKeys(seedOf(parseWords(readFileSync(join(fixtures, 'words.txt'), 'utf8').trim())));
const expected = Object.fromEntries(
  readdirSync(join(fixtures, 'export')).map((name) => [name, readFileSync(join(fixtures, 'export', name), 'utf8')]),
);

const EARLIEST = -2_208_988_800_000_000;
const LATEST = 5_680_281_600_000_000;

/** The CSV files of a home's first person. */
function csvOf(home: Home): Record<string, string> {
  return Object.fromEntries(
    home.vault.streams().map((stream) => {
      const series = exportable(stream.entry);
      const rows = [...rawSlots(home.vault.rooms, stream, EARLIEST, LATEST)].map((samples) => csvRows(series, samples));
      return [stream.entry.key, csvHeader(series) + rows.join('')];
    }),
  );
}

/** Files of an export are named by stream, and by person where there are several. */
function expectExport(home: Home): void {
  const found = csvOf(home);
  expect(Object.keys(found).length).toBe(Object.keys(expected).length);
  for (const [name, text] of Object.entries(expected)) {
    const key = Object.keys(found).find((each) => name.endsWith(`${each}.csv`) && found[each] === text);
    expect({ name, found: key !== undefined }).toEqual({ name, found: true });
  }
}

describe('format version 1', () => {
  const open = (name: string, with_: MasterKeys) =>
    new Home({ dir: join(folder.dir, name), keys: with_, online: false });

  test('the keyring opens, with its key file and with its passphrase', async () => {
    cpSync(join(fixtures, 'vault'), join(folder.dir, 'vault'), { recursive: true });
    expect(await Keyring.open(join(folder.dir, 'vault')).unlock({ keyFile: null })).toEqual(keys);
    expect(
      await Keyring.open(join(fixtures, 'passphrase')).unlock({ passphrase: 'correct horse battery staple' }),
    ).toEqual(keys);
  });

  test('the vault gives the same CSV, and its summaries still stand for its samples', async () => {
    cpSync(join(fixtures, 'vault'), join(folder.dir, 'vault'), { recursive: true });
    const home = open('vault', keys);
    expectExport(home);
    for (const stream of home.vault.streams()) expect([...checkSummaries(home.vault.rooms, stream)]).toEqual([]);
    expect([...home.vault.state.subjects.values()].map(({ name }) => name)).toEqual(['me', 'Mia']);
    expect([...home.vault.state.devices.values()].map(({ name }) => name)).toEqual(['Wrist']);
    expect(home.grants.all().map(({ owner }) => owner.ended !== null)).toEqual([false, true]);
    await home.close();
  });

  test('the backup restores to the same', async () => {
    const home = open('restored', keys);
    const report = await restoreFrom(home, fileSource(readBackup(join(fixtures, 'backup'), keys)), () => {});
    expect(report.notices).toEqual([]);
    expectExport(home);
    await home.close();
  });

  test('the link opens its rows', () => {
    const { link, events, rows } = JSON.parse(readFileSync(join(fixtures, 'grant.json'), 'utf8')) as {
      link: string;
      events: unknown[];
      rows: { atMicros: number; value: number }[];
    };
    const verified = events.map((event) => verifyEvent(parseEvent(event))!);
    expect(verified.every((event) => event !== null)).toBe(true);
    const tiles = tilesOf(verified);
    const { grantKey, author } = parseLink(link);
    const reader = new GrantReader({ grantKey, grantAuthor: author });
    for (const tile of tiles) reader.receive(tile);
    const { samples } = reader.series({ stream: 0, level: 'raw', from: EARLIEST, to: LATEST }, tiles);
    expect(Array.from(samples!.times, (atMicros, i) => ({ atMicros, value: samples!.values[i] }))).toEqual(rows);
    expect(rows.length).toBe(210);
    expect(reader.check(tiles.map((tile) => ({ tile, publishedAt: 0 }))).verdict).not.toBe('incomplete');
  });
});
