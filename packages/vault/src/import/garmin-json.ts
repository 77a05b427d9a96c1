// The summaries in "Export your data" of a Garmin account: nights (DI-Connect-Wellness/…_sleepData.json) and days (UDSFile_….json). From schema, as
// open readers of such exports name the fields; never seen on a real file. Each is a JSON array, one object a night or day. A summary is a series of
// its own (`steps-daily`) beside what the FIT files of the same account measured.
import { fail } from '@hale/kernel';
import { codeFor, NOTHING } from '../kinds-codes.ts';
import { describeSeries } from './describe.ts';
import { unitsToText } from './encoding.ts';
import type { ImportFormat } from './format.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { RejectionLog } from './rejections.ts';
import { SampleBuffer } from './series-book.ts';
import { readFully } from './source.ts';
import type { ByteSource, ImportItem, ImportOptions, OpenedImport, SeriesDescription, SourceFolder } from './types.ts';

const NIGHTS_NAME = /sleepdata.*\.json$/i;
const DAYS_NAME = /^udsfile.*\.json$/i;
const DAY_SECONDS = 86_400;
const INT32_MAX = 2147483647;
const FIELDS_TOLD_MAX = 1000;

interface Summary {
  /** Names from the outside in; a list in between is searched for its TOTAL. */
  path: string[];
  key: string;
  kind: string;
  ucum: string;
  decimals: number;
  title?: string;
}

/** `path | key without -daily | kind | unit | decimals | title`; an empty kind is the key. */
function summaries(rows: string): Summary[] {
  return rows
    .trim()
    .split('\n')
    .map((row) => {
      const [path, key, kind, ucum, decimals, title] = row.split('|').map((cell) => cell.trim());
      const summary = {
        path: path.split('.'),
        key: `${key}-daily`,
        kind: kind || key,
        ucum,
        decimals: Number(decimals),
      };
      return title ? { ...summary, title } : summary;
    });
}

const NIGHTS = summaries(`
  deepSleepSeconds                    | sleep-deep             |                  | s      | 0 |
  lightSleepSeconds                   | sleep-light            |                  | s      | 0 |
  remSleepSeconds                     | sleep-rem              |                  | s      | 0 |
  awakeSleepSeconds                   | sleep-awake            |                  | s      | 0 |
  averageRespiration                  | respiratory-rate-sleep | respiratory-rate | /min   | 2 | Respiratory rate in sleep
  avgSleepStress                      | stress-score-sleep     | stress-score     | {score} | 2 | Stress score in sleep (vendor)
  sleepScores.overallScore            | sleep-score            |                  | {score} | 0 |
  spo2SleepSummary.averageSPO2        | spo2-sleep             | spo2             | %      | 2 | Oxygen saturation in sleep
  spo2SleepSummary.lowestSPO2         | spo2-lowest            | spo2             | %      | 2 | Lowest oxygen saturation in sleep
  spo2SleepSummary.averageHR          | heart-rate-sleep       | heart-rate       | /min   | 2 | Heart rate in sleep
`);

const DAYS = summaries(`
  totalSteps                          | steps                  |                  | 1      | 0 | Steps of the day
  totalDistanceMeters                 | distance               |                  | m      | 2 | Distance of the day
  activeKilocalories                  | energy-active          |                  | kcal   | 2 | Active energy of the day
  bmrKilocalories                     | energy-basal           |                  | kcal   | 2 | Basal energy of the day
  totalKilocalories                   | energy-total           |                  | kcal   | 2 | Energy of the day
  moderateIntensityMinutes            | exercise-moderate      | exercise-minutes | min    | 0 | Minutes of moderate exercise
  vigorousIntensityMinutes            | exercise-vigorous      | exercise-minutes | min    | 0 | Minutes of vigorous exercise
  floorsAscendedInMeters              | elevation-gain         |                  | m      | 2 | Elevation gained in the day
  minHeartRate                        | heart-rate-lowest      | heart-rate       | /min   | 0 | Lowest heart rate of the day
  maxHeartRate                        | heart-rate-highest     | heart-rate       | /min   | 0 | Highest heart rate of the day
  restingHeartRate                    | resting-heart-rate     |                  | /min   | 0 |
  allDayStress.aggregatorList.averageStressLevel | stress-score |                 | {score} | 2 | Stress score of the day (vendor)
  respiration.avgWakingRespirationValue | respiratory-rate-awake | respiratory-rate | /min | 2 | Respiratory rate while awake
`);

