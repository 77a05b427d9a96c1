// Emergency lockers: the facts that somebody chose for the hour in which she cannot be asked (specs/emergency.md). What a locker gives leaves it only
// after a signed statement of who and why is on the disk and the notices of it are queued, in one commit; then for some hours to that opener and
// to nobody else. The relay can read neither the statement nor the facts, and knows of no person whose they are.
import {
  HaleError,
  KINDS,
  type NostrEvent,
  parseEvent,
  type Random,
  readDeskCode,
  sha256,
  toHex,
  utf8Decode,
  utf8Encode,
  type VerifiedEvent,
  verifyEvent,
  verifyOpening,
} from '@hale/kernel';
import { Challenges } from './challenges.ts';
import type { DoorAnswer } from './door.ts';
import { RELAY_LIMITS } from './limits.ts';
import { isOwnUrl, type RelayPolicy } from './policy.ts';
import type { EmergencyArming, EmergencyOpening, EmergencyRow, EmergencyStore, RelayStore } from './store.ts';
import { Tally } from './tally.ts';

export interface EmergencyWish {
  id: string;
  verifier: string;
  /** The owner's key for this locker, 64 hex. */
  owner: string;
  /** Unix seconds. */
  expires: number;
}

interface Opening {
  readonly id: string;
  readonly verifier: string;
  readonly proof: Pick<EmergencyOpening, 'relay' | 'challenge' | 'key' | 'signature'> | null;
  /** '' where an opening of before goes on. */
  readonly statement: string;
  readonly pin: string;
  readonly code: string;
}

/** What the parts of a round hold, joined. */
interface RoundText {
  /** The log of the round. */
  readonly events: readonly NostrEvent[];
  /** For each opening in turn, a wrap for each of those who are told. */
  readonly notices: readonly (readonly VerifiedEvent[])[];
}

export type EmergencyOpened =
  | { readonly status: 200; readonly value: object }
  | { readonly status: 401; readonly value: { challenge: string; factor: string; hours: number; told: number } }
  | { readonly status: 403; readonly value: { left: number } | Record<string, never> }
  | { readonly status: 409; readonly value: { until: number } }
  | { readonly status: 410; readonly value: { why: 'exhausted' | 'shut' | 'closed' } }
  | { readonly status: 429; readonly value: { seconds: number } }
  | { readonly status: 400 | 404 | 503; readonly value: object };

const HEX = /^[0-9a-f]{64}$/;
const SEALED = /^[A-Za-z0-9+/]{64,}={0,2}$/;
const UNKNOWN: EmergencyOpened = { status: 404, value: {} };

export interface EmergencyOptions {
  readonly store: RelayStore;
  readonly policy: RelayPolicy;
  /** Unix seconds. */
  readonly now: () => number;
  readonly random: Random;
}

export class EmergencyLockers {
  readonly #store: RelayStore;
  readonly #policy: RelayPolicy;
  readonly #now: () => number;
  readonly #challenges: Challenges;
  readonly #tries = new Tally(60);

  constructor({ store, policy, now, random }: EmergencyOptions) {
    this.#store = store;
    this.#policy = policy;
    this.#now = now;
    this.#challenges = new Challenges(now, random);
  }

