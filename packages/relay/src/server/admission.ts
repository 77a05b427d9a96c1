// Who may do what: a connection's standing, what it may see, what it may publish. Decided from proven keys alone.
import {
  HaleError,
  KINDS,
  LIMITS,
  type NostrEvent,
  REMOTE_UNITS_MAX,
  tagValue,
  type VerifiedEvent,
} from '@hale/kernel';
import { parseAccess } from './access.ts';
import { gateOf, isStreamKind, type Sight } from './gate.ts';
import { RELAY_LIMITS } from './limits.ts';
import { isMembershipKind } from './membership.ts';
import { isOwnUrl, type RelayPolicy } from './policy.ts';
import { isOlderThanKept } from './retention.ts';
import type { RelayStore } from './store.ts';

/**
 * member: everything that the rules allow · reader: the streams that list one of its keys, and the post box ·
 * addressee: the post box only · peer: is served everything, publishes nothing · none: no socket. In an open relay everybody stands as a member.
 */
export type Standing = 'member' | 'reader' | 'addressee' | 'peer' | 'none';

/** A connection's rights at one second. */
export interface Rights extends Sight {
  readonly standing: Standing;
  /** Stream author → the proven key that her access event names; for receipts. */
  readonly readerOf: ReadonlyMap<string, string>;
}

export function rightsOf(store: RelayStore, policy: RelayPolicy, proven: Iterable<string>, now: number): Rights {
  const keys = new Set(proven);
  const readerOf = new Map<string, string>();
  for (const key of keys) {
    for (const author of store.streamsOpenTo(key, now)) if (!readerOf.has(author)) readerOf.set(author, key);
  }
  const standing = standingOf(store, policy, keys, readerOf.size > 0, now);
  const all = policy.peers?.some((peer) => keys.has(peer)) ?? false;
  const open = standing === 'member' || all;
  return { standing, open, keys, readerOf, streams: new Set([...keys, ...readerOf.keys()]), ...(all ? { all } : {}) };
}

/** Joined, or the operator's own key. */
export function isMember(store: RelayStore, policy: RelayPolicy, key: string): boolean {
  return key === policy.owner || store.isMember(key);
}

/** May a socket be opened for that key? */
export function isAdmitted(store: RelayStore, policy: RelayPolicy, key: string, now: number): boolean {
  return rightsOf(store, policy, [key], now).standing !== 'none';
}

function standingOf(
  store: RelayStore,
  policy: RelayPolicy,
  keys: ReadonlySet<string>,
  reads: boolean,
  now: number,
): Standing {
  if (!policy.private) return 'member';
  for (const key of keys) if (isMember(store, policy, key)) return 'member';
  if (policy.peers?.some((peer) => keys.has(peer))) return 'peer';
  if (reads) return 'reader';
  if (keys.size === 0) return 'none';
  const wraps = { kinds: [KINDS.wrap], '#p': [...keys], limit: 1 };
  return store.find(wraps, { gate: 'addressee', now }).length > 0 ? 'addressee' : 'none';
}

/** Has that author, or had she, a stream here? Her deletions are then gated like it. */
export function signsStreams(store: RelayStore, author: string): boolean {
  const authors = [author];
  return (
    store.find({ authors, limit: 1 }, { gate: 'stream' }).length > 0 ||
    store.find({ authors, kinds: [KINDS.access], limit: 1 }, { gate: 'author' }).length > 0
  );
}

/** Characters of the largest batch in base64. */
const BATCH_UNITS_MAX = Math.ceil(LIMITS.batchBytesMax / 3) * 4;
const NEVER_PUBLISHED: readonly number[] = [KINDS.auth, KINDS.httpAuth, KINDS.statement, KINDS.vouch];
/** What only the relay says, and what is never said here: who is a member. */
const OF_RELAY: readonly number[] = [
  ...[KINDS.receipt, KINDS.invite, KINDS.memberAdded, KINDS.memberRemoved],
  ...[KINDS.memberList, KINDS.memberRoles],
];
const DELETED_BY_GUESTS: readonly (string | undefined)[] = [String(KINDS.wrap), String(KINDS.receipt)];

/** @returns null = permitted; else the text for OK false, with its NIP-01 prefix. */
export function refusalOf(
  store: RelayStore,
  policy: RelayPolicy,
  rights: Rights,
  event: VerifiedEvent,
  now: number,
): string | null {
  const refusal = refusalOfForm(event, policy, now);
  if (refusal !== null) return refusal;
  if (event.kind === KINDS.remote) return refusalOfRemote(store, rights, event, now);
  // To join or to leave is said by whoever it concerns, member or not, and to nobody else (NIP-43).
  if (isMembershipKind(event.kind))
    return rights.keys.has(event.pubkey) ? null : 'auth-required: prove the key that joins or leaves';
  return event.kind === KINDS.token
    ? refusalOfToken(policy, rights, event)
    : refusalOfAuthor(store, policy, rights, event);
}

/** A token is worth what it says, but only members make this relay check one: each check costs a millisecond. */
function refusalOfToken(policy: RelayPolicy, rights: Rights, event: NostrEvent): string | null {
  if (policy.private && rights.standing !== 'member') return 'restricted: only members may publish this';
  return rights.keys.has(event.pubkey) ? null : 'auth-required: only its proven author may publish this';
}

/**
 * What a phone and its home say to each other is passed on for whoever proved the author, where an access event of that author stands: only
 * a home that is a member can have put it there. The phone itself is no member.
 */
