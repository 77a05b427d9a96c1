// Stop everything, with all that can be open: readings and records by links, an emergency card, a phone, another browser, and a relay that is away.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  deliver,
  hale,
  haleJson,
  initHome,
  inviteTo,
  type Running,
  startRelay,
  workFolder,
} from '@hale/testkit/hale-process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RESOURCES } from '../../../packages/home/test/emergency-people.ts';
import { launchChromium } from '../chromium.ts';
import { type AtHome, atHome, look, newPage } from './journey.ts';

const { dir, remove } = workFolder('web-stop-everything');
const processes: Running[] = [];
const faults: string[] = [];
let browser: Browser;
let owner: AtHome;
let near: { url: string; dir: string };
let far: { process: Running; url: string; dir: string };
let readings: Page;
let records: Page;
let phone: Page;
let other: Page;
let card = '';

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const seen = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

async function startedRelay(name: string, port = 0) {
  const { process, url } = await startRelay(join(dir, name), port);
  processes.push(process);
  return { process, url: url.replace(/^http/, 'ws'), dir: join(dir, name) };
}

async function linkTo(...what: string[]): Promise<Page> {
  const args = ['share', ...what, '--link', '--yes', '--home', owner.home];
  const { link } = await haleJson<{ link: string }>(args);
  const page = await newPage(browser, faults);
  await page.goto(link);
  return page;
}

async function paired(): Promise<Page> {
  const { page } = owner;
  await owner.open('/phones');
  await press(page, 'Pair a phone');
  await page.getByRole('heading', { name: 'Scan this with your phone' }).waitFor();
  const typed = page.locator('dd.typed');
  const [address, code] = [await typed.nth(0).textContent(), await typed.nth(1).textContent()];
  const made = await newPage(browser, faults, { viewport: { width: 360, height: 740 }, hasTouch: true });
  await made.goto(`${address}=${code?.replaceAll(' ', '')}`);
  await press(made, 'Pair');
  await made.getByRole('heading', { name: 'Compare the digits' }).waitFor();
  await press(page, 'Yes, the same');
  await press(made, 'Yes, the same');
  await page.getByRole('heading', { name: 'Your phone is paired' }).waitFor();
  await press(page, 'Done');
  await press(made, 'Open my vault');
  await made.locator('.card-link').first().waitFor();
  return made;
}

/** Who finds the card: what the page shows after he said who he is. */
async function found(link: string): Promise<Page> {
  const stranger = await newPage(browser, faults, { viewport: { width: 375, height: 740 } });
  await stranger.goto(link);
  return stranger;
}

async function states(page: Page): Promise<void> {
  await page.getByLabel('Unconscious').check();
  await page.getByLabel('Your name').fill('Dr Vera Lind');
  await press(page, 'Show the facts');
}

