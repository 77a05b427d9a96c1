// Handing over, on the side of who takes somebody up: a new secret that nobody else knows, everything copied under it, box by box, each in one
// transaction with the note of how far it came. Broken off anywhere, it goes on with the next box. specs/custody.md §4
import { randomBytes } from 'node:crypto';
import { fromHex, HaleError, KINDS, toHex } from '@hale/kernel';
import { readerKey } from '@hale/kernel/open';
import { encryptNip44, giftWrap } from '@hale/kernel/seal';
import { answerKey, boxSecret, inLogOrder, openLogEvent, type SubjectEntry, takeParcel } from '@hale/vault';
import type { Home } from '../home.ts';
import { RelayConnection } from '../net/connect.ts';
import type { Bill, BillLine, FormerGrant } from './hand-over.ts';
import type { HandOverLetter } from './letter-text.ts';
import { LETTER_KIND, type Letter, letterDone } from './letters.ts';
import { parseBill, parseParcelEntry } from './parcel-text.ts';
import { caredForNoMore } from './wards.ts';

/** As it stands in the catalogue: setting `taking/<id of the hand-over>`. */
export interface Taking {
  subject: string;
  /** Hex. */
  from: string;
  key: Uint8Array;
  author: string;
  relays: string[];
  /** Boxes that are in. */
  boxes: number;
  /** 'copied': everything is here, and nobody was told yet. */
  state: 'copying' | 'copied' | 'done';
  grants: FormerGrant[];
}

const PREFIX = 'taking/';
const PATIENCE_MILLIS = 60_000;

export function takings(home: Home): (Taking & { id: string })[] {
  return [...home.vault.state.settings]
    .filter(([name, value]) => name.startsWith(PREFIX) && value !== null)
    .map(([name, value]) => ({ ...(value as Taking), id: name.slice(PREFIX.length) }));
}

const setting = (id: string, value: Taking) => ({ type: 'setting' as const, name: `${PREFIX}${id}`, value });

const current = (home: Home, id: string) => home.vault.state.settings.get(`${PREFIX}${id}`) as Taking | undefined;

type Source = Pick<Taking, 'key' | 'author' | 'relays'>;

/** A connection as the reader of one box. @throws HaleError 'not-permitted' | 'unavailable' */
async function asReader<T>(
  { key, relays }: Source,
  author: string,
  work: (connection: RelayConnection) => Promise<T | null>,
): Promise<T> {
  const secret = readerKey(key, fromHex(author, 32));
  let refused = 0;
  for (const url of relays) {
    const connection = new RelayConnection({ url, admission: secret, keys: [secret] });
    try {
      await connection.connect();
      const result = await work(connection);
      if (result !== null) return result;
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      if (error.code === 'malformed') throw error;
      if (error.code === 'not-permitted') refused++;
    } finally {
      await connection.close();
    }
  }
  if (refused === relays.length && refused > 0)
    throw new HaleError('expired', 'this hand-over was taken back, or has lapsed; ask for a new one');
  throw new HaleError('unavailable', 'what is handed over is not to be had at the moment; try again later');
}

/** The entries of a box, or of the bill (0). Null where some are not there yet. */
async function entriesOf(source: Source, author: string, n: number, wanted: number | null): Promise<unknown[]> {
  const stream = { author: fromHex(author, 32), secret: boxSecret(source.key, n) };
  return asReader(source, author, async (connection) => {
    const filter = { kinds: [KINDS.tileBatch], authors: [author] };
    const { events } = await connection.queryAll(filter, { timeoutMs: PATIENCE_MILLIS });
    const own = events.filter((event) => event.pubkey === author);
    const entries = inLogOrder(own.flatMap((event) => openLogEvent(event, stream)));
    const bySeq = new Map(entries.map(({ seq, value }) => [seq, value]));
    const values = Array.from({ length: wanted ?? bySeq.size }, (_, seq) => bySeq.get(seq));
    return values.length > 0 && !values.includes(undefined) ? values : null;
  });
}

/** What a hand-over says it holds, without taking it. @throws HaleError 'unavailable' | 'expired' | 'malformed' */
export async function billOf(source: Source): Promise<{ bill: Bill; lines: BillLine[] }> {
  return parseBill(await entriesOf(source, source.author, 0, null));
}

/** How the home's own person is called until she says otherwise. */
const SELF = 'me';

/** The person of this home, where nothing of hers is kept yet: who comes of age is taken up as herself. */
export function emptySelf(home: Home): SubjectEntry | null {
  const self = [...home.vault.state.subjects.values()].find(({ name, removed }) => name === SELF && !removed);
  if (!self || home.custody.isShared(self.id) || home.vault.streams(self.id).length > 0) return null;
  const isEmpty = !home.records.hasAny(self.id) && home.documents.handOut(self.id, null).next().done === true;
  return isEmpty ? self : null;
}

