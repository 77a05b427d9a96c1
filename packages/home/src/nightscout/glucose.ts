// Glucose as followers ask for it: the documents that uploaders wrote, and between them the readings of any other source of the same
// subject (an imported export, a device that speaks to another door).
import { type OpenStream, rawSamples, type StoredDocument } from '@hale/vault';
import {
  directionOf,
  type Fields,
  type Glucose,
  isoDate,
  MGDL_PER_MMOL,
  objectId,
  sensorGlucose,
} from '@hale/vault/nightscout';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';

/** What one question gives back: a document, or a reading that has none. */
export interface Entry {
  millis: number;
  modifiedMillis: number;
  createdMillis: number;
  id: string;
  identifier: string | null;
  device: string;
  isValid: boolean;
  fields: Fields;
}

const DAY = 86_400_000;
/** Two sources that tell of one reading differ by their clocks; sensors read once a minute at most. */
const SAME_MILLIS = 30_000;
const KINDS = { 'glucose-cgm': 'sgv', 'glucose-capillary': 'mbg' } as const;

export function entryOf(document: StoredDocument): Entry {
  const { millis, modifiedMillis, createdMillis, id, identifier, device, isValid, json } = document;
  return { millis, modifiedMillis, createdMillis, id, identifier, device, isValid, fields: JSON.parse(json) as Fields };
}

/** Entries with from ≤ date ≤ to in order, day by day: whoever has enough stops. Deleted documents come too, and hide their reading. */
export function* entriesBetween(
  home: Home,
  subject: string,
  from: number,
  to: number,
  order: 'ascending' | 'descending',
): Generator<Entry> {
  const streams = glucoseStreams(home, subject);
  const bounds = boundsOf(home, subject, streams);
  if (!bounds) return;
  const last = Math.min(to, bounds.to);
  const first = Math.max(
    from,
    bounds.from,
    Number.isFinite(from) ? from : last - HOME_LIMITS.nightscoutLookBackDays * DAY,
  );
  if (first > last) return;
  const days = Array.from({ length: Math.floor((last - first) / DAY) + 1 }, (_, i) => i);
  for (const day of days) {
    const start = order === 'ascending' ? first + day * DAY : Math.max(first, last - (day + 1) * DAY + 1);
    const end = order === 'ascending' ? Math.min(last, start + DAY - 1) : last - day * DAY;
    const entries = entriesOfDay(home, subject, streams, start, end);
    yield* order === 'ascending' ? entries : entries.reverse();
  }
}

export const glucoseStreams = (home: Home, subject: string): OpenStream[] =>
  home.vault.streams(subject).filter(({ entry }) => entry.kind in KINDS);

function boundsOf(home: Home, subject: string, streams: OpenStream[]): { from: number; to: number } | null {
  const known = streams.map((stream) => home.vault.store.sampleCount(stream.number));
  const moments = known.flatMap(({ firstMicros, lastMicros }) =>
    firstMicros === null || lastMicros === null ? [] : [Math.floor(firstMicros / 1000), Math.ceil(lastMicros / 1000)],
  );
  const documents = home.documents.bounds(subject, 'entries');
  if (documents) moments.push(documents.from);
  for (const document of home.documents.between(subject, 'entries', -Infinity, Infinity, 'descending')) {
    moments.push(document.millis);
    break;
  }
  return moments.length === 0 ? null : { from: Math.min(...moments), to: Math.max(...moments) };
}

function entriesOfDay(home: Home, subject: string, streams: OpenStream[], from: number, to: number): Entry[] {
  const entries = [
    ...home.documents.between(subject, 'entries', from - SAME_MILLIS, to + SAME_MILLIS, 'ascending'),
  ].map(entryOf);
  for (const type of ['sgv', 'mbg'] as const) {
    const of = streams.filter(({ entry }) => KINDS[entry.kind as keyof typeof KINDS] === type);
    const taken = entries.filter(({ fields }) => fields.type === type).map(({ millis }) => millis);
    for (const stream of of) {
      const found = readings(home, stream, from, to).filter(({ millis }) => !isTaken(taken, millis));
      for (const { millis } of found) taken.push(millis);
      taken.sort((a, b) => a - b);
      entries.push(
        ...found.map((reading, i) => readingEntry(stream, type, reading, found.slice(Math.max(0, i - 6), i).reverse())),
      );
    }
  }
  return entries
    .filter(({ millis }) => millis >= from && millis <= to)
    .sort((a, b) => a.millis - b.millis || (a.id < b.id ? -1 : 1));
}

/** `taken` ascending. */
function isTaken(taken: readonly number[], millis: number): boolean {
  let low = 0;
  let high = taken.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (taken[middle] < millis - SAME_MILLIS) low = middle + 1;
    else high = middle;
  }
  return low < taken.length && taken[low] <= millis + SAME_MILLIS;
}

function readings(home: Home, stream: OpenStream, from: number, to: number): { millis: number; mgdl: number }[] {
  const { times, values } = rawSamples(home.vault.rooms, stream, Math.ceil(from) * 1000, Math.floor(to) * 1000 + 1000);
  const { factor, origin, ucum } = stream.entry;
  const scale = ucum === 'mmol/L' ? MGDL_PER_MMOL : 1;
  return Array.from(times, (time, i) => ({
    millis: Math.floor(time / 1000),
    mgdl: Number(((origin + values[i] * factor) * scale).toFixed(2)),
  }));
}

function readingEntry(
  stream: OpenStream,
  type: 'sgv' | 'mbg',
  { millis, mgdl }: { millis: number; mgdl: number },
  before: { millis: number; mgdl: number }[],
): Entry {
  const device = `hale ${stream.entry.key}`;
  const date = isoDate(millis);
  const value = Math.round(mgdl);
  const fields = {
    ...{ device, type, date: millis, dateString: date, sysTime: date, utcOffset: 0 },
    ...(type === 'sgv' ? { sgv: value, direction: directionOf(millis, mgdl, before) } : { mbg: value }),
  };
  const id = objectId('reading', millis, `${device} ${type}`);
  return {
    millis,
    modifiedMillis: millis,
    createdMillis: millis,
    id,
    identifier: id,
    device: '',
    isValid: true,
    fields,
  };
}

/** The newest glucose readings, newest first. Error codes of sensors are none. */
export function newestGlucose(
  home: Home,
  subject: string,
  count: number,
  notAfter = Number.POSITIVE_INFINITY,
): Glucose[] {
  const found: Glucose[] = [];
  for (const entry of entriesBetween(home, subject, Number.NEGATIVE_INFINITY, notAfter, 'descending')) {
    const glucose = entry.isValid ? glucoseOf(entry) : null;
    if (glucose) found.push(glucose);
    if (found.length >= count) break;
  }
  return found;
}

export function glucoseOf({ id, millis, fields }: Entry): Glucose | null {
  const mgdl = sensorGlucose(fields);
  if (mgdl === null) return null;
  const direction = typeof fields.direction === 'string' ? fields.direction : 'NONE';
  const noise = typeof fields.noise === 'number' ? fields.noise : null;
  return { id, millis, mgdl, device: String(fields.device ?? ''), direction, noise };
}
