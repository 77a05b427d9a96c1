// An emergency card scanned with a phone: what is asked, that nothing shows without it, the facts, the notice at home, the end by itself, no network.
import { mkdirSync, readFileSync } from 'node:fs';
import { encodeNpub, fromHex, KINDS } from '@hale/kernel';
import { masterKeys } from '@hale/kernel/seal';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Home } from '../../../packages/home/src/home.ts';
import {
  emergency,
  emergencyCard,
  emergencyChange,
  emergencyOff,
} from '../../../packages/home/src/operations/emergency.ts';
import type { RelayHandle } from '../../../packages/home/src/relay/host.ts';
import { bringRecords, context } from '../../../packages/home/test/emergency-people.ts';
import { Homes, random, useRelay } from '../../../packages/home/test/homes.ts';
import { launchChromium } from '../chromium.ts';

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const SHOTS = process.env.HALE_SHOTS;
const homes = new Homes();
let browser: Browser;
let home: Home;
let relay: RelayHandle;
let phone: BrowserContext | null = null;
const clock = { ahead: 0 };
const son = masterKeys(random(64));
let him = '';

beforeAll(async () => {
  browser = await launchChromium();
  const seconds = () => Math.floor(Date.now() / 1000) + clock.ahead;
  home = homes.make({ nowMicros: () => seconds() * 1e6 });
  relay = await homes.relayWith({ now: seconds }, home.keys);
  useRelay(home, relay.url);
  await bringRecords(home);
  him = homes.open({ keys: son }).identityPublic();
  await emergencyChange(context(home), { told: [encodeNpub(fromHex(him, 32))], hours: 2, notes: ['Hearing aid left'] });
}, 60_000);

afterEach(async () => {
  await phone?.close();
  phone = null;
});

afterAll(async () => {
  await browser?.close();
  await homes.close();
});

interface Scanned {
  page: Page;
  faults: string[];
}

async function scan(link: string, again?: BrowserContext): Promise<Scanned> {
  phone =
    again ?? (await browser.newContext({ viewport: { width: 375, height: 740 }, locale: 'en-GB', timezoneId: 'UTC' }));
  const page = await phone.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) faults.push(message.text());
  });
  await page.goto(link);
  return { page, faults };
}

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
}

/** What axe finds that keeps somebody from using it; and whether anything is wider than the phone. */
const isUsable = async (page: Page): Promise<string[]> =>
  (await page.evaluate(`(async () => {
    ${AXE};
    const { violations } = await axe.run();
    const wide = document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : [];
    return [...violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id }) => id), ...wide];
  })()`)) as string[];

const show = (page: Page) => page.getByRole('button', { name: 'Show the facts' }).click();
const notices = () => relay.store.find({ kinds: [KINDS.wrap], '#p': [him] }).length;

test('a stranger says who and why, reads the facts, and she is told; scanned again it goes on, and ends by itself', async () => {
  const { link } = await emergencyCard(context(home), {});
  const { page, faults } = await scan(link);
  await page.getByRole('heading', { name: 'Emergency card' }).waitFor();
  expect(page.url()).not.toContain('#');
  expect(await page.getByText('Penicillin').count()).toBe(0);
  expect(await isUsable(page)).toEqual([]);
  await shot(page, 'emergency-asked');
  await show(page);
  await page.getByText('Choose a reason.').waitFor();
  await page.getByText('Give your name.').waitFor();
  await page.getByLabel('Another reason').check();
  await page.getByLabel('Your name').fill('Dr. Vera Lind');
  await show(page);
  await page.getByText('Say the reason in a sentence.').waitFor();
  expect([relay.store.find({ kinds: [KINDS.wrap] }).length, notices()]).toEqual([0, 0]);
  await page.getByLabel('Unconscious').check();
  await page.getByLabel('Where you work').fill('City hospital');
  await show(page);
  await page.getByRole('heading', { name: 'Ana Sanchez' }).waitFor();
  await page.getByText('Penicillin: Anaphylaxis').waitFor();
  expect(await page.getByRole('link', { name: '+34 600 111 222' }).getAttribute('href')).toBe('tel:+34600111222');
  expect(await page.getByText('is being told').count()).toBe(1);
  expect(await isUsable(page)).toEqual([]);
  await shot(page, 'emergency-facts');
  expect(notices()).toBe(1);
  const { openings } = await emergency(context(home), { look: true });
  expect(openings).toMatchObject([
    { reason: 'unconscious', name: 'Dr. Vera Lind', institution: 'City hospital', isSigned: true },
  ]);
  // The same browser scans the card once more: the same opening, no second notice.
  const again = await scan(link, phone!);
  await again.page.getByRole('heading', { name: 'Ana Sanchez' }).waitFor();
  expect(notices()).toBe(1);
  // Two hours on: the relay lets it in no more, and what is asked is asked anew.
  clock.ahead += 7_200;
  const late = await scan(link, phone!);
  await late.page.getByRole('heading', { name: 'Emergency card' }).waitFor();
  expect([...faults, ...again.faults, ...late.faults]).toEqual([]);
}, 60_000);

