// Whether one recipient may open one thing. Pure; no consent means no. The truth table is packages/consent/test/decide.test.ts.
import { fail, type Level } from '@hale/kernel';
import { LIMITS } from './limits.ts';
import { levelCovers, type PurposeCode, type Scope, scopeEnd } from './scope.ts';

/** A consent as the decision sees it. */
export interface Consent {
  grantId: string;
  scope: Scope;
  /** True once it was revoked, replaced or erased. Expiry needs no mark: `scope.until` says it. */
  ended: boolean;
}

/** Who asks: a person or organisation that proved her key, or the holder of one grant's key (a link). */
export type Asker = { npub: string } | { grantId: string };

export interface AccessRequest {
  asker: Asker;
  streamKey: string;
  level: Level;
  /** Measured time [from, to), microseconds. */
  from: number;
  to: number;
  /** When given, the consent must name the same purpose. */
  purpose?: PurposeCode;
}

/** From the farthest miss to the nearest: a denial tells the reason of the consent that came closest. */
export const DENIALS = [
  'empty-request',
  'no-consent',
  'other-recipient',
  'ended',
  'expired',
  'other-stream',
  'other-purpose',
  'finer-level',
  'outside-range',
] as const;
export type DenialReason = (typeof DENIALS)[number];

export type Decision = { permit: true; grantId: string } | { permit: false; reason: DenialReason };

/**
 * One consent alone has to cover the whole request: two that cover a half each do not add up, so that
 * every permit has one grant to point at.
 * @param now microseconds
 */
export function decide(consents: readonly Consent[], request: AccessRequest, now: number): Decision {
  if (consents.length > LIMITS.consentsMax)
    fail('too-large', 'too many consents for one decision', { max: LIMITS.consentsMax });
  // Written so that NaN is an empty request too.
  if (!(request.from < request.to)) return { permit: false, reason: 'empty-request' };
  let nearest: DenialReason = 'no-consent';
  for (const consent of consents) {
    const reason = obstacle(consent, request, now);
    if (reason === null) return { permit: true, grantId: consent.grantId };
    if (DENIALS.indexOf(reason) > DENIALS.indexOf(nearest)) nearest = reason;
  }
  return { permit: false, reason: nearest };
}

function obstacle({ grantId, scope, ended }: Consent, request: AccessRequest, now: number): DenialReason | null {
  const { asker } = request;
  const isRecipient = 'npub' in asker ? scope.recipient.npub === asker.npub : grantId === asker.grantId;
  if (!isRecipient) return 'other-recipient';
  if (ended) return 'ended';
  // Negated for the same reason as above: a clock that gives NaN lets nobody in.
  if (scope.until !== null && !(now < scope.until)) return 'expired';
  const stream = scope.streams.find((candidate) => candidate.streamKey === request.streamKey);
  if (stream === undefined) return 'other-stream';
  if (request.purpose !== undefined && request.purpose !== scope.purpose.code) return 'other-purpose';
  if (!levelCovers(stream.level, request.level)) return 'finer-level';
  const end = scopeEnd(scope);
  return request.from >= scope.from && (end === null || request.to <= end) ? null : 'outside-range';
}
