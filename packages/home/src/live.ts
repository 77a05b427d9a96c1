// What a device delivers over HTTP: its series become streams of the subject it belongs to, its numbers integers of the stream's scale.
import { HaleError } from '@hale/kernel';
import {
  type Assurance,
  type IngestResult,
  type NewStream,
  type OpenStream,
  type Samples,
  STREAMS_PER_DEVICE_MAX,
} from '@hale/vault';
import { edgesIn, kindFor, loincFor } from '@hale/vault/kinds';
import { parseSampleJson, parseSampleLines, type SampleRun } from '@hale/vault/lines';
import { doubtfulTimes } from '@hale/vault/live';
import type { Home } from './home.ts';
import { HOME_LIMITS } from './limits.ts';
import { type Held, noteHeld, siftLive } from './twins.ts';

export interface LiveAnswer extends IngestResult {
  streams: string[];
  /** Values that had more decimals than their stream keeps. */
  rounded: number;
  rejected: number;
  /** Readings that were not there before and whose time cannot be: they stand where it says, and are flagged. */
  doubtful: number;
}

export interface KnownDevice {
  id: string;
  name: string;
  subject: string;
  /** How far what it delivers here can be trusted to come from the device that it names; 'delivered' where nothing is said. */
  assurance?: Assurance;
}

const DECIMALS_MAX = 6;
const SAMPLES_TO_JUDGE = 200;

/** Samples of one stream as integers of its scale. */
interface ScaledRun {
  stream: OpenStream;
  samples: Samples;
  rounded: number;
  rejected: number;
  /** What imported streams hold already and is left out. */
  held: Held[];
  /** Repetitions that were left out beside it. */
  repeated: number;
  /** What the stream has already stays. */
  yields?: boolean;
}

/** Takes in one delivery. Answers when it is on disk. @throws HaleError 'malformed' | 'too-large' | 'full' | 'retired' */
export async function takeDelivery(
  home: Home,
  device: KnownDevice,
  body: Uint8Array,
  contentType: string,
): Promise<LiveAnswer> {
  return takeRuns(home, device, parseDelivery(body, contentType));
}

/** The runs of a delivery, none of them empty. @throws HaleError 'malformed' | 'too-large' */
export function parseDelivery(body: Uint8Array, contentType: string): SampleRun[] {
  const runs = contentType.startsWith('application/json') ? parseSampleJson(body) : parseSampleLines(body);
  const filled = runs.filter((run) => run.times.length > 0);
  refuseWrongUnits(filled);
  return filled;
}

/** A device that counts seconds or milliseconds would be acknowledged for ever, and all of it would lie in January 1970. */
export function refuseWrongUnits(runs: readonly SampleRun[]): void {
  for (const { times } of runs)
    for (const micros of [times[0], times[times.length - 1]])
      if (micros >= 0 && micros < HOME_LIMITS.liveTimeMicrosMin)
        throw new HaleError(
          'malformed',
          'the time lies in 1970: times are whole microseconds since 1970, not seconds or milliseconds',
        );
}

/**
 * Takes in what any kind of live source has brought. Resolves when it is on disk.
 * @param beside writes to the store what must be there exactly when the samples are
 * @throws as `takeDelivery`
 */
export async function takeRuns(
  home: Home,
  device: KnownDevice,
  runs: readonly SampleRun[],
  beside?: () => void,
): Promise<LiveAnswer> {
  const now = home.nowMicros();
  const scaled = scaledRuns(home, device, runs);
  const doubts = scaledDoubts(home, device, runs, now);
  const all = [...scaled, ...doubts];
  const results = all.length > 0 ? await home.ingestQueue.ingest(all, beside) : [];
  home.contacts.heard(device.id, now);
  noteDoubts(home, device, doubts, results.slice(scaled.length), now);
  const answer = { read: 0, accepted: 0, duplicate: 0, corrected: 0, rounded: 0, rejected: 0 };
  const streams: string[] = [];
  scaled.forEach((run, i) => {
    const { read, accepted, duplicate, corrected } = results[i];
    const twins = run.held.reduce((sum, { times }) => sum + times.length, 0) + run.repeated;
    noteHeld(home, device, run.stream, run.held);
    answer.read += read + twins + run.rejected;
    answer.accepted += accepted;
    answer.duplicate += duplicate + twins;
    answer.corrected += corrected;
    answer.rounded += run.rounded;
    answer.rejected += run.rejected;
    streams.push(run.stream.entry.key);
  });
  return {
    ...answer,
    doubtful: results.slice(scaled.length).reduce((sum, { accepted }) => sum + accepted, 0),
    streams,
  };
}

