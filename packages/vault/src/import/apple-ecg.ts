// An ECG of an Apple Watch, as Apple Health exports it: electrocardiograms/ecg_2024-01-01.csv, some lines about the recording, then one number a line.
// The words of these lines are in the phone's language, so that their form is looked at: a time, a rate in hertz, a lead, a unit.
// From the shape that is told of in public readers of this export, never seen on a real file.
import { fail } from '@hale/kernel';
import { codeFor, kindFor, NOTHING } from '../kinds.ts';
import { readAppleTime } from './apple-times.ts';
import { describeSeries } from './describe.ts';
import type { ImportFormat } from './format.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { NumberReader } from './numbers.ts';
import { RejectionLog } from './rejections.ts';
import { readFully } from './source.ts';
import type { ByteSource, ImportItem, OpenedImport, SeriesDescription } from './types.ts';
import { textOf } from './xml.ts';

const HEAD_BYTES = 4096;
const NEW_LINE = 0x0a;
/** Rates differ a little from recording to recording (511.9, 512.4): one series for all, its rhythm the usual one. */
const USUAL_HERTZ = 512;
const HERTZ_MAX = 10_000;
const STEP_MICROVOLTS = 0.001;
const INTEGER_END = 2 ** 31;
const UNITS: readonly [RegExp, number][] = [
  [/^[uµμ]V$/i, 1],
  [/^mV$/i, 1000],
];
/** Classifications in English and German; in other languages a note says that it was not read. */
const RHYTHMS: readonly [RegExp, string][] = [
  [/sinus\s*rh?yth?mus|sinus rhythm/i, 'sinus-rhythm'],
  [/atrial fibrillation|vorhofflimmern/i, 'atrial-fibrillation'],
  [/high heart rate|hohe herzfrequenz/i, 'high-heart-rate'],
  [/low heart rate|niedrige herzfrequenz/i, 'low-heart-rate'],
  [/inconclusive|nicht eindeutig|uneindeutig/i, 'inconclusive'],
  [/poor (recording|reading)|schlechte (aufzeichnung|messung)/i, 'poor-recording'],
];

interface Head {
  startMicros: number;
  hertz: number;
  lead: string;
  /** Microvolts of one of the file's units. */
  microvolts: number;
  decimalMark: '.' | ',';
  rhythm: string | null;
  /** First byte of the numbers. */
  dataStart: number;
}

/** Cells of a line: two, the second perhaps in quotes. */
function pair(line: string): [string, string] | null {
  const match = /^"?([^",;\t]*)"?[,;\t]\s*"?([^"]*)"?\s*$/.exec(line);
  return match ? [match[1].trim(), match[2].trim()] : null;
}

function parseHead(bytes: Uint8Array): Head | null {
  const found: Partial<Head> = { lead: 'unspecified', microvolts: 1, rhythm: null };
  let start = 0;
  for (let line = 0; line < IMPORT_LIMITS.appleEcgHeaderLines && start < bytes.length; line++) {
    let end = bytes.indexOf(NEW_LINE, start);
    if (end < 0) end = bytes.length;
    const text = textOf(bytes, start, end)
      .replace(/^\ufeff/, '')
      .trim();
    if (/^"?[-+]?\d[\d.,]*"?$/.test(text) && found.startMicros !== undefined && found.hertz !== undefined)
      return { decimalMark: text.includes(',') ? ',' : '.', ...found, dataStart: start } as Head;
    const cells = pair(text);
    if (cells) takeLine(found, cells[1]);
    start = end + 1;
  }
  return null;
}

function takeLine(found: Partial<Head>, value: string): void {
  const bytes = Uint8Array.from(value, (letter) => letter.charCodeAt(0) & 0xff);
  if (/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} [+-]\d{4}$/.test(value))
    found.startMicros ??= readAppleTime(bytes, 0, bytes.length);
  const rate = /^(\d+(?:[.,]\d+)?)\s*(?:hertz|hz|赫兹|ヘルツ|герц)/i.exec(value);
  if (rate) found.hertz ??= Number(rate[1].replace(',', '.'));
  const lead = /(?:^|\s)(I{1,3}|aV[RLF]|V[1-6])$/i.exec(value);
  if (lead && value.length < 24) found.lead = lead[1].toLowerCase();
  for (const [form, microvolts] of UNITS) if (form.test(value)) found.microvolts = microvolts;
  for (const [form, code] of RHYTHMS) if (form.test(value)) found.rhythm ??= code;
}

async function headOf(source: ByteSource): Promise<Head | null> {
  const head = parseHead(await readFully(source, 0, Math.min(HEAD_BYTES, source.sizeBytes)));
  if (!head || Number.isNaN(head.startMicros) || !(head.hertz > 0 && head.hertz <= HERTZ_MAX)) return null;
  return head;
}

const NAME = /^ecg_\d{4}-\d{2}-\d{2}(_\d+)?\.csv$/i;

async function isAppleEcg(source: ByteSource): Promise<boolean> {
  if (!/\.csv$/i.test(source.name)) return false;
  return NAME.test(source.name) || (await headOf(source)) !== null;
}

