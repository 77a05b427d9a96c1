// Rebuilding a vault on an empty machine: from words and one relay, or from words and a backup file. It takes the pen: one generation higher.
import { randomBytes } from 'node:crypto';
import { accessDate, LATEST_MICROS } from '@hale/consent';
import {
  type Filter,
  GRID_ORIGIN_MICROS,
  HaleError,
  KINDS,
  schnorrPublic,
  toHex,
  type VerifiedEvent,
} from '@hale/kernel';
import { signEvent, streamAuthor } from '@hale/kernel/seal';
import {
  absorbEvents,
  emptyReport,
  epochOf,
  finishAbsorbing,
  inLogOrder,
  type LogWriter,
  mismatchedHeads,
  nothingUnfinished,
  type OpenStream,
  openLogEvent,
  rawSlots,
  recountSamples,
} from '@hale/vault';
import type { Home } from './home.ts';
import { RelayConnection } from './net/connect.ts';
import { fetchRelayInfo } from './net/relay-info.ts';
import { type Warning, warning } from './warnings.ts';

/** A line for a terminal, and how many series of how many have been fetched. */
export type RestoreProgress = (line: string, progress?: { done: number; total: number }) => void;

export interface Restored {
  streams: number;
  samples: number;
  generation: number;
  notices: Warning[];
}

/** Where events come from: a relay or a file. */
export interface EventSource {
  /** All events of these authors and kinds, in pages. */
  fetch: (authors: { secret: Uint8Array; author: string }[], kinds: number[]) => AsyncIterable<VerifiedEvent[]>;
}

const AUTHOR_SCAN_GAP = 20;

/** @throws HaleError 'not-found' when the source knows nothing of these words */
export async function restoreFrom(home: Home, source: EventSource, emit: RestoreProgress): Promise<Restored> {
  const notices: Warning[] = [];
  emit('Looking for the catalogue …', { done: 0, total: 0 });
  await takeLog(
    home,
    source,
    { secret: home.keys.catalogueAuthor, author: home.catalogueAuthor() },
    home.vault.catalogueLog.stream,
    home.vault.catalogueLog.number,
  );
  home.vault.reload();
  if (home.vault.state.subjects.size === 0)
    throw new HaleError(
      'not-found',
      'nothing that belongs to these words was found there; check the words and the address',
    );
  const holes = holesOf(home, home.vault.catalogueLog.number);
  if (holes > 0) notices.push(warning('catalogue-holes', holes));
  await takeThePen(home);
  home.grants.reload();
  const total = home.vault.streams().length;
  emit(`Found ${home.vault.state.subjects.size} subjects and ${total} streams. Fetching …`, { done: 0, total });
  await takeGrants(home, source, notices);
  await takeDocuments(home, source, notices);
  await takeRecords(home, source, emit, notices);
  await takeStreams(home, source, emit, notices, holes > 0);
  home.grants.reload();
  await scanForLost(home, source, notices);
  recount(home);
  const wrong = mismatchedHeads(home.vault, home.grants);
  if (wrong.length > 0) notices.push(warning('heads-differ', wrong.length, wrong[0].streamKey, wrong[0].level));
  home.grants.takeOver(new Set(home.vault.state.ends.keys()));
  home.grants.restateAccess();
  home.settle();
  const streams = home.vault.streams();
  return {
    streams: streams.length,
    samples: streams.reduce((sum, stream) => sum + home.vault.store.sampleCount(stream.number).samples, 0),
    generation: home.vault.state.generation,
    notices,
  };
}

async function takeLog(
  home: Home,
  source: EventSource,
  key: { secret: Uint8Array; author: string },
  stream: { author: Uint8Array; secret: Uint8Array },
  number: number,
): Promise<void> {
  for await (const page of source.fetch([key], [KINDS.tileBatch, KINDS.access, KINDS.deletion])) {
    home.events.transact(() => {
      for (const event of page) {
        if (event.pubkey !== key.author || home.vault.store.hasEvent(event.id)) continue;
        home.vault.store.putEvent(event);
        if (event.kind !== KINDS.tileBatch) continue;
        for (const { seq, generation } of inLogOrder(openLogEvent(event, stream)))
          home.vault.store.appendLog(number, seq, generation, event.id);
      }
    });
  }
}

/** Entries of a log that must have been written, since later ones stand, and were not found. */
function holesOf(home: Home, log: number): number {
  const numbers = new Set(home.vault.store.logEvents(log).map(({ seq }) => seq));
  return home.vault.store.nextLogSeq(log) - numbers.size;
}