  get #rows(): EmergencyStore {
    return this.#store.emergencies;
  }

  /** Makes one that gives nothing yet, for a member that the door has proven. */
  create({ id, verifier, owner, expires }: EmergencyWish): DoorAnswer<{ id: string }> {
    const row: EmergencyRow = {
      ...{ id, owner, verifierHash: hashOf(verifier), expires: this.#lasting(expires), isClosed: false },
      ...{
        round: 0,
        share: '',
        author: '',
        hours: 0,
        factor: 'none',
        pinHash: '',
        institutions: [],
        parts: 0,
        told: 0,
      },
      ...{ wrong: 0, triedAt: 0 },
    };
    return this.#guarded(() =>
      this.#store.transact(() => this.#rows.add(row))
        ? { status: 200, value: { id } }
        : { status: 403, reason: 'it is there already' },
    );
  }

  #lasting(expires: number): number {
    return Math.min(expires, this.#now() + RELAY_LIMITS.emergencySecondsMax);
  }

  /** One part of the text of a round to come. For its owner, as all that follows. */
  putPart(row: EmergencyRow, body: Uint8Array | null): DoorAnswer<object> {
    const { round, part, text } = parseFields(body);
    const isPart =
      isCount(round, 0xffff_ffff) &&
      isCount(part, RELAY_LIMITS.emergencyPartsMax - 1) &&
      typeof text === 'string' &&
      text.length <= RELAY_LIMITS.emergencyPartUnitsMax;
    if (row.isClosed) return CLOSED;
    if (!isPart || round <= row.round) return { status: 400, reason: 'no part of a round to come' };
    return this.#guarded(() =>
      this.#store.transact((): DoorAnswer<object> => {
        if (this.#rows.units(row.id, round) + text.length > RELAY_LIMITS.emergencyUnitsMax)
          return { status: 403, reason: 'it is too large' };
        this.#rows.putPart(row.id, round, part, text);
        return { status: 200, value: {} };
      }),
    );
  }

  /** From now on it gives what was put for that round, all of it or what it gave before. Wrong PINs count on unless she says `forgive`. */
  arm(row: EmergencyRow, body: Uint8Array | null): DoorAnswer<{ round: number }> {
    const fields = parseFields(body);
    const arming = readArming(fields);
    if (row.isClosed) return CLOSED;
    if (arming === null || arming.round <= row.round) return { status: 400, reason: 'no arming of a round to come' };
    const { round, parts, told } = arming;
    const expires = Number.isSafeInteger(fields.expires) ? this.#lasting(Number(fields.expires)) : row.expires;
    return this.#guarded((): DoorAnswer<{ round: number }> => {
      const text = readRound(this.#rows.text(row.id, round, parts));
      const isWhole =
        text?.notices.length === RELAY_LIMITS.emergencyOpeningsMax &&
        text.notices.every((set) => set.length === told) &&
        text.events.every(({ pubkey }) => pubkey === arming.author);
      if (!isWhole) return { status: 400, reason: 'its parts are no round' };
      this.#store.transact(() => {
        this.#rows.change(row.id, { ...arming, expires, ...(fields.forgive === true ? { wrong: 0, triedAt: 0 } : {}) });
        this.#rows.keepParts(row.id, round);
      });
      return { status: 200, value: { round } };
    });
  }

  look(row: EmergencyRow): DoorAnswer<object> {
    const { id, round, wrong, isClosed, expires, share } = row;
    const openings = this.#rows.openings(id);
    return { status: 200, value: { round, wrong, expires, closed: isClosed, armed: share !== '', openings } };
  }

  /** Ends an opening before its time: `{"number"}`. */
  end(row: EmergencyRow, body: Uint8Array | null): DoorAnswer<object> {
    const { number } = parseFields(body);
    const opening = this.#rows.openings(row.id).find((each) => each.number === number);
    if (opening === undefined) return { status: 400, reason: 'no such opening' };
    return this.#guarded(() => {
      const until = Math.min(opening.until, this.#now());
      this.#store.transact(() => this.#rows.endOpening(row.id, opening.number, until));
      return { status: 200, value: { until } };
    });
  }

  /** Nothing opens it any more; what it gave leaves the disk, what was stated stays for review until its time is over. */
  close(row: EmergencyRow): DoorAnswer<object> {
    return this.#guarded(() => {
      this.#store.transact(() => {
        this.#rows.change(row.id, { isClosed: true, share: '', verifierHash: '', pinHash: '', parts: 0 });
        this.#rows.keepParts(row.id, -1);
      });
      return { status: 200, value: {} };
    });
  }

  /** Nobody proves a person here: who knows id and verifier has the card. */
  open(body: Uint8Array | null): EmergencyOpened {
    const asked = readOpening(body);
    if (asked === null) return { status: 400, value: {} };
    if (!this.#tries.take(asked.id, this.#now(), RELAY_LIMITS.emergencyTriesPerMinuteMax))
      return { status: 429, value: { seconds: 60 } };
    try {
      return this.#try(asked);
    } catch (error) {
      if (error instanceof HaleError) return { status: 503, value: {} };
      throw error;
    }
  }

  #try(asked: Opening): EmergencyOpened {
    const row = this.#rows.get(asked.id);
    if (row === null || row.expires <= this.#now()) return UNKNOWN;
    if (row.isClosed) return { status: 410, value: { why: 'closed' } };
    // 256 bits that stand on the card: nobody guesses them, and a wrong one is no card of this locker.
    if (row.verifierHash !== hashOf(asked.verifier) || row.share === '') return UNKNOWN;
    if (row.wrong >= RELAY_LIMITS.lockerTriesMax) return { status: 410, value: { why: 'shut' } };
    const { factor, hours, told } = row;
    const { proof } = asked;
    if (proof === null || !this.#isProven(asked))
      return { status: 401, value: { challenge: this.#challenges.give(row.id), factor, hours, told } };
    const openings = this.#rows.openings(row.id);
    const before = openings.find(({ key }) => key === proof.key);
    if (before !== undefined)
      return before.until > this.#now() ? this.#give(row, before) : { status: 409, value: { until: before.until } };
    if (!SEALED.test(asked.statement)) return { status: 400, value: {} };
    const isFull =
      openings.filter(({ round }) => round === row.round).length >= RELAY_LIMITS.emergencyOpeningsMax ||
      openings.length >= RELAY_LIMITS.emergencyOpeningsKeptMax;
    if (isFull) return { status: 410, value: { why: 'exhausted' } };
    const shown = this.#factorOf(row, asked);
    return typeof shown === 'string' ? this.#admit(row, openings, { ...asked, proof }, shown) : shown;
  }

  #isProven({ id, proof, statement }: Opening): boolean {
    if (proof === null) return false;
    const { relay, challenge, key, signature } = proof;
    if (!this.#challenges.take(id, challenge) || !isOwnUrl(this.#policy, relay)) return false;
    return verifyOpening({ relay, lockerId: id, challenge, statement }, key, signature);
  }

  /** The statement and the notices in one commit; only then is what it gives read at all. */
  #admit(
    row: EmergencyRow,
    openings: readonly EmergencyOpening[],
    { proof, statement }: Opening & { proof: NonNullable<Opening['proof']> },
    factor: string,
  ): EmergencyOpened {
    const at = this.#now();
    const opening: EmergencyOpening = {
      ...{ number: (openings.at(-1)?.number ?? 0) + 1, round: row.round, at, until: at + row.hours * 3600 },
      ...{ ...proof, statement, factor },
    };
    const inRound = openings.filter(({ round }) => round === row.round).length;
    const text = this.#textOf(row);
    const notices = text?.notices[inRound];
    if (notices === undefined) return { status: 503, value: {} };
    this.#store.transact(() => {
      this.#rows.addOpening(row.id, opening);
      for (const notice of notices) this.#store.put(notice);
    });
    return this.#give(row, opening, text);
  }

  #textOf({ id, round, parts }: EmergencyRow) {
    return readRound(this.#rows.text(id, round, parts));
  }

  #give(row: EmergencyRow, { number, at, until }: EmergencyOpening, text = this.#textOf(row)): EmergencyOpened {
    const { share, round, author, told } = row;
    if (text === null) return { status: 503, value: {} };
    return { status: 200, value: { share, round, author, events: text.events, number, at, until, told } };
  }

  /** What was shown beside the card: 'none', 'pin' or the institution's key; or why that is not enough. */
  #factorOf(row: EmergencyRow, { pin, code }: Opening): string | EmergencyOpened {
    const { factor } = row;
    if (factor === 'none') return 'none';
    if (code !== '' && factor !== 'pin') return this.#byCode(row, code);
    if (pin !== '' && factor !== 'code') return this.#byPin(row, pin);
    return { status: 403, value: {} };
  }

  /** On the disk first; only then is it compared (locker.ts). */
  #byPin({ id, pinHash, wrong: before, triedAt }: EmergencyRow, pin: string): string | EmergencyOpened {
    const now = this.#now();
    const wait = before === 0 ? 0 : triedAt + 2 ** (before - 1) - now;
    if (wait > 0) return { status: 429, value: { seconds: wait } };
    const wrong = before + 1;
    this.#store.transact(() => this.#rows.change(id, { wrong, triedAt: now }));
    if (pinHash === hashOf(pin)) {
      this.#store.transact(() => this.#rows.change(id, { wrong: before, triedAt }));
      return 'pin';
    }
    const left = RELAY_LIMITS.lockerTriesMax - wrong;
    return left > 0 ? { status: 403, value: { left } } : { status: 410, value: { why: 'shut' } };
  }

  /** A code is used up on the disk before it counts. */
  #byCode({ institutions }: EmergencyRow, text: string): string | EmergencyOpened {
    const code = readDeskCode(text);
    const now = this.#now();
    const isKnown =
      code !== null &&
      (institutions.includes(code.institution) || this.#policy.clinics.some(({ key }) => key === code.institution));
    const isGood = isKnown && code.expires > now && code.expires <= now + RELAY_LIMITS.deskCodeSecondsMax;
    if (!isGood) return { status: 403, value: {} };
    const id = toHex(sha256(utf8Encode(`desk-code/${code.institution}/${code.nonce}`)));
    const isFirst = this.#store.transact(() => this.#store.useAuthorization(id, code.expires + 1));
    return isFirst ? code.institution : { status: 403, value: {} };
  }

  #guarded<Value>(work: () => DoorAnswer<Value>): DoorAnswer<Value> {
    try {
      return work();
    } catch (error) {
      if (error instanceof HaleError) return { status: 503, reason: error.code };
      throw error;
    }
  }
}

