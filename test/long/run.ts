// The long proofs: `npm run long [name…]`. Each writes what it found, with seed and date, into test/long/results.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REPOSITORY, workFolder } from '@hale/testkit/hale-process';
import { judgeSignatures } from '@hale/testkit/spoilt-signatures';
import { nativePrimitives } from '../../packages/home/src/relay/native.ts';
import { createVerifier } from '../../packages/home/src/relay/verify.ts';
import { measure, pageOf } from './classify.ts';
import { emergencyLockers } from './emergency-lockers.ts';
import { fuzzImports } from './fuzz-imports.ts';
import { killLoop } from './kill9.ts';
import { compareFilters } from './relay-filters.ts';
import { mixedLoad } from './relay-mixed.ts';
import { SIGNALS } from './simulated-vaults.ts';

const RESULTS = join(dirname(fileURLToPath(import.meta.url)), 'results');
const seed = Number(process.env.HALE_SEED ?? Math.floor(Date.now() / 1000));

const machine = () =>
  `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}`;

function write(name: string, title: string, lines: string[]): void {
  mkdirSync(RESULTS, { recursive: true });
  const head = [
    `# ${title}`,
    '',
    `Written by \`npm run long ${name}\` on ${new Date().toISOString().slice(0, 10)}, seed ${seed}. ${machine()}.`,
    '',
  ];
  writeFileSync(join(RESULTS, `${name}.md`), `${[...head, ...lines].join('\n')}\n`);
}

async function kill9(): Promise<boolean> {
  const folder = workFolder('long-kill9');
  const began = Date.now();
  let proved = false;
  try {
    const report = await killLoop({
      dir: folder.dir,
      kills: Number(process.env.HALE_KILLS ?? 200),
      seed,
      deepEvery: 20,
      say: (line) => console.log(new Date().toISOString().slice(11, 19), line),
    });
    const { problems, found, searched } = report;
    write('kill9', 'kill -9 in a loop', [
      `${report.kills} kills at random moments under load, ${Math.round((Date.now() - began) / 1000)} s in all.`,
      '',
      '| what | how many |',
      '|---|---|',
      `| samples acknowledged | ${report.acknowledgedSamples} |`,
      `| HTTP deliveries acknowledged | ${report.deliveries} |`,
      `| imports acknowledged | ${report.imports} |`,
      `| grants made and acknowledged | ${report.grantsShared} |`,
      `| grants revoked and acknowledged | ${report.grantsRevoked} |`,
      `| publications to the relay acknowledged | ${report.syncs} |`,
      ...Object.entries(report.killedDuring).map(
        ([what, count]) => `| kills while this was under way: ${what} | ${count} |`,
      ),
      `| longest start after a kill, ms | ${report.startMillisMax} |`,
      `| \`hale check --deep\` without a finding | ${report.deepChecks} |`,
      '',
      'After every kill the disk was copied as it lay: SQLite’s integrity check, every acknowledged sample with its last acknowledged value, no sample that was never sent, every acknowledged grant active or ended. At the end a reader of the links saw the same, and so did a vault restored from the relay.',
      '',
      problems.length === 0
        ? '**Nothing acknowledged was lost; no problem was found.**'
        : `**${problems.length} problems:**`,
      ...problems.map((problem) => `- ${problem}`),
      '',
      `Home directory, write-ahead log and temporary folder as the last kill left them: ${searched.files} files, ${searched.bytes} bytes, searched for ${searched.needles} byte strings (names, kinds, LOINC codes, units, credentials, words, secret keys, link keys as text; values and times as text, int32, float32 and float64; npubs in bech32, hex, raw bytes and base64).`,
      found.length === 0
        ? '**None was found**, apart from the npubs in what a person publishes under her own name and in the wraps she sends (kinds 10050, 11981, 1059), which stand in the store as on any relay.'
        : '**Found:**',
      ...found.map((each) => `- ${each}`),
    ]);
    proved = problems.length === 0 && found.length === 0;
    return proved;
  } finally {
    // What failed is kept to be looked at.
    if (proved) folder.remove();
    else console.log(`kept: ${folder.dir}`);
  }
}

