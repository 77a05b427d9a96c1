// The series of an Apple Health export: one for each type, source and device, with its scale, and its samples while they wait for their neighbours.
import { kindFor, NOTHING } from '../kinds.ts';
import { type AppleScale, type AppleType, scaleFor } from './apple-types.ts';
import { describeSeries, label, slug } from './describe.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { NumberReader } from './numbers.ts';
import type { SeriesDescription } from './types.ts';

/** What a watch gives at rest. A workout's seconds fit a day's tile as well, and finer summaries than of an hour would hold two or three readings. */
const PERIOD_SECONDS_MIN = 300;
const PERIOD_SECONDS_UNKNOWN = 600;
const KEY_CHARS_MAX = 110;
const SOURCE_CHARS_MAX = 40;

/** Somebody or something that writes into Apple Health. */
export interface Origin {
  /** Part of the keys of its series; two of one slug are one. */
  slug: string;
  label: string;
}

export const NO_ORIGIN: Origin = { slug: '', label: '' };

export function sourceOf(name: string): Origin {
  return { slug: slug(name).slice(0, SOURCE_CHARS_MAX), label: label(name) };
}

/** `…, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:9.1>`: the software changes, the device stays. */
export function deviceOf(text: string): Origin {
  const part = (name: string): string =>
    label(new RegExp(`\\b${name}:(.*?)(?=, [a-zA-Z]+:|>|$)`).exec(text)?.[1] ?? '');
  const name = part('name');
  const hardware = part('hardware');
  return { slug: slug(hardware || name).slice(0, SOURCE_CHARS_MAX), label: [name, hardware].filter(Boolean).join(' ') };
}

/** Samples of one series that wait. A time may come several times, and in any order. */
export class AppleSeries {
  readonly description: SeriesDescription;
  readonly coded: boolean;
  count = 0;
  private times = new Float64Array(64);
  private ends = new Float64Array(64);
  private values = new Int32Array(64);

  constructor(description: SeriesDescription, coded: boolean) {
    this.description = description;
    this.coded = coded;
  }

  push(start: number, end: number, value: number): void {
    if (this.count === this.times.length) this.grow();
    this.times[this.count] = start;
    this.ends[this.count] = end;
    this.values[this.count++] = value;
  }

  private grow(): void {
    const { times, ends, values } = this;
    this.times = new Float64Array(2 * times.length);
    this.ends = new Float64Array(2 * times.length);
    this.values = new Int32Array(2 * times.length);
    this.times.set(times);
    this.ends.set(ends);
    this.values.set(values);
  }

  /** What waits, in the order of time. `spread` counts the samples that were moved off another's instant. */
  take(): { times: Float64Array; values: Int32Array; spread: number } {
    const { count } = this;
    this.count = 0;
    let ascending = true;
    for (let i = 1; i < count && ascending; i++) ascending = this.times[i] > this.times[i - 1];
    if (ascending && !this.coded)
      return { times: this.times.slice(0, count), values: this.values.slice(0, count), spread: 0 };
    const order = Array.from({ length: count }, (_, i) => i).sort(
      (a, b) =>
        this.times[a] - this.times[b] || this.ends[a] - this.ends[b] || this.values[a] - this.values[b] || a - b,
    );
    return this.coded ? this.codes(order) : this.numbers(order);
  }

  /**
   * The export cuts times to seconds, and foods of one meal have one time: what differs stands a microsecond behind the other, in an order
   * that does not depend on the file's. What is the same in start, end and value is one record written twice: the vault counts it.
   */
  private numbers(order: number[]): { times: Float64Array; values: Int32Array; spread: number } {
    const times = new Float64Array(order.length);
    const values = new Int32Array(order.length);
    let spread = 0;
    let micros = 0;
    order.forEach((index, i) => {
      const before = i === 0 ? -1 : order[i - 1];
      if (before < 0 || this.times[before] !== this.times[index]) micros = 0;
      else if (this.ends[before] !== this.ends[index] || this.values[before] !== this.values[index]) {
        micros++;
        spread++;
      }
      times[i] = this.times[index] + micros;
      values[i] = this.values[index];
    });
    return { times, values, spread };
  }

  /** A code at each start, and nothing where the last one ends that was still going on. */
  private codes(order: number[]): { times: Float64Array; values: Int32Array; spread: number } {
    const { times, values, spread } = this.numbers(order);
    const all: [number, number][] = [];
    let going = Number.NEGATIVE_INFINITY;
    order.forEach((index, i) => {
      if (times[i] > going && going > Number.NEGATIVE_INFINITY) all.push([going, NOTHING]);
      all.push([times[i], values[i]]);
      // An instant lasts until something else is told.
      if (this.ends[index] > times[i]) going = Math.max(going, this.ends[index]);
      else if (times[i] >= going) going = Number.NEGATIVE_INFINITY;
    });
    if (going > Number.NEGATIVE_INFINITY) all.push([going, NOTHING]);
    return {
      times: Float64Array.from(all, ([time]) => time),
      values: Int32Array.from(all, ([, value]) => value),
      spread,
    };
  }
}

