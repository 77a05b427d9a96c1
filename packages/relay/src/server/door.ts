// The door before the socket: NIP-98 or a ticket at the upgrade, invitations, joining. Pure; the host speaks HTTP.
import { type Filter, HaleError, type Random, toHex, utf8Decode } from '@hale/kernel';
import { isAdmitted } from './admission.ts';
import { claimHash } from './claim.ts';
import type { ConnectionInfo } from './connection.ts';
import { RELAY_LIMITS } from './limits.ts';
import { type LockerWish, parseLockerId, parseLockerWish } from './locker.ts';
import type { Management } from './management.ts';
import type { RelayPolicy } from './policy.ts';
import { type HttpRequest, proveByHttp } from './proofs.ts';
import { parseQuestion } from './question.ts';
import type { RelayStore } from './store.ts';
import { Tally } from './tally.ts';

/** A browser cannot set headers on a WebSocket; it offers these two as subprotocols and we choose the first. */
export const SUBPROTOCOL = 'hale.1';
export const TICKET_PREFIX = 'ticket.';

export interface DoorOptions {
  readonly store: RelayStore;
  readonly policy: RelayPolicy;
  /** Who is banned, and who may manage; absent: nobody is and nobody may. */
  readonly management?: Pick<Management, 'isBanned' | 'mayManage'>;
  /** Unix seconds. */
  readonly now: () => number;
  readonly random: Random;
  /** Unix seconds at which the process started: proofs from before are refused, whatever the store still remembers. */
  readonly startedAt: number;
}

interface Refused {
  readonly status: 400 | 401 | 403 | 429 | 503;
  readonly reason: string;
}

/** 401 = no proof that holds, 403 = proven and not welcome, 429 = too often, 503 = the store does not answer. */
export type DoorAnswer<Value> = { readonly status: 200; readonly value: Value } | Refused;

type Admitted = NonNullable<ConnectionInfo['admitted']>;

/** Takes back what its transaction wrote. */
class Refusal extends Error {
  readonly answer: Refused;

  constructor(answer: Refused) {
    super(answer.reason);
    this.answer = answer;
  }
}

export class RelayDoor {
  readonly #store: RelayStore;
  readonly #policy: RelayPolicy;
  readonly #management: Pick<Management, 'isBanned' | 'mayManage'>;
  readonly #now: () => number;
  readonly #random: Random;
  readonly #startedAt: number;
  /** SHA-256 of a ticket → who gets in with it, until when. */
  readonly #tickets = new Map<string, { readonly admitted: Admitted; readonly expires: number }>();

  readonly #questions = new Tally(60);
  readonly #lockers = new Tally(3600);

  constructor(options: DoorOptions) {
    this.#store = options.store;
    this.#policy = options.policy;
    this.#management = options.management ?? { isBanned: () => false, mayManage: () => false };
    this.#now = options.now;
    this.#random = options.random;
    this.#startedAt = options.startedAt;
  }

