// TCX (Garmin's TrainingCenterDatabase v2): activities with laps and points: heart rate, cadence, power, position, altitude, distance, speed.
// From the schema TrainingCenterDatabasev2.xsd and ActivityExtensionv2.xsd, never seen on a real file.
import { fail } from '@hale/kernel';
import { codeFor, NOTHING } from '../kinds.ts';
import type { ImportFormat } from './format.ts';
import { readFully } from './source.ts';
import { TRACK_HAND_OVER_BYTES, TrackBook, type TrackField } from './tracks.ts';
import type { ByteSource, ImportItem, ImportOptions, OpenedImport } from './types.ts';
import { textOf, XmlReader } from './xml.ts';

const ROOT = 'TrainingCenterDatabase';
const DETECT_BYTES = 4096;

const TAGS: ReadonlyMap<string, TrackField> = new Map([
  ['LatitudeDegrees', 'latitude'],
  ['LongitudeDegrees', 'longitude'],
  ['AltitudeMeters', 'altitude'],
  ['DistanceMeters', 'distance'],
  ['Speed', 'speed'],
  ['Watts', 'power'],
  ['RunCadence', 'cadenceSteps'],
  ['Cadence', 'cadenceCycling'],
]);

/** The schema knows three sports. */
const SPORTS: ReadonlyMap<string, string> = new Map([
  ['Running', 'running'],
  ['Biking', 'cycling'],
]);

async function isTcx(source: ByteSource): Promise<boolean> {
  if (!/\.(tcx|xml)$/i.test(source.name)) return false;
  const head = await readFully(source, 0, Math.min(DETECT_BYTES, source.sizeBytes));
  return textOf(head, 0, head.length).includes(`<${ROOT}`) || /\.tcx$/i.test(source.name);
}

async function openTcx(source: ByteSource, options: ImportOptions): Promise<OpenedImport> {
  const xml = new XmlReader(source, ROOT);
  for (let found = false; !found; ) {
    const token = xml.next();
    if (token === 'more') await xml.fill();
    else if (token === 'end')
      fail('malformed', 'this is no TCX file: it has no tag TrainingCenterDatabase', { bytes: source.sizeBytes });
    found = token === 'open' && xml.name === ROOT;
  }
  const zoneMinutes = options.zoneMinutes ?? 0;
  const chunks = (from: number): AsyncGenerator<ImportItem, void, void> => new TcxRun(source, zoneMinutes).run(from);
  return { format: 'tcx', what: 'Training (TCX)', series: [], notes: [], endPosition: source.sizeBytes, chunks };
}

/** One pass. An activity gives its points their sport, so a file is read from its start and points already delivered are passed over. */
class TcxRun {
  private readonly source: ByteSource;
  private readonly book: TrackBook;
  private readonly xml: XmlReader;
  private from = 0;
  private sport = 'other';
  private sportTold = false;
  private inPoint = false;
  private inHeartRate = false;
  private activityStart = Number.NaN;
  private activityEnd = Number.NaN;
  private courses = 0;
  private laps = 0;

  constructor(source: ByteSource, zoneMinutes: number) {
    this.source = source;
    this.book = new TrackBook('', zoneMinutes);
    this.xml = new XmlReader(source, ROOT);
  }

  async *run(from: number): AsyncGenerator<ImportItem, void, void> {
    const book = this.book;
    const xml = this.xml;
    this.from = from;
    let handedOver = from;
    let ended = false;
    for (;;) {
      const token = xml.next();
      if (token === 'end') break;
      if (token === 'more') await xml.fill();
      else if (token === 'damaged') {
        if (xml.tagPosition >= from) book.log.add(xml.tagPosition, 'tag not closed');
      } else if (token === 'open') {
        if (xml.name === 'Trackpoint' && !this.inPoint && xml.tagPosition - handedOver >= TRACK_HAND_OVER_BYTES) {
          yield* book.handOver(handedOver, xml.tagPosition);
          handedOver = xml.tagPosition;
        }
        this.openTag();
      } else {
        this.closeTag();
        ended ||= xml.name === ROOT;
      }
    }
    this.endPoint(this.source.sizeBytes);
    this.endActivity(this.source.sizeBytes);
    yield* book.handOver(handedOver, this.source.sizeBytes);
    yield* book.notes();
    if (this.laps > 0)
      yield {
        type: 'note',
        text: `${this.laps} laps have totals of their own (energy, averages), which are not kept.`,
      };
    if (this.courses > 0) yield { type: 'note', text: `${this.courses} courses are planned ways and are left out.` };
    if (!ended)
      yield { type: 'note', text: 'The training has no end: the file was cut off. All that is there was taken.' };
  }

