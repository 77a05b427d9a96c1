// Health records through a browser, with a real node: a simulated patient's life, a patient summary and a C-CDA document are brought in, and what
// stands in the files, read here by itself, stands on the screens.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ctImage } from '@hale/testkit/dicom-files';
import { hale, haleJson, type RunningNode, startNode, workFolder } from '@hale/testkit/hale-process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LETTER, OTHER_PATIENT, practiceBundle, SUMMARY, SYNTHEA, unpacked } from '../../screens/records.ts';
import { launchChromium } from '../chromium.ts';

interface Entry {
  resource: { resourceType: string; [field: string]: unknown };
}
const entriesOf = (bytes: Buffer): Entry['resource'][] =>
  (JSON.parse(bytes.toString()) as { entry: Entry[] }).entry.map(({ resource }) => resource);
type Coded = { text?: string; coding?: { code?: string; display?: string }[] };
const nameOf = (concept: unknown): string => (concept as Coded).text ?? (concept as Coded).coding?.[0]?.display ?? '';

/** `2017-12-15T03:43:34-05:00` → `15 Dec 2017`, as a British reader writes it. */
const dayOf = (written: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' }).format(
    new Date(`${written.slice(0, 10)}T00:00:00Z`),
  );

const made = workFolder('records-web');
let node: RunningNode;
let browser: Browser;
let page: Page;
const faults: string[] = [];

const to = (place: string) => page.goto(`${node.url}/#${place}`);
const rowOf = (title: string) => page.locator('.record-row', { hasText: title });

async function bring(name: string, bytes: Buffer | string): Promise<void> {
  const path = join(made.dir, name);
  writeFileSync(path, bytes);
  await to('/add');
  await page.locator('.drop').waitFor();
  await page.locator('input[type=file]').first().setInputFiles(path);
}

async function done(name: string): Promise<string> {
  const job = page.locator('article').filter({ hasText: name }).first();
  await job.locator('.chip.good').waitFor({ timeout: 60_000 });
  return job.innerText();
}

async function person(name: string): Promise<void> {
  await page.locator('.rail select').selectOption(name);
}

beforeAll(async () => {
  const dir = join(made.dir, 'home');
  await hale(['init', '--home', dir]);
  for (const who of ['Helena', 'Patricia', 'Zofia', 'Isabella']) await haleJson(['subject', 'add', who, '--home', dir]);
  node = await startNode(dir);
  browser = await launchChromium();
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    timezoneId: 'America/New_York',
    acceptDownloads: true,
  });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) faults.push(message.text());
  });
  const { url } = await haleJson<{ url: string }>(['web', '--json', '--home', dir]);
  await page.goto(url);
  await page.locator('.frame').waitFor();
});

afterAll(async () => {
  await browser?.close();
  await node?.process.stop();
  made.remove();
});

const all = (resources: Entry['resource'][], type: string) => resources.filter((each) => each.resourceType === type);

