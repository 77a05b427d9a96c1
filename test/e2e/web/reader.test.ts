// A link in a clean browser, with a real home and real relays: it opens, a live value arrives, it ends when the owner stops; whatever is wrong with a
// link is said; and the page reaches the relays of its link and nobody else.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { encodeLink, lockerIdOf, parseLink, parseLockerLink } from '@hale/consent';
import {
  deliver,
  haleJson,
  initHome,
  type Running,
  type RunningNode,
  startNode,
  startRelay,
  TELEMETRY,
  workFolder,
} from '@hale/testkit/hale-process';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { relayStorePath, startRelay as startRelayHere } from '../../../packages/home/src/relay/host.ts';
import { EventStore } from '../../../packages/home/src/store/events.ts';
import { launchChromium, STORAGE_OFF } from '../chromium.ts';

const folder = workFolder('reader');
const path = (name: string) => join(folder.dir, name);
const READER = 'packages/web/dist/reader.html';
const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const DAY_SECONDS = 86_400;

interface Shared {
  grant: { id: string };
  link: string;
}

let browser: Browser;
let context: BrowserContext | null = null;
let relay: { process: Running; url: string };
let node: RunningNode;
let device = { credential: '' };
/** A relay behind something that lets no web socket through: the address of that something. */
let socketless = '';
/** A relay for which it is tomorrow: by it, this machine's clock is wrong by a day. */
let tomorrow = '';
const ends: (() => Promise<unknown> | unknown)[] = [];

const micros = () => Date.now() * 1000;
const send = (value: number) => deliver(node.url, device.credential, `heart-rate,${micros()},${value}`);
const share = (...args: string[]) => haleJson<Shared>(['share', ...args, '--link', '--yes', '--home', path('ann')]);
const revoke = (id: string) => haleJson(['revoke', id, '--home', path('ann')]);

/** The same grant, at other relays. */
const at = (link: string, relays: string[]) => encodeLink({ ...parseLink(link), relays });

async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(handler);
  server.on('upgrade', (_, socket) => socket.destroy());
  ends.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

interface Opened {
  page: Page;
  /** Origins of all requests and sockets of the page and of its worker. */
  reached: Set<string>;
  /** What the policies of the page complained about. */
  violations: string[];
  errors: string[];
}

/** Opens an address in a browser that knows nothing. */
async function open(link: string, viewport = { width: 1280, height: 860 }): Promise<Opened> {
  context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', viewport });
  const page = await context.newPage();
  const reached = new Set<string>();
  const violations: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => reached.add(new URL(request.url()).origin));
  page.on('websocket', (socket) => reached.add(new URL(socket.url()).origin));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (said) => {
    if (said.text().includes('Content Security Policy')) violations.push(said.text());
  });
  await page.goto(link);
  return { page, reached, violations, errors };
}

/** Passes requests on to a port, and no upgrade. @param ahead seconds by which its answers are dated later */
function passOn(port: () => number, ahead = 0): Promise<number> {
  return listen((request, response) => {
    const { method, headers, url } = request;
    const passed = httpRequest({ host: '127.0.0.1', port: port(), path: url, method, headers }, (answer) => {
      const date = new Date(Date.now() + ahead * 1000).toUTCString();
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, date });
      answer.pipe(response);
    });
    request.pipe(passed);
  });
}

/** One more relay of the same home, with two ways to it that are not as they should be. */
async function addOddRelay(): Promise<void> {
  const ports = { today: 0, tomorrow: 0 };
  socketless = `ws://127.0.0.1:${await passOn(() => ports.today)}`;
  tomorrow = `ws://127.0.0.1:${await passOn(() => ports.tomorrow, DAY_SECONDS)}`;
  const odd = await startRelayHere({ dir: path('odd'), urls: [socketless] });
  // The same store, served by one for which it is tomorrow.
  const now = () => Math.floor(Date.now() / 1000) + DAY_SECONDS;
  const later = await startRelayHere({ dir: path('odd'), urls: [tomorrow], now });
  Object.assign(ports, { today: odd.port, tomorrow: later.port });
  ends.push(
    () => odd.close(),
    () => later.close(),
  );
  const own = `ws://127.0.0.1:${odd.port}`;
  await haleJson(['relays', 'add', own, '--invite', odd.invite(), '--home', path('ann')]);
}

