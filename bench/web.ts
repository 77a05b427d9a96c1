// What a person waits for in the browser: the first screen, and each step from a year to a minute of 31 million readings.
import { setTimeout as wait } from 'node:timers/promises';
import { deliver } from '@hale/testkit/hale-process';
import type { Page } from 'playwright-core';
import { launchChromium } from '../test/e2e/chromium.ts';
import { linesUntil } from '../test/screens/person.ts';
import { newHome, remove, startNode } from './node.ts';
import { type Bench, bytes, type Finding, median, millis } from './report.ts';
import { fillYear } from './year.ts';

const SAMPLES = new URL('../test/data/telemetry/', import.meta.url).pathname;
const STARTS = 5;
const LINES_PER_DELIVERY = 20_000;
const WHEEL = 120;
/** From a year to a minute, and back, by the wheel. */
const STEPS = 50;
/** As many as somebody does in ten minutes who never stops: one a second. */
const LONG_STEPS = 600;

/** Visits in the room. */
const VISITS = 3;

interface Opened {
  interactive: number;
  scriptBytes: number;
}

/** Opens the node's first screen in a clean profile; until the first card stands there. */
async function openFirst(page: Page, url: string): Promise<Opened> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const scripts = new Set<string>();
  let scriptBytes = 0;
  session.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) scriptBytes += encodedDataLength;
  });
  const from = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForSelector('.card-link .spark', { timeout: 20_000 });
  const interactive = performance.now() - from;
  await wait(300);
  return { interactive, scriptBytes };
}

/** A link to an hour of heart rate and of oxygen, in a clean profile; until the first chart is drawn. */
async function openLink(page: Page, link: string): Promise<number> {
  const from = performance.now();
  await page.goto(link, { waitUntil: 'commit' });
  await page.waitForSelector('.u-over', { timeout: 20_000 });
  return performance.now() - from;
}

async function firstScreen(): Promise<{ opened: Opened[]; links: number[] }> {
  const dir = await newHome();
  const node = await startNode(dir);
  const browser = await launchChromium();
  try {
    await node.client.call('import', { files: [`${SAMPLES}biovotion/biovotion_6h_1hz.csv`], zone: 'UTC' });
    await node.client.call('import', { files: [`${SAMPLES}ecg-wfdb/100.hea`], start: '2017-08-29T06:00:00Z' });
    const opened: Opened[] = [];
    for (let i = 0; i < STARTS; i++) {
      const context = await browser.newContext({ locale: 'en-GB' });
      const { url } = await node.client.call('web.open', {});
      opened.push(await openFirst(await context.newPage(), url));
      await context.close();
    }
    const range = { from: '2017-08-29T05:00:00Z', to: '2017-08-29T06:00:00Z' };
    const { link } = await node.client.call('share', { streams: ['heart-rate', 'spo2'], with: 'link', ...range });
    const links: number[] = [];
    for (let i = 0; i < STARTS; i++) {
      const context = await browser.newContext({ locale: 'en-GB' });
      links.push(await openLink(await context.newPage(), link ?? ''));
      await context.close();
    }
    return { opened, links };
  } finally {
    await browser.close();
    await node.stop();
    remove(dir);
  }
}

const named = (page: Page, role: 'button' | 'heading', name: string) =>
  page.getByRole(role, { name, exact: true }).first();

/** From her confirming tap on the phone to the whole page at the desk: glucose, the strip, what there is of the rest. */
async function visitOnce(phone: Page, desk: Page): Promise<number> {
  await desk.goto(`${new URL(desk.url()).origin}/#/desk`);
  await desk.goto(`${new URL(desk.url()).origin}/#/room`);
  await named(desk, 'heading', 'The patient scans this').waitFor();
  const [address, code] = await desk.locator('dd.typed').allInnerTexts();
  await phone.goto(`${new URL(phone.url()).origin}/#/today`);
  await phone.goto(`${new URL(phone.url()).origin}/#/show`);
  await phone.getByLabel('Address').fill(address);
  await phone.getByLabel('Code').fill(code);
  await named(phone, 'button', 'Go on').click();
  await named(phone, 'button', 'Compare the words').click();
  await desk.waitForSelector('.three-words');
  const from = performance.now();
  await named(phone, 'button', 'Yes, the same: show it').click();
  await Promise.all(
    ['.visit .agp-median', '.visit .ecg-trace.signal', '.visit-table tbody tr'].map((drawn) =>
      desk.waitForSelector(drawn, { timeout: 30_000, state: 'attached' }),
    ),
  );
  return performance.now() - from;
}