describe('a simulated patient', () => {
  const file = unpacked(SYNTHEA);
  const resources = entriesOf(file.bytes);

  test('comes in by the browser, and each part has as many as the file', async () => {
    await to('/records');
    await page.getByText('No health records yet.').waitFor();
    await person('Helena');
    await bring(file.name, file.bytes);
    expect(await done(file.name)).toContain(`${resources.length} new records`);
    await page.locator('article .chip.link', { hasText: 'Records' }).first().click();
    await page.locator('.record-tiles').waitFor();
    for (const [part, types] of [
      ['Problems', ['Condition']],
      ['Medicines', ['MedicationRequest']],
      ['Vaccinations', ['Immunization']],
      ['Visits', ['Encounter']],
      ['Procedures', ['Procedure']],
      ['Care plans', ['CarePlan', 'CareTeam']],
    ] as const) {
      const count = types.reduce((sum, type) => sum + all(resources, type).length, 0);
      expect(await page.locator('.card-link', { hasText: part }).locator('.record-count').innerText()).toBe(
        String(count),
      );
    }
  });

  test('what is new is told once', async () => {
    await to('/records');
    const fresh = page.getByRole('region', { name: 'New since you last looked' });
    expect(await fresh.innerText()).toContain(`${resources.length} records`);
    await fresh.getByRole('link').click();
    await page.getByRole('heading', { name: 'New since you last looked' }).waitFor();
    await page.locator('.record-row').first().waitFor();
    const kinds = await page.locator('.record-group :is(h2, summary)').allInnerTexts();
    expect(kinds.map((kind) => kind.replace(/\s*\d+$/, ''))).toEqual([
      ...['Medicines', 'Problems', 'Vaccinations', 'Results', 'Vital signs', 'Visits', 'Procedures', 'Care plans'],
      ...['Life and family', 'People and places', 'Bills and the rest'],
    ]);
    expect(await page.locator('details.record-group[open]').count()).toBe(0);
    await page.getByRole('button', { name: 'I have seen it' }).click();
    await page.locator('.record-tiles').waitFor();
    await page.getByText('Nothing new since you last looked.').waitFor();
    await page.reload();
    await person('Helena');
    await page.getByText('Nothing new since you last looked.').waitFor();
  });

  test('problems stand under active and resolved, with when they began and ended', async () => {
    await to('/records/problems');
    await page.locator('.record-row').first().waitFor();
    const conditions = all(resources, 'Condition');
    const state = (each: Entry['resource']) => (each.clinicalStatus as Coded).coding?.[0]?.code;
    for (const [title, code] of [
      ['Active', 'active'],
      ['Resolved', 'resolved'],
    ] as const)
      expect(await page.getByRole('region', { name: title }).locator('.record-row').count()).toBe(
        conditions.filter((each) => state(each) === code).length,
      );
    const [ended] = conditions.filter((each) => typeof each.abatementDateTime === 'string');
    const text = await rowOf(nameOf(ended.code)).first().innerText();
    expect(text).toContain(dayOf(String(ended.onsetDateTime)));
    const shown = await page.locator('.record-group').allInnerTexts();
    expect(shown.join('\n')).toContain(`to ${dayOf(String(ended.abatementDateTime))}`);
  });

  test('every value of a test stands in its table, the newest above', async () => {
    const values = all(resources, 'Observation')
      .filter(({ code }) => (code as Coded).coding?.[0]?.code === '718-7')
      .map((each) => ({ at: String(each.effectiveDateTime), value: (each.valueQuantity as { value: number }).value }))
      .sort((a, b) => (a.at < b.at ? 1 : -1));
    expect(values.length).toBeGreaterThan(1);
    await to('/records/results');
    await page.getByLabel('Find a test').fill('hemoglobin 718');
    await page.locator('.test-row').first().click();
    await page.locator('.u-over').waitFor();
    const rows = await page.locator('section.card table').last().locator('tbody tr').allInnerTexts();
    expect(rows).toHaveLength(values.length);
    for (const [i, { at, value }] of values.entries()) {
      expect(rows[i]).toContain(dayOf(at));
      // Synthea gives more decimals than a laboratory prints.
      expect(rows[i]).toContain(`${Number(value.toFixed(1))}`);
    }
  });

  test('a report shows the results that it names, and the time line every record once', async () => {
    const [report] = all(resources, 'DiagnosticReport');
    await to('/records/results?by=report');
    await rowOf(nameOf(report.code)).last().click();
    await page.getByRole('heading', { name: 'Results of this report' }).waitFor();
    expect(await page.locator('section.card table tbody tr').count()).toBe((report.result as unknown[]).length);
    await to('/records/timeline?category=vaccinations');
    await page.locator('.timeline-rows .record-row').first().waitFor();
    const shown = await page.locator('.timeline-rows .record-row').allInnerTexts();
    const shots = all(resources, 'Immunization');
    expect(shown).toHaveLength(shots.length);
    for (const shot of shots) expect(shown.join('\n')).toContain(dayOf(String(shot.occurrenceDateTime)));
  });

  test('of a long time line only what is seen is on the page, and any year is a step away', async () => {
    await to('/records/timeline');
    await page.locator('.timeline-rows .record-row').first().waitFor();
    expect(await page.locator('.timeline-rows li').count()).toBeLessThan(60);
    const visit = all(resources, 'Encounter')
      .map((each) => String((each.period as { start: string }).start))
      .sort()[0];
    await page.getByLabel('Go to year').selectOption({ label: visit.slice(0, 4) });
    await page.getByText(dayOf(visit)).first().waitFor();
    expect(await page.locator('.timeline-rows li').count()).toBeLessThan(80);
  });

  test('a bundle of another person asks, and nothing of it is kept before the answer', async () => {
    const other = unpacked(OTHER_PATIENT);
    await bring(other.name, other.bytes);
    const [patient] = all(entriesOf(other.bytes), 'Patient');
    const [{ family }] = patient.name as { family: string }[];
    await page.getByText('This file is of somebody else').waitFor();
    const job = page.locator('article').first();
    expect(await job.locator('.chip').first().innerText()).toBe('Not imported');
    const both = await job.getByRole('table').innerText();
    expect(both).toMatch(new RegExp(`${family}.*Willms`));
    expect(both).toContain(dayOf(String(patient.birthDate)));
    // Importing takes two words.
    await job.getByRole('button', { name: 'Import them all the same' }).click();
    await job.getByRole('alertdialog').waitFor();
    await job.getByRole('button', { name: 'Cancel' }).click();
    await to('/records/people');
    await rowOf('Willms').first().waitFor();
    expect(await rowOf(family).count()).toBe(0);
    await to('/add');
    await page.getByRole('button', { name: 'Leave it' }).click();
    await page.getByText('This file is of somebody else').waitFor({ state: 'detached' });
  });
});

