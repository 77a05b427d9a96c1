import type { Filter, VerifiedEvent } from '@hale/kernel';
import type { ChangeLog } from './changes.ts';
import type { Gate } from './gate.ts';
import type { Row, RowSource } from './merge.ts';
import type { RetireRule } from './retention.ts';

/** Which part of the store a query may touch, and at what time it is asked. */
export interface View {
  /** Only events of this audience. Absent: all (a vault reading its own store). */
  readonly gate?: Gate;
  /** Unix seconds: events whose NIP-40 expiration has come are left out. Absent: nothing has expired. */
  readonly now?: number;
}

/** An event's place in the order of NIP-01: newest first, ties by lowest id. */
export interface EventRef {
  readonly id: string;
  /** Unix seconds. */
  readonly created_at: number;
}

/** What a walk over all events tells of each. */
export interface Walked extends Row {
  readonly gate: Gate;
  readonly kind: number;
  /** Unix seconds; null = never. */
  readonly expires: number | null;
  /** 32 bytes. */
  readonly id: Uint8Array;
}

/** The end of a stream author's chain of receipts. */
export interface ReceiptHead {
  /** 0 for the first receipt. */
  readonly number: number;
  /** Event id of the newest receipt, hex. */
  readonly id: string;
}

/** That a locker gives its share to one browser only. */
export interface LockerClaim {
  /** The key, made for this locker alone, by which its owner asks and frees; 64 hex. */
  readonly owner: string;
  /** SHA-256 of the key of the browser that came first, 64 hex; '' until one came. */
  readonly browser: string;
  /** Unix seconds at which it came; 0 until then. */
  readonly at: number;
}

/** One entry of a list that the operator keeps (management.ts). */
export interface ManagedRow {
  readonly list: string;
  readonly value: string;
  /** '' where none was given. */
  readonly reason: string;
}

/** A locker (locker.ts). */
export interface LockerRow {
  /** 64 hex. */
  readonly id: string;
  /** SHA-256 of the verifier's hex, 64 hex. */
  readonly verifierHash: string;
  /** 64 hex; '' once it is destroyed. */
  readonly share: string;
  readonly wrong: number;
  /** Unix seconds of the last wrong try. */
  readonly triedAt: number;
  /** Unix seconds. */
  readonly expires: number;
  /** null: it opens for whoever knows the verifier. */
  readonly claim: LockerClaim | null;
}

/** One file of a SMART Health Link as its reader finds it in the manifest; encrypted, in parts. */
export interface HealthLinkFile {
  readonly contentType: string;
  readonly parts: number;
}

/** A SMART Health Link that is kept here (health-link.ts). */
export interface HealthLinkRow {
  /** Its 32 random bytes in base64url. */
  readonly id: string;
  /** The key, made for this link alone, by which its owner fills and closes it; 64 hex. */
  readonly owner: string;
  /** SHA-256 of the verifier of its passcode, 64 hex; '' = it asks for none. */
  readonly verifierHash: string;
  /** Wrong passcodes so far. */
  readonly wrong: number;
  readonly isLongTerm: boolean;
  /** Unix seconds. */
  readonly expires: number;
  /** Nothing opens it any more; that there was one stays until it expires. */
  readonly isClosed: boolean;
  /** Of the files that readers get: 0 = none yet. */
  readonly version: number;
  /** Unix seconds at which these came. */
  readonly publishedAt: number;
  readonly files: readonly HealthLinkFile[];
  /** How often it was opened, and when last; Unix seconds, 0 = never. */
  readonly opened: number;
  readonly openedAt: number;
}

/** Where links and their files lie. Every change is one of `RelayStore.transact`. */
export interface HealthLinkStore {
  /** false = one of that id is there, also a closed one. */
  add(row: HealthLinkRow): boolean;
  get(id: string): HealthLinkRow | null;
  change(id: string, changed: Partial<Omit<HealthLinkRow, 'id' | 'owner'>>): void;
  /** Characters of all parts of a version. */
  units(id: string, version: number): number;
  /** Puts a part where it belongs, over one that was there. */
  putPart(id: string, version: number, file: number, part: number, text: string): void;
  /** The parts of a file, joined; null where one is missing. */
  file(id: string, version: number, file: number, parts: number): string | null;
  /** Takes every part of other versions off the disk. */
  keepParts(id: string, version: number): void;
  /** Links whose time is over, with their parts. */
  sweep(now: number): void;
}

