/** Every way in which a room of Hale can fail. Edges map these to NIP-01 prefixes, problem+json and exit codes. */
export type ErrorCode =
  | 'malformed'
  | 'unknown-suite'
  | 'not-authentic'
  | 'not-permitted'
  | 'out-of-range'
  | 'too-large'
  | 'conflict'
  | 'not-found'
  | 'unavailable'
  | 'full'
  | 'locked'
  | 'retired'
  | 'expired'
  | 'usage'
  | 'unsupported'
  | 'corrupt';

export type ErrorDetail = Record<string, string | number>;

/**
 * A failure with a code from the closed list. `message` and `detail` are safe to log: they hold
 * positions, counts and our own words, never health data, keys or text that a stranger wrote.
 */
export class HaleError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<ErrorDetail>;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message);
    this.name = 'HaleError';
    this.code = code;
    this.detail = detail;
  }
}

/** Throws a HaleError; typed `never` so that it ends a branch. */
export function fail(code: ErrorCode, message: string, detail: ErrorDetail = {}): never {
  throw new HaleError(code, message, detail);
}