describe('a patient summary, and what a practice adds to it', () => {
  const summary = unpacked(SUMMARY);
  const resources = entriesOf(summary.bytes);
  const practice = practiceBundle(summary.bytes);

  test('is shown part by part as it says', async () => {
    await person('Patricia');
    await bring(summary.name, summary.bytes);
    await done(summary.name);
    await to('/records/vaccinations');
    for (const shot of all(resources, 'Immunization')) {
      const text = (
        await rowOf(`Lot ${String(shot.lotNumber)}`)
          .first()
          .innerText()
      ).replace(/\s+/g, ' ');
      expect(text).toContain(dayOf(String(shot.occurrenceDateTime)));
    }
    await to('/records/medicines');
    for (const medicine of all(resources, 'MedicationStatement')) {
      const state = medicine.status === 'stopped' ? 'Past' : 'Current';
      const row = page.getByRole('region', { name: state }).locator('.record-row', {
        hasText: nameOf(medicine.medicationCodeableConcept).slice(0, 40),
      });
      const [{ text }] = medicine.dosage as { text: string }[];
      expect(await row.innerText()).toContain(text.slice(0, 200));
    }
    await to('/records/allergies');
    await rowOf('Penicillin').waitFor();
  });

  test('the document is its own text, of which nothing becomes markup of the page', async () => {
    await to('/records/documents');
    await rowOf('International Patient Summary').click();
    const text = page.getByRole('region', { name: 'Text as it was written' }).first();
    await text.getByText('Patient undergoing lifestyle changes to lower blood pressure.').waitFor();
    expect(await text.locator('td', { hasText: 'FL1072-025' }).count()).toBe(1);
    expect(await page.locator('.narrative a, .narrative img, .narrative [style]').count()).toBe(0);
  });

  test('the same problem from two houses stands once, with both sources and the original of each', async () => {
    await bring('practice.json', practice);
    expect(await done('practice.json')).toMatch(/told by another source too/);
    await to('/records/problems');
    await rowOf('2 sources').click();
    const origin = page.getByRole('region', { name: 'Where it comes from' });
    await origin.getByText('It is shown once.').waitFor();
    for (const [name, bytes] of [
      [summary.name, summary.bytes],
      ['practice.json', Buffer.from(practice)],
    ] as const) {
      const part = origin.locator('article', { hasText: name });
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        part.getByRole('button', { name: 'Save the original' }).click(),
      ]);
      const path = join(made.dir, `saved-${name}`);
      await download.saveAs(path);
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
    await page.getByText('Details', { exact: true }).click();
    await page.locator('.hash').nth(1).waitFor();
    const hashes = (await page.locator('.hash').allInnerTexts()).map((text) => text.replace(/\s/g, ''));
    for (const bytes of [summary.bytes, Buffer.from(practice)])
      expect(hashes).toContain(createHash('sha256').update(bytes).digest('hex'));
    await page.getByText(/rules of FHIR that Hale checks|rules of FHIR in/).waitFor();
  });

  test('a laboratory value has its range, its flag and its trend', async () => {
    await to('/records/test?key=loinc%3A2276-4');
    await page.locator('.u-over').waitFor();
    const rows = await page.locator('section.card table').last().locator('tbody tr').allInnerTexts();
    expect(rows).toHaveLength(6);
    expect(rows.find((row) => row.includes('12 Sept 2023'))).toMatch(/11 ng\/mL\s+30–300\s+Very low/);
    expect(rows.find((row) => row.includes('15 Jan 2024'))).toMatch(/38 ng\/mL\s+30–300\s+Within range/);
    await page.getByText('lowest 11 ng/mL, highest 64 ng/mL').waitFor();
  });

  test('pictures and texts are shown and saved as they are', async () => {
    await to('/records/documents');
    await rowOf('Letter to the family doctor').click();
    await page.getByText('Her iron stores have recovered.').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save', exact: true }).click(),
    ]);
    const path = join(made.dir, download.suggestedFilename());
    await download.saveAs(path);
    expect(readFileSync(path, 'utf8')).toBe(LETTER);
    await to('/records/images');
    await rowOf('forearm').click();
    const picture = page.locator('.record-picture');
    await picture.waitFor();
    expect(await picture.evaluate('document.querySelector(".record-picture").naturalWidth')).toBe(320);
  });

  test('her own word stands beside the record, which stays as it was, and can be taken back', async () => {
    await to('/records/medicines');
    await rowOf('lisinopril').click();
    await page.getByRole('button', { name: 'Add a note or correction' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Write something first.').waitFor();
    await page.getByLabel('How it is, as you say').selectOption('stopped');
    await page.getByLabel('In your words').fill('I stopped in March: it made me cough.');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('You say: Stopped').waitFor();
    const facts = await page.getByRole('region', { name: 'What it says' }).innerText();
    expect(facts).toMatch(/Status\s+Active/);
    await to('/records/medicines');
    await rowOf('1 note of yours').waitFor();
    await rowOf('lisinopril').click();
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.getByText('You say: Stopped').waitFor({ state: 'detached' });
  });

  test('one box finds it, by word and by time', async () => {
    await to('/records');
    await page.getByLabel('Find').fill('ferritin 2023');
    await page.locator('.record-row', { hasText: '11 ng/mL' }).waitFor();
    const found = await page.locator('.record-row').allInnerTexts();
    expect(found.map((text) => /\d{4}/.exec(text)?.[0])).toEqual(['2023', '2023']);
    await page.getByLabel('Find').fill('zebra');
    await page.getByText('Nothing fits.').waitFor();
  });
});

