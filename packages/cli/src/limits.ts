/** Every limit of the command, with its unit and why it is what it is. */
export const LIMITS = {
  /** Below this tables become cards anyway; a terminal reporting less is not believed. */
  columnsMin: 40,
  /** Longer lines of numbers are harder to read than two lines. */
  columnsMax: 120,
  /** Rows asked of the home for a chart: ten minutes of ECG fit whole, and the answer stays under 20 MB. */
  chartRowsMax: 250_000,
  /** Rows of the table under a chart: one screen with the chart above. */
  tableRowsDefault: 20,
  /** Rows in one page of --csv: keeps memory constant however long the range is. */
  csvPageRows: 100_000,
  /** First and widest page of --csv; it adapts in between. */
  csvPageMicrosFirst: 3_600_000_000,
  csvPageMicrosMax: 400 * 86_400_000_000,
  /** Passphrase attempts before giving up, as `sudo` does. */
  passphraseAttempts: 3,
  /** A line of typed or piped input; 24 words need under 250 characters. */
  inputLineCharactersMax: 65_536,
  /** A CSV mapping file of a person; the biggest seen is 2 kB. */
  mappingBytesMax: 1_000_000,
  /** How long a command may tidy up after Ctrl-C before it is left. */
  tidyMillisMax: 5_000,
  /** Progress as plain lines (no terminal): one per this time, so that a log stays short. */
  progressLineMillis: 10_000,
  /** Progress bar redraws: ten a second look smooth and cost nothing. */
  progressDrawMillis: 100,
  /** Samples in the small line of `watch`. */
  sparklineSamples: 24,
  /** Beyond two samples a second `watch` says one line per second. */
  watchBurstMicros: 500_000,
} as const;
