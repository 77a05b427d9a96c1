// Workouts and daily summaries of an Apple Health export: what began and ended, and the totals that Apple itself computed, as series of their own
// kinds, so that a total is never counted a second time beside the records it is made of.
import { codeFor } from '../kinds-codes.ts';
import { type AppleBook, type Lane, NO_ORIGIN, type Origin } from './apple-series.ts';
import { readAppleDay, readAppleTime } from './apple-times.ts';
import { type AppleType, activityCode, appleType } from './apple-types.ts';
import { ABOVE_RANGE } from './numbers.ts';
import type { RejectionReason } from './types.ts';
import type { XmlReader } from './xml.ts';

const SECONDS_BETWEEN_WORKOUTS = 86_400;
const INTEGER_END = 2 ** 31;

const EVENTS: Readonly<Record<string, string>> = {
  Pause: 'pause',
  Resume: 'resume',
  Lap: 'lap',
  Marker: 'marker',
  Segment: 'segment',
  MotionPaused: 'motion-paused',
  MotionResumed: 'motion-resumed',
  PauseOrResumeRequest: 'pause-or-resume-asked',
};

const ENERGY = appleType('HKQuantityTypeIdentifierActiveEnergyBurned');
const DISTANCE = appleType('HKQuantityTypeIdentifierDistanceWalkingRunning');
const EXERCISE = appleType('HKQuantityTypeIdentifierAppleExerciseTime');
const MOVE = appleType('HKQuantityTypeIdentifierAppleMoveTime');
const STAND_HOURS = appleType('HKQuantityTypeIdentifierAppleStandHours');
const SESSION: AppleType = { ...appleType('HKCategoryTypeIdentifierWorkout'), kind: 'workout-session' };

/** `[type, attribute, attribute with the unit, unit otherwise, what it is]`. Without the person's language the unit of a day's energy may be missing. */
const DAY_FIELDS: readonly [AppleType, string, string | null, string, string][] = [
  [ENERGY, 'activeEnergyBurned', 'activeEnergyBurnedUnit', 'kcal', 'daily-energy-active'],
  [ENERGY, 'activeEnergyBurnedGoal', 'activeEnergyBurnedUnit', 'kcal', 'daily-energy-active-goal'],
  [MOVE, 'appleMoveTime', null, 'min', 'daily-move-minutes'],
  [MOVE, 'appleMoveTimeGoal', null, 'min', 'daily-move-minutes-goal'],
  [EXERCISE, 'appleExerciseTime', null, 'min', 'daily-exercise-minutes'],
  [EXERCISE, 'appleExerciseTimeGoal', null, 'min', 'daily-exercise-minutes-goal'],
  [STAND_HOURS, 'appleStandHours', null, 'count', 'daily-stand-hours'],
  [STAND_HOURS, 'appleStandHoursGoal', null, 'count', 'daily-stand-hours-goal'],
];

interface OpenWorkout {
  source: Origin;
  device: Origin;
  byHand: boolean;
  start: number;
  end: number;
  code: number;
  /** Totals, by key of their series: what a statistic says wins over the workout's own attribute. */
  totals: { type: AppleType; key: string; unit: string; start: number; value: Uint8Array }[];
  events: { micros: number; code: number }[];
}

/** Where the reader of workouts puts what it found. */
export interface AppleSink {
  book: AppleBook;
  reject(position: number, reason: RejectionReason): void;
  /** Checks a value, and keeps it or tells why not; without a lane there are too many series. */
  keep(lane: Lane | null, start: number, end: number, value: number, position: number): void;
}

/** The integer of a value in its lane; one of the codes of NumberReader where it has none. */
export function readValue(lane: Lane, bytes: Uint8Array, start: number, end: number): number {
  const value = lane.reader.read(bytes, start, end);
  // Other apps write whole percent where Apple writes fractions: nobody has more than 100 % of anything here.
  if (lane.percentReader === null || value * lane.scale.factor <= 100 || (value >= INTEGER_END && value <= ABOVE_RANGE))
    return value;
  return lane.percentReader.read(bytes, start, end);
}

export class WorkoutReader {
  /** Workouts of an activity that has no code of its own. */
  otherActivities = 0;
  workouts = 0;
  days = 0;
  routes = 0;
  private readonly sink: AppleSink;
  private open: OpenWorkout | null = null;
  private position = 0;

  constructor(sink: AppleSink) {
    this.sink = sink;
  }

  get isOpen(): boolean {
    return this.open !== null;
  }

  begin(xml: XmlReader, source: Origin, device: Origin): void {
    this.finish();
    this.position = xml.tagPosition;
    const start = timeOf(xml, 'startDate');
    if (Number.isNaN(start)) {
      this.sink.reject(this.position, xml.find('startDate') < 0 ? 'time missing' : 'time not understood');
      return;
    }
    const { code, told } = activityCode(xml.attribute('workoutActivityType') ?? '');
    if (!told) this.otherActivities++;
    this.workouts++;
    const end = timeOf(xml, 'endDate');
    this.open = { source, device, byHand: false, start, end: end >= start ? end : start, code, totals: [], events: [] };
    this.total(xml, ENERGY, 'totalEnergyBurned', 'totalEnergyBurnedUnit', 'kcal');
    this.total(xml, DISTANCE, 'totalDistance', 'totalDistanceUnit', 'km');
    if (xml.selfClosed) this.finish();
  }

