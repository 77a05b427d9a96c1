// Every sample file that we have, brought through the browser as a person brings a folder: none ends in silence, what the node then holds is what
// the command makes of the same folder, and a second time adds nothing. None of the files is too large for it: the largest has 2 MB.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { hale, haleJson, REPOSITORY, startNode, TELEMETRY, workFolder } from '@hale/testkit/hale-process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';

/** Our whole collection lies beside the repository; a checkout by itself has a part of it. */
const SHARED = process.env.HALE_SHARED_DATA ?? join(REPOSITORY, '../shared/data');
const FOLDERS = [
  { name: 'the files of this repository', path: TELEMETRY },
  { name: 'the whole collection', path: join(SHARED, 'telemetry') },
  { name: 'the files of the clinical views', path: join(SHARED, 'screens') },
];

const COUNTS = ['read', 'accepted', 'duplicate', 'corrected', 'rejected'] as const;
type Counts = Record<(typeof COUNTS)[number], number>;

interface Filled {
  page: Page;
  dir: string;
  open(hash: string): Promise<void>;
  close(): Promise<void>;
}

const { dir: made, remove } = workFolder('every-file');
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  remove();
});

async function openHome(name: string): Promise<Filled> {
  const dir = join(made, name);
  await haleJson(['init', '--home', dir]);
  const node = await startNode(dir);
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const { url } = await haleJson<{ url: string }>(['web', '--home', dir]);
  await page.goto(url);
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  return {
    page,
    dir,
    open: async (hash) => {
      await page.goto(`${new URL(url).origin}/#${hash}`);
    },
    close: async () => {
      await context.close();
      await node.process.stop();
    },
  };
}

/** Brings a folder, answers what is asked of tables by taking them as they were read, and waits till all of it is taken in. */
async function bring({ page, open }: Filled, path: string): Promise<void> {
  await open('/add');
  const begun = page.waitForResponse(/import\.start/);
  await page.getByLabel('Choose a folder').last().setInputFiles(path);
  await begun;
  await page.getByText('Drag files or a folder here').waitFor();
  const asked = page.getByRole('button', { name: 'Take it in' });
  for (let left = await asked.count(); left > 0; left--) {
    await asked.first().click();
    await expect.poll(() => asked.count(), { timeout: 60_000 }).toBe(left - 1);
  }
  // What runs goes on without the page.
  await open('/today');
  await page.reload();
  await open('/add');
  await page.getByRole('heading', { name: 'Imports' }).waitFor();
  const working = page.locator('.chip', { hasText: /Waits|Being taken in/ });
  await expect.poll(() => working.count(), { timeout: 120_000, interval: 500 }).toBe(0);
  expect(await page.locator('.chip', { hasText: /Did not work|Stopped/ }).count()).toBe(0);
}

/** Which files the page names, those that were read and those that were not, and what it says of the former in sum. */
async function told(page: Page): Promise<{ files: string[]; counts: Counts }> {
  for (const summary of await page.locator('article summary').all()) await summary.click();
  // What is unfolded is drawn then.
  const empty = page.locator('article details.fold:not(:has(section))');
  await expect.poll(() => empty.count(), { timeout: 60_000 }).toBe(0);
  const more = page.getByRole('button', { name: /^Show .* more of/ });
  while ((await more.count()) > 0) await more.first().click();
  const named = ['article section h4.file-name', 'article .notice li', 'article .notice strong:only-child'];
  const files = (await Promise.all(named.map((where) => page.locator(where).allInnerTexts()))).flat();
  const figures = await page.locator('article dl.counts dd').allInnerTexts();
  const counts = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Counts;
  figures.forEach((figure, i) => {
    counts[COUNTS[i % COUNTS.length]] += Number(figure.replaceAll(',', ''));
  });
  return { files, counts };
}

const filesBelow = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => relative(join(dir, '..'), join(entry.parentPath, entry.name)));

/** The signals and annotations of a recording are told of with its head. */
const headOf = (file: string): string => file.replace(/\.(dat|atr)$/, '.hea');

interface Held {
  key: string;
  kind: string;
  unit: string;
  samples: number;
}

/** What a home holds of each kind in each unit, and stream by stream. */
async function held(dir: string): Promise<{ kinds: Record<string, number>; streams: string[] }> {
  const all = await haleJson<Held[]>(['streams', '--home', dir]);
  const kinds: Record<string, number> = {};
  for (const { kind, unit, samples } of all) {
    const name = `${kind} (${unit})`;
    kinds[name] = (kinds[name] ?? 0) + samples;
  }
  return { kinds, streams: all.map(({ key, samples }) => `${key}: ${samples}`).sort() };
}

async function byCommand(name: string, path: string): Promise<{ kinds: Record<string, number>; counts: Counts }> {
  const dir = join(made, `${name}, by command`);
  await haleJson(['init', '--home', dir]);
  // It ends with 1 where anything could not be read, and here some cannot.
  const { stdout } = await hale(['import', path, '--home', dir, '--json']);
  const reports = JSON.parse(stdout) as Counts[];
  const sum = (of: keyof Counts) => reports.reduce((all, report) => all + report[of], 0);
  const counts = Object.fromEntries(COUNTS.map((of) => [of, sum(of)])) as Counts;
  return { kinds: (await held(dir)).kinds, counts };
}

describe.each(FOLDERS)('$name', ({ name, path }) => {
  let home: Filled;
  afterAll(() => home?.close());

  test.skipIf(!existsSync(path))(
    'told of one by one, held as the command would, and nothing twice',
    { timeout: 600_000 },
    async () => {
      home = await openHome(name);
      await bring(home, path);
      const first = await told(home.page);
      const silent = filesBelow(path).filter(
        (file) => ![file, headOf(file)].some((each) => first.files.includes(each)),
      );
      expect(silent).toEqual([]);
      // Kinds are called as people call them.
      for (const label of await home.page.locator('.chip.link').allInnerTexts())
        expect(label).not.toMatch(/^[a-z0-9-]+$/);

      const command = await byCommand(name, path);
      expect(first.counts).toEqual(command.counts);
      expect(first.counts.accepted).toBeGreaterThan(0);
      const before = await held(home.dir);
      // Of two series that want one name the first one gets it, and a table that is asked about comes later than with the command.
      expect(before.kinds).toEqual(command.kinds);

      // Page and node keep the imports of before: what is said now is said on top.
      await bring(home, path);
      const second = await told(home.page);
      expect(second.counts.read).toBe(2 * first.counts.read);
      expect(second.counts.accepted).toBe(first.counts.accepted);
      expect(await held(home.dir)).toEqual(before);
    },
  );
});
