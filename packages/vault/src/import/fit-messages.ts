// FIT messages to samples: each definition is turned once into a reader of just the fields that mean something here, which then runs over its messages.
import { kindMatching } from '../kinds.ts';
import { unitWritten } from '../kinds-units.ts';
import { slug } from './describe.ts';
import type { FitClock } from './fit-clock.ts';
import { FitHeart } from './fit-heart.ts';
import { FitMonitoring } from './fit-monitoring.ts';
import { elementReader, elementsOf, type FitField } from './fit-numbers.ts';
import {
  DEGREES_PER_SEMICIRCLE,
  deviceLabel,
  type FitMessage,
  type FitQuantity,
  MESSAGE,
  PLAIN_MESSAGES,
  PLANNED,
  RECORD,
} from './fit-profile.ts';
import type { FitBook, FitSeries, Person } from './fit-series.ts';
import { FitSessions } from './fit-sessions.ts';
import { type FitSurvey, fieldOf, fieldReader, textReader } from './fit-survey.ts';
import { type FitDefinition, type FitReader, type FitSink, type MessageTaker, NO_TIME } from './fit-wire.ts';
import type { SampleBuffer } from './series-book.ts';

const PLAIN = new Map(PLAIN_MESSAGES.map((message) => [message.message, message]));
const OWN_KEYS = new Set(PLAIN_MESSAGES.flatMap(({ quantities }) => quantities.map(({ key }) => key)));
for (const key of ['distance', 'cadence', 'steps', 'position-latitude', 'position-longitude']) OWN_KEYS.add(key);
/** Kinds that are sums over a time; a developer's running total is none. */
const SUMS = new Set(['distance', 'steps', 'energy-active', 'energy-total', 'floors-climbed', 'elevation-gain']);
/** Base types of floating point. */
const BASE_FLOATS = new Set([8, 9]);
const FLOAT_DECIMALS = 1000;

/** What all readers of messages share. */
export interface FitRoom {
  book: FitBook;
  clock: FitClock;
  survey: FitSurvey;
  reader(): FitReader;
}

/** Takes the number of one field at one time. */
type FieldTaker = (view: DataView, at: number, micros: number, seconds: number, person: Person | undefined) => void;

interface DeveloperField {
  name: string;
  units: string;
  base: number;
  scale: number;
  offset: number;
}

export class FitMessages implements FitSink {
  /** Fields that a read message had and nobody knows, as `message.field`. */
  readonly fieldsLeft = new Set<string>();
  plannedLeft = 0;
  readonly #room: FitRoom;
  readonly #monitoring: FitMonitoring;
  readonly #heart: FitHeart;
  readonly #sessions: FitSessions;
  readonly #described = new Map<string, DeveloperField>();
  #fileType = Number.NaN;
  #lastDistance = { value: Number.NaN, micros: 0 };

  constructor(room: FitRoom) {
    this.#room = room;
    this.#monitoring = new FitMonitoring(room);
    this.#heart = new FitHeart(room);
    this.#sessions = new FitSessions(room);
  }

  begin(): void {
    this.finish();
    this.#described.clear();
    this.#fileType = Number.NaN;
    this.#lastDistance = { value: Number.NaN, micros: 0 };
    this.#monitoring.begin();
    this.#heart.begin();
  }

  /** Hands over what waited for more; call at the end. */
  finish(): void {
    this.#monitoring.finish();
    this.#sessions.finish();
  }

