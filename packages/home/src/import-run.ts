// One file on its way into the vault: chunks are gathered to commits, each series finds the stream that it belongs to, what another source brought
// already is left there, and the report says what became of every reading.
import { HaleError } from '@hale/kernel';
import {
  concatSamples,
  type IngestResult,
  inOrder,
  isOneSensor,
  isSameQuantity,
  isSurelyOneSensor,
  type OpenStream,
  type OriginEntry,
  type Overlap,
  originWith,
  rawSlots,
  type Samples,
  type Scale,
  withoutHeld,
} from '@hale/vault';
import { type ImportItem, type OpenedImport, type SeriesDescription, slug } from '@hale/vault/import';
import type { SampleRun } from '@hale/vault/lines';
import { doubtfulTimes, TIME_DOUBT } from '@hale/vault/live';
import type { ImportReport, Parameters } from './api.ts';
import type { Home } from './home.ts';
import { ImportNotes } from './import-notes.ts';
import type { Context } from './operations/context.ts';
import { importedAnew, overlapOf } from './twins.ts';

/** Samples gathered before they are committed: one fsync per that many. */
const COMMIT_SAMPLES = 120_000;
const PROGRESS_MILLIS = 100;

/** Samples of one series that wait; those that yield apart (types.ts). */
interface Lot {
  plain: Samples[];
  yielding: Samples[];
}

/** Where a series goes: the name, the stream if it is there already, and what it brought so far. */
interface Place {
  key: string;
  known: OpenStream | null;
  /** Whole steps of the stream for one of the series: 100 where the stream keeps hundredths and the series whole numbers. */
  steps: number;
  /** The stream holds readings of this series at times that differ by less than the coarser source tells. */
  isFuzzy: boolean;
  /** This source had brought the stream, or makes it: nothing of another sensor can stand there. */
  isSure: boolean;
  accepted: number;
  firstMicros: number;
  lastMicros: number;
  /** Samples that the stream held already. */
  repeated: number;
  /** Samples that lie in another stream already, by its key. */
  elsewhere: Map<OpenStream, number>;
}

/** A stream of the same kind, with what it has in common with some samples. */
interface Common {
  stream: OpenStream;
  overlap: Overlap;
}

/** What an import is told beside its files. */
type ImportWish = Pick<Parameters<'import'>, 'subject' | 'as' | 'dryRun'>;

export function emptyReport(file: string): ImportReport {
  return {
    file,
    format: '',
    what: '',
    read: 0,
    accepted: 0,
    duplicate: 0,
    corrected: 0,
    rejected: 0,
    rejections: [],
    streams: [],
    named: {},
    elsewhere: [],
    notes: [],
    interrupted: false,
    seconds: 0,
  };
}

export class ImportRun {
  readonly report: ImportReport;
  readonly #context: Context;
  readonly #opened: OpenedImport;
  readonly #parameters: ImportWish;
  readonly #subject: string;
  readonly #places = new Map<string, Place>();
  /** Places that a series left when another sensor's readings turned up there. */
  readonly #left: [string, Place][] = [];
  readonly #descriptions = new Map<string, SeriesDescription>();
  readonly #waiting = new Map<string, Lot>();
  readonly #notes: ImportNotes;
  #waitingSamples = 0;
  /** Times that lie in the future. */
  #doubtful = 0;
  #said = 0;
  readonly #began = Date.now();

  constructor(context: Context, name: string, opened: OpenedImport, parameters: ImportWish) {
    this.#context = context;
    this.#notes = new ImportNotes(context.home);
    this.#opened = opened;
    this.#parameters = parameters;
    this.#subject = context.home.vault.subject(parameters.subject).id;
    for (const series of opened.series) this.#descriptions.set(series.key, series);
    this.report = {
      ...emptyReport(name),
      format: opened.format,
      what: opened.what,
      streams: opened.series.map((series) => series.key),
      notes: [...opened.notes],
      ...(opened.columns ? { columns: opened.columns } : {}),
      ...(parameters.dryRun && opened.mapping ? { mapping: opened.mapping } : {}),
    };
  }