const CLOSED = { status: 403, reason: 'it is closed' } as const;

/** Compared by their hashes: how long it takes tells nothing of what is kept. */
const hashOf = (verifier: string): string => toHex(sha256(utf8Encode(verifier)));

/** The body of POST /hale/emergency/create; null = it is none. */
export function parseEmergencyWish(body: Uint8Array | null): EmergencyWish | null {
  const { id, verifier, owner, expires } = parseFields(body);
  const isWish = [id, verifier, owner].every(isHex) && Number.isSafeInteger(expires);
  return isWish ? ({ id, verifier, owner, expires } as EmergencyWish) : null;
}

/** The locker's id in the body of what its owner asks; null = there is none. */
export function parseEmergencyId(body: Uint8Array | null): string | null {
  const { id } = parseFields(body);
  return isHex(id) ? id : null;
}

function readArming(fields: Record<string, unknown>): EmergencyArming | null {
  const { round, share, author, hours, factor, pin, institutions, parts, told } = fields;
  const isArming =
    isCount(round, 0xffff_ffff) &&
    isHex(share) &&
    isHex(author) &&
    isCount(hours, RELAY_LIMITS.emergencyHoursMax) &&
    hours > 0 &&
    (factor === 'none' || factor === 'pin' || factor === 'code' || factor === 'either') &&
    (pin === '' || isHex(pin)) &&
    (pin !== '' || factor === 'none' || factor === 'code') &&
    Array.isArray(institutions) &&
    institutions.length <= RELAY_LIMITS.emergencyInstitutionsMax &&
    institutions.every(isHex) &&
    isCount(parts, RELAY_LIMITS.emergencyPartsMax) &&
    isCount(told, RELAY_LIMITS.emergencyToldMax);
  if (!isArming) return null;
  return { round, share, author, hours, factor, pinHash: pin === '' ? '' : hashOf(pin), institutions, parts, told };
}

