import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hale, haleJson, inviteTo, Running, startRelay, TELEMETRY, workFolder } from '@hale/testkit/hale-process';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';

const PASSPHRASE = 'long horses eat green';
const made = workFolder('house');
const relayDir = join(made.dir, 'relay');
let browser: Browser;
let relay: Awaited<ReturnType<typeof startRelay>>;
const running: Running[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  relay = await startRelay(relayDir);
});

afterAll(async () => {
  await browser?.close();
  for (const process of running) await process.stop();
  await relay?.process.stop();
  made.remove();
});

async function begin(name: string): Promise<{ url: string; openUrl?: string; process: Running; dir: string }> {
  const dir = join(made.dir, name);
  const process = new Running(['start', '--home', dir, '--port', '0', '--json'], {});
  running.push(process);
  const { text } = await process.line((line) => line.startsWith('{'), 30_000);
  return { ...JSON.parse(text), process, dir };
}

interface Visit {
  page: Page;
  context: BrowserContext;
  faults: string[];
}

async function visit(url: string): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) faults.push(message.text());
  });
  await page.goto(url);
  return { page, context, faults };
}

const press = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' }).click();
const to = (page: Page, hash: string) => page.goto(`${new URL(page.url()).origin}/#${hash}`);

/** The first run to its end; gives the words on the sheet. */
async function makeVault(page: Page, withRelay: { url: string; invite: string } | null): Promise<string[]> {
  await press(page, /Make a new vault/);
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await page.getByLabel('The same once more').fill(PASSPHRASE);
  await press(page, 'Next');
  if (withRelay) {
    await page.getByLabel('Meeting point address (optional)').fill(withRelay.url);
    await page.getByLabel('Invitation (optional)').fill(withRelay.invite);
    await press(page, 'Next');
  } else await press(page, 'Go on without');
  await page.getByRole('heading', { name: 'Your 24 words' }).waitFor();
  const words = (await page.locator('.words-grid li').allInnerTexts()).map((text) => text.replace(/[^a-z]/g, ''));
  await press(page, 'It is on paper');
  for (const label of await page.locator('form label').allInnerTexts())
    await page.getByLabel(label, { exact: true }).fill(words[Number(label.replace(/\D/g, '')) - 1]);
  await press(page, 'Make the vault');
  await page.getByText('Nothing here yet.').waitFor();
  return words;
}