const SESSIONS = 'sleep-session-daily';

type Entry = Record<string, unknown>;

function describe(summary: Summary): SeriesDescription {
  const { key, kind, ucum, decimals, title } = summary;
  const value = {
    title: title ?? kind,
    kind,
    ucum,
    factor: 10 ** -decimals,
    origin: 0,
    nominalPeriodSeconds: DAY_SECONDS,
  };
  const series = describeSeries(key, value);
  return { ...series, title: title ?? series.title, sourceLabel: 'Garmin Connect' };
}

function sessions(): SeriesDescription {
  const value = { title: '', kind: 'sleep-stage', ucum: '', factor: 1, origin: 0, nominalPeriodSeconds: DAY_SECONDS };
  return { ...describeSeries(SESSIONS, value), title: 'Nights of sleep', sourceLabel: 'Garmin Connect' };
}

/** The number at a path; undefined where there is none. */
function numberAt(entry: Entry, path: readonly string[]): number | undefined {
  let at: unknown = entry;
  for (const name of path) {
    if (Array.isArray(at)) at = at.find((one) => isEntry(one) && one.type === 'TOTAL');
    if (!isEntry(at)) return undefined;
    at = at[name];
  }
  return typeof at === 'number' ? at : undefined;
}

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `2021-03-05T23:00:00.0`, which is UTC where its name says GMT; `2021-03-05` alone is a midnight. */
function microsAt(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?Z?)?$/.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const fraction = Number((match[7] ?? '').padEnd(6, '0'));
  const millis = Date.UTC(year, month - 1, day, hour, minute, second);
  const isReal =
    new Date(millis).getUTCDate() === day && year >= 1970 && month >= 1 && month <= 12 && hour < 24 && minute < 60;
  return isReal ? millis * 1000 + fraction : undefined;
}

/** The elements of a top-level array as text, each by itself, so that a damaged one costs but itself. */
export function* elementsOfArray(text: string): Generator<string | null, void, void> {
  let depth = 0;
  let from = -1;
  let inText = false;
  for (let i = text.indexOf('[') + 1; i > 0 && i < text.length; i++) {
    const char = text[i];
    if (inText) {
      if (char === '\\') i++;
      else if (char === '"') inText = false;
    } else if (char === '"') inText = true;
    else if (char === '{' || char === '[') {
      if (depth++ === 0) from = i;
    } else if (char === '}' || char === ']') {
      if (depth === 0) return;
      if (--depth === 0) yield text.slice(from, i + 1);
    }
  }
  yield null;
}

class GarminSummaries {
  readonly series: SeriesDescription[] = [];
  readonly notes: string[] = [];
  entries = 0;
  readonly #isNights: boolean;
  readonly #zoneMinutes: number;
  readonly #buffers = new Map<string, SampleBuffer>();
  readonly #rejections = new RejectionLog();
  readonly #left = new Set<string>();
  #withoutZone = 0;
  #notMeasured = 0;

  constructor(isNights: boolean, zoneMinutes: number | undefined) {
    this.#isNights = isNights;
    this.#zoneMinutes = zoneMinutes ?? 0;
  }

