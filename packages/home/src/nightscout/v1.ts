// Questions of API v1, its neighbours `/pebble` and `/api/v2/properties`, and what tells a client whom it speaks to.

import {
  type Collection,
  type Fields,
  type GlucoseUnits,
  isCollection,
  isoDate,
  NIGHTSCOUT_LIMITS,
  parseFind,
  pebbleOf,
  propertiesOf,
  type Question,
  settingsOf,
} from '@hale/vault/nightscout';
import type { Home } from '../home.ts';
import type { KnownDevice } from '../live.ts';
import { type Answer, message } from './answer.ts';
import type { Door } from './devices.ts';
import { entryOf, newestGlucose } from './glucose.ts';
import { find, lastBattery, shownV1 } from './shelf.ts';

/** The version that clients compare with what they need: v3 and its sockets came with 14 and 15. */
export const SERVER_VERSION = '15.0.3';
const DAY = 86_400_000;
/** Nightscout's own: a question of treatments that names no date means the last four days. */
const DEFAULT_DAYS = 4;
const DEFAULT_COUNT = 10;

export interface Asker {
  home: Home;
  door: Door;
  device: KnownDevice;
  nowMillis: number;
}

export function statusOf(door: Door, nowMillis: number): Fields {
  const [major, minor, patch] = SERVER_VERSION.split('.').map(Number);
  return {
    status: 'ok',
    name: 'Hale',
    version: SERVER_VERSION,
    versionNum: major * 10_000 + minor * 100 + patch,
    serverTime: isoDate(nowMillis),
    serverTimeEpoch: nowMillis,
    apiEnabled: true,
    careportalEnabled: true,
    boluscalcEnabled: false,
    settings: settingsOf(door.units),
    extendedSettings: {},
    authorized: null,
  };
}

/** `/api/v1/verifyauth`: answers strangers too, with no. */
export function verifiedAuth(door: Door | null): Fields {
  const is = { canRead: door?.mayRead ?? false, canWrite: door?.mayUpload ?? false, isAdmin: false };
  const told = door
    ? { message: 'OK', rolefound: 'FOUND', permissions: 'ROLE' }
    : { message: 'UNAUTHORIZED', rolefound: 'NOTFOUND', permissions: 'DEFAULT' };
  return { status: 200, message: { ...is, ...told } };
}

/** `rest`: the path behind the collection, without `.json`. */
export function readV1(
  asker: Asker,
  collection: Collection,
  rest: string[],
  pairs: [string, string][],
  since: number | null,
): Answer {
  const question = parseFind(pairs);
  if (collection === 'entries') return readEntries(asker, rest, question);
  if (collection === 'profile') return readProfiles(asker, rest, question);
  // As in Nightscout: of treatments everything in the range, of device status the newest ten.
  const isWhole = collection !== 'devicestatus';
  const isRanged = question.conditions.some(({ field }) => DATES.has(field)) || question.parameters.has('count');
  if (isWhole && !isRanged && collection !== 'food') addSince(question, asker.nowMillis - DEFAULT_DAYS * DAY);
  if (rest.length > 0) return byId(asker, collection, rest[0]);
  const last = asker.home.documents.lastChange(asker.device.subject, collection);
  const stamp = last === null ? {} : { 'last-modified': new Date(last).toUTCString(), etag: `W/"${last}"` };
  // xDrip asks with what it was told last; HTTP knows whole seconds only.
  if (since !== null && last !== null && Math.floor(last / 1000) * 1000 <= since)
    return { status: 304, headers: stamp };
  return {
    status: 200,
    body: list(asker, collection, question, isWhole ? Number.POSITIVE_INFINITY : DEFAULT_COUNT),
    headers: stamp,
  };
}

const DATES: ReadonlySet<string> = new Set([
  '_id',
  'identifier',
  'uuid',
  'date',
  'created_at',
  'timestamp',
  'dateString',
  'sysTime',
]);

function addSince(question: Question, millis: number): void {
  question.conditions.push({ field: 'created_at', operator: 'gte', values: [isoDate(millis)] });
}

function list(asker: Asker, collection: Collection, question: Question, defaultCount: number): Fields[] {
  const { home, device } = asker;
  const { conditions } = question;
  const asked = Number.parseInt(question.parameters.get('count') ?? '', 10);
  const limit = Math.min(asked > 0 ? asked : defaultCount, NIGHTSCOUT_LIMITS.answerDocumentsMax);
  return find(home, device.subject, { collection, conditions, limit, order: 'descending', show: shownV1 }).map(shownV1);
}

function byId({ home, device }: Asker, collection: Collection, name: string): Answer {
  const document =
    home.documents.byId(device.subject, collection, name.toLowerCase()) ??
    home.documents.byIdentifier(device.subject, collection, name);
  return document?.isValid ? { status: 200, body: [shownV1(entryOf(document))] } : message(404, 'Not found');
}

/** `/entries`, `/entries/sgv`, `/entries/mbg`, `/entries/current`, `/entries/<id>`. */
function readEntries(asker: Asker, rest: string[], question: Question): Answer {
  const [what] = rest;
  if (what === 'current') {
    question.parameters = new Map([['count', '1']]);
    question.conditions.push({ field: 'type', operator: 'eq', values: ['sgv'] });
  } else if (what !== undefined && /^[0-9a-f-]{24,40}$/i.test(what)) return byId(asker, 'entries', what);
  else if (what !== undefined) question.conditions.push({ field: 'type', operator: 'eq', values: [what] });
  // A range that a client names is meant whole, as far as one answer goes.
  return { status: 200, body: list(asker, 'entries', question, DEFAULT_COUNT) };
}

function readProfiles(asker: Asker, rest: string[], question: Question): Answer {
  const all = list(asker, 'profile', question, DEFAULT_COUNT);
  if (rest.length === 0) return { status: 200, body: all };
  if (rest[0] !== 'current') return byId(asker, 'profile', rest[0]);
  return all.length === 0 ? message(404, 'No profile was uploaded') : { status: 200, body: all[0] };
}

export function readPebble({ home, door, device, nowMillis }: Asker, parameters: ReadonlyMap<string, string>): Answer {
  const units: GlucoseUnits =
    parameters.get('units') === 'mmol' ? 'mmol' : parameters.has('units') ? 'mg/dl' : door.units;
  const count = Math.min(
    Math.max(1, Number.parseInt(parameters.get('count') ?? '1', 10) || 1),
    NIGHTSCOUT_LIMITS.answerDocumentsV3Max,
  );
  const newest = newestGlucose(home, device.subject, Math.max(2, count));
  return {
    status: 200,
    body: pebbleOf(newest, { units, count, nowMillis, battery: lastBattery(home, device.subject) }),
  };
}

export function readProperties({ home, door, device }: Asker, names: readonly string[] | null): Answer {
  const newest = newestGlucose(home, device.subject, 4);
  return {
    status: 200,
    body: propertiesOf(newest, { units: door.units, battery: lastBattery(home, device.subject), names }),
  };
}

export const collectionOf = (name: string): Collection | null => (isCollection(name) ? name : null);
