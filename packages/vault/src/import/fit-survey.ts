// A first pass over a FIT file: what it is, whose it is, which workouts it holds and what its clock counted from. Later passes need this before
// the first reading, and devices write it last.

import { unitsToText } from './encoding.ts';
import { elementReader, elementsOf, type FitField } from './fit-numbers.ts';
import { cadenceOf, MESSAGE, movedBy, PEDAL_FIELDS, STEP_FIELDS, workoutOf } from './fit-profile.ts';
import type { Person } from './fit-series.ts';
import { type FitDefinition, type FitSink, type MessageTaker, NO_TIME, SYSTEM_TIME_END } from './fit-wire.ts';
import { IMPORT_LIMITS } from './limits.ts';

const MESSAGE_INDEX_FIELD = 254;
/** The low bits of a message index; the others are flags. */
const INDEX_MASK = 0x0fff;
/** Of the sources of a device's description; 0 is plain ANT. */
const ANT_PLUS = 1;

export interface FitWorkout {
  startSeconds: number;
  endSeconds: number;
  workout: string;
}

/** A field's reader, or a constant NaN where the definition does not have it. */
export function fieldReader(definition: FitDefinition, number: number): (view: DataView, at: number) => number {
  const field = fieldOf(definition, number);
  if (!field) return () => Number.NaN;
  return elementReader(field.base, field.offset, definition.littleEndian);
}

/** A field by its number; one whose length does not fit its type is none, since reading it would read its neighbour. */
export function fieldOf(definition: FitDefinition, number: number): FitField | undefined {
  return definition.fields.find((field) => field.number === number && elementsOf(field) > 0);
}

/** Text up to its closing zero. */
export function textReader(definition: FitDefinition, number: number): (view: DataView, at: number) => string {
  const field = fieldOf(definition, number);
  if (field?.base !== 7) return () => '';
  return (view, at) => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at + field.offset, field.bytes);
    const end = bytes.indexOf(0);
    return unitsToText(bytes, 0, end < 0 ? bytes.length : end, 'utf-8').trim();
  };
}

export class FitSurvey implements FitSink {
  fileType = Number.NaN;
  manufacturer = Number.NaN;
  product = Number.NaN;
  productName = '';
  createdSeconds = NO_TIME;
  /** Added to times that count from when the device was switched on; null where nothing tells. */
  shiftSeconds: number | null = null;
  records = 0;
  #sport: string | null = null;
  /** What the sensors of the file are moved by. */
  readonly #moved = new Set<'steps' | 'pedals'>();
  #sorted: FitWorkout[] | null = null;
  readonly #sessions: FitWorkout[] = [];
  readonly #laps: FitWorkout[] = [];
  readonly #names = new Map<number, string>();
  readonly #readings = new Set<number>();
  readonly #zoneMinutes: number;

  constructor(zoneMinutes: number | undefined) {
    this.#zoneMinutes = zoneMinutes ?? 0;
  }

  begin(): void {}

  define(definition: FitDefinition): MessageTaker | null {
    switch (definition.message) {
      case MESSAGE.fileId:
        return this.#fileId(definition);
      case MESSAGE.session:
        return this.#workouts(definition, this.#sessions, 5, 6);
      case MESSAGE.lap:
        return this.#workouts(definition, this.#laps, 25, 39);
      case MESSAGE.sport:
        return this.#sportOf(definition);
      case MESSAGE.activity:
        return this.#clock(definition, 5);
      case MESSAGE.monitoringInfo:
        return this.#clock(definition, 0);
      case MESSAGE.userProfile:
        return this.#userProfile(definition);
      case MESSAGE.deviceInfo:
        return this.#sensor(definition);
      case MESSAGE.record:
        return this.#record(definition);
      case 30:
        return this.#reading(definition, 12);
      case 51:
        return this.#reading(definition, 9);
      default:
        return null;
    }
  }

