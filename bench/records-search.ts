// How long does a question to the health records take, and is the answer right? Beside Medplum's FHIR router over its repository in memory.
import type { RecordEntry } from '@hale/vault/records';
import { findInBox, parseBox, RecordIndex, searchParameters, searchRecords } from '@hale/vault/records/search';
import { medplumWith } from './medplum-search.ts';
import { type Bench, bytes, type Finding, median, millis, times } from './report.ts';

const ROUNDS = 15;
const SMALL = 2_000;
const LARGE = 200_000;
const SMALL_MILLIS = 5;
const LARGE_MILLIS = 30;
const NOW = Date.UTC(2026, 10, 29) * 1000;
const START_SECONDS = 1_200_000_000;
const APART_SECONDS = 2_000;
const TESTS = ['Ferritin', 'Hemoglobin', 'Body Height', 'Body Weight', 'Glucose', 'Cholesterol', 'Platelets', 'Sodium'];
const CODES = 400;
const VISITS = 20_000;

const secondsOf = (i: number) => START_SECONDS + i * APART_SECONDS;
const codeOf = (i: number) => `${1000 + (i % CODES)}-${i % 10}`;
const amountOf = (i: number) => ((i * 7_919) % 2_000) / 10;

function observation(i: number): { resourceType: string; [field: string]: unknown } {
  const name = `${TESTS[i % TESTS.length]} ${i % CODES}`;
  const category = i % 3 === 0 ? 'vital-signs' : 'laboratory';
  return {
    resourceType: 'Observation',
    id: `o${i}`,
    status: i % 7 === 0 ? 'amended' : 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: category }] }],
    code: { coding: [{ system: 'http://loinc.org', code: codeOf(i), display: name }], text: name },
    subject: { reference: 'Patient/p' },
    encounter: { reference: `Encounter/e${i % VISITS}` },
    effectiveDateTime: new Date(secondsOf(i) * 1000).toISOString(),
    valueQuantity: { value: amountOf(i), unit: 'mg/dL', system: 'http://unitsofmeasure.org', code: 'mg/dL' },
  };
}

const PATIENT = { resourceType: 'Patient', id: 'p', name: [{ family: 'Kowalska' }], birthDate: '1970-01-01' };

function entryOf(resource: { resourceType: string; id?: unknown; [field: string]: unknown }, i: number): RecordEntry {
  return {
    id: i.toString(16).padStart(16, '0'),
    type: resource.resourceType,
    revision: 1,
    revisions: 1,
    notes: [],
    category: resource.resourceType === 'Patient' ? 'people' : 'results',
    at: resource.resourceType === 'Patient' ? null : secondsOf(i) * 1e6,
    sources: [{ source: 's', localId: `${resource.resourceType}/${resource.id}`, at: NOW }],
    origin: 'imported',
    state: 'current',
    addedAt: NOW,
    changedAt: NOW,
    resource: resource as RecordEntry['resource'],
  };
}

async function indexOf(count: number): Promise<RecordIndex> {
  const index = new RecordIndex(await searchParameters());
  for (let at = 0; at < count; at += 500)
    index.put(Array.from({ length: Math.min(500, count - at) }, (_, i) => entryOf(observation(at + i), at + i)));
  index.put([entryOf(PATIENT, count)]);
  const patient = count.toString(16).padStart(16, '0');
  for (const _ of index.following((__, reference) => (reference === 'Patient/p' ? patient : null)));
  return index;
}

interface Question {
  what: string;
  query: string;
  /** Which of the observations it is right to find. */
  isMeant(i: number): boolean;
  /** It asks for the patient, and finds her where any is meant. */
  ofPatient?: true;
}

const QUESTIONS: readonly Question[] = [
  { what: 'token', query: 'Observation?code=http://loinc.org|1007-7', isMeant: (i) => codeOf(i) === '1007-7' },
  {
    what: 'date',
    query: 'Observation?date=ge2008-02&date=lt2008-03',
    isMeant: (i) => secondsOf(i) >= Date.UTC(2008, 1) / 1000 && secondsOf(i) < Date.UTC(2008, 2) / 1000,
  },
  {
    what: 'quantity, in another unit',
    query: 'Observation?value-quantity=gt1.5|http://unitsofmeasure.org|g/L',
    isMeant: (i) => amountOf(i) > 150,
  },
  {
    what: 'token, date and quantity',
    query: 'Observation?status=final&date=ge2008-02&value-quantity=lt50||mg/dL',
    isMeant: (i) => i % 7 !== 0 && secondsOf(i) >= Date.UTC(2008, 1) / 1000 && amountOf(i) < 50,
  },
  {
    what: '_has',
    query: 'Patient?_has:Observation:patient:code=1007-7',
    isMeant: (i) => codeOf(i) === '1007-7',
    ofPatient: true,
  },
];