/** What an emergency locker gives, and to whom: one arming of it, made by its owner (emergency.ts). */
export interface EmergencyArming {
  /** Rises by one or more with each. */
  readonly round: number;
  /** 64 hex; '' = it is not armed. */
  readonly share: string;
  /** Author of the round's log, hex. */
  readonly author: string;
  /** Hours for which an opening lasts. */
  readonly hours: number;
  readonly factor: 'none' | 'pin' | 'code' | 'either';
  /** SHA-256 of the PIN's verifier, 64 hex; '' = it has none. */
  readonly pinHash: string;
  /** Keys whose one-time codes it takes beside those of clinics that the relay lists, hex. */
  readonly institutions: readonly string[];
  /** Parts of its text: the events that it gives and the notices that it sends. */
  readonly parts: number;
  /** Others than the owner whom a notice goes to. */
  readonly told: number;
}

export interface EmergencyRow extends EmergencyArming {
  /** 64 hex. */
  readonly id: string;
  /** The key, made for this locker alone, by which its owner fills it, looks and closes; 64 hex. */
  readonly owner: string;
  /** SHA-256 of the card's verifier, 64 hex. */
  readonly verifierHash: string;
  /** Unix seconds. */
  readonly expires: number;
  /** Nothing opens it any more. */
  readonly isClosed: boolean;
  /** Wrong PINs in this round, and Unix seconds of the last. */
  readonly wrong: number;
  readonly triedAt: number;
}

/** One opening, for its owner to review. */
export interface EmergencyOpening {
  /** Counts from 1 without a hole. */
  readonly number: number;
  readonly round: number;
  /** Unix seconds. */
  readonly at: number;
  readonly until: number;
  /** The opener's P-256 key, and what it signed: address, challenge, sealed statement, signature (kernel/opening.ts). */
  readonly key: string;
  readonly relay: string;
  readonly challenge: string;
  readonly statement: string;
  readonly signature: string;
  /** 'none', 'pin', or the institution's key. */
  readonly factor: string;
}

/** Where emergency lockers lie. Every change is one of `RelayStore.transact`. */
export interface EmergencyStore {
  /** false = one of that id is there, also a closed one. */
  add(row: EmergencyRow): boolean;
  get(id: string): EmergencyRow | null;
  change(id: string, changed: Partial<Omit<EmergencyRow, 'id' | 'owner'>>): void;
  putPart(id: string, round: number, part: number, text: string): void;
  /** Characters of all parts of a round. */
  units(id: string, round: number): number;
  /** The parts, joined; null where one is missing. */
  text(id: string, round: number, parts: number): string | null;
  /** Takes every part of other rounds off the disk. */
  keepParts(id: string, round: number): void;
  addOpening(id: string, opening: EmergencyOpening): void;
  /** In the order of their numbers. */
  openings(id: string): EmergencyOpening[];
  /** Ends one now. */
  endOpening(id: string, number: number, until: number): void;
  /** Lockers whose time is over, with all that belongs to them. */
  sweep(now: number): void;
}

/** What a stream author may hold, and does. No member stands beside it, and none may ever. */
export interface AuthorRow {
  /** Of her counted events that lie here (quota.ts). */
  readonly bytes: number;
  /** Bytes that tokens opened for her. */
  readonly allotted: number;
  /** Seconds for which her tiles are kept at least; null = until deleted. */
  readonly promised: number | null;
}

/** Why an event went, for the operator's report: counted, and nothing else of it is kept. */
export type DeletionReason = 'by-author' | 'vanished' | 'replaced' | 'expired' | 'retention';

/**
 * What the relay keeps, synchronous. Shaped by what the engine asks, not by what a database offers.
 *
 * Contract (held against every implementation by `relayStoreContract` in @hale/testkit):
 * - `transact` runs `work` and returns only when its writes are on the disk; when it throws, either all
 *   writes are there or none ("failed and not stored", "failed but stored"), and the store goes on working.
 *   Inside a transaction, `transact` joins it. Writes outside any transaction are their own.
 * - Nothing but `transact` makes several writes one.
 * @throws HaleError 'full' when there is no room, 'unavailable' for every other failure of the disk
 */
export interface RelayStore {
  /** Every `put` and `deleteById` that changed something is noted here. */
  readonly changes: ChangeLog;

  transact<Result>(work: () => Result): Result;