  /**
   * May this upgrade become a socket? An open relay lets everybody in and takes a proof where one comes along.
   * @param protocols offered in Sec-WebSocket-Protocol
   */
  upgrade(request: HttpRequest, protocols: readonly string[]): DoorAnswer<Admitted | null> {
    const ticket = protocols.find((protocol) => protocol.startsWith(TICKET_PREFIX));
    if (!this.#policy.private && !ticket && request.authorization === undefined) return { status: 200, value: null };
    return ticket ? this.#useTicket(ticket.slice(TICKET_PREFIX.length)) : this.#admit(request);
  }

  /** POST /hale/ticket under NIP-98. */
  ticket(request: HttpRequest): DoorAnswer<{ ticket: string; expires: number }> {
    const answer = this.#admit(request);
    if (answer.status !== 200) return answer;
    this.#dropOldTickets();
    const ofKey = [...this.#tickets.values()].filter(({ admitted }) => admitted.key === answer.value.key).length;
    if (ofKey >= RELAY_LIMITS.ticketsOfKeyMax) return { status: 429, reason: 'too many tickets of this key' };
    if (this.#tickets.size >= RELAY_LIMITS.ticketsMax) return { status: 503, reason: 'too many tickets' };
    const ticket = toHex(this.#random(32));
    const expires = this.#now() + RELAY_LIMITS.ticketSecondsMax;
    this.#tickets.set(claimHash(ticket), { admitted: answer.value, expires });
    return { status: 200, value: { ticket, expires } };
  }

  /** POST /hale/query {"filters"} under NIP-98: who may ask, and what. */
  question(request: HttpRequest): DoorAnswer<{ admitted: Admitted; filters: Filter[] }> {
    const filters = parseQuestion(request.body);
    if (filters === null) return { status: 400, reason: 'no filters' };
    const answer = this.#admit(request);
    if (answer.status !== 200) return answer;
    if (!this.#questions.take(answer.value.key, this.#now(), RELAY_LIMITS.questionsPerMinuteMax))
      return { status: 429, reason: 'too many questions' };
    return { status: 200, value: { admitted: answer.value, filters } };
  }

  /** POST /hale/locker/create under NIP-98 by a member: nobody else fills this disk. */
  lockerWish(request: HttpRequest): DoorAnswer<LockerWish> {
    const wish = parseLockerWish(request.body);
    if (wish === null) return { status: 400, reason: 'no locker' };
    if (wish.expires <= this.#now()) return { status: 400, reason: 'its time is over' };
    return this.#prove(request, (key) => {
      if (!this.#store.isMember(key)) return { status: 403, reason: 'not a member' };
      return this.#lockers.take(key, this.#now(), RELAY_LIMITS.lockersPerHourMax)
        ? { status: 200, value: wish }
        : { status: 429, reason: 'too many lockers' };
    });
  }

  /** POST /hale/locker/look and /free {"id"} under NIP-98 by the key that the locker names. Whether there is one nobody else learns. */
  lockerOfOwner(request: HttpRequest): DoorAnswer<string> {
    const id = parseLockerId(request.body);
    if (id === null) return { status: 400, reason: 'no locker' };
    return this.#prove(request, (key) => {
      const row = this.#store.locker(id);
      if (row?.claim?.owner !== key || row.expires <= this.#now()) return { status: 403, reason: 'not its owner' };
      return this.#questions.take(key, this.#now(), RELAY_LIMITS.questionsPerMinuteMax)
        ? { status: 200, value: id }
        : { status: 429, reason: 'too many questions' };
    });
  }

  /** An invitation: a claim that one new member can use once. Only its hash is kept. */
  createInvite(seconds: number = RELAY_LIMITS.inviteSecondsDefault): string {
    const claim = toHex(this.#random(32));
    this.#store.transact(() => this.#store.addClaim(claimHash(claim), this.#now() + seconds));
    return claim;
  }

  /** POST /hale/join {"claim"} under NIP-98 by the new member's key. The answer to a lost answer is the same. */
  join(request: HttpRequest): DoorAnswer<{ member: string }> {
    const claim = readClaim(request.body);
    if (claim === null) return { status: 400, reason: 'no claim' };
    return this.#prove(request, (key) => {
      if (this.#management.isBanned(key)) return { status: 403, reason: 'not admitted' };
      if (this.#store.isMember(key)) return { status: 200, value: { member: key } };
      if (!this.#store.takeClaim(claimHash(claim), this.#now())) return { status: 403, reason: 'claim is not valid' };
      this.#store.addMember(key, this.#now());
      return { status: 200, value: { member: key } };
    });
  }

  /**
   * POST /hale/succeed {"member"} under NIP-98 by a member's key: the new key takes the old one's place, for a person whose
   * keys were stolen. Whoever holds the old key could do the same; being first is what counts.
   */
  succeed(request: HttpRequest): DoorAnswer<{ member: string }> {
    const member = readKey(request.body);
    if (member === null) return { status: 400, reason: 'no member key' };
    return this.#prove(request, (key) => {
      if (!this.#store.isMember(key)) return { status: 403, reason: 'not admitted' };
      // In this order, so that a key which names itself stays.
      this.#store.removeMember(key);
      this.#store.addMember(member, this.#now());
      return { status: 200, value: { member } };
    });
  }

  /** POST to the relay's own address (NIP-86) under NIP-98 with `payload` by an operator: which method, and with what. */
  managementCall(request: HttpRequest): DoorAnswer<{ method: string; params: unknown[] }> {
    const call = readCall(request.body);
    if (call === null) return { status: 400, reason: 'no method and params' };
    return this.#prove(request, (key) =>
      this.#management.mayManage(key) ? { status: 200, value: call } : { status: 403, reason: 'not an operator' },
    );
  }

  #isAdmitted(key: string): boolean {
    return !this.#management.isBanned(key) && isAdmitted(this.#store, this.#policy, key, this.#now());
  }

  #admit(request: HttpRequest): DoorAnswer<Admitted> {
    return this.#prove(request, (key, proof) =>
      this.#isAdmitted(key) ? { status: 200, value: { key, proof } } : { status: 403, reason: 'not admitted' },
    );
  }

  /**
   * One proof, once: its id is on the disk before it counts. Only of those who are let in, so that strangers write nothing here; what
   * was refused may be refused again.
   */
  #prove<Value>(request: HttpRequest, decide: (key: string, proof: string) => DoorAnswer<Value>): DoorAnswer<Value> {
    const proof = proveByHttp(request, this.#policy, this.#now());
    if (!proof.ok) return { status: 401, reason: proof.reason };
    const { event, forgetAfterSeconds } = proof;
    if (event.created_at < this.#startedAt) return { status: 401, reason: 'out-of-time' };
    return this.#guarded(() =>
      this.#store.transact(() => {
        if (!this.#store.useAuthorization(event.id, forgetAfterSeconds)) return { status: 401, reason: 'used before' };
        const answer = decide(event.pubkey, event.id);
        if (answer.status === 200) return answer;
        throw new Refusal(answer);
      }),
    );
  }

