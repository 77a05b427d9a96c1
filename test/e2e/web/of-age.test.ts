// A child comes of age: her mother hands her over to the child's own home, to the end, on the screens of both. specs/custody.md §4
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  deliver,
  hale,
  haleJson,
  initHome,
  inviteTo,
  Running,
  startRelay,
  workFolder,
} from '@hale/testkit/hale-process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RESOURCES } from '../../../packages/home/test/emergency-people.ts';
import { launchChromium } from '../chromium.ts';
import { type AtHome, atHome, look, newPage, openAt } from './journey.ts';

const PASSPHRASE = 'a walk along the river';
const { dir, remove } = workFolder('web-of-age');
const processes: Running[] = [];
const faults: string[] = [];
let browser: Browser;
let mother: AtHome;
let motherNpub = '';
/** Her own home; the watch that her mother set up; and a stranger's browsers with the links that her mother gave. */
let mia: Page;
let miaNpub = '';
let watch = { credential: '' };
let card = '';
let reader: { pulse: Page; records: Page };
let relay: { url: string; dir: string };

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const seen = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });

/** A reading a second, the last of them now. */
const beats = (count: number, value: number) =>
  Array.from({ length: count }, (_, i) => `heart-rate,${(Date.now() - (count - i) * 1000) * 1000},${value}`).join('\n');

async function shared(...what: string[]): Promise<string> {
  const args = ['share', ...what, '--subject', 'Mia', '--link', '--yes', '--home', mother.home];
  return (await haleJson<{ link: string }>(args)).link;
}

async function opened(link: string, wanted: string): Promise<Page> {
  const page = await newPage(browser, faults);
  await page.goto(link);
  await page.getByText(wanted).first().waitFor();
  return page;
}

