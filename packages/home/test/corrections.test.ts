// Corrections: asked, answered by what a hospital sends or by paper, late, refused, disagreed; the record itself never changes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pdfText } from '@hale/testkit/pdf-text';
import { loadChecker } from '@hale/vault/records/check';
import { CORRECTION_STATES, deadlineOf } from '@hale/vault/records/corrections';
import { afterEach, describe, expect, test } from 'vitest';
import type { Home } from '../src/home.ts';
import {
  correctionAnswer,
  correctionAskFor,
  correctionDisagree,
  correctionExport,
  correctionLetterFor,
  corrections,
} from '../src/operations/corrections.ts';
import { importFiles } from '../src/operations/import.ts';
import { record } from '../src/operations/records.ts';
import { bringRecords, context, recordNamed } from './emergency-people.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const GUIDE = 'http://hl7.org/fhir/uv/patient-corrections/CodeSystem';
const micros = (iso: string) => Date.parse(iso) * 1000;
const clock = { now: micros('2026-01-31T10:00:00Z') };

async function patient(): Promise<{ home: Home; asthma: string }> {
  clock.now = micros('2026-01-31T10:00:00Z');
  const home = homes.make({ nowMicros: () => clock.now });
  await bringRecords(home);
  return { home, asthma: recordNamed(home, 'Asthma') };
}

const ASK = { text: 'It was bronchitis, not asthma.', to: 'City hospital' };

async function bring(home: Home, resources: object[]): Promise<void> {
  const file = join(home.dir, 'answer.json');
  writeFileSync(
    file,
    JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) }),
  );
  await importFiles(context(home), { files: [file] });
}

/** What a hospital that follows the guide sends back: its copy of the ask, and a task that names it. */
function answerOf(sent: { identifier: unknown }, status: string, more: object = {}): object[] {
  return [
    { ...sent, id: 'c-77', subject: { reference: 'Patient/p' }, payload: [{ contentString: 'as you wrote' }] },
    {
      ...{
        resourceType: 'Task',
        id: `t-${status}`,
        status: 'in-progress',
        intent: 'order',
        for: { reference: 'Patient/p' },
      },
      businessStatus: { coding: [{ system: `${GUIDE}/PatientCorrectionBusinessStatus`, code: status }] },
      code: { coding: [{ system: `${GUIDE}/PatientCorrectionTaskTypes`, code: 'medRecCxReq' }] },
      authoredOn: '2026-02-02T10:00:00Z',
      input: [{ type: { text: 'request' }, valueReference: { reference: 'Communication/c-77' } }],
      ...more,
    },
  ];
}

