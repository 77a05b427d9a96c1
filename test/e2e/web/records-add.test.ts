// Health records brought through the browser: three patients, one vault. The first is hers; of somebody else it is asked, and the answer decides.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { haleJson, REPOSITORY, startNode, workFolder } from '@hale/testkit/hale-process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RecordsFound } from '../../../packages/home/src/api.ts';
import { launchChromium } from '../chromium.ts';

const DATA = join(REPOSITORY, 'test/data/fhir');
const { dir: made, remove } = workFolder('records-add');
let browser: Browser;
let page: Page;
let stop: () => Promise<unknown>;
const home = join(made, 'home');

beforeAll(async () => {
  browser = await launchChromium();
  for (const folder of ['synthea', 'bulk-10']) {
    mkdirSync(join(made, folder), { recursive: true });
    for (const name of readdirSync(join(DATA, folder)).filter((each) => each.endsWith('.gz')))
      writeFileSync(join(made, folder, name.slice(0, -3)), gunzipSync(readFileSync(join(DATA, folder, name))));
  }
  await haleJson(['init', '--home', home]);
  const node = await startNode(home);
  stop = () => node.process.stop();
  page = await (await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' })).newPage();
  page.setDefaultTimeout(60_000);
  const { url } = await haleJson<{ url: string }>(['web', '--home', home]);
  await page.goto(url);
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  await page.goto(`${new URL(url).origin}/#/add`);
});
afterAll(async () => {
  await stop?.();
  await browser?.close();
  remove();
});

const file = (begin: string) => {
  const name = readdirSync(join(made, 'synthea')).find((each) => each.startsWith(begin)) ?? '';
  return join(made, 'synthea', name);
};
const choose = (path: string) => page.getByLabel('Choose files').last().setInputFiles(path);
const total = async (subject: string[] = []) =>
  (await haleJson<RecordsFound>(['records', ...subject, '--home', home])).total;

test('hers come in; somebody else’s are asked about, left or taken', async () => {
  await choose(file('Dwain'));
  await page.getByText('96 new records').waitFor();
  expect(await total()).toBe(96);

  await choose(file('Fannie'));
  await page.getByText('This file is of somebody else').waitFor();
  await page.getByRole('cell', { name: '28 Apr 2020' }).waitFor();
  expect(await total()).toBe(96);
  await page.getByRole('button', { name: 'Leave it' }).click();
  await expect.poll(() => page.getByText('This file is of somebody else').count()).toBe(0);
  expect(await total()).toBe(96);

  await choose(file('Helena'));
  await page.getByText('This file is of somebody else').waitFor();
  await page.getByRole('cell', { name: 'Helena Willms' }).waitFor();
  await page.getByRole('button', { name: 'Import them all the same' }).click();
  await page.getByRole('button', { name: 'Yes, it is the same person' }).click();
  await page.getByText('474 new records').waitFor();
  expect(await total()).toBe(570);
});

test('a bulk export of several asks whose are meant', async () => {
  await haleJson(['subject', 'add', 'Rocky', '--home', home]);
  await page.getByLabel('Choose a folder').last().setInputFiles(join(made, 'bulk-10'));
  await page.getByText('records of several persons').waitFor();
  const persons = page.getByRole('button', { name: /, (19|20)\d\d-\d\d-\d\d$/ });
  expect(await persons.count()).toBe(13);
});
