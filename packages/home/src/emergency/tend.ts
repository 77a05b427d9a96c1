// What a home does for its emergency cards by itself: it hears who opened them, tells its owner, and moves to a new round: each day, when facts
// changed, and after an opening is over. A relay that is away is asked again the next time.
import { openStatement, provenNpub } from '@hale/consent/emergency';
import { HaleError, verifyOpening } from '@hale/kernel';
import { RELAY_LIMITS } from '@hale/relay/server';
import type { Home } from '../home.ts';
import { warning } from '../warnings.ts';
import { draftSheet, entriesOf, type SheetDraft } from './facts.ts';
import {
  armLocker,
  closeLocker,
  factorText,
  type LockerLook,
  lockerOf,
  lookAtLocker,
  secretOf,
  writeRound,
} from './lockers.ts';
import {
  currentCard,
  type EmergencyCard,
  type EmergencyChoice,
  emergencyChoice,
  type KeptOpening,
  keepChoice,
  keepOpenings,
  keptOpenings,
} from './settings.ts';

const STATE = 'emergency-rounds';
/** A round stands so long: what an opener of it kept opens nothing of the next. With readings of a device an hour, so that they are worth reading. */
const ROUND_MICROS = 20 * 3_600e6;
const READINGS_ROUND_MICROS = 3_600e6;

/** Of one locker at one relay, what was put there last. */
export interface Armed {
  round: number;
  hash: string;
  atMicros: number;
}

const placeOf = (card: EmergencyCard, relay: string): string => `${lockerOf(card)} ${relay}`;

export function armedAt(home: Home, card: EmergencyCard, relay: string): Armed | null {
  return armedPlaces(home)[placeOf(card, relay)] ?? null;
}

function armedPlaces(home: Home): Record<string, Armed> {
  const sealed = home.vault.store.state(STATE);
  return sealed ? (home.local.open(STATE, sealed) as Record<string, Armed>) : {};
}

function keepArmed(home: Home, place: string, armed: Armed | null): void {
  const { [place]: _before, ...others } = armedPlaces(home);
  const all = armed === null ? others : { ...others, [place]: armed };
  home.vault.store.transact(() => home.vault.store.setState(STATE, home.local.seal(STATE, all)));
}

export interface Tended {
  /** Relays that did not answer, with why. */
  failed: { relay: string; code: string }[];
  opened: KeptOpening[];
}

const running = new WeakMap<Home, Promise<unknown>>();

/**
 * Everything that is due for one subject. One after another: two at once would give one round two texts.
 * @param forgive wrong PINs of before are forgotten, and a new round is written in any case
 */
export function tendSubject(home: Home, subject: string, forgive = false): Promise<Tended> {
  const work = (running.get(home) ?? Promise.resolve()).then(() => tendNow(home, subject, forgive));
  running.set(
    home,
    work.catch(() => {}),
  );
  return work;
}

const closings = new WeakMap<Home, Map<string, number>>();

const closingsOf = (home: Home, subject: string): number => closings.get(home)?.get(subject) ?? 0;

/**
 * Asked for where a card begins to be made, called before it counts.
 * @throws HaleError 'conflict' where the cards of that subject were closed since
 */
export function unlessClosed(home: Home, subject: string): () => void {
  const before = closingsOf(home, subject);
  return () => {
    if (closingsOf(home, subject) !== before)
      throw new HaleError('conflict', 'emergency cards were switched off meanwhile, so this one was not made');
  };
}

/** Nothing opens from now on at relays that answer; at the others as soon as they do. */
export function closeCards(home: Home, subject: string, change: Partial<EmergencyChoice> = {}): Promise<Tended> {
  const choice = emergencyChoice(home, subject);
  const cards = choice.cards.map((each) => ({ ...each, isClosed: true }));
  closings.set(home, (closings.get(home) ?? new Map()).set(subject, closingsOf(home, subject) + 1));
  keepChoice(home, subject, { ...choice, ...change, cards });
  return tendSubject(home, subject);
}

async function tendNow(home: Home, subject: string, forgive: boolean): Promise<Tended> {
  const done: Tended = { failed: [], opened: [] };
  const choice = emergencyChoice(home, subject);
  await closeOld(home, subject, choice, done);
  const card = currentCard(choice);
  if (card === undefined) return done;
  const looks = new Map<string, LockerLook>();
  for (const relay of card.relays)
    await trying(done, relay, async () => {
      const look = await lookAtLocker(home, card, relay);
      looks.set(relay, look);
      done.opened.push(...takeOpenings(home, subject, card, relay, look));
    });
  if (done.opened.length > 0) tellOf(home, subject, done.opened);
  const { hash, drafted } = hashNow(home, subject, choice);
  const due = [...looks].filter(
    ([relay, look]) => forgive || isDue(home, look, armedAt(home, card, relay), { hash, choice }),
  );
  if (due.length === 0) return done;
  const draft = drafted ?? draftSheet(home, subject, choice);
  // One number for all that are due, above each that any relay has seen: a key is made once.
  const round =
    Math.max(
      ...[...looks.values()].map((look) => look.round),
      ...card.relays.map((relay) => armedAt(home, card, relay)?.round ?? 0),
    ) + 1;
  const written = writeRound(home, {
    ...{ card, choice, round, forgive, name: draft.name },
    entries: entriesOf(home, draft, choice.language),
  });
  for (const [relay] of due)
    await trying(done, relay, async () => {
      await armLocker(home, relay, written);
      keepArmed(home, placeOf(card, relay), { round, hash: draft.hash, atMicros: home.nowMicros() });
    });
  return done;
}

