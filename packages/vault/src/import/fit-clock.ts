// FIT times as micros since 1970, and what is to be said about them.
import type { FitSurvey } from './fit-survey.ts';
import { FIT_EPOCH_SECONDS, SYSTEM_TIME_END } from './fit-wire.ts';

const DAY_SECONDS = 86_400;

export class FitClock {
  /** Readings whose time counts from when the device was switched on, and nothing says when that was. */
  unplaced = 0;
  /** Readings placed by the wall clock's time that the file gives once. */
  placed = 0;
  /** Readings of a time after the file was last changed. */
  future = 0;
  readonly #shiftSeconds: number | null;
  readonly #latestSeconds: number;

  constructor(survey: FitSurvey, endMicros: number | undefined) {
    this.#shiftSeconds = survey.shiftSeconds;
    this.#latestSeconds =
      endMicros === undefined ? Number.POSITIVE_INFINITY : endMicros / 1e6 - FIT_EPOCH_SECONDS + DAY_SECONDS;
  }

  /** Seconds may have a fraction. */
  micros(seconds: number): number {
    let placed = seconds;
    if (seconds < SYSTEM_TIME_END) {
      if (this.#shiftSeconds === null) this.unplaced++;
      else {
        this.placed++;
        placed += this.#shiftSeconds;
      }
    } else if (seconds > this.#latestSeconds) this.future++;
    return Math.round((placed + FIT_EPOCH_SECONDS) * 1e6);
  }

  notes(zoneMinutes: number | undefined): string[] {
    const notes: string[] = [];
    if (this.placed > 0)
      notes.push(
        `The device counted time from when it was switched on; the local time that it gives once places its readings${
          zoneMinutes === undefined ? ', and UTC is assumed for it' : ''
        }.`,
      );
    if (this.unplaced > 0)
      notes.push(
        `${this.unplaced} times count from when the device was switched on, and nothing says when that was: they are kept as they stand, in 1990.`,
      );
    if (this.future > 0)
      notes.push(`${this.future} times lie after the file was last changed; they are kept as they stand.`);
    return notes;
  }
}
