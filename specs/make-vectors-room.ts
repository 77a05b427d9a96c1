/**
 * Makes specs/vectors/room.json: `node specs/make-vectors-room.ts`. Deterministic: every secret is the SHA-256 of its name, so two runs write
 * the same bytes, and a test holds the file against a fresh run.
 */
import { writeFileSync } from 'node:fs';
import { concatBytes, fromHex, schnorrPublic, sha256, toHex, utf8Encode } from '@hale/kernel';
import { remoteKeys, roomWords, visitKeys } from '@hale/kernel/seal';
import { codeJson, type KeysOfDesk, type RoomVectors, type VisitJson } from '@hale/testkit/vectors/room';

const bytes = (name: string) => sha256(utf8Encode(`hale room vector/${name}`));
const hex = (name: string) => toHex(bytes(name));

const keysOf = (name: string): KeysOfDesk => ({
  salt: hex(`${name}/salt`),
  npub: toHex(schnorrPublic(bytes(`${name}/identity`))),
  inbox: toHex(schnorrPublic(bytes(`${name}/inbox`))),
  kemSeed: toHex(concatBytes(bytes(`${name}/d`), bytes(`${name}/z`))),
});

const NOW = 1_795_256_430;
/** The minute of now, as the last byte of a code says it. */
const MINUTE = Math.floor(NOW / 60) % 256;
const START = Math.floor(NOW / 60) * 60;

function visitVector(name: string, secret: string): VisitJson {
  const { visits } = remoteKeys(fromHex(secret));
  const visit = bytes(`${name}/id`).slice(0, 16);
  const [deskSecret, phoneSecret] = [bytes(`${name}/desk`), bytes(`${name}/phone`)];
  const [homeKey, phoneKey] = [schnorrPublic(deskSecret), schnorrPublic(phoneSecret)];
  const { check } = visitKeys({ visits, visit, homeKey, phoneKey, ownSecret: deskSecret, side: 'home' });
  return {
    ...{ name, visits: toHex(visits), visit: toHex(visit) },
    ...{ deskSecret: toHex(deskSecret), phoneSecret: toHex(phoneSecret) },
    ...{ deskKey: toHex(homeKey), phoneKey: toHex(phoneKey), check: toHex(check), words: roomWords(check) },
  };
}

/** Text of room.json. */
export function makeRoomVectors(): string {
  const keys = keysOf('a desk');
  const codes = [
    codeJson({ name: 'a desk', keys, untilSeconds: NOW + 180, relay: 'wss://relay.example.org' }),
    codeJson({ name: 'another', keys: keysOf('another'), untilSeconds: START, relay: 'ws://127.0.0.1:7777/hale' }),
  ];
  const [{ code, text, secret }] = codes;
  const checks: [string, string][] = [
    ['the first words of the list', '00'.repeat(32)],
    ['the last', 'ff'.repeat(32)],
    ['bits after the 33rd count for nothing', `00000000007f${'ff'.repeat(26)}`],
    ['some', hex('some')],
  ];
  const vectors: RoomVectors = {
    codes,
    unpromised: (['salt', 'npub', 'inbox', 'kemSeed'] as const).map((field) => ({
      name: `another ${field}`,
      keys: { ...keys, [field]: keysOf('another')[field] },
    })),
    ends: [
      { name: 'ends in three minutes', minute: (MINUTE + 3) % 256, nowSeconds: NOW, endSeconds: START + 180 },
      { name: 'ended three minutes ago', minute: (MINUTE + 253) % 256, nowSeconds: NOW, endSeconds: START - 180 },
      { name: 'the farthest ahead', minute: (MINUTE + 127) % 256, nowSeconds: NOW, endSeconds: START + 127 * 60 },
      { name: 'the farthest behind', minute: (MINUTE + 128) % 256, nowSeconds: NOW, endSeconds: START - 128 * 60 },
    ],
    links: {
      valid: [
        { name: 'as scanned', text: `https://relay.example.org/#room=${text}`, relay: 'wss://relay.example.org', code },
        { name: 'without TLS', text: `http://127.0.0.1:80/a/#room=${text}`, relay: 'ws://127.0.0.1:80/a', code },
        {
          name: 'small letters around it',
          text: ` HTTPS://relay.example.org/#room=${text.toLowerCase()} `,
          relay: 'wss://relay.example.org',
          code,
        },
        { name: 'the code alone', text: text.replace(/(.{4})/g, '$1 '), relay: null, code },
      ],
      invalid: [
        { name: 'a code of a phone', text: `https://relay.example.org/#pair=${text}`, error: 'malformed' },
        { name: 'too short', text: text.slice(1), error: 'malformed' },
        { name: 'a link without a code', text: 'https://relay.example.org/#room=', error: 'malformed' },
        { name: 'nothing', text: '', error: 'malformed' },
      ],
    },
    words: checks.map(([name, check]) => ({ name, check, words: roomWords(fromHex(check)) })),
    visits: ['a visit', 'another visit'].map((name) => visitVector(name, secret)),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/room.json', import.meta.url), makeRoomVectors());
