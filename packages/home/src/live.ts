// What a device delivers over HTTP: its series become streams of the subject it belongs to, its numbers integers of the stream's scale.
import { HaleError } from '@hale/kernel';
import { type IngestResult, type NewStream, type OpenStream, type Samples, STREAMS_PER_DEVICE_MAX } from '@hale/vault';
import { parseSampleJson, parseSampleLines, type SampleRun } from '@hale/vault/import';
import { edgesIn, kindFor, loincFor } from '@hale/vault/kinds';
import type { Home } from './home.ts';

export interface LiveAnswer extends IngestResult {
  streams: string[];
  /** Values that had more decimals than their stream keeps. */
  rounded: number;
  rejected: number;
}

export interface KnownDevice {
  id: string;
  name: string;
  subject: string;
}

const DECIMALS_MAX = 6;
const SAMPLES_TO_JUDGE = 200;

/** Takes in one delivery. Answers when it is on disk. @throws HaleError 'malformed' | 'too-large' | 'full' | 'retired' */
export async function takeDelivery(
  home: Home,
  device: KnownDevice,
  body: Uint8Array,
  contentType: string,
): Promise<LiveAnswer> {
  return takeRuns(home, device, parseRuns(body, contentType));
}

/** Takes in runs of a device, whatever brought them. Answers when they are on disk. @throws HaleError 'too-large' | 'full' | 'retired' */
export async function takeRuns(home: Home, device: KnownDevice, runs: SampleRun[]): Promise<LiveAnswer> {
  const scaled = scaledRuns(home, device, runs);
  const results = scaled.length > 0 ? await home.ingestQueue.ingest(scaled) : [];
  const answer: LiveAnswer = { read: 0, accepted: 0, duplicate: 0, corrected: 0, rounded: 0, rejected: 0, streams: [] };
  results.forEach((result, i) => {
    answer.read += result.read + scaled[i].rejected;
    answer.accepted += result.accepted;
    answer.duplicate += result.duplicate;
    answer.corrected += result.corrected;
    answer.rounded += scaled[i].rounded;
    answer.rejected += scaled[i].rejected;
    answer.streams.push(scaled[i].stream.entry.key);
  });
  return answer;
}

/** Takes in what a device delivered while the home was locked; synchronous, because the inbox forgets it afterwards. @throws as `takeDelivery` */
export function takeKeptDelivery(home: Home, device: KnownDevice, body: Uint8Array, contentType: string): void {
  takeKeptRuns(home, device, parseRuns(body, contentType));
}

/** As `takeRuns`, at once: what waited while the home was locked. */
export function takeKeptRuns(home: Home, device: KnownDevice, runs: SampleRun[]): void {
  home.vault.ingest(scaledRuns(home, device, runs));
}

function parseRuns(body: Uint8Array, contentType: string): SampleRun[] {
  return contentType.startsWith('application/json') ? parseSampleJson(body) : parseSampleLines(body);
}

function scaledRuns(home: Home, device: KnownDevice, runs: SampleRun[]) {
  return runs.filter((run) => run.times.length > 0).map((run) => scaleRun(streamFor(home, device, run), run));
}

/** The stream of a device's series, made when it is first heard of. */
function streamFor(home: Home, device: KnownDevice, run: SampleRun): OpenStream {
  for (const stream of home.vault.streams(device.subject))
    if (stream.entry.device === device.id && stream.entry.source === run.series) return stream;
  const brought = home.vault.streams(device.subject).filter((stream) => stream.entry.device === device.id).length;
  if (brought >= STREAMS_PER_DEVICE_MAX)
    throw new HaleError('too-large', 'this device has brought as many series as one device may', {
      limit: STREAMS_PER_DEVICE_MAX,
    });
  const stream = home.vault.addStream(describeLive(home, device, run));
  home.network.listenAgain();
  return stream;
}

function describeLive(home: Home, device: KnownDevice, run: SampleRun): NewStream {
  const kind = kindFor(run.series);
  const factor = 10 ** -Math.max(decimalsOf(run.values), kind ? Math.round(-Math.log10(kind.scale)) : 0);
  const key = freeKey(home, device, run.series.toLowerCase().replace(/[^a-z0-9-]+/g, '-'));
  const period = periodOf(run.times) ?? kind?.nominalPeriodSeconds ?? 0;
  const edges = kind ? edgesIn(kind, kind.ucum) : [];
  return {
    subject: device.subject,
    key,
    kind: kind?.key ?? run.series,
    title: kind?.title ?? run.series,
    ucum: kind?.ucum ?? '',
    factor,
    origin: 0,
    loinc: (kind && loincFor(kind, kind.ucum)) ?? null,
    nominalPeriodSeconds: period,
    dayOffsetMinutes: 0,
    edges: edges.map((edge) => Math.round(edge / factor)),
    device: device.id,
    source: run.series,
  };
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
function scaleRun(
  stream: OpenStream,
  run: SampleRun,
): { stream: OpenStream; samples: Samples; rounded: number; rejected: number } {
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
