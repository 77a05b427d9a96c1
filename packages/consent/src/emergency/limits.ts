/** Limits of emergency access, each with its unit and reason. */
export const EMERGENCY_LIMITS = {
  /** Hours for which an opening lasts: a shift and its handover where nobody says otherwise. */
  hoursDefault: 24,
  hoursMax: 72,
  /** UTF-16 units of a name, an institution: a line of a form. */
  nameUnitsMax: 120,
  /** UTF-16 units of what somebody writes about why. */
  whyUnitsMax: 1_000,
  /** UTF-16 units of a reason that no code of the list says: fewer say nothing. */
  whyUnitsMin: 10,
  /** Bytes to whose multiple a statement is padded: its length tells nothing of what is in it. */
  statementStepBytes: 1_024,
  /** Bytes of a statement. */
  statementBytesMax: 8_192,
  /** Lines of one section of a sheet; who lies unconscious is not helped by pages. */
  linesMax: 60,
  /** UTF-16 units of a line. */
  lineUnitsMax: 400,
  /** Bytes of the summary (IPS) in a sheet. */
  bundleBytesMax: 262_144,
  /** Bytes of it in one entry: with the other fields an entry stays below 40 kB. */
  partBytes: 36_000,
} as const;
