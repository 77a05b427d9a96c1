// A fuzzer over every importer: real files changed in every way, each a clear error or a part that is good; never another error, a hang or growth.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HaleError } from '@hale/kernel';
import { noteNumber } from '@hale/vault';
import {
  type ByteSource,
  detect,
  type ImportItem,
  isZip,
  open,
  type SourceFolder,
  sourcesIn,
  zipFolder,
} from '@hale/vault/import';
import { importTools } from '../../packages/home/src/import-sources.ts';
import { writtenSamples } from './written-samples.ts';

export interface FuzzReport {
  seconds: number;
  cases: number;
  files: number;
  /** By format: cases that it claimed. */
  formats: Map<string, number>;
  /** Cases that ended in a clear error, by code. */
  refused: Map<string, number>;
  samples: number;
  slowestMillis: number;
  memoryMaxBytes: number;
  problems: string[];
}

const MILLIS_MAX = 20_000;
const FILE_BYTES_MAX = 4_000_000;
const PROBLEMS_MAX = 20;

/** xorshift32: the same seed, the same run. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() && statSync(path).size <= FILE_BYTES_MAX && !/\.(md|expected\.json)$/i.test(path)
      ? [path]
      : [];
  });
}

const NUMBERS = [
  '-1',
  '0',
  '1e400',
  '99999999999999999999',
  'NaN',
  '',
  '"',
  '\u0000',
  '0x10',
  '2147483648',
  '-0',
  '1,5',
];

/** One to eight changes: bits, bytes, cuts, repetitions, other files' pieces, digits, extreme fields. */
function changed(original: Uint8Array, other: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(original);
  for (let n = 1 + random(8); n > 0; n--) {
    const at = random(Math.max(1, bytes.length));
    const length = 1 + random(Math.min(64, Math.max(1, bytes.length - at)));
    const cut = (from: number, to: number, between: Uint8Array) =>
      new Uint8Array([...bytes.subarray(0, from), ...between, ...bytes.subarray(to)]);
    switch (random(8)) {
      case 0:
        bytes[at] ^= 1 << random(8);
        break;
      case 1:
        bytes.fill([0, 0xff, 0x7f, 0x80][random(4)], at, at + length);
        break;
      case 2:
        bytes = bytes.slice(0, at);
        break;
      case 3:
        bytes = cut(at, at + length, new Uint8Array(0));
        break;
      case 4:
        bytes = cut(at, at, bytes.subarray(at, at + length));
        break;
      case 5: {
        const from = random(Math.max(1, other.length));
        bytes = cut(at, at + length, other.subarray(from, from + length));
        break;
      }
      case 6:
        bytes = cut(at, at + length, Buffer.from(NUMBERS[random(NUMBERS.length)]));
        break;
      default:
        for (let i = at; i < Math.min(bytes.length, at + 400); i++)
          if (bytes[i] >= 0x30 && bytes[i] <= 0x39 && random(6) === 0) bytes[i] = 0x30 + random(10);
    }
  }
  return bytes;
}

function folderOf(path: string, bytes: Uint8Array): { source: ByteSource; folder: SourceFolder } {
  const dir = join(path, '..');
  const name = path.slice(dir.length + 1);
  const memory = (own: string, content: Uint8Array): ByteSource => ({
    name: own,
    sizeBytes: content.length,
    read: async (offset, length) => content.subarray(offset, offset + Math.min(length, 1024 * 1024)),
  });
  const source = memory(name, bytes);
  const find = (wanted: string): ByteSource | null => {
    if (wanted === name) return source;
    const sister = join(dir, wanted);
    return wanted !== '' && !wanted.includes('/') && statSync(sister, { throwIfNoEntry: false })?.isFile()
      ? memory(wanted, readFileSync(sister))
      : null;
  };
  return { source, folder: { list: () => [source], find } };
}

async function takeIn(report: FuzzReport, source: ByteSource, folder: SourceFolder): Promise<void> {
  if (await isZip(source)) {
    const inside = await zipFolder(source, importTools);
    for (const { source: one } of await sourcesIn(inside)) await takeIn(report, one, inside);
    return;
  }
  const format = (await detect(source, folder)) ?? 'none';
  report.formats.set(format, (report.formats.get(format) ?? 0) + 1);
  const options = { zoneMinutes: 60, startMicros: 1.7e15, endMicros: 1.8e15, tools: importTools };
  const opened = await open(source, folder, options);
  const known = new Set(opened.series.map(({ key }) => key));
  let before = 0;
  for await (const item of opened.chunks(0)) {
    if (item.type === 'series') known.add(item.series.key);
    if (item.type !== 'samples') continue;
    report.samples += item.times.length;
    checkChunk(item, known, before, opened.endPosition);
    before = item.position;
  }
}

/** What the vault relies on, whatever the bytes were. @throws Error with what is not so */
function checkChunk(
  { series, times, values, texts, position }: Extract<ImportItem, { type: 'samples' }>,
  known: ReadonlySet<string>,
  before: number,
  end: number,
): void {
  const wrong = (what: string): never => {
    throw new Error(`${what}, series ${series} at ${position}`);
  };
  if (!known.has(series)) wrong('samples of a series that was not described');
  if (times.length !== values.length) wrong('more times than values, or fewer');
  if (!times.every((time) => Number.isSafeInteger(time))) wrong('a time that is no whole microsecond');
  if (!(position >= before && position <= end)) wrong(`a position outside of ${before} to ${end}`);
  const numbers = texts && new Set([0, ...texts.map(noteNumber)]);
  if (numbers && !values.every((value) => numbers.has(value))) wrong('a note without its text');
}

/** @param seconds of real time; ends earlier only when too much was found */
export async function fuzzImports(
  folders: readonly string[],
  seconds: number,
  seed: number,
  say: (line: string) => void,
): Promise<FuzzReport> {
  const written = writtenSamples();
  const read = folders.flatMap(filesBelow);
  const files = [...read, ...written.keys()];
  const groups = [...Map.groupBy(files, (path) => /(?:telemetry|written)\/([^/]+)/.exec(path)?.[1] ?? '').values()];
  const originals = new Map([...read.map((path) => [path, new Uint8Array(readFileSync(path))] as const), ...written]);
  const report: FuzzReport = {
    seconds,
    cases: 0,
    files: files.length,
    formats: new Map(),
    refused: new Map(),
    samples: 0,
    slowestMillis: 0,
    memoryMaxBytes: 0,
    problems: [],
  };
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end && report.problems.length < PROBLEMS_MAX) {
    const random = randomOf(seed + report.cases * 7919);
    // Formats with few files are as dear as those with hundreds.
    const group = groups[random(groups.length)];
    const path = group[random(group.length)];
    const other = files[random(files.length)];
    const { source, folder } = folderOf(
      path,
      changed(originals.get(path) as Uint8Array, originals.get(other) as Uint8Array, random),
    );
    const began = performance.now();
    try {
      await takeIn(report, source, folder);
    } catch (error) {
      if (error instanceof HaleError) report.refused.set(error.code, (report.refused.get(error.code) ?? 0) + 1);
      else report.problems.push(`case ${report.cases} (${path}): ${(error as Error).stack?.slice(0, 600)}`);
    }
    const took = performance.now() - began;
    if (took > MILLIS_MAX) report.problems.push(`case ${report.cases} (${path}) took ${Math.round(took)} ms`);
    report.slowestMillis = Math.max(report.slowestMillis, took);
    report.memoryMaxBytes = Math.max(report.memoryMaxBytes, process.memoryUsage().rss);
    if (++report.cases % 2000 === 0) say(`${report.cases} cases`);
  }
  return report;
}