describe('the first run', () => {
  test('makes a vault that the sheet brings back on another computer', async () => {
    const one = await begin('first');
    const { page, faults } = await visit(one.openUrl ?? '');
    const words = await makeVault(page, { url: relay.url, invite: await inviteTo(relayDir) });
    expect(words).toHaveLength(24);
    // Nothing of the words stays: not in the address, not in the browser's storage, not on the page, not in the home.
    const stored = await page.evaluate(
      'JSON.stringify([location.href, history.length, {...localStorage}, {...sessionStorage}, document.body.innerText])',
    );
    const kept = [String(stored), ...readdirSync(one.dir).map((name) => readFileSync(join(one.dir, name), 'latin1'))];
    for (const text of kept) expect(text).not.toContain(`${words[0]} ${words[1]}`);
    expect(String(stored)).not.toContain(words.join(''));
    await page.getByRole('link', { name: 'Add data' }).first().click();
    await page.locator('input[type=file]').first().setInputFiles(join(TELEMETRY, 'fit/WeightScaleMultiUser.fit'));
    await page.locator('.chip.good').waitFor();
    expect(faults).toEqual([]);
    await hale(['relays', 'sync', '--home', one.dir], { env: { HALE_PASSPHRASE: PASSPHRASE } });
    const before = await haleJson<{ samples: number }>(['status', '--home', one.dir], {
      env: { HALE_PASSPHRASE: PASSPHRASE },
    });
    await one.process.stop();

    const two = await begin('second');
    const again = await visit(two.openUrl ?? '');
    await press(again.page, /Bring my vault back/);
    await again.page.getByLabel('Your words, in order').fill(words.map((word, i) => `${i + 1}. ${word}`).join('\n'));
    await again.page.getByLabel('Meeting point address on your sheet').fill(relay.url);
    await again.page.getByLabel('A passphrase for this computer').fill(PASSPHRASE);
    await again.page.getByLabel('The same once more').fill(PASSPHRASE);
    await press(again.page, 'Bring it back');
    await again.page.locator('.card-link').first().waitFor({ timeout: 20_000 });
    const after = await haleJson<{ samples: number }>(['status', '--home', two.dir], {
      env: { HALE_PASSPHRASE: PASSPHRASE },
    });
    expect(after.samples).toBe(before.samples);
    expect(again.faults).toEqual([]);
  });

  test('says what is wrong with words and relay, and can be done by keyboard alone', async () => {
    const node = await begin('wrong');
    const { page } = await visit(node.openUrl ?? '');
    await press(page, /Bring my vault back/);
    const fill = async (words: string, address: string) => {
      await page.getByLabel('Your words, in order').fill(words);
      await page.getByLabel('Meeting point address on your sheet').fill(address);
      await page.getByLabel('A passphrase for this computer').fill(PASSPHRASE);
      await page.getByLabel('The same once more').fill(PASSPHRASE);
      await press(page, 'Bring it back');
      return page.getByRole('alert').innerText();
    };
    expect(await fill(`${'abandon '.repeat(23)}zebra`, relay.url)).toMatch(/One of the words is not right/);
    expect(await fill(`${'abandon '.repeat(11)}about`, 'ws://localhost:1')).toMatch(/does not answer/);
    expect(await fill(`${'abandon '.repeat(11)}about`, relay.url)).toMatch(/does not answer|holds nothing/);
    await press(page, 'Back');
    await page.getByRole('heading', { name: 'Welcome to Hale' }).waitFor();
    // A browser that did not come by the terminal's address is not let in.
    const stranger = await visit(node.url);
    await stranger.page.getByRole('heading', { name: 'Open the address from your computer' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Choose a passphrase' }).waitFor();
    for (const text of [PASSPHRASE, PASSPHRASE]) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'A copy elsewhere' }).waitFor();
  });
});

test('a vault that was made without a passphrase gets one: from then on nothing else opens it', async () => {
  const dir = join(made.dir, 'open');
  await hale(['init', '--home', dir]);
  expect(readdirSync(dir)).toContain('keyring.key');
  const node = await begin('open');
  const { page, faults } = await visit(node.openUrl ?? '');
  // A further code opened in the page that is open: what the session before it is refused meanwhile locks nothing.
  for (let times = 0; times < 6; times++) {
    const { url } = await haleJson<{ url: string }>(['web', '--home', dir]);
    await page.goto(url);
    for (const place of ['/sharing', '/devices', '/today']) await to(page, place);
    await page.getByText('Nothing here yet.').waitFor();
  }
  await to(page, '/settings/safety');
  const matter = page.getByRole('region', { name: 'Set a passphrase' });
  await matter.getByLabel('A passphrase for this computer').fill('short');
  await press(page, 'Set the passphrase');
  await matter.getByRole('alert').first().waitFor();
  await matter.getByLabel('A passphrase for this computer').fill(PASSPHRASE);
  await matter.getByLabel('The same once more').fill(PASSPHRASE);
  await press(page, 'Set the passphrase');
  await matter.getByText('The passphrase is set.').waitFor();
  await page.getByText('There is no passphrase').waitFor({ state: 'detached' });
  expect(readdirSync(dir)).not.toContain('keyring.key');
  // This browser, after a lock.
  await press(page, 'Lock');
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await press(page, 'Open');
  await page.getByText('Nothing here yet.').waitFor();
  expect(faults).toEqual([]);
  // The next start.
  await node.process.stop();
  expect((await hale(['streams', '--home', dir])).code).not.toBe(0);
  expect((await hale(['streams', '--home', dir], { env: { HALE_PASSPHRASE: PASSPHRASE } })).code).toBe(0);
});

