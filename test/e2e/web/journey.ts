// What journeys over several homes share: a person at her own node with a browser of her own, and pictures at both widths where they are wanted.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { haleJson, type Running, startNode } from '@hale/testkit/hale-process';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const SHOTS = process.env.HALE_SHOTS;
const WIDTHS = { desktop: { width: 1280, height: 860 }, phone: { width: 360, height: 740 } };

export interface AtHome {
  page: Page;
  /** Of the node: where devices deliver. */
  url: string;
  home: string;
  process: Running;
  open(hash: string): Promise<void>;
}

/** A browser of its own. What breaks the page's policy, and what no page caught, goes to `faults`. */
export async function newPage(browser: Browser, faults: string[], options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    ...{ viewport: WIDTHS.desktop, locale: 'en-GB', timezoneId: 'UTC', acceptDownloads: true },
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) faults.push(message.text());
  });
  return page;
}

/** Starts the node of a home that is there, and opens its pages. */
export async function atHome(browser: Browser, faults: string[], home: string): Promise<AtHome> {
  const { process, url } = await startNode(home);
  const page = await newPage(browser, faults);
  const { url: entry } = await haleJson<{ url: string }>(['web', '--home', home]);
  await page.goto(entry);
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  return { page, url, home, process, open: (hash) => openAt(page, hash) };
}

export async function openAt(page: Page, hash: string): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/#${hash}`);
}

/** Takes its picture at both widths, to HALE_SHOTS. */
export async function look(page: Page, name: string): Promise<void> {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  const before = page.viewportSize();
  for (const [width, size] of Object.entries(WIDTHS)) {
    await page.setViewportSize(size);
    // Charts and colours settle.
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(SHOTS, `${name}-${width}.png`), fullPage: true });
  }
  if (before) await page.setViewportSize(before);
}
