// Questions of API v3: search, one document, history, last modifications, status.
import { HaleError } from '@hale/kernel';
import {
  COLLECTIONS,
  type Collection,
  type Fields,
  isoDate,
  NIGHTSCOUT_LIMITS,
  parseFilters,
  type Question,
  readDate,
} from '@hale/vault/nightscout';
import { type Answer, message } from './answer.ts';
import type { Door } from './devices.ts';
import { type Entry, entriesBetween, entryOf } from './glucose.ts';
import { find, type Order, shownV3 } from './shelf.ts';
import { type Asker, SERVER_VERSION } from './v1.ts';

/** Collections of API v3; `activity` is of v1 only. */
export const COLLECTIONS_V3: readonly Collection[] = COLLECTIONS.filter((name) => name !== 'activity');

const result = (value: unknown, headers: Record<string, string> = {}): Answer => ({
  status: 200,
  body: { status: 200, result: value },
  headers,
});

export const versionOf = (nowMillis: number): Fields => ({
  version: SERVER_VERSION,
  apiVersion: '3.0.5',
  srvDate: nowMillis,
  storage: { storage: 'hale', version: '1' },
});

export function statusV3(door: Door, nowMillis: number): Answer {
  const may = `${door.mayUpload ? 'c' : ''}${door.mayRead ? 'r' : ''}${door.mayUpload ? 'ud' : ''}`;
  return result({
    ...versionOf(nowMillis),
    apiPermissions: Object.fromEntries(COLLECTIONS_V3.map((name) => [name, may])),
  });
}

export function readV3(
  asker: Asker,
  collection: Collection,
  rest: string[],
  pairs: [string, string][],
  header: string | null,
): Answer {
  const question = parseFilters(pairs);
  if (rest.length === 0) return search(asker, collection, question);
  if (rest[0] === 'history') return history(asker, collection, rest[1] ?? null, question, header);
  return one(asker, collection, rest[0], question);
}

function one({ home, device }: Asker, collection: Collection, name: string, question: Question): Answer {
  const { documents } = home;
  const document =
    documents.byIdentifier(device.subject, collection, name) ?? documents.byId(device.subject, collection, name);
  if (!document) return message(404, 'Not found');
  if (!document.isValid) return message(410, 'Gone');
  const headers = { 'last-modified': new Date(document.modifiedMillis).toUTCString() };
  return result(projected(shownV3(home, entryOf(document)), question), headers);
}

function search({ home, device }: Asker, collection: Collection, question: Question): Answer {
  const { limit, skip } = pageOf(question);
  const { field, order } = sortOf(question);
  const show = (entry: Entry) => shownV3(home, entry);
  const isByDate = field === 'date' || field === 'created_at';
  const wanted = isByDate ? skip + limit : NIGHTSCOUT_LIMITS.answerDocumentsMax;
  const found = find(home, device.subject, {
    collection,
    conditions: question.conditions,
    limit: wanted,
    order,
    show,
  }).map(show);
  if (!isByDate) found.sort((a, b) => (order === 'ascending' ? 1 : -1) * byField(a[field], b[field]));
  return result(found.slice(skip, skip + limit).map((each) => projected(each, question)));
}

function byField(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a ?? ''), String(b ?? '')];
  return left < right ? -1 : left > right ? 1 : 0;
}

function sortOf({ parameters }: Question): { field: string; order: Order } {
  const ascending = parameters.get('sort');
  const descending = parameters.get('sort$desc');
  if (ascending && descending) throw new HaleError('malformed', 'Parameters sort and sort_desc cannot be combined');
  if (descending) return { field: descending, order: 'descending' };
  return { field: ascending || 'date', order: 'ascending' };
}

function pageOf({ parameters }: Question): { limit: number; skip: number } {
  const max = NIGHTSCOUT_LIMITS.answerDocumentsV3Max;
  const limit = Number(parameters.get('limit') ?? max);
  const skip = Number(parameters.get('skip') ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > max)
    throw new HaleError('malformed', 'Parameter limit out of tolerance', { max });
  if (!Number.isInteger(skip) || skip < 0 || skip > NIGHTSCOUT_LIMITS.answerDocumentsMax)
    throw new HaleError('malformed', 'Parameter skip out of tolerance');
  return { limit, skip };
}

function projected(fields: Fields, { parameters }: Question): Fields {
  const asked = parameters.get('fields');
  if (asked === undefined || asked === '' || asked === '_all') return fields;
  const names = new Set(asked.split(','));
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)));
}

/** What changed after a moment, deletions too, the earliest change first. The client goes on from the ETag. */
function history(
  asker: Asker,
  collection: Collection,
  from: string | null,
  question: Question,
  header: string | null,
): Answer {
  const { home, device, nowMillis } = asker;
  const { limit } = pageOf(question);
  const given =
    from === null ? headerDate(header) : (readDate(from)?.millis ?? (Number(from) >= 0 ? Number(from) : Number.NaN));
  if (Number.isNaN(given)) return message(400, 'Bad or missing Last-Modified header/parameter');
  const changed = home.documents.changedAfter(device.subject, collection, given).map(entryOf);
  const all = collection === 'entries' ? [...changed, ...undocumented(asker, given, nowMillis)] : changed;
  const page = all.sort((a, b) => a.modifiedMillis - b.modifiedMillis).slice(0, limit);
  const last = page[page.length - 1]?.modifiedMillis;
  const headers: Record<string, string> =
    last === undefined ? {} : { etag: `W/"${last}"`, 'last-modified': new Date(last).toUTCString() };
  return result(
    page.map((entry) => projected(shownV3(home, entry), question)),
    headers,
  );
}

/** With a header, whole seconds are told: what changed within that second comes again. */
const headerDate = (header: string | null): number => {
  const millis = Date.parse(header ?? '');
  return Number.isNaN(millis) ? millis : Math.floor(millis / 1000) * 1000 - 1;
};

/** Readings of other sources count as changed when they were measured. */
function undocumented({ home, device }: Asker, after: number, nowMillis: number): Entry[] {
  const found: Entry[] = [];
  for (const entry of entriesBetween(home, device.subject, after + 1, nowMillis, 'ascending')) {
    if (entry.device === '') found.push(entry);
    if (found.length >= NIGHTSCOUT_LIMITS.answerDocumentsV3Max) break;
  }
  return found;
}

export function lastModifiedV3({ home, device, nowMillis }: Asker): Answer {
  const collections: Record<string, number> = {};
  for (const name of COLLECTIONS_V3) {
    const last = home.documents.lastChange(device.subject, name);
    if (last !== null) collections[name] = last;
  }
  for (const entry of entriesBetween(home, device.subject, Number.NEGATIVE_INFINITY, nowMillis, 'descending')) {
    collections.entries = Math.max(collections.entries ?? 0, entry.modifiedMillis);
    break;
  }
  return result({ srvDate: nowMillis, srvDateString: isoDate(nowMillis), collections });
}
