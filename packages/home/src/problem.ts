// What an error becomes over HTTP (RFC 9457): a status and our own words, never another's text.
import { type ErrorCode, HaleError } from '@hale/kernel';

const STATUS: Record<ErrorCode, number> = {
  malformed: 400,
  'unknown-suite': 400,
  'not-authentic': 400,
  'not-permitted': 403,
  'out-of-range': 400,
  'too-large': 413,
  conflict: 409,
  'not-found': 404,
  unavailable: 503,
  full: 507,
  locked: 423,
  retired: 410,
  expired: 410,
  usage: 400,
  unsupported: 415,
  corrupt: 500,
};

/** RFC 9457. Title and detail are our own words; an unexpected failure says nothing but that it is one. */
export function problemOf(error: unknown): {
  status: number;
  type: string;
  title: string;
  code: string;
  detail?: Record<string, string | number>;
} {
  if (error instanceof HaleError)
    return {
      status: STATUS[error.code],
      type: 'about:blank',
      title: error.message,
      code: error.code,
      detail: { ...error.detail },
    };
  return { status: 500, type: 'about:blank', title: 'this is a fault of Hale, not of yours', code: 'bug' };
}