describe('pictures and papers', () => {
  const choose = async (files: Record<string, Uint8Array>) => {
    const paths = Object.entries(files).map(([name, bytes]) => {
      const path = join(made.dir, name);
      writeFileSync(path, bytes);
      return path;
    });
    await to('/add');
    await page.locator('.drop').waitFor();
    await page.locator('input[type=file]').first().setInputFiles(paths);
  };

  test('a study is seen picture by picture, in the window that one wants', async () => {
    await person('Zofia');
    const window = { WindowCenter: '-1000', WindowWidth: '200' };
    await choose({ 'one.dcm': ctImage(1, 1, window, 64), 'two.dcm': ctImage(1, 2, window, 64) });
    await page.locator('article .chip.good').first().waitFor({ timeout: 60_000 });
    await to('/records/images');
    await rowOf('CT of the chest').click();
    const pictures = page.getByRole('region', { name: 'Pictures' });
    const picture = pictures.locator('img');
    await picture.waitFor();
    await pictures.getByText('64 × 64 pixels · window −1,000 / 200').waitFor();
    expect(await picture.evaluate('document.querySelector(".study-picture img").naturalWidth')).toBe(64);
    await pictures.getByText('Picture 1 of 2', { exact: true }).waitFor();
    await pictures.getByRole('button', { name: 'Later' }).first().click();
    await pictures.getByText('Picture 2 of 2', { exact: true }).waitFor();
    const before = await picture.getAttribute('src');
    await pictures.getByLabel('Contrast').fill('40');
    await pictures.getByText('window −1,000 / 40').waitFor();
    await expect.poll(() => picture.getAttribute('src')).not.toBe(before);
  });

  test('a PDF waits for what it is, and is saved again byte for byte', async () => {
    const pdf = Buffer.from(`%PDF-1.4\n${'% a letter\n'.repeat(200)}%%EOF\n`);
    await choose({ 'scan_17.pdf': pdf });
    const card = page.getByRole('article', { name: 'What is this? scan_17.pdf' });
    await card.getByLabel('When it was written').fill('March');
    await card.getByRole('button', { name: 'Take it in' }).click();
    await card.getByRole('alert').waitFor();
    await card.getByLabel('When it was written').fill('2024-03');
    await card.getByLabel('Name').fill('Discharge letter');
    await card.getByLabel('By whom').fill('Dr Nowak');
    await card.getByRole('button', { name: 'Take it in' }).click();
    await card.waitFor({ state: 'detached' });
    await done('scan_17.pdf');
    await to('/records/documents');
    await rowOf('Discharge letter').click();
    await page.getByText('Mar 2024').first().waitFor();
    await page.getByText('Dr Nowak').first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save', exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('Discharge letter.pdf');
    const path = join(made.dir, 'saved.pdf');
    await download.saveAs(path);
    expect(readFileSync(path).equals(pdf)).toBe(true);
  });

  test('a C-CDA document stands with its parts, each medicine by its name', async () => {
    await person('Isabella');
    const xml = readFileSync(new URL('../../data/records/ccda/CCD1.xml', import.meta.url));
    await bring('CCD1.xml', xml);
    await done('CCD1.xml');
    // Names of substances as the document's own structured part tells them.
    const told = [...xml.toString().matchAll(/<manufacturedMaterial.*?displayName="([^"]+)"/gs)].map(
      ([, name]) => name,
    );
    expect(told.length).toBeGreaterThan(0);
    await to('/records/medicines');
    await page.locator('.record-row').first().waitFor();
    const shown = (await page.locator('.record-group').allInnerTexts()).join('\n').toLowerCase();
    await to('/records/vaccinations');
    await page.locator('.record-row').first().waitFor();
    const given = (await page.locator('.record-group').allInnerTexts()).join('\n').toLowerCase();
    const missing = told.filter((name) => !`${shown}\n${given}`.includes(name.toLowerCase()));
    expect(missing).toEqual([]);
  });
});

test('what is locked shows nothing', async () => {
  expect(faults).toEqual([]);
  await person('Patricia');
  await to('/records/allergies');
  await rowOf('Peanut').waitFor();
  await page.getByRole('button', { name: 'Lock' }).first().click();
  await page.locator('.frame').waitFor({ state: 'detached' });
  expect(await page.evaluate('document.body.innerText')).not.toMatch(/Peanut|Records/);
});
