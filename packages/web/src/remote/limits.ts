/** How long a phone waits for its home, with unit and reason. */
export const CALLER_LIMITS = {
  /** Milliseconds between looks at what waits. */
  watchMillis: 1_000,
  /** Milliseconds until the beginning of a visit is said again: the home may just be reconnecting. */
  againMillis: 1_500,
  /** Milliseconds for the home's first answer: a Pi that wakes, and two bad lines. */
  answerMillis: 8_000,
  /** Milliseconds of silence after which a phone that waits for something asks whether the home is there. */
  pingMillis: 10_000,
  /** Milliseconds of silence after which it is not. */
  silenceMillis: 20_000,
  /** Milliseconds after which a visit that nobody used is not trusted to be there: the home forgets it after three minutes. */
  staleMillis: 60_000,
} as const;