/** Only what is signed is ever given or sent: notices are wraps for one addressee, the rest a log of its author's. */
function readRound(text: string | null): RoundText | null {
  try {
    const { events, notices } = JSON.parse(text ?? '') as { events: unknown; notices: unknown };
    if (!Array.isArray(events) || !Array.isArray(notices)) return null;
    const log = events.map((event) => parseEvent(event));
    const sets = (notices as unknown[]).map((set) => (Array.isArray(set) ? set.map(readNotice) : [null]));
    const isSigned = log.every((event) => event.kind === KINDS.tileBatch && verifyEvent(event) !== null);
    if (!isSigned || sets.some((set) => set.includes(null))) return null;
    return { events: log, notices: sets as VerifiedEvent[][] };
  } catch (error) {
    if (error instanceof HaleError || error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

function readNotice(value: unknown): VerifiedEvent | null {
  const event = verifyEvent(parseEvent(value));
  const isWrap = event?.kind === KINDS.wrap && event.content.length <= RELAY_LIMITS.postUnitsMax;
  return isWrap && event.tags.length === 1 && event.tags[0][0] === 'p' && isHex(event.tags[0][1]) ? event : null;
}

function readOpening(body: Uint8Array | null): Opening | null {
  const { id, verifier, relay, challenge, key, signature, statement = '', pin = '', code = '' } = parseFields(body);
  if (!isHex(id) || !isHex(verifier)) return null;
  const proof = [relay, challenge, key, signature];
  const given = { id, verifier };
  if (proof.every((each) => each === undefined)) return { ...given, proof: null, statement: '', pin: '', code: '' };
  if (![...proof, statement, pin, code].every((each) => typeof each === 'string')) return null;
  if ((statement as string).length > RELAY_LIMITS.emergencyStatementUnitsMax) return null;
  return { ...given, proof: { relay, challenge, key, signature }, statement, pin, code } as Opening;
}

const isHex = (value: unknown): value is string => typeof value === 'string' && HEX.test(value);
const isCount = (value: unknown, max: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max;

function parseFields(body: Uint8Array | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(utf8Decode(body ?? new Uint8Array()));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