describe('with a vault', () => {
  let node: Awaited<ReturnType<typeof begin>>;
  let page: Page;
  let context: BrowserContext;
  let faults: string[];
  beforeAll(async () => {
    node = await begin('house');
    ({ page, context, faults } = await visit(node.openUrl ?? ''));
    await makeVault(page, null);
  });

  test('files of every kind are told of: a recording, a table that has to be asked about, and what is not what it says', async () => {
    const table = join(made.dir, 'table.csv');
    const rows = Array.from(
      { length: 50 },
      (_, i) => `2026-05-01 10:${String(i).padStart(2, '0')}:00,${60 + (i % 9)},${i}`,
    );
    writeFileSync(table, `when,pulse thing,foo\n${rows.join('\n')}\nnever,12,3\n`);
    const broken = join(made.dir, 'broken.zip');
    writeFileSync(broken, 'PK\u0003\u0004 this is no archive');
    await to(page, '/add');
    const recording = join(TELEMETRY, 'fit/garmin-fenix-5-walk.fit');
    await page.locator('input[type=file]').first().setInputFiles([recording, table, broken]);
    await page.getByRole('heading', { name: /Is this table read right/ }).waitFor();
    // The import goes on though the page is left; that a table still waits the browser says before.
    const asked: string[] = [];
    page.once('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await page.locator('h1').click();
    await page.reload();
    expect(asked).toEqual(['beforeunload']);
    const job = page.locator('article').filter({ hasText: 'garmin-fenix-5-walk.fit' });
    await job.locator('.chip.good').waitFor({ timeout: 25_000 });
    expect(await job.innerText()).toMatch(/[1-9][\d,]* new readings/);
    expect(await job.getByRole('note').first().innerText()).toMatch(/broken\.zip.*Not imported/s);
    await page.locator('input[type=file]').first().setInputFiles(table);
    await page.getByLabel('pulse thing: Means').selectOption('heart-rate');
    await page.getByLabel('foo: Means').selectOption('nothing');
    await press(page, 'Try it out');
    await page.getByText('It would bring 50 new readings; 1 cannot be read.').waitFor();
    await press(page, 'Take it in');
    await page.locator('.chip.link', { hasText: 'Heart rate' }).click();
    await page
      .getByRole('heading', { name: /heart rate/i })
      .first()
      .waitFor();
    expect(faults).toEqual([]);
  });

  test('a device is paired by its code and stands in the list until it is removed', async () => {
    await to(page, '/devices/new');
    await page.getByLabel('Name').fill('Kitchen scale');
    await press(page, 'Make a pairing code');
    const code = await page.locator('.copied code').first().innerText();
    expect(await page.locator('svg.qr').getAttribute('aria-label')).toBe('Pairing code as a picture');
    // Looked at once before the device comes, so that the page knows who is new.
    await page.waitForResponse(/device\.list/);
    const answer = await fetch(new URL('/v1/pair', node.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: code.replace('-', '') }),
    });
    const { credential } = (await answer.json()) as { credential: string };
    await page.getByText('Kitchen scale is paired.').waitFor();
    await fetch(new URL('/v1/ingest', node.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'text/csv' },
      body: `body-weight,${Date.now() * 1000},71.5\ndevice-battery,${Date.now() * 1000},64`,
    });
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByText(/64\s?%/).waitFor();
    await press(page, 'Remove');
    await press(page, 'Yes, remove it');
    await page.getByText('No devices yet.').waitFor();
  });

  test('people are added with what ranges go by, and the frame then offers them', async () => {
    await to(page, '/settings/people');
    await press(page, 'Add somebody');
    await page.getByLabel('Name').fill('Rex');
    await page.getByLabel('Species').selectOption('dog');
    await page.getByLabel('Year of birth').fill('3000');
    await press(page, 'Save');
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Year of birth').fill('2019');
    await press(page, 'Save');
    await page.getByText('Dog · born 2019').waitFor();
    await page.getByLabel('Person').first().selectOption('Rex');
    await to(page, '/today');
    await page.getByText('Nothing here yet.').waitFor();
    await page.getByLabel('Person').first().selectOption('me');
    await page.locator('.card-link').first().waitFor();
  });

  test('backup and export come through the browser and can be opened', async () => {
    await to(page, '/settings/safety');
    await page.getByText('There is no backup yet.').waitFor();
    const saved = async (button: string) => {
      const [download] = await Promise.all([page.waitForEvent('download'), press(page, button)]);
      const path = join(made.dir, download.suggestedFilename());
      await download.saveAs(path);
      return path;
    };
    const backup = await saved('Back up now');
    expect(readFileSync(backup).subarray(0, 13).toString()).toBe('hale-backup-1');
    await page.getByText(/Last backup/).waitFor();
    const zip = await saved('As tables (CSV)');
    // What was taken along is taken in again, nothing of it twice.
    const reports = await haleJson<{ duplicate: number; accepted: number; file: string }[]>(
      ['import', zip, '--home', node.dir, '--subject', 'me'],
      { env: { HALE_PASSPHRASE: PASSPHRASE } },
    );
    const tables = reports.filter(({ file }) => /heart-rate[^/]*\.csv$/.test(file));
    expect(tables.map(({ accepted }) => accepted)).toEqual(tables.map(() => 0));
    expect(tables.reduce((sum, { duplicate }) => sum + duplicate, 0)).toBeGreaterThan(50);
    expect(readdirSync(node.dir).filter((name) => /csv|zip|upload/.test(name))).toEqual([]);
    await page.getByLabel('Your words').fill(`${'abandon '.repeat(11)}about`);
    await press(page, 'Check');
    expect(await page.getByRole('alert').innerText()).toMatch(/another vault/);
    await press(page, 'Check now');
    await page.getByText(/All is well/).waitFor();
  });

  test('the lock drops everything, in every tab, and only the passphrase opens it again', async () => {
    await to(page, '/today');
    const second = await context.newPage();
    await second.goto(node.url);
    await second.locator('.card-link').first().waitFor();
    await page.locator('.card-link').first().waitFor();
    await press(page, 'Lock');
    for (const tab of [page, second]) {
      await tab.getByLabel('Passphrase').waitFor();
      expect(await tab.evaluate('document.body.innerText')).not.toMatch(/heart rate/i);
      expect(new URL(tab.url()).hash).toBe('');
    }
    await second.close();
    await page.getByLabel('Passphrase').fill('not this one');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Passphrase').fill(PASSPHRASE);
    await page.keyboard.press('Enter');
    await page.locator('.card-link').first().waitFor();
  });

  test('a session that ended elsewhere leaves nothing on the page', async () => {
    await to(page, '/today');
    await page.locator('.card-link').first().waitFor();
    await hale(['web', '--lock', '--home', node.dir], { env: { HALE_PASSPHRASE: PASSPHRASE } });
    await to(page, '/settings/about');
    await page.getByText('Locked after a while without use.').waitFor();
    await page.getByLabel('Passphrase').fill(PASSPHRASE);
    await page.keyboard.press('Enter');
    await page.locator('.card-link').first().waitFor();
  });

  test('a page that nobody uses locks itself when the node has ended its session', async () => {
    const tab = await context.newPage();
    await tab.clock.install();
    await tab.goto(node.url);
    await tab.locator('.card-link').first().waitFor();
    // Still open by the node's word: another tab may be in use.
    const looked = tab.waitForResponse(/v1\/session/);
    await tab.clock.fastForward('31:00');
    await looked;
    expect(await tab.locator('.card-link').count()).toBeGreaterThan(0);
    await tab.route('**/v1/session', (route) =>
      route.fulfill({ json: { state: 'closed', by: 'passphrase', idleMinutes: 30, session: null, setUp: null } }),
    );
    await tab.clock.fastForward('31:00');
    await tab.getByText('Locked after a while without use.').waitFor();
    expect(await tab.locator('.card-link').count()).toBe(0);
    await tab.close();
  });

  test('the shell is kept, no answer of the node is, and without the node it says so', async () => {
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await page.reload();
    await page.locator('.card-link').first().waitFor();
    const paths = (await page.evaluate(
      `caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys()))))
        .then((lists) => lists.flat().map(({ url }) => new URL(url).pathname))`,
    )) as string[];
    expect(paths).toContain('/');
    for (const path of paths) expect(path).toMatch(/^\/($|assets\/|icon|apple-touch-icon|manifest)/);
    const manifest = (await (await fetch(new URL('/manifest.webmanifest', node.url))).json()) as {
      icons: { src: string }[];
    };
    for (const { src } of manifest.icons) expect((await fetch(new URL(src, node.url))).status).toBe(200);
    await node.process.stop();
    await page.goto(node.url);
    await page.getByRole('heading', { name: 'Your home does not answer.' }).waitFor();
    expect(faults).toEqual([]);
  });
});
