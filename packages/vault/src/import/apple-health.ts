// Apple Health's export.xml: records of years from every source that writes into Health, in one pass and constant memory.
// Written for exports of iOS 9 to 18; the DTD inside is passed over unread. Times carry the zone of the phone on the day of the export.
import { fail } from '@hale/kernel';
import { codeFor } from '../kinds.ts';
import { type Counted, Tally } from './apple-notes.ts';
import { AppleBook, type AppleSeries, deviceOf, type Lane, NO_ORIGIN, type Origin, sourceOf } from './apple-series.ts';
import { beatMicros, readAppleTime, readBeatClock } from './apple-times.ts';
import { type AppleType, appleType } from './apple-types.ts';
import { type AppleSink, readValue, WorkoutReader } from './apple-workouts.ts';
import type { ImportFormat } from './format.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { RejectionLog, reasonOf } from './rejections.ts';
import { readFully } from './source.ts';
import type { ByteSource, ImportItem, ImportOptions, OpenedImport, RejectionReason, SourceFolder } from './types.ts';
import { Remembered, textOf, XmlReader } from './xml.ts';

const ROOT = 'HealthData';
/** Bytes of the source after which waiting samples are handed over. */
const HAND_OVER_BYTES = 4 * IMPORT_LIMITS.readBytes;
const DETECT_BYTES = 4096;
const INTEGER_END = 2 ** 31;
const DAY_MICROS = 86_400_000_000;
/** Before HealthKit there were hand-entered weights, but no 1970. */
const EARLY_MICROS = Date.UTC(1971, 0, 2) * 1000;
/** 60,000 / RR in tenths of a millisecond gives back every whole number of beats a minute. */
const RR_STEP_MILLIS = 0.1;
const CONTINUOUS_GLUCOSE =
  /dexcom|libre|cgm|medtronic|minimed|guardian|eversense|xdrip|sugarmate|nightscout|\bloop\b|trio|stelo|lingo/i;

const IN_BED = codeFor('sleep-stage', 'in-bed');
const RR: AppleType = {
  ...appleType('HKQuantityTypeIdentifierInterBeatInterval'),
  key: 'rr-interval',
  kind: 'rr-interval',
};
const APART: ReadonlyMap<string, Counted> = new Map([
  ['ClinicalRecord', 'clinical record'],
  ['Audiogram', 'hearing test'],
  ['VisionPrescription', 'prescription'],
]);
/** Elements that only carry others, or stand inside those that are counted. */
const SILENT = new Set(
  `HealthData ExportDate Me HeartRateVariabilityMetadataList WorkoutActivity FileReference WorkoutRoute WorkoutEvent WorkoutStatistics
MetadataEntry SensitivityPoint Prescription RightEye LeftEye Attachment InstantaneousBeatsPerMinute`.split(/\s+/),
);

/** A type and the lanes that its records took last; most records take one of them. */
interface Entry {
  type: AppleType;
  lanes: Lane[];
}

const LANES_AT_HAND = 8;

/** The record that is being read. One object for all: a million small ones a minute would cost more than what is in them. */
class OpenRecord {
  isOpen = false;
  entry: Entry = { type: RR, lanes: [] };
  source = NO_ORIGIN;
  device = NO_ORIGIN;
  unit = '';
  start = Number.NaN;
  end = Number.NaN;
  zoneMinutes = 0;
  /** Of a category; NaN where its value has no code. */
  code = 0;
  inBed = false;
  byHand = false;
  isBasal = false;
  position = 0;
  /** The value as written, kept while the children are read. No number is longer; a longer text is cut and stays none. */
  readonly value = new Uint8Array(32);
  valueLength = 0;
}

/** What lies beside the export in its archive and says nothing of its own here: records come with a later version. */
const BESIDE = /(^|\/)(clinical-records\/.*\.json|export_cda\.xml)$/i;

