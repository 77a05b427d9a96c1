// What has to hold on every screen in every state: nothing that keeps somebody out (axe, WCAG 2.2 AA), nothing wider than a small phone, no
// request to anybody but the node itself, and no rule of the page's policy broken.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHOTS, type Shot } from '../../screens/shots.ts';
import { Stage } from '../../screens/stage.ts';
import { launchChromium } from '../chromium.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const SMALLEST = { width: 320, height: 640 };

interface Violation {
  id: string;
  impact: string;
  nodes: { target: string[]; failureSummary: string }[];
}

let stage: Stage;
let browser: Browser;
beforeAll(async () => {
  stage = await Stage.set();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await stage?.strike();
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => violations)`,
  )) as Violation[];
  const grave = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

/** Opens a shot as a person with this screen and theme does, and gives what must not be. */
async function faults(shot: Shot, theme: 'light' | 'dark', viewport = { width: 1280, height: 860 }): Promise<string[]> {
  const context = await browser.newContext({
    viewport,
    colorScheme: theme,
    locale: shot.locale ?? 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && !stage.origins().has(host)) said.push(`asked ${host}`);
  });
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) said.push(message.text().slice(0, 200));
  });
  page.on('pageerror', (error) => said.push(error.message));
  try {
    await shot.take(page, stage);
    said.push(...(await violations(page)));
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    if (Number(wide) > 0) said.push(`${wide} pixels wider than ${viewport.width}`);
  } finally {
    await context.close();
  }
  return said;
}

describe('on every screen', () => {
  for (const shot of SHOTS) {
    test(`${shot.name}: nobody is kept out, nothing leaves, nothing is cut`, async () => {
      expect(await faults(shot, 'light')).toEqual([]);
      expect(await faults(shot, 'dark', SMALLEST)).toEqual([]);
    });
  }
});
