// Tracks of GPX and TCX: what each point of a way says, as series. Both formats are XML with short texts inside of nested tags.
import { kindFor } from '../kinds.ts';
import { describeSeries, label } from './describe.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { NumberReader } from './numbers.ts';
import { RejectionLog, reasonOf } from './rejections.ts';
import { SampleBuffer } from './series-book.ts';
import { TimeReader } from './times.ts';
import type { ImportItem, SeriesDescription } from './types.ts';

/** What a point can say: `[key, kind, title, unit, step]`. Altitude and course have no kind of their own and are kept by name. */
const FIELDS = {
  latitude: ['position-latitude', 'position', 'Position, latitude', 'deg', 1e-7],
  longitude: ['position-longitude', 'position', 'Position, longitude', 'deg', 1e-7],
  altitude: ['altitude', 'altitude', 'Altitude', 'm', 0.001],
  distance: ['distance-along', 'distance-along', 'Distance since the start', 'm', 0.001],
  heartRate: ['heart-rate', 'heart-rate', 'Heart rate', '/min', 1],
  cadence: ['cadence', 'cadence', 'Cadence', '/min', 0.1],
  cadenceCycling: ['cadence-cycling', 'cadence-cycling', 'Cycling cadence', '/min', 0.1],
  cadenceSteps: ['cadence-steps', 'cadence-steps', 'Step cadence', '/min', 0.1],
  power: ['power', 'power', 'Mechanical power', 'W', 1],
  speed: ['speed', 'speed', 'Speed', 'm/s', 0.001],
  course: ['course', 'course', 'Course', 'deg', 0.001],
  airTemperature: ['air-temperature', 'air-temperature', 'Air temperature', 'Cel', 0.01],
  waterTemperature: ['water-temperature', 'water-temperature', 'Water temperature', 'Cel', 0.01],
  accuracyHorizontal: ['position-accuracy', 'position-accuracy', 'Accuracy of the position', 'm', 0.001],
  accuracyVertical: ['altitude-accuracy', 'altitude-accuracy', 'Accuracy of the altitude', 'm', 0.001],
} as const;

export type TrackField = keyof typeof FIELDS;

/** Routes have a point a second; the same for all, so that the routes of years are one series. */
const POINT_SECONDS = 1;
const INTEGER_END = 2 ** 31;

interface Lane {
  buffer: SampleBuffer;
  reader: NumberReader;
  value: number;
  isSet: boolean;
}

/** The values of one point at a time, and the series that they feed. */
export class TrackBook {
  readonly series: SeriesDescription[] = [];
  readonly log = new RejectionLog('byte');
  /** Points without a time of their own: nothing can be said of them on a time line. */
  timeless = 0;
  zoneless = 0;
  points = 0;
  private readonly sourceLabel: string;
  private readonly zoneMinutes: number;
  private readonly lanes = new Map<TrackField, Lane>();
  private readonly extra: SampleBuffer[] = [];
  private readonly times = new TimeReader('ymd');
  private micros: number | null = null;
  private told = 0;

  constructor(sourceLabel: string, zoneMinutes: number) {
    this.sourceLabel = label(sourceLabel);
    this.zoneMinutes = zoneMinutes;
  }

  beginPoint(): void {
    this.micros = null;
    for (const lane of this.lanes.values()) lane.isSet = false;
  }

  /** Micros of a time as written, NaN if it is none. Without a zone it is in the one that was asked for. */
  timeOf(bytes: Uint8Array, start: number, end: number): number {
    const micros = this.times.read(bytes, start, end, this.zoneMinutes);
    if (!Number.isNaN(micros) && !this.times.hadZone) this.zoneless++;
    return micros;
  }

  time(bytes: Uint8Array, start: number, end: number): void {
    this.micros = this.timeOf(bytes, start, end);
  }

  value(field: TrackField, bytes: Uint8Array, start: number, end: number, position: number): void {
    const lane = this.lane(field);
    const value = lane.reader.read(bytes, start, end);
    if (value >= INTEGER_END) this.log.add(position, reasonOf(value));
    else {
      lane.value = value;
      lane.isSet = true;
    }
  }

  endPoint(position: number): void {
    const micros = this.micros;
    if (micros === null) this.timeless++;
    else if (Number.isNaN(micros)) this.log.add(position, 'time not understood');
    else {
      this.points++;
      for (const lane of this.lanes.values()) if (lane.isSet) lane.buffer.push(micros, lane.value);
    }
    this.micros = null;
  }

  /** A series beside the points: the sport and its laps. */
  coded(key: string, title: string): SampleBuffer {
    const known = this.extra.find((buffer) => buffer.key === key);
    if (known) return known;
    const form = { title, kind: key, ucum: '', factor: 1, origin: 0, nominalPeriodSeconds: 86_400 };
    this.series.push({ ...describeSeries(key, form), sourceLabel: this.sourceLabel });
    const buffer = new SampleBuffer(key);
    this.extra.push(buffer);
    return buffer;
  }

  private lane(field: TrackField): Lane {
    const known = this.lanes.get(field);
    if (known) return known;
    const [key, kind, title, ucum, factor] = FIELDS[field];
    const form = {
      title: kindFor(kind)?.title ?? title,
      kind,
      ucum,
      factor,
      origin: 0,
      nominalPeriodSeconds: POINT_SECONDS,
    };
    this.series.push({ ...describeSeries(key, form), title, sourceLabel: this.sourceLabel });
    const reader = new NumberReader({ factor, origin: 0, decimalMark: '.' });
    const lane = { buffer: new SampleBuffer(key), reader, value: 0, isSet: false };
    this.lanes.set(field, lane);
    return lane;
  }

  /** New series, rejections, then samples; only the last carries the new position. */
  *handOver(from: number, position: number): Generator<ImportItem, void, void> {
    for (; this.told < this.series.length; this.told++) yield { type: 'series', series: this.series[this.told] };
    if (!this.log.empty) yield* this.log.take(0, from);
    const waiting = [...this.extra, ...[...this.lanes.values()].map((lane) => lane.buffer)].filter(
      ({ count }) => count > 0,
    );
    for (let i = 0; i < waiting.length; i++) {
      const told = i === waiting.length - 1 ? position : from;
      yield { type: 'samples', series: waiting[i].key, ...waiting[i].take(), position: told };
    }
  }

  *notes(): Generator<ImportItem, void, void> {
    const rounded = [...this.lanes.values()].reduce((sum, { reader }) => sum + reader.rounded, 0);
    if (this.timeless > 0)
      yield {
        type: 'note',
        text: `${this.timeless} points have no time and are left out: a planned way, not one that was gone.`,
      };
    if (rounded > 0)
      yield { type: 'note', text: `${rounded} values had more decimals than are kept and were rounded.` };
    if (this.zoneless > 0)
      yield {
        type: 'note',
        text: `${this.zoneless} times name no zone and are taken as ${this.zoneMinutes} minutes east of UTC.`,
      };
  }
}

/** Bytes of the source after which waiting samples are handed over. */
export const TRACK_HAND_OVER_BYTES = 4 * IMPORT_LIMITS.readBytes;
