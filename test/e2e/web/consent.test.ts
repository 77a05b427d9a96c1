// Health records shared on the screens: a visit to the family doctor by a link, an anaesthesia with a warning, a second opinion that ends by itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hale, haleJson, initHome, type Running, startNode, startRelay, workFolder } from '@hale/testkit/hale-process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';

const { dir, remove } = workFolder('web-consent');
const processes: Running[] = [];
const faults: string[] = [];
let browser: Browser;
let ann: Page;
let lee: Page;
let npub = '';
const origins = new Map<Page, string>();

const patient = { reference: 'Patient/p' };
const snomed = (code: string, display: string) => ({
  coding: [{ system: 'http://snomed.info/sct', code, display }],
  text: display,
});
const problem = (id: string, code: object) => ({
  ...{ resourceType: 'Condition', id, subject: patient, onsetDateTime: '2020-03-01', code },
});
const allergy = (id: string, text: string) => ({
  ...{ resourceType: 'AllergyIntolerance', id, patient, code: { text }, recordedDate: '2019-01-01' },
});
const RECORDS = [
  { resourceType: 'Patient', id: 'p', name: [{ family: 'Willms', given: ['Ann'] }], birthDate: '1980-05-02' },
  problem('a', { text: 'Asthma' }),
  problem('m', { text: 'Migraine' }),
  problem('d', snomed('35489007', 'Depressive disorder')),
  allergy('l', 'Latex'),
  {
    ...{ resourceType: 'MedicationStatement', id: 's', status: 'active', subject: patient },
    ...{ effectiveDateTime: '2021-01-01', medicationCodeableConcept: { text: 'Salbutamol' } },
  },
];

/** Of every share of records. */
const CHOSEN = /^Chosen by the patient\. It may not be all there is/;

function watched(page: Page): Page {
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => faults.push(error.message));
  return page;
}

/** A browser of that person's own, open on her node. @param env of the node */
async function person(home: string, env: Record<string, string> = {}): Promise<Page> {
  const node = await startNode(home, { env });
  processes.push(node.process);
  const context = await browser.newContext({
    ...{ viewport: { width: 1280, height: 860 }, locale: 'en-GB', timezoneId: 'UTC' },
  });
  const page = watched(await context.newPage());
  const { url } = await haleJson<{ url: string }>(['web', '--home', home]);
  await page.goto(url);
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  origins.set(page, new URL(url).origin);
  return page;
}

const open = (page: Page, hash: string) => page.goto(`${origins.get(page)}/#${hash}`);
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const seen = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const step = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor();

/** From the first step to the check, with what a visit proposes. */
async function wizard(page: Page, visit: string, without: () => Promise<void> = async () => {}): Promise<void> {
  await press(page, 'Next');
  await page.getByLabel(visit, { exact: true }).check();
  await press(page, 'Next');
  await press(page, 'Next');
  await step(page, 'What shall they not see?');
  await without();
  await press(page, 'Next');
  await step(page, 'Is this right?');
}