function expected({ isMeant, ofPatient }: Question, count: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) if (isMeant(i)) total++;
  return ofPatient ? Math.min(1, total) : total;
}

async function timed(ask: () => number | Promise<number>, rounds: number): Promise<{ millis: number; total: number }> {
  const took: number[] = [];
  let total = 0;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    total = await ask();
    const { user, system } = process.cpuUsage(before);
    took.push((user + system) / 1000);
  }
  return { millis: median(took), total };
}

async function told(
  run: () => Promise<{ millis: number; total: number }>,
  right: number,
): Promise<{ text: string; millis: number | null; isRight: boolean }> {
  try {
    const { millis: took, total } = await run();
    return {
      text: `${millis(took)}${total === right ? '' : ` (wrong: ${total} of ${right})`}`,
      millis: took,
      isRight: total === right,
    };
  } catch {
    return { text: 'refuses', millis: null, isRight: false };
  }
}

async function finding(
  index: RecordIndex,
  question: Question,
  count: number,
  most: number,
  peer: ((query: string) => Promise<number>) | null,
): Promise<Finding> {
  const right = expected(question, count);
  const ask = () => searchRecords(index, question.query, { nowMicros: NOW }).total;
  const ours = await timed(ask, ROUNDS);
  const theirs = peer
    ? await told(() => timed(() => peer(question.query), 3), right)
    : { text: '–', millis: null, isRight: false };
  const isRight = ours.total === right;
  return {
    what: `${question.what}, over ${count.toLocaleString('en')}`,
    hale: `${millis(ours.millis)}${isRight ? '' : ` (wrong: ${ours.total} of ${right})`}`,
    peer: theirs.text,
    ratio: theirs.millis === null || !theirs.isRight ? '' : times(ours.millis / theirs.millis),
    target: `< ${most} ms, right`,
    isMet: isRight && ours.millis < most,
  };
}

async function boxFinding(index: RecordIndex, text: string): Promise<Finding> {
  const { millis: took } = await timed(() => findInBox(index, parseBox(text, NOW), { limit: 20 }).total, ROUNDS);
  return {
    what: `“${text}” in the box, over ${LARGE.toLocaleString('en')}`,
    hale: millis(took),
    peer: '–',
    ratio: '',
    target: `< ${LARGE_MILLIS} ms`,
    isMet: took < LARGE_MILLIS,
  };
}

function heldBytes(index: RecordIndex): number {
  const arrays = [...index.columns.values(), index.box].flatMap(({ keys, records, lo, hi, to }) => [
    keys,
    records,
    lo?.all,
    hi?.all,
    to,
  ]);
  return arrays.reduce((sum, array) => sum + (array?.byteLength ?? 0), 0);
}

export const recordsSearch: Bench = {
  name: 'records-search',
  run: async () => {
    const small = await indexOf(SMALL);
    const peer = await medplumWith([PATIENT, ...Array.from({ length: SMALL }, (_, i) => observation(i))]);
    const findings: Finding[] = [];
    for (const question of QUESTIONS) findings.push(await finding(small, question, SMALL, SMALL_MILLIS, peer));
    const before = process.cpuUsage();
    const large = await indexOf(LARGE);
    const { user, system } = process.cpuUsage(before);
    for (const question of QUESTIONS) findings.push(await finding(large, question, LARGE, LARGE_MILLIS, null));
    for (const text of ['ferritin', 'glucose 2012', 'blood test last year'])
      findings.push(await boxFinding(large, text));
    return {
      title: 'Health records searched',
      findings,
      notes: [
        `Made Observations with code, category, state, value in mg/dL, date, patient and visit; each answer is counted by a loop over all. Processor time, median of ${ROUNDS}.`,
        'Peer: @medplum/fhir-router 5.2.13 over its MemoryRepository with the definitions of R4, the same resources and queries, median of three.',
        `The index of ${LARGE.toLocaleString('en')}: ${bytes(heldBytes(large))} in columns, made in ${millis((user + system) / 1000)} (the resources made in it).`,
      ],
    };
  },
};
