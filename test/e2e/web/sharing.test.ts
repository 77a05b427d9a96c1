import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  deliver,
  haleJson,
  initHome,
  type Running,
  startNode,
  startRelay,
  workFolder,
} from '@hale/testkit/hale-process';
import { pdfText } from '@hale/testkit/pdf-text';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';

const { dir, remove } = workFolder('web-sharing');
const processes: Running[] = [];
let browser: Browser;
let npub = '';
let watch = { url: '', credential: '' };
const faults: string[] = [];

interface Person {
  page: Page;
  open(hash: string): Promise<void>;
}
let sam: Person;
let lee: Person;

/** A browser of that person's own, open on her node. */
async function person(home: string): Promise<Person> {
  const node = await startNode(home);
  processes.push(node.process);
  const context = await browser.newContext({
    ...{ viewport: { width: 1280, height: 860 }, locale: 'en-GB', timezoneId: 'UTC' },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  const { url } = await haleJson<{ url: string }>(['web', '--home', home]);
  await page.goto(url);
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  return {
    page,
    open: async (hash) => {
      await page.goto(`${new URL(url).origin}/#${hash}`);
    },
  };
}

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const seen = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

/** Readings of the last minutes, and a temperature beside them. */
async function measure(): Promise<void> {
  const now = Date.now();
  const lines = Array.from({ length: 300 }, (_, i) => {
    const at = (now - (300 - i) * 1000) * 1000;
    return `heart-rate,${at},${60 + (i % 7)}\nbody-temperature,${at},36.${i % 9}`;
  });
  const { status } = await deliver(new URL(watch.url).origin, watch.credential, lines.join('\n'));
  expect(status).toBe(200);
}

beforeAll(async () => {
  const relay = await startRelay(join(dir, 'relay'));
  processes.push(relay.process);
  const at = { url: relay.url.replace(/^http/, 'ws'), dir: join(dir, 'relay') };
  for (const name of ['sam', 'lee']) await initHome(join(dir, name), at);
  browser = await launchChromium();
  sam = await person(join(dir, 'sam'));
  lee = await person(join(dir, 'lee'));
  ({ npub } = await haleJson<{ npub: string }>(['whoami', '--home', join(dir, 'lee')]));
  watch = await haleJson(['device', 'add', 'Watch', '--home', join(dir, 'sam')]);
  await measure();
});

afterAll(async () => {
  await browser?.close();
  for (const running of processes.reverse()) await running.stop();
  remove();
});

test('what is shared with a person is what the preview showed, and she sees it live', async () => {
  const { page } = sam;
  await sam.open('/share');
  await page.getByLabel('A person with an address').check();
  await page.getByLabel('Address', { exact: true }).fill('npub1nobody');
  await press(page, 'Next');
  await seen(page, 'This is no address.');
  await page.getByLabel('Address', { exact: true }).fill(npub);
  await page.getByLabel('Name', { exact: true }).fill('Dr Ada Lee');
  await page.getByLabel('Your name').fill('Sam Novak');
  await press(page, 'Next');
  await page.getByLabel(/^Heart rate/).check();
  await press(page, 'Next');
  await page.getByLabel('Everything there is').check();
  await page.getByLabel('They may file a copy').check();
  await press(page, 'Next');
  await seen(
    page,
    /Dr Ada Lee \(key npub1.*\) can see Heart rate \(every reading\), measured from .* on, new readings included, until .*, in \d+ (days|hours)/,
  );
  await seen(page, '300 readings');
  await seen(page, /lowest 60 \/min, highest 66 \/min/);
  await press(page, 'Share with Dr Ada Lee');
  await seen(page, 'Sent to Dr Ada Lee.');

  await lee.open('/desk');
  await lee.page.getByRole('link', { name: 'Open', exact: true }).first().click();
  await seen(lee.page, /lowest 60 \/min, highest 66 \/min/);
  const beat = async () => {
    await deliver(new URL(watch.url).origin, watch.credential, `heart-rate,${Date.now() * 1000},143`);
    return lee.page.getByText('Now 143 /min').isVisible();
  };
  await expect.poll(beat, { timeout: 15_000, interval: 500 }).toBe(true);
});

test('through her eyes he sees the same readings, and in words what she does not see', async () => {
  const { page } = sam;
  await sam.open('/sharing');
  await page.locator('.grant-row', { hasText: 'Dr Ada Lee' }).getByRole('link', { name: 'Details' }).click();
  await press(page, 'Look through their eyes');
  const eyes = page.getByRole('region', { name: 'What they see now' });
  await eyes.getByText('Heart rate (every reading)').waitFor();
  await lee.page.reload();
  const figures = /lowest 60 \/min, highest 143 \/min/;
  const theirs = (await lee.page.getByText(figures).first().textContent()) ?? '';
  await eyes.getByText(theirs).waitFor();
  const numbers = async (at: Page, button: ReturnType<Page['getByRole']>) => {
    await button.click();
    return at.locator('tbody').first().innerText();
  };
  const asTable = { name: 'Show as table' };
  const hers = await numbers(lee.page, lee.page.getByRole('button', asTable).first());
  expect(await numbers(page, eyes.getByRole('button', asTable))).toBe(hers);
  const unseen = page.getByRole('region', { name: 'What they do not see' });
  await unseen.getByText(/^1 other series: .*emperature/).waitFor();
  await unseen.getByText('with whom else you share').waitFor();
});

test('she asks for more, he allows it with one press, and her open page finds it', async () => {
  await press(lee.page, 'Ask for more');
  await press(lee.page, 'Send');
  await seen(lee.page, 'Choose something, or say why you ask.');
  await lee.page.getByLabel('Temperature').check();
  await lee.page.getByLabel('Why?').fill('You may have a fever.');
  await press(lee.page, 'Send');
  await seen(lee.page, 'Asked. It can be answered until');

  await sam.open('/sharing');
  await seen(sam.page, /Dr Ada Lee \(key npub1.*\) asks to see more\./);
  await seen(sam.page, '“You may have a fever.”');
  await seen(sam.page, 'Body temperature (every reading)');
  await press(sam.page, 'Allow all');
  await seen(sam.page, /Opened for Dr Ada Lee \(key npub1/);

  // A browser keeps six lines to a node: what is followed holds one for the whole page, however many series there are.
  let followed = 0;
  lee.page.on('request', (request) => {
    if (request.url().endsWith('/v1/op/open')) followed++;
  });
  await lee.page.getByRole('link', { name: 'Open it' }).click({ timeout: 30_000 });
  await lee.page.getByRole('heading', { name: 'Body temperature' }).waitFor();
  await seen(lee.page, /highest 36\.8 °C/);
  expect(followed).toBe(1);
});

test('she files a copy, and he sees that she kept it', async () => {
  await press(lee.page, 'File in the chart');
  const saved = async (button: string): Promise<Buffer> => {
    const download = lee.page.waitForEvent('download');
    await press(lee.page, button);
    return readFileSync(await (await download).path());
  };
  const page = await saved('File it and download');
  await seen(lee.page, 'Its owner is told.');
  const bundle = await saved('Save the readings (FHIR)');
  const [hash, document] = [bundle, page].map((bytes) => createHash('sha256').update(bytes).digest('hex'));
  await press(lee.page, 'Close');
  // The page says whose it is, what it shows, where it comes from, and which bundle lies beside it.
  const lines = pdfText(page).join('\n').replaceAll('\u00a0', ' ').split('\n');
  const after = (label: string, from = 0) => lines[lines.indexOf(label, from) + 1];
  expect(lines.slice(0, 3).join(' ')).toMatch(
    /^Copy for the record: Sam Novak Sam Novak shared: Heart rate \(every reading\), /,
  );
  const temperature = lines.indexOf('Body temperature');
  expect(lines[temperature + 1]).toBe('°C · Every reading');
  expect(['Readings', 'Lowest', 'Highest'].map((label) => after(label, temperature))).toEqual([
    '300',
    '36 °C',
    '36.8 °C',
  ]);
  expect(after('SHA-256 of the FHIR file')).toBe(hash);
  expect(after('Shared by')).toMatch(/^npub1/);
  const { identifier, entry } = JSON.parse(bundle.toString());
  expect(after('Share')).toBe(identifier.value);
  expect(entry.length).toBeGreaterThan(0);
  // Its owner reads both fingerprints.
  await sam.open('/sharing?tab=history');
  await sam.page.reload();
  await seen(sam.page, /Dr Ada Lee \(key npub1.*\) kept a copy/);
  await sam.page.getByRole('link', { name: /Dr Ada Lee \(key npub1.*\) kept a copy/ }).click();
  await seen(sam.page, hash);
  await seen(sam.page, document);
});

test('her notes stay hers', async () => {
  await lee.page.getByLabel('My notes').fill('Call on Monday.');
  await press(lee.page, 'Save');
  await seen(lee.page, /Saved at/);
  await lee.page.reload();
  await expect.poll(() => lee.page.getByLabel('My notes').inputValue()).toBe('Call on Monday.');
});

test('a link is shown again and not after it was stopped; everything stops at once and her page says so', async () => {
  const { page } = sam;
  await sam.open('/share?streams=heart-rate-watch,heart-rate');
  await page.getByLabel('Anyone with a link').check();
  await press(page, 'Next');
  await press(page, 'Next');
  await press(page, 'Next');
  await press(page, 'Make the link');
  await seen(page, 'The link is ready.');
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  expect(link).toMatch(/^http:\/\/.*\/g\/[0-9a-f]{64}.*#[\w-]{43}$/);
  await page.getByRole('img', { name: 'The link as a code for a camera' }).waitFor();
  await sam.open('/sharing');
  await page.getByRole('listitem').filter({ hasText: 'Anyone with the link' }).getByText('Details').click();
  await press(page, 'Show the link again');
  expect(await page.getByLabel('Link', { exact: true }).inputValue()).toBe(link);

  // From the list by series as well a share is stopped, and said what that does.
  await sam.open('/sharing?tab=series');
  const linked = page.locator('.series-readers li', { hasText: 'Link without a name' }).first();
  await linked.getByRole('button', { name: 'Stop' }).click();
  await seen(page, 'The link opens nothing any more');
  await press(page.getByRole('dialog') as never, 'Cancel');

  await sam.open('/sharing');
  await press(page, 'Stop everything');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('listitem').nth(2).waitFor();
  expect(await dialog.getByRole('listitem').count()).toBe(3);
  expect(await dialog.getByRole('button', { name: 'Stop everything' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Type STOP to confirm').fill('stop');
  await press(dialog as never, 'Stop everything');
  await seen(page, /Ended: 3 shares, 0 other browsers or phones\./);
  await seen(page, 'Nobody can see your data.');
  await lee.page.getByText(/Sam Novak stopped sharing on/).waitFor({ timeout: 30_000 });
  expect(faults).toEqual([]);
});

test('a link with a PIN, opened in a clean browser: a live value arrives, and the open page ends when it is stopped', async () => {
  const { page } = sam;
  await measure();
  await sam.open('/share');
  await page.getByLabel('Anyone with a link').check();
  await page.getByLabel('Ask for a PIN').check();
  await page.getByLabel('Name', { exact: true }).fill('Ward 3');
  await press(page, 'Next');
  await page.getByLabel(/^Heart rate/).check();
  await press(page, 'Next');
  await page.getByLabel('Everything there is').check();
  await press(page, 'Next');
  await press(page, 'Make the link');
  await seen(page, 'The link is ready.');
  const link = await page.locator('textarea.copy-field').inputValue();
  const pin = (await page.locator('.copied code').innerText()).trim();
  expect(pin).toMatch(/^\d{6}$/);
  const stranger = await (await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' })).newPage();
  await stranger.goto(link);
  await stranger.getByLabel('PIN').fill(pin);
  await stranger.getByRole('button', { name: 'Open' }).click();
  await stranger.locator('.u-over').first().waitFor();
  const beat = async () => {
    await deliver(new URL(watch.url).origin, watch.credential, `heart-rate,${Date.now() * 1000},151`);
    return (await stranger.locator('.reader-latest strong').first().innerText()) === '151';
  };
  await expect.poll(beat, { timeout: 15_000, interval: 500 }).toBe(true);
  await sam.open('/sharing');
  await page.locator('li', { hasText: 'Ward 3' }).getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Stop/ }).click();
  await stranger.getByRole('heading', { name: /stopped sharing/ }).waitFor();
  expect(await stranger.locator('.u-over').count()).toBe(0);
  await stranger.context().close();
});

test('all that one name has is stopped at once, and nothing else', async () => {
  const { page } = sam;
  const args = ['share', 'heart-rate', '--from', 'now-1h', '--link', '--yes', '--home', join(dir, 'sam'), '--name'];
  for (const name of ['Ward 9', 'Ward 9', 'Ward 10']) await haleJson([...args, name]);
  await sam.open('/sharing');
  await page.reload();
  await page.getByRole('listitem').filter({ hasText: 'Ward 9' }).first().getByText('Details').click();
  await press(page, 'Stop all 2 under “Ward 9”');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('listitem').nth(1).waitFor();
  expect(await dialog.getByRole('listitem').count()).toBe(2);
  await press(dialog as never, 'Stop all 2 under “Ward 9”');
  await dialog.getByRole('heading', { name: 'Stopped.' }).waitFor();
  await press(dialog as never, 'Close');
  await sam.open('/sharing');
  await page.getByRole('listitem').filter({ hasText: 'Ward 10' }).getByText('Sharing now').waitFor();
  expect(await page.getByRole('listitem').filter({ hasText: 'Ward 9' }).getByText('Sharing now').count()).toBe(0);
});

test('a link for the first browser: its owner sees that it was opened, and frees it for another', async () => {
  const { page } = sam;
  await sam.open('/share?streams=heart-rate-watch,heart-rate');
  await page.getByLabel('Anyone with a link').check();
  await page.getByLabel('Only the first browser that opens it').check();
  await page.getByLabel('Name', { exact: true }).fill('Ward 4');
  await press(page, 'Next');
  await press(page, 'Next');
  await page.getByLabel('Everything there is').check();
  await press(page, 'Next');
  await seen(page, /until .*\. It opens only in the first browser that opens the link\./);
  await press(page, 'Make the link');
  await seen(page, 'Do not open it yourself');
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  const row = page.getByRole('listitem').filter({ hasText: 'Ward 4' });
  await sam.open('/sharing');
  await row.getByText('Not opened yet; only in the first browser').waitFor();
  const openElsewhere = async (): Promise<void> => {
    const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' });
    const stranger = await context.newPage();
    await stranger.goto(link);
    await stranger.getByRole('button', { name: 'Open it in this browser' }).click();
    await stranger.locator('.u-over').first().waitFor();
    await context.close();
  };
  await openElsewhere();
  await row.getByText('Details').click();
  await seen(page, /^Opened first on .* It opens in that browser only\.$/);
  await press(page, 'Show the link again');
  expect(await page.getByLabel('Link', { exact: true }).inputValue()).toBe(link);
  await press(page, 'Free it for another browser');
  await press(page.getByRole('dialog') as never, 'Free it for another browser');
  await seen(page, 'Not opened yet.');
  await openElsewhere();
  await sam.open('/sharing');
  await row.getByText(/^Opened first on .*; only in that browser$/).waitFor();
  expect(faults).toEqual([]);
});