beforeAll(async () => {
  const relay = await startRelay(join(dir, 'relay'));
  processes.push(relay.process);
  const at = { url: relay.url.replace(/^http/, 'ws'), dir: join(dir, 'relay') };
  for (const name of ['ann', 'lee', 'eve']) await initHome(join(dir, name), at);
  const file = join(dir, 'hospital.json');
  const entry = RECORDS.map((resource) => ({ resource }));
  writeFileSync(file, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
  for (const name of ['ann', 'eve']) {
    const { code, stderr } = await hale(['import', file, '--home', join(dir, name)]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  }
  browser = await launchChromium();
  ann = await person(join(dir, 'ann'));
  lee = await person(join(dir, 'lee'));
  ({ npub } = await haleJson<{ npub: string }>(['whoami', '--home', join(dir, 'lee')]));
});

afterAll(async () => {
  await browser?.close();
  for (const running of processes.reverse()) await running.stop();
  remove();
});

test('family doctor by a link: what is left out is not there, and what is kept apart later disappears while it is looked at', async () => {
  await open(ann, '/share');
  await ann.getByLabel('Anyone with a link').check();
  await ann.getByLabel('Name', { exact: true }).fill('Dr Ada Lee');
  // Only where she ticks it, and then in sight.
  expect(await ann.getByLabel('Your name').inputValue()).not.toContain('Willms');
  await ann.getByLabel(/^Give my full name and date of birth/).check();
  expect(await ann.getByLabel('Your name').inputValue()).toBe('Ann Willms, born 2 May 1980');
  await wizard(ann, 'My family doctor', async () => {
    await ann.getByLabel(/^Mental health/).check();
    await ann.getByText('Show 1 record, and why').click();
    await seen(ann, 'It has the code “Depressive disorder”.');
    // In the Union whoever treats her must not learn that something is left out: there is no choice.
    await ann.getByLabel('In which country will it be read?').selectOption('PL');
    await seen(ann, /The law there does not allow it/);
    expect(await ann.getByLabel('Yes, and how many records').count()).toBe(0);
  });
  await seen(ann, /Left out: what is about Mental health/);
  const sentence = (await ann.locator('.share-sentence').first().textContent()) ?? '';
  const shown = ann.locator('.given-records');
  await shown.getByText('Asthma').waitFor();
  expect(await shown.getByText('Depressive disorder').count()).toBe(0);
  await ann.getByRole('region', { name: 'What stays hidden' }).getByText('Depressive disorder').waitFor();
  await press(ann, 'Make the link');
  const link = await ann.getByLabel('Link', { exact: true }).inputValue();

  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' });
  const reader = watched(await context.newPage());
  await reader.goto(link);
  const given = reader.locator('.given-records');
  await given.getByText('Migraine').waitFor();
  await reader.getByRole('heading', { name: /Ann Willms, born 2 May 1980/ }).waitFor();
  expect(await given.getByText(/Depress/).count()).toBe(0);
  await given.getByText(CHOSEN).waitFor();
  await reader.emulateMedia({ media: 'print' });
  expect(await given.getByText(CHOSEN).isVisible()).toBe(true);
  expect(await reader.getByRole('heading', { name: /Ann Willms, born 2 May 1980/ }).isVisible()).toBe(true);
  await reader.emulateMedia({ media: 'screen' });
  expect(await reader.locator('main').innerText()).not.toMatch(/left (something )?out/i);
  await given.getByText('Asthma').click();
  await seen(reader, 'What it says');

  // Her own word: migraine belongs to mental health too, and goes.
  await open(ann, '/records/problems');
  await ann.getByRole('link', { name: /Migraine/ }).waitFor();
  await ann.emulateMedia({ media: 'print' });
  await seen(ann, /^Ann Willms, born 2 May 1980 · Printed on/);
  await ann.emulateMedia({ media: 'screen' });
  await ann.getByRole('link', { name: /Migraine/ }).click();
  await ann.getByRole('link', { name: /Dr Ada Lee/ }).waitFor();
  await ann.getByLabel('Keep this apart as …').selectOption('mental-health');
  await seen(ann, 'You said so.');
  await seen(ann, 'Nobody but you.');
  await given.getByText('Migraine').waitFor({ state: 'detached' });
  await given.getByText('Asthma').first().waitFor();
  await context.close();

  // What was given stands in the words that she read.
  await open(ann, '/sharing?tab=history&view=words');
  expect(await ann.locator('.consent-words .share-sentence').first().textContent()).toBe(sentence);
  const [download] = await Promise.all([ann.waitForEvent('download'), press(ann, 'Save for a hospital (FHIR)')]);
  expect(download.suggestedFilename()).toMatch(/^consent-[0-9a-f]+\.fhir\.json$/);
});

test('anaesthesia: hiding what matters there is warned of, and one press shows it', async () => {
  await open(ann, '/share');
  await ann.reload();
  await ann.getByLabel('Anyone with a link').check();
  await wizard(ann, 'General anaesthesia', async () => {
    await ann.getByText('Leave out single records').click();
    await ann.getByLabel('Find a record').fill('lat');
    await ann.getByLabel(/^Latex/).check();
    await seen(ann, 'You hide: Latex.');
  });
  await seen(ann, 'You hide: Latex.');
  await seen(ann, /Gloves and tubes of latex can cause a shock/);
  const given = ann.locator('.given-records');
  await given.getByText('Asthma').waitFor();
  expect(await given.getByText('Latex').count()).toBe(0);
  await ann.getByRole('button', { name: 'Share without my allergy: Latex' }).waitFor();
  // Above what they will see, and beside the button far below it.
  expect(await ann.locator('.notice', { hasText: 'You hide: Latex.' }).count()).toBe(2);
  await press(ann, 'Show them this');
  await given.getByText('Latex').waitFor();
  await ann.getByRole('button', { name: 'Make the link' }).waitFor();
  expect(await ann.getByText('You hide: Latex.').count()).toBe(0);
});

test('a second opinion reaches the desk as its owner sees it through her eyes, and ends by itself', async () => {
  await open(ann, '/share');
  await ann.reload();
  await ann.getByLabel('A person with an address').check();
  await ann.getByLabel('Address', { exact: true }).fill(npub);
  await ann.getByLabel('Name', { exact: true }).fill('Dr Ada Lee');
  await wizard(ann, 'Second opinion');
  await seen(ann, /in 14 days|in 15 days/);
  await press(ann, 'Share with Dr Ada Lee');
  await seen(ann, 'Sent to Dr Ada Lee.');

  await open(lee, '/desk');
  await lee.getByRole('link', { name: 'Open', exact: true }).first().click();
  const given = lee.locator('.given-records');
  await given.getByText('Salbutamol').waitFor();
  // Nothing is kept back here, and the same stands there.
  await given.getByText(CHOSEN).waitFor();
  await open(ann, '/sharing');
  await ann.locator('.grant-row', { hasText: 'Second opinion' }).getByRole('link', { name: 'Details' }).click();
  await press(ann, 'Look through their eyes');
  const eyes = ann.locator('.given-records');
  await eyes.getByText('Salbutamol').waitFor();
  expect(await eyes.innerText()).toBe(await given.innerText());

  // The same with an end that comes soon: nobody has to do anything.
  const until = new Date(Date.now() + 12_000).toISOString();
  const parts = ['--records', 'problems', '--until', until, '--name', 'Soon over', '--link', '--yes'];
  const { link } = await haleJson<{ link: string }>(['share', ...parts, '--home', join(dir, 'ann')]);
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' });
  const reader = watched(await context.newPage());
  await reader.goto(link);
  await reader.locator('.given-records').getByText('Asthma').waitFor();
  await reader.getByText(/This share ended on/).waitFor({ timeout: 25_000 });
  expect(await reader.getByText('Asthma').count()).toBe(0);
  await context.close();
  expect(faults).toEqual([]);
});

test('health records behind a PIN, by the wizard, and in a saved copy opened from the disk: what is left out is in neither', async () => {
  await open(ann, '/share');
  await ann.reload();
  await ann.getByLabel('Anyone with a link').check();
  await ann.getByLabel('Ask for a PIN').check();
  await ann.getByLabel('Name', { exact: true }).fill('With a PIN');
  await wizard(ann, 'My family doctor', async () => {
    await ann.getByLabel(/^Mental health/).check();
  });
  await seen(ann, /^Anyone with the link and the PIN/);
  await press(ann, 'Make the link');
  const link = await ann.getByLabel('Link', { exact: true }).inputValue();
  const [pin] = /\b\d{6}\b/.exec(await ann.locator('main').innerText()) ?? [''];
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' });
  const reader = watched(await context.newPage());
  await reader.goto(link);
  const wrong = pin === '000000' ? '111111' : '000000';
  for (const typed of [wrong, pin]) {
    await reader.getByLabel('PIN').fill(typed);
    await reader.getByRole('button', { name: 'Open' }).click();
    if (typed === wrong) await seen(reader, /7 (tries|attempts)|7 more/);
    await reader.waitForTimeout(1_200);
  }
  const given = reader.locator('.given-records');
  await given.getByText('Asthma').waitFor();
  await given.getByText('Salbutamol').waitFor();
  expect(await reader.locator('main').innerText()).not.toMatch(/Depress|left (something )?out/i);

  const file = join(dir, 'copy.html');
  const parts = ['--records', 'problems,allergies', '--withhold-area', 'mental-health', '--file', file, '--yes'];
  const { code } = await haleJson<{ code: string }>(['share', ...parts, '--home', join(dir, 'ann')]);
  const sealed = /id="hale-sealed">(.*?)<\/script>/s.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  expect(sealed.length).toBeGreaterThan(1000);
  expect(/Asthma|Latex|problems/.test(sealed)).toBe(false);
  await context.setOffline(true);
  await reader.goto(`file://${file}`);
  await reader.getByLabel('Code').fill(code);
  await reader.getByRole('button', { name: 'Open' }).click();
  await given.getByText('Asthma').waitFor();
  await given.getByText('Latex').waitFor();
  await seen(reader, /It needs no connection/);
  expect(await reader.locator('main').innerText()).not.toMatch(/Depress|what comes|left (something )?out/i);
  await given.getByText('Asthma').click();
  await seen(reader, 'What it says');
  await context.close();
  expect(faults).toEqual([]);
});

test('a share that nobody looks at lapses: she said so before, the page of the link says it, and one press gives the same again', async () => {
  const eve = await person(join(dir, 'eve'));
  await open(eve, '/share');
  await eve.getByLabel('Anyone with a link').check();
  await eve.getByLabel('Name', { exact: true }).fill('Dr Ada Lee');
  await press(eve, 'Next');
  await eve.getByLabel('My family doctor', { exact: true }).check();
  await press(eve, 'Next');
  await eve.getByLabel('1 year').check();
  await eve.getByLabel('It ends by itself after 6 months without a look').check();
  await press(eve, 'Next');
  await step(eve, 'What shall they not see?');
  await press(eve, 'Next');
  const said = /It ends by itself if it is not looked at for 6 months\./;
  await seen(eve, said);
  const sentence = (await eve.locator('.share-sentence').first().textContent()) ?? '';
  await press(eve, 'Make the link');
  const link = await eve.getByLabel('Link', { exact: true }).inputValue();

  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' });
  const reader = watched(await context.newPage());
  await reader.goto(link);
  await seen(reader, 'It also ends by itself when it is not looked at for 6 months.');
  await reader.close();
  await open(eve, '/sharing');
  await eve
    .locator('.grant-row', { hasText: 'Dr Ada Lee' })
    .getByText(/unless it is looked at before/)
    .waitFor();
  await eve.locator('.grant-row', { hasText: 'Dr Ada Lee' }).getByRole('link', { name: 'Details' }).click();
  await seen(eve, /Last looked at: /);

  // Half a year later, and the month in which the relay may have served unheard.
  await eve.context().close();
  await processes.pop()?.stop();
  const later = 'const now=Date.now;Date.now=()=>now()+240*864e5';
  const again = await person(join(dir, 'eve'), {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(later)}`,
  });
  await open(again, '/sharing');
  await seen(again, 'Lapsed: Link “Dr Ada Lee”, not looked at for 6 months');
  expect(await again.locator('.share-sentence').first().textContent()).toBe(sentence);
  await press(again, 'Share the same again');
  const fresh = await again.getByLabel('Link', { exact: true }).inputValue();
  expect(fresh).not.toBe(link);
  await again.getByRole('link', { name: 'Details' }).first().click();
  await seen(again, 'Sharing now');
  await seen(again, said);
  await open(again, '/sharing?tab=history');
  await seen(again, /^Lapsed: .*Dr Ada Lee.*, not looked at for 6 months$/);
  expect(faults).toEqual([]);
});