/** Whose parcel this becomes. @throws HaleError 'conflict' */
function subjectFor(home: Home, who: TakenAs, { name: itsName, ...about }: Bill['about']): SubjectEntry {
  if (!('asMe' in who)) return home.vault.addSubject(who.name ?? itsName, about);
  const self = emptySelf(home);
  if (!self)
    throw new HaleError(
      'conflict',
      'this home keeps something of yours already; take them up under a name of their own',
    );
  return home.vault.changeSubject(self.id, undefined, about);
}

/** Under a name, or as the person of this home herself. */
export type TakenAs = { name: string | undefined } | { asMe: true };

/**
 * Takes up what was offered, or goes on with it.
 * @param told how many boxes of how many are in
 * @throws HaleError 'conflict' for a name that is taken · 'unavailable' · 'expired' · 'malformed'
 */
export async function take(
  home: Home,
  letter: Letter<HandOverLetter>,
  who: TakenAs,
  told: (done: number, total: number) => void,
): Promise<Taking> {
  const { id, key, author, relays } = letter.text;
  const { bill } = await billOf({ key, author, relays });
  if (!current(home, id))
    home.vault.change(() => {
      const subject = subjectFor(home, who, bill.about);
      const begun = { subject: subject.id, from: letter.from, key, author, relays, boxes: 0 };
      if ('asMe' in who) home.vault.record(caredForNoMore(home, letter.from));
      home.vault.record([setting(id, { ...begun, state: 'copying', grants: bill.grants })]);
      letterDone(home, letter.id);
    });
  return goOn(home, id, told);
}

const busy = new WeakMap<Home, Set<string>>();

async function goOn(home: Home, id: string, told: (done: number, total: number) => void): Promise<Taking> {
  const running = busy.get(home) ?? new Set<string>();
  busy.set(home, running);
  if (running.has(id)) throw new HaleError('conflict', 'this is being taken up right now');
  running.add(id);
  try {
    await copy(home, id, told);
    await tell(home, id);
  } finally {
    running.delete(id);
  }
  return current(home, id) as Taking;
}

async function copy(home: Home, id: string, told: (done: number, total: number) => void): Promise<void> {
  const begun = current(home, id) as Taking;
  if (begun.state !== 'copying') return;
  const { lines } = await billOf(begun);
  for (const [i, { author, entries }] of lines.entries()) {
    if (i < begun.boxes) continue;
    told(i, lines.length);
    const values = await entriesOf(begun, toHex(author), i + 1, entries);
    const parcel = values.map(parseParcelEntry);
    home.vault.change(() => {
      takeParcel(home, begun.subject, parcel);
      home.vault.record([setting(id, { ...(current(home, id) as Taking), boxes: i + 1 })]);
    });
  }
  home.records.reload();
  home.settle();
  home.vault.record([setting(id, { ...(current(home, id) as Taking), state: 'copied' })]);
  told(lines.length, lines.length);
}

/** Says that everything is here: from then on the old home lets go. Left at the relays for when it looks. */
async function tell(home: Home, id: string): Promise<void> {
  const taking = current(home, id) as Taking;
  if (taking.state !== 'copied') return;
  // Not before a relay of this home's own has it: the old home erases then.
  await home.network.settle(20_000);
  if (!home.embedded && home.storeRelays().every((url) => home.outbox.pendingCount(url) > 0))
    throw new HaleError(
      'unavailable',
      'everything is here, but no relay of yours has it yet; the hand-over ends once one has',
    );
  await answer(home, taking, 'taken');
  home.vault.record([setting(id, { ...taking, key: new Uint8Array(32), state: 'done' })]);
}

/** @throws HaleError 'unavailable' | 'expired' */
async function answer(home: Home, source: Source, said: 'taken' | 'declined'): Promise<void> {
  const random = (length: number) => new Uint8Array(randomBytes(length));
  const nowSeconds = Math.floor(home.nowMicros() / 1e6);
  const content = encryptNip44(JSON.stringify({ v: 1, said }), answerKey(source.key), random(32));
  const event = giftWrap(
    { kind: LETTER_KIND, created_at: nowSeconds, tags: [], content },
    {
      secret: home.keys.identity,
      recipient: fromHex(source.author, 32),
      ...{ wrapSecret: random(32), nowSeconds, random },
    },
  );
  await asReader(source, source.author, async (connection) =>
    (await connection.publish(event)).outcome === 'ok' ? true : null,
  );
}

/** Does not want it: the other home keeps what it has. */
export async function decline(home: Home, letter: Letter<HandOverLetter>): Promise<void> {
  await answer(home, letter.text, 'declined');
  home.vault.store.transact(() => letterDone(home, letter.id));
}

/** Every so often: goes on with what was broken off. */
export function tendTakings(home: Home): void {
  for (const { id, state } of takings(home))
    if (state !== 'done' && !busy.get(home)?.has(id)) void goOn(home, id, () => {}).catch(() => {});
}