async function openAppleEcg(source: ByteSource): Promise<OpenedImport> {
  const head = await headOf(source);
  if (!head)
    fail('malformed', 'this ECG does not say when it was recorded and how often a second', { bytes: source.sizeBytes });
  const known = kindFor(`ecg-lead-${head.lead}`);
  const kind = known?.key ?? 'ecg-lead-unspecified';
  const form = {
    title: 'ECG',
    kind,
    ucum: 'uV',
    factor: STEP_MICROVOLTS,
    origin: 0,
    nominalPeriodSeconds: 1 / USUAL_HERTZ,
  };
  const device = 'ECG app of the watch';
  const series: SeriesDescription[] = [{ ...describeSeries(known ? kind : 'ecg', form), sourceLabel: device }];
  const notes = ['The export cuts the beginning of an ECG to the second.'];
  if (head.rhythm === null)
    notes.push('What the watch said of the rhythm was not understood (its words or its language).');
  else {
    const rhythm = {
      title: 'Rhythm',
      kind: 'rhythm-event',
      ucum: '',
      factor: 1,
      origin: 0,
      nominalPeriodSeconds: 3600,
    };
    series.push({ ...describeSeries('rhythm-event-ecg', rhythm), sourceLabel: device });
  }
  const chunks = (from: number): AsyncGenerator<ImportItem, void, void> => readNumbers(source, head, series, from);
  return { format: 'apple-ecg', what: 'An ECG of a watch', series, notes, endPosition: source.sizeBytes, chunks };
}

/** A recording of 30 seconds is 200 kB and read in one piece of each 256 kB; sample n stands n / rate behind the start. */
async function* readNumbers(
  source: ByteSource,
  head: Head,
  series: SeriesDescription[],
  from: number,
): AsyncGenerator<ImportItem, void, void> {
  const reader = new NumberReader({
    factor: STEP_MICROVOLTS / head.microvolts,
    origin: 0,
    decimalMark: head.decimalMark,
  });
  const log = new RejectionLog('byte');
  let index = 0;
  let rest = new Uint8Array(0);
  for (let at = head.dataStart; ; ) {
    const read = await source.read(at, IMPORT_LIMITS.readBytes);
    const bytes = new Uint8Array(rest.length + read.length);
    bytes.set(rest);
    bytes.set(read, rest.length);
    const base = at - rest.length;
    at += read.length;
    const lines = splitNumbers(bytes, base, reader, log, from, read.length === 0);
    const times = lines.values.map((_, i) => head.startMicros + Math.round(((index + i) * 1e6) / head.hertz));
    index += lines.values.length;
    const kept = lines.values.flatMap((value, i) => (value < INTEGER_END && lines.starts[i] >= from ? [i] : []));
    if (!log.empty) yield* log.take(0, Math.max(from, base));
    if (kept.length > 0)
      yield {
        type: 'samples',
        series: series[0].key,
        times: Float64Array.from(kept, (i) => times[i]),
        values: Int32Array.from(kept, (i) => lines.values[i]),
        position: base + lines.consumed,
      };
    rest = bytes.slice(lines.consumed);
    if (rest.length > IMPORT_LIMITS.lineBytesMax) fail('malformed', 'a line of this ECG has no end', { offset: base });
    if (read.length === 0) break;
  }
  if (head.rhythm !== null) yield rhythmOf(source, head, series, index);
  if (reader.rounded > 0)
    yield {
      type: 'note',
      text: `${reader.rounded} values had more decimals than a thousandth of a microvolt and were rounded.`,
    };
}

function rhythmOf(source: ByteSource, head: Head, series: SeriesDescription[], count: number): ImportItem {
  const end = head.startMicros + Math.round((count * 1e6) / head.hertz);
  const code = codeFor('rhythm-event', head.rhythm as string);
  return {
    type: 'samples',
    series: series[1].key,
    times: Float64Array.of(head.startMicros, Math.max(end, head.startMicros + 1)),
    values: Int32Array.of(code, NOTHING),
    position: source.sizeBytes,
  };
}

interface Lines {
  values: number[];
  /** Byte of the file at which each begins. */
  starts: number[];
  consumed: number;
}

/** One number a line; empty lines are none. A line that is no number keeps its place in time: the samples after it do not move. */
function splitNumbers(
  bytes: Uint8Array,
  base: number,
  reader: NumberReader,
  log: RejectionLog,
  from: number,
  isLast: boolean,
): Lines {
  const values: number[] = [];
  const starts: number[] = [];
  let start = 0;
  while (start < bytes.length) {
    let end = bytes.indexOf(NEW_LINE, start);
    if (end < 0 && !isLast) break;
    if (end < 0) end = bytes.length;
    let first = start;
    let last = end;
    while (last > first && (bytes[last - 1] <= 0x20 || bytes[last - 1] === 0x22)) last--;
    while (first < last && bytes[first] === 0x22) first++;
    if (last > first) {
      const value = reader.read(bytes, first, last);
      if (value >= INTEGER_END && base + start >= from) log.add(base + start, 'not a number');
      values.push(value);
      starts.push(base + start);
    }
    start = end + 1;
  }
  return { values, starts, consumed: Math.min(start, bytes.length) };
}

export const APPLE_ECG: ImportFormat = {
  name: 'apple-ecg',
  detect: isAppleEcg,
  open: (source) => openAppleEcg(source),
};
