// The door before the socket: NIP-98 or a ticket at the upgrade, invitations, joining. Pure; the host speaks HTTP.
import { type Filter, fromHex, HaleError, type Random, toHex, tokenEpochOf, utf8Decode } from '@hale/kernel';
import { isAdmitted, isMember } from './admission.ts';
import { claimHash } from './claim.ts';
import type { ConnectionInfo } from './connection.ts';
import { type EmergencyWish, parseEmergencyId, parseEmergencyWish } from './emergency.ts';
import { type HealthLinkWish, parseHealthLinkId, parseHealthLinkWish } from './health-link.ts';
import { RELAY_LIMITS } from './limits.ts';
import { type LockerWish, parseLockerId, parseLockerWish } from './locker.ts';
import type { Management } from './management.ts';
import type { RelayPolicy } from './policy.ts';
import { type HttpRequest, proveByHttp } from './proofs.ts';
import { parseQuestion } from './question.ts';
import type { TokenMint } from './quota.ts';
import type { EmergencyRow, HealthLinkRow, RelayStore } from './store.ts';
import { Tally } from './tally.ts';
import { checkVouch } from './vouch.ts';

/** A browser cannot set headers on a WebSocket; it offers these two as subprotocols and we choose the first. */
export const SUBPROTOCOL = 'hale.1';
export const TICKET_PREFIX = 'ticket.';

export interface DoorOptions {
  readonly store: RelayStore;
  readonly policy: RelayPolicy;
  readonly mint: TokenMint;
  /** Who is banned, and who may manage; absent: nobody is and nobody may. */
  readonly management?: Pick<Management, 'isBanned' | 'mayManage'>;
  /** Unix seconds. */
  readonly now: () => number;
  readonly random: Random;
  /** Unix seconds at which the process started: proofs from before are refused, whatever the store still remembers. */
  readonly startedAt: number;
}

interface Refused {
  readonly status: 400 | 401 | 403 | 404 | 429 | 503;
  readonly reason: string;
}

