// What goes back to a client, and which document of an upload was at fault. Our own words only: never what came in.
import { HaleError } from '@hale/kernel';

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

const STATUS: Readonly<Record<string, number>> = {
  malformed: 400,
  usage: 400,
  'too-large': 413,
  'out-of-range': 400,
  'not-found': 404,
  'not-permitted': 403,
  unsupported: 400,
  conflict: 409,
  full: 507,
  locked: 503,
  retired: 410,
  unavailable: 503,
};

export function answerProblem(error: unknown): Answer {
  if (!(error instanceof HaleError)) return message(500, 'This is a fault of Hale, not of yours');
  return message(STATUS[error.code] ?? 500, error.message);
}

/** In the form of both versions: `status` and `message`. */
export const message = (status: number, text: string): Answer => ({ status, body: { status, message: text } });

export const LOCKED = message(503, 'This home is locked: it takes uploads and shows nothing until it is unlocked');
