// A phone is lost: it is removed at home, sees nothing more and says so; what it kept opens nothing; then its owner pairs a new one.
import { join } from 'node:path';
import { deliver, haleJson, initHome, type Running, startRelay, workFolder } from '@hale/testkit/hale-process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { type AtHome, atHome, look, newPage } from './journey.ts';

const { dir, remove } = workFolder('web-phone-lost');
const processes: Running[] = [];
const faults: string[] = [];
let browser: Browser;
let owner: AtHome;
let relayPages = '';
let credential = '';
let lost: Page;

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };
/** All that the browser keeps of the phone's database, as its scripts read it; keys that cannot be read out stay what they are. */
const KEPT = `new Promise((resolve, reject) => {
  const opening = indexedDB.open('hale-phone');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const asked = opening.result.transaction('pairing').objectStore('pairing').get('home');
    asked.onsuccess = () => resolve(asked.result);
  };
})`;

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const seen = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const isOut = (page: Page) => page.getByText('This phone is not paired').waitFor({ timeout: 20_000 });
const newest = (page: Page) => page.locator('.card-link .value').first();

async function say(value: number): Promise<void> {
  const { status } = await deliver(owner.url, credential, `heart-rate,${Date.now() * 1000},${value}\n`);
  expect(status).toBe(200);
}

/** By the code on the screen at home, confirmed on both. */
async function pair(name: string): Promise<Page> {
  const { page } = owner;
  await owner.open('/phones');
  await press(page, 'Pair a phone');
  await page.getByRole('heading', { name: 'Scan this with your phone' }).waitFor();
  const code = (await page.locator('dd.typed').nth(1).textContent())?.replaceAll(' ', '');
  const phone = await newPage(browser, faults, PHONE);
  await phone.goto(`${relayPages}/#pair=${code}`);
  await press(phone, 'Pair');
  await phone.getByRole('heading', { name: 'Compare the digits' }).waitFor();
  await page.getByRole('heading', { name: 'Do both show the same digits?' }).waitFor();
  expect(await phone.locator('.digits').textContent()).toBe(await page.locator('.digits').textContent());
  await page.getByLabel('Name of this phone').fill(name);
  await press(page, 'Yes, the same');
  await press(phone, 'Yes, the same');
  await page.getByRole('heading', { name: 'Your phone is paired' }).waitFor();
  await press(page, 'Done');
  await press(phone, 'Open my vault');
  await newest(phone).waitFor();
  return phone;
}

beforeAll(async () => {
  const relay = await startRelay(join(dir, 'relay'));
  processes.push(relay.process);
  const url = relay.url.replace(/^http/, 'ws');
  relayPages = url.replace(/^ws/, 'http');
  await initHome(join(dir, 'owner'), { url, dir: join(dir, 'relay') });
  ({ credential } = await haleJson<{ credential: string }>(['device', 'add', 'Watch', '--home', join(dir, 'owner')]));
  browser = await launchChromium();
  owner = await atHome(browser, faults, join(dir, 'owner'));
  processes.push(owner.process);
  await say(61);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  for (const running of processes.reverse()) await running.stop();
  remove();
});

/** A thief who runs scripts on the phone has its key in use: he takes the secret out, and asks with it from a browser of his own. */
async function withItsSecret(): Promise<Page> {
  const secret = (await lost.evaluate(`${KEPT}.then((row) => crypto.subtle
    .decrypt({ name: 'AES-GCM', iv: row.nonce }, row.key, row.bytes)
    .then((bytes) => [...new Uint8Array(bytes)]))`)) as number[];
  expect(secret).toHaveLength(32);
  const thief = await newPage(browser, faults, PHONE);
  await thief.goto(relayPages);
  await thief.getByRole('heading', { name: 'Pair this phone' }).waitFor();
  const row = `{ relay: ${JSON.stringify(relayPages.replace(/^http/, 'ws'))}, name: 'My phone', bytes: new Uint8Array(${JSON.stringify(secret)}) }`;
  await thief.evaluate(`new Promise((resolve, reject) => {
    const opening = indexedDB.open('hale-phone');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const change = opening.result.transaction('pairing', 'readwrite');
      change.objectStore('pairing').put(${row}, 'home');
      change.oncomplete = () => resolve(true);
    };
  })`);
  await thief.reload();
  return thief;
}

test('while it is hers it sees what comes, and keeps a sealed key and no reading', async () => {
  lost = await pair('My phone');
  await say(72);
  await expect.poll(() => newest(lost).textContent(), { timeout: 10_000 }).toContain('72');
  const kept = await lost.evaluate(`${KEPT}.then(async (row) => ({
    fields: Object.keys(row).sort(),
    isLocked: await crypto.subtle.exportKey('raw', row.key).then(() => false, () => true),
    text: JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + JSON.stringify(row),
    databases: (await indexedDB.databases()).map(({ name }) => name),
  }))`);
  expect(kept).toMatchObject({ fields: ['bytes', 'key', 'name', 'nonce', 'relay'], isLocked: true });
  expect((kept as { text: string }).text).not.toMatch(/heart/i);
  // The secret is all it takes, until it is removed at home.
  const thief = await withItsSecret();
  await expect.poll(() => newest(thief).textContent(), { timeout: 10_000 }).toContain('72');
  await thief.context().close();
}, 60_000);

test('removed at home it sees nothing more, says so plainly, and shows nothing of before', async () => {
  const { page } = owner;
  await owner.open('/phones');
  await press(page, 'Remove My phone?');
  await look(page, 'phone-lost-1-asked');
  await press(page, 'Remove it');
  await seen(page, 'My phone was removed.');
  await isOut(lost);
  await look(lost, 'phone-lost-2-removed');
  await say(183);
  // Whoever has it opens the page again, and asks again.
  await lost.reload();
  await isOut(lost);
  await press(lost, 'Try again');
  await isOut(lost);
  const text = await lost.locator('body').innerText();
  expect(text).not.toMatch(/heart rate|61|72|183/i);
  expect(await lost.locator('.card-link').count()).toBe(0);
}, 60_000);

test('what it kept opens nothing any more, from wherever it is asked', async () => {
  const thief = await withItsSecret();
  await isOut(thief);
  expect(await thief.locator('body').innerText()).not.toMatch(/heart rate|183/i);
  await thief.context().close();
}, 60_000);

test('a new phone is paired and sees what is; the old one can forget what it kept', async () => {
  const fresh = await pair('New phone');
  await expect.poll(() => newest(fresh).textContent(), { timeout: 10_000 }).toContain('183');
  await owner.open('/phones');
  const list = owner.page.locator('ul.list').first();
  await list.getByText('New phone').waitFor();
  expect(await list.getByText('My phone').count()).toBe(0);
  await look(owner.page, 'phone-lost-3-new');
  await press(lost, 'Forget the old pairing');
  await lost.getByRole('heading', { name: 'Pair this phone' }).waitFor();
  expect(await lost.evaluate(KEPT)).toBeUndefined();
  expect(faults).toEqual([]);
}, 60_000);