  read(text: string): void {
    for (const element of elementsOfArray(text)) {
      const number = this.entries + 1;
      if (element === null) this.#rejections.add(number, 'cut off');
      else {
        this.entries++;
        const entry = parseEntry(element);
        if (entry) this.#take(entry, number);
        else this.#rejections.add(number, 'damaged');
      }
    }
    if (this.#withoutZone > 0)
      this.notes.push(`${this.#withoutZone} days have no time zone; UTC is assumed unless another is given.`);
    if (this.#notMeasured > 0)
      this.notes.push(`${this.#notMeasured} summaries say that there was nothing to measure; they are gaps.`);
    if (this.#left.size > 0) this.notes.push(`${this.#left.size} other numbers of an entry are not read.`);
  }

  #take(entry: Entry, number: number): void {
    const micros = this.#isNights ? microsAt(entry.sleepStartTimestampGMT) : this.#dayOf(entry);
    if (micros === undefined) {
      const isThere = (this.#isNights ? entry.sleepStartTimestampGMT : entry.calendarDate) !== undefined;
      this.#rejections.add(number, isThere ? 'time not understood' : 'time missing');
      return;
    }
    const wanted = this.#isNights ? NIGHTS : DAYS;
    for (const summary of wanted) this.#keep(summary, entry, micros, number);
    for (const [name, value] of Object.entries(entry))
      if (
        typeof value === 'number' &&
        this.#left.size < FIELDS_TOLD_MAX &&
        !wanted.some(({ path }) => path[0] === name)
      )
        this.#left.add(name);
    const end = this.#isNights ? microsAt(entry.sleepEndTimestampGMT) : undefined;
    if (end === undefined || end <= micros) return;
    const buffer = this.#buffer(SESSIONS, sessions);
    buffer.push(micros, codeFor('sleep-stage', 'asleep'));
    buffer.push(end, NOTHING);
  }

  #dayOf(entry: Entry): number | undefined {
    const start = microsAt(entry.wellnessStartTimeGmt);
    if (start !== undefined) return start;
    const day = microsAt(entry.calendarDate);
    if (day === undefined) return undefined;
    this.#withoutZone++;
    return day - this.#zoneMinutes * 60_000_000;
  }

  #keep(summary: Summary, entry: Entry, micros: number, number: number): void {
    const value = numberAt(entry, summary.path);
    if (value === undefined) return;
    // Garmin writes −1 and −2 where nothing could be measured.
    if (value < 0) {
      this.#notMeasured++;
      return;
    }
    const scaled = Math.round(value * 10 ** summary.decimals);
    if (scaled > INT32_MAX) this.#rejections.add(number, 'number too large to store');
    else this.#buffer(summary.key, () => describe(summary)).push(micros, scaled);
  }

  #buffer(key: string, make: () => SeriesDescription): SampleBuffer {
    let buffer = this.#buffers.get(key);
    if (!buffer) {
      buffer = new SampleBuffer(key);
      this.#buffers.set(key, buffer);
      this.series.push(make());
    }
    return buffer;
  }

  /** Everything at once: the last item alone says that all was delivered. */
  items(position: number): ImportItem[] {
    const items: ImportItem[] = this.#rejections.take(0, 0).map((rejection) => ({
      ...rejection,
      place: rejection.place.replace('lines', 'entries').replace('line', 'entry'),
    }));
    for (const [key, buffer] of this.#buffers)
      items.push({ type: 'samples', series: key, ...buffer.take(), position: 0 });
    const last = items.at(-1);
    if (last?.type === 'samples' || last?.type === 'rejection') last.position = position;
    return [...items, ...this.notes.map((text): ImportItem => ({ type: 'note', text }))];
  }
}

function parseEntry(text: string): Entry | null {
  try {
    const value: unknown = JSON.parse(text);
    return isEntry(value) ? value : null;
  } catch {
    return null;
  }
}

const isNights = ({ name }: ByteSource) => NIGHTS_NAME.test(name);

async function openGarminJson(source: ByteSource, _: SourceFolder, options: ImportOptions): Promise<OpenedImport> {
  if (source.sizeBytes > IMPORT_LIMITS.garminJsonBytesMax)
    fail('too-large', 'this summary is too long', { max: IMPORT_LIMITS.garminJsonBytesMax });
  const bytes = await readFully(source, 0, source.sizeBytes);
  const text = unitsToText(bytes, 0, bytes.length, 'utf-8');
  if (!/^\s*\[/.test(text)) fail('malformed', 'this is no summary of a Garmin account: it should be a list');
  const found = new GarminSummaries(isNights(source), options.zoneMinutes);
  found.read(text);
  const items = found.items(source.sizeBytes);
  return {
    format: 'garmin-json',
    what: `${isNights(source) ? 'Nights' : 'Days'} of a Garmin account, ${found.entries} in all`,
    series: found.series,
    notes: [],
    endPosition: source.sizeBytes,
    chunks: (from) => handOver(from < source.sizeBytes ? items : []),
  };
}

async function* handOver(items: readonly ImportItem[]): AsyncGenerator<ImportItem, void, void> {
  yield* items;
}

export const GARMIN_JSON: ImportFormat = {
  name: 'garmin-json',
  detect: async (source) => NIGHTS_NAME.test(source.name) || DAYS_NAME.test(source.name),
  open: openGarminJson,
};
