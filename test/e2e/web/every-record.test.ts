// Every sample of a hospital's record, brought through the browser one by one, each to a person of its own: the node then holds what the command makes
// of the same file, and what another program read out of it (test/data/fhir/read-expected.py).
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { hale, haleJson, REPOSITORY, type RunningNode, startNode, workFolder } from '@hale/testkit/hale-process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RecordsFound } from '../../../packages/home/src/api.ts';
import { launchChromium } from '../chromium.ts';

const DATA = join(REPOSITORY, 'test/data');

interface Expected {
  files: { path: string }[];
  types: Record<string, number>;
  patients: { name: { family?: string; given?: string[] } }[];
}

interface Sample {
  name: string;
  /** Paths below the data of the tests. */
  files: string[];
  /** Of a file of several: whose records are meant. */
  person?: string;
  /** Counted by another program; a C-CDA document has no resources to be counted. */
  types: Record<string, number> | null;
}

const expectedOf = (name: string): Expected =>
  JSON.parse(readFileSync(join(DATA, 'fhir/expected', `${name}.expected.json`), 'utf8'));

const BUNDLES = readdirSync(join(DATA, 'fhir/expected'))
  .map((name) => name.replace('.expected.json', ''))
  .filter((name) => /^(synthea|ips)-/.test(name));
const DOCUMENTS = readdirSync(join(DATA, 'records/ccda')).filter((name) => name.endsWith('.xml'));
const streich = expectedOf('bulk-10-streich');

const SAMPLES: Sample[] = [
  ...BUNDLES.map((name) => {
    const { files, types } = expectedOf(name);
    return { name, files: files.map(({ path }) => join('fhir', path)), types };
  }),
  ...DOCUMENTS.map((name) => ({ name, files: [join('records/ccda', name)], types: null })),
  {
    name: 'bulk-10',
    files: expectedOf('bulk-10').files.map(({ path }) => join('fhir', path)),
    person: streich.patients.map(({ name: { given = [], family } }) => `${given.join(' ')} ${family}`)[0],
    types: streich.types,
  },
];

const { dir: made, remove } = workFolder('every-record');
const home = join(made, 'browser');
const other = join(made, 'command');
let browser: Browser;
let node: RunningNode;
let page: Page;

/** The files as they were published: alone a file, together a folder. */
function published({ name, files }: Sample): string {
  const dir = join(made, 'files', name);
  mkdirSync(dir, { recursive: true });
  const paths = files.map((path) => {
    const raw = readFileSync(join(DATA, path));
    const to = join(dir, basename(path).replace(/\.gz$/, ''));
    writeFileSync(to, path.endsWith('.gz') ? gunzipSync(raw) : raw);
    return to;
  });
  return paths.length === 1 ? paths[0] : dir;
}

beforeAll(async () => {
  for (const dir of [home, other]) {
    await haleJson(['init', '--home', dir]);
    for (const { name } of SAMPLES) await haleJson(['subject', 'add', name, '--home', dir]);
  }
  node = await startNode(home);
  browser = await launchChromium();
  page = await (await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' })).newPage();
  page.setDefaultTimeout(60_000);
  const { url } = await haleJson<{ url: string }>(['web', '--home', home]);
  await page.goto(url);
  await page.locator('.frame').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await node?.process.stop();
  remove();
});

/** What stands there, without what is ours and random: type, title, time, status, value. */
async function held(dir: string, subject: string): Promise<{ types: Record<string, number>; lines: string[] }> {
  const asked = ['records', '--subject', subject, '--limit', '1000', '--home', dir];
  const { records, total } = await haleJson<RecordsFound>(asked);
  expect(records).toHaveLength(total);
  const types: Record<string, number> = {};
  for (const { type } of records) types[type] = (types[type] ?? 0) + 1;
  const lines = records.map(({ type, title, written, status, value }) =>
    [type, title, written, status, value].join('|'),
  );
  return { types, lines: lines.sort() };
}

test.each(SAMPLES)('$name', async (sample) => {
  const path = published(sample);
  await page.goto(`${node.url}/#/add`);
  await page.locator('.rail select').selectOption(sample.name);
  await page.locator('.drop').waitFor();
  const isFolder = sample.files.length > 1;
  await page
    .getByLabel(isFolder ? 'Choose a folder' : 'Choose files')
    .last()
    .setInputFiles(path);
  const job = page.locator('article').first();
  if (sample.person) {
    await page.getByText('records of several persons').waitFor();
    await page.getByRole('button', { name: sample.person }).click();
  }
  await job
    .filter({ hasText: basename(path) })
    .locator('.chip.good')
    .waitFor();

  const whose = ['--subject', sample.name, '--home', other];
  const said = await hale(['import', path, ...(sample.person ? ['--person', sample.person] : []), ...whose, '--json']);
  expect(said.code, said.stderr).toBe(0);
  const byBrowser = await held(home, sample.name);
  expect(byBrowser).toEqual(await held(other, sample.name));
  expect(byBrowser.lines.length).toBeGreaterThan(0);
  if (sample.types) expect(byBrowser.types).toEqual(sample.types);
});
