// Each picture: where to go and what to do there until it shows what it is called.
import { join } from 'node:path';
import { TELEMETRY } from '@hale/testkit/hale-process';
import type { Page } from 'playwright-core';
import { SHARING_SHOTS } from './shots-sharing.ts';
import type { Stage } from './stage.ts';

export interface Shot {
  name: string;
  locale?: string;
  /** The whole page and not only what fits the screen; true unless said. */
  isWhole?: boolean;
  /** The state that is shown is a failure, of which the browser's console tells as well. */
  mayFail?: boolean;
  take(page: Page, stage: Stage): Promise<void>;
}

const settled = (page: Page) => page.waitForTimeout(700);

/** A screen of the owner by its address. */
const of = (
  name: string,
  place: string,
  wanted: string,
  then?: (page: Page) => Promise<void>,
  more: Partial<Shot> = {},
): Shot => ({
  name,
  ...more,
  take: async (page, stage) => {
    await stage.enter(page, 'owner', place);
    await page.waitForSelector(wanted);
    await then?.(page);
    await settled(page);
  },
});

export const SHOTS: readonly Shot[] = [
  ...SHARING_SHOTS,
  of('today', '/today', '.card-link .spark'),
  of('series-glucose', '/series/glucose-cgm', '.u-over'),
  of('series-heart-rate', '/series/heart-rate', '.u-over'),
  of('series-table', '/series/glucose-cgm', '.u-over', (page) => page.click('text=Show as table')),
  of('series-words', '/series/sleep-stage', '.timeline'),
  of('no-page', '/nowhere', '.empty'),
  of('today-polish', '/today', '.card-link .spark', undefined, { locale: 'pl-PL' }),
  of('add', '/add', '.drop', (page) => page.click('summary')),
  of('add-done', '/add', '.drop', async (page) => {
    await page.locator('input[type=file]').first().setInputFiles(join(TELEMETRY, 'fit/WeightScaleMultiUser.fit'));
    await page.waitForSelector('.chip.good');
    await page.click('article summary');
  }),
  of('devices', '/devices', '.facts'),
  of('device-new', '/devices/new', 'fieldset', (page) => page.fill('input', 'Kitchen scale')),
  of('device-code', '/devices/new', 'fieldset', async (page) => {
    await page.fill('input', `Scale ${Date.now()}`);
    await page.click('button.main-action');
    await page.waitForSelector('.qr');
  }),
  of('settings', '/settings', '.settings-form'),
  of('settings-people', '/settings/people', '.list'),
  of('settings-safety', '/settings/safety', 'section.card'),
  of('settings-browsers', '/settings/browsers', '.list'),
  of('settings-about', '/settings/about', '.facts'),
  {
    name: 'first-run-not-let-in',
    take: async (page, stage) => {
      await page.goto(stage.fresh.url);
      await page.waitForSelector('.sheet h1');
    },
  },
  {
    name: 'today-empty',
    take: async (page, stage) => {
      await stage.enter(page, 'empty');
      await page.waitForSelector('.empty');
    },
  },
  {
    name: 'locked',
    take: async (page, stage) => {
      await page.goto(stage.locked.url);
      await page.waitForSelector('input[type=password]');
    },
  },
  {
    name: 'locked-wrong',
    mayFail: true,
    take: async (page, stage) => {
      await page.goto(stage.locked.url);
      await page.fill('input[type=password]', 'not this one');
      await page.click('button.main-action');
      await page.waitForSelector('[role=alert]');
    },
  },
  {
    name: 'offline',
    mayFail: true,
    take: async (page, stage) => {
      await stage.enter(page, 'owner', '/settings');
      await page.route('**/v1/**', (route) => route.abort());
      await page.goto(`${stage.owner.url}/#/series/heart-rate`);
      await page.waitForSelector('[role=alert]');
    },
  },
];