async function classifier(): Promise<boolean> {
  // Hundreds of small vaults: on a disk they would measure its fsync.
  if (existsSync('/dev/shm')) process.env.TMPDIR = '/dev/shm';
  const kinds = SIGNALS.map(({ kind }) => kind);
  const measured = await measure({
    kinds,
    training: Number(process.env.HALE_VAULTS ?? 10),
    tested: 5,
    homes: 6,
    seed,
    say: (line) => console.log(line),
  });
  writeFileSync(join(REPOSITORY, 'docs/threat-model-measured.md'), pageOf(measured, seed, machine()));
  return true;
}

/** DESIGN §8: verification by recovery, held against WASM. */
async function signatures(): Promise<boolean> {
  const cases = Number(process.env.HALE_CASES ?? 1_000_000);
  const native = createVerifier();
  const wasm = createVerifier({ native: false });
  const from = Date.now();
  const { good, problem } = judgeSignatures(
    `long ${seed}`,
    cases,
    nativePrimitives(),
    native.schnorrVerify,
    wasm.schnorrVerify,
  );
  const seconds = Math.round((Date.now() - from) / 1000);
  write('signatures', 'Native signature verification beside WASM', [
    `${cases} signatures, ${good} good and the others with one bit flipped in signature, message or key; ${native.which()} beside ${wasm.which()}; ${seconds} s.`,
    '',
    problem === null ? 'Every verdict was right and the same.' : `**${problem}.**`,
  ]);
  return problem === null;
}

/** Every importer fed with changed files (issue 3, bad input). */
async function imports(): Promise<boolean> {
  const shared = process.env.HALE_TELEMETRY ?? join(REPOSITORY, '../shared/data/telemetry');
  const folders = [join(REPOSITORY, 'test/data/telemetry'), ...(existsSync(shared) ? [shared] : [])];
  const seconds = Number(process.env.HALE_SECONDS ?? 600);
  const found = await fuzzImports(folders, seconds, seed, (line) => console.log(line));
  const rows = (counts: Map<string, number>) => [...counts].sort().map(([name, count]) => `| ${name} | ${count} |`);
  write('imports', 'Importers beside changed files', [
    `${found.cases} cases made of ${found.files} files in ${seconds} s; ${found.samples} samples taken in; the slowest case ${Math.round(found.slowestMillis)} ms; at most ${Math.round(found.memoryMaxBytes / 2 ** 20)} MB.`,
    '',
    '| claimed by | cases |',
    '|---|---|',
    ...rows(found.formats),
    '',
    '| ended in a clear error | cases |',
    '|---|---|',
    ...rows(found.refused),
    '',
    found.problems.length === 0
      ? 'No other error, no hang.'
      : found.problems.map((problem) => `- **${problem}**`).join('\n'),
  ]);
  return found.problems.length === 0;
}

/** The relay's questions beside a dumb filter (issue 5, done when 3). */
async function relayFilters(): Promise<boolean> {
  const from = Date.now();
  const found = compareFilters(Number(process.env.HALE_CASES ?? 1_000_000), seed, (line) => console.log(line));
  write('relay-filters', 'The relay’s filters beside a dumb one', [
    `${found.questions} random questions (${found.counts} of them counts) to ${found.stores} stores of random events, by members, readers, addressees and strangers of a private relay; ${found.pairs} pairs of an event and a filter decided by both sides; ${found.served} events served, ${found.live} delivered live; ${Math.round((Date.now() - from) / 1000)} s.`,
    '',
    found.problems.length === 0
      ? 'The same events in the same order, every byte as it was stored; the same counts; live the same subscriptions.'
      : found.problems.map((problem) => `- **${problem}**`).join('\n'),
  ]);
  return found.problems.length === 0;
}

