// What a browser saves: made while it is sent, so that nothing of it lies in clear on this disk. An operation prepares it under a one-use address,
// since a browser fetches a download by itself and shows no more than its cookie.
import { randomBytes } from 'node:crypto';
import { LATEST_MICROS } from '@hale/consent';
import { GRID_ORIGIN_MICROS, HaleError, utf8Encode } from '@hale/kernel';
import { concatSamples, type OpenStream, rawSlots, type Samples } from '@hale/vault';
import { csvHeader, csvRows, fhirBundle, fhirObservations } from '@hale/vault/export';
import type { Parameters } from './api.ts';
import { backupFrames } from './backup.ts';
import type { Home } from './home.ts';
import { HOME_LIMITS } from './limits.ts';
import { namedIds, ownExportable } from './operations/open.ts';
import type { LiveSession } from './web/sessions.ts';
import { type ZipEntry, zipOf } from './zip-writer.ts';

export interface Download {
  name: string;
  type: string;
  chunks: () => AsyncIterable<Uint8Array>;
}

/** A download and the browser session that it was prepared in; none where the command on this machine asked. */
export interface Prepared {
  download: Download;
  session: LiveSession | undefined;
}

export class Downloads {
  readonly #prepared = new Map<string, Prepared & { endsMillis: number }>();
  readonly #now: () => number;

  constructor(nowMillis: () => number = Date.now) {
    this.#now = nowMillis;
  }

  /** The ticket under which it is fetched, once, within a minute and its session; 32 characters of base64url. */
  prepare(download: Download, session?: LiveSession): string {
    this.#forgetOld();
    const ticket = randomBytes(24).toString('base64url');
    this.#prepared.set(ticket, { download, session, endsMillis: this.#now() + HOME_LIMITS.downloadSeconds * 1000 });
    return ticket;
  }

  /** @throws HaleError 'not-found' */
  take(ticket: string): Prepared {
    this.#forgetOld();
    const found = this.#prepared.get(ticket);
    if (!found) throw new HaleError('not-found', 'this download was fetched already, or is too old; ask for it again');
    this.#prepared.delete(ticket);
    return found;
  }

  #forgetOld(): void {
    for (const [ticket, { endsMillis, session }] of this.#prepared)
      if (endsMillis <= this.#now() || session?.isOpen() === false) this.#prepared.delete(ticket);
  }
}

const dayOf = (home: Home): string => new Date(home.nowMicros() / 1000).toISOString().slice(0, 10);

/** The sealed backup. When it was sent whole, the home notes the time. */
export function backupDownload(home: Home): Download {
  return {
    name: `hale-${dayOf(home)}.backup`,
    type: 'application/octet-stream',
    chunks: async function* () {
      home.settle();
      for (const frame of backupFrames(home)) {
        yield frame;
        await new Promise((turn) => setImmediate(turn));
      }
      home.noteBackup();
    },
  };
}

/** Bytes of a reading as a line of CSV, or as one value of FHIR's sampled data with its time, at most. */
const READING_BYTES = { csv: 48, fhir: 160 } as const;

/** All series of one person or of all, each a file of its own in one archive. @throws HaleError 'too-large' · 'not-found' */
export function exportDownload(home: Home, wish: Extract<Parameters<'download.begin'>, { what: 'export' }>): Download {
  const subjects =
    wish.subject === undefined
      ? [...home.vault.state.subjects.values()].filter(({ removed }) => !removed)
      : [home.vault.subject(wish.subject)];
  const series = subjects.flatMap((subject) =>
    home.vault.streams(subject.id).map((stream) => ({ stream, folder: subjects.length > 1 ? subject.name : '' })),
  );
  const readings = series.reduce((sum, { stream }) => sum + home.vault.store.sampleCount(stream.number).samples, 0);
  if (readings === 0) throw new HaleError('not-found', 'there are no readings to export yet');
  if (readings * READING_BYTES[wish.format] > HOME_LIMITS.downloadBytesMax)
    throw new HaleError('too-large', 'this is too much for one archive; use `hale export` on the machine itself', {
      readings,
    });
  const entries = wish.format === 'csv' ? csvEntries : fhirEntries;
  function* all(): Generator<ZipEntry> {
    const taken = new Set<string>();
    for (const { stream, folder } of series) yield* entries(home, stream, freePath(taken, folder, stream.entry.key));
  }
  return {
    name: `hale-${dayOf(home)}-${wish.format}.zip`,
    type: 'application/zip',
    chunks: () => zipOf(all(), home.nowMicros() / 1000),
  };
}

/** A path within the archive that leads nowhere else and is not used yet. */
function freePath(taken: Set<string>, folder: string, key: string): string {
  const safe = (text: string) => text.replace(/[^\p{L}\p{N} _-]/gu, '-').slice(0, 100);
  const path = folder === '' ? safe(key) : `${safe(folder)}/${safe(key)}`;
  let free = path;
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${path}-${n}`;
  taken.add(free.toLowerCase());
  return free;
}

function* csvEntries(home: Home, stream: OpenStream, path: string): Generator<ZipEntry> {
  const series = ownExportable(home, stream);
  function* chunks() {
    yield utf8Encode(csvHeader(series));
    for (const samples of rawSlots(home.vault.rooms, stream, GRID_ORIGIN_MICROS, LATEST_MICROS))
      yield utf8Encode(csvRows(series, samples));
  }
  yield { name: `${path}.csv`, chunks: chunks() };
}

/** A bundle for each hundred thousand readings: one of all would not fit the memory of a small machine. */
function* fhirEntries(home: Home, stream: OpenStream, path: string): Generator<ZipEntry> {
  const newId = namedIds(`${stream.entry.subject}/${stream.entry.key}`);
  const options = { subject: `Patient/${stream.entry.subject}`, newId };
  const bundle = (parts: Samples[]) => {
    const observations = fhirObservations(ownExportable(home, stream), concatSamples(parts), options);
    return [utf8Encode(JSON.stringify(fhirBundle(observations)))];
  };
  let parts: Samples[] = [];
  let readings = 0;
  let n = 0;
  const name = () => `${path}${n++ === 0 ? '' : `-${n}`}.json`;
  for (const samples of rawSlots(home.vault.rooms, stream, GRID_ORIGIN_MICROS, LATEST_MICROS)) {
    parts.push(samples);
    readings += samples.times.length;
    if (readings < HOME_LIMITS.downloadBundleReadingsMax) continue;
    yield { name: name(), chunks: bundle(parts) };
    parts = [];
    readings = 0;
  }
  if (parts.length > 0) yield { name: name(), chunks: bundle(parts) };
}
