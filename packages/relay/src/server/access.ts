import { fail, KINDS, type NostrEvent } from '@hale/kernel';

/** One `reader` tag of an access event. */
export interface Reader {
  /** A key made for one (grant, stream), hex; never a person's npub. */
  readonly key: string;
  /** Unix seconds; from this second on the reader is refused. */
  readonly until: number;
}

/**
 * The readers that an access event (kind 11980) names. Tags of other names are left alone.
 * @throws HaleError 'malformed' for a reader tag that is not exactly ["reader", <64 hex>, <decimal seconds>]
 */
export function parseAccess(event: NostrEvent): Reader[] {
  if (event.kind !== KINDS.access) fail('malformed', 'not an access event');
  return event.tags.filter(([name]) => name === 'reader').map(parseReader);
}

function parseReader(tag: readonly string[]): Reader {
  const [, key = '', until = ''] = tag;
  if (tag.length !== 3 || !/^[0-9a-f]{64}$/.test(key) || !/^(0|[1-9][0-9]{0,14})$/.test(until)) {
    fail('malformed', 'a reader tag is not a key and a time');
  }
  return { key, until: Number(until) };
}

/** Deny by default: no access event, no reader. A key listed twice is admitted until the later time. */
export function admits(access: NostrEvent | null, reader: string, now: number): boolean {
  if (!access) return false;
  return parseAccess(access).some(({ key, until }) => key === reader && until > now);
}