function refusalOfRemote(store: RelayStore, rights: Rights, event: NostrEvent, now: number): string | null {
  if (!rights.keys.has(event.pubkey)) return 'auth-required: only its proven author may publish this';
  const list = { authors: [event.pubkey], kinds: [KINDS.access], limit: 1 };
  const stands = store.find(list, { gate: 'author', now }).length > 0;
  return stands ? null : 'restricted: its author has no access list here';
}

/** What holds whoever brings it: its form, its time, its kind. */
export function refusalOfForm(event: NostrEvent, policy: RelayPolicy, now: number): string | null {
  if (NEVER_PUBLISHED.includes(event.kind)) return 'invalid: events of this kind are not published';
  if (OF_RELAY.includes(event.kind)) return 'blocked: only the relay itself writes events of this kind';
  const ahead = event.kind === KINDS.access ? RELAY_LIMITS.accessFutureSecondsMax : policy.limits.futureSecondsMax;
  if (event.created_at > now + ahead) return 'invalid: created_at is too far in the future';
  const expiration = Number(tagValue(event, 'expiration') ?? Number.POSITIVE_INFINITY);
  if (expiration <= now) return 'invalid: it has expired';
  if (isOlderThanKept(policy.keep, event, now)) return 'invalid: it is older than this relay keeps such events';
  if (event.kind === KINDS.vanish && !namesRelay(event, policy)) return 'invalid: the request is for other relays';
  if (event.kind === KINDS.access) return refusalOfAccess(event);
  if (event.kind === KINDS.tileBatch && event.content.length > BATCH_UNITS_MAX)
    return 'invalid: the batch is too large';
  if (event.kind === KINDS.remote && event.content.length > REMOTE_UNITS_MAX) return 'invalid: the frame is too large';
  return event.kind === KINDS.wrap || event.kind === KINDS.ephemeralWrap ? refusalOfWrap(event) : null;
}

/** NIP-59: one addressee, or nobody could ever be served it, and two would know of each other. */
function refusalOfWrap({ tags }: NostrEvent): string | null {
  const addressees = tags.filter(([name]) => name === 'p');
  const isAddressed = addressees.length === 1 && /^[0-9a-f]{64}$/.test(addressees[0][1] ?? '');
  return isAddressed ? null : 'invalid: a wrap names one addressee in one p tag';
}

/** NIP-62: our address or the word for all relays, exactly so. */
function namesRelay(event: NostrEvent, policy: RelayPolicy): boolean {
  return event.tags.some(
    ([name, value]) => name === 'relay' && (value === 'ALL_RELAYS' || isOwnUrl(policy, value ?? '')),
  );
}

function refusalOfAccess(event: NostrEvent): string | null {
  try {
    parseAccess(event);
    return null;
  } catch (error) {
    if (error instanceof HaleError) return `invalid: ${error.message}`;
    throw error;
  }
}

/**
 * A stream's events come only over a connection that has proven its author: neither a reader nor another member may
 * bring back an old tile or an old list. NIP-70 asks the same for every event with ["-"].
 */
function refusalOfAuthor(store: RelayStore, policy: RelayPolicy, rights: Rights, event: VerifiedEvent): string | null {
  const proven = rights.keys.has(event.pubkey);
  const ofStream = isStreamKind(event.kind) || gateOf(event, (author) => signsStreams(store, author)) === 'stream';
  const isProtected = event.tags.some((tag) => tag[0] === '-');
  if (policy.private && rights.standing !== 'member') {
    const refusal = ofStream
      ? 'restricted: only members may publish this'
      : refusalOfGuest(store, policy, rights, event);
    if (refusal !== null) return refusal;
  }
  if ((ofStream || isProtected) && !proven) return 'auth-required: only its proven author may publish this';
  return null;
}

/**
 * Whoever is no member uses the post box and nothing else: wraps to those whose streams it reads and to members, so that no wrap opens the
 * door to a further key; and its own small requests about what was addressed to it.
 */
function refusalOfGuest(store: RelayStore, policy: RelayPolicy, rights: Rights, event: VerifiedEvent): string | null {
  const { tags } = event;
  if (tags.length > RELAY_LIMITS.postTagsMax || JSON.stringify(tags).length > RELAY_LIMITS.postTagUnitsMax)
    return 'restricted: only members may publish so many tags';
  switch (event.kind) {
    case KINDS.wrap:
    case KINDS.ephemeralWrap:
      return refusalOfGuestWrap(store, policy, rights, event);
    case KINDS.deletion:
    case KINDS.vanish: {
      const kinds = tags.filter(([name]) => name === 'k').map(([, kind]) => kind);
      const isOfPostBox =
        event.kind === KINDS.vanish || (kinds.length > 0 && kinds.every((kind) => DELETED_BY_GUESTS.includes(kind)));
      if (!rights.keys.has(event.pubkey) || !isOfPostBox) return 'restricted: only members may publish this';
      return event.content === '' ? null : 'restricted: only members may give a reason';
    }
    default:
      return 'restricted: only members may publish this';
  }
}

function refusalOfGuestWrap(
  store: RelayStore,
  policy: RelayPolicy,
  rights: Rights,
  { tags, content }: VerifiedEvent,
): string | null {
  if (content.length > RELAY_LIMITS.postUnitsMax) return 'restricted: only members may publish so large a wrap';
  const addressees = tags.filter(([name]) => name === 'p').map(([, key = '']) => key);
  const areKnown =
    addressees.length > 0 && addressees.every((key) => rights.readerOf.has(key) || isMember(store, policy, key));
  return areKnown ? null : 'restricted: only members may write to that key';
}
