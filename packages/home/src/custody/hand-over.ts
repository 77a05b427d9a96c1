// Handing a person or an animal over, on the side of who lets go: everything is packed under a key of its own, offered, and erased here once the
// new home says that it holds it. Broken off anywhere, it goes on at the next tick. specs/custody.md §4
import { randomBytes } from 'node:crypto';
import { accessDate, LIMITS } from '@hale/consent';
import { dayStart, encodeCbor, HaleError, KINDS, schnorrPublic, toHex, type VerifiedEvent } from '@hale/kernel';
import { decryptNip44, unwrapGift } from '@hale/kernel/open';
import { grantAuthor, readerKey, signEvent } from '@hale/kernel/seal';
import {
  type AboutEntry,
  answerKey,
  boxSecret,
  LogWriter,
  type ParcelEntry,
  packParcel,
  restingName,
  type SubjectEntry,
} from '@hale/vault';
import { tendEmergencies } from '../emergency/duty.ts';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { eraseSubject } from '../operations/erase.ts';
import { type Recipient, recipientOf } from '../recipients.ts';
import { vanish } from '../vanish.ts';
import { devicesGone, forgetDevicesOf } from './devices.ts';
import { LETTER_KIND, ownRelays, sendLetter } from './letters.ts';
import { refuseWhileShared } from './sharing.ts';

/** As it stands in the catalogue: setting `hand-over/<id>`. */
export interface HandOver {
  subject: string;
  name: string;
  /** Hex, and as it was typed. */
  to: string;
  toText: string;
  /** 32 bytes that open the parcel; zeros once it is over. */
  key: Uint8Array;
  /** Goes up when packing was broken off: authors that hold half of it are not used again. */
  round: number;
  /** Boxes that were packed, numbered from 1; the bill is 0. */
  boxes: number;
  state: 'packing' | 'offered' | 'done' | 'declined' | 'taken-back';
  keepsNotes: boolean;
  keepsRecords: string[];
  at: number;
  endedAt: number | null;
}

/** Who could read it until now: for the new owner to choose from. No key goes along. */
export interface FormerGrant {
  to: string;
  recipient: string | null;
  streams: { key: string; level: string }[];
  /** Parts of the health records, where it gave any. */
  records?: string[];
  purpose: string;
  until: number | null;
}

/** The first entry of the bill. */
export interface Bill {
  type: 'bill';
  v: 1;
  about: Pick<SubjectEntry, 'name'> & AboutEntry;
  grants: FormerGrant[];
  boxes: number;
}

/** One for each box: who wrote it, and how many entries it has. */
export interface BillLine {
  author: Uint8Array;
  entries: number;
}

const PREFIX = 'hand-over/';
const OPEN: readonly HandOver['state'][] = ['packing', 'offered'];

export function handOvers(home: Home): (HandOver & { id: string })[] {
  return [...home.vault.state.settings]
    .filter(([name, value]) => name.startsWith(PREFIX) && value !== null)
    .map(([name, value]) => ({ ...(value as HandOver), id: name.slice(PREFIX.length) }));
}

export const openHandOvers = (home: Home) => handOvers(home).filter(({ state }) => OPEN.includes(state));

const setting = (id: string, value: HandOver) => ({ type: 'setting' as const, name: `${PREFIX}${id}`, value });
const resting = (subject: string, value: true | null) => ({
  type: 'setting' as const,
  name: restingName(subject),
  value,
});

// --- keys

const boxAuthorSecret = (home: Home, id: string, round: number, n: number): Uint8Array =>
  grantAuthor(home.keys.catalogueSecret, `hand-over/${id}/${round}/${n}`);

function boxLog(home: Home, id: string, { key, round }: Pick<HandOver, 'key' | 'round'>, n: number): LogWriter {
  const authorSecret = boxAuthorSecret(home, id, round, n);
  const { store, clock, random } = home.vault;
  const rooms = { store, clock, random, generation: () => home.vault.state.generation };
  return new LogWriter(rooms, { author: schnorrPublic(authorSecret), secret: boxSecret(key, n) }, authorSecret);
}

/** Authors of open parcels with their secrets; made anew when the catalogue says something else. */
const authorsOf = new WeakMap<
  Home,
  { mark: string; byAuthor: Map<string, { secret: Uint8Array; id: string; n: number }> }
>();

function parcelAuthors(home: Home) {
  const open = openHandOvers(home);
  const mark = open.map(({ id, round, boxes }) => `${id}/${round}/${boxes}`).join();
  const known = authorsOf.get(home);
  if (known?.mark === mark) return known.byAuthor;
  const byAuthor = new Map<string, { secret: Uint8Array; id: string; n: number }>();
  for (const { id, round, boxes } of open)
    for (let n = 0; n <= boxes; n++) {
      const secret = boxAuthorSecret(home, id, round, n);
      byAuthor.set(toHex(schnorrPublic(secret)), { secret, id, n });
    }
  authorsOf.set(home, { mark, byAuthor });
  return byAuthor;
}

export const parcelSecretOf = (home: Home, author: string): Uint8Array | undefined =>
  parcelAuthors(home).get(author)?.secret;