  #guarded<Value>(work: () => DoorAnswer<Value>): DoorAnswer<Value> {
    try {
      return work();
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      if (error instanceof HaleError) return { status: 503, reason: error.code };
      throw error;
    }
  }

  #useTicket(ticket: string): DoorAnswer<Admitted> {
    this.#dropOldTickets();
    const hash = claimHash(ticket);
    const found = this.#tickets.get(hash);
    this.#tickets.delete(hash);
    if (!found) return { status: 401, reason: 'ticket is not valid' };
    return this.#isAdmitted(found.admitted.key)
      ? { status: 200, value: found.admitted }
      : { status: 403, reason: 'not admitted' };
  }

  #dropOldTickets(): void {
    const now = this.#now();
    for (const [hash, { expires }] of this.#tickets) if (expires <= now) this.#tickets.delete(hash);
  }
}

function readClaim(body: Uint8Array | null): string | null {
  const claim = readField(body, 'claim');
  return claim !== null && claimHash(claim) !== '' ? claim : null;
}

function readCall(body: Uint8Array | null): { method: string; params: unknown[] } | null {
  try {
    const value = JSON.parse(utf8Decode(body ?? new Uint8Array())) as { method?: unknown; params?: unknown } | null;
    const { method, params = [] } = value ?? {};
    return typeof method === 'string' && Array.isArray(params) ? { method, params } : null;
  } catch {
    return null;
  }
}

function readKey(body: Uint8Array | null): string | null {
  const key = readField(body, 'member');
  return key !== null && /^[0-9a-f]{64}$/.test(key) ? key : null;
}

/** A text field of a JSON body, null where there is none. */
function readField(body: Uint8Array | null, name: string): string | null {
  try {
    const value: unknown = JSON.parse(utf8Decode(body ?? new Uint8Array()));
    const field = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : null;
    return typeof field === 'string' ? field : null;
  } catch {
    return null;
  }
}
