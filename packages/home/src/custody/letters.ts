// Letters between custodians, wards and guardians: a hybrid envelope inside a gift wrap, like the message that hands over a grant's key.
// What came is kept sealed until it is dealt with. specs/custody.md §3
import { randomBytes } from 'node:crypto';
import {
  base64Decode,
  base64Encode,
  decodeCbor,
  encodeCbor,
  fromHex,
  HaleError,
  type VerifiedEvent,
} from '@hale/kernel';
import { unwrapGift, unwrapHybrid } from '@hale/kernel/open';
import { giftWrap, wrapHybrid, wrapKey } from '@hale/kernel/seal';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { ownWraps } from '../post-box.ts';
import { chooseKey, findRecipient, postRelays, type Recipient, recipientOf, usableRelays } from '../recipients.ts';
import { type LetterText, parseLetter } from './letter-text.ts';

/** The unsigned message inside the wrap. */
export const LETTER_KIND = 1984;

export interface Letter<Text extends LetterText = LetterText> {
  /** First 16 hex digits of the wrap's id. */
  id: string;
  /** Hex: who signed it. */
  from: string;
  /** Microseconds, by this home's clock: when it came. */
  at: number;
  text: Text;
}

const STATE = 'custody-letters';
/** Numbers of wrap keys from here on are drawn for letters; grants count theirs from 0 (specs/keys.md §5). */
const FIRST_WRAP_NUMBER = 0x8000_0000;

interface Kept {
  letters: Letter[];
  /** Ids of wraps that were read and are no letters, or were dealt with. */
  done: string[];
}

function kept(home: Home): Kept {
  const sealed = home.vault.store.state(STATE);
  return sealed ? (home.local.open(STATE, sealed) as Kept) : { letters: [], done: [] };
}

function keep(home: Home, { letters, done }: Kept): void {
  // What has no room is not new the next time either.
  const dropped = letters.slice(0, -HOME_LIMITS.lettersKeptMax).map(({ id }) => id);
  const bounded = {
    letters: letters.slice(-HOME_LIMITS.lettersKeptMax),
    done: [...done, ...dropped].slice(-HOME_LIMITS.lettersDoneMax),
  };
  home.vault.store.transact(() => home.vault.store.setState(STATE, home.local.seal(STATE, bounded)));
}

/** The person a letter goes to, held to the key that she was first seen with. @throws as `findRecipient` and `chooseKey` */
export async function addressee(home: Home, text: string): Promise<Recipient> {
  const recipient = /^[0-9a-f]{64}$/.test(text) ? await recipientOf(home, text, []) : await findRecipient(home, text);
  if (recipient.pubkey === home.identityPublic())
    throw new HaleError('usage', 'this is your own key: nothing can be handed to oneself');
  chooseKey(home, recipient, false);
  return recipient;
}

/** Where answers and what a letter speaks of can be fetched. @throws HaleError 'unavailable' */
export function ownRelays(home: Home): string[] {
  const relays = home.storeRelays();
  if (home.embedded && !relays.includes(home.embedded.url)) relays.push(home.embedded.url);
  if (relays.length === 0)
    throw new HaleError(
      'unavailable',
      'nobody could fetch this: no relay is set and no node runs here. Run `hale start`, or `hale relays add URL`.',
    );
  return relays;
}

/** Queues a letter, in the caller's transaction. @throws HaleError 'unavailable' where she has no post box that is known */
export function sendLetter(home: Home, recipient: Recipient, text: LetterText): void {
  const boxes = [...new Set([...recipient.relays, ...postRelays(home)])];
  if (boxes.length === 0 && !home.embedded)
    throw new HaleError('unavailable', 'no post box of the recipient is known; add a relay that you both use');
  const random = (length: number) => new Uint8Array(randomBytes(length));
  const envelope = wrapHybrid(encodeCbor(text), recipient.envelope, { random });
  const nowSeconds = Math.floor(home.nowMicros() / 1e6);
  const event = giftWrap(
    { kind: LETTER_KIND, created_at: nowSeconds, tags: [], content: base64Encode(envelope) },
    {
      secret: home.keys.identity,
      recipient: fromHex(recipient.pubkey, 32),
      wrapSecret: wrapKey(home.keys.wrapSecret, FIRST_WRAP_NUMBER + (randomBytes(4).readUInt32BE() >>> 1)),
      nowSeconds,
      random,
    },
  );
  home.vault.store.enqueue({ event, target: { post: boxes } });
}

/** Asks the post boxes for letters. What is broken or no letter is passed over. */
export async function fetchLetters(home: Home): Promise<void> {
  const wraps = await ownWraps(home);
  const { letters, done } = kept(home);
  const known = new Set([...letters.map(({ id }) => id), ...done]);
  let isNew = false;
  for (const wrap of wraps) {
    const id = wrap.id.slice(0, 16);
    if (known.has(id)) continue;
    isNew = true;
    const letter = opened(home, wrap, id);
    if (letter) letters.push(letter);
    else done.push(id);
  }
  if (isNew) keep(home, { letters, done });
}

function opened(home: Home, wrap: VerifiedEvent, id: string): Letter | null {
  try {
    const rumor = unwrapGift(wrap, home.keys.identity);
    if (!rumor || rumor.kind !== LETTER_KIND) return null;
    const { inboxSecret, identity, kemSeed } = home.keys;
    const envelope = base64Decode(rumor.content);
    const content =
      unwrapHybrid(envelope, { secret: inboxSecret, kemSeed }) ?? unwrapHybrid(envelope, { secret: identity, kemSeed });
    const text = content && parseLetter(decodeCbor(content.payload));
    if (!text) return null;
    const relays = 'relays' in text ? { relays: usableRelays(text.relays) } : {};
    return { id, from: rumor.pubkey, at: home.nowMicros(), text: { ...text, ...relays } };
  } catch (error) {
    if (error instanceof HaleError) return null;
    throw error;
  }
}

/** Letters of one kind that wait, oldest first. */
export function lettersOf<T extends LetterText['type']>(
  home: Home,
  type: T,
): Letter<Extract<LetterText, { type: T }>>[] {
  return kept(home).letters.filter(
    (letter): letter is Letter<Extract<LetterText, { type: T }>> => letter.text.type === type,
  );
}

/** @throws HaleError 'not-found' */
export function findLetter<T extends LetterText['type']>(
  home: Home,
  type: T,
  id: string,
): Letter<Extract<LetterText, { type: T }>> {
  const found = lettersOf(home, type).filter((letter) => id.length >= 4 && letter.id.startsWith(id));
  if (found.length !== 1) throw new HaleError('not-found', 'nothing of this name waits here (any more)');
  return found[0];
}

/** Dealt with: it does not come back. Part of the caller's transaction. */
export function letterDone(home: Home, id: string): void {
  const { letters, done } = kept(home);
  keep(home, { letters: letters.filter((letter) => letter.id !== id), done: [...done, id] });
}