/** 401 = no proof that holds, 403 = proven and not welcome, 404 = nothing of that kind here, 429 = too often, 503 = the store does not answer. */
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
  readonly #mint: TokenMint;
  readonly #management: Pick<Management, 'isBanned' | 'mayManage'>;
  readonly #now: () => number;
  readonly #random: Random;
  readonly #startedAt: number;
  /** SHA-256 of a ticket → who gets in with it, until when. */
  readonly #tickets = new Map<string, { readonly admitted: Admitted; readonly expires: number }>();

  readonly #questions = new Tally(60);
  readonly #lockers = new Tally(3600);
  readonly #emergencies = new Tally(3600);
  readonly #healthLinks = new Tally(3600);

  constructor(options: DoorOptions) {
    this.#store = options.store;
    this.#policy = options.policy;
    this.#mint = options.mint;
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
    if (!this.#questions.take(answer.value.key, this.#now(), this.#policy.limits.questionsPerMinuteMax))
      return { status: 429, reason: 'too many questions' };
    return { status: 200, value: { admitted: answer.value, filters } };
  }

  /** POST /hale/locker/create under NIP-98 by a member: nobody else fills this disk. */
  lockerWish(request: HttpRequest): DoorAnswer<LockerWish> {
    const wish = parseLockerWish(request.body);
    if (wish === null) return { status: 400, reason: 'no locker' };
    if (wish.expires <= this.#now()) return { status: 400, reason: 'its time is over' };
    return this.#prove(request, (key) => {
      if (!isMember(this.#store, this.#policy, key)) return { status: 403, reason: 'not a member' };
      return this.#lockers.take(key, this.#now(), this.#policy.limits.lockersPerHourMax)
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
      return this.#questions.take(key, this.#now(), this.#policy.limits.questionsPerMinuteMax)
        ? { status: 200, value: id }
        : { status: 429, reason: 'too many questions' };
    });
  }

  /** POST /hale/link/create under NIP-98 by a member. */
  healthLinkWish(request: HttpRequest): DoorAnswer<HealthLinkWish> {
    const wish = parseHealthLinkWish(request.body);
    if (wish === null) return { status: 400, reason: 'no health link' };
    if (wish.expires <= this.#now()) return { status: 400, reason: 'its time is over' };
    return this.#prove(request, (key) => {
      if (!isMember(this.#store, this.#policy, key)) return { status: 403, reason: 'not a member' };
      return this.#healthLinks.take(key, this.#now(), RELAY_LIMITS.healthLinksPerHourMax)
        ? { status: 200, value: wish }
        : { status: 429, reason: 'too many health links' };
    });
  }

  /** POST /hale/link/part, /publish, /remove and /look {"id", …} under NIP-98 by the key that the link names. */
  healthLinkOfOwner(request: HttpRequest): DoorAnswer<HealthLinkRow> {
    const id = parseHealthLinkId(request.body);
    if (id === null) return { status: 400, reason: 'no health link' };
    return this.#prove(request, (key) => {
      const row = this.#store.healthLinks.get(id);
      return row?.owner === key && row.expires > this.#now()
        ? { status: 200, value: row }
        : { status: 403, reason: 'not its owner' };
    });
  }

  /** POST /hale/emergency/create under NIP-98 by a member. */
  emergencyWish(request: HttpRequest): DoorAnswer<EmergencyWish> {
    const wish = parseEmergencyWish(request.body);
    if (wish === null) return { status: 400, reason: 'no emergency locker' };
    if (wish.expires <= this.#now()) return { status: 400, reason: 'its time is over' };
    return this.#prove(request, (key) => {
      if (!isMember(this.#store, this.#policy, key)) return { status: 403, reason: 'not a member' };
      return this.#emergencies.take(key, this.#now(), RELAY_LIMITS.emergenciesPerHourMax)
        ? { status: 200, value: wish }
        : { status: 429, reason: 'too many emergency lockers' };
    });
  }

  /** POST /hale/emergency/part, /arm, /look, /end and /close {"id", …} under NIP-98 by the key that the locker names. */
  emergencyOfOwner(request: HttpRequest): DoorAnswer<EmergencyRow> {
    const id = parseEmergencyId(request.body);
    if (id === null) return { status: 400, reason: 'no emergency locker' };
    return this.#prove(request, (key) => {
      const row = this.#store.emergencies.get(id);
      return row?.owner === key && row.expires > this.#now()
        ? { status: 200, value: row }
        : { status: 403, reason: 'not its owner' };
    });
  }

  /** An invitation: a claim that one new member can use once. Only its hash is kept. */
  createInvite(seconds: number = this.#policy.limits.inviteSecondsDefault): string {
    const claim = toHex(this.#random(32));
    this.#store.transact(() => this.#store.addClaim(claimHash(claim), this.#now() + seconds));
    return claim;
  }

  /**
   * POST /hale/tokens {"epoch","blinded"} under NIP-98 by a member. That she took so many is all that is kept; what they are spent for is
   * nothing that this relay could tell.
   */
  tokens(request: HttpRequest): DoorAnswer<TokensAnswer> {
    const { quota } = this.#policy;
    if (quota === null) return { status: 404, reason: 'no tokens are needed here' };
    const blinded = readPoints(request.body);
    if (blinded === null) return { status: 400, reason: 'no blinded tokens' };
    const epoch = tokenEpochOf(this.#now());
    if (readFields(request.body).epoch !== epoch) return { status: 400, reason: 'another epoch' };
    return this.#prove(request, (key) => {
      if (!isMember(this.#store, this.#policy, key)) return { status: 403, reason: 'not a member' };
      const left = this.#store.countTokens(key, epoch, blinded.length, quota.tokensPerEpoch);
      if (left === null) return { status: 429, reason: 'no tokens are left in this epoch' };
      const answer = evaluate(this.#mint, epoch, blinded);
      return answer === null
        ? { status: 400, reason: 'no blinded tokens' }
        : { status: 200, value: { epoch, ...answer, left } };
    });
  }

  /** POST /hale/members {"add"} | {"remove"} | {"invite": true} under NIP-98 by the owner. Who is a member is told to nobody. */
  manage(request: HttpRequest): DoorAnswer<{ member: string } | { claim: string }> {
    const { add, remove, invite } = readFields(request.body);
    return this.#prove(request, (owner): DoorAnswer<{ member: string } | { claim: string }> => {
      if (owner !== this.#policy.owner) return { status: 403, reason: 'not the owner' };
      if (invite === true) return { status: 200, value: { claim: this.createInvite() } };
      if (isKey(add)) this.#store.addMember(add, this.#now());
      else if (isKey(remove)) this.#store.removeMember(remove);
      else return { status: 400, reason: 'no key' };
      return { status: 200, value: { member: (add ?? remove) as string } };
    });
  }

  /**
   * POST /hale/join {"claim"} or {"vouch"} under NIP-98 by the new member's key. The answer to a lost answer is the same.
   */
  join(request: HttpRequest): DoorAnswer<{ member: string }> {
    const { vouch } = readFields(request.body);
    if (vouch !== undefined) return this.#joinByVouch(request, vouch);
    const claim = readClaim(request.body);
    if (claim === null) return { status: 400, reason: 'no claim' };
    return this.#prove(request, (key) => {
      if (this.#management.isBanned(key)) return { status: 403, reason: 'not admitted' };
      if (isMember(this.#store, this.#policy, key)) return { status: 200, value: { member: key } };
      if (!this.#store.takeClaim(claimHash(claim), this.#now())) return { status: 403, reason: 'claim is not valid' };
      this.#store.addMember(key, this.#now());
      return { status: 200, value: { member: key } };
    });
  }

  /** A vouch is used once: whom the owner has put out does not come back with it. A later one prolongs. */
  #joinByVouch(request: HttpRequest, value: unknown): DoorAnswer<{ member: string }> {
    const now = this.#now();
    return this.#prove(request, (key): DoorAnswer<{ member: string }> => {
      if (this.#management.isBanned(key)) return { status: 403, reason: 'not admitted' };
      const vouch = checkVouch(value, this.#policy, key, now);
      if (typeof vouch === 'string') return { status: 403, reason: vouch };
      const { clinic, id, until } = vouch;
      const done: DoorAnswer<{ member: string }> = { status: 200, value: { member: key } };
      const isIn = isMember(this.#store, this.#policy, key);
      if (isIn && this.#store.memberUntil(key) === null) return done;
      if (!this.#store.useAuthorization(id, until))
        return isIn ? done : { status: 403, reason: 'the vouch was used before' };
      if (!this.#store.takeVouch(clinic.key, tokenEpochOf(now), clinic.perEpoch))
        return { status: 429, reason: 'this clinic has vouched for as many as it may' };
      this.#store.addMember(key, now, until);
      return done;
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
      const until = this.#store.memberUntil(key) ?? undefined;
      // In this order, so that a key which names itself stays. Her end and the count of her tokens go with her.
      this.#store.removeMember(key);
      this.#store.addMember(member, this.#now(), until);
      this.#store.passTokens(key, member);
      return { status: 200, value: { member } };
    });
  }

  /** POST to the relay's own address (NIP-86) under NIP-98 with `payload` by the owner: which method, and with what. */
  managementCall(request: HttpRequest): DoorAnswer<{ method: string; params: unknown[] }> {
    const { method, params = [] } = readFields(request.body);
    if (typeof method !== 'string' || !Array.isArray(params)) return { status: 400, reason: 'no method and params' };
    return this.#prove(request, (key) =>
      this.#management.mayManage(key)
        ? { status: 200, value: { method, params } }
        : { status: 403, reason: 'not the owner' },
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

export interface TokensAnswer {
  readonly epoch: number;
  /** One point for each that was sent, in their order, hex. */
  readonly evaluated: readonly string[];
  /** One proof for all, hex. */
  readonly proof: string;
  /** How many this member may still take in this epoch. */
  readonly left: number;
}

/** The points of a body {"blinded":[…]}; null = another number of them than every request has. */
function readPoints(body: Uint8Array | null): Uint8Array[] | null {
  const { blinded } = readFields(body);
  if (!Array.isArray(blinded) || blinded.length !== RELAY_LIMITS.tokensPerBatch) return null;
  return blinded.every(isKey) ? blinded.map((point) => fromHex(point, 32)) : null;
}

function evaluate(
  mint: TokenMint,
  epoch: number,
  blinded: readonly Uint8Array[],
): Pick<TokensAnswer, 'evaluated' | 'proof'> | null {
  try {
    const { evaluated, proof } = mint.evaluate(epoch, blinded);
    return { evaluated: evaluated.map((point) => toHex(point)), proof: toHex(proof) };
  } catch (error) {
    if (error instanceof HaleError && error.code === 'malformed') return null;
    throw error;
  }
}

/** 32 bytes in hex. */
function isKey(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function readClaim(body: Uint8Array | null): string | null {
  const { claim } = readFields(body);
  return isKey(claim) ? claim : null;
}

function readKey(body: Uint8Array | null): string | null {
  const { member } = readFields(body);
  return isKey(member) ? member : null;
}

/** The fields of a JSON body; none where it is no object. */
function readFields(body: Uint8Array | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(utf8Decode(body ?? new Uint8Array()));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
