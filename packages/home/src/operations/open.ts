// The recipient's side: what was shared with me, and opening it.
import {
  type GrantSession,
  type HeadReport,
  LATEST_MICROS,
  type Scope,
  type StreamEntry,
  scopeEnd,
} from '@hale/consent';
import {
  binSeconds,
  encodeNpub,
  fromHex,
  HaleError,
  KINDS,
  LEVELS,
  type Level,
  sha256,
  toHex,
  utf8Encode,
} from '@hale/kernel';
import { notesOf, type OpenStream } from '@hale/vault';
import { binRows, sampleRows } from '@hale/vault/chart';
import { type FhirSeries, fhirBundle, fhirObservations, fhirSummaries, type Observation } from '@hale/vault/export';
import { NOTE_KIND } from '@hale/vault/kinds';
import type { Emitted, InboxItem, LevelText, OpenedRecords, OpenedStream, OpenResult, Parameters } from '../api.ts';
import type { Home } from '../home.ts';
import {
  fetchInbox,
  findReceived,
  grantSession,
  keepMemory,
  keepOpened,
  keepSeen,
  type ReceivedGrant,
  readerMemory,
  receivedGrants,
  relaysToAsk,
  removeReceived,
} from '../received.ts';
import type { Operation } from './context.ts';
import { openedRecords, RECORD_NOTICES } from './opened-records.ts';
import { microsOf } from './times.ts';

export const inbox: Operation<'inbox'> = async ({ home, emit }, { refresh, known }) => {
  if (known) {
    if (refresh) await fetchInbox(home);
    return receivedGrants(home).map((grant) => ({ ...plainItem(grant), ...grant.seen }));
  }
  if (refresh !== false) {
    const { unreadable } = await fetchInbox(home);
    if (unreadable > 0)
      emit({ notice: `${unreadable} messages could not be read: they are damaged or meant for another key.` });
  }
  const items: InboxItem[] = [];
  for (const grant of receivedGrants(home)) items.push(await describe(home, grant, emit));
  return items;
};

export const inboxRemove: Operation<'inbox.remove'> = ({ home }, { grant }) => {
  const removed = removeReceived(home, grant);
  return { ...plainItem(removed), ...removed.seen };
};

const senderOf = (grant: ReceivedGrant): string => (grant.from === '' ? 'a link' : encodeNpub(fromHex(grant.from, 32)));

/** What is known of a grant that nobody has looked at. */
function plainItem(grant: ReceivedGrant): InboxItem {
  return {
    grant: grant.id,
    from: senderOf(grant),
    what: '',
    streams: [],
    fromMicros: 0,
    toMicros: null,
    untilMicros: null,
    purpose: '',
    receivedMicros: grant.at,
    state: 'new',
  };
}

/** One item as its relays tell it. Whatever a sender wrote, the others of the inbox are shown. */
async function describe(home: Home, grant: ReceivedGrant, emit: (said: Emitted) => void): Promise<InboxItem> {
  const relays = relaysToAsk(home, grant);
  const known: InboxItem = grant.seen ?? plainItem(grant);
  if (relays.length === 0) return known;
  const session = grantSession({ ...grant, relays }, readerMemory(home, grant));
  try {
    await session.open();
    const item = itemOf(session, home.nowMicros());
    if (!item) {
      const { ended } = session.reader.state;
      // Ended before anybody looked: it is not new any more.
      if (ended) keepSeen(home, grant, { ...known, state: 'ended' });
      return { ...known, state: ended ? 'ended' : 'unreachable' };
    }
    keepSeen(home, grant, item);
    return item;
  } catch (error) {
    if (!(error instanceof HaleError)) emit({ notice: `The share ${grant.id} is damaged and cannot be shown.` });
    const isRefused = error instanceof HaleError && error.code === 'not-permitted';
    // Of several relays only some were asked: the others may still have it.
    if (isRefused && relays.length < grant.relays.length) return known;
    return { ...known, state: isRefused ? 'ended' : 'unreachable' };
  } finally {
    await session.close();
  }
}

/** null: the relay has not given the consent. */
export function itemOf(session: GrantSession<ReceivedGrant>, nowMicros: number): InboxItem | null {
  const { consent, streams, ended, idleMonths } = session.reader.state;
  if (!consent) return null;
  const { scope } = consent;
  const expired = scope.until !== null && scope.until <= nowMicros;
  return {
    ...plainItem(session.grant),
    name: consent.names.subject,
    what: `${consent.names.subject === '' ? '' : `${consent.names.subject}: `}${whatOf(consent.scope, streams.values())}`,
    streams: [...streams].map(([number, stream]) => ({
      key: scope.streams[number].streamKey,
      title: stream.title,
      level: finestOf(stream) as LevelText,
      kind: stream.kind,
    })),
    ...recordsIn(scope),
    ...(idleMonths === null ? {} : { idleMonths }),
    fromMicros: scope.from,
    toMicros: scope.to,
    untilMicros: scope.until,
    purpose: scope.purpose.text,
    state: ended ? 'ended' : expired ? 'expired' : 'active',
  };
}