async function isAppleHealth(source: ByteSource): Promise<boolean> {
  if (source.path !== undefined && BESIDE.test(source.path)) return true;
  if (!/\.xml$/i.test(source.name)) return false;
  const head = await readFully(source, 0, Math.min(DETECT_BYTES, source.sizeBytes));
  return /<!DOCTYPE\s+HealthData|<HealthData[\s>]/.test(textOf(head, 0, head.length));
}

/** What lies beside the export and is not read. */
function besideNotes(folder: SourceFolder): string[] {
  const notes: string[] = [];
  const files = folder.list();
  if (files.some((file) => /export_cda\.xml$/i.test(file.name)))
    notes.push('The same data as a clinical document (export_cda.xml) is left out: it says less than the export.');
  return notes;
}

/**
 * Opens an export.xml. The series found in its first megabytes are named at once, later ones while reading.
 * @throws HaleError 'malformed' where there is nothing of an export in the file
 */
async function openAppleHealth(
  source: ByteSource,
  folder: SourceFolder,
  options: ImportOptions,
): Promise<OpenedImport> {
  const scan = new AppleRun(source, { zoneMinutes: options.zoneMinutes ?? 0, exportMicros: Number.NaN });
  const series = await scan.scan();
  if (!scan.sawRoot)
    fail('malformed', 'this looks like an Apple Health export, but its data does not begin', {
      bytes: source.sizeBytes,
    });
  // What the file says of itself is nearer to the person's days than the zone of the machine that reads it years later.
  const zoneMinutes = scan.exportZone ?? options.zoneMinutes ?? 0;
  const notes = besideNotes(folder);
  const chunks = (from: number): AsyncGenerator<ImportItem, void, void> =>
    new AppleRun(source, { zoneMinutes, exportMicros: scan.exportMicros }).run(from);
  return {
    format: 'apple-health',
    what: 'An Apple Health export',
    series,
    notes,
    endPosition: source.sizeBytes,
    chunks,
  };
}

interface Frame {
  /** Of days that are only dates. */
  zoneMinutes: number;
  /** What lies behind it was in the future; NaN where the file does not say when it was written. */
  exportMicros: number;
}

/** One pass over an export, from a position to its end. */
class AppleRun implements AppleSink {
  readonly book = new AppleBook();
  sawRoot = false;
  exportMicros: number;
  exportZone: number | null = null;
  private readonly source: ByteSource;
  private readonly frame: Frame;
  private readonly log = new RejectionLog('byte');
  private readonly workouts = new WorkoutReader(this);
  private readonly entries = new Remembered<Entry>((text) => ({ type: appleType(text), lanes: [] }));
  private readonly sources = new Remembered(sourceOf);
  private readonly devices = new Remembered(deviceOf);
  private readonly units = new Remembered((text) => text);
  /** Values of categories, and names of details. */
  private readonly values = new Remembered((text) => text);
  private readonly tally = new Tally();
  private readonly zone = { minutes: 0 };
  private xml: XmlReader;
  private readonly record = new OpenRecord();
  private inCorrelation = false;
  private sawEnd = false;
  private seriesTold = 0;
  private handedOver = 0;
  private waiting = 0;
  private lastCoded = false;
  private lastEntry: Entry | null = null;
  private lastStart = Number.NaN;
  private readonly touched = new Set<AppleSeries>();

  constructor(source: ByteSource, frame: Frame) {
    this.source = source;
    this.frame = frame;
    this.exportMicros = frame.exportMicros;
    this.xml = new XmlReader(source, ROOT);
  }

  /** The series of the first megabytes. */
  async scan(): Promise<AppleSeries['description'][]> {
    for (;;) {
      const token = this.xml.next();
      if (token === 'end' || this.xml.position > IMPORT_LIMITS.appleScanBytes) break;
      if (token === 'more') await this.xml.fill();
      else if (token === 'open') this.openTag();
      else if (token === 'close') this.closeTag();
    }
    return this.book.series.map((series) => series.description);
  }