/** A relay in its own process under mixed load and kills, beside a model (issue 5, done when 4). */
async function relayMixed(): Promise<boolean> {
  const folder = workFolder('long-relay-mixed');
  const found = await mixedLoad(folder.dir, Number(process.env.HALE_SECONDS ?? 1_800), seed, (line) =>
    console.log(new Date().toISOString().slice(11, 19), line),
  );
  write('relay-mixed', 'A relay under mixed load and kills', [
    `${found.seconds} s; four groups of authors, each with its own connection, write, read, delete, vanish and let events expire while the relay is killed at random moments.`,
    '',
    '| what | how many |',
    '|---|---|',
    `| kills (SIGKILL) | ${found.kills} |`,
    `| events acknowledged and new | ${found.acknowledged} |`,
    `| events refused, as the model said | ${found.refused} |`,
    `| requests for deletion, to vanish | ${found.deletions}, ${found.vanished} |`,
    `| questions, each answered as the model said | ${found.reads} |`,
    `| events heard live, each once | ${found.live} |`,
    `| events that a kill left unanswered, of these on the disk | ${found.unanswered}, ${found.unansweredStored} |`,
    `| events on the disk at the end, row by row as in the model | ${found.heldAtTheEnd} |`,
    '',
    found.problems.length === 0
      ? '**Model and disk are equal; nothing acknowledged was lost, nothing deleted came back.**'
      : found.problems.map((problem) => `- **${problem}**`).join('\n'),
  ]);
  if (found.problems.length === 0) folder.remove();
  else console.log(`kept: ${folder.dir}`);
  return found.problems.length === 0;
}

/** Emergency lockers of a relay that is killed (issue 7). */
async function lockers(): Promise<boolean> {
  const folder = workFolder('long-emergency-lockers');
  const from = Date.now();
  const found = await emergencyLockers({
    ...{ dir: folder.dir, kills: Number(process.env.HALE_KILLS ?? 10_000), seed },
    seconds: Number(process.env.HALE_SECONDS ?? 120),
    say: (line) => console.log(new Date().toISOString().slice(11, 19), line),
  });
  write('emergency-lockers', 'Emergency lockers of a relay that is killed', [
    `${Math.round((Date.now() - from) / 1000)} s; five lockers at a time are armed, opened, ended and closed by their clients while the relay is killed at random moments and started again on the same folder.`,
    '',
    '| what | how many |',
    '|---|---|',
    `| kills (SIGKILL) | ${found.kills} |`,
    `| lockers made | ${found.lockers} |`,
    `| rounds armed | ${found.armed} |`,
    `| openings | ${found.opened} |`,
    `| the same opener again, within his hours | ${found.again} |`,
    `| openings ended, lockers closed | ${found.ended}, ${found.closed} |`,
    `| wrong PINs | ${found.wrongPins} |`,
    `| clients whom a kill left without an answer; openings and rounds of theirs on the disk | ${found.unanswered}, ${found.unansweredKept} |`,
    `| openings on the disk at the end, each with its notices once | ${found.notices} |`,
    '',
    'After each kill the database as it lay, and then the relay that was started on it: every acknowledged locker, round, opening, end, close and wrong PIN is there; each opening has its statement and one whole set of notices, and no round more than four; ended ones are not let in, closed ones give nothing and hold nothing.',
    '',
    found.problems.length === 0
      ? '**Nothing acknowledged was lost, nothing was given twice.**'
      : found.problems.map((problem) => `- **${problem}**`).join('\n'),
  ]);
  if (found.problems.length === 0) folder.remove();
  else console.log(`kept: ${folder.dir}`);
  return found.problems.length === 0;
}

const PROOFS: Record<string, () => Promise<boolean>> = {
  kill9,
  classifier,
  signatures,
  imports,
  'relay-filters': relayFilters,
  'relay-mixed': relayMixed,
  'emergency-lockers': lockers,
};

const wanted = process.argv.slice(2);
let failed = false;
for (const [name, prove] of Object.entries(PROOFS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`${name} (seed ${seed})`);
  const proved = await prove();
  console.log(
    `${name}: ${proved ? 'holds' : 'FAILED'}, see ${name === 'classifier' ? 'docs/threat-model-measured.md' : `test/long/results/${name}.md`}`,
  );
  failed ||= !proved;
}
process.exitCode = failed ? 1 : 0;
