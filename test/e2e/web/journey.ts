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

/** Holds that nothing is wider than the screen, at both widths; and takes its pictures to HALE_SHOTS where that is set. */
export async function look(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const [width, size] of Object.entries(WIDTHS)) {
    await page.setViewportSize(size);
    // Charts draw themselves anew a moment after the screen has changed.
    const fits = 'document.documentElement.scrollWidth <= innerWidth';
    await page.waitForFunction(fits, undefined, { timeout: 3_000 }).catch(() => {});
    const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    if (Number(over) > 0) throw new Error(`${name}: ${over} pixels wider than a ${width}`);
    if (SHOTS) await shoot(page, SHOTS, `${name}-${width}`);
  }
  if (before) await page.setViewportSize(before);
}

async function shoot(page: Page, folder: string, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // Charts and colours settle.
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