/** The same at once, for what was kept while the home was locked: the inbox forgets it afterwards. @throws as `takeDelivery` */
export function takeKeptRuns(home: Home, device: KnownDevice, runs: readonly SampleRun[]): void {
  const now = home.nowMicros();
  const scaled = scaledRuns(home, device, runs);
  const doubts = scaledDoubts(home, device, runs, now);
  const results = home.vault.ingest([...scaled, ...doubts]);
  noteDoubts(home, device, doubts, results.slice(scaled.length), now);
  for (const { stream, held } of scaled) noteHeld(home, device, stream, held);
}

function scaledRuns(home: Home, device: KnownDevice, runs: readonly SampleRun[]): ScaledRun[] {
  return runs
    .filter((run) => run.times.length > 0)
    .map((run) => {
      const scaled = scaleRun(streamFor(home, device, run), run);
      return { ...scaled, ...siftLive(home, device, scaled.stream, scaled.samples) };
    });
}

/** The flags of what cannot be, in a stream beside the readings; nothing where all can, or the device has as many series as it may. */
function scaledDoubts(home: Home, device: KnownDevice, runs: readonly SampleRun[], now: number): ScaledRun[] {
  const flags = doubtfulTimes(runs, now);
  if (!flags) return [];
  return withStreams(home, device, [flags]).runs.map((run) => ({
    ...scaleRun(streamFor(home, device, run), run),
    ...{ held: [], repeated: 0, yields: true },
  }));
}

function noteDoubts(
  home: Home,
  device: KnownDevice,
  [flags]: readonly ScaledRun[],
  [result]: readonly IngestResult[],
  now: number,
): void {
  if (!flags || !result) return;
  const { values } = flags.samples;
  const aheadSeconds = values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  home.contacts.doubt(device.id, { readings: result.accepted, aheadSeconds, atMicros: now });
}

/** Streams by device and series: thousands of messages a second ask for the same few hundred. */
const streamsKnown = new WeakMap<Home, Map<string, OpenStream>>();

/** The stream of a device's series, made when it is first heard of. */
function streamFor(home: Home, device: KnownDevice, run: SampleRun): OpenStream {
  const known = streamsKnown.get(home) ?? new Map<string, OpenStream>();
  streamsKnown.set(home, known);
  const name = `${device.id} ${run.series}`;
  const remembered = known.get(name);
  // Erased, or read again from the catalogue, it is another one.
  if (remembered && home.vault.streamByNumber(remembered.number) === remembered) return remembered;
  const stream = findStream(home, device, run.series) ?? makeStream(home, device, run);
  known.set(name, stream);
  return stream;
}

function findStream(home: Home, device: KnownDevice, series: string): OpenStream | undefined {
  return home.vault
    .streams(device.subject)
    .find((stream) => stream.entry.device === device.id && stream.entry.source === series);
}

/** The runs whose streams are there or could be made; how many samples belong to series beyond what a device may bring. */
export function withStreams(
  home: Home,
  device: KnownDevice,
  runs: readonly SampleRun[],
): { runs: SampleRun[]; refused: number } {
  let refused = 0;
  const kept = runs.filter((run) => {
    if (run.times.length === 0) return false;
    try {
      streamFor(home, device, run);
      return true;
    } catch (error) {
      if (!(error instanceof HaleError) || error.code !== 'too-large') throw error;
      refused += run.times.length;
      return false;
    }
  });
  return { runs: kept, refused };
}

function streamsBrought(home: Home, device: KnownDevice): number {
  return home.vault.streams(device.subject).filter((stream) => stream.entry.device === device.id).length;
}

function makeStream(home: Home, device: KnownDevice, run: SampleRun): OpenStream {
  if (streamsBrought(home, device) >= STREAMS_PER_DEVICE_MAX)
    throw new HaleError('too-large', 'this device has brought as many series as one device may', {
      limit: STREAMS_PER_DEVICE_MAX,
    });
  const stream = home.vault.addStream(describeLive(home, device, run));
  home.network.listenAgain();
  return stream;
}