/** Authors to which answers come. */
export const billAuthors = (home: Home): string[] =>
  [...parcelAuthors(home)].filter(([, { n }]) => n === 0).map(([author]) => author);

// --- beginning

/**
 * Offers a subject to another person. Until it is taken or taken back, nothing new is kept of it here.
 * @throws HaleError 'conflict' where it is being handed over, or is all that this home keeps · 'unavailable' without a relay
 */
export async function handOver(
  home: Home,
  subject: SubjectEntry,
  recipient: Recipient,
  kept: { notes: boolean; records: readonly string[] },
): Promise<HandOver & { id: string }> {
  const { id: of, name } = subject;
  ownRelays(home);
  if (openHandOvers(home).some((each) => each.subject === of))
    throw new HaleError('conflict', 'this one is being handed over already; `hale subject list` shows it');
  if ([...home.vault.state.subjects.values()].filter(({ removed }) => !removed).length === 1)
    throw new HaleError('conflict', 'this home keeps nobody else: what is handed over must not be all there is');
  refuseWhileShared(home, of);
  for (const record of kept.records) home.records.head(of, record) ?? missing();
  const id = toHex(new Uint8Array(randomBytes(8)));
  const begun: HandOver = {
    ...{ subject: of, name, to: recipient.pubkey, toText: recipient.name, key: home.vault.random.bytes(32), round: 0 },
    ...{ boxes: 0, state: 'packing', keepsNotes: kept.notes, keepsRecords: [...kept.records] },
    ...{ at: home.nowMicros(), endedAt: null },
  };
  home.vault.change(() => home.vault.record([setting(id, begun), resting(of, true)]));
  return pack(home, id, recipient);
}

function missing(): never {
  throw new HaleError('not-found', 'no record of this id to keep back; `hale records` shows them');
}

const current = (home: Home, id: string): HandOver => home.vault.state.settings.get(`${PREFIX}${id}`) as HandOver;

const packing = new WeakMap<Home, Set<string>>();

async function pack(home: Home, id: string, recipient: Recipient): Promise<HandOver & { id: string }> {
  const busy = packing.get(home) ?? new Set<string>();
  packing.set(home, busy.add(id));
  try {
    const lines: BillLine[] = [];
    const { subject, keepsNotes, keepsRecords } = current(home, id);
    const kept = { notes: keepsNotes, records: new Set(keepsRecords) };
    for (const entries of boxed(packParcel(home, subject, kept))) {
      lines.push(putBox(home, id, lines.length + 1, entries));
      home.announce();
      await new Promise((turn) => setImmediate(turn));
      if (current(home, id).state !== 'packing') return { ...current(home, id), id };
    }
    offer(home, id, recipient, lines);
  } finally {
    busy.delete(id);
  }
  home.useRelays();
  home.network.listenAgain();
  home.announce();
  return { ...current(home, id), id };
}

/** Runs gathered into boxes: what is fetched, held in memory and taken up at once. */
function* boxed(runs: Iterable<ParcelEntry[]>): Generator<ParcelEntry[]> {
  let box: ParcelEntry[] = [];
  let bytes = 0;
  for (const run of runs) {
    const size = run.reduce((sum, entry) => sum + encodeCbor(entry).length, 0);
    if (box.length > 0 && bytes + size > HOME_LIMITS.handOverBoxBytesMax) {
      yield box;
      box = [];
      bytes = 0;
    }
    box.push(...run);
    bytes += size;
  }
  if (box.length > 0) yield box;
}

function putBox(home: Home, id: string, n: number, entries: ParcelEntry[]): BillLine {
  return home.vault.change(() => {
    home.vault.record([setting(id, { ...current(home, id), boxes: n })]);
    const log = boxLog(home, id, current(home, id), n);
    log.append(entries);
    letIn(home, log, current(home, id).key);
    return { author: log.stream.author, entries: entries.length };
  });
}

/** The bill, who may fetch it, the letter and the new state: one transaction. */
function offer(home: Home, id: string, recipient: Recipient, lines: BillLine[]): void {
  home.vault.change(() => {
    const state = current(home, id);
    const { name, species, birthYear, sex, breed, chip, vet } = home.vault.subject(state.subject);
    const told = Object.entries({ species, birthYear, sex, breed, chip, vet }).filter(
      ([, value]) => value !== undefined,
    );
    const about: Bill['about'] = { name, ...Object.fromEntries(told) };
    const log = boxLog(home, id, state, 0);
    const bill: Bill = { type: 'bill', v: 1, about, grants: formerGrants(home, state.subject), boxes: lines.length };
    log.append([bill, ...lines]);
    letIn(home, log, state.key);
    const relays = ownRelays(home);
    sendLetter(home, recipient, {
      ...{ v: 1, type: 'hand-over', id, key: state.key, author: toHex(log.stream.author), relays },
      ...{ name: about.name, species: about.species ?? null },
    });
    home.vault.record([setting(id, { ...state, state: 'offered' })]);
  });
}