  async *run(from: number): AsyncGenerator<ImportItem, void, void> {
    this.xml = new XmlReader(this.source, ROOT, from);
    this.handedOver = from;
    for (;;) {
      const token = this.xml.next();
      if (token === 'more') await this.xml.fill();
      else if (token === 'open') {
        if (this.xml.tagPosition - this.handedOver >= HAND_OVER_BYTES && this.mayCut())
          yield* this.handOver(this.xml.tagPosition);
        this.openTag();
      } else if (token === 'close') this.closeTag();
      else if (token === 'damaged') this.damaged();
      else break;
    }
    this.finishRecord();
    this.workouts.finish();
    yield* this.handOver(this.source.sizeBytes);
    yield* this.closingNotes();
  }

  /** Between two top-level entries that do not need each other: those of one second, and nights that follow each other, stay in one piece. */
  private mayCut(): boolean {
    const { xml } = this;
    if (this.record.isOpen || this.inCorrelation || this.workouts.isOpen) return false;
    if (SILENT.has(xml.name)) return false;
    if (xml.name !== 'Record') return true;
    const index = xml.find('type');
    if (index < 0) return true;
    const entry = this.entries.get(xml.bytes, xml.start(index), xml.end(index));
    if (entry !== this.lastEntry) return true;
    if (this.lastCoded) return this.waiting >= IMPORT_LIMITS.appleCodedEntriesMax;
    return this.waiting >= IMPORT_LIMITS.appleSamplesWaitingMax || this.time('startDate') !== this.lastStart;
  }

  private openTag(): void {
    const { xml } = this;
    if (xml.name === 'Record') this.beginRecord();
    else if (xml.name === 'MetadataEntry') this.metadata();
    else if (xml.name === 'InstantaneousBeatsPerMinute') this.beat();
    else if (xml.name === 'Correlation') {
      this.finishRecord();
      this.inCorrelation = !xml.selfClosed;
    } else if (xml.name === 'Workout') {
      this.finishRecord();
      this.workouts.begin(xml, this.origin('sourceName'), this.device());
    } else if (this.workouts.isOpen) this.workouts.inside(xml);
    else if (xml.name === 'ActivitySummary') this.workouts.day(xml, this.frame.zoneMinutes);
    else if (xml.name === 'ExportDate') this.exportDate();
    else if (xml.name === ROOT) this.sawRoot = true;
    else if (!SILENT.has(xml.name)) this.tally.add(APART.get(xml.name) ?? 'unknown');
  }

  private closeTag(): void {
    const { name } = this.xml;
    if (name === 'Record') this.finishRecord();
    else if (name === 'Correlation') this.inCorrelation = false;
    else if (name === 'Workout') this.workouts.finish();
    else if (name === ROOT) this.sawEnd = true;
  }

  private damaged(): void {
    this.reject(this.xml.tagPosition, 'tag not closed');
  }

  reject(position: number, reason: RejectionReason): void {
    this.log.add(position, reason);
  }

  private time(name: string): number {
    const index = this.xml.find(name);
    return index < 0
      ? Number.NaN
      : readAppleTime(this.xml.bytes, this.xml.start(index), this.xml.end(index), this.zone);
  }

  private origin(name: string): Origin {
    const index = this.xml.find(name);
    return index < 0 ? NO_ORIGIN : this.sources.get(this.xml.bytes, this.xml.start(index), this.xml.end(index));
  }

  /** The object's address in the phone's memory comes first and differs each time; what follows is the device. */
  private device(): Origin {
    const { xml } = this;
    const index = xml.find('device');
    if (index < 0) return NO_ORIGIN;
    const end = xml.end(index);
    let start = xml.start(index);
    while (start < end && xml.bytes[start] !== 0x2c) start++;
    return this.devices.get(xml.bytes, start, end);
  }

  private exportDate(): void {
    const micros = this.time('value');
    if (Number.isNaN(micros)) return;
    this.exportMicros = micros;
    this.exportZone = this.zone.minutes;
  }