/** Seconds between samples of a signal of which nothing is known: with one reading in hand, as for most wearables. */
const UNKNOWN_PERIOD_SECONDS = 60;

function describeLive(home: Home, device: KnownDevice, run: SampleRun): NewStream {
  const { signal } = run;
  const kind = kindFor(signal?.kind ?? run.series);
  const ucum = signal?.ucum ?? kind?.ucum ?? '';
  const decimals = Math.max(decimalsOf(run.values), kind ? Math.round(-Math.log10(kind.scale)) : 0);
  const factor = signal?.factor ?? 10 ** -decimals;
  const name = signal?.kind ?? run.series;
  const period = periodOf(run.times) ?? kind?.nominalPeriodSeconds ?? (signal ? UNKNOWN_PERIOD_SECONDS : 0);
  const edges = kind ? edgesIn(kind, ucum) : [];
  return {
    subject: device.subject,
    key: freeKey(home, device, name.toLowerCase().replace(/[^a-z0-9-]+/g, '-')),
    kind: kind?.key ?? name,
    title: kind?.title ?? (signal ? titleOf(name) : name),
    ucum,
    factor,
    origin: 0,
    loinc: (kind && loincFor(kind, ucum)) ?? null,
    nominalPeriodSeconds: period,
    dayOffsetMinutes: 0,
    edges: edges.map((edge) => Math.round(edge / factor)),
    device: device.id,
    source: run.series,
    assurance: device.assurance ?? 'delivered',
  };
}

/** `device-clock-offset` → Device clock offset; what a device named itself stays as it is. */
function titleOf(name: string): string {
  return /^[a-z-]+$/.test(name) ? `${name[0].toUpperCase()}${name.slice(1).replaceAll('-', ' ')}` : name;
}

function freeKey(home: Home, device: KnownDevice, wanted: string): string {
  const slug = device.name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  for (const key of [wanted, `${wanted}-${slug}`]) if (!home.vault.findStream(device.subject, key)) return key;
  for (let n = 2; ; n++)
    if (!home.vault.findStream(device.subject, `${wanted}-${slug}-${n}`)) return `${wanted}-${slug}-${n}`;
}

function decimalsOf(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < Math.min(values.length, SAMPLES_TO_JUDGE) && most < DECIMALS_MAX; i++)
    while (most < DECIMALS_MAX && Math.abs(values[i] * 10 ** most - Math.round(values[i] * 10 ** most)) > 1e-6) most++;
  return most;
}

/** The usual step between samples, in seconds; null when one delivery cannot tell. */
function periodOf(times: Float64Array): number | null {
  if (times.length < 3) return null;
  const steps = Array.from(times.subarray(0, SAMPLES_TO_JUDGE), (time, i) => (i === 0 ? 0 : time - times[i - 1]))
    .slice(1)
    .filter((step) => step > 0);
  steps.sort((a, b) => a - b);
  return steps.length === 0 ? null : steps[steps.length >> 1] / 1e6;
}

/** Physical values to the stream's integers. What does not fit is left out and counted. */
function scaleRun(stream: OpenStream, run: SampleRun): Omit<ScaledRun, 'held' | 'repeated'> {
  const { factor, origin } = stream.entry;
  const inverse = 1 / factor;
  const values = new Int32Array(run.values.length);
  let rounded = 0;
  let bad = 0;
  for (let i = 0; i < values.length; i++) {
    const exact = (run.values[i] - origin) * inverse;
    const whole = Math.round(exact);
    if (!(Math.abs(whole) <= 0x7fff_ffff)) bad++;
    else if (Math.abs(exact - whole) > 1e-4) rounded++;
    values[i] = whole;
  }
  if (bad === 0) return { stream, samples: { times: run.times, values }, rounded, rejected: 0 };
  const keep = Array.from(values.keys()).filter((i) => Math.abs((run.values[i] - origin) * inverse) <= 0x7fff_ffff);
  const samples = {
    times: Float64Array.from(keep, (i) => run.times[i]),
    values: Int32Array.from(keep, (i) => values[i]),
  };
  return { stream, samples, rounded, rejected: bad };
}

export function requireDevice(home: Home, credential: string | undefined): KnownDevice {
  const device = credential ? home.deviceOf(credential) : null;
  if (!device)
    throw new HaleError(
      'not-permitted',
      'this device is not known here, or was removed; `hale device add` makes a credential',
    );
  return device;
}