const originOf = (url: string) => url.replace(/^ws/, 'http');
const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 15_000 });

beforeAll(async () => {
  mkdirSync(path('relay'));
  relay = await startRelay(path('relay'));
  await initHome(path('ann'), { url: relay.url, dir: path('relay') });
  await haleJson(['import', join(TELEMETRY, 'glucose/hall2018_3subjects_5min.csv'), '--home', path('ann')]);
  node = await startNode(path('ann'));
  device = await haleJson(['device', 'add', 'sensor', '--home', path('ann')]);
  await addOddRelay();
  await send(61);
  browser = await launchChromium();
}, 90_000);

afterEach(async () => {
  await context?.close();
  context = null;
});

afterAll(async () => {
  await browser?.close();
  for (const end of ends) await end();
  await node?.process.kill9();
  await relay?.process.kill9();
  folder.remove();
});

describe('a link', () => {
  test('opens at once, leaves no secret behind, and reaches its relays only', async () => {
    const shared = await share('glucose-cgm-1636-69-035', '--from', '2010-01-01', '--purpose', 'second opinion');
    const link = at(shared.link, [relay.url, node.relayUrl]);
    const { page, reached, violations, errors } = await open(link);
    await page.waitForSelector('canvas');
    await says(page, 'second opinion');
    await says(page, 'these are all readings that the owner had on');
    expect(await page.evaluate('[location.hash, history.length]')).toEqual(['', 2]);
    const key = link.split('#')[1];
    expect(await page.content()).not.toContain(key);
    await page.goBack();
    await page.goForward();
    await says(page, 'This link is not complete.');
    const { relays } = parseLink(link);
    const allowed = [...relays, ...relays.map(originOf), 'null'];
    expect([...reached].filter((origin) => !allowed.includes(origin))).toEqual([]);
    expect([...reached]).toEqual(expect.arrayContaining([relays[0], originOf(relays[0])]));
    expect([violations, errors]).toEqual([[], []]);
  });

  test('opened again in the same tab opens anew, and leaves no secret behind', async () => {
    const { link } = await share('glucose-cgm-1636-69-035', '--from', '2010-01-01', '--purpose', 'third opinion');
    const { page, violations, errors } = await open(link);
    await page.waitForSelector('canvas');
    expect(await page.title()).toBe('Hale: shared readings');
    // Only the part after # differs: the browser loads nothing.
    await page.evaluate(`location.href = ${JSON.stringify(link)}`);
    await page.waitForFunction("location.hash === ''");
    await page.waitForSelector('canvas');
    await says(page, 'third opinion');
    // With another key it opens nothing, so the link is indeed taken anew.
    const other = encodeLink({ ...parseLink(link), grantKey: new Uint8Array(32).fill(7) });
    await page.evaluate(`location.href = ${JSON.stringify(other)}`);
    await page.waitForFunction("location.hash === '' && !document.querySelector('canvas')");
    expect([violations, errors]).toEqual([[], []]);
  });

  test('shows the numbers of the file: latest reading, lowest and highest', async () => {
    const { link } = await share('glucose-cgm-1636-69-035', '--from', '2010-01-01');
    const rows = readFileSync(join(TELEMETRY, 'glucose/hall2018_3subjects_5min.csv'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('1636-69-035'));
    const { page } = await open(link, { width: 360, height: 760 });
    await page.waitForSelector('canvas');
    expect(rows.length).toBeGreaterThan(1000);
    const latest = rows
      .map((line) => line.split(',').map((cell) => cell.replaceAll('"', '')))
      .map((cells) => ({ time: cells.find((cell) => /^\d{4}-/.test(cell)) ?? '', cells }))
      .sort((a, b) => (a.time < b.time ? 1 : -1))[0];
    const value = await page.locator('.reader-latest strong').innerText();
    expect(latest.cells.map(Number)).toContain(Number(value));
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });

  test('prints on one page, from a desk and from a phone', async () => {
    const { link } = await share('glucose-cgm-1636-69-035', '--from', '2010-01-01');
    for (const viewport of [
      { width: 1280, height: 860 },
      { width: 360, height: 760 },
    ]) {
      const { page } = await open(link, viewport);
      await page.waitForSelector('canvas');
      const paper = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
      expect(paper.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
      await context?.close();
    }
  });

  test('has nothing serious for axe, open or ended', async () => {
    const { link } = await share('glucose-cgm-1636-69-035', '--from', '2010-01-01');
    for (const address of [link, link.split('#')[0]]) {
      const { page } = await open(address);
      await page.waitForSelector(address === link ? 'canvas' : '.reader-state');
      const worst = (await page.evaluate(
        `(async () => { ${AXE}; return (await axe.run()).violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id }) => id); })()`,
      )) as string[];
      expect(worst).toEqual([]);
      await context?.close();
    }
  });

  test('shows a live value as it comes in, and ends when the owner stops', async () => {
    const { link, grant } = await share('heart-rate', '--from', 'now-1h');
    const { page } = await open(link);
    await page.waitForSelector('canvas');
    await says(page, 'Updates by itself');
    await send(187);
    await page.locator('.reader-latest strong', { hasText: '187' }).waitFor({ timeout: 10_000 });
    await revoke(grant.id);
    await says(page, 'has stopped sharing this.');
    await says(page, 'It was: Heart rate');
    expect(await page.locator('canvas').count()).toBe(0);
    expect(await page.getByText('187').count()).toBe(0);
    await context?.close();
    const again = await open(link);
    await says(again.page, /has stopped sharing this|This link opens nothing/);
  });

  test('in two tabs, each reads for itself', async () => {
    const { link } = await share('heart-rate', '--from', 'now-1h');
    const { page } = await open(link);
    await page.waitForSelector('canvas');
    const second = await page.context().newPage();
    await second.goto(link);
    await second.waitForSelector('canvas');
    await send(143);
    for (const each of [page, second])
      await each.locator('.reader-latest strong', { hasText: '143' }).waitFor({ timeout: 10_000 });
  });
});

describe('what is wrong is said', () => {
  test('no secret, half a secret, another address, a grant that is nowhere', async () => {
    const { link } = await share('heart-rate', '--from', 'now-1h');
    const unknown = encodeLink({ ...parseLink(link), author: 'ab'.repeat(32) });
    for (const broken of [link.split('#')[0], link.slice(0, -3), link.replace('?', '?x=1&')]) {
      await says((await open(broken)).page, 'This link is not complete.');
      await context?.close();
    }
    await says((await open(unknown)).page, 'This link opens nothing.');
  });

  test('another key for the same grant opens nothing', async () => {
    const { link } = await share('heart-rate', '--from', 'now-1h');
    const wrong = encodeLink({ ...parseLink(link), grantKey: new Uint8Array(32).fill(7) });
    await says((await open(wrong)).page, 'This link opens nothing.');
  });

  test('an end that has come, before and while the page is open', async () => {
    const until = new Date(Date.now() + 9_000).toISOString();
    const { link } = await share('heart-rate', '--from', 'now-1h', '--until', until);
    const { page } = await open(link);
    await page.waitForSelector('canvas');
    await says(page, /This share ended on/);
    expect(await page.locator('canvas').count()).toBe(0);
    await context?.close();
    await says((await open(link)).page, /This share ended on|This link opens nothing/);
  });

  test('no relay answers, and the page can be told to try again', async () => {
    const { link } = await share('heart-rate', '--from', 'now-1h');
    const port = await listen((_, response) => response.destroy());
    const { page } = await open(at(link, [`ws://127.0.0.1:${port}`]));
    await says(page, 'The meeting point does not answer.');
    await page.getByRole('button', { name: 'Try again' }).click();
    await says(page, 'The meeting point does not answer.');
  });

  test('a network that lets no web socket through: the page asks, and hears of new values and of the end', async () => {
    const { link, grant } = await share('heart-rate', '--from', 'now-1h');
    const { page } = await open(at(link, [socketless]));
    await page.waitForSelector('canvas');
    await says(page, 'Your network lets no live connection through.');
    await send(121);
    await page.locator('.reader-latest strong', { hasText: '121' }).waitFor({ timeout: 25_000 });
    await revoke(grant.id);
    await page.getByText('has stopped sharing this.').waitFor({ timeout: 25_000 });
  });

  test('a clock that is wrong by a day: the relay corrects it, the page says so', async () => {
    const { link } = await share('heart-rate', '--from', 'now-1h');
    const { page } = await open(at(link, [tomorrow]));
    await page.waitForSelector('canvas');
    await says(page, 'The clock of this device is wrong by about 1 day.');
  });
});

describe('a link with a PIN', () => {
  const typePin = async (page: Page, pin: string) => {
    await page.getByLabel('PIN').fill(pin);
    await page.getByRole('button', { name: 'Open' }).click();
  };
  const wrongOf = (pin: string) => (pin === '000000' ? '111111' : '000000');

  test('opens with its PIN only; a wrong one is counted and slows the next', async () => {
    const { link, pin } = await haleJson<Shared & { pin: string }>([
      ...['share', 'heart-rate', '--from', 'now-1h', '--link', '--pin', '--yes', '--home', path('ann')],
    ]);
    expect(pin).toMatch(/^\d{6}$/);
    const { page, reached, violations } = await open(link);
    expect(await page.evaluate('location.hash')).toBe('');
    await says(page, 'Whose readings these are, and which, is shown only after the PIN.');
    await typePin(page, wrongOf(pin));
    await says(page, 'That is not the PIN. 7 tries are left.');
    await typePin(page, wrongOf(pin));
    await says(page, /6 tries are left|this one did not count/);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await typePin(page, pin);
    await page.waitForSelector('canvas');
    await says(page, 'Updates by itself');
    const { relays } = parseLockerLink(link);
    const allowed = [...relays, ...relays.map(originOf), 'null'];
    expect([...reached].filter((origin) => !allowed.includes(origin))).toEqual([]);
    expect(violations).toEqual([]);
  });

  test('opens never again after the eighth wrong PIN, and says so', async () => {
    const { link, pin } = await haleJson<Shared & { pin: string }>([
      ...['share', 'heart-rate', '--from', 'now-1h', '--link', '--pin', '--yes', '--home', path('ann')],
    ]);
    // Seven wrong ones and two minutes later.
    const store = new EventStore(relayStorePath(path('relay')));
    store.setLockerTries(lockerIdOf(parseLockerLink(link).secret), 7, 0);
    store.close();
    const { page } = await open(link);
    await typePin(page, wrongOf(pin));
    await says(page, 'This link opens no more.');
    await context?.close();
    const again = await open(link);
    await typePin(again.page, pin);
    await says(again.page, 'This link opens no more.');
  });
});

describe('a link for the first browser', () => {
  interface Locked extends Shared {
    pin: string | null;
  }
  const give = (...args: string[]) =>
    haleJson<Locked>([
      ...['share', 'heart-rate', '--from', 'now-1h', '--link', '--claim', ...args, '--yes', '--home', path('ann')],
    ]);
  const openHere = (page: Page) => page.getByRole('button', { name: 'Open it in this browser' }).click();
  /** In another clean profile, closed afterwards. */
  const elsewhere = async (link: string, look: (page: Page) => Promise<unknown>) => {
    const own = context;
    await look((await open(link)).page);
    await context?.close();
    context = own;
  };

  test('belongs to the browser that opens it, which opens it again; every other one is told when', async () => {
    const { link } = await give('--name', 'Dr Reed');
    const { page, reached, violations, errors } = await open(link);
    await says(page, 'This link opens in one browser only.');
    // Nothing is taken by looking: another browser is still asked, too.
    await elsewhere(link, (other) => says(other, 'This link opens in one browser only.'));
    await openHere(page);
    await page.waitForSelector('canvas');
    await says(page, 'This link now belongs to this browser.');
    await elsewhere(link, async (other) => {
      await says(other, /^Opened first by another browser, on /);
      expect(await other.locator('canvas').count()).toBe(0);
    });
    const again = (await context?.newPage()) as Page;
    await again.goto(link);
    await again.waitForSelector('canvas');
    await says(again, /Opens in this browser only, since /);
    expect(await again.getByText('This link now belongs to this browser.').count()).toBe(0);
    // Neither thread can read the key out; the page has none at all.
    const [worker] = again.workers();
    const kept = `new Promise((resolve) => {
      const opening = indexedDB.open('hale-reader');
      opening.onsuccess = () => {
        const asked = opening.result.transaction('claims').objectStore('claims').getAll();
        asked.onsuccess = () => resolve(asked.result.map(({ privateKey }) => privateKey.extractable));
      };
    })`;
    expect(await worker.evaluate(kept)).toEqual([false]);
    const { relays } = parseLockerLink(link);
    const allowed = [...relays, ...relays.map(originOf), 'null'];
    expect([...reached].filter((origin) => !allowed.includes(origin))).toEqual([]);
    expect([violations, errors]).toEqual([[], []]);
  });

  test('opened in two browsers at once belongs to one of them', async () => {
    const { link } = await give();
    const pages: Page[] = [];
    const contexts: (BrowserContext | null)[] = [];
    for (let n = 0; n < 2; n += 1) {
      pages.push((await open(link)).page);
      contexts.push(context);
      await says(pages[n], 'This link opens in one browser only.');
    }
    await Promise.all(pages.map(openHere));
    const ends = await Promise.all(
      pages.map((page) =>
        Promise.race([
          page.waitForSelector('canvas').then(() => 'open'),
          says(page, /^Opened first by another browser/).then(() => 'taken'),
        ]),
      ),
    );
    expect(ends.sort()).toEqual(['open', 'taken']);
    for (const each of contexts) await each?.close();
  });

  test('with a PIN asks for it first, and then belongs to this browser', async () => {
    const { link, pin } = await give('--pin');
    const { page } = await open(link);
    await says(page, 'This link opens in one browser only.');
    const typePin = async (on: Page) => {
      await on.getByLabel('PIN').fill(String(pin));
      await on.getByRole('button', { name: 'Open' }).click();
    };
    await typePin(page);
    await page.waitForSelector('canvas');
    await says(page, 'This link now belongs to this browser.');
    await elsewhere(link, async (other) => {
      await typePin(other);
      await says(other, /^Opened first by another browser, on /);
    });
  });

  test('without its letter the link says less, and its locker asks all the same', async () => {
    const { link, pin } = await give('--pin');
    const { page } = await open(link.replace('#pc', '#p'));
    await page.getByLabel('PIN').fill(String(pin));
    await page.getByRole('button', { name: 'Open' }).click();
    await says(page, 'This link opens in one browser only.');
    await openHere(page);
    await page.waitForSelector('canvas');
  });

  test('a browser that keeps nothing says so and takes nothing', async () => {
    const { link } = await give();
    context = await browser.newContext({ locale: 'en-GB' });
    await context.addInitScript(STORAGE_OFF);
    const page = await context.newPage();
    await page.goto(link);
    await says(page, 'This link cannot be opened in this window.');
    await elsewhere(link, async (other) => {
      await openHere(other);
      await other.waitForSelector('canvas');
    });
  });
});

describe('a saved copy', () => {
  const save = (name: string, ...args: string[]) =>
    haleJson<{ code: string | null }>([
      ...['share', 'glucose-cgm-1636-69-035', '--from', '2010-01-01', '--name', 'Dr Quinn', '--file', path(name)],
      ...[...args, '--yes', '--home', path('ann')],
    ]);

  test('opens with its code from a disk, asks nobody, and no wrong code opens it', async () => {
    const { code } = await save('copy.html');
    const text = readFileSync(path('copy.html'), 'utf8');
    expect(text).toContain("connect-src 'none'");
    expect(text).not.toContain('Dr Quinn');
    const { page, reached, violations } = await open(`file://${path('copy.html')}`);
    await page.getByLabel('Code').fill('00000-00000-00000-00000-000000');
    await page.getByRole('button', { name: 'Open' }).click();
    await says(page, 'That code does not open this file.');
    await page.getByLabel('Code').fill('no code at all');
    await page.getByRole('button', { name: 'Open' }).click();
    await says(page, 'That code does not open this file.');
    await page.getByLabel('Code').fill(String(code).toLowerCase().replaceAll('-', ' '));
    await page.getByRole('button', { name: 'Open' }).click();
    await page.waitForSelector('canvas');
    await says(page, 'these are all readings that the owner had on');
    await says(page, 'It needs no connection');
    expect([...reached].filter((origin) => origin !== 'null')).toEqual([]);
    expect(violations).toEqual([]);
  });

  test('with the key inside opens by itself and says who can read it; without scripts it says what it is', async () => {
    expect((await save('open.html', '--key-inside')).code).toBeNull();
    const { page } = await open(`file://${path('open.html')}`);
    await page.waitForSelector('canvas');
    await says(page, 'Anyone with this file can read it.');
    await context?.close();
    context = await browser.newContext({ javaScriptEnabled: false });
    const still = await context.newPage();
    await still.goto(`file://${path('open.html')}`);
    await says(still, 'Open this file in Chrome, Firefox or Safari.');
    await says(still, /\(meant for Dr Quinn\) will be able to read Interstitial glucose/);
  });

  test('is never written over another file, and leaves no reader at any relay', async () => {
    await expect(save('copy.html')).rejects.toThrow(/exists already/);
    const grants = await haleJson<{ to: string; state: string }[]>(['grants', '--all', '--home', path('ann')]);
    const copies = grants.filter(({ to }) => to === 'Dr Quinn');
    expect(copies).toHaveLength(2);
    expect(copies.map(({ state }) => state)).not.toContain('active');
  });
});

const NAMED = new Set(
  [
    'http://www.w3.org http://loinc.org http://snomed.info http://www.nlm.nih.gov http://www.whocc.no http://hl7.org',
    'http://unitsofmeasure.org http://terminology.hl7.org https://www.rcp.ac.uk https://stacks.cdc.gov https://gpnotebook.com',
  ].flatMap((line) => line.split(' ')),
);

describe('the file', () => {
  const html = () => readFileSync(READER, 'utf8');
  const hashOf = (text: string, encoding: 'hex' | 'base64') => createHash('sha256').update(text).digest(encoding);

  test('has the published hash, and its policy allows exactly its own script and style', () => {
    expect(readFileSync('packages/web/dist/reader.sha256', 'utf8')).toBe(`${hashOf(html(), 'hex')}  reader.html\n`);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html())?.[1] ?? '';
    const inside = (name: string) =>
      [...html().matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, 'g'))].map(([, text]) => text);
    for (const name of ['script', 'style']) {
      expect(inside(name)).toHaveLength(1);
      expect(policy).toContain(`${name}-src 'sha256-${hashOf(inside(name)[0], 'base64')}'`);
    }
    expect(policy).not.toMatch(/unsafe|\*/);
    // Nothing is loaded from anywhere: the only addresses in the file are names of namespaces and code systems, and sources of ranges that are printed as text.
    const addresses = [...html().matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address);
    expect([...new Set(addresses)].filter((address) => !NAMED.has(address))).toEqual([]);
  });

  test('is served alike by the home and by a relay that runs alone, and not to be framed', async () => {
    for (const origin of [node.url, originOf(relay.url)]) {
      const answer = await fetch(`${origin}/g/${'ab'.repeat(32)}`);
      expect(await answer.text()).toBe(html());
      expect(answer.headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'$/);
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  test('with one byte of its script changed shows only its static text', async () => {
    const at = html().indexOf('<script>') + 5_000;
    const changed = html()[at] === 'X' ? 'Y' : 'X';
    const port = await listen((_, response) =>
      response.setHeader('content-type', 'text/html').end(`${html().slice(0, at)}${changed}${html().slice(at + 1)}`),
    );
    const { page, reached } = await open(`http://127.0.0.1:${port}/g/${'ab'.repeat(32)}#${'A'.repeat(43)}`);
    await says(page, 'If you read these lines, its program did not run');
    expect(await page.locator('.reader').count()).toBe(0);
    expect([...reached]).toEqual([`http://127.0.0.1:${port}`]);
  });

  test('reaches nobody else, even if its program wanted to', async () => {
    let heard = 0;
    const port = await listen((_, response) => {
      heard += 1;
      response.end();
    });
    const { link } = await share('heart-rate', '--from', 'now-1h');
    const { page } = await open(link);
    await page.waitForSelector('canvas');
    const attempt = `fetch('http://127.0.0.1:${port}/', { mode: 'no-cors' }).then(() => 'sent', () => 'refused')`;
    expect(await page.evaluate(attempt)).toBe('refused');
    // A policy cannot be widened again by another one.
    await page.evaluate(`{
      const wider = document.createElement('meta');
      wider.httpEquiv = 'Content-Security-Policy';
      wider.content = 'connect-src http://127.0.0.1:${port}';
      document.head.append(wider);
    }`);
    expect(await page.evaluate(attempt)).toBe('refused');
    // Nor has the worker another policy than the page.
    const [worker] = page.workers();
    expect(await worker.evaluate(attempt)).toBe('refused');
    expect(heard).toBe(0);
  });
});
