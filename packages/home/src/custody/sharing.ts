// Caring for somebody together, on this home's side: an offer by letter, its acceptance, and what comes from the others' homes over the relays
// that both have. specs/custody.md §5
import { dayStart, HaleError, KINDS, toHex, type VerifiedEvent } from '@hale/kernel';
import {
  type CustodianEntry,
  inLogOrder,
  LANES_MAX,
  openLogEvent,
  type SubjectEntry,
  sharedName,
  standing,
} from '@hale/vault';
import { withoutEmergency } from '../emergency/settings.ts';
import type { Home } from '../home.ts';
import type { Recipient } from '../recipients.ts';
import { vanish } from '../vanish.ts';
import { devicesGone, forgetDevicesOf } from './devices.ts';
import { openHandOvers } from './hand-over.ts';
import type { CustodyLetter } from './letter-text.ts';
import { type Letter, letterDone, ownRelays, sendLetter } from './letters.ts';
import { firstCustodian, stateWards } from './wards.ts';

const PATIENCE_MILLIS = 60_000;
/** Relays date events by their day, and clocks differ. */
const LOOK_BACK_SECONDS = 86_400;

/** Authors of subjects that are cared for together: any of the homes may write what comes next. */
export const sharedAuthors = (home: Home): string[] =>
  home.custody.shared().flatMap((subject) => sharedAuthorsOf(home, subject));

const sharedAuthorsOf = (home: Home, subject: string): string[] => [
  toHex(home.custody.log(subject).stream.author),
  ...home.vault.streams(subject).map(({ author }) => toHex(author)),
  ...home.records.logs(subject).map(({ stream }) => toHex(stream.author)),
  ...home.documents.logs(subject).map(({ stream }) => toHex(stream.author)),
];

/** Custodians who accepted and whose time has not run out, without this one. */
export function otherCustodians(home: Home, subject: string): CustodianEntry[] {
  if (!home.custody.isShared(subject)) return [];
  const own = home.identityPublic();
  return standing(home.custody.household(subject), home.nowMicros()).filter(
    ({ npub, level }) => npub !== own && level === 'full',
  );
}

/** @throws HaleError 'conflict' while others care for them too: it takes all of them to let go */
export function refuseWhileShared(home: Home, subject: string): void {
  if (otherCustodians(home, subject).length > 0)
    throw new HaleError(
      'conflict',
      'others care for this one too; each of them has to let go first with `hale custody leave`. Nobody can be put out by another.',
    );
}

export interface CustodyWish {
  name: string;
  as: string;
  until: number | null;
}

/**
 * Offers full custody: whoever takes it up can do all that this home can.
 * @throws HaleError 'conflict' where that person is a custodian already · 'unavailable' without a relay
 */
export function offerCustody(
  home: Home,
  subject: SubjectEntry,
  recipient: Recipient,
  wish: CustodyWish,
): CustodianEntry {
  const relays = ownRelays(home);
  if (openHandOvers(home).some((each) => each.subject === subject.id))
    throw new HaleError('conflict', 'this one is being handed over; take that back first');
  const own = home.identityPublic();
  const entry = home.vault.change(() => {
    home.custody.begin(subject.id);
    const { custodians } = home.custody.household(subject.id);
    if (custodians.some(({ npub, state }) => npub === recipient.pubkey && state === 'accepted'))
      throw new HaleError('conflict', 'this person cares for them already');
    const first = firstCustodian(home, subject.id);
    const offered: CustodianEntry = {
      ...{ type: 'custodian', npub: recipient.pubkey, lane: freeLane(home, custodians), level: 'full' },
      ...{ ...wish, state: 'offered' },
    };
    home.custody.say(subject.id, custodians.some(({ npub }) => npub === own) ? [offered] : [first, offered]);
    sendLetter(home, recipient, {
      ...{ v: 1, type: 'custody', subject: subject.id, secret: subject.secret, lane: offered.lane as number, relays },
      ...{ name: subject.name, species: subject.species ?? null, as: wish.as, until: wish.until },
    });
    return offered;
  });
  home.network.listenAgain();
  home.announce();
  return entry;
}

/** Drawn, for two custodians may ask others at one moment: two homes of one lane would write one author. */
function freeLane(home: Home, custodians: readonly CustodianEntry[]): number {
  for (;;) {
    const [a, b] = home.vault.random.bytes(2);
    const lane = (a << 8) | b;
    if (lane > 0 && lane <= LANES_MAX && !custodians.some((each) => each.lane === lane)) return lane;
  }
}

/**
 * Takes custody up and fetches what there is.
 * @throws HaleError 'conflict' where they are here already · 'unavailable' without a relay in common · 'expired'
 */
export async function acceptCustody(
  home: Home,
  letter: Letter<CustodyLetter>,
  name: string | undefined,
): Promise<SubjectEntry> {
  const { subject, secret, lane, relays, species, until, as } = letter.text;
  if (until !== null && until <= home.nowMicros())
    throw new HaleError('expired', 'the time for which this custody was offered is over; ask for a new offer');
  if (home.vault.state.subjects.get(subject)?.removed === false)
    throw new HaleError('conflict', 'this one is kept here already');
  const common = home.storeRelays().filter((url) => relays.includes(url));
  if (common.length === 0)
    throw new HaleError(
      'unavailable',
      `both homes need one relay in common; run \`hale relays add ${relays[0] ?? 'URL'}\`, with an invitation where it asks for one`,
    );
  home.vault.change(() => {
    home.custody.clear(subject);
    home.vault.takeSubject({
      type: 'subject',
      id: subject,
      name: name ?? letter.text.name,
      secret,
      removed: false,
      species,
      lane,
    });
    home.vault.record([{ type: 'setting', name: sharedName(subject), value: true }]);
    home.custody.say(subject, [
      {
        ...{ type: 'custodian', npub: home.identityPublic(), lane, name: '', level: 'full' },
        as,
        until,
        state: 'accepted',
      },
    ]);
    letterDone(home, letter.id);
  });
  for (const url of common) await fetchShared(home, url);
  home.network.listenAgain();
  home.announce();
  return home.vault.subject(subject);
}

