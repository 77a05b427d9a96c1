// The series of a file whose records say one by one what they measure: found while reading, named and scaled by a first look at the file.

import { kindFor } from '../kinds.ts';
import { codeFor } from '../kinds-codes.ts';
import { describeSeries, label, slug, UniqueNames } from './describe.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { TIME_MAX_MICROS, TIME_MIN_MICROS } from './lines.ts';
import { decimalsOf } from './numbers.ts';
import { RejectionLog } from './rejections.ts';
import { SampleBuffer } from './series-book.ts';
import { isPlausible } from './text-times.ts';
import type { ImportItem, ImportOptions, RejectionReason, SeriesDescription } from './types.ts';

const INT32_MAX = 2147483647;
const DAY_MICROS = 86_400_000_000;
/** Times kept of each series during the first look, for its usual spacing. */
const TIMES_LOOKED_AT = 200;
const ABSURD = 1e9;
/** A unit is a code; what is longer is none. */
const UNIT_CHARS_MAX = 40;

/** What a sample belongs to. Kind, unit, source and a fixed scale together make a series. */
export interface SeriesWanted {
  kind: string;
  ucum: string;
  /** Device or application, where the file tells. */
  source?: string;
  /** Whose it is, where records say so. The first person of a file is taken as the only one until there is another. */
  person?: string;
  title?: string;
  /** Decimals that the source speaks of, at least. */
  decimals?: number;
  /** A scale that the source gives itself; otherwise decimals are found. */
  factor?: number;
  origin?: number;
  periodSeconds?: number;
}

interface Shelved {
  wanted: SeriesWanted;
  key: string;
  /** Decimals kept; -1 where the source gives a scale of its own. */
  decimals: number;
  /** Decimals seen, and the largest value, during the first look. */
  shown: number;
  largest: number;
  times: number[];
  description: SeriesDescription;
  buffer: SampleBuffer;
  rounded: number;
}

/** Decimals of a number as it is written shortest. */
export function decimalsIn(value: number): number {
  const text = String(Math.abs(value));
  const [digits, power] = text.split('e');
  const dot = digits.indexOf('.');
  const fraction = (dot < 0 ? 0 : digits.length - dot - 1) - Number(power ?? 0);
  return Math.max(0, fraction);
}

function learn(shelved: Shelved, micros: number, value: number): void {
  if (shelved.times.length < TIMES_LOOKED_AT) shelved.times.push(micros);
  if (!Number.isFinite(value)) return;
  shelved.shown = Math.max(shelved.shown, decimalsIn(value));
  // One absurd value must not cost all others their decimals: it is refused when it comes.
  if (Math.abs(value) < ABSURD) shelved.largest = Math.max(shelved.largest, Math.abs(value));
}

function usualSpacing(times: number[]): number | null {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  if (sorted.length < 4) return null;
  const steps = sorted.slice(1).map((time, i) => time - sorted[i]);
  const median = steps.sort((a, b) => a - b)[steps.length >> 1] / 1e6;
  return median >= 1 ? Math.round(median) : Number(median.toPrecision(6));
}

/**
 * Collects the samples of one pass. A first pass over the beginning of the file learns; `settled` gives the shelf for the real one, whose series
 * have their names and scales.
 */
export class SeriesShelf {
  /** While true samples name their series and are not kept: what a resumed import has delivered before. */
  muted = false;
  /** The record under way, for rejections. */
  record = 0;
  private readonly options: ImportOptions;
  private readonly noun: string;
  private readonly from: string | undefined;
  private readonly learning: boolean;
  private readonly names = new UniqueNames();
  private readonly shelves = new Map<string, Shelved>();
  private readonly byWanted = new WeakMap<SeriesWanted, Shelved>();
  private readonly log: RejectionLog;
  private readonly tallies = new Map<string, number>();
  /** Those that the records name. */
  readonly persons: string[] = [];
  private told = 0;
  private handedOver = 0;

  /** `learning`: the first look, which keeps no samples. */
  constructor(options: ImportOptions, noun: string, learning: boolean, from?: string) {
    this.options = options;
    this.from = from;
    this.noun = noun;
    this.learning = learning;
    this.log = new RejectionLog(noun);
  }

  /** Where this pass takes up: nothing that it tells lies before. */
  beginAt(position: number): void {
    this.handedOver = position;
  }

  get series(): SeriesDescription[] {
    return [...this.shelves.values()].map(({ description }) => description);
  }