  private beginRecord(): void {
    const { xml } = this;
    this.finishRecord();
    // The DTD: "Any Records that appear as children of a correlation also appear as top-level records in this document."
    if (this.inCorrelation) {
      this.tally.add('repeated');
      return;
    }
    const typeIndex = xml.find('type');
    if (typeIndex < 0) {
      this.reject(xml.tagPosition, 'too few columns');
      return;
    }
    const start = this.time('startDate');
    if (Number.isNaN(start)) {
      this.reject(xml.tagPosition, xml.find('startDate') < 0 ? 'time missing' : 'time not understood');
      return;
    }
    const { record } = this;
    record.zoneMinutes = this.zone.minutes;
    const end = this.time('endDate');
    const unitIndex = xml.find('unit');
    record.isOpen = true;
    record.entry = this.entries.get(xml.bytes, xml.start(typeIndex), xml.end(typeIndex));
    record.start = start;
    record.end = end > start ? end : start;
    record.source = this.origin('sourceName');
    record.device = this.device();
    record.unit = unitIndex < 0 ? '' : this.units.get(xml.bytes, xml.start(unitIndex), xml.end(unitIndex));
    record.code = 0;
    record.inBed = false;
    record.byHand = false;
    record.isBasal = false;
    record.position = xml.tagPosition;
    if (end < start) this.tally.add('backwards');
    this.takeValue(record);
    if (xml.selfClosed) this.finishRecord();
  }

  private takeValue(record: OpenRecord): void {
    const { xml } = this;
    const { type } = record.entry;
    const index = xml.find('value');
    const start = index < 0 ? 0 : xml.start(index);
    const end = index < 0 ? 0 : xml.end(index);
    if (type.form === 'code') {
      const text = this.values.get(xml.bytes, start, end);
      record.inBed = type.inBed(text);
      record.code = record.inBed ? IN_BED : (type.codeOf(text) ?? Number.NaN);
      return;
    }
    record.valueLength = Math.min(end - start, record.value.length);
    for (let i = 0; i < record.valueLength; i++) record.value[i] = xml.bytes[start + i];
  }

  private metadata(): void {
    if (this.workouts.isOpen) {
      this.workouts.inside(this.xml);
      return;
    }
    const { record, xml } = this;
    if (!record.isOpen) return;
    const index = xml.find('key');
    const key = index < 0 ? '' : this.values.get(xml.bytes, xml.start(index), xml.end(index));
    if (key === 'HKWasUserEntered') record.byHand = xml.attribute('value') === '1';
    else if (key === 'HKInsulinDeliveryReason') record.isBasal = xml.attribute('value') === '1';
    else this.tally.add('detail');
  }

  /** Beats of a measurement of heart-rate variability, as the time between two of them. */
  private beat(): void {
    const { record, xml } = this;
    if (!record.isOpen) return;
    const beatsPerMinute = Number(xml.attribute('bpm') ?? '');
    const clock = readBeatClock(xml.attribute('time') ?? '');
    if (!(beatsPerMinute > 0 && beatsPerMinute <= 600)) {
      this.reject(xml.tagPosition, 'not a number');
      return;
    }
    if (Number.isNaN(clock)) {
      this.reject(xml.tagPosition, 'time not understood');
      return;
    }
    const micros = beatMicros(clock, record.start, record.zoneMinutes);
    const { source, device, byHand } = record;
    const lane = this.book.lane({
      type: RR,
      kind: 'rr-interval',
      key: 'rr-interval',
      title: 'RR / inter-beat interval',
      unit: 'ms',
      source,
      device,
      byHand,
    });
    this.keep(
      lane,
      micros,
      micros,
      Math.round(60_000 / beatsPerMinute / (lane?.scale.factor ?? RR_STEP_MILLIS)),
      xml.tagPosition,
    );
  }

  private finishRecord(): void {
    const { record } = this;
    if (!record.isOpen) return;
    record.isOpen = false;
    this.lastEntry = record.entry;
    this.lastStart = record.start;
    this.lastCoded = record.entry.type.form === 'code';
    if (Number.isNaN(record.code)) {
      this.reject(record.position, 'code not known');
      return;
    }
    const lane = this.laneOf(record);
    const value = this.lastCoded || !lane ? record.code : readValue(lane, record.value, 0, record.valueLength);
    this.keep(lane, record.start, record.end, value, record.position);
  }

