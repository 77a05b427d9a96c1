// How long a hospital's bundle takes from the file to sealed records, and what else is asked of records.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Home } from '@hale/home';
import { OPERATIONS } from '../packages/home/src/operations/index.ts';
import { openHome } from './home.ts';
import { temporaryDirectory } from './node.ts';
import { type Bench, type Finding, millis } from './report.ts';

const BUNDLE = 'Helena_Willms_6b12b22d-6dc2-486c-9526-8ac8524f6402.json.gz';
const ROUNDS = 5;
const IMPORT_MILLIS = 1_500;
/** A record of a long life: forty bundles of 474 resources. */
const MANY = 40;

const contextOf = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });

function bundleText(): string {
  const path = fileURLToPath(new URL(`../test/data/fhir/synthea/${BUNDLE}`, import.meta.url));
  return gunzipSync(readFileSync(path)).toString();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];

async function importOnce(file: string): Promise<{ whole: number; records: number }> {
  const home = await openHome();
  let records = 0;
  const whole = await timed(async () => {
    const [report] = await OPERATIONS.import(contextOf(home), { files: [file] });
    records = report.records?.counts.added ?? 0;
  });
  await home.close();
  rmSync(home.dir, { recursive: true, force: true });
  return { whole, records };
}

/** As another person's life would be: every id another, so that nothing is known already. */
const renamed = (text: string, n: number): string =>
  text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/g, (_, rest: string) =>
    n.toString(16).padStart(8, '0').concat(rest),
  );

async function manyRecords(text: string, dir: string): Promise<Finding[]> {
  const home = await openHome();
  for (let n = 1; n <= MANY; n++) {
    const file = join(dir, `${n}.json`);
    writeFileSync(file, renamed(text, n));
    await OPERATIONS.import(contextOf(home), { files: [file], anyway: true });
  }
  const subject = home.vault.subject().id;
  const total = home.records.count(subject);
  const { records } = await OPERATIONS.records(contextOf(home), { category: 'results' });
  const list = median(
    await rounds(() => Promise.resolve(OPERATIONS.records(contextOf(home), { category: 'results' }))),
  );
  const one = median(
    await rounds(() => Promise.resolve(OPERATIONS.record(contextOf(home), { record: records[50].id }))),
  );
  const fold = median(
    await rounds(async () => {
      home.records.reload();
      home.records.count(subject);
    }),
  );
  await home.close();
  rmSync(home.dir, { recursive: true, force: true });
  const told = (what: string, found: number): Finding => ({
    what: `${what}, of ${total} records`,
    hale: millis(found),
    peer: '',
    ratio: '',
    target: '',
    isMet: null,
  });
  return [
    told('the newest hundred results', list),
    told('one record with origin, history and references', one),
    told('all logs opened after a start', fold),
  ];
}

async function rounds(work: () => Promise<unknown>): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < ROUNDS; i++) found.push(await timed(work));
  return found;
}

export const records: Bench = {
  name: 'records',
  run: async () => {
    const dir = join(temporaryDirectory(), 'bundles');
    mkdirSync(dir, { recursive: true });
    const text = bundleText();
    const file = join(dir, 'bundle.json');
    writeFileSync(file, text);
    const took: number[] = [];
    let count = 0;
    for (let i = 0; i < ROUNDS; i++) {
      const { whole, records: added } = await importOnce(file);
      took.push(whole);
      count = added;
    }
    const whole = median(took);
    return {
      title: 'Health records taken in and shown',
      findings: [
        {
          what: `a Synthea bundle of ${(text.length / 1e6).toFixed(1)} MB, ${count} records, sealed`,
          hale: millis(whole),
          peer: '',
          ratio: '',
          target: `< ${millis(IMPORT_MILLIS)}`,
          isMet: whole < IMPORT_MILLIS,
        },
        ...(await manyRecords(text, dir)),
      ],
      notes: [
        'Taken in: read twice (whose it is; then its resources), its bytes kept sealed, each resource compared with what is there, sealed and committed, and its observations taken in as series as well, summaries and signing included. Median of five fresh homes.',
        'No peer: none of those that were looked at seals what it takes in.',
      ],
    };
  },
};
