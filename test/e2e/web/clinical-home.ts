// A real node with real readings and the owner's pages open in Chromium, for the tests of the clinical views.
import { join } from 'node:path';
import { hale, haleJson, type RunningNode, startNode, workFolder } from '@hale/testkit/hale-process';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../chromium.ts';

export interface ClinicalHome {
  page: Page;
  /** Everything that went wrong in the page. */
  faults: string[];
  open(hash: string): Promise<void>;
  /** Brings in a file while the node runs; the page is loaded anew. */
  bring(args: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** @param files are imported, each with the arguments behind it */
export async function openHome(files: readonly (readonly string[])[], zone = 'UTC'): Promise<ClinicalHome> {
  const { dir, remove } = workFolder('clinical');
  const home = join(dir, 'home');
  await haleJson(['init', '--home', home]);
  const bring = async (args: readonly string[]) => {
    const { code, stderr } = await hale(['import', ...args, '--home', home]);
    if (code !== 0) throw new Error(`the import of ${args[0]} failed: ${stderr}`);
  };
  for (const file of files) await bring(file);
  const node: RunningNode = await startNode(home);
  const browser: Browser = await launchChromium();
  const context = await browser.newContext({
    ...{ viewport: { width: 1280, height: 860 }, locale: 'en-GB', timezoneId: zone },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  const { url } = await haleJson<{ url: string }>(['web', '--home', home]);
  await page.goto(url);
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  return {
    page,
    faults,
    open: async (hash) => {
      await page.goto(`${new URL(url).origin}/#${hash}`);
    },
    bring: async (args) => {
      await bring(args);
      await page.reload();
    },
    close: async () => {
      await browser.close();
      await node.process.stop();
      remove();
    },
  };
}