function recordsIn({ records }: Scope): Pick<InboxItem, 'records'> {
  if (records === undefined) return {};
  const { categories, from, to } = records;
  return { records: { categories, fromMicros: from, toMicros: to } };
}

function whatOf({ records }: Scope, streams: Iterable<StreamEntry>): string {
  const titles = Array.from(streams, ({ title }) => title);
  if (records) titles.push(`health records (${records.categories.join(', ')})`);
  return titles.join(', ');
}

const finestOf = (stream: StreamEntry): Level => LEVELS.find((level) => stream.labels[level] !== undefined) ?? 'raw';

const VERDICT_WORDS: Record<string, string> = {
  incomplete: 'Something that the owner says is there was not served: what you see has holes that are not hers.',
  'older-than-known': 'The relay served an older state than you have seen before.',
  'changed-since-head': 'Data newer than the last statement of completeness is included.',
  'no-head': 'The owner has made no statement of completeness yet.',
};

export const open: Operation<'open'> = ({ home, emit, signal }, parameters) =>
  openGrant(home, parameters, emit, signal);

/** Opens a grant of the inbox, or a link. Without a home (`null`) nothing is kept: only links, and no memory of what was seen. */
export async function openGrant(
  home: Home | null,
  parameters: Parameters<'open'>,
  emit: (said: Emitted) => void,
  signal: AbortSignal,
): Promise<OpenResult & { fhir?: unknown }> {
  const grant = findReceived(home, parameters.grant);
  if (home) keepOpened(home, grant);
  const session = grantSession(grant, readerMemory(home, grant));
  try {
    await session.open();
    const result = await readAll(session, parameters, home?.nowMicros() ?? Date.now() * 1000);
    if (parameters.follow) await follow(session, parameters, emit, signal);
    if (home) keepMemory(home, grant, session.reader.memory);
    return result;
  } finally {
    await session.close();
  }
}

interface Asked {
  from: number;
  to: number;
  parameters: Parameters<'open'>;
}

/** What a session opens of what is asked for. @throws HaleError 'expired' | 'unavailable' without a consent */
export async function readAll(
  session: GrantSession<ReceivedGrant>,
  parameters: Parameters<'open'>,
  nowMicros: number,
): Promise<OpenResult & { fhir?: unknown }> {
  const { consent, streams, ended } = session.reader.state;
  if (!consent && ended)
    throw new HaleError('expired', 'the owner has ended this grant; nothing opens with it any more');
  if (!consent)
    throw new HaleError('unavailable', 'the relay has not given the consent of this grant yet; try again in a moment');
  const { scope } = consent;
  const from = Math.max(scope.from, microsOf(parameters.from, 'from') ?? scope.from);
  const latest = Math.min(LATEST_MICROS, nowMicros + YEAR_MICROS);
  const to = Math.max(from, Math.min(scopeEnd(scope) ?? latest, microsOf(parameters.to, 'to') ?? latest, latest));
  const opened: OpenedStream[] = [];
  const observations: Observation[] = [];
  for (const [number, described] of streams) {
    const key = scope.streams[number].streamKey;
    if (parameters.stream !== undefined && parameters.stream !== key) continue;
    const read = await readStream(session, number, { ...described, key }, { from, to, parameters });
    opened.push(read.opened);
    observations.push(...read.observations);
  }
  const report = session.check();
  const records = parameters.stream === undefined ? openedRecords(session, nowMicros) : null;
  const notices = noticesOf(session, report, nowMicros);
  if (records && RECORD_NOTICES[records.state]) notices.push(RECORD_NOTICES[records.state]);
  return {
    grant: session.grant.id,
    streams: opened,
    completeness: report.verdict,
    notices,
    ended: ended !== null,
    ...(records ? { records } : {}),
    ...(parameters.fhir ? { fhir: withRecords(fhirBundle(observations), records) } : {}),
  };
}

/** Said of every share of records, whether anything is kept back or not (specs/copies.md §5). */
const CHOSEN = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
  display: 'Chosen by the patient. It may not be all there is.',
};

function withRecords(bundle: ReturnType<typeof fhirBundle>, records: OpenedRecords | null): object {
  if (!records) return bundle;
  const entry = records.resources.map((resource) => ({ resource }));
  return { ...bundle, meta: { tag: [CHOSEN] }, entry: [...bundle.entry, ...entry] };
}

