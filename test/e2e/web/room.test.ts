// In the room: two browsers, two real nodes, each with a relay of its own. The desk shows a code, the phone takes it, both show the same three
// words, and one page opens; and each way in which it ends otherwise.
import { join } from 'node:path';
import { encodePairingCode, parsePairingCode } from '@hale/kernel';
import {
  deliver,
  hale,
  haleJson,
  initHome,
  type Running,
  startNode,
  startRelay,
  TELEMETRY,
  workFolder,
} from '@hale/testkit/hale-process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeEarlierVisit } from '../../screens/earlier-visit.ts';
import { linesUntil } from '../../screens/person.ts';
import { launchChromium } from '../chromium.ts';
import { readPdf } from './pdf-paths.ts';

const { dir, remove } = workFolder('web-room');
const processes: Running[] = [];
const LINES_PER_DELIVERY = 20_000;
const VISIT_DAYS_AGO = 20;
let browser: Browser;
let phone: Page;
let desk: Page;
const faults: string[] = [];

async function pageOf(home: string, viewport: { width: number; height: number }): Promise<Page> {
  const context = await browser.newContext({ viewport, locale: 'en-GB', timezoneId: 'UTC' });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  const { url } = await haleJson<{ url: string }>(['web', '--home', home]);
  await page.goto(url);
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  return page;
}

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const seen = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name }).first().waitFor();
const go = (page: Page, place: string) => page.goto(`${new URL(page.url()).origin}/#${place}`);
const wordsOn = (page: Page) => page.locator('.three-words span').allTextContents();
const grants = () => haleJson<{ id: string; to: string; state: string }[]>(['grants', '--home', join(dir, 'sam')]);

beforeAll(async () => {
  for (const name of ['sam', 'lee']) {
    const relay = await startRelay(join(dir, `relay-${name}`));
    processes.push(relay.process);
    const url = relay.url.replace(/^http/, 'ws');
    await initHome(join(dir, name), { url, dir: join(dir, `relay-${name}`) });
  }
  const [homeOfSam, homeOfLee] = [join(dir, 'sam'), join(dir, 'lee')];
  const { credential } = await haleJson<{ credential: string }>(['device', 'add', 'Watch', '--home', homeOfSam]);
  const filling = await startNode(homeOfSam);
  const lines = linesUntil(Date.now() * 1000);
  for (let at = 0; at < lines.length; at += LINES_PER_DELIVERY)
    await deliver(filling.url, credential, lines.slice(at, at + LINES_PER_DELIVERY).join('\n'));
  const start = new Date(Date.now() - 86_400_000).toISOString();
  await hale(['import', join(TELEMETRY, 'ecg-wfdb/100.hea'), '--start', start, '--home', homeOfSam]);
  await filling.process.stop();
  await makeEarlierVisit({ owner: homeOfSam, desk: homeOfLee, days: VISIT_DAYS_AGO, name: 'Sam Novak' });
  browser = await launchChromium();
  for (const home of [homeOfSam, homeOfLee]) processes.push((await startNode(home)).process);
  phone = await pageOf(homeOfSam, { width: 390, height: 800 });
  desk = await pageOf(homeOfLee, { width: 1280, height: 860 });
});

afterAll(async () => {
  await browser?.close();
  for (const running of processes.reverse()) await running.stop();
  remove();
});

beforeEach(async () => {
  await go(phone, '/today');
  await go(desk, '/desk');
});

interface Code {
  address: string;
  code: string;
}

async function showCode(): Promise<Code> {
  await go(desk, '/room');
  const name = desk.getByLabel('How patients see you');
  const scan = desk.getByRole('heading', { name: 'The patient scans this' });
  await name.or(scan).first().waitFor();
  if (await name.isVisible()) {
    await name.fill('Dr Ada Lee');
    await press(desk, 'Show the code');
  }
  await scan.waitFor();
  await desk.getByRole('img', { name: 'Code for the patient’s phone' }).waitFor();
  const typed = desk.locator('dd.typed');
  return { address: await typed.nth(0).innerText(), code: await typed.nth(1).innerText() };
}

