// What ought to be true, kept as dumbly as can be: per stream a map from time to the values that may stand there. It knows nothing of
// tiles, slots, epochs or revisions.
import type { Samples } from '@hale/kernel';

interface Expected {
  /** Somebody was told that it is on the disk, and that disk or a relay that said OK still stands. */
  required: boolean;
  /** Values that may be read. One, unless a crash or a second home leaves it open. */
  allowed: Set<number>;
  /** Every value that was ever given for this time. */
  ever: Set<number>;
}

export class StreamModel {
  readonly samples = new Map<number, Expected>();
  erased = false;

  /** Before an attempt: it may or may not come to be. */
  tried({ times, values }: Samples): void {
    times.forEach((time, i) => {
      const known = this.samples.get(time) ?? { required: false, allowed: new Set(), ever: new Set() };
      known.allowed.add(values[i]);
      known.ever.add(values[i]);
      this.samples.set(time, known);
    });
  }

  /** The attempt failed for certain. */
  refused({ times, values }: Samples, before: ReadonlyMap<number, ReadonlySet<number>>): void {
    times.forEach((time, i) => {
      const known = this.samples.get(time);
      if (known && !before.get(time)?.has(values[i])) known.allowed.delete(values[i]);
    });
  }

  allowedAt(times: Float64Array): Map<number, Set<number>> {
    return new Map([...times].map((time) => [time, new Set(this.samples.get(time)?.allowed)]));
  }

  /** After the acknowledgement. `alone`: nobody else writes, so that the last value given is the one. */
  acknowledged({ times, values }: Samples, alone: boolean): void {
    const last = new Map([...times].map((time, i) => [time, values[i]]));
    for (const [time, value] of last) {
      const known = this.samples.get(time) as Expected;
      known.required = true;
      known.allowed = alone ? new Set([value]) : new Set(known.ever);
    }
  }

  /** The only disk with it is gone: what remains is what relays said OK to, in whichever version. */
  keepOnly(delivered: ReadonlySet<number>): void {
    for (const [time, known] of this.samples) {
      known.required &&= delivered.has(time);
      known.allowed = new Set(known.ever);
    }
  }

  /** Two homes write: the later value is not known beforehand. */
  contested(): void {
    for (const known of this.samples.values()) known.allowed = new Set(known.ever);
  }

  requiredTimes(from: number, to: number): number[] {
    return [...this.samples].flatMap(([time, { required }]) => (required && time >= from && time < to ? [time] : []));
  }

  /** The first thing that is wrong with a reading of [from, to), in words; null = nothing. */
  wrongWith(reading: Samples, from: number, to: number): string | null {
    const seen = new Map([...reading.times].map((time, i) => [time, reading.values[i]]));
    for (const [time, { required, allowed }] of this.samples) {
      if (time < from || time >= to) continue;
      const value = seen.get(time);
      if (value === undefined && required) return `the sample at ${time} is missing`;
      if (value !== undefined && !allowed.has(value))
        return `at ${time} stands ${value}, which nobody wrote last (${[...allowed].join(' or ')})`;
    }
    for (const time of seen.keys())
      if (time >= from && time < to && !this.samples.has(time)) return `at ${time} stands a sample that nobody gave`;
    return null;
  }
}

export class PersonModel {
  readonly streams = new Map<string, StreamModel>();

  stream(id: string): StreamModel {
    const known = this.streams.get(id) ?? new StreamModel();
    this.streams.set(id, known);
    return known;
  }
}
