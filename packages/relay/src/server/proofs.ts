// How a key is proven: NIP-42 on an open connection, NIP-98 on an HTTP request. The checks are the kernel's; here stands
// which addresses are ours.
import {
  checkAuth,
  checkHttpAuth,
  parseEvent,
  parseHttpAuthHeader,
  tagValue,
  type VerifiedEvent,
  verifyEvent,
} from '@hale/kernel';
import { isOwnUrl, type RelayPolicy } from './policy.ts';

/** A proof that held, or why it did not; reasons are our own words and safe to show. */
export type Proof =
  | { readonly ok: true; readonly event: VerifiedEvent }
  | { readonly ok: false; readonly reason: string };

/** NIP-42: `value` is the event that answers our challenge. */
export function proveByAuth(value: unknown, challenge: string, policy: RelayPolicy, nowSeconds: number): Proof {
  const event = verified(value);
  if (!event) return { ok: false, reason: 'not-signed' };
  const relayUrl = tagValue(event, 'relay') ?? '';
  if (!isOwnUrl(policy, relayUrl)) return { ok: false, reason: 'wrong-url' };
  const verdict = checkAuth(event, { challenge, relayUrl, nowSeconds });
  return verdict.ok ? { ok: true, event } : verdict;
}

function verified(value: unknown): VerifiedEvent | null {
  try {
    return verifyEvent(parseEvent(value));
  } catch {
    return null;
  }
}

/** One HTTP request as NIP-98 sees it. */
export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  /** Below the relay's own address; '' for the socket itself. */
  readonly path: string;
  readonly authorization: string | undefined;
  /** null where the request has none. */
  readonly body: Uint8Array | null;
}

export type HttpProof =
  | { readonly ok: true; readonly event: VerifiedEvent; readonly forgetAfterSeconds: number }
  | { readonly ok: false; readonly reason: string };

/** NIP-98, without the memory of used events, which the door keeps. */
export function proveByHttp(request: HttpRequest, policy: RelayPolicy, nowSeconds: number): HttpProof {
  if (request.authorization === undefined) return { ok: false, reason: 'no-authorization' };
  try {
    const event = parseHttpAuthHeader(request.authorization);
    const url = tagValue(event, 'u') ?? '';
    if (!isOwnUrl(policy, url, request.path)) return { ok: false, reason: 'wrong-url' };
    return checkHttpAuth(event, { url, method: request.method, body: request.body, nowSeconds });
  } catch {
    return { ok: false, reason: 'malformed' };
  }
}
