// Caring for oneself and for others on the pages: an emergency card that is found, a child and a dog that pass to another home, a record that is wrong.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hale, haleJson, initHome, Running, startNode, startRelay, workFolder } from '@hale/testkit/hale-process';
import { pdfText } from '@hale/testkit/pdf-text';
import jsQR from 'jsqr';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RESOURCES } from '../../../packages/home/test/emergency-people.ts';
import { launchChromium } from '../chromium.ts';

const { dir, remove } = workFolder('web-care');
const processes: Running[] = [];
const faults: string[] = [];
let browser: Browser;

interface Person {
  page: Page;
  home: string;
  npub: string;
  open(hash: string): Promise<void>;
}
let ana: Person;
let ben: Person;
let wordsOfAna = '';
let relayUrl = '';

async function newPage(): Promise<Page> {
  const context = await browser.newContext({
    ...{ viewport: { width: 1280, height: 860 }, locale: 'en-GB', timezoneId: 'UTC', acceptDownloads: true },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) faults.push(message.text());
  });
  return page;
}

async function person(name: string): Promise<Person> {
  const home = join(dir, name);
  const node = await startNode(home);
  processes.push(node.process);
  const page = await newPage();
  const { url } = await haleJson<{ url: string }>(['web', '--home', home]);
  const { npub } = await haleJson<{ npub: string }>(['whoami', '--home', home]);
  await page.goto(url);
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  const open = async (hash: string) => {
    await page.goto(`${new URL(url).origin}/#${hash}`);
  };
  return { page, home, npub, open };
}

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const seen = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

beforeAll(async () => {
  const relay = await startRelay(join(dir, 'relay'));
  processes.push(relay.process);
  const at = { url: relay.url.replace(/^http/, 'ws'), dir: join(dir, 'relay') };
  relayUrl = at.url;
  ({ words: wordsOfAna } = await initHome(join(dir, 'ana'), at));
  await initHome(join(dir, 'ben'), at);
  browser = await launchChromium();
  const file = join(dir, 'hospital.json');
  const entry = RESOURCES.map((resource) => ({ resource }));
  writeFileSync(file, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
  [ana, ben] = [await person('ana'), await person('ben')];
  await hale(['import', file, '--home', ana.home]);
}, 90_000);

afterAll(async () => {
  await browser?.close();
  for (const running of processes.reverse()) await running.stop();
  remove();
});

/** The two sheets that the browser is given. */
async function saved(page: Page, name: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, name)]);
  return readFileSync(await download.path());
}

