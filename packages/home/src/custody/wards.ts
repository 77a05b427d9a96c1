// Who is cared for and has a home herself sees who cares for her and who can see: she gets the key of the custodians' log, from which no series
// opens. specs/custody.md §5

import { type AccessEntry, LIMITS } from '@hale/consent';
import { dayStart, fromHex, HaleError, KINDS, schnorrPublic, toHex } from '@hale/kernel';
import { readerKey } from '@hale/kernel/open';
import {
  type CustodianEntry,
  type Household,
  householdOf,
  inLogOrder,
  openLogEvent,
  type SettingEntry,
} from '@hale/vault';
import type { Home } from '../home.ts';
import { RelayConnection } from '../net/connect.ts';
import type { Recipient } from '../recipients.ts';
import type { WardLetter } from './letter-text.ts';
import { type Letter, letterDone, lettersOf, ownRelays, sendLetter } from './letters.ts';

const PATIENCE_MILLIS = 20_000;
const PREFIX = 'ward/';

/** In the ward's catalogue: setting `ward/<author>`. */
export type CareOfMe = Omit<WardLetter, 'v' | 'type'> & { from: string };

/** Lets the person herself see who cares for her and who can see. The list of the log's readers is hers alone. */
export function letWardSee(home: Home, subject: string, ward: Recipient): void {
  const relays = ownRelays(home);
  home.vault.change(() => {
    home.custody.begin(subject);
    const { custodians } = home.custody.household(subject);
    const own = home.identityPublic();
    if (!custodians.some(({ npub }) => npub === own)) home.custody.say(subject, [firstCustodian(home, subject)]);
    const log = home.custody.log(subject);
    home.custody.say(subject, [{ type: 'setting', name: `ward/${subject}/${ward.pubkey}`, value: true }]);
    stateWards(home, subject);
    const { name, species } = home.vault.subject(subject);
    sendLetter(home, ward, {
      ...{ v: 1, type: 'ward', author: toHex(log.stream.author), secret: log.stream.secret, relays },
      ...{ name, species: species ?? null },
    });
  });
  home.useRelays();
  home.network.listenAgain();
  home.announce();
}

export const firstCustodian = (home: Home, subject: string): CustodianEntry => ({
  ...{ type: 'custodian', npub: home.identityPublic(), lane: home.vault.laneOf(subject), name: '', level: 'full' },
  ...{ as: '', until: null, state: 'accepted' },
});

/** The reader that follows from the log's secret: one key, whoever of the household is told it. */
function readersOf(home: Home, subject: string): AccessEntry[] {
  const { stream } = home.custody.log(subject);
  const isWarded = [...home.custody.household(subject).settings].some(
    ([name, value]) => name.startsWith(`ward/${subject}/`) && value === true,
  );
  const until = dayStart(home.nowMicros() / 1e6) + LIMITS.accessSecondsMax;
  return isWarded ? [{ reader: toHex(schnorrPublic(readerKey(stream.secret, stream.author))), until }] : [];
}

/** States the list of the log's readers where the one that stands is of an earlier day. */
export function stateWards(home: Home, subject: string): void {
  const { stream, authorSecret } = home.custody.log(subject);
  const author = toHex(stream.author);
  const readers = readersOf(home, subject);
  const isCurrent = (home.vault.store.accessEvent(author)?.created_at ?? 0) >= dayStart(home.nowMicros() / 1e6);
  if (readers.length > 0 && !isCurrent) home.grants.putAccess(author, readers, authorSecret);
}

// --- the ward

/** Takes up what letters say: from then on she can look. */
function takeWardLetters(home: Home): void {
  for (const { id, from, text } of lettersOf(home, 'ward') as Letter<WardLetter>[]) {
    const { author, secret, relays, name, species } = text;
    home.vault.change(() => {
      home.vault.record([
        { type: 'setting', name: `${PREFIX}${author}`, value: { author, secret, relays, name, species, from } },
      ]);
      letterDone(home, id);
    });
  }
}

/** Whoever hands her over to herself cares for her no more: what he let her look at is gone with it. */
export const caredForNoMore = (home: Home, from: string): SettingEntry[] =>
  [...home.vault.state.settings]
    .filter(([name, value]) => name.startsWith(PREFIX) && (value as CareOfMe | null)?.from === from)
    .map(([name]) => ({ type: 'setting', name, value: null }));

/** Who cares for the person of this home, as their homes say. @throws HaleError 'unavailable' where no relay answers */
export async function careOfMe(home: Home): Promise<{ care: CareOfMe; household: Household }[]> {
  takeWardLetters(home);
  const all: { care: CareOfMe; household: Household }[] = [];
  for (const [name, value] of home.vault.state.settings)
    if (name.startsWith(PREFIX) && value !== null) {
      const care = value as CareOfMe;
      all.push({ care, household: await householdFrom(care) });
    }
  return all;
}

async function householdFrom({ author, secret, relays }: CareOfMe): Promise<Household> {
  const stream = { author: fromHex(author, 32), secret };
  const key = readerKey(secret, stream.author);
  for (const url of relays) {
    const connection = new RelayConnection({ url, admission: key, keys: [key] });
    try {
      await connection.connect();
      const filter = { kinds: [KINDS.tileBatch], authors: [author] };
      const { events } = await connection.queryAll(filter, { timeoutMs: PATIENCE_MILLIS });
      const own = events.filter(({ pubkey }) => pubkey === author);
      if (own.length > 0) return householdOf(inLogOrder(own.flatMap((event) => openLogEvent(event, stream))));
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
    } finally {
      await connection.close();
    }
  }
  throw new HaleError('unavailable', 'the relays that could say who cares for you do not answer; try again later');
}