function isDue(
  home: Home,
  look: LockerLook,
  armed: Armed | null,
  { hash, choice }: { hash: string; choice: EmergencyChoice },
): boolean {
  const now = home.nowMicros();
  if (!look.armed || armed === null || armed.round !== look.round || armed.hash !== hash) return true;
  const lasts = choice.series.length > 0 ? READINGS_ROUND_MICROS : ROUND_MICROS;
  if (now - armed.atMicros > lasts || now < armed.atMicros) return true;
  const inRound = look.openings.filter(({ round }) => round === look.round);
  // While an opening lasts, its reader may come back and be given what now is: only what is written after its end he cannot open.
  const hasEnded = look.openings.some(({ until }) => until * 1e6 <= now && until * 1e6 > armed.atMicros);
  return hasEnded || inRound.length >= RELAY_LIMITS.emergencyOpeningsMax;
}

interface Known {
  /** Of each subject: what was chosen, and the hash of its sheet. */
  readonly hashes: Map<string, { chosen: string; hash: string }>;
}
const knownOf = new WeakMap<Home, Known>();

/** The hash of the sheet as it would be now. Records are read for it only after some changed; then the sheet comes with it. */
function hashNow(home: Home, subject: string, choice: EmergencyChoice): { hash: string; drafted: SheetDraft | null } {
  const { hashes } = knownOf.get(home) ?? watched(home);
  const chosen = JSON.stringify(choice);
  const before = hashes.get(subject);
  if (before?.chosen === chosen) return { hash: before.hash, drafted: null };
  const drafted = draftSheet(home, subject, choice);
  hashes.set(subject, { chosen, hash: drafted.hash });
  return { hash: drafted.hash, drafted };
}

function watched(home: Home): Known {
  const known: Known = { hashes: new Map() };
  knownOf.set(home, known);
  home.records.watch((subject) => known.hashes.delete(subject));
  home.labels.watch((subject) => known.hashes.delete(subject));
  return known;
}

/** Cards that were replaced or withdrawn while a relay was away are closed when it is back. */
async function closeOld(home: Home, subject: string, choice: EmergencyChoice, done: Tended): Promise<void> {
  for (const card of choice.cards.filter(({ isClosed, relays }) => isClosed && relays.length > 0))
    for (const relay of card.relays)
      await trying(done, relay, async () => {
        // Who opened it last is heard before it is let go of.
        const look = await lookAtLocker(home, card, relay);
        const opened = takeOpenings(home, subject, card, relay, look);
        if (opened.length > 0) tellOf(home, subject, opened);
        done.opened.push(...opened);
        if (!look.closed) await closeLocker(home, card, relay);
        endOpenings(home, subject, card, relay);
        keepArmed(home, placeOf(card, relay), null);
        const now = emergencyChoice(home, subject);
        keepChoice(home, subject, {
          ...now,
          cards: now.cards.map((each) =>
            each.secret === card.secret ? { ...each, relays: each.relays.filter((other) => other !== relay) } : each,
          ),
        });
      });
}

/** A locker that is closed gives nothing more to those whom it let in either. */
function endOpenings(home: Home, subject: string, card: EmergencyCard, relay: string): void {
  const now = home.nowMicros();
  const known = keptOpenings(home, subject);
  const isLasting = (one: KeptOpening) => one.card === lockerOf(card) && one.relay === relay && one.untilMicros > now;
  if (!known.some(isLasting)) return;
  keepOpenings(
    home,
    subject,
    known.map((one) => (isLasting(one) ? { ...one, untilMicros: now } : one)),
  );
}

async function trying(done: Tended, relay: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
    done.failed.push({ relay, code: error.code });
  }
}

/** @returns those that are new */
function takeOpenings(
  home: Home,
  subject: string,
  card: EmergencyCard,
  relay: string,
  look: LockerLook,
): KeptOpening[] {
  const id = lockerOf(card);
  const known = keptOpenings(home, subject);
  const isSame = (one: KeptOpening, number: number) => one.card === id && one.relay === relay && one.number === number;
  const fresh = look.openings
    .filter(({ number }) => !known.some((one) => isSame(one, number)))
    .map((opening) => readOpening(card, relay, opening));
  const changed = known.map((one) => {
    const now = look.openings.find(({ number }) => isSame(one, number));
    return now && now.until * 1e6 < one.untilMicros ? { ...one, untilMicros: now.until * 1e6 } : one;
  });
  const isChanged = changed.some((one, at) => one !== known[at]);
  if (fresh.length > 0 || isChanged) keepOpenings(home, subject, [...changed, ...fresh]);
  return fresh;
}

function readOpening(card: EmergencyCard, relay: string, opening: LockerLook['openings'][number]): KeptOpening {
  const { number, at, until, key, challenge, statement, signature, factor } = opening;
  const facts = { relay: opening.relay, lockerId: lockerOf(card), challenge, statement };
  const stated = statedIn(card, statement);
  return {
    ...{ card: lockerOf(card), number, relay, atMicros: at * 1e6, untilMicros: until * 1e6 },
    statement: stated && { reason: stated.reason, why: stated.why, name: stated.name, institution: stated.institution },
    npub: (stated && provenNpub(stated, key)) ?? '',
    factor: factorText(factor),
    isSigned: verifyOpening(facts, key, signature),
    review: null,
  };
}

/** null: somebody wrote what no page of ours writes; that it was opened is told all the same. */
function statedIn(card: EmergencyCard, statement: string) {
  try {
    return openStatement(secretOf(card), statement);
  } catch (error) {
    if (error instanceof HaleError) return null;
    throw error;
  }
}

function tellOf(home: Home, subject: string, opened: readonly KeptOpening[]): void {
  const name = home.vault.state.subjects.get(subject)?.name ?? '';
  for (const { atMicros } of opened)
    home.tell(warning('emergency-opened', name, new Date(atMicros / 1000).toISOString().slice(0, 16)));
}
