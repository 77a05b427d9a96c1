// A saved copy: what the file holds, read in place of a relay (packages/home/src/operations/saved-copy.ts writes it).
import { type ConnectAsReader, fileGrantKey, parseFileCode } from '@hale/consent';
import { base64Decode, HaleError, matchFilter, parseEvent, type VerifiedEvent, verifyEvent } from '@hale/kernel';

export interface SavedCopy {
  author: string;
  /** When it was made, microseconds. */
  made: number;
  /** In the file itself, or null: then a code opens it. */
  key: Uint8Array | null;
  events: VerifiedEvent[];
}

/** @throws HaleError 'malformed' for anything but what a home wrote; single events that are damaged are left out */
export function parseCopy(text: string): SavedCopy {
  const value = parseJson(text) as Record<string, unknown> | null;
  const { v, author, made, key, events } = value ?? {};
  const isCopy = v === 1 && typeof author === 'string' && typeof made === 'number' && Array.isArray(events);
  if (!isCopy) throw new HaleError('malformed', 'this file is no saved copy');
  return { author, made, key: typeof key === 'string' ? base64Decode(key) : null, events: events.flatMap(verified) };
}

function verified(value: unknown): VerifiedEvent[] {
  try {
    const event = verifyEvent(parseEvent(value));
    return event ? [event] : [];
  } catch (error) {
    if (error instanceof HaleError) return [];
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param code as typed @throws HaleError 'malformed' for what is no code */
export const keyOf = ({ key }: SavedCopy, code: string): Uint8Array => key ?? fileGrantKey(parseFileCode(code));

/** Answers questions as a relay would that holds just this. */
export const connectToCopy =
  ({ events }: SavedCopy): ConnectAsReader =>
  async () => ({
    queryAll: async (filter) => ({ events: events.filter((event) => matchFilter(filter, event)) }),
    addKey: () => {},
    subscribe: () => ({ close: () => {} }),
    close: async () => {},
  });
