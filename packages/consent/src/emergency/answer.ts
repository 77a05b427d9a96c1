// What an emergency locker answers (specs/emergency.md §4).
import { fromHex, type NostrEvent, parseEvent } from '@hale/kernel';
import { isFields } from '../shape.ts';

/** What the locker asks for beside the card. */
export const FACTORS = ['none', 'pin', 'code', 'either'] as const;
/** `pin`: the card's PIN, kept apart from it · `code`: an institution's one-time code · `either` of both. */
export type Factor = (typeof FACTORS)[number];

export type EmergencyAnswer =
  /** Times are Unix seconds. `told`: to how many others than the owner the notice goes. */
  | {
      is: 'open';
      share: Uint8Array;
      round: number;
      author: string;
      events: NostrEvent[];
      at: number;
      until: number;
      told: number;
    }
  /** Sign the challenge, over the statement. */
  | { is: 'prove'; challenge: string; factor: Factor; hours: number; told: number }
  /** A wrong PIN, or a code that does not hold (`left` null). */
  | { is: 'wrong'; left: number | null }
  | { is: 'early'; seconds: number }
  /** This opening is over: its reader gets nothing any more. */
  | { is: 'over'; until: number }
  /** So often opened that the owner has to look first. */
  | { is: 'exhausted' }
  /** Too many wrong PINs; the owner has to set it up again. */
  | { is: 'shut' }
  /** Replaced or withdrawn by its owner. */
  | { is: 'closed' }
  | { is: 'unknown' };

const isHex = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const GONE = ['exhausted', 'shut', 'closed'] as const;

/** Reads the answer to `POST /hale/emergency/open`; null = it is none. @throws HaleError 'malformed' for events that are none */
export function parseEmergencyAnswer(status: number, body: unknown): EmergencyAnswer | null {
  const map = isFields(body) ? body : {};
  if (status === 200) return parseOpen(map);
  if (status === 401) {
    const { challenge, factor, hours, told } = map;
    const isKnown = isHex(challenge) && FACTORS.includes(factor as Factor) && isCount(hours) && isCount(told);
    return isKnown ? { is: 'prove', challenge, factor: factor as Factor, hours, told } : null;
  }
  if (status === 403) return { is: 'wrong', left: isCount(map.left) ? map.left : null };
  if (status === 429 && isCount(map.seconds)) return { is: 'early', seconds: map.seconds };
  if (status === 409 && isCount(map.until)) return { is: 'over', until: map.until };
  if (status === 410) return { is: GONE.find((each) => each === map.why) ?? 'closed' };
  return status === 404 ? { is: 'unknown' } : null;
}

function parseOpen({ share, round, author, events, at, until, told }: Record<string, unknown>): EmergencyAnswer | null {
  if (!isHex(share) || !isHex(author) || !Array.isArray(events)) return null;
  if (!isCount(round) || !isCount(at) || !isCount(until) || !isCount(told)) return null;
  return { is: 'open', share: fromHex(share, 32), round, author, events: events.map(parseEvent), at, until, told };
}