async function use(page: Page, { address, code }: Code): Promise<void> {
  await go(page, '/today');
  await heading(page, 'Today');
  await go(page, '/show');
  await page.getByLabel('Address').fill(address);
  await page.getByLabel('Code').fill(code);
  await press(page, 'Go on');
}

/** Up to the words on both screens. */
async function meet(): Promise<Code> {
  const code = await showCode();
  await use(phone, code);
  await heading(phone, /^Show your data to Dr Ada Lee \(key npub1.*\)\?$/);
  await heading(desk, 'Compare the words');
  return code;
}

test('both show the same three words; she says yes, and the page of the visit stands there within three seconds', async () => {
  await meet();
  await seen(
    phone,
    /Dr Ada Lee \(key npub1.*\) can see .*Glucose.*\(every reading\), measured from .* on, new readings included, until/,
  );
  await phone.getByLabel('Your name').fill('Sam Novak');
  await press(phone, 'Compare the words');
  await heading(phone, 'Does the desk show the same three words?');
  const words = await wordsOn(phone);
  expect(words).toHaveLength(3);
  expect(await wordsOn(desk)).toEqual(words);
  const before = (await grants()).length;

  const from = performance.now();
  await press(phone, 'Yes, the same: show it');
  await desk.locator('.visit .agp-median').first().waitFor();
  await desk.locator('.visit .ecg-trace.signal').first().waitFor();
  await desk.locator('.visit-table tbody tr').first().waitFor();
  const millis = Math.round(performance.now() - from);
  console.log(`from the confirm tap to the page of the visit: ${millis} ms`);
  // Three seconds are promised on a quiet machine (bench/web.ts); here others run besides.
  expect(millis).toBeLessThan(12_000);

  await heading(phone, /^Dr Ada Lee( \(key npub1.*\))? sees it now\.$/);
  expect((await grants()).length).toBe(before + 1);
  await heading(desk, 'Sam Novak');
  await seen(desk, new RegExp(`Last visit .* \\(${VISIT_DAYS_AGO} days ago\\)`));
  const row = desk.locator('.visit-table tbody tr', { hasText: 'Weight' });
  const [latest, then, now, difference] = await row.locator('td').allInnerTexts();
  expect(latest).toMatch(/^\d/);
  const value = (text: string) => Number(text.replace('−', '-').replace('+', ''));
  expect(value(now) - value(then)).toBeCloseTo(value(difference), 0);
  expect(value(difference)).not.toBe(0);
});

test('the page prints on one sheet, the strip true to size', async () => {
  await go(desk, '/desk');
  await desk.getByRole('link', { name: 'Open', exact: true }).first().click();
  await desk.getByRole('link', { name: 'Page of the visit' }).click();
  await desk.locator('.visit .agp-median').first().waitFor();
  await desk.locator('.visit-table tbody tr').first().waitFor();
  for (const format of ['A4', 'Letter']) {
    const pages = readPdf(await desk.pdf({ format, landscape: true }));
    expect(pages, format).toHaveLength(1);
    const [{ width, height, paths }] = pages;
    const inside = ([x, y]: [number, number]) => x >= 0 && y >= 0 && x <= width && y <= height;
    expect(paths.flatMap(({ points }) => points).filter((point) => !inside(point))).toEqual([]);
    // The ruler below the strip: 50 mm, however much stands beside it.
    const long = (points: [number, number][]) => (Math.abs(points[1][0] - points[0][0]) * 25.4) / 72;
    expect(paths.some(({ points }) => points.length === 2 && Math.abs(long(points) - 50) < 0.02)).toBe(true);
  }
});