  notes(): string[] {
    return [...this.#monitoring.notes(), ...this.#heart.notes(), ...this.#sessions.notes()];
  }

  define(definition: FitDefinition): MessageTaker | null {
    const { message } = definition;
    if (message === MESSAGE.fileId) return this.#fileId(definition);
    if (message === MESSAGE.fieldDescription) return this.#fieldDescription(definition);
    if (message === MESSAGE.deviceInfo) return this.#deviceInfo(definition);
    if (message === MESSAGE.record && PLANNED.has(this.#fileType))
      return () => {
        this.plannedLeft++;
      };
    const own =
      this.#monitoring.define(definition) ?? this.#heart.define(definition) ?? this.#sessions.define(definition);
    if (own) return this.#leave(definition, own.fields, own.taker);
    const plain = PLAIN.get(message);
    return plain ? this.#plain(plain, definition) : null;
  }

  /** Notes the fields that nothing reads. */
  #leave(definition: FitDefinition, read: readonly number[], taker: MessageTaker): MessageTaker {
    for (const { number } of definition.fields)
      if (number < 250 && !read.includes(number)) this.fieldsLeft.add(`${definition.message}.${number}`);
    return taker;
  }

  #fileId(definition: FitDefinition): MessageTaker {
    const type = fieldReader(definition, 0);
    return (view, at) => {
      this.#fileType = type(view, at);
    };
  }

  #plain(message: FitMessage, definition: FitDefinition): MessageTaker {
    const { book, clock } = this.#room;
    const takers: FieldTaker[] = [];
    const read = [message.timeField, message.personField].filter((number) => number !== undefined);
    for (const quantity of message.quantities) {
      const taker = this.#quantity(quantity, definition);
      if (taker) takers.push(taker);
      read.push(quantity.field, ...(quantity.wider === undefined ? [] : [quantity.wider]));
    }
    if (message.message === MESSAGE.record) {
      takers.push(...this.#recordFields(definition));
      read.push(...Object.values(RECORD));
    }
    if (takers.length === 0) return this.#leave(definition, read, () => {});
    const time = message.timeField === undefined ? null : fieldReader(definition, message.timeField);
    const person = message.personField === undefined ? null : fieldReader(definition, message.personField);
    const { survey } = this.#room;
    const taker: MessageTaker = (view, at, told) => {
      const seconds = time ? time(view, at) : message.ofFile && told === NO_TIME ? this.#timeOfFile() : told;
      if (!(seconds >= 0)) return book.reject('time missing');
      const micros = clock.micros(seconds);
      const whose = person ? survey.person(person(view, at)) : undefined;
      for (const take of takers) take(view, at, micros, seconds, whose);
    };
    return this.#leave(definition, read, taker);
  }

  #timeOfFile(): number {
    const { seconds } = this.#room.reader();
    return seconds === NO_TIME ? this.#room.survey.createdSeconds : seconds;
  }

