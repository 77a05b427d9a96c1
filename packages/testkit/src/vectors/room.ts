/** Checks specs/vectors/room.json. The types are the file's format, as specs/room.md tells it. */
import { encodePairingCode, fromHex, toHex } from '@hale/kernel';
import {
  type DeskKeys,
  isPromised,
  kemPublicOf,
  parseRoomLink,
  roomCode,
  roomEnd,
  roomLink,
  roomSecret,
  roomWords,
  visitKeys,
} from '@hale/kernel/seal';
import type { Tally } from './tally.ts';

/** Byte strings are lower-case hex. */
export interface RoomVectors {
  readonly codes: readonly CodeJson[];
  /** Of the first code: what is not promised by it. */
  readonly unpromised: readonly { name: string; keys: KeysOfDesk }[];
  readonly ends: readonly { name: string; minute: number; nowSeconds: number; endSeconds: number }[];
  readonly links: {
    readonly valid: readonly { name: string; text: string; relay: string | null; code: string }[];
    readonly invalid: readonly { name: string; text: string; error: string }[];
  };
  readonly words: readonly { name: string; check: string; words: readonly string[] }[];
  /** A whole visit under a code, as both sides compute it. */
  readonly visits: readonly VisitJson[];
}

export interface KeysOfDesk {
  readonly salt: string;
  readonly npub: string;
  readonly inbox: string;
  /** d ‖ z of the ML-KEM key; the public half goes into the promise. */
  readonly kemSeed: string;
}

export interface CodeJson {
  readonly name: string;
  readonly keys: KeysOfDesk;
  readonly untilSeconds: number;
  readonly relay: string;
  readonly code: string;
  readonly text: string;
  readonly link: string;
  readonly secret: string;
}

export interface VisitJson {
  readonly name: string;
  /** `visits` of specs/remote.md §3, from the secret of a code. */
  readonly visits: string;
  readonly visit: string;
  readonly deskSecret: string;
  readonly phoneSecret: string;
  readonly deskKey: string;
  readonly phoneKey: string;
  readonly check: string;
  readonly words: readonly string[];
}

export const deskKeysOf = ({ salt, npub, inbox, kemSeed }: KeysOfDesk): DeskKeys => ({
  salt: fromHex(salt),
  npub: fromHex(npub),
  pubkey: fromHex(inbox),
  kemPublic: kemPublicOf(fromHex(kemSeed)),
});

export function codeJson(given: Pick<CodeJson, 'name' | 'keys' | 'untilSeconds' | 'relay'>): CodeJson {
  const { name, keys, untilSeconds, relay } = given;
  const code = roomCode(deskKeysOf(keys), untilSeconds);
  return {
    name,
    keys,
    untilSeconds,
    relay,
    code: toHex(code),
    text: encodePairingCode(code),
    link: roomLink(relay, code),
    secret: toHex(roomSecret(code)),
  };
}

const checkOf = (given: VisitJson, side: 'home' | 'phone'): Uint8Array =>
  visitKeys({
    visits: fromHex(given.visits),
    visit: fromHex(given.visit),
    side,
    homeKey: fromHex(given.deskKey),
    phoneKey: fromHex(given.phoneKey),
    ownSecret: fromHex(side === 'home' ? given.deskSecret : given.phoneSecret),
  }).check;

export function checkRoomVectors(json: unknown, tally: Tally): void {
  const { codes, unpromised, ends, links, words, visits } = json as RoomVectors;
  for (const vector of codes) {
    tally.equal(vector.name, () => codeJson(vector), vector);
    tally.equal(`${vector.name}, promised`, () => isPromised(fromHex(vector.code), deskKeysOf(vector.keys)), true);
  }
  for (const { name, keys } of unpromised)
    tally.equal(name, () => isPromised(fromHex(codes[0].code), deskKeysOf(keys)), false);
  for (const { name, minute, nowSeconds, endSeconds } of ends) {
    const code = new Uint8Array(16);
    code[15] = minute;
    tally.equal(name, () => roomEnd(code, nowSeconds), endSeconds);
  }
  for (const { name, text, relay, code } of links.valid)
    tally.equal(
      name,
      () => {
        const parsed = parseRoomLink(text);
        return { relay: parsed.relay, code: toHex(parsed.code) };
      },
      { relay, code },
    );
  for (const { name, text, error } of links.invalid) tally.refuses(name, () => parseRoomLink(text), error);
  for (const { name, check, words: expected } of words) tally.equal(name, () => roomWords(fromHex(check)), expected);
  for (const vector of visits)
    for (const side of ['home', 'phone'] as const) {
      tally.equal(`${vector.name}, ${side}, check`, () => toHex(checkOf(vector, side)), vector.check);
      tally.equal(`${vector.name}, ${side}, words`, () => roomWords(checkOf(vector, side)), vector.words);
    }
}
