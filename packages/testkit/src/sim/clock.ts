// Time in a simulation: one true time that only actions move, and clocks that are wrong about it.

/** 2026-11-21T00:00:00Z in microseconds: where every simulation begins. */
export const SIM_START_MICROS = 1_795_219_200_000_000;

export class TrueTime {
  micros = SIM_START_MICROS;

  advance(seconds: number): void {
    this.micros += Math.round(seconds * 1e6);
  }

  get seconds(): number {
    return Math.floor(this.micros / 1e6);
  }
}

/** The clock of one machine. `offsetSeconds` is how far it is wrong; setting it is a jump. */
export class MachineClock {
  readonly #time: TrueTime;
  offsetSeconds = 0;

  constructor(time: TrueTime) {
    this.#time = time;
  }

  nowMicros(): number {
    return this.#time.micros + this.offsetSeconds * 1e6;
  }

  nowMillis(): number {
    return Math.floor(this.nowMicros() / 1000);
  }

  /** What a client adds when it proves keys: the relay's Date header told it (RelayConnection does so beyond a minute). */
  authOffsetSeconds(): number {
    return Math.abs(this.offsetSeconds) > 60 ? -this.offsetSeconds : 0;
  }
}