  /** Samples that wait to be handed over. */
  waiting = 0;

  /** A quantity at a time in micros, NaN where the time was not understood. */
  sample(wanted: SeriesWanted, micros: number, value: number): void {
    if (!this.isAskedFor(wanted)) return;
    const shelved = this.shelfFor(wanted, value);
    if (shelved === null) this.reject('too many series');
    else if (!(micros >= TIME_MIN_MICROS && micros < TIME_MAX_MICROS)) this.reject('time not understood');
    else this.put(shelved, micros, value);
  }

  private isAskedFor({ person }: SeriesWanted): boolean {
    const { only } = this.options;
    if (person === undefined || !only || only.length === 0 || only.includes(person)) return true;
    this.tell('Samples of persons that were not asked for');
    return false;
  }

  /** What begins at a time, for kinds that are no quantity. @throws HaleError 'usage' for a code that the kind does not have */
  code(kind: string, key: string, micros: number, source?: string): void {
    const wanted: SeriesWanted = { kind, ucum: '', factor: 1, origin: 0 };
    if (source !== undefined) wanted.source = source;
    this.sample(wanted, micros, codeFor(kind, key));
  }

  reject(reason: RejectionReason): void {
    if (!this.muted) this.log.add(this.record, reason);
  }

  /** Counts something that is told at the end: `text` has no content of the file. */
  tell(text: string, count = 1): void {
    if (!this.muted) this.tallies.set(text, (this.tallies.get(text) ?? 0) + count);
  }

  private put(shelved: Shelved, micros: number, value: number): void {
    if (this.learning) {
      learn(shelved, micros, value);
      return;
    }
    if (this.muted) return;
    const { factor, origin } = shelved.description;
    const steps = shelved.decimals >= 0 ? value * 10 ** shelved.decimals : (value - origin) / factor;
    const nearest = Math.round(steps);
    if (!(Math.abs(nearest) <= INT32_MAX)) {
      this.reject(Number.isFinite(value) ? 'number too large to store' : 'not a number');
      return;
    }
    if (Math.abs(steps - nearest) > 1e-6 * Math.max(1, Math.abs(steps))) shelved.rounded++;
    // + 0 turns -0 into 0.
    shelved.buffer.push(micros, nearest + 0);
    this.waiting++;
    if (!isPlausible(micros)) this.tell('Samples with a time before 1990, kept as they are');
    if (this.options.endMicros !== undefined && micros > this.options.endMicros + DAY_MICROS)
      this.tell('Samples with a time after the file was made, kept as they are');
  }

  private shelfFor(wanted: SeriesWanted, value: number): Shelved | null {
    // Importers that put millions of samples give the same object each time.
    const known = this.byWanted.get(wanted);
    if (known) return known;
    const found = this.shelfById(wanted, value);
    if (found) this.byWanted.set(wanted, found);
    return found;
  }

  private shelfById(wanted: SeriesWanted, value: number): Shelved | null {
    const id = `${wanted.kind} ${wanted.ucum} ${wanted.factor ?? ''} ${wanted.origin ?? ''} ${wanted.source ?? ''}\n${wanted.person ?? ''}`;
    return this.shelves.get(id) ?? this.add(id, wanted, value);
  }

  private add(id: string, wanted: SeriesWanted, value: number): Shelved | null {
    if (this.shelves.size >= IMPORT_LIMITS.seriesPerFileMax) return null;
    const base = (slug(wanted.kind) || 'signal') + this.personSuffix(wanted.person);
    const from = wanted.source === undefined ? '' : slug(wanted.source);
    const unit = slug(wanted.ucum);
    const key = this.names.take(base, from && `${base}-${from}`, unit && `${base}-${unit}`);
    const shown = Math.max(wanted.decimals ?? 0, Number.isFinite(value) ? decimalsIn(value) : 0);
    const largest = Number.isFinite(value) ? Math.abs(value) : 0;
    const decimals = wanted.factor === undefined ? this.decimalsFor(wanted, shown, largest, key) : -1;
    const shelved: Shelved = {
      wanted,
      key,
      decimals,
      shown,
      largest,
      times: [],
      description: this.describe(wanted, key, decimals, null),
      buffer: new SampleBuffer(key),
      rounded: 0,
    };
    this.shelves.set(id, shelved);
    return shelved;
  }