  private laneOf(record: OpenRecord): Lane | null {
    const { source, device, unit, byHand } = record;
    const { lanes } = record.entry;
    const isPlain = !record.inBed && !record.isBasal;
    for (let i = 0; isPlain && i < lanes.length; i++) {
      const lane = lanes[i];
      if (
        lane.source.slug === source.slug &&
        lane.device.slug === device.slug &&
        lane.unit === unit &&
        lane.byHand === byHand
      )
        return lane;
    }
    const lane = this.book.lane({ ...meaningOf(record), unit, source, device, byHand });
    if (lane === null || !isPlain) return lane;
    if (lanes.length >= LANES_AT_HAND) lanes.length = 0;
    lanes.push(lane);
    return lane;
  }

  keep(lane: Lane | null, start: number, end: number, value: number, position: number): void {
    if (lane === null) {
      this.reject(position, 'too many series');
      return;
    }
    if (value >= INTEGER_END) {
      this.reject(position, reasonOf(value));
      return;
    }
    if (start > this.exportMicros + DAY_MICROS) this.tally.add('future');
    if (start < EARLY_MICROS) this.tally.add('early');
    lane.series.push(start, end, value);
    if (lane.series.count === 1) this.touched.add(lane.series);
    this.waiting++;
  }

  /** New series, rejections, then samples. Only the last item carries the new position: whoever stops between resumes before them all. */
  private *handOver(position: number): Generator<ImportItem, void, void> {
    const { handedOver } = this;
    for (; this.seriesTold < this.book.series.length; this.seriesTold++)
      yield { type: 'series', series: this.book.series[this.seriesTold].description };
    if (!this.log.empty) yield* this.log.take(0, handedOver);
    const waiting = [...this.touched];
    for (let i = 0; i < waiting.length; i++) {
      const { times, values, spread } = waiting[i].take();
      this.tally.add('spread', spread);
      const told = i === waiting.length - 1 ? position : handedOver;
      yield { type: 'samples', series: waiting[i].description.key, times, values, position: told };
    }
    this.touched.clear();
    this.waiting = 0;
    this.handedOver = position;
  }

  private *closingNotes(): Generator<ImportItem, void, void> {
    const { tally, workouts } = this;
    tally.add('rounded', this.book.rounded);
    tally.add('other activity', workouts.otherActivities);
    tally.add('route', workouts.routes);
    tally.add('day', workouts.days);
    for (const text of tally.notes(this.frame.zoneMinutes)) yield { type: 'note', text };
    if (!this.sawEnd)
      yield {
        type: 'note',
        text: 'The export has no end: it was cut off. All that is there was taken; export it again for the rest.',
      };
  }
}

/** Which kind a record is, where its type alone does not say it. */
function meaningOf({
  entry: { type },
  source,
  device,
  inBed,
  isBasal,
}: OpenRecord): Pick<Parameters<AppleBook['lane']>[0], 'type' | 'kind' | 'key' | 'title' | 'ownKind'> {
  if (inBed) return { type, kind: type.kind, key: 'in-bed', title: 'In bed' };
  if (type.insulin && isBasal)
    return {
      type,
      kind: 'insulin-basal-dose',
      key: 'insulin-basal-dose',
      title: 'Basal insulin, doses',
      ownKind: true,
    };
  if (type.glucose && CONTINUOUS_GLUCOSE.test(`${source.label} ${device.label}`))
    return { type, kind: 'glucose-cgm', key: 'glucose-cgm', title: 'Interstitial glucose (CGM)' };
  return { type, kind: type.kind, key: type.key, title: type.title };
}

export const APPLE_HEALTH: ImportFormat = {
  name: 'apple-health',
  detect: isAppleHealth,
  head: (source, folder) =>
    source.path !== undefined && BESIDE.test(source.path) ? folder.find('export.xml') : source,
  open: openAppleHealth,
};