  async finish(): Promise<ImportReport> {
    for await (const item of this.#opened.chunks(0)) {
      this.#take(item);
      if (this.#waitingSamples >= COMMIT_SAMPLES) await this.#commit();
      if (this.#context.signal.aborted) {
        this.report.interrupted = true;
        break;
      }
    }
    await this.#commit();
    for (const [series, place] of this.#all()) this.#noteLive(series, place);
    if (!this.#parameters.dryRun) this.#recordOrigins();
    if (this.#doubtful > 0)
      this.report.notes.push(
        `${this.#doubtful} times lie in the future: a clock or a zone was wrong. They are kept as they stand, and flagged in ${TIME_DOUBT}.`,
      );
    this.#tellWhere();
    this.report.seconds = (Date.now() - this.#began) / 1000;
    return this.report;
  }

  #all(): [string, Place][] {
    return [...this.#left, ...this.#places];
  }

  #take(item: ImportItem): void {
    if (item.type === 'series') this.#descriptions.set(item.series.key, item.series);
    else if (item.type === 'note') this.report.notes.push(item.text);
    else if (item.type === 'rejection') {
      this.report.rejected += item.count;
      this.report.read += item.count;
      this.report.rejections.push({ place: item.place, reason: item.reason, count: item.count });
    } else {
      const lot = this.#waiting.get(item.series) ?? { plain: [], yielding: [] };
      this.#waiting.set(item.series, lot);
      (item.yields ? lot.yielding : lot.plain).push({ times: item.times, values: item.values });
      if (item.texts) this.#notes.hear(item.series, item.texts);
      this.#waitingSamples += item.times.length;
      this.#progress(item.position);
    }
  }

  #progress(position: number): void {
    if (Date.now() - this.#said < PROGRESS_MILLIS) return;
    this.#said = Date.now();
    this.#context.emit({
      progress: { what: this.report.file, done: position, total: this.#opened.endPosition, unit: 'bytes' },
    });
  }

  async #commit(): Promise<void> {
    if (this.#waitingSamples === 0) return;
    const lots = [...this.#waiting];
    this.#waiting.clear();
    this.#waitingSamples = 0;
    const batches = lots
      .flatMap(([series, { plain, yielding }]) => [
        ...(plain.length > 0 ? [this.#sorted(series, plain, false)] : []),
        ...(yielding.length > 0 ? [this.#sorted(series, yielding, true)] : []),
      ])
      .filter(({ samples }) => samples.times.length > 0);
    const { home } = this.#context;
    const doubts = doubtfulTimes(
      batches.map(({ samples }) => samples),
      home.nowMicros(),
      true,
    );
    this.#doubtful += doubts?.times.length ?? 0;
    const results = this.#parameters.dryRun
      ? batches.map(({ place, samples }) => rehearse(home, place.known, inSteps(samples, place.steps)))
      : await home.ingestQueue.ingest(
          batches.map(({ series, place, samples, yields }) => {
            const stream = this.#stream(series, place);
            return { stream, samples: inSteps(this.#withTexts(series, stream, samples), place.steps), yields };
          }),
        );
    this.#notes.forget();
    if (doubts && !this.#parameters.dryRun) await keepDoubts(home, this.#subject, doubts);
    results.forEach((result, i) => {
      this.#count(result, batches[i].place, batches[i].samples);
    });
    // Other work of the node (a reader, a device) gets its turn.
    await new Promise((turn) => setImmediate(turn));
  }

  #withTexts(series: string, stream: OpenStream, given: Samples): Samples {
    const { samples, refused } = this.#notes.keep(series, stream, given);
    if (refused > 0) {
      this.report.read += refused;
      this.report.rejected += refused;
      this.report.rejections.push({ place: `notes of ${series}`, reason: 'too many different texts', count: refused });
    }
    return samples;
  }

  #count(result: IngestResult, place: Place, { times }: Samples): void {
    this.report.read += result.read;
    this.report.accepted += result.accepted;
    this.report.duplicate += result.duplicate;
    this.report.corrected += result.corrected;
    place.accepted += result.accepted + result.corrected;
    place.repeated += result.duplicate;
    if (times.length === 0) return;
    place.firstMicros = Math.min(place.firstMicros, times[0]);
    place.lastMicros = Math.max(place.lastMicros, times[times.length - 1]);
  }

  /** In order of time, without what another source's stream holds already. */
  #sorted(series: string, parts: Samples[], yields: boolean) {
    const { samples, repeated } = inOrder(concatSamples(parts));
    this.report.read += repeated;
    this.report.duplicate += repeated;
    const overlaps = this.#overlaps(series, samples);
    const place = this.#placeFor(series, overlaps);
    return { series, place, yields, samples: this.#withoutTwins(series, place, samples, overlaps) };
  }

  /** The place of a series, left for another one where these samples show that another sensor measured there. */
  #placeFor(series: string, overlaps: readonly Common[]): Place {
    const place = this.#place(series, overlaps);
    const own = overlaps.find(({ stream }) => stream === place.known)?.overlap;
    if (place.isSure || !own || isOneSensor(own) !== false) return place;
    this.#left.push([series, place]);
    this.#places.delete(series);
    return this.#place(series, overlaps);
  }

  #withoutTwins(series: string, place: Place, samples: Samples, overlaps: readonly Common[]): Samples {
    let left = samples;
    for (const { stream, overlap } of overlaps) {
      const isOwn = stream.entry.key === place.key;
      if (isOneSensor(overlap) !== true || (isOwn && !place.isFuzzy)) continue;
      // Of several streams that hold it the first one counts.
      const again = left === samples ? overlap : overlapOf(this.#context.home, stream, this.#scale(series), left);
      if (!again || again.same === 0) continue;
      left = withoutHeld(left, again.held);
      if (isOwn) place.repeated += again.same;
      else place.elsewhere.set(stream, (place.elsewhere.get(stream) ?? 0) + again.same);
      this.report.read += again.same;
      this.report.duplicate += again.same;
    }
    return left;
  }

  /** The other streams of this kind, with what they have in common with these samples. */
  #overlaps(series: string, samples: Samples): Common[] {
    if (samples.times.length === 0) return [];
    const { home } = this.#context;
    const scale = this.#scale(series);
    const place = this.#places.get(series);
    return home.vault.streams(this.#subject).flatMap((stream) => {
      // What stands in the own stream at exactly these times is told apart when it is taken in.
      const isPlain = place?.isSure && !place.isFuzzy && stream.entry.key === place.key;
      const overlap =
        isSameQuantity(stream.entry.kind, scale.kind) && !isPlain ? overlapOf(home, stream, scale, samples) : null;
      return overlap ? [{ stream, overlap }] : [];
    });
  }

  #scale(series: string): Scale {
    const { kind, ucum, factor, origin, nominalPeriodSeconds } = this.#description(series);
    return { kind, ucum, factor, origin, nominalPeriodMicros: nominalPeriodSeconds * 1e6 };
  }

  /** The stream of a series: the one that an earlier import made, or a new one. */
  #stream(series: string, place: Place): OpenStream {
    place.known ??= makeStream(this.#context.home, this.#subject, place.key, this.#description(series));
    return place.known;
  }

  #description(series: string): SeriesDescription {
    const description = this.#descriptions.get(series);
    if (!description) throw new HaleError('corrupt', 'the importer delivered a series that it did not describe');
    return description;
  }

  /** Decided by the first samples of the series, and kept. */
  #place(series: string, overlaps: readonly Common[]): Place {
    const known = this.#places.get(series);
    if (known) return known;
    // One name for several persons' series would mix them.
    const isOne = this.#descriptions.size === 1;
    const as = this.#parameters.as === undefined || isOne ? this.#parameters.as : `${this.#parameters.as}-${series}`;
    const { home } = this.#context;
    const description = this.#description(series);
    const found =
      as === undefined ? this.#placeAmong(description, overlaps) : numberedPlace(home, this.#subject, as, description);
    const own = overlaps.find(({ stream }) => stream === found.known)?.overlap;
    const isFuzzy = as === undefined && own !== undefined && own.same > own.exact;
    const isSure = found.known === null || as !== undefined || this.#hasBrought(found.known, description);
    const place = {
      ...found,
      isFuzzy,
      isSure,
      accepted: 0,
      repeated: 0,
      firstMicros: Infinity,
      lastMicros: -Infinity,
      elsewhere: new Map(),
    };
    this.#places.set(series, place);
    return place;
  }

  /**
   * A series goes on in the stream of its name, or in one that holds the same readings. Where another sensor's readings stand at the same
   * times it gets a stream of its own: two devices on one arm do not correct each other.
   */
  #placeAmong(series: SeriesDescription, overlaps: readonly Common[]): PlaceFound {
    const { home } = this.#context;
    const taken = [...this.#places.values()].map(({ key }) => key);
    const open = overlaps.filter(
      ({ stream }) =>
        stepsIn(stream, series) !== null && !taken.includes(stream.entry.key) && stream.entry.device === null,
    );
    const holds = open
      .filter(({ overlap }) => isSurelyOneSensor(overlap))
      .sort((a, b) => b.overlap.same - a.overlap.same)[0];
    if (holds) return placeIn(holds.stream, series);
    // A source that had brought the stream corrects it, however much of it.
    const others = new Set(
      overlaps
        .filter(({ stream, overlap }) => isOneSensor(overlap) === false && !this.#hasBrought(stream, series))
        .map(({ stream }) => stream),
    );
    const label = slug(series.sourceLabel);
    const isTold = label !== '' && !series.key.includes(label);
    const names = isTold ? [series.key, `${series.key}-${label}`] : [series.key];
    return numberedPlace(home, this.#subject, names, series, (stream) => others.has(stream));
  }

  #hasBrought(stream: OpenStream, series: SeriesDescription): boolean {
    const source = sourceOf(this.#opened.format, series);
    return this.#context.home.vault.state.origins.has(`${stream.id}/${source}`);
  }

  /** In the stream of a device what was there is the device's, but for what this source had brought itself. */
  #noteLive(series: string, { known, repeated, elsewhere }: Place): void {
    if (!known || known.entry.device === null) return;
    const source = sourceOf(this.#opened.format, this.#description(series));
    const own = this.#context.home.vault.state.origins.get(`${known.id}/${source}`)?.samples ?? 0;
    if (repeated > own) elsewhere.set(known, repeated - own);
  }

  /** The streams that hold it now, and those that held some of it before. */
  #tellWhere(): void {
    const named: ImportReport['named'] = {};
    const counts = new Map<string, number>();
    for (const [series, { key, known, accepted, elsewhere }] of this.#all()) {
      const { kind, title } = known?.entry ?? this.#description(series);
      if (known !== null || accepted > 0) named[key] = { kind, title };
      for (const [{ entry }, count] of elsewhere) counts.set(entry.key, (counts.get(entry.key) ?? 0) + count);
    }
    this.report.streams = Object.keys(named);
    for (const [, { elsewhere }] of this.#all())
      for (const { entry } of elsewhere.keys()) named[entry.key] ??= { kind: entry.kind, title: entry.title };
    this.report.named = named;
    this.report.elsewhere = [...counts].map(([stream, count]) => ({ stream, count }));
  }

  /** Who brought what stands in the catalogue: also of readings that came a second time, at the stream that kept them. */
  #recordOrigins(): void {
    const entries: OriginEntry[] = [];
    for (const [series, place] of this.#all()) {
      const source = sourceOf(this.#opened.format, this.#description(series));
      const { firstMicros, lastMicros, accepted } = place;
      if (place.known && accepted > 0)
        entries.push(
          ...this.#origin(place.known, source, {
            samples: accepted,
            elsewhere: place.elsewhere.get(place.known) ?? 0,
            ...{ firstMicros, lastMicros },
          }),
        );
      for (const [stream, elsewhere] of place.elsewhere) {
        if (stream === place.known && accepted > 0) continue;
        const { firstMicros: first, lastMicros: last } = this.#context.home.vault.store.sampleCount(stream.number);
        const range = { firstMicros: first ?? 0, lastMicros: last ?? 0 };
        entries.push(...this.#origin(stream, source, { samples: 0, elsewhere, ...range }));
      }
    }
    if (entries.length > 0) this.#context.home.vault.record(entries);
    importedAnew(this.#context.home);
  }

  #origin(
    stream: OpenStream,
    source: string,
    brought: Pick<OriginEntry, 'samples' | 'elsewhere' | 'firstMicros' | 'lastMicros'>,
  ): OriginEntry[] {
    const { vault } = this.#context.home;
    const known = vault.state.origins.get(`${stream.id}/${source}`);
    const { subject, n } = stream.entry;
    const origin = originWith(known, {
      subject,
      n,
      source,
      assurance: 'imported',
      at: vault.clock.nowMicros(),
      ...brought,
    });
    const isNew = !known || origin.samples > known.samples || origin.elsewhere > known.elsewhere;
    return isNew ? [origin] : [];
  }
}

type PlaceFound = Pick<Place, 'key' | 'known' | 'steps'>;

const SOURCE_CHARS_MAX = 80;

/** `FIT, Fenix 5`: the format, and the device or application where the file tells it. */
function sourceOf(format: string, { sourceLabel, personLabel }: SeriesDescription): string {
  const told = personLabel === undefined ? sourceLabel : '';
  return (told === '' ? format : `${format}: ${told}`).slice(0, SOURCE_CHARS_MAX);
}

/** Integer values of the series below this stay within int32 in a hundred times finer stream. */
const STEPS_MAX = 1000;

/** How many steps of the stream are one of the series; null where the stream cannot hold its values exactly. */
function stepsIn({ entry }: OpenStream, series: SeriesDescription): number | null {
  const { factor, origin, ucum, kind } = entry;
  if (origin !== series.origin || ucum !== series.ucum || kind !== series.kind) return null;
  const steps = Math.round(series.factor / factor);
  const isExact = steps >= 1 && steps <= STEPS_MAX && Math.abs(series.factor / factor - steps) < 1e-9 * steps;
  return isExact ? steps : null;
}

const placeIn = (stream: OpenStream, series: SeriesDescription): PlaceFound => ({
  key: stream.entry.key,
  known: stream,
  steps: stepsIn(stream, series) ?? 1,
});

/** @throws HaleError 'out-of-range' where a value leaves int32 */
function inSteps(samples: Samples, steps: number): Samples {
  if (steps === 1) return samples;
  const values = samples.values.map((value) => value * steps);
  if (values.some((value, i) => value !== samples.values[i] * steps))
    throw new HaleError('out-of-range', 'a value is too large for the finer scale of the stream that has its kind');
  return { times: samples.times, values };
}

/** The first of the names, else the last one numbered, that is free or names a stream that this series can go on in. */
function numberedPlace(
  home: Home,
  subject: string,
  names: string | string[],
  series: SeriesDescription,
  isOther: (stream: OpenStream) => boolean = () => false,
): PlaceFound {
  const wanted = [names].flat();
  for (let n = 1; ; n++) {
    const key = wanted[n - 1] ?? `${wanted[0]}-${n - wanted.length + 1}`;
    const known = home.vault.findStream(subject, key);
    if (!known) return { key, known: null, steps: 1 };
    if (stepsIn(known, series) !== null && !isOther(known)) return placeIn(known, series);
  }
}

/**
 * What taking these samples in would count. Held against what is stored and against each other, not against what a dry run read earlier:
 * a file that repeats itself over more than a commit's worth of samples shows them as new.
 */
function rehearse(home: Home, stream: OpenStream | null, { times, values }: Samples): IngestResult {
  const counted: IngestResult = { read: times.length, accepted: 0, duplicate: 0, corrected: 0 };
  const stored = new Map<number, number>();
  const [from, to] = [times[0] ?? 0, times[times.length - 1] ?? 0];
  for (const slot of stream ? rawSlots(home.vault.rooms, stream, from, to + 1) : [])
    slot.times.forEach((time, i) => {
      stored.set(time, slot.values[i]);
    });
  times.forEach((time, i) => {
    const before = stored.get(time);
    if (before === undefined) counted.accepted++;
    else if (before === values[i]) counted.duplicate++;
    else counted.corrected++;
    stored.set(time, values[i]);
  });
  return counted;
}

/** Flags beside what was imported, in a stream of their own: apart from those of a device that delivers. */
async function keepDoubts(home: Home, subject: string, doubts: SampleRun): Promise<void> {
  const description: SeriesDescription = {
    key: TIME_DOUBT,
    kind: TIME_DOUBT,
    kindKnown: false,
    title: 'Device time doubt',
    ucum: 's',
    factor: 1,
    origin: 0,
    nominalPeriodSeconds: 60,
    sourceLabel: 'files',
  };
  const isLive = (stream: OpenStream) => stream.entry.device !== null;
  const { key, known } = numberedPlace(home, subject, [TIME_DOUBT, `${TIME_DOUBT}-files`], description, isLive);
  const stream = known ?? makeStream(home, subject, key, description);
  await home.ingestQueue.ingest([
    { stream, samples: { times: doubts.times, values: Int32Array.from(doubts.values) }, yields: true },
  ]);
}

function makeStream(home: Home, subject: string, key: string, series: SeriesDescription): OpenStream {
  const stream = home.vault.addStream({
    subject,
    key,
    kind: series.kind,
    title: series.title,
    ucum: series.ucum,
    factor: series.factor,
    origin: series.origin,
    loinc: series.loinc ?? null,
    nominalPeriodSeconds: series.nominalPeriodSeconds,
    dayOffsetMinutes: 0,
    edges: (series.edges ?? []).map((edge) => Math.round((edge - series.origin) / series.factor)),
    device: null,
    source: series.sourceLabel,
    assurance: 'imported',
  });
  home.network.listenAgain();
  return stream;
}
