// The documents of one subject as questions see them: glucose with the readings of every source, everything else as it was uploaded.
import type { Collection, Condition, Fields } from '@hale/vault/nightscout';
import { isoDate, matches, rangeOf, UNDATED } from '@hale/vault/nightscout';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { type Entry, entriesBetween, entryOf } from './glucose.ts';
import type { Shelf } from './uploads.ts';

export type Order = 'ascending' | 'descending';

export function shelfOf(home: Home, subject: string): Shelf {
  const { documents } = home;
  return {
    byId: (...of) => documents.byId(subject, ...of),
    byIdentifier: (...of) => documents.byIdentifier(subject, ...of),
    byKey: (...of) => documents.byKey(subject, ...of),
    matching(collection, conditions) {
      const { from, to } = rangeOf(conditions);
      const found = [];
      let seen = 0;
      for (const document of documents.between(subject, collection, from, to, 'descending')) {
        if (++seen > HOME_LIMITS.nightscoutDocumentsSeenMax) break;
        if (document.isValid && matches(shownV1(entryOf(document)), conditions)) found.push(document);
      }
      return found;
    },
  };
}

/** What a question finds, by date; deleted documents are not there. `limit` is reached or the archive ends. */
export function find(
  home: Home,
  subject: string,
  question: {
    collection: Collection;
    conditions: Condition[];
    limit: number;
    order: Order;
    show: (entry: Entry) => Fields;
  },
): Entry[] {
  const { collection, conditions, limit, order, show } = question;
  const { from, to } = UNDATED.has(collection) ? { from: -Infinity, to: Infinity } : rangeOf(conditions);
  const found: Entry[] = [];
  let seen = 0;
  for (const entry of walk(home, subject, collection, from, to, order)) {
    if (found.length >= limit || ++seen > HOME_LIMITS.nightscoutDocumentsSeenMax) break;
    if (entry.isValid && matches(show(entry), conditions)) found.push(entry);
  }
  return found;
}

function* walk(
  home: Home,
  subject: string,
  collection: Collection,
  from: number,
  to: number,
  order: Order,
): Generator<Entry> {
  if (collection === 'entries') yield* entriesBetween(home, subject, from, to, order);
  else for (const document of home.documents.between(subject, collection, from, to, order)) yield entryOf(document);
}

/** With `_id`, and the texts of dates that API v1 promises. */
export function shownV1({ id, millis, fields }: Entry): Fields {
  const dates =
    'sgv' in fields || 'mbg' in fields || fields.type === 'cal'
      ? { dateString: isoDate(millis), sysTime: isoDate(millis) }
      : {};
  return { ...dates, ...fields, _id: id };
}

/** Without `_id`, with what the server knows of it. */
export function shownV3(home: Home, entry: Entry): Fields {
  const { identifier, id, millis, createdMillis, modifiedMillis, device, isValid, fields } = entry;
  const subject = home.vault.state.devices.get(device)?.name;
  return {
    date: millis,
    created_at: isoDate(millis),
    utcOffset: 0,
    ...fields,
    identifier: identifier ?? id,
    srvModified: modifiedMillis,
    srvCreated: createdMillis,
    ...(subject === undefined ? {} : { subject }),
    ...(isValid ? {} : { isValid: false }),
  };
}

/** Percent of the uploader's battery as last told; null: never told. */
export function lastBattery(home: Home, subject: string): number | null {
  let seen = 0;
  for (const document of home.documents.between(subject, 'devicestatus', -Infinity, Infinity, 'descending')) {
    const fields = entryOf(document).fields;
    const battery = Number((fields.uploader as Fields | undefined)?.battery ?? fields.uploaderBattery ?? Number.NaN);
    if (document.isValid && Number.isFinite(battery)) return battery;
    if (++seen > 100) return null;
  }
  return null;
}