  private openTag(): void {
    const { xml, book } = this;
    if (xml.name === 'Activity') {
      this.endActivity(xml.tagPosition);
      this.sport = SPORTS.get(xml.attribute('Sport') ?? '') ?? 'other';
      this.sportTold = true;
    } else if (xml.name === 'Course') this.courses++;
    else if (xml.name === 'Lap' && this.sportTold) this.lap();
    else if (xml.name === 'HeartRateBpm') this.inHeartRate = true;
    else if (xml.name === 'Trackpoint') {
      this.endPoint(xml.tagPosition);
      if (!this.sportTold || xml.tagPosition < this.from) {
        this.inPoint = this.sportTold;
        return;
      }
      this.inPoint = true;
      book.beginPoint();
    }
  }

  /** Each lap begins at its StartTime; the first also begins the session. */
  private lap(): void {
    const { xml } = this;
    const index = xml.find('StartTime');
    const micros = index < 0 ? Number.NaN : this.book.timeOf(xml.bytes, xml.start(index), xml.end(index));
    if (Number.isNaN(micros)) return;
    if (Number.isNaN(this.activityStart)) this.beginSession(micros, xml.tagPosition);
    else if (xml.tagPosition >= this.from)
      this.book.coded('workout-event', 'Workout event').push(micros, codeFor('workout-event', 'lap'));
    this.laps++;
  }

  private beginSession(micros: number, position: number): void {
    this.activityStart = micros;
    this.activityEnd = micros;
    if (position >= this.from)
      this.book.coded('workout-session', 'Workout session').push(micros, codeFor('workout-session', this.sport));
  }

  private closeTag(): void {
    const { xml, book } = this;
    if (xml.name === 'Trackpoint') this.endPoint(xml.tagPosition);
    else if (xml.name === 'Activity') this.endActivity(xml.tagPosition);
    else if (xml.name === 'HeartRateBpm') this.inHeartRate = false;
    else if (this.inPoint && xml.name === 'Time') this.pointTime();
    else if (this.inPoint && xml.tagPosition >= this.from) {
      const field = this.inHeartRate && xml.name === 'Value' ? 'heartRate' : TAGS.get(xml.name);
      if (field) book.value(this.inSport(field), xml.bytes, xml.textStart, xml.textEnd, xml.tagPosition);
    }
  }

  /** The plain cadence is of the pedals, but of the feet where somebody ran. */
  private inSport(field: TrackField): TrackField {
    return field === 'cadenceCycling' && this.sport !== 'cycling'
      ? this.sport === 'running'
        ? 'cadenceSteps'
        : 'cadence'
      : field;
  }

  private pointTime(): void {
    const { xml, book } = this;
    const micros = book.timeOf(xml.bytes, xml.textStart, xml.textEnd);
    book.time(xml.bytes, xml.textStart, xml.textEnd);
    if (Number.isNaN(micros)) return;
    if (Number.isNaN(this.activityStart)) this.beginSession(micros, xml.tagPosition);
    this.activityEnd = Math.max(this.activityEnd, micros);
  }

  private endPoint(position: number): void {
    if (this.inPoint && position > this.from) this.book.endPoint(position);
    this.inPoint = false;
  }

  private endActivity(position: number): void {
    if (!Number.isNaN(this.activityStart) && position > this.from)
      this.book.coded('workout-session', 'Workout session').push(this.activityEnd, NOTHING);
    this.activityStart = Number.NaN;
    this.sportTold = false;
  }
}

export const TCX: ImportFormat = {
  name: 'tcx',
  detect: isTcx,
  open: (source, _, options) => openTcx(source, options),
};
