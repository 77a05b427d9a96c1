// Pictures of a visit in the room, on both sides: each picture is of one of the two pages, the other stands in a browser of its own.
import type { BrowserContext, Page } from 'playwright-core';
import type { Shot } from './shots.ts';
import type { Stage } from './stage.ts';

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name }).first().waitFor();

interface Sides {
  desk: Page;
  phone: Page;
}

/** The code on the desk; under a name that patients know. */
async function showCode(desk: Page, stage: Stage): Promise<{ address: string; code: string }> {
  await stage.enter(desk, 'physician', '/room');
  const name = desk.getByLabel('How patients see you');
  const scan = desk.getByRole('heading', { name: 'The patient scans this' });
  await name.or(scan).first().waitFor();
  if (await name.isVisible()) {
    await name.fill('Dr Ada Lee, Heart Clinic');
    await press(desk, 'Show the code');
  }
  await scan.waitFor();
  const typed = desk.locator('dd.typed');
  return { address: await typed.nth(0).innerText(), code: await typed.nth(1).innerText() };
}

async function use(phone: Page, stage: Stage, { address, code }: { address: string; code: string }): Promise<void> {
  await stage.enter(phone, 'owner', '/show');
  await phone.getByLabel('Address').fill(address);
  await phone.getByLabel('Code').fill(code);
  await press(phone, 'Go on');
}

async function meet({ desk, phone }: Sides, stage: Stage): Promise<void> {
  await use(phone, stage, await showCode(desk, stage));
  await heading(phone, /Show your data to/);
  await heading(desk, 'Compare the words');
}

async function show(sides: Sides, stage: Stage): Promise<void> {
  await meet(sides, stage);
  await sides.phone.getByLabel('How far back?').selectOption('90');
  await sides.phone.getByLabel('Your name').fill('Sam Novak');
  await press(sides.phone, 'Compare the words');
  await press(sides.phone, 'Yes, the same: show it');
  await heading(sides.phone, /sees it now/);
}

/** The browser of the other side: it stands until the picture is taken, and goes before the next. */
let beside: BrowserContext | undefined;

/** @param seen which of the two is the picture */
function of(name: string, seen: keyof Sides, act: (sides: Sides, stage: Stage) => Promise<unknown>): Shot {
  return {
    name,
    take: async (page, stage) => {
      await beside?.close();
      beside = await page.context().browser()?.newContext({ locale: 'en-GB', timezoneId: 'UTC' });
      if (!beside) throw new Error('a picture of one side needs a browser for the other');
      const other = await beside.newPage();
      const sides = seen === 'desk' ? { desk: page, phone: other } : { desk: other, phone: page };
      await act(sides, stage);
      await page.waitForTimeout(700);
    },
    mayFail: true,
    isAlone: true,
  };
}

export const ROOM_SHOTS: readonly Shot[] = [
  of('room-code', 'desk', ({ desk }, stage) => showCode(desk, stage)),
  of('room-words', 'desk', meet),
  of('room-differ', 'desk', async (sides, stage) => {
    await meet(sides, stage);
    await press(sides.desk, 'The words differ');
    await heading(sides.desk, 'The words were not the same.');
  }),
  of('show-code', 'phone', ({ phone }, stage) => stage.enter(phone, 'owner', '/show')),
  of('show-choose', 'phone', meet),
  of('show-words', 'phone', async (sides, stage) => {
    await meet(sides, stage);
    await press(sides.phone, 'Compare the words');
  }),
  of('show-used', 'phone', async ({ desk, phone }, stage) => {
    const code = await showCode(desk, stage);
    await use(phone, stage, code);
    await heading(phone, /Show your data to/);
    await use(phone, stage, code);
    await heading(phone, /This code/);
  }),
  of('show-done', 'phone', show),
  of('visit', 'desk', async (sides, stage) => {
    await show(sides, stage);
    await sides.desk.locator('.visit .agp-median').first().waitFor();
    await sides.desk.locator('.visit .ecg-trace.signal').first().waitFor();
    await sides.desk.locator('.visit-table tbody tr').first().waitFor();
  }),
];