test('facts go off the screen at the second at which the time is over', async () => {
  const { link } = await emergencyCard(context(home), {});
  phone = await browser.newContext({ viewport: { width: 375, height: 740 }, locale: 'en-GB', timezoneId: 'UTC' });
  const page = await phone.newPage();
  await page.clock.install();
  await page.goto(link);
  await page.getByLabel('Unconscious').check();
  await page.getByLabel('Your name').fill('Vera Lind');
  await show(page);
  await page.getByText('Penicillin: Anaphylaxis').waitFor();
  await page.clock.fastForward('02:00:30');
  await page.clock.fastForward(clock.ahead * 1000);
  await page.getByRole('heading', { name: 'The time is over' }).waitFor();
  expect(await page.getByText('Penicillin').count()).toBe(0);
}, 60_000);

test('a PIN: a wrong one is said, what was typed stays, the right one opens', async () => {
  const { link, pin } = await emergencyCard(context(home), { withPin: true });
  const { page } = await scan(link);
  await page.getByLabel('Unconscious').check();
  await page.getByLabel('Your name').fill('Vera Lind');
  await show(page);
  await page.getByText('This card also asks for its PIN.').waitFor();
  await page.getByLabel('PIN of the card').fill(pin === '000000' ? '111111' : '000000');
  await show(page);
  await page.getByText('This is not the PIN. 7 tries left').waitFor();
  await shot(page, 'emergency-pin');
  clock.ahead += 2;
  expect(await page.getByLabel('Your name').inputValue()).toBe('Vera Lind');
  await page.getByLabel('PIN of the card').fill(pin!);
  await show(page);
  await page.getByRole('heading', { name: 'Ana Sanchez' }).waitFor();
}, 60_000);

test('no network, a card that was closed, half a code: each is said, and that the card itself can be read', async () => {
  await emergencyChange(context(home), { factor: 'none' });
  const { link } = await emergencyCard(context(home), {});
  const { page } = await scan(link);
  await page.getByLabel('Unconscious').check();
  await page.getByLabel('Your name').fill('Vera Lind');
  await phone!.setOffline(true);
  await show(page);
  await page.getByRole('heading', { name: 'No connection' }).waitFor();
  await page.getByText('What is printed on the card').waitFor();
  await shot(page, 'emergency-away');
  await phone!.setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Emergency card' }).waitFor();
  await emergencyOff(context(home), {});
  const closed = await scan(link);
  await closed.page.getByRole('heading', { name: 'This card was replaced' }).waitFor();
  const half = await scan(link.slice(0, -5));
  await half.page.getByRole('alert').waitFor();
  const other = await scan(`${link.slice(0, -43)}${'A'.repeat(43)}`);
  await other.page.getByRole('heading', { name: 'No such card' }).waitFor();
}, 60_000);