describe('a correction', () => {
  test('is asked beside the record, which stays as it was, and is late when the law says so', async () => {
    const { home, asthma } = await patient();
    const before = await record(context(home), { record: asthma });
    const asked = await correctionAskFor(context(home), { record: asthma, ...ASK, place: 'DE' });
    expect(asked).toMatchObject({
      of: asthma,
      title: 'Asthma',
      state: 'asked',
      isLate: false,
      // What was not sent owes nobody an answer.
      ...{ sentMicros: null, answerByMicros: null },
      text: ASK.text,
    });
    const sent = await correctionAnswer(context(home), { correction: asked.id, state: 'sent' });
    expect(sent).toMatchObject({ state: 'sent', rule: 'GDPR', answers: [], isDecided: false });
    expect(sent.answerByMicros).toBe(micros('2026-02-28T10:00:00Z'));
    expect(sent.extendedToMicros).toBe(micros('2026-04-30T10:00:00Z'));
    expect(() => correctionAnswer(context(home), { correction: asked.id, state: 'sent' })).toThrow('noted already');
    const after = await record(context(home), { record: asthma });
    expect(after.resource).toEqual(before.resource);
    expect(() => correctionAskFor(context(home), { record: asthma, ...ASK })).toThrow('not decided yet');
    expect(() => correctionAskFor(context(home), { record: asked.id, ...ASK })).toThrow('your own');
    expect(() => correctionAskFor(context(home), { record: asthma, text: ' ' })).toThrow();
    clock.now = micros('2026-02-28T10:00:01Z');
    expect(await corrections(context(home), {})).toMatchObject([{ id: asked.id, isLate: true }]);
  });

  test('is answered by what the hospital sends: found by the number of the ask, the newest counts, in any order', async () => {
    const { home, asthma } = await patient();
    const { id } = await correctionAskFor(context(home), { record: asthma, ...ASK, place: 'US' });
    const sent = home.records.read(home.vault.subject(undefined).id, id).resource as unknown as { identifier: unknown };
    const denied = {
      authoredOn: '2026-03-01T10:00:00Z',
      lastModified: '2026-03-01T10:00:00Z',
      output: [{ type: { text: 'resolution' }, valueString: 'Spirometry of 2019 shows it.' }],
    };
    await bring(home, answerOf(sent, 'denied', denied));
    await bring(home, answerOf(sent, 'in-review'));
    const [found] = await corrections(context(home), {});
    expect(found).toMatchObject({
      id,
      state: 'denied',
      isDecided: true,
      stateMicros: micros('2026-03-01T10:00:00Z'),
      text: ASK.text,
    });
    expect(found.answers.map(({ state, text }) => [state, text])).toEqual([
      ['in-review', ''],
      ['denied', 'Spirometry of 2019 shows it.'],
    ]);
  });

  test('of another is not touched by an answer that names it not', async () => {
    const { home, asthma } = await patient();
    await correctionAskFor(context(home), { record: asthma, ...ASK });
    const other = {
      resourceType: 'Communication',
      status: 'completed',
      identifier: [{ value: 'urn:uuid:0d7f2a0e-0000-4000-8000-000000000000' }],
    };
    await bring(home, answerOf(other, 'accepted'));
    expect(await corrections(context(home), {})).toMatchObject([{ state: 'asked', answers: [] }]);
  });

  test('on paper: each state can be noted; only a refusal can be disagreed with, once, and that stands beside the record', async () => {
    const { home, asthma } = await patient();
    const { id: correction } = await correctionAskFor(context(home), { record: asthma, ...ASK });
    const answer = (state: (typeof CORRECTION_STATES)[number], at: string) =>
      correctionAnswer(context(home), { correction, state, at });
    expect(() => correctionDisagree(context(home), { correction, text: 'No.' })).toThrow('there is none yet');
    expect(() => answer('asked', '2026-02-01T10:00:00Z')).toThrow('an answer is one of');
    expect(() => answer('denied', '2026-01-01T10:00:00Z')).toThrow('older');
    clock.now = micros('2026-03-01T10:00:00Z');
    for (const [day, state] of CORRECTION_STATES.slice(1).entries())
      expect(await answer(state, `2026-02-${String(day + 1).padStart(2, '0')}T10:00:00Z`)).toMatchObject({ state });
    await correctionAnswer(context(home), { correction, state: 'denied', text: 'We see no fault.' });
    const disagreed = await correctionDisagree(context(home), { correction, text: 'The test was of another person.' });
    expect(disagreed).toMatchObject({ state: 'denied', disagreement: { text: 'The test was of another person.' } });
    expect(() => correctionDisagree(context(home), { correction, text: 'Again.' })).toThrow('already');
    const me = home.vault.subject(undefined).id;
    const beside = home.records
      .overlays(me, asthma)
      .map(({ id }) => JSON.stringify(home.records.read(me, id).resource));
    expect(beside.some((text) => text.includes('The test was of another person.'))).toBe(true);
    // A home that begins anew knows all of it: it lies among the records.
    const again = await homes.reopen(home, { nowMicros: () => clock.now });
    expect(await corrections(context(again), {})).toEqual([disagreed]);
  });

  test('goes out as a bundle that FHIR takes and as a letter', async () => {
    const { home, asthma } = await patient();
    const { id: correction } = await correctionAskFor(context(home), { record: asthma, ...ASK, place: 'US' });
    const { files } = await correctionExport(context(home), { correction, to: join(home.dir, 'letter') });
    const bundle = JSON.parse(readFileSync(files[0], 'utf8'));
    const saved = await correctionLetterFor(context(home), { correction });
    expect(JSON.parse(saved.bundle).entry).toHaveLength(bundle.entry.length);
    expect(pdfText(Buffer.from(saved.pdf, 'base64'))).toEqual(pdfText(readFileSync(files[1])));
    expect(bundle).toMatchObject({
      type: 'collection',
      entry: [{ resource: { resourceType: 'Communication' } }, { resource: { resourceType: 'Condition' } }],
    });
    const [message, about] = bundle.entry;
    expect(message.resource.payload).toEqual([
      { contentString: ASK.text },
      { contentReference: { reference: about.fullUrl, display: 'Asthma' } },
    ]);
    const checker = await loadChecker();
    const errors = checker.check(bundle).filter(({ severity }) => severity === 'error');
    expect(errors).toEqual([]);
    const [page] = pdfText(readFileSync(files[1]));
    for (const text of [
      'City hospital',
      'Ana Sanchez',
      'Asthma (Condition)',
      ASK.text,
      '45 CFR 164.526',
      'by 2026-04-01',
    ])
      expect(page.replaceAll(/\s+/g, ' ')).toContain(text);
  });
});

test('deadlines: sixty days and thirty more; one month and two more, by the calendar; none where the law is not known', () => {
  const days = (from: string, place: string) => {
    const found = deadlineOf(place, micros(`${from}T12:00:00Z`));
    return found && [found.answerBy, found.extendedTo].map((at) => new Date(at / 1000).toISOString().slice(0, 10));
  };
  expect(days('2026-01-31', 'US')).toEqual(['2026-04-01', '2026-05-01']);
  expect(days('2026-01-31', 'PL')).toEqual(['2026-02-28', '2026-04-30']);
  expect(days('2028-01-30', 'EU')).toEqual(['2028-02-29', '2028-04-30']);
  expect(days('2026-11-15', 'GB')).toEqual(['2026-12-15', '2027-02-15']);
  expect([days('2026-01-01', ''), days('2026-01-01', 'JP')]).toEqual([null, null]);
});