async function takeGrants(home: Home, source: EventSource, notices: Warning[]): Promise<void> {
  for (const log of home.grants.logs())
    await takeLog(home, source, { secret: log.authorSecret, author: toHex(log.stream.author) }, log.stream, log.number);
  home.grants.reload();
  // Of a share that has ended the notice of its end is left, and nothing else is due.
  const torn = home.grants.all().filter(({ owner, log }) => owner.ended === null && holesOf(home, log.number) > 0);
  if (torn.length > 0) notices.push(warning('shares-torn', torn.length));
}

async function takeDocuments(home: Home, source: EventSource, notices: Warning[]): Promise<void> {
  const logs = home.documents.logs();
  for (const { authorSecret, stream, number } of logs)
    await takeLog(home, source, { secret: authorSecret, author: toHex(stream.author) }, stream, number);
  home.documents.logsChanged();
  const torn = logs.filter(({ number }) => holesOf(home, number) > 0);
  if (torn.length > 0) notices.push(warning('documents-torn', torn.length));
}

/** The logs of records, and then the blobs that the logs of sources name. */
async function takeRecords(home: Home, source: EventSource, emit: RestoreProgress, notices: Warning[]): Promise<void> {
  const take = async ({ authorSecret, stream, number }: LogWriter) =>
    await takeLog(home, source, { secret: authorSecret, author: toHex(stream.author) }, stream, number);
  const logs = home.records.logs();
  for (const log of logs) await take(log);
  home.records.reload();
  const blobs = home.records.blobLogs();
  for (const [i, log] of blobs.entries()) {
    emit(`${i + 1} of ${blobs.length}: a file of the health records`, { done: i, total: blobs.length });
    await take(log);
  }
  const torn = logs.filter(({ number }) => holesOf(home, number) > 0).length;
  const subjects = [...home.vault.state.subjects.values()].filter(({ removed }) => !removed);
  const cut = subjects.flatMap(({ id }) => home.records.lacking(id)).length;
  if (torn + cut > 0) notices.push(warning('records-torn', torn, cut));
}

/**
 * No tile sealed after a revocation may open with what a reader held before (DESIGN §4), and a source may withhold the revocation: it
 * shows in the numbers of the catalogue or in tiles of a later epoch. Then nobody can say who still may read what. Everything goes on in
 * an epoch that no token opens, and every share is closed.
 */
function closeWhereInDoubt(home: Home, hasHoles: boolean, notices: Warning[]): void {
  const streams = home.vault.streams();
  // What the catalogue told of before this home took the pen.
  const known = (stream: OpenStream) => epochOf(home.vault.state, stream.id, home.vault.state.generation - 1);
  const ahead = streams.filter((stream) => Math.max(...home.vault.store.epochsOf(stream.number)) > known(stream));
  if (!hasHoles && ahead.length === 0) return;
  const closed = home.grants.active();
  home.vault.change(() => {
    for (const stream of ahead) stream.epoch = Math.max(stream.epoch, ...home.vault.store.epochsOf(stream.number));
    const highest = new Map(streams.map((stream) => [stream.id, stream.epoch]));
    for (const { record } of closed) home.grants.end(record.id, 'revoked', false);
    for (const stream of streams) {
      if (stream.epoch === highest.get(stream.id)) home.vault.advanceEpoch(stream);
      putEmptyAccess(home, stream);
    }
  });
  if (ahead.length > 0) notices.push(warning('keys-ahead', ahead.length));
  notices.push(warning('shares-closed', closed.length));
}

function putEmptyAccess(home: Home, stream: OpenStream): void {
  const { store } = home.vault;
  const previous = store.accessEvent(toHex(stream.author));
  const created_at = accessDate(previous?.created_at ?? null, home.nowMicros() / 1e6, home.vault.state.penAt / 1e6);
  const template = { kind: KINDS.access, created_at, tags: [['-']], content: '' };
  const event = signEvent(template, stream.authorSecret, new Uint8Array(randomBytes(32)));
  if (previous) store.deleteEvent(previous.id);
  store.putEvent(event);
  store.enqueue({ event, target: 'store' });
}

/** From here on this home writes: every other one that sees the higher generation only reads. */
async function takeThePen(home: Home): Promise<void> {
  const generation = home.vault.state.generation + 1;
  home.vault.takePen(generation);
}

