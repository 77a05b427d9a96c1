// A clinic's vouch: its signed word that a key may be a member for a time. The clinic hands it to the patient; she brings it when she joins.
// The relay counts how many a clinic gave, and keeps of nobody who vouched for her.
import { HaleError, KINDS, parseEvent, tagValue, type VerifiedEvent, verifyEvent } from '@hale/kernel';
import { RELAY_LIMITS } from './limits.ts';
import { type Clinic, isOwnUrl, type RelayPolicy } from './policy.ts';

export interface Vouch {
  readonly id: string;
  readonly clinic: Clinic;
  /** Unix seconds. */
  readonly until: number;
}

/** @returns the vouch, or why it lets nobody in: our own words */
export function checkVouch(value: unknown, policy: RelayPolicy, member: string, now: number): Vouch | string {
  const event = verified(value);
  if (event === null || event.kind !== KINDS.vouch) return 'this is no vouch';
  const clinic = policy.clinics.find(({ key }) => key === event.pubkey);
  if (clinic === undefined) return 'this relay takes no vouches of that clinic';
  if (tagValue(event, 'p') !== member) return 'the vouch is for another key';
  if (!isOwnUrl(policy, tagValue(event, 'relay') ?? '')) return 'the vouch is for another relay';
  const until = Number(tagValue(event, 'expiration') ?? Number.NaN);
  const isInTime =
    Number.isSafeInteger(until) && until > now && event.created_at <= now + RELAY_LIMITS.futureSecondsMax;
  if (!isInTime) return 'the vouch is over';
  return { id: event.id, clinic, until: Math.min(until, now + RELAY_LIMITS.vouchSecondsMax) };
}

function verified(value: unknown): VerifiedEvent | null {
  try {
    return verifyEvent(parseEvent(value));
  } catch (error) {
    if (error instanceof HaleError) return null;
    throw error;
  }
}