  #fileId(definition: FitDefinition): MessageTaker {
    const [type, manufacturer, product, created] = [0, 1, 2, 4].map((number) => fieldReader(definition, number));
    const name = textReader(definition, 8);
    return (view, at) => {
      if (!Number.isNaN(this.fileType)) return;
      this.fileType = type(view, at);
      this.manufacturer = manufacturer(view, at);
      this.product = product(view, at);
      this.productName = name(view, at);
      const seconds = created(view, at);
      if (!Number.isNaN(seconds)) this.createdSeconds = seconds;
    };
  }

  #workouts(definition: FitDefinition, into: FitWorkout[], sportField: number, subSportField: number): MessageTaker {
    const [start, elapsed, sport, subSport] = [2, 7, sportField, subSportField].map((number) =>
      fieldReader(definition, number),
    );
    return (view, at, seconds) => {
      const from = start(view, at);
      const lasted = elapsed(view, at) / 1000;
      if (Number.isNaN(from) || into.length >= IMPORT_LIMITS.fitSessionsMax) return;
      const end = Number.isNaN(lasted) ? Math.max(seconds, from) : from + lasted;
      into.push({ startSeconds: from, endSeconds: end, workout: workoutOf(sport(view, at), subSport(view, at)) });
    };
  }

  #sportOf(definition: FitDefinition): MessageTaker {
    const [sport, subSport] = [0, 1].map((number) => fieldReader(definition, number));
    return (view, at) => {
      this.#sport ??= workoutOf(sport(view, at), subSport(view, at));
    };
  }

  #sensor(definition: FitDefinition): MessageTaker {
    const [type, source] = [1, 25].map((number) => fieldReader(definition, number));
    return (view, at) => {
      // Of Bluetooth and built-in sensors the numbers mean something else.
      const told = source(view, at);
      if (Number.isNaN(told) || told <= ANT_PLUS) this.#moves(movedBy(type(view, at)));
    };
  }

  #record(definition: FitDefinition): MessageTaker {
    const readers = [
      ...STEP_FIELDS.map((field) => ({ field, by: 'steps' as const })),
      ...PEDAL_FIELDS.map((field) => ({ field, by: 'pedals' as const })),
    ]
      .filter(({ field }) => fieldOf(definition, field))
      .map(({ field, by }) => ({ read: fieldReader(definition, field), by }));
    return (view, at) => {
      this.records++;
      for (const { read, by } of readers) if (!this.#moved.has(by) && !Number.isNaN(read(view, at))) this.#moves(by);
    };
  }

  #moves(by: 'steps' | 'pedals' | null): void {
    if (by !== null) this.#moved.add(by);
  }

  /** A time since switching on beside the wall clock's time tells when that was, but for the zone. */
  #clock(definition: FitDefinition, localField: number): MessageTaker {
    const local = fieldReader(definition, localField);
    return (view, at, seconds) => {
      const wall = local(view, at);
      if (this.shiftSeconds !== null || seconds === NO_TIME || seconds >= SYSTEM_TIME_END) return;
      if (wall >= SYSTEM_TIME_END) this.shiftSeconds = wall - this.#zoneMinutes * 60 - seconds;
    };
  }

  #userProfile(definition: FitDefinition): MessageTaker {
    const index = fieldReader(definition, MESSAGE_INDEX_FIELD);
    const name = textReader(definition, 0);
    return (view, at) => {
      const person = index(view, at);
      if (!Number.isNaN(person) && this.#names.size < IMPORT_LIMITS.personsMax)
        this.#names.set(person & INDEX_MASK, name(view, at));
    };
  }

  #reading(definition: FitDefinition, personField: number): MessageTaker {
    const person = fieldReader(definition, personField);
    return (view, at) => {
      const index = person(view, at);
      if (!Number.isNaN(index)) this.#readings.add(index & INDEX_MASK);
    };
  }

  /** How many persons the readings are of. */
  get persons(): number {
    return this.#readings.size;
  }

  /** Of the persons that have readings here. */
  get labels(): string[] {
    return [...this.#readings].flatMap((index) => this.person(index)?.label ?? []);
  }

  /** The person of a reading; undefined where a file knows but the one it belongs to. */
  person(index: number): Person | undefined {
    if (Number.isNaN(index)) return undefined;
    const number = index & INDEX_MASK;
    if (number === 0 && this.#readings.size <= 1 && this.#names.size <= 1) return undefined;
    const name = this.#names.get(number) ?? '';
    const isUnique = [...this.#names.values()].filter((other) => other === name).length === 1;
    return { label: name === '' ? `person ${number + 1}` : isUnique ? name : `${name} ${number + 1}` };
  }

  /** The workouts: sessions, or where a file was cut before they were written, the laps. */
  get workouts(): readonly FitWorkout[] {
    return this.#sessions.length > 0 ? this.#sessions : this.#laps;
  }

  get hasSessions(): boolean {
    return this.#sessions.length > 0;
  }

  /** What turns at that time: as the sport has it, and where a file was cut before it says its sport, as its sensors have it. */
  cadenceAt(seconds: number): 'steps' | 'pedals' | null {
    const workout = this.workoutAt(seconds);
    const isTold = this.hasSessions || (workout !== null && workout !== 'other');
    if (isTold || this.#moved.size !== 1) return cadenceOf(workout);
    return [...this.#moved][0];
  }

  /** What was going on at that time; null where the file does not say. */
  workoutAt(seconds: number): string | null {
    const { workouts } = this;
    if (workouts.length === 0) return this.#sport;
    if (workouts.length === 1) return workouts[0].workout;
    this.#sorted ??= [...workouts].sort((a, b) => a.startSeconds - b.startSeconds);
    let low = 0;
    let high = this.#sorted.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle].startSeconds <= seconds) low = middle;
      else high = middle;
    }
    return this.#sorted[low].workout;
  }
}