async function takeStreams(
  home: Home,
  source: EventSource,
  emit: RestoreProgress,
  notices: Warning[],
  hasHoles: boolean,
): Promise<void> {
  const report = emptyReport();
  const unfinished = nothingUnfinished();
  const streams = home.vault.streams();
  for (const [i, stream] of streams.entries()) {
    emit(`${i + 1} of ${streams.length}: ${stream.entry.title}`, { done: i, total: streams.length });
    const author = toHex(stream.author);
    for await (const page of source.fetch([{ secret: stream.authorSecret, author }], [KINDS.tileBatch, KINDS.access])) {
      home.events.transact(() => {
        for (const event of page)
          if (event.kind === KINDS.access && event.pubkey === author && !home.vault.store.hasEvent(event.id))
            home.vault.store.putEvent(event);
      });
      absorbEvents(home.vault, page, report, unfinished);
    }
  }
  // Before anything is sealed here: merging two homes' tiles already is.
  closeWhereInDoubt(home, hasHoles, notices);
  finishAbsorbing(home.vault, report, unfinished);
  if (report.senseless > 0) notices.push(warning('senseless', report.senseless));
  if (report.forks > 0 || report.merged > 0) notices.push(warning('merged', report.merged));
}

/** A stream whose catalogue entry was lost is found by its author: the next ones are tried until 20 in a row are unknown (DESIGN §3). */
async function scanForLost(home: Home, source: EventSource, notices: Warning[]): Promise<void> {
  for (const subject of home.vault.state.subjects.values()) {
    if (subject.removed) continue;
    const known = new Set(
      [...home.vault.state.streams.values()].filter((entry) => entry.subject === subject.id).map((entry) => entry.n),
    );
    const next = Math.max(-1, ...known) + 1;
    const candidates = Array.from({ length: AUTHOR_SCAN_GAP }, (_, i) => next + i).map((n) => {
      const secret = streamAuthor(subject.secret, n);
      return { secret, author: toHex(schnorrPublic(secret)) };
    });
    let found = 0;
    for await (const page of source.fetch(candidates, [KINDS.tileBatch]))
      found += new Set(page.map((event) => event.pubkey)).size;
    if (found > 0) notices.push(warning('not-described', found));
  }
}

function recount(home: Home): void {
  recountSamples(home.vault, (stream) => {
    let samples = 0;
    let firstMicros: number | null = null;
    let lastMicros: number | null = null;
    const bounds = home.vault.store.firstAndLastSlot(stream.number, 0);
    if (bounds)
      for (const set of rawSlots(home.vault.rooms, stream, GRID_ORIGIN_MICROS, LATEST_MICROS)) {
        samples += set.times.length;
        firstMicros ??= set.times[0];
        lastMicros = set.times[set.times.length - 1];
      }
    return { samples, firstMicros, lastMicros };
  });
}

/** One relay as a source; proves each author's key, so that private relays give what is only hers. */
export class RelaySource implements EventSource {
  readonly #connection: RelayConnection;
  readonly #url: string;

  constructor(url: string, member: Uint8Array) {
    this.#url = url;
    this.#connection = new RelayConnection({ url, admission: member });
  }

  async open(): Promise<void> {
    await fetchRelayInfo(this.#url);
    await this.#connection.connect();
  }

  async *fetch(authors: { secret: Uint8Array; author: string }[], kinds: number[]): AsyncGenerator<VerifiedEvent[]> {
    for (const { secret } of authors) this.#connection.addKey(secret);
    const filter: Filter = { kinds, authors: authors.map(({ author }) => author) };
    const { events, complete } = await this.#connection.queryAll(filter, { timeoutMs: 60_000 });
    yield events;
    if (!complete) yield* this.#byDay(filter, events);
  }

  /** More events fell into one second than the relay gives at once (an import): asked again by the day they tell of. */
  async *#byDay(filter: Filter, known: VerifiedEvent[]): AsyncGenerator<VerifiedEvent[]> {
    const days = new Set(
      known.flatMap((event) => event.tags.filter(([name]) => name === 'u').map(([, day]) => Number(day))),
    );
    const first = Math.min(...days) - 400;
    const last = Math.max(...days) + 400;
    for (let day = first; day <= last; day += 20) {
      const names = Array.from({ length: 20 }, (_, i) => String(day + i));
      const { events } = await this.#connection.queryAll({ ...filter, '#u': names }, { timeoutMs: 60_000 });
      yield events;
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

/** The events of a backup as a source: read once, kept by author. */
export function fileSource(events: Iterable<VerifiedEvent>): EventSource {
  const byAuthor = new Map<string, VerifiedEvent[]>();
  for (const event of events) byAuthor.set(event.pubkey, [...(byAuthor.get(event.pubkey) ?? []), event]);
  return {
    async *fetch(authors, kinds) {
      for (const { author } of authors)
        yield (byAuthor.get(author) ?? []).filter((event) => kinds.includes(event.kind));
    },
  };
}