  /** Stores one event as it is: no replacement, no deletion. false = it was there. */
  put(event: VerifiedEvent): boolean;
  get(id: string): VerifiedEvent | null;
  has(id: string): boolean;
  /** false = it was not there. With a reason it is counted for the report; a vault that tidies its own store gives none. */
  deleteById(id: string, reason?: DeletionReason): boolean;
  /** Matching events in NIP-01 order, at most `filter.limit` of them (all where it is absent). */
  find(filter: Filter, view?: View): EventRef[];
  /** The same, read step by step and held nowhere: `filter.limit` only tells how many will be wanted. */
  scan(filter: Filter, view?: View): RowSource;
  /** One that a scan found, as JSON.stringify writes it; null = it is gone, or expired by `now`. For serving without opening it. */
  jsonAt(row: number, now: number): string | null;
  eventAt(row: number, now: number): VerifiedEvent | null;
  /** All events in the order of their numbers, whoever may see them: the next `count` behind `after` (null: the first). Reads in the order of the disk. */
  walk(after: number | null, count: number): Walked[];
  /** How many match; `filter.limit` is disregarded (NIP-45). */
  count(filter: Filter, view?: View): number;

  /** What is stored under an address (`addressOf`), newest first: one event, or several where a vault keeps old versions. */
  versions(address: string): EventRef[];
  /** Is a kind 5 or 62 of one of these authors there? Asked for every event that comes: what she never asked to delete needs no closer look. */
  hasRequests(authors: readonly string[]): boolean;

  /** Stream authors whose stored access event names `reader` with an `until` later than `now` (Unix seconds). */
  streamsOpenTo(reader: string, now: number): string[];

  isMember(pubkey: string): boolean;
  /** For the operator's own eyes (NIP-86). */
  members(): string[];
  /** Nothing but the key and the time of joining (Unix seconds) is kept. */
  addMember(pubkey: string, since: number): void;
  /** Nothing but the key, the time of joining and, where a clinic vouched, the end (Unix seconds) is kept. */
  addMember(pubkey: string, since: number, until?: number): void;
  /** When that membership ends; null = it does not, or there is none. */
  memberUntil(pubkey: string): number | null;
  removeMember(pubkey: string): void;
  /** `claimHash`: SHA-256 of an invitation's claim, hex. */
  addClaim(claimHash: string, expires: number): void;
  /** Uses a claim up; false = unknown, used or expired. */
  takeClaim(claimHash: string, now: number): boolean;
  /** Remembers an authorization's event id until `expires`; false = it was used before. */
  useAuthorization(id: string, expires: number): boolean;

  /** false = one of that id is there, also a destroyed one. */
  addLocker(row: LockerRow): boolean;
  locker(id: string): LockerRow | null;
  setLockerTries(id: string, wrong: number, triedAt: number): void;
  /** The first browser takes it; false = it is another's already, or nobody can. */
  claimLocker(id: string, browser: string, at: number): boolean;
  /** The next browser may take it. */
  freeLocker(id: string): void;
  /** Takes the share off the disk; that there was a locker stays until it expires. */
  destroyLocker(id: string): void;

  readonly healthLinks: HealthLinkStore;
  readonly emergencies: EmergencyStore;

  /** All that the operator decided by NIP-86. */
  managed(): ManagedRow[];
  /** In the place of the row of that list and value, if there is one. */
  setManaged(row: ManagedRow): void;
  removeManaged(list: string, value: string): void;

  receiptHead(author: string): ReceiptHead | null;
  setReceiptHead(author: string, head: ReceiptHead): void;
  /** After a request to vanish not even the end of the chain stays. */
  forgetReceipts(author: string): void;

  /** One more vouch of that clinic in that epoch; false = it has given `max`. Whom it vouched for is not kept. */
  takeVouch(clinic: string, epoch: number, max: number): boolean;

  /** Counts tokens made for a member; how many are left for her, or null where `max` would be passed: then nothing is counted. */
  countTokens(member: string, epoch: number, count: number, max: number): number | null;
  /** The successor's count is the predecessor's: a new key brings no new tokens. */
  passTokens(from: string, to: string): void;
  /** `same` = spent before with the same mark; `other` = with another. */
  spendToken(epoch: number, hash: string, mark: string): 'new' | 'same' | 'other';
  author(pubkey: string): AuthorRow | null;
  /** Bytes of her counted events, by looking at them: once for each author from before there were quotas. */
  countedBytesOf(author: string): number;
  /** Adds to an author's allotment, and raises what is promised; a row is made where there is none. */
  allot(author: string, bytes: number, promised: number | null): AuthorRow;
  /** After a request to vanish. */
  forgetAuthor(author: string): void;

  /** Removes at most `max` events that are older than they are kept. Returns how many went. */
  retire(rule: RetireRule, max: number): number;
  /** Removes what has expired by `now`: events, claims, authorizations, lockers, health links, memberships, counts and tokens of epochs that are over. Returns how many events went. */
  sweep(now: number): number;
}