beforeAll(async () => {
  near = await startedRelay('near');
  far = await startedRelay('far');
  await initHome(join(dir, 'owner'), near);
  const home = join(dir, 'owner');
  await haleJson(['relays', 'add', far.url, '--invite', await inviteTo(far.dir), '--home', home]);
  const { credential } = await haleJson<{ credential: string }>(['device', 'add', 'Watch', '--home', home]);
  const file = join(dir, 'hospital.json');
  const entry = RESOURCES.map((resource) => ({ resource }));
  writeFileSync(file, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
  expect((await hale(['import', file, '--home', home])).stderr).toBe('');
  browser = await launchChromium();
  owner = await atHome(browser, faults, home);
  processes.push(owner.process);
  const lines = Array.from({ length: 60 }, (_, i) => `heart-rate,${(Date.now() - (60 - i) * 1000) * 1000},71`);
  expect((await deliver(owner.url, credential, lines.join('\n'))).status).toBe(200);
  readings = await linkTo('heart-rate', '--from', 'now-1d', '--name', 'Ward 3');
  await seen(readings, '71');
  records = await linkTo('--records', 'allergies', '--name', 'Dr Ada Lee');
  await seen(records, 'Penicillin');
  ({ link: card } = await haleJson<{ link: string }>(['emergency', 'card', join(dir, 'card'), '--home', home]));
  phone = await paired();
  other = await newPage(browser, faults);
  const { url } = await haleJson<{ url: string }>(['web', '--home', home]);
  await other.goto(url);
  await other.getByRole('heading', { name: 'Today' }).waitFor();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  for (const running of processes.reverse()) await running.stop();
  remove();
});

test('the screen says all that is open, and before the press all that ends: the card too, unless she keeps it', async () => {
  const { page } = owner;
  const finder = await found(card);
  await states(finder);
  await seen(finder, 'Penicillin: Anaphylaxis');
  await finder.context().close();
  await owner.open('/sharing');
  await page.reload();
  await seen(page, 'Can be opened beside shares: Emergency card.');
  await look(page, 'stop-everything-1-sharing');
  await press(page, 'Stop everything');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('listitem').filter({ hasText: 'Ward 3' }).waitFor();
  await dialog.getByRole('listitem').filter({ hasText: 'Dr Ada Lee' }).waitFor();
  await dialog.getByText('Closed as well: Emergency card.').waitFor();
  await dialog.getByLabel('Leave the emergency card as it is').check();
  await dialog.getByText('Stays open: Emergency card.').waitFor();
  await dialog.getByLabel('Leave the emergency card as it is').uncheck();
  await look(page, 'stop-everything-2-asked');
}, 60_000);

test('one press ends everything; a relay that is away is named, and what it may still do', async () => {
  await far.process.kill9();
  const { page } = owner;
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type STOP to confirm').fill('stop');
  await dialog.getByRole('button', { name: 'Stop everything' }).click();
  await seen(page, /Ended: 2 shares, 1 emergency card, 2 other browsers or phones\./);
  // Relays on this machine have no other name.
  await seen(page, /Stopped here\. Not reached yet: .+\. It is told as soon as it can be reached/);
  await seen(page, 'All shares are stopped, but not everywhere yet.');
  expect(await page.getByText('Can be opened beside shares').count()).toBe(0);
  // Each share that is not stopped everywhere says so, relay by relay.
  const row = page.getByRole('listitem').filter({ hasText: 'Ward 3' });
  await row.getByText('Stopped by you; not everywhere yet').waitFor();
  await look(page, 'stop-everything-3-stopped');
  await row.getByRole('link', { name: 'Details' }).click();
  await seen(page, 'not reached yet');
  await seen(page, 'stopped');
  await look(page, 'stop-everything-4-relays');
  await owner.open('/emergency');
  await page.getByText(`A card that you closed still opens at ${far.url}`).waitFor();
  await look(page, 'stop-everything-5-card');
}, 60_000);

test('who reads a link is told that it ended; the card opens nothing; phone and other browser are out', async () => {
  for (const [name, page] of Object.entries({ readings, records })) {
    await page.getByRole('heading', { name: /stopped sharing/ }).waitFor({ timeout: 30_000 });
    expect(await page.locator('main').innerText()).not.toMatch(/Penicillin|71/);
    await look(page, `stop-everything-6-${name}`);
  }
  const finder = await found(card);
  await finder.getByRole('heading', { name: 'This card was replaced' }).waitFor();
  await look(finder, 'stop-everything-7-found');
  await phone.getByText('This phone is not paired').waitFor({ timeout: 20_000 });
  expect(await phone.locator('.card-link').count()).toBe(0);
  await look(phone, 'stop-everything-8-phone');
  await other.reload();
  await other.getByText('hale web').waitFor();
}, 60_000);

test('when the relay that was away is back it is told, and the screen says stopped', async () => {
  const port = Number(new URL(far.url).port);
  far = await startedRelay('far', port);
  const { page } = owner;
  await owner.open('/sharing?tab=history');
  const isStopping = () =>
    haleJson<{ state: string }[]>(['grants', '--all', '--home', owner.home]).then((all) =>
      all.map(({ state }) => state).sort(),
    );
  await expect.poll(isStopping, { timeout: 60_000, interval: 2_000 }).toEqual(['ended', 'ended']);
  await owner.open('/sharing');
  await page.reload();
  await seen(page, 'You share nothing at the moment.');
  // The card is looked after every two minutes, and whenever its page is opened.
  await owner.open('/emergency');
  await expect.poll(() => page.getByText('A card that you closed still opens').count(), { timeout: 60_000 }).toBe(0);
  const finder = await found(card);
  await finder.getByRole('heading', { name: 'This card was replaced' }).waitFor();
  expect(faults).toEqual([]);
}, 150_000);
