// Emergency lockers from the owner's side: filled at each of the card's relays with one round, looked at, ended, closed (specs/emergency.md §4).
import { randomBytes } from 'node:crypto';
import { emergencyGrantKey, emergencyLockerId, emergencyVerifier } from '@hale/consent/emergency';
import {
  base64Encode,
  blurredDate,
  encodeBatch,
  encodeNpub,
  fail,
  fromHex,
  KINDS,
  schnorrPublic,
  toHex,
  type VerifiedEvent,
} from '@hale/kernel';
import { giftWrap, grantAuthor, grantSecret, lockerOwner, logKeys, sealLogEntry, signEvent } from '@hale/kernel/seal';
import { RELAY_LIMITS } from '@hale/relay/server';
import * as v from 'valibot';
import type { Home } from '../home.ts';
import { askAs } from '../net/relay-info.ts';
import { NOTICE_KIND, NOTICE_SUBJECT } from './notices.ts';
import type { EmergencyCard, EmergencyChoice } from './settings.ts';

/** Characters of one part: with its proof it fits a relay's body. */
const PART_UNITS = 12_000;
/** Kept at the relay so long after the last arming: ten years. */
const KEEP_SECONDS = RELAY_LIMITS.emergencySecondsMax;

const ownerOf = (home: Home, id: string): Uint8Array => lockerOwner(home.keys.catalogueSecret, id);
export const secretOf = (card: EmergencyCard): Uint8Array => fromHex(card.secret, 32);
export const lockerOf = (card: EmergencyCard): string => emergencyLockerId(secretOf(card));

const ask = (home: Home, relay: string, path: string, fields: object, secret: Uint8Array): Promise<unknown> =>
  askAs(relay, path, fields, secret, () => home.nowMicros() / 1000);

const nowSeconds = (home: Home): number => Math.floor(home.nowMicros() / 1e6);

/** @throws HaleError 'unsupported' the relay has no emergency lockers · 'not-permitted' · 'unavailable' */
export async function makeLocker(home: Home, card: EmergencyCard, relay: string): Promise<void> {
  const id = lockerOf(card);
  const wish = {
    id,
    verifier: emergencyVerifier(secretOf(card)),
    owner: toHex(schnorrPublic(ownerOf(home, id))),
    expires: nowSeconds(home) + KEEP_SECONDS,
  };
  await ask(home, relay, '/hale/emergency/create', wish, home.keys.member);
}

export interface RoundWish {
  card: EmergencyCard;
  choice: EmergencyChoice;
  /** Of the log, in order. */
  entries: readonly object[];
  /** Her name as the notices say it. */
  name: string;
  round: number;
  /** Wrong PINs of before are forgotten. */
  forgive: boolean;
}

/** One round: the same share at every relay. What a relay did not take, it gives as it gave it before. */
export function writeRound(home: Home, { card, choice, entries, name, round, forgive }: RoundWish) {
  const id = lockerOf(card);
  const share = home.vault.random.bytes(32);
  const authorSecret = grantAuthor(home.keys.catalogueSecret, `emergency/${id}/${round}`);
  const author = schnorrPublic(authorSecret);
  const secret = grantSecret(emergencyGrantKey(secretOf(card), share, round));
  const events = logEvents(home, { author, secret }, authorSecret, entries);
  const text = JSON.stringify({ events, notices: noticesOf(home, choice, name) });
  if (text.length > RELAY_LIMITS.emergencyUnitsMax)
    fail('too-large', 'the facts for emergencies are too many; choose fewer sections', {
      max: RELAY_LIMITS.emergencyUnitsMax,
    });
  const parts = Array.from({ length: Math.ceil(text.length / PART_UNITS) }, (_, part) =>
    text.slice(part * PART_UNITS, (part + 1) * PART_UNITS),
  );
  const arming = {
    ...{ id, round, share: toHex(share), author: toHex(author), hours: choice.hours, factor: choice.factor },
    ...{ pin: card.pin, institutions: choice.institutions, parts: parts.length, told: choice.told.length, forgive },
    expires: nowSeconds(home) + KEEP_SECONDS,
  };
  return { parts, arming };
}