  /** A tag inside a workout. */
  inside(xml: XmlReader): void {
    if (!this.open) return;
    if (xml.name === 'WorkoutEvent') this.event(xml);
    else if (xml.name === 'WorkoutStatistics') this.statistics(xml);
    else if (xml.name === 'WorkoutRoute') this.routes++;
    else if (xml.name === 'MetadataEntry' && xml.attribute('key') === 'HKWasUserEntered')
      this.open.byHand = xml.attribute('value') === '1';
  }

  private total(xml: XmlReader, type: AppleType, name: string, unitName: string, unit: string): void {
    this.gather(xml, type, name, xml.attribute(unitName) ?? unit, `workout-${type.key}`, this.open!.start);
  }

  private gather(xml: XmlReader, type: AppleType, name: string, unit: string, key: string, start: number): void {
    const index = xml.find(name);
    if (index < 0) return;
    const value = xml.bytes.slice(xml.start(index), xml.end(index));
    const { totals } = this.open!;
    const same = totals.findIndex((one) => one.key === key && one.start === start);
    if (same >= 0) totals.splice(same, 1);
    totals.push({ type, key, unit, start, value });
  }

  private statistics(xml: XmlReader): void {
    const type = appleType(xml.attribute('type') ?? '');
    const unit = xml.attribute('unit') ?? '';
    const told = timeOf(xml, 'startDate');
    const start = Number.isNaN(told) ? this.open!.start : told;
    this.gather(xml, type, 'sum', unit, `workout-${type.key}`, start);
    for (const what of ['average', 'minimum', 'maximum'])
      this.gather(xml, type, what, unit, `workout-${type.key}-${what}`, start);
  }

  private event(xml: XmlReader): void {
    const micros = timeOf(xml, 'date');
    const key = EVENTS[(xml.attribute('type') ?? '').replace(/^HKWorkoutEventType/, '')];
    if (Number.isNaN(micros)) this.sink.reject(xml.tagPosition, 'time not understood');
    else if (key === undefined) this.sink.reject(xml.tagPosition, 'code not known');
    else this.open!.events.push({ micros, code: codeFor('workout-event', key) });
  }

  finish(): void {
    const { open } = this;
    if (!open) return;
    this.open = null;
    const { source, device, byHand } = open;
    const common = { source, device, byHand, unit: '', periodSeconds: SECONDS_BETWEEN_WORKOUTS, type: SESSION };
    const { book } = this.sink;
    const session = book.lane({ ...common, kind: 'workout-session', key: 'workout-session', title: 'Workout session' });
    this.sink.keep(session, open.start, open.end, open.code, this.position);
    for (const { micros, code } of open.events) {
      const lane = book.lane({ ...common, kind: 'workout-event', key: 'workout-event', title: 'Workout event' });
      this.sink.keep(lane, micros, micros, code, this.position);
    }
    for (const { type, key, unit, start, value } of open.totals) {
      const title = titleOf(key);
      const lane = book.lane({ ...common, type, kind: key, key, title, unit, ownKind: true });
      this.sink.keep(lane, start, open.end, lane ? readValue(lane, value, 0, value.length) : 0, this.position);
    }
  }

  /** One day as Apple's rings show it; the day begins at midnight of `zoneMinutes`. */
  day(xml: XmlReader, zoneMinutes: number): void {
    const start = readAppleDay(xml.attribute('dateComponents') ?? '', zoneMinutes);
    if (Number.isNaN(start)) {
      this.sink.reject(xml.tagPosition, 'time not understood');
      return;
    }
    this.days++;
    for (const [type, name, unitName, unitOtherwise, key] of DAY_FIELDS) {
      const index = xml.find(name);
      if (index < 0) continue;
      const unit = (unitName && xml.attribute(unitName)) || unitOtherwise;
      const origins = { source: NO_ORIGIN, device: NO_ORIGIN, byHand: false };
      const wanted = {
        type,
        kind: key,
        key,
        title: titleOf(key),
        unit,
        ...origins,
        periodSeconds: 86_400,
        ownKind: true,
      };
      const lane = this.sink.book.lane(wanted);
      const value = lane ? readValue(lane, xml.bytes, xml.start(index), xml.end(index)) : 0;
      this.sink.keep(lane, start, start, value, xml.tagPosition);
    }
  }
}

const titleOf = (key: string): string => `${key[0].toUpperCase()}${key.slice(1).replaceAll('-', ' ')}`;

function timeOf(xml: XmlReader, name: string): number {
  const index = xml.find(name);
  return index < 0 ? Number.NaN : readAppleTime(xml.bytes, xml.start(index), xml.end(index));
}
