// The frames of NIP-01, NIP-42, NIP-45 and NIP-77 as a client sees them. What a relay says in words is reduced to a prefix from a closed list:
// the rest is a stranger's text and goes nowhere.
import { type NostrEvent, parseEvent } from '@hale/kernel';
import { CLIENT_LIMITS } from './limits.ts';

/**
 * The machine-readable prefixes of NIP-01 and NIP-42; 'other' stands for none of them, 'quota' for a relay of Hale where an author
 * needs a token (specs/tokens.md).
 */
export type ReasonPrefix =
  | 'duplicate'
  | 'pow'
  | 'blocked'
  | 'rate-limited'
  | 'invalid'
  | 'restricted'
  | 'mute'
  | 'error'
  | 'unsupported'
  | 'auth-required'
  | 'quota'
  | 'other';

const prefixes: ReadonlySet<string> = new Set<ReasonPrefix>([
  'duplicate',
  'pow',
  'blocked',
  'rate-limited',
  'invalid',
  'restricted',
  'mute',
  'error',
  'unsupported',
  'auth-required',
]);

export type RelayFrame =
  | { type: 'EVENT'; subscription: string; event: NostrEvent }
  | { type: 'OK'; eventId: string; accepted: boolean; reason: ReasonPrefix }
  | { type: 'EOSE'; subscription: string }
  | { type: 'CLOSED'; subscription: string; reason: ReasonPrefix }
  | { type: 'COUNT'; subscription: string; count: number; approximate: boolean }
  | { type: 'NEG-MSG'; subscription: string; hex: string }
  | { type: 'NEG-ERR'; subscription: string; reason: ReasonPrefix }
  | { type: 'AUTH'; challenge: string }
  | { type: 'NOTICE' };

/** The prefix before the first colon, when NIP-01 or NIP-42 knows it. */
export function reasonPrefix(message: unknown): ReasonPrefix {
  if (typeof message !== 'string') return 'other';
  if (message.startsWith('restricted: quota:')) return 'quota';
  const prefix = message.slice(0, message.indexOf(':'));
  return prefixes.has(prefix) ? (prefix as ReasonPrefix) : 'other';
}

/** null = no frame that a client understands (too long, no JSON, wrong shape). The signature of an event is not checked here. */
export function parseRelayFrame(text: string): RelayFrame | null {
  if (text.length > CLIENT_LIMITS.frameUnitsMax) return null;
  try {
    const frame: unknown = JSON.parse(text);
    return Array.isArray(frame) ? readFrame(frame) : null;
  } catch {
    return null;
  }
}

function readFrame(frame: unknown[]): RelayFrame | null {
  const [type, first, second, third] = frame;
  if (type === 'NOTICE') return { type };
  if (typeof first !== 'string') return null;
  switch (type) {
    case 'EVENT':
      return { type, subscription: first, event: parseEvent(second) };
    case 'OK':
      return typeof second === 'boolean'
        ? { type, eventId: first, accepted: second, reason: reasonPrefix(third) }
        : null;
    case 'EOSE':
      return { type, subscription: first };
    case 'CLOSED':
      return { type, subscription: first, reason: reasonPrefix(second) };
    case 'NEG-MSG':
      return typeof second === 'string' ? { type, subscription: first, hex: second } : null;
    case 'NEG-ERR':
      return { type, subscription: first, reason: reasonPrefix(second) };
    case 'COUNT':
      return readCount(first, second);
    case 'AUTH':
      return first.length > 0 && first.length <= CLIENT_LIMITS.challengeUnitsMax ? { type, challenge: first } : null;
    default:
      return null;
  }
}

function readCount(subscription: string, body: unknown): RelayFrame | null {
  if (typeof body !== 'object' || body === null) return null;
  const { count, approximate } = body as { count?: unknown; approximate?: unknown };
  if (!Number.isSafeInteger(count) || (count as number) < 0) return null;
  return { type: 'COUNT', subscription, count: count as number, approximate: approximate === true };
}

/** Only the seven fields of NIP-01, whatever else the object carries. */
export function eventFrame(verb: 'EVENT' | 'AUTH', event: NostrEvent): string {
  const { id, pubkey, created_at, kind, tags, content, sig } = event;
  return JSON.stringify([verb, { id, pubkey, created_at, kind, tags, content, sig }]);
}
