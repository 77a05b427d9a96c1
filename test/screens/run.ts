// `npm run screens [name…]`: every screen in its states, as a person sees it, at phone and desktop width, light and dark, to screens/.
// Three of them stand in the README and are copied to docs/screens.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '@hale/testkit/hale-process';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../e2e/chromium.ts';
import { SHOTS, type Shot } from './shots.ts';
import { Stage } from './stage.ts';

const OUT = join(REPOSITORY, 'screens');
const WIDTHS = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 860 } };
const THEMES = ['light', 'dark'] as const;
/** What the README shows. */
const SHOWN = ['today-desktop-light', 'glucose-report-desktop-light', 'share-check-phone-light'];

type Size = keyof typeof WIDTHS;

async function take(
  browser: Browser,
  stage: Stage,
  shot: Shot,
  size: Size,
  theme: 'light' | 'dark',
): Promise<string[]> {
  const said: string[] = [];
  const context: BrowserContext = await browser.newContext({
    viewport: WIDTHS[size],
    colorScheme: theme,
    locale: shot.locale ?? 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    isMobile: size === 'phone',
    hasTouch: size === 'phone',
  });
  const page: Page = await context.newPage();
  page.on('pageerror', (error) => said.push(`${shot.name}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !shot.mayFail) said.push(`${shot.name}: ${message.text()}`);
  });
  try {
    await shot.take(page, stage);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    if (Number(overflow) > 0) said.push(`${shot.name} ${size}: ${overflow} pixels too wide`);
    // A screen as high as the page: what sticks to an edge of the screen then stands at the edge of the picture.
    const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
    if (shot.isWhole ?? true)
      await page.setViewportSize({ ...WIDTHS[size], height: Math.max(height, WIDTHS[size].height) });
    await page.screenshot({ path: join(OUT, `${shot.name}-${size}-${theme}.png`) });
  } catch (error) {
    said.push(`${shot.name} ${size} ${theme}: ${String(error).split('\n')[0]}`);
    await page.screenshot({ path: join(OUT, `${shot.name}-${size}-${theme}-failed.png`) }).catch(() => {});
  } finally {
    await context.close();
  }
  return said;
}

const wanted = process.argv.slice(2);
const shots = SHOTS.filter(({ name }) => wanted.length === 0 || wanted.some((each) => name.startsWith(each)));
if (wanted.length === 0) rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const stage = await Stage.set();
const browser = await launchChromium();
const said: string[] = [];
try {
  for (const shot of shots) {
    const each = (Object.keys(WIDTHS) as Size[]).flatMap((size) => THEMES.map((theme) => ({ size, theme })));
    const one = ({ size, theme }: (typeof each)[number]) => take(browser, stage, shot, size, theme);
    if (shot.isAlone) for (const which of each) said.push(...(await one(which)));
    else said.push(...(await Promise.all(each.map(one))).flat());
    console.log(shot.name);
  }
} finally {
  await browser.close();
  await stage.strike();
}
for (const name of SHOWN)
  if (shots.some((shot) => name.startsWith(shot.name)))
    copyFileSync(join(OUT, `${name}.png`), join(REPOSITORY, 'docs/screens', `${name}.png`));
for (const line of said) console.error(line);
console.log(`${shots.length * 4} pictures in ${OUT}`);
process.exit(said.length > 0 ? 1 : 0);