function formerGrants(home: Home, subject: string): FormerGrant[] {
  return home.grants
    .active()
    .filter(({ record }) => record.subject === subject)
    .map(({ record, owner }) => ({
      ...{ to: record.to, recipient: record.recipient, streams: record.streams },
      ...(record.records ? { records: [...record.records.categories] } : {}),
      ...{ purpose: owner.scope.purpose.text, until: owner.scope.until },
    }));
}

/** The access event of a box: the reader key that follows from the parcel's key, for as long as an offer stands. */
function letIn(home: Home, { stream: { author }, authorSecret }: LogWriter, key: Uint8Array): void {
  const { store } = home.vault;
  const now = home.nowMicros() / 1e6;
  const reader = toHex(schnorrPublic(readerKey(key, author)));
  const until = dayStart(now) + LIMITS.accessSecondsMax;
  const created_at = accessDate(store.accessEvent(toHex(author))?.created_at ?? null, now, 0);
  const tags = [['-'], ['reader', reader, String(until)]];
  const event = signEvent({ kind: KINDS.access, created_at, tags, content: '' }, authorSecret, randomBytes(32));
  store.putEvent(event);
  store.enqueue({ event, target: 'store' });
}

// --- the end

/** Takes an offer back; the person stays here, and what the other home fetched meanwhile it has. @throws HaleError 'not-found' */
export function takeBack(home: Home, subject: string): HandOver & { id: string } {
  const found = openHandOvers(home).find((each) => each.subject === subject);
  if (!found) throw new HaleError('not-found', 'this one is not being handed over');
  end(home, found.id, 'taken-back');
  return { ...current(home, found.id), id: found.id };
}

function end(home: Home, id: string, how: 'done' | 'declined' | 'taken-back'): void {
  const state = current(home, id);
  const { subject } = state;
  let devices: string[] = [];
  home.vault.change(() => {
    for (let n = 0; n <= state.boxes; n++) {
      const { authorSecret, stream, number } = boxLog(home, id, state, n);
      home.vault.store.forgetLog(number, null);
      vanish(home, authorSecret, toHex(stream.author));
    }
    const over = { ...state, key: new Uint8Array(32), state: how, endedAt: home.nowMicros() };
    home.vault.record([setting(id, over), resting(subject, null)]);
    if (how === 'done') {
      devices = forgetDevicesOf(home, subject);
      eraseSubject(home, subject);
    }
  });
  if (how === 'done') {
    devicesGone(home, devices);
    tendEmergencies(home);
    home.finder?.forgetErased();
  }
  home.announce();
}

/**
 * What the new home answers: it holds everything, or does not want it. Anything else that comes to a bill's author changes nothing.
 * @returns true: the event was for a bill, and is gone from the relays with its author
 */
export function takeAnswer(home: Home, event: VerifiedEvent): boolean {
  const author = event.tags.find(([name]) => name === 'p')?.[1] ?? '';
  const parcel = parcelAuthors(home).get(author);
  if (parcel?.n !== 0) return false;
  const state = current(home, parcel.id);
  const said = state.state === 'offered' ? answerIn(event, parcel.secret, state) : null;
  if (said === 'taken') end(home, parcel.id, 'done');
  if (said === 'declined') end(home, parcel.id, 'declined');
  return true;
}

/** Believed only of the person to whom it was offered. */
function answerIn(event: VerifiedEvent, secret: Uint8Array, { key, to }: HandOver): 'taken' | 'declined' | null {
  try {
    const rumor = unwrapGift(event, secret);
    if (!rumor || rumor.kind !== LETTER_KIND || rumor.pubkey !== to) return null;
    const { v: version, said } = JSON.parse(decryptNip44(rumor.content, answerKey(key))) as Record<string, unknown>;
    return version === 1 && (said === 'taken' || said === 'declined') ? said : null;
  } catch (error) {
    if (error instanceof HaleError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Every so often: packs again what was broken off, and lets offers lapse that nobody took. */
export function tendHandOvers(home: Home): void {
  for (const state of openHandOvers(home)) {
    const isOver = home.nowMicros() > (dayStart(state.at / 1e6) + LIMITS.accessSecondsMax) * 1e6;
    if (isOver) end(home, state.id, 'taken-back');
    else if (state.state === 'packing' && !packing.get(home)?.has(state.id))
      void packAgain(home, state).catch(() => {});
  }
}

async function packAgain(home: Home, state: HandOver & { id: string }): Promise<void> {
  const recipient = await recipientOf(home, state.to, []);
  const pinned = home.vault.state.pins.get(state.to);
  if (!pinned) return;
  recipient.envelope = { pubkey: pinned.inbox, kemPublic: pinned.kemPublic };
  const { id, ...rest } = state;
  home.vault.change(() => {
    for (let n = 1; n <= rest.boxes; n++) {
      const { authorSecret, stream, number } = boxLog(home, id, rest, n);
      home.vault.store.forgetLog(number, null);
      vanish(home, authorSecret, toHex(stream.author));
    }
    home.vault.record([setting(id, { ...rest, round: rest.round + 1, boxes: 0 })]);
  });
  await pack(home, id, recipient);
}
