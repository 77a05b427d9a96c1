// One small HTTP exchange with a stranger: bounded in time and bytes, no redirects.
import { HaleError } from '@hale/kernel';
import { NET_LIMITS } from './limits.ts';

export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
  /** Unix seconds from the Date header, or null. */
  readonly dateSeconds: number | null;
  /** Of Retry-After, seconds; null: none told. */
  readonly retrySeconds: number | null;
  /** Of Location, unchecked. */
  readonly location: string | null;
}

export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Bytes of the answer, and milliseconds for it, where they differ from NET_LIMITS. */
  readonly bytesMax?: number;
  readonly timeoutMillis?: number;
}

/**
 * Any status is an answer, a redirect too (it is not followed: NIP-05 forbids it, and a signed request is for one URL only).
 * @throws HaleError 'unavailable' without an answer in time · 'too-large'
 */
export async function fetchAnswer(url: string, ask: Ask): Promise<Answer> {
  try {
    const { bytesMax = NET_LIMITS.answerBytesMax, timeoutMillis = NET_LIMITS.answerTimeoutMillis, ...request } = ask;
    const signal = AbortSignal.timeout(timeoutMillis);
    const response = await fetch(url, { ...request, redirect: 'manual', signal });
    return {
      status: response.status,
      body: await readBounded(response, bytesMax),
      dateSeconds: dateSeconds(response.headers.get('date')),
      retrySeconds: retrySeconds(response.headers.get('retry-after')),
      location: response.headers.get('location'),
    };
  } catch (error) {
    if (error instanceof HaleError) throw error;
    throw new HaleError('unavailable', 'the other side cannot be reached', { reason: networkReason(error) });
  }
}

async function readBounded(response: Response, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > bytesMax) {
      throw new HaleError('too-large', 'the answer is too long', { max: bytesMax });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Unix seconds of an HTTP date, or null. */
export function dateSeconds(header: string | null | undefined): number | null {
  const millis = Date.parse(header ?? '');
  return Number.isNaN(millis) ? null : Math.floor(millis / 1000);
}

/** Seconds or a date (RFC 9110 §10.2.3). */
function retrySeconds(header: string | null): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const at = dateSeconds(header);
  return at === null ? null : Math.max(0, at - Math.floor(Date.now() / 1000));
}

/** The system's name for the failure (ECONNREFUSED, ENOTFOUND …), never a message: messages quote addresses. */
export function networkReason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code;
  return cause instanceof Error && cause.name === 'TimeoutError' ? 'ETIMEDOUT' : 'EUNKNOWN';
}