/** The code in the picture for a locked phone, as a camera reads it. */
async function scanned(page: Page): Promise<string> {
  await page.getByText('The picture for a locked phone').click();
  const side = 420;
  const read = async () => {
    const pixels = (await page.evaluate(`(async () => {
      const image = document.querySelector('.lock-picture img');
      await image.decode();
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width: ${side}, height: ${side} });
      const drawn = canvas.getContext('2d');
      drawn.drawImage(image, -330, -${2080 - side});
      return [...drawn.getImageData(0, 0, ${side}, ${side}).data];
    })()`)) as number[];
    return (jsQR as unknown as typeof jsQR.default)(Uint8ClampedArray.from(pixels), side, side)?.data ?? '';
  };
  await expect.poll(read, { timeout: 15_000 }).toMatch(/^https?:.*\/e[?#]/);
  return read();
}

test('an emergency card: made, found, opened with a reason; she is told and says whether it was right', async () => {
  const { page } = ana;
  await ana.open('/records');
  await page
    .getByRole('link', { name: /Problems/ })
    .first()
    .click();
  await page
    .getByRole('link', { name: /Syphilis/ })
    .first()
    .click();
  await press(page, 'Hide from my emergency card');
  await seen(page, 'Whoever treats you in an emergency will not learn of Syphilis of long ago.');
  await press(page, 'Cancel');
  await press(page, 'Hide from my emergency card');
  await press(page, 'Yes, hide it');
  await seen(page, 'This record is hidden from your emergency card.');
  await ana.open('/emergency');
  await page.getByRole('link', { name: 'Syphilis of long ago' }).waitFor();
  await page.getByLabel('People to call, one on each line').fill('Luis, son, +34 600 111 222');
  await page.getByRole('region', { name: 'Name, people to call, notes' }).getByRole('button', { name: 'Save' }).click();
  await seen(page, 'Saved.');
  await press(page, 'Make the card');
  await seen(page, 'The card is ready.');
  const link = await scanned(page);
  const [sheet] = pdfText(await saved(page, 'Save for printing (PDF)'));
  expect(sheet).toContain('SEVERE allergy: Penicillin (Anaphylaxis)');
  expect(sheet).not.toContain('Syphilis');
  const picture = await saved(page, 'Save the picture');
  expect([picture.subarray(1, 4).toString(), picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([
    'PNG',
    1080,
    2340,
  ]);

  const stranger = await newPage();
  await stranger.goto(link);
  await stranger.getByLabel('Unconscious').check();
  await stranger.getByLabel('Your name').fill('Dr Vera Lind');
  await stranger.getByLabel('Where you work').fill('City hospital');
  await press(stranger, 'Show the facts');
  await seen(stranger, 'Penicillin: Anaphylaxis');
  await seen(stranger, 'Luis, son');
  expect(await stranger.getByText('Syphilis').count()).toBe(0);

  await page.reload();
  await seen(page, 'Dr Vera Lind, City hospital');
  await ana.open('/today');
  await seen(page, 'Your emergency card was opened');
  await press(page, 'See who and why');
  await seen(page, 'It is what somebody typed.');
  await page.getByRole('article').getByRole('button', { name: 'No', exact: true }).click();
  await page.getByLabel('What was not right?').fill('I only slept.');
  await page.getByRole('article').getByRole('button', { name: 'Save', exact: true }).click();
  await seen(page, /it was not right\. “I only slept\.”/);
  await ana.open('/today');
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  expect(await page.getByText('Your emergency card was opened').count()).toBe(0);
  expect(faults).toEqual([]);
}, 120_000);

const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });

test('a dog is sold: chip and vet go along, the new owner takes it, and here nothing of it is left', async () => {
  const { page } = ana;
  await ana.open('/settings/people');
  await press(page, 'Add somebody');
  await page.getByLabel('Name', { exact: true }).fill('Rex');
  await page.getByLabel('Species').selectOption('Dog');
  await page.getByLabel('Breed').fill('Collie');
  await page.getByLabel('Chip number').fill('276 0937 2000 1234');
  await page.getByLabel('Vet').fill('Dr Oak, Green Street');
  await press(page, 'Save');
  await row(page, 'Rex').getByRole('link', { name: 'Who cares' }).click();
  await page.getByRole('heading', { name: 'Rex', exact: true }).waitFor();
  await press(page, 'Begin');
  await seen(page, /Chip number 276093720001234/);
  await page.getByLabel('Address of who gets them').fill(ben.npub);
  await seen(page, /^Rex goes to npub1/);
  const hand = page.getByRole('button', { name: 'Hand over', exact: true });
  expect(await hand.isDisabled()).toBe(true);
  await page.getByLabel('Type “Rex” to go on').fill('Rex');
  await hand.click();
  await seen(page, 'Offered, no answer yet');

  await ben.open('/settings/people');
  await seen(ben.page, 'Rex: to be yours alone');
  await ben.page.getByLabel('What you call them').fill('Rexy');
  // Whose address it is nobody here knows: it is compared first.
  expect(await ben.page.getByRole('button', { name: 'Yes, take over' }).isDisabled()).toBe(true);
  await ben.page.getByLabel('I compared the address with them').check();
  await press(ben.page, 'Yes, take over');
  await row(ben.page, 'Rexy').getByRole('link', { name: 'Who cares' }).click();
  await seen(ben.page, /Dog · Collie .*276093720001234 · Vet: Dr Oak, Green Street/);

  await ana.open('/settings/people');
  await row(page, 'Rex to npub1').getByText('Handed over').waitFor({ timeout: 40_000 });
  await expect
    .poll(() => row(page, 'Rex').getByRole('link', { name: 'Who cares' }).count(), { timeout: 20_000 })
    .toBe(0);
  expect(faults).toEqual([]);
}, 120_000);

test('a child: both parents care, each sees the other, and neither gives her away alone', async () => {
  const { page } = ana;
  await ana.open('/settings/people');
  await press(page, 'Add somebody');
  await page.getByLabel('Name', { exact: true }).fill('Mia');
  await press(page, 'Save');
  await row(page, 'Mia').getByRole('link', { name: 'Who cares' }).click();
  await press(page, 'Ask somebody to care too');
  await page.getByLabel('Their address').first().fill(ben.npub);
  await page.getByLabel('What you call them').fill('Ben');
  await page.getByLabel('What they are').selectOption('Father');
  await press(page, 'Ask them');
  await seen(page, 'Asked. They find it under Settings, People.');
  await row(page, 'Ben').getByText('Asked, no answer yet').waitFor();
  await ben.open('/settings/people');
  await seen(ben.page, 'Mia: to care together');
  // Whose address it is nobody here knows: it is compared first.
  expect(await ben.page.getByRole('button', { name: 'Yes, I care too' }).isDisabled()).toBe(true);
  await ben.page.getByLabel('I compared the address with them').check();
  await press(ben.page, 'Yes, I care too');
  await row(ben.page, 'Mia').getByRole('link', { name: 'Who cares' }).click();
  await row(ben.page, 'Cares fully').first().waitFor();
  await ana.open('/settings/people');
  await row(page, 'Mia').getByRole('link', { name: 'Who cares' }).click();
  await row(page, 'Ben').getByText('Cares', { exact: true }).waitFor({ timeout: 60_000 });
  // While two care, one cannot give the child away alone: the answer says what has to happen first.
  await press(page, 'Begin');
  await page.getByLabel('Address of who gets them').fill(ben.npub);
  await page.getByLabel('Type “Mia” to go on').fill('Mia');
  await page.getByRole('button', { name: 'Hand over', exact: true }).click();
  await page.getByRole('alert').waitFor();
  expect(faults).toEqual([]);
}, 150_000);

test('a record that is wrong: a letter that says by when to answer, a refusal, and her disagreement beside it', async () => {
  const { page } = ana;
  await ana.open('/records');
  await page
    .getByRole('link', { name: /Problems/ })
    .first()
    .click();
  await page
    .getByRole('link', { name: /Asthma/ })
    .first()
    .click();
  await press(page, 'This is wrong');
  await press(page, 'Write the request');
  await seen(page, 'Say what is wrong, and what is right.');
  await page.getByLabel('What is wrong, and what is right?').fill('It was bronchitis, not asthma.');
  await page.getByLabel('Who wrote it').fill('City hospital');
  await page.getByLabel('Country whose law holds').selectOption('Poland');
  await press(page, 'Write the request');
  await seen(page, 'Not sent yet');
  expect(await page.getByText(/An answer is due by/).count()).toBe(0);
  await press(page, 'I have sent it');
  await seen(page, /An answer is due by/);
  await seen(page, 'So says European data protection law.');
  const letter = pdfText(await saved(page, 'Save the letter (PDF)'))
    .join(' ')
    .replaceAll(/\s+/g, ' ');
  expect(letter).toContain('It was bronchitis, not asthma.');
  expect(letter).toContain('City hospital');
  const bundle = JSON.parse((await saved(page, 'Save as a file (FHIR)')).toString());
  expect(bundle.resourceType).toBe('Bundle');
  await press(page, 'An answer came');
  await page.getByLabel('What did they decide?').selectOption('Refused');
  await page.getByLabel('In their words').fill('The record is right.');
  await press(page, 'Note the answer');
  await seen(page, '“The record is right.”');
  await press(page, 'I disagree');
  await page.getByLabel('Why do you disagree?').fill('Nobody tested my lungs.');
  await press(page, 'Put it beside the record');
  await seen(page, 'You disagree: “Nobody tested my lungs.”');
  await ana.open('/records/corrections');
  await page.getByRole('region', { name: 'Asthma' }).getByText('Refused').waitFor();
  expect(faults).toEqual([]);
}, 60_000);

test('guardians on paper: two of three pieces give the words back on a new machine', async () => {
  const { page } = ana;
  await ana.open('/guardians');
  await press(page, 'Choose guardians');
  await page.getByLabel('Pieces on paper instead').selectOption('3');
  await page.getByLabel('Your 24 words').fill(wordsOfAna);
  await page.getByText('you have 24 hours to refuse').waitFor({ state: 'attached' });
  await press(page, 'Split and send');
  await seen(page, 'Print these now.');
  const [first, , third] = await page.locator('.piece').allInnerTexts();
  await expect.poll(() => page.getByText('A piece on paper').count()).toBe(3);

  const fresh = new Running(['start', '--home', join(dir, 'fresh'), '--port', '0', '--json']);
  processes.push(fresh);
  const { text } = await fresh.line((line) => line.startsWith('{'), 30_000);
  const again = await newPage();
  await again.goto((JSON.parse(text) as { openUrl: string }).openUrl);
  await press(again, /Bring it back with my guardians/);
  await seen(again, 'Your code');
  await again.getByLabel('What guardian 1 gave you').fill(first);
  await again.getByLabel('What guardian 2 gave you').fill(`${third.slice(0, -1)}0`);
  await press(again, 'Put together');
  await seen(again, 'One of these is mistyped');
  await again.getByLabel('What guardian 2 gave you').fill(third);
  await press(again, 'Put together');
  await seen(again, 'These are your words.');
  expect(await again.getByLabel('Your words, in order').inputValue()).toBe(wordsOfAna);
  await again.getByLabel('Meeting point address on your sheet').fill(relayUrl);
  await again.getByLabel('A passphrase for this computer').fill('a walk along the river');
  await again.getByLabel('The same once more').fill('a walk along the river');
  await press(again, 'Bring it back');
  await again.locator('.frame').waitFor({ timeout: 40_000 });
  expect(faults).toEqual([]);
}, 120_000);
