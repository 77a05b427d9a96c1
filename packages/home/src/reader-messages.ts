// What readers of grants say back to the owner: asks for more, and that they filed a copy. Taken from the relays, kept sealed, deleted there.
import { randomBytes } from 'node:crypto';
import { LIMITS, openMessage, type ReaderMessage } from '@hale/consent';
import { blurredDate, HaleError, KINDS, type Level, toHex, type VerifiedEvent } from '@hale/kernel';
import { signEvent } from '@hale/kernel/seal';
import type { IssuedGrant } from '@hale/vault';
import type { Home } from './home.ts';
import { HOME_LIMITS } from './limits.ts';

export interface KeptAsk {
  id: string;
  /** Of the grant whose reader asks. */
  grant: string;
  /** Microseconds: when it came, by this home's clock. What the asker says of the time is hers to choose. */
  at: number;
  kinds: string[];
  days: number | null;
  level: Level | null;
  why: string;
  /** 'set-aside': not now; nobody is told. */
  state: 'open' | 'allowed' | 'set-aside';
}

export interface KeptFiling {
  id: string;
  grant: string;
  at: number;
  readings: number;
  hash: string;
  /** Missing in those of before. */
  document?: string | null;
}

interface Kept {
  asks: KeptAsk[];
  filings: KeptFiling[];
}

const STATE = 'reader-messages';
const LOOK_MILLIS = 15_000;
const ASK_MICROS = LIMITS.askSeconds * 1e6;

function kept(home: Home): Kept {
  const sealed = home.vault.store.state(STATE);
  return sealed ? (home.local.open(STATE, sealed) as Kept) : { asks: [], filings: [] };
}

function keep(home: Home, { asks, filings }: Kept): void {
  const { asksKeptMax, filingsKeptMax } = HOME_LIMITS;
  const bounded = { asks: asks.slice(-asksKeptMax), filings: filings.slice(-filingsKeptMax) };
  home.vault.store.transact(() => home.vault.store.setState(STATE, home.local.seal(STATE, bounded)));
}

/** She stopped it herself, before it ran out: who read it has no more to ask. */
function isEndedByOwner({ owner: { ended, scope } }: IssuedGrant): boolean {
  return ended !== null && (scope.until === null || ended < scope.until);
}

/** Asks that wait for an answer, oldest first; none by a grant that the owner ended. */
export function openAsks(home: Home): KeptAsk[] {
  const now = home.nowMicros();
  const askable = new Set(
    home.grants
      .all()
      .filter((grant) => !isEndedByOwner(grant))
      .map(({ record }) => record.id),
  );
  return kept(home).asks.filter(
    ({ state, at, grant }) => state === 'open' && at + ASK_MICROS > now && askable.has(grant),
  );
}

export const expiryOf = ({ at }: KeptAsk): number => at + ASK_MICROS;

export function filingsOf(home: Home, grant: string): KeptFiling[] {
  return kept(home).filings.filter((filing) => filing.grant === grant);
}

/** When the reader of a grant last said anything; null: never. */
export function lastSaid(home: Home, grant: string): number | null {
  const { asks, filings } = kept(home);
  const times = [...asks, ...filings].filter((each) => each.grant === grant).map(({ at }) => at);
  return times.length === 0 ? null : Math.max(...times);
}

/** @throws HaleError 'not-found' */
export function findAsk(home: Home, id: string): KeptAsk {
  const found = openAsks(home).filter((ask) => id.length >= 4 && ask.id.startsWith(id));
  if (found.length !== 1)
    throw new HaleError('not-found', 'nobody asks under this name (any more); `hale asks` shows them');
  return found[0];
}

export function settleAsk(home: Home, id: string, state: 'allowed' | 'set-aside'): void {
  const { asks, filings } = kept(home);
  keep(home, { asks: asks.map((ask) => (ask.id === id ? { ...ask, state } : ask)), filings });
}