/** @throws HaleError as askAs; then the round before still stands there */
export async function armLocker(
  home: Home,
  relay: string,
  { parts, arming }: ReturnType<typeof writeRound>,
): Promise<void> {
  const { id, round } = arming;
  const owner = ownerOf(home, id);
  for (const [part, text] of parts.entries())
    await ask(home, relay, '/hale/emergency/part', { id, round, part, text }, owner);
  await ask(home, relay, '/hale/emergency/arm', arming, owner);
}

/** Each entry in an event of its own: parts of a summary are as large as an event may be. */
function logEvents(
  home: Home,
  stream: { author: Uint8Array; secret: Uint8Array },
  authorSecret: Uint8Array,
  entries: readonly object[],
): VerifiedEvent[] {
  const keys = logKeys(stream.secret);
  const { generation } = home.vault.state;
  return entries.map((value, seq) => {
    const tile = sealLogEntry(stream, seq, generation, value, keys);
    return signEvent(
      {
        kind: KINDS.tileBatch,
        created_at: blurredDate(home.nowMicros() / 1e6, randomBytes(4)),
        tags: [['-'], ['l', toHex(keys.label)], ['u', '0']],
        content: base64Encode(encodeBatch({ label: keys.label, epoch: 0, generation, tiles: [tile] })),
      },
      authorSecret,
      randomBytes(32),
    );
  });
}

/**
 * NIP-17 direct messages, which any Nostr program of theirs shows, in wraps that the relay puts out at an opening, one set for each: they are written now, for then this home may be away. They say that it happened and
 * nothing of why, which the relay does not know.
 */
function noticesOf(home: Home, { told }: EmergencyChoice, name: string): VerifiedEvent[][] {
  const content = `The emergency card of ${name} was opened. If you know where she is, go or call. You are told because she named you; who opened it and why, her own Hale shows.`;
  const random = (length: number) => new Uint8Array(randomBytes(length));
  return Array.from({ length: RELAY_LIMITS.emergencyOpeningsMax }, () =>
    told.map((pubkey) =>
      giftWrap(
        {
          kind: NOTICE_KIND,
          created_at: nowSeconds(home),
          tags: [
            ['p', pubkey],
            ['subject', NOTICE_SUBJECT],
          ],
          content,
        },
        {
          secret: home.keys.identity,
          recipient: fromHex(pubkey, 32),
          wrapSecret: random(32),
          nowSeconds: nowSeconds(home),
          random,
        },
      ),
    ),
  );
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const lookShape = v.object({
  round: count,
  wrong: count,
  closed: v.boolean(),
  armed: v.boolean(),
  openings: v.array(
    v.object({
      ...{ number: count, round: count, at: count, until: count },
      ...{ key: v.string(), relay: v.string(), challenge: v.string(), statement: v.string(), signature: v.string() },
      factor: v.string(),
    }),
  ),
});

export type LockerLook = v.InferOutput<typeof lookShape>;

/** @throws HaleError 'malformed' the answer is none · as askAs */
export async function lookAtLocker(home: Home, card: EmergencyCard, relay: string): Promise<LockerLook> {
  const id = lockerOf(card);
  const parsed = v.safeParse(lookShape, await ask(home, relay, '/hale/emergency/look', { id }, ownerOf(home, id)));
  return parsed.success ? parsed.output : fail('malformed', 'the relay gives no answer about this emergency locker');
}

export async function endOpening(home: Home, id: string, relay: string, number: number): Promise<void> {
  await ask(home, relay, '/hale/emergency/end', { id, number }, ownerOf(home, id));
}

export async function closeLocker(home: Home, card: EmergencyCard, relay: string): Promise<void> {
  const id = lockerOf(card);
  await ask(home, relay, '/hale/emergency/close', { id }, ownerOf(home, id));
}

export const factorText = (factor: string): string =>
  /^[0-9a-f]{64}$/.test(factor) ? encodeNpub(fromHex(factor, 32)) : factor;