  #quantity(quantity: FitQuantity, definition: FitDefinition): FieldTaker | null {
    const wider = quantity.wider === undefined ? undefined : fieldOf(definition, quantity.wider);
    const narrow = fieldOf(definition, quantity.field);
    if (!wider && !narrow) return null;
    const { book } = this.#room;
    const { scale, offset, periodSeconds, key, ucum, title } = quantity;
    const wanted: FitSeries = {
      key,
      kind: quantity.kind ?? key,
      ucum,
      factor: 1 / scale,
      origin: -offset,
      periodSeconds,
    };
    if (title !== undefined) wanted.title = title;
    const min = (quantity.min ?? Number.NEGATIVE_INFINITY) * (quantity.times ?? 1);
    const max = quantity.max ?? Number.POSITIVE_INFINITY;
    const readWider = wider ? numberReader(definition, wider, quantity, 1) : null;
    const readNarrow = narrow ? numberReader(definition, narrow, quantity, quantity.times ?? 1) : null;
    const read = (readWider ?? readNarrow) as (view: DataView, at: number) => number;
    const readElse = readWider ? readNarrow : null;
    let buffer: SampleBuffer | null = null;
    return (view, at, micros, _, person) => {
      let value = read(view, at);
      if (Number.isNaN(value)) {
        if (readElse) value = readElse(view, at);
        if (Number.isNaN(value)) return;
      }
      if (value < min || value > max) return book.missed(key);
      if (person || buffer === null) {
        const found = book.buffer(wanted, person);
        if (found) book.keep(found, micros, value);
        if (!person) buffer = found;
      } else book.keep(buffer, micros, value);
    };
  }

  #recordFields(definition: FitDefinition): FieldTaker[] {
    const takers: FieldTaker[] = [];
    if (fieldOf(definition, RECORD.latitude) && fieldOf(definition, RECORD.longitude))
      takers.push(this.#position(definition));
    if (fieldOf(definition, RECORD.cadence)) takers.push(this.#cadence(definition));
    if (fieldOf(definition, RECORD.distance)) takers.push(this.#distance(definition));
    for (const { number, developer, offset, bytes } of definition.developerFields) {
      const described = this.#described.get(`${developer} ${number}`);
      const field = { number, offset, bytes, base: described?.base ?? 7 };
      const taker = described && elementsOf(field) > 0 ? this.#developer(described, definition, field) : null;
      if (taker) takers.push(taker);
      else this.fieldsLeft.add(`developer ${developer}.${number}`);
    }
    return takers;
  }

  /** Kept as semicircles, which lose nothing. */
  #position(definition: FitDefinition): FieldTaker {
    const { book } = this.#room;
    const latitude = fieldReader(definition, RECORD.latitude);
    const longitude = fieldReader(definition, RECORD.longitude);
    const wanted = (key: string, title: string): FitSeries => ({
      ...{ key, title, kind: 'position', ucum: 'deg', factor: DEGREES_PER_SEMICIRCLE, origin: 0, periodSeconds: 1 },
    });
    let northward: SampleBuffer | null = null;
    let eastward: SampleBuffer | null = null;
    return (view, at, micros) => {
      const north = latitude(view, at);
      const east = longitude(view, at);
      if (Number.isNaN(north) || Number.isNaN(east)) return;
      northward ??= book.buffer(wanted('position-latitude', 'Latitude'));
      eastward ??= book.buffer(wanted('position-longitude', 'Longitude'));
      book.keep(northward, micros, north);
      book.keep(eastward, micros, east);
    };
  }

  /** Turns of one leg make two steps each; what turns where no sport is told stays a cadence of its own. */
  #cadence(definition: FitDefinition): FieldTaker {
    const { book, survey } = this.#room;
    const whole = fieldReader(definition, RECORD.cadence);
    const fraction = fieldReader(definition, RECORD.fractionalCadence);
    const one = { ucum: '/min', origin: 0, periodSeconds: 1 };
    const steps: FitSeries = { key: 'cadence-steps', kind: 'cadence-steps', factor: 1, ...one };
    const pedals: FitSeries = { key: 'cadence-cycling', kind: 'cadence-cycling', factor: 0.1, ...one };
    const other: FitSeries = { key: 'cadence', kind: 'cadence', title: 'Cadence', factor: 0.1, ...one };
    let buffer: SampleBuffer | null = null;
    let was: 'steps' | 'pedals' | null = null;
    return (view, at, micros, seconds) => {
      const turns = whole(view, at);
      if (Number.isNaN(turns)) return;
      const part = fraction(view, at);
      const exact = turns + (Number.isNaN(part) ? 0 : part / 128);
      const of = survey.cadenceAt(seconds);
      if (of !== was || buffer === null) {
        buffer = book.buffer(of === 'steps' ? steps : of === 'pedals' ? pedals : other);
        was = of;
      }
      book.keep(buffer, micros, exact * (of === 'steps' ? 2 : 10));
    };
  }

  /** A running total becomes what was added since the record before; it stands where that began. */
  #distance(definition: FitDefinition): FieldTaker {
    const { book } = this.#room;
    const total = fieldReader(definition, RECORD.distance);
    const wanted: FitSeries = {
      ...{ key: 'workout-distance', kind: 'distance', title: 'Distance in workouts', ucum: 'm' },
      ...{ factor: 0.01, origin: 0, periodSeconds: 1 },
    };
    let buffer: SampleBuffer | null = null;
    return (view, at, micros) => {
      const value = total(view, at);
      if (Number.isNaN(value)) return;
      const last = this.#lastDistance;
      const isNew = !(value >= last.value);
      const added = isNew ? value : value - last.value;
      if (added > 0) buffer ??= book.buffer(wanted);
      if (added > 0) book.keep(buffer, isNew ? micros : last.micros, added);
      this.#lastDistance = { value, micros };
    };
  }

  #fieldDescription(definition: FitDefinition): MessageTaker {
    const [developer, number, base, scale, offset] = [0, 1, 2, 6, 7].map((field) => fieldReader(definition, field));
    const name = textReader(definition, 3);
    const units = textReader(definition, 8);
    return (view, at) => {
      const told = scale(view, at);
      const shift = offset(view, at);
      this.#described.set(`${developer(view, at)} ${number(view, at)}`, {
        name: name(view, at),
        units: units(view, at),
        base: base(view, at) & 0x1f,
        scale: told > 0 ? told : 1,
        offset: Number.isNaN(shift) ? 0 : shift,
      });
    };
  }

  #developer(described: DeveloperField, definition: FitDefinition, field: FitField): FieldTaker | null {
    if (field.base === 7) return null;
    const { book } = this.#room;
    const { name, units, scale, offset } = described;
    const isFloat = BASE_FLOATS.has(field.base);
    const ucum = unitWritten(units) ?? '';
    const plain = slug(name) || 'developer-field';
    const key = OWN_KEYS.has(plain) ? `${plain}-app` : plain;
    const known = ucum === '' ? undefined : kindMatching(name, ucum);
    const kind = known && !SUMS.has(known.key) ? known.key : key;
    const factor = isFloat ? 1 / FLOAT_DECIMALS : 1 / scale;
    const wanted: FitSeries = { key, kind, title: name || key, ucum, factor, origin: -offset, periodSeconds: 1 };
    const read = elementReader(field.base, field.offset, definition.littleEndian);
    let buffer: SampleBuffer | null = null;
    return (view, at, micros) => {
      const value = read(view, at);
      if (Number.isNaN(value)) return;
      buffer ??= book.buffer(wanted);
      if (!buffer) return;
      const kept = isFloat ? Math.round((value / scale) * FLOAT_DECIMALS) : value;
      book.keep(buffer, micros, kept);
    };
  }

  /** Batteries: each sensor is a device of its own. */
  #deviceInfo(definition: FitDefinition): MessageTaker {
    const { book, clock } = this.#room;
    const [index, manufacturer, product, voltage, level] = [0, 2, 4, 10, 32].map((field) =>
      fieldReader(definition, field),
    );
    const name = textReader(definition, 27);
    const wanted = (kind: string, of: string, ucum: string, factor: number): FitSeries => ({
      ...{ key: of === '' ? kind : `${kind}-${of}`, kind, ucum, factor, origin: 0, periodSeconds: 3600 },
    });
    const taker: MessageTaker = (view, at, seconds) => {
      const volts = voltage(view, at);
      const percent = level(view, at);
      if ((Number.isNaN(volts) && Number.isNaN(percent)) || seconds === NO_TIME) return;
      const isOwn = index(view, at) === 0 || Number.isNaN(index(view, at));
      const named = slug(deviceLabel(manufacturer(view, at), product(view, at), name(view, at)));
      const of = isOwn ? '' : named || `sensor-${index(view, at)}`;
      const micros = clock.micros(seconds);
      if (!Number.isNaN(percent)) book.keep(book.buffer(wanted('device-battery', of, '%', 1)), micros, percent);
      const battery = { ...wanted('device-battery-voltage', of, 'V', 1 / 256), title: 'Battery voltage' };
      if (!Number.isNaN(volts)) book.keep(book.buffer(battery), micros, volts);
    };
    return this.#leave(definition, [0, 2, 4, 10, 27, 32], taker);
  }
}

/** Numbers of a field as the series stores them; floating point is brought to the series' scale. */
function numberReader(
  { littleEndian }: FitDefinition,
  { offset, base }: FitField,
  { scale, offset: shift }: FitQuantity,
  times: number,
): (view: DataView, at: number) => number {
  const read = elementReader(base, offset, littleEndian);
  if (BASE_FLOATS.has(base)) return (view, at) => Math.round((read(view, at) + shift) * scale);
  return times === 1 ? read : (view, at) => read(view, at) * times;
}