  private personSuffix(person: string | undefined): string {
    if (person === undefined) return '';
    if (!this.persons.includes(person)) this.persons.push(person);
    return this.persons[0] === person ? '' : `-${slug(person) || 'person'}`;
  }

  /** What the kind needs and the values show, as far as int32 has room. */
  private decimalsFor({ kind, ucum }: SeriesWanted, shown: number, largest: number, key: string): number {
    const known = kindFor(kind);
    const unit = known && known.ucum !== ucum ? known.otherUnits.find((other) => other.ucum === ucum) : undefined;
    // The kind's step in the unit that the source uses: what one file happens to show must not decide for the next.
    const size = known?.ucum === ucum ? 1 : unit?.factor;
    const own = known && size !== undefined ? Math.max(0, Math.round(-Math.log10(known.scale / size))) : 0;
    const endless = shown > IMPORT_LIMITS.decimalsMax;
    let decimals = endless ? Math.max(own, 2) : Math.max(own, shown);
    const existing = this.options.existing?.(key);
    if (existing && existing.ucum === ucum && existing.origin === 0)
      decimals = Math.max(decimals, decimalsOf(existing.factor));
    const room = Math.max(
      largest * 4,
      own > 0 && known ? Math.min(Math.abs(known.deviceMax) / (size ?? 1), 2_000_000) : 0,
    );
    while (decimals > 0 && room * 10 ** decimals > INT32_MAX) decimals--;
    return decimals;
  }

  private describe(wanted: SeriesWanted, key: string, decimals: number, spacing: number | null): SeriesDescription {
    const known = kindFor(wanted.kind);
    const description = describeSeries(key, {
      title: label(wanted.title ?? known?.title ?? wanted.kind.replaceAll('-', ' ')),
      kind: slug(wanted.kind) || 'signal',
      ucum: label(wanted.ucum).slice(0, UNIT_CHARS_MAX),
      factor: wanted.factor ?? Number(`1e-${Math.max(0, decimals)}`),
      origin: wanted.origin ?? 0,
      nominalPeriodSeconds: wanted.periodSeconds ?? spacing ?? known?.nominalPeriodSeconds ?? 60,
    });
    const several = wanted.person !== undefined && this.persons.length > 1;
    const personLabel = several ? { personLabel: label(wanted.person ?? '') } : {};
    return {
      ...description,
      ...personLabel,
      sourceLabel: label(wanted.source ?? this.from ?? wanted.title ?? wanted.kind),
    };
  }

  /** A shelf for the real pass, with what this one learnt. */
  settled(): SeriesShelf {
    const shelf = new SeriesShelf(this.options, this.noun, false, this.from);
    shelf.persons.push(...this.persons);
    for (const [id, learnt] of this.shelves) {
      const { wanted, key, shown, largest } = learnt;
      shelf.names.take(key);
      const spacing = wanted.periodSeconds === undefined ? usualSpacing(learnt.times) : null;
      const decimals = wanted.factor === undefined ? this.decimalsFor(wanted, shown, largest, key) : -1;
      const description = this.describe(wanted, key, decimals, spacing);
      shelf.shelves.set(id, { ...learnt, decimals, description, buffer: new SampleBuffer(key) });
    }
    shelf.told = shelf.shelves.size;
    return shelf;
  }

  /** New series, rejections, then samples; only the last carries the new position, so that whoever stops between resumes before them all. */
  *handOver(position: number): Generator<ImportItem, void, void> {
    const before = this.handedOver;
    const all = [...this.shelves.values()];
    const waiting = all.filter(({ buffer }) => buffer.count > 0);
    if (waiting.length > 0) {
      for (; this.told < all.length; this.told++) yield { type: 'series', series: all[this.told].description };
    }
    if (!this.log.empty) yield* this.log.take(0, before);
    for (let i = 0; i < waiting.length; i++) {
      const at = i === waiting.length - 1 ? position : before;
      yield { type: 'samples', series: waiting[i].key, ...waiting[i].buffer.take(), position: at };
    }
    this.waiting = 0;
    this.handedOver = position;
  }

  *closingNotes(): Generator<ImportItem, void, void> {
    for (const { rounded, description } of this.shelves.values())
      if (rounded > 0)
        yield {
          type: 'note',
          text: `${rounded} values of ${description.key} had more decimals than are kept and were rounded.`,
        };
    for (const [text, count] of this.tallies) yield { type: 'note', text: `${text}: ${count}.` };
  }
}