const YEAR_MICROS = 366 * 86_400e6;

/** What is not as it should be, in plain words. */
function noticesOf(
  session: GrantSession<ReceivedGrant>,
  { verdict, headTime }: HeadReport,
  nowMicros: number,
): string[] {
  const notices = [...session.notices];
  const { ended } = session.reader.state;
  if (VERDICT_WORDS[verdict]) notices.push(VERDICT_WORDS[verdict]);
  if (headTime !== null && nowMicros - headTime > 2 * 86_400e6 && !ended)
    notices.push('The owner’s last statement of completeness is more than two days old.');
  if (ended) notices.push('The owner has ended this grant; nothing new will come.');
  return notices;
}

async function readStream(
  session: GrantSession<ReceivedGrant>,
  number: number,
  described: StreamEntry & { key: string },
  { from, to, parameters }: Asked,
): Promise<{ opened: OpenedStream; observations: Observation[] }> {
  const { key, title, kind, ucum, loinc } = described;
  const level = (parameters.level ?? finestOf(described)) as Level;
  if (described.labels[level] === undefined)
    throw new HaleError(
      'not-permitted',
      `this grant opens ${key} at ${finestOf(described)} and coarser, not at ${level}`,
    );
  await session.fetch(number, level, from, to);
  const tiles = session.tilesOf(number, level, from, to);
  const series = session.reader.series({ stream: number, level, from, to }, tiles);
  const rows = series.samples
    ? sampleRows(described, series.samples)
    : binRows(described, level as Exclude<Level, 'raw'>, series.bins ?? []);
  const opened = { key, title, kind, unit: ucum, loinc, level: level as LevelText, rows };
  if (!parameters.fhir) return { opened, observations: [] };
  const options = { subject: 'Patient/shared', newId: namedIds(key) };
  const told = series.samples
    ? fhirObservations(exportable(described), series.samples, options)
    : fhirSummaries(exportable(described), rows, binSeconds(level), options);
  return { opened, observations: [...told] };
}

/** What the export formats need of a stream. */
export function exportable(
  described: Pick<StreamEntry, 'kind' | 'title' | 'ucum' | 'factor' | 'origin' | 'loinc' | 'nominalPeriodMicros'>,
): FhirSeries {
  const { kind, title, ucum, factor, origin, loinc, nominalPeriodMicros } = described;
  return {
    kind,
    title,
    ucum,
    factor,
    origin,
    nominalPeriodSeconds: nominalPeriodMicros / 1e6,
    ...(loinc ? { loinc } : {}),
  };
}

/** A stream of one's own, with the texts of its notes. */
export function ownExportable({ vault }: Home, { entry }: OpenStream): FhirSeries {
  return entry.kind === NOTE_KIND ? { ...exportable(entry), notes: notesOf(vault.state, entry) } : exportable(entry);
}

/** UUIDs (RFC 9562, version 8) that are the same for the same export, so that two exports can be compared byte by byte. */
export function namedIds(name: string): () => string {
  let count = 0;
  return () => {
    const hex = toHex(sha256(utf8Encode(`${name}/${count++}`)));
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  };
}

/** Emits every new sample of the granted streams until stopped or until the grant ends. */
function follow(
  session: GrantSession<ReceivedGrant>,
  parameters: Parameters<'open'>,
  emit: (said: Emitted) => void,
  signal: AbortSignal,
): Promise<void> {
  const seen = new Map<string, number>();
  const { streams, consent } = session.reader.state;
  const say = () => {
    for (const [number, described] of streams) {
      const key = consent?.scope.streams[number].streamKey ?? '';
      if (parameters.stream !== undefined && parameters.stream !== key) continue;
      const level = finestOf(described);
      if (level !== 'raw') continue;
      const last = seen.get(key) ?? 0;
      const series = session.reader.series(
        { stream: number, level, from: Math.max(last, consent?.scope.from ?? 0), to: LATEST_MICROS },
        session.held.map(({ tile }) => tile),
      );
      for (const row of sampleRows(
        described,
        series.samples ?? { times: new Float64Array(0), values: new Int32Array(0) },
      )) {
        if (row.atMicros < last) continue;
        seen.set(key, row.atMicros + 1);
        if (last > 0 || started) emit({ row: { ...row, stream: key, unit: described.ucum } });
      }
      if (!seen.has(key)) seen.set(key, 1);
    }
  };
  let started = false;
  say();
  started = true;
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve());
    session.follow(Date.now() / 1000, (event) => {
      if (event.kind !== KINDS.tileBatch) return;
      session.take(event);
      say();
      if (session.reader.state.ended) {
        emit({ notice: 'The owner has ended this grant; nothing new will come.' });
        resolve();
      }
    });
  });
}