beforeAll(async () => {
  const started = await startRelay(join(dir, 'relay'));
  processes.push(started.process);
  relay = { url: started.url.replace(/^http/, 'ws'), dir: join(dir, 'relay') };
  await initHome(join(dir, 'mother'), relay);
  browser = await launchChromium();
  mother = await atHome(browser, faults, join(dir, 'mother'));
  processes.push(mother.process);
  ({ npub: motherNpub } = await haleJson<{ npub: string }>(['whoami', '--home', mother.home]));
  await haleJson(['subject', 'add', 'Mia', '--home', mother.home]);
  watch = await haleJson(['device', 'add', 'Watch', '--subject', 'Mia', '--home', mother.home]);
  expect((await deliver(mother.url, watch.credential, beats(300, 71))).status).toBe(200);
  const file = join(dir, 'hospital.json');
  const entry = RESOURCES.map((resource) => ({ resource }));
  writeFileSync(file, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
  expect((await hale(['import', file, '--subject', 'Mia', '--home', mother.home])).stderr).toBe('');
  ({ link: card } = await haleJson<{ link: string }>([
    'emergency',
    'card',
    join(dir, 'card'),
    '--subject',
    'Mia',
    '--home',
    mother.home,
  ]));
  const pulse = await shared('heart-rate', '--from', 'now-1d', '--name', 'School nurse');
  const records = await shared('--records', 'allergies', '--name', 'Summer camp');
  // Who was added in a terminal stands on pages that are opened afterwards.
  await mother.page.reload();
  reader = { pulse: await opened(pulse, '71'), records: await opened(records, 'Penicillin') };
}, 90_000);

afterAll(async () => {
  await browser?.close();
  for (const running of processes.reverse()) await running.stop();
  remove();
});

/** The first run to its end, with the meeting point to which her mother's home has invited her. */
async function makeVault(page: Page): Promise<void> {
  await press(page, /Make a new vault/);
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await page.getByLabel('The same once more').fill(PASSPHRASE);
  await press(page, 'Next');
  await page.getByLabel('Meeting point address (optional)').fill(relay.url);
  await page.getByLabel('Invitation (optional)').fill(await inviteTo(relay.dir));
  await press(page, 'Next');
  await page.getByRole('heading', { name: 'Your 24 words' }).waitFor();
  const words = (await page.locator('.words-grid li').allInnerTexts()).map((text) => text.replace(/[^a-z]/g, ''));
  await press(page, 'It is on paper');
  for (const label of await page.locator('form label').allInnerTexts())
    await page.getByLabel(label, { exact: true }).fill(words[Number(label.replace(/\D/g, '')) - 1]);
  await press(page, 'Make the vault');
  await seen(page, 'Nothing here yet.');
}

test('the child makes a home of her own, and gives her mother its address', async () => {
  const started = new Running(['start', '--home', join(dir, 'mia'), '--port', '0', '--json']);
  processes.push(started);
  const { text } = await started.line((line) => line.startsWith('{'), 30_000);
  mia = await newPage(browser, faults);
  await mia.goto((JSON.parse(text) as { openUrl: string }).openUrl);
  await makeVault(mia);
  await openAt(mia, '/desk');
  await seen(mia, 'Your address');
  miaNpub = await mia.locator('.copy-field').inputValue();
  expect(miaNpub).toMatch(/^npub1[a-z0-9]{58}$/);
}, 60_000);

test('the mother lets her see who cares, then hands her over: until she answers nothing new is kept', async () => {
  const { page, open } = mother;
  await open('/settings/people');
  await row(page, 'Mia').getByRole('link', { name: 'Who cares' }).click();
  await page.getByRole('heading', { name: 'Mia', exact: true }).waitFor();
  const ward = page.locator('section, .card').filter({ hasText: 'Let Mia see who can see' }).last();
  await ward.getByLabel('Their address').fill(miaNpub);
  await ward.getByRole('button', { name: 'Let them see' }).click();
  await seen(page, 'They see it from now on.');
  await openAt(mia, '/settings/people');
  await seen(mia, 'Who cares for you');
  await look(mia, 'of-age-1-ward');

  await press(page, 'Begin');
  await page.getByLabel('They decide for themselves now').check();
  await page.getByLabel('Address of who gets them').fill(miaNpub);
  await seen(page, /^Mia goes to npub1/);
  await page.getByLabel('Type “Mia” to go on').fill('Mia');
  await look(page, 'of-age-2-hand-over');
  await page.getByRole('button', { name: 'Hand over', exact: true }).click();
  await seen(page, 'Offered, no answer yet');
  await look(page, 'of-age-3-offered');
  const { status } = await deliver(mother.url, watch.credential, beats(5, 180));
  expect(status).toBeGreaterThanOrEqual(500);
}, 60_000);

test('the child says that it is she, and everything is hers: series, records, and who could see them', async () => {
  await openAt(mia, '/settings/people');
  await seen(mia, 'Mia: to be yours alone');
  expect(await mia.getByRole('button', { name: 'Yes, take over' }).isDisabled()).toBe(true);
  await mia.getByLabel('It is me').check();
  await mia.getByLabel('I compared the address with them').check();
  await look(mia, 'of-age-4-offer');
  await press(mia, 'Yes, take over');
  await seen(mia, 'All is here, under keys of your own.');
  await seen(mia, 'Link “School nurse”: Heart rate');
  await seen(mia, /^Link “Summer camp”: .*Allergies/);
  // Who cared for her does no more: nothing is left of it.
  expect(await mia.getByText('Who cares for you').count()).toBe(0);
  expect(await mia.getByText('cannot be asked').count()).toBe(0);
  await look(mia, 'of-age-5-taken');
  await openAt(mia, '/today');
  await mia.locator('.card-link', { hasText: 'Heart rate' }).first().waitFor();
  expect(await mia.locator('.card-link', { hasText: 'Heart rate' }).first().innerText()).toContain('71');
  await look(mia, 'of-age-6-today');
  await openAt(mia, '/records');
  await mia
    .getByRole('link', { name: /Allergies/ })
    .first()
    .click();
  await seen(mia, 'Penicillin');
  await openAt(mia, '/sharing');
  await seen(mia, 'Nobody can see your data.');
}, 60_000);

test('at the mother’s nothing of her is left or collected, and the shares that she gave have ended for who reads them', async () => {
  const { page, open } = mother;
  await open('/settings/people');
  await row(page, 'Mia to npub1').getByText('Handed over').waitFor({ timeout: 40_000 });
  await expect
    .poll(() => row(page, 'Mia').getByRole('link', { name: 'Who cares' }).count(), { timeout: 20_000 })
    .toBe(0);
  await look(page, 'of-age-7-handed-over');
  const { status } = await deliver(mother.url, watch.credential, beats(5, 190));
  expect(status).toBe(403);
  await open('/devices');
  await seen(page, 'No devices yet.');
  const stranger = await newPage(browser, faults);
  await stranger.goto(card);
  await stranger.getByRole('heading', { name: 'This card was replaced' }).waitFor();
  await open('/sharing');
  await page.reload();
  await seen(page, 'Nobody can see your data.');
  await look(page, 'of-age-8-mother-sharing');
  await open('/today');
  await seen(page, 'Nothing here yet.');
  for (const [name, each] of Object.entries(reader)) {
    await each
      .getByText(/stopped sharing|This share (has )?ended|ended on/)
      .first()
      .waitFor({ timeout: 40_000 });
    await look(each, `of-age-9-reader-${name}`);
    expect(await each.getByText('Penicillin').count()).toBe(0);
  }
}, 150_000);

test('her mother sees again what the child gives her, and nothing else', async () => {
  await openAt(mia, '/share');
  await mia.getByLabel('A person with an address').check();
  await mia.getByLabel('Address', { exact: true }).fill(motherNpub);
  await mia.getByLabel('Name', { exact: true }).fill('Mum');
  await press(mia, 'Next');
  await mia.getByLabel(/^Heart rate/).check();
  await press(mia, 'Next');
  await mia.getByLabel('Everything there is').check();
  await press(mia, 'Next');
  await press(mia, 'Share with Mum');
  await seen(mia, 'Sent to Mum.');
  const { page, open } = mother;
  await open('/desk');
  await page.getByRole('link', { name: 'Open', exact: true }).first().click();
  await page.getByRole('heading', { name: 'Heart rate' }).first().waitFor();
  await seen(page, /lowest 71 \/min, highest 71 \/min/);
  expect(await page.getByText('Penicillin').count()).toBe(0);
  await look(page, 'of-age-10-mother-desk');
  expect(faults).toEqual([]);
}, 60_000);
