// A child's hand-over in real processes that are killed on the way, and words that come back from guardians. specs/custody.md
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  hale,
  haleJson,
  initHome,
  Running,
  startNode,
  startRelay,
  TELEMETRY,
  workFolder,
} from '@hale/testkit/hale-process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import './in-process.ts';

const folder = workFolder('custody');
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
const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

/** Readings of somebody, file by file. */
async function exported(home: string, subject: string): Promise<Record<string, string>> {
  const dir = path(`export-${home}`);
  await haleJson(['export', dir, '--subject', subject, '--home', path(home)]);
  const files = readdirSync(dir).filter((name) => name.endsWith('.csv'));
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
}

/** Starts the command again and again, and kills it after that long each time. */
async function killed(args: string[], after: number[]): Promise<void> {
  for (const millis of after) {
    const process = new Running(args);
    await Promise.race([pause(millis), process.ended]);
    await process.kill9();
  }
}

interface Offers {
  handOvers: { state: string }[];
  offers: { offer: string; name: string }[];
  taken: { state: string }[];
}
const offersOf = (home: string) => haleJson<Offers>(['subject', 'offers', '--home', path(home)]);

async function until(home: string, isIt: (found: Offers) => boolean): Promise<Offers> {
  for (let i = 0; i < 60; i++) {
    const found = await offersOf(home);
    if (isIt(found)) return found;
    await pause(500);
  }
  throw new Error('it did not come');
}

test('killed while packing and while taking up, a hand-over goes on: everything is there once, and gone where it was', async () => {
  await init('mother');
  const { npub } = await init('mia');
  await haleJson(['subject', 'add', 'Mia', '--home', path('mother')]);
  const file = join(TELEMETRY, 'ecg-wfdb/100_3chan.hea');
  const start = ['--start', '2026-11-20T09:00:00Z'];
  await haleJson(['import', file, ...start, '--subject', 'Mia', '--home', path('mother')]);
  const before = await exported('mother', 'Mia');
  expect(Object.keys(before).length).toBeGreaterThan(0);

  const over = ['subject', 'hand-over', 'Mia', '--to', npub, '--yes', '--home', path('mother')];
  await killed(over, [1000, 1700]);
  // Where none of them came so far as to begin, this one does.
  await hale(over);
  const mother = await startNode(path('mother'));
  await until('mother', ({ handOvers }) => handOvers[0]?.state === 'offered');
  const { offers } = await until('mia', (found) => found.offers.length > 0);
  expect(offers.map(({ name }) => name)).toEqual(['Mia']);
  const taking = ['subject', 'take', offers[0].offer, '--home', path('mia')];
  await killed(taking, [1000, 1700]);
  await hale(taking);
  const mia = await startNode(path('mia'));
  const { taken } = await until('mia', (found) => found.taken[0]?.state === 'done');
  expect(taken).toHaveLength(1);
  await until('mother', ({ handOvers }) => handOvers[0]?.state === 'done');
  expect(await exported('mia', 'Mia')).toEqual(before);
  const left = await haleJson<{ name: string }[]>(['subject', 'list', '--home', path('mother')]);
  expect(left.map(({ name }) => name)).not.toContain('Mia');
  await Promise.all([mother.process.kill9(), mia.process.kill9()]);
}, 180_000);

test('two of three pieces on paper rebuild a vault on an empty machine, and a wrong one is said', async () => {
  const { words } = await init('anna');
  const file = join(TELEMETRY, 'ecg-wfdb/100_3chan.hea');
  await haleJson(['import', file, '--start', '2026-11-20T09:00:00Z', '--home', path('anna')]);
  const set = await hale(['guardians', 'set', '--papers', '3', '--home', path('anna'), '--json'], { input: words });
  expect(set.stderr).toBe('');
  const { papers } = JSON.parse(set.stdout) as { papers: string[] };
  const recover = (home: string, pieces: string[]) =>
    hale(['recover', '--relay', relay.url, '--home', path(home), '--json'], { input: `${pieces.join('\n')}\n` });
  const wrong = `${papers[0].slice(0, -1)}${papers[0].endsWith('0') ? '1' : '0'}`;
  const again = await recover('again', [wrong, papers[2], papers[2], papers[0]]);
  expect(again.code).toBe(0);
  expect(again.stderr).toContain('not whole');
  expect(again.stderr).toContain('here already');
  expect(JSON.parse(again.stdout).streams).toBeGreaterThan(0);
  expect(`${again.stdout}${again.stderr}`).not.toContain(words.split(' ').slice(0, 3).join(' '));
});