test('what was shown stands under Sharing, and stops there like any other share', async () => {
  await go(phone, '/sharing');
  const row = phone.getByRole('listitem').filter({ hasText: 'Dr Ada Lee' }).first();
  await row.getByRole('button', { name: 'Stop' }).click();
  await phone.getByRole('dialog').getByRole('button', { name: /^Stop/ }).click();
  await phone.getByRole('dialog').getByText('Stopped.').waitFor();
  await press(phone.getByRole('dialog') as never, 'Close');
  await seen(phone, 'You share nothing at the moment.');
  await desk.getByRole('link', { name: 'Open', exact: true }).first().click();
  await desk
    .getByText(/Sam Novak stopped sharing/)
    .first()
    .waitFor({ timeout: 30_000 });
});

describe('it ends, says what happened, and shares nothing', () => {
  let standing = 0;
  beforeEach(async () => {
    standing = (await grants()).length;
  });
  const nothingNew = async () => {
    await seen(phone, 'Nothing of yours was shown.');
    expect((await grants()).length).toBe(standing);
  };

  test('the words differ, she says', async () => {
    await meet();
    await press(phone, 'Compare the words');
    await press(phone, 'The words differ');
    await heading(phone, 'You stopped: the words differ.');
    await heading(desk, 'The words were not the same.');
    await nothingNew();
  });

  test('the words differ, the desk says', async () => {
    await meet();
    await press(desk, 'The words differ');
    await heading(phone, 'The desk says that the words differ.');
    await heading(desk, 'The words were not the same.');
    await nothingNew();
  });

  test('she wants to show nothing', async () => {
    await meet();
    await press(phone, 'Show nothing');
    await heading(phone, 'You showed nothing.');
    await heading(desk, 'The patient shows nothing.');
    await nothingNew();
  });

  test('the code was used before', async () => {
    const code = await meet();
    const other = await pageOf(join(dir, 'sam'), { width: 390, height: 800 });
    await use(other, code);
    await heading(other, 'This code was used before.');
    await other.context().close();
    // The first goes on.
    expect(await wordsOn(desk)).toHaveLength(3);
    await press(phone, 'Show nothing');
    await heading(phone, 'You showed nothing.');
  });

  test('the time of the code is over, at the desk and on the phone', async () => {
    await desk.route('**/v1/op/room.open', (route) => route.continue({ postData: '{"seconds":1}' }));
    const { address, code } = await showCode();
    await heading(desk, 'The time of the code is over.');
    await desk.unroute('**/v1/op/room.open');
    await use(phone, { address, code });
    await heading(phone, 'This code is not shown any more.');
    await nothingNew();
    // A code whose minute has passed by the phone's clock as well.
    const bytes = parsePairingCode(code);
    bytes[15] = (Math.floor(Date.now() / 60_000) - 9) & 255;
    await use(phone, { address, code: encodePairingCode(bytes) });
    await heading(phone, 'The time of this code is over.');
    await press(desk, 'Make a new code');
    await heading(desk, 'The patient scans this');
  });

  test('the desk was closed meanwhile', async () => {
    await meet();
    await press(phone, 'Compare the words');
    await go(desk, '/desk');
    await heading(phone, 'The desk has left.');
    await nothingNew();
  });

  test('the phone left', async () => {
    await meet();
    await go(phone, '/today');
    await heading(desk, 'The phone left.');
  });

  test('the relay is away, and what is typed is no code', async () => {
    const { code } = await showCode();
    await use(phone, { address: 'http://127.0.0.1:9', code });
    await heading(phone, 'The desk cannot be reached.');
    await nothingNew();
    await use(phone, { address: 'http://127.0.0.1:9', code: 'abc' });
    await seen(phone, 'That is no code of a desk. It has 26 letters and digits.');
    await use(phone, { address: '', code });
    await seen(phone, 'The address that stands beside the code is needed too.');
  });
});

test('a code that the phone’s own camera opened leaves address and history at once', async () => {
  const { address, code } = await showCode();
  const { origin } = new URL(phone.url());
  await phone.goto(`${origin}/#room=${code.replaceAll(' ', '')}`);
  await expect.poll(() => phone.url()).toBe(`${origin}/#/show`);
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(faults.filter((fault) => !/status of 4/.test(fault))).toEqual([]);
});