/**
 * Takes a message that a relay holds for one of the grants and has it deleted there. What is broken, or not by the grant's reader, is
 * deleted as well and counted for nothing.
 * @returns true when there is something to send
 */
export function takeMessage(home: Home, event: VerifiedEvent, relay: string): boolean {
  const grant = grantOf(home, event);
  if (!grant) return false;
  const deletion = deletionOf(home, event, grant);
  home.vault.store.transact(() => {
    read(home, event, grant);
    home.vault.store.enqueue({ event: deletion, target: { post: [relay] } });
  });
  return true;
}

/** Takes what readers left at the relay inside this home. Cheap when called each second. */
const looked = new WeakMap<Home, number>();

export function collectOwnMessages(home: Home, isNow = false): void {
  const last = looked.get(home) ?? 0;
  if (!home.embedded || (!isNow && Math.abs(Date.now() - last) < LOOK_MILLIS)) return;
  looked.set(home, Date.now());
  for (const grant of home.grants.all())
    for (const event of home.events.query({ kinds: [KINDS.wrap], '#p': [grant.owner.grantAuthor] }))
      home.events.transact(() => {
        read(home, event, grant);
        home.events.deleteById(event.id);
      });
}

function grantOf(home: Home, event: VerifiedEvent): IssuedGrant | undefined {
  const addressee = event.tags.find(([name]) => name === 'p')?.[1];
  return home.grants.all().find(({ owner }) => owner.grantAuthor === addressee);
}

function deletionOf(home: Home, event: VerifiedEvent, { log }: IssuedGrant): VerifiedEvent {
  const tags = [
    ['e', event.id],
    ['k', String(KINDS.wrap)],
  ];
  const created_at = blurredDate(home.nowMicros() / 1e6, randomBytes(4));
  return signEvent({ kind: KINDS.deletion, created_at, tags, content: '' }, log.authorSecret, randomBytes(32));
}

function read(home: Home, event: VerifiedEvent, grant: IssuedGrant): void {
  const { owner, log, record } = grant;
  let message: ReaderMessage | null = null;
  try {
    message = openMessage(owner, event, log.authorSecret);
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
  }
  if (message?.type === 'ask' && !isEndedByOwner(grant)) takeAsk(home, record.id, message);
  // Filing was not allowed: what the reader does all the same, she does not say.
  if (message?.type === 'filed' && owner.scope.mayFile) takeFiling(home, record.id, message);
}

/** One at a time of each asker: a further one counts only once the first has run out or was allowed. "Not now" is not announced, so it holds too. */
function takeAsk(home: Home, grant: string, { type: _, time, ...ask }: Extract<ReaderMessage, { type: 'ask' }>): void {
  const now = home.nowMicros();
  const { asks, filings } = kept(home);
  const isKnown = asks.some(({ id }) => id === ask.id);
  const isWaiting = asks.some(
    (other) => other.grant === grant && other.state !== 'allowed' && other.at + ASK_MICROS > now,
  );
  if (isKnown || isWaiting || time + ASK_MICROS <= now) return;
  const ofGrant = asks.filter((other) => other.grant === grant);
  const dropped = new Set(ofGrant.slice(0, Math.max(0, ofGrant.length + 1 - HOME_LIMITS.asksOfGrantMax)));
  const left = asks.filter((other) => !dropped.has(other));
  keep(home, { asks: [...left, { ...ask, grant, at: now, state: 'open' }], filings });
}

function takeFiling(
  home: Home,
  grant: string,
  { id, time, readings, hash, document }: Extract<ReaderMessage, { type: 'filed' }>,
): void {
  const { asks, filings } = kept(home);
  if (filings.some((filing) => filing.id === id)) return;
  keep(home, {
    asks,
    filings: [...filings, { id, grant, at: Math.min(time, home.nowMicros()), readings, hash, document }],
  });
}

export const newMessageId = (): string => toHex(new Uint8Array(randomBytes(16)));