/** What a relay holds of shared subjects, from the last day on that is known here. First what the custodians say, then what it names. */
export async function fetchShared(home: Home, url: string): Promise<void> {
  const logs = home.custody.shared().map((subject) => toHex(home.custody.log(subject).stream.author));
  for (const author of logs) await fetchAuthor(home, url, author);
  for (const author of sharedAuthors(home)) if (!logs.includes(author)) await fetchAuthor(home, url, author);
}

async function fetchAuthor(home: Home, url: string, author: string): Promise<void> {
  const filter = { kinds: [KINDS.tileBatch], authors: [author] };
  const [newest] = home.events.query({ ...filter, limit: 1 });
  const since = newest ? { since: dayStart(newest.created_at) - LOOK_BACK_SECONDS } : {};
  const { events } = await home.network
    .connection(url, author)
    .queryAll({ ...filter, ...since }, { timeoutMs: PATIENCE_MILLIS });
  if (events.length > 0) home.absorb(events);
}

/** What other custodians say. Gives the subjects of which there is something new. */
export function takeHouseholds(home: Home, events: readonly VerifiedEvent[]): void {
  const subjects = new Set<string>();
  home.events.transact(() => {
    for (const event of events) {
      const found = event.kind === KINDS.tileBatch ? home.custody.logOf(event.pubkey) : undefined;
      if (!found) continue;
      home.vault.store.putEvent(event);
      for (const { seq, generation } of inLogOrder(openLogEvent(event, found.log.stream)))
        home.vault.store.appendLog(found.log.number, seq, generation, event.id);
      // As of tiles: every relay of this home gets it.
      home.vault.store.enqueue({ event, target: 'store' });
      subjects.add(found.subject);
    }
  });
  for (const subject of subjects)
    if (home.custody.reconcile(subject)) {
      home.records.reload();
      home.documents.logsChanged();
      home.network.listenAgain();
      setImmediate(() => void fetchEverywhere(home).catch(() => {}));
    }
}

async function fetchEverywhere(home: Home): Promise<void> {
  for (const url of home.storeRelays()) await fetchShared(home, url);
}

/**
 * Lets go of somebody whom others go on caring for: here everything of them goes, at the relays it stays. Shares that this home gave end.
 * @throws HaleError 'conflict' where nobody else cares for them
 */
export function leaveCustody(home: Home, subject: string): void {
  const log = home.custody.log(subject);
  if (otherCustodians(home, subject).length === 0)
    throw new HaleError(
      'conflict',
      'nobody else cares for this one: hand over with `hale subject hand-over`, or erase',
    );
  const { custodians } = home.custody.household(subject);
  const own = custodians.find(({ npub }) => npub === home.identityPublic());
  let devices: string[] = [];
  home.vault.change(() => {
    for (const { record } of home.grants.active())
      if (record.subject === subject) home.grants.end(record.id, 'revoked', false);
    if (own) home.custody.say(subject, [{ ...own, state: 'left' }]);
    home.vault.record([{ type: 'setting', name: sharedName(subject), value: null }]);
    devices = forgetDevicesOf(home, subject);
    forgetCopy(home, subject);
  });
  home.custody.forget();
  // The last word has still to reach the relays.
  home.keepSecret(toHex(log.stream.author), log.authorSecret);
  devicesGone(home, devices);
  home.finder?.forgetErased();
  home.announce();
}

/** Nothing vanishes: it is not this home's alone. */
function forgetCopy(home: Home, subject: string): void {
  const { id, name } = home.vault.subject(subject);
  const household = toHex(home.custody.log(subject).stream.author);
  const authors = sharedAuthorsOf(home, subject).filter((author) => author !== household);
  home.documents.erase(id);
  home.records.erase(id);
  home.vault.eraseStreams(home.vault.streams(id));
  home.vault.record(withoutEmergency(home, id));
  home.vault.record([{ type: 'subject', id, name: `left ${name}`, secret: new Uint8Array(32), removed: true }]);
  for (const event of home.events.find({ authors })) home.events.deleteById(event.id);
}

/** The log of the custodians goes with the subject, in the caller's transaction. */
export function vanishHousehold(home: Home, subject: string): void {
  if (!home.custody.isShared(subject)) return;
  const { authorSecret, stream, number } = home.custody.log(subject);
  home.vault.record([{ type: 'setting', name: sharedName(subject), value: null }]);
  home.vault.store.forgetLog(number, null);
  vanish(home, authorSecret, toHex(stream.author));
  home.custody.forget();
}

/** Every so often: who was a custodian for a time only lets go when it is over, and where she does not, nobody names any more whom she let in. */
export function tendSharing(home: Home): void {
  for (const subject of home.custody.shared()) {
    stateWards(home, subject);
    const own = home.custody.household(subject).custodians.find(({ npub }) => npub === home.identityPublic());
    if (own?.until != null && own.until <= home.nowMicros() && otherCustodians(home, subject).length > 0)
      leaveCustody(home, subject);
    else home.custody.restate(subject);
  }
}