/** Which series a record feeds, and how its value is read. */
export interface Lane {
  source: Origin;
  device: Origin;
  unit: string;
  byHand: boolean;
  series: AppleSeries;
  scale: AppleScale;
  reader: NumberReader;
  /** Only where percent may come as fractions: takes values over 1 as they stand. */
  percentReader: NumberReader | null;
}

export interface SeriesWanted {
  type: AppleType;
  kind: string;
  /** Beginning of the key; the kind's or the type's own. */
  key: string;
  title: string;
  unit: string;
  source: Origin;
  device: Origin;
  byHand: boolean;
  periodSeconds?: number;
  /** A kind of its own although the type has one: a workout's total is not another reading of the day's. */
  ownKind?: boolean;
}

export class AppleBook {
  readonly series: AppleSeries[] = [];
  private readonly byKey = new Map<string, AppleSeries>();
  private readonly lanes = new Map<string, Lane>();
  private roundedBefore = 0;

  get rounded(): number {
    let sum = this.roundedBefore;
    for (const { reader, percentReader } of this.lanes.values()) sum += reader.rounded + (percentReader?.rounded ?? 0);
    return sum;
  }

  /** Null when the file has too many series. */
  lane(wanted: SeriesWanted): Lane | null {
    const { source, device, unit, byHand } = wanted;
    const name = [wanted.key, wanted.kind, unit, source.slug, device.slug, byHand].join('\n');
    const known = this.lanes.get(name);
    if (known) return known;
    const made = this.make(wanted);
    if (made === null) return null;
    if (this.lanes.size >= IMPORT_LIMITS.appleSeriesMax) {
      this.roundedBefore = this.rounded;
      this.lanes.clear();
    }
    this.lanes.set(name, made);
    return made;
  }

  private make(wanted: SeriesWanted): Lane | null {
    const { type, source, device, unit, byHand } = wanted;
    const plain = { ucum: '', factor: 1, readFactor: 1, readOrigin: 0, isFraction: false };
    const scale: AppleScale =
      type.form === 'code'
        ? { kind: wanted.kind, ...plain }
        : scaleFor(type, wanted.ownKind ? type.kind : wanted.kind, unit);
    const series = this.seriesFor(wanted, wanted.ownKind ? wanted.kind : scale.kind, scale);
    if (!series) return null;
    const form = (factor: number) => ({ factor, origin: scale.readOrigin, decimalMark: '.' as const });
    const reader = new NumberReader(form(scale.readFactor));
    const percentReader = scale.isFraction ? new NumberReader(form(scale.factor)) : null;
    return { source, device, unit, byHand, series, scale, reader, percentReader };
  }

  private seriesFor(wanted: SeriesWanted, kind: string, scale: AppleScale): AppleSeries | null {
    const { source, device, byHand } = wanted;
    const ownUnit = kindFor(kind)?.ucum;
    const parts = [
      wanted.key,
      scale.ucum !== '' && ((ownUnit !== undefined && ownUnit !== scale.ucum) || kind.endsWith('-in-other-unit'))
        ? slug(scale.ucum)
        : '',
      source.slug,
      source.slug.includes(device.slug) ? '' : device.slug,
      byHand ? 'by-hand' : '',
    ];
    const key = parts
      .filter((part) => part !== '')
      .join('-')
      .slice(0, KEY_CHARS_MAX);
    const known = this.byKey.get(key);
    // A unit that changes within one file for a kind without conversions: a second series.
    if (known && known.description.ucum !== scale.ucum && !wanted.key.endsWith(slug(scale.ucum)))
      return this.seriesFor({ ...wanted, key: `${wanted.key}-${slug(scale.ucum) || 'no-unit'}` }, kind, scale);
    if (known) return known;
    if (this.series.length >= IMPORT_LIMITS.appleSeriesMax) return null;
    const origins = [source.label, device.label, byHand ? 'entered by hand' : ''].filter((part) => part !== '');
    const description = describeSeries(key, {
      title: wanted.title,
      kind,
      ucum: scale.ucum,
      factor: scale.factor,
      origin: 0,
      nominalPeriodSeconds: wanted.periodSeconds ?? periodOf(kind),
    });
    const series = new AppleSeries(
      { ...description, title: wanted.title, sourceLabel: label(origins.join(', ')) },
      wanted.type.form === 'code',
    );
    this.byKey.set(key, series);
    this.series.push(series);
    return series;
  }
}

function periodOf(kind: string): number {
  return Math.max(PERIOD_SECONDS_MIN, kindFor(kind)?.nominalPeriodSeconds ?? PERIOD_SECONDS_UNKNOWN);
}