/** A patient with a month of readings and an hour of ECG, and a desk, each with a node of its own. */
async function inTheRoom(): Promise<number[]> {
  const [patient, physician] = [await newHome(), await newHome()];
  const [nodeOfPatient, nodeOfDesk] = [await startNode(patient), await startNode(physician)];
  const browser = await launchChromium();
  try {
    // The desk meets patients at their relay here: one on this machine that both reach.
    const { claim, url } = await nodeOfPatient.client.call('relays.invite', {});
    await nodeOfDesk.client.call('relays.add', { url, invite: claim });
    await nodeOfDesk.client.call('room.name', { name: 'Dr Ada Lee' });
    const { credential } = await nodeOfPatient.client.call('device.add', { name: 'Watch' });
    const lines = linesUntil(Date.now() * 1000);
    for (let at = 0; at < lines.length; at += LINES_PER_DELIVERY)
      await deliver(nodeOfPatient.url, credential, lines.slice(at, at + LINES_PER_DELIVERY).join('\n'));
    const start = new Date(Date.now() - 86_400_000).toISOString();
    await nodeOfPatient.client.call('import', { files: [`${SAMPLES}ecg-wfdb/100.hea`], start });
    const pages: Page[] = [];
    for (const { client } of [nodeOfPatient, nodeOfDesk]) {
      const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
      await page.goto((await client.call('web.open', {})).url);
      await page.waitForSelector('.frame');
      pages.push(page);
    }
    const times: number[] = [];
    for (let i = 0; i < VISITS; i++) times.push(await visitOnce(pages[0], pages[1]));
    return times;
  } finally {
    await browser.close();
    await nodeOfDesk.stop();
    await nodeOfPatient.stop();
    remove(patient);
    remove(physician);
  }
}

/** One turn of the wheel; until what it asks for is drawn. Milliseconds, in the page, where this text runs. */
function turn(page: Page, deltaY: number): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    const chart = document.querySelector('.chart');
    const { left, top, width } = chart.getBoundingClientRect();
    const from = performance.now();
    const drawn = () => requestAnimationFrame(() => resolve(performance.now() - from));
    chart.addEventListener('drawn', drawn, { once: true });
    const place = { clientX: left + width * 0.6, clientY: top + 100 };
    chart.dispatchEvent(new WheelEvent('wheel', { deltaY: ${deltaY}, ...place, bubbles: true, cancelable: true }));
  })`);
}

interface Zoomed {
  waits: number[];
  heapBytes: number;
}

async function zoomYear(): Promise<Zoomed> {
  const dir = await fillYear();
  const node = await startNode(dir);
  const browser = await launchChromium();
  try {
    const page = await (
      await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } })
    ).newPage();
    await page.goto((await node.client.call('web.open', {})).url);
    await page.waitForSelector('.card-link');
    await page.goto(`${node.url}/#/series/heart-rate`);
    await page.waitForSelector('.u-over');
    await page.click('text=All');
    await wait(1000);
    const waits: number[] = [];
    for (let i = 0; i < STEPS; i++) waits.push(await turn(page, i < STEPS / 2 ? -WHEEL * 3 : WHEEL * 3));
    for (let i = 0; i < LONG_STEPS; i++)
      await turn(page, Math.floor(i / (STEPS / 2)) % 2 === 0 ? -WHEEL * 3 : WHEEL * 3);
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    await session.send('Performance.enable');
    const { metrics } = await session.send('Performance.getMetrics');
    const heapBytes = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0;
    return { waits, heapBytes };
  } finally {
    await browser.close();
    await node.stop();
    remove(dir);
  }
}

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

const alone = { peer: '', ratio: '' };

export const web: Bench = {
  name: 'web',
  run: async () => {
    const { opened, links } = await firstScreen();
    const visits = await inTheRoom();
    const { waits, heapBytes } = await zoomYear();
    const interactive = median(opened.map((each) => each.interactive));
    const script = median(opened.map((each) => each.scriptBytes));
    const p95 = percentile(waits, 0.95);
    const findings: Finding[] = [
      {
        what: 'first screen of the sample person, until its cards stand there',
        hale: millis(interactive),
        ...alone,
        target: '< 1 s',
        isMet: interactive < 1000,
      },
      {
        what: 'JavaScript for it, compressed',
        hale: bytes(script),
        ...alone,
        target: '≤ 90 kB',
        isMet: script <= 90_000,
      },
      {
        what: 'a link, opened in a clean profile, until its first chart is drawn',
        hale: millis(median(links)),
        ...alone,
        target: '< 1.5 s',
        isMet: median(links) < 1500,
      },
      {
        what: 'in the room, from the confirming tap on the phone until the page of the visit is drawn at the desk',
        hale: millis(median(visits)),
        ...alone,
        target: '< 3 s',
        isMet: median(visits) < 3000,
      },
      {
        what: 'a step between a year and a minute of 31 M readings, until it is drawn, 95 of 100',
        hale: `${millis(p95)} (median ${millis(median(waits))})`,
        ...alone,
        target: '< 150 ms',
        isMet: p95 < 150,
      },
      {
        what: `memory of the page after ${LONG_STEPS} more steps`,
        hale: bytes(heapBytes),
        ...alone,
        target: '< 150 MB',
        isMet: heapBytes < 150e6,
      },
    ];
    return {
      title: 'In the browser',
      findings,
      notes: [
        'Headless Chromium on the machine of the node; a clean profile for each of five starts. A step is a turn of the wheel that shows 1.7 times less or more, 25 of them from a year to a minute; it waits 60 ms for the hand to rest before it asks.',
        'In the room: two nodes, two browsers, a month of readings and an hour of ECG; the first of three visits, as the others, begins with a new code.',
        'Memory is the JavaScript heap after a collection, as Chromium counts it.',
      ],
    };
  },
};
