/**
 * Makes specs/vectors/custody.json: `node specs/make-vectors-custody.ts`. Deterministic: every secret is the SHA-256 of its name, so two runs
 * write the same bytes, and a test holds the file against a fresh run.
 */
import { writeFileSync } from 'node:fs';
import { encodePiece } from '@hale/consent';
import { schnorrPublic, sha256, toHex, utf8Encode } from '@hale/kernel';
import { entropyOf, identitySecret, newWords, seedOf, splitSecret } from '@hale/kernel/seal';
import {
  type CustodyVectors,
  handOverJson,
  householdJson,
  householdKeysJson,
  type PieceJson,
  pieceJson,
  releaseText,
  sharesJson,
} from '@hale/testkit/vectors/custody';
import type { HouseholdEntry } from '@hale/vault';

const bytes = (name: string) => sha256(utf8Encode(`hale custody vector/${name}`));
const hex = (name: string) => toHex(bytes(name));

const HERS = hex('her npub');
const HIS = hex('his npub');
const custodian = (npub: string, lane: number, at: number, more: object = {}) =>
  ({
    ...{ type: 'custodian', npub, lane, name: '', level: 'full', as: 'PRN', until: null, state: 'accepted', at },
    ...more,
  }) as HouseholdEntry;
const setting = (name: string, value: unknown, lane: number, at: number): HouseholdEntry => ({
  ...{ type: 'setting', name, value, lane, at },
});
const grant = (id: string, by: string, lane: number, at: number): HouseholdEntry => ({
  ...{ type: 'grant', id, by, to: 'Dr Lee', recipient: null, purpose: '', streams: [0], from: 0, until: null },
  ...{ readers: [[hex('author'), hex('reader')]], lane, at },
});

const FOLDS: { name: string; entries: HouseholdEntry[] }[] = [
  { name: 'two custodians', entries: [custodian(HERS, 0, 1), custodian(HIS, 7, 2)] },
  { name: 'one whose time is over', entries: [custodian(HERS, 0, 1), custodian(HIS, 7, 2, { until: 50 })] },
  {
    name: 'one who left',
    entries: [custodian(HERS, 0, 1), custodian(HIS, 7, 2), custodian(HIS, 7, 9, { state: 'left' })],
  },
  {
    name: 'of two words the later stands, of one moment the higher lane’s',
    entries: [
      setting('notes/s/0/1', 'early', 0, 1),
      setting('notes/s/0/1', 'late', 7, 2),
      setting('notes/s/0/2', 'hers', 0, 5),
      setting('notes/s/0/2', 'his', 7, 5),
    ],
  },
  {
    name: 'a stop holds, whatever the giver says later',
    entries: [
      grant('a1', HIS, 7, 1),
      { type: 'stop', id: 'a1', by: HERS, lane: 0, at: 2 },
      grant('a1', HIS, 7, 3),
      grant('b2', HERS, 0, 4),
      { type: 'grant-end', id: 'b2', lane: 0, at: 5 },
    ],
  },
  {
    name: 'epochs only rise',
    entries: [
      { type: 'epoch', n: 0, epoch: 2, lane: 7, at: 1 },
      { type: 'epoch', n: 0, epoch: 1, lane: 0, at: 9 },
      { type: 'epoch', n: 458_752, epoch: 1, lane: 7, at: 3 },
    ],
  },
];

const WORDS = newWords(bytes('words'));

function piecesOf(words: string, set: string): PieceJson[] {
  const owner = schnorrPublic(identitySecret(seedOf(words))).slice(0, 8);
  const shares = splitSecret(entropyOf(words), 2, 3, () => bytes(`${set}/coefficients`));
  return shares.map((share) => pieceJson({ ...share, set: bytes(set).slice(0, 8), need: 2, owner }));
}

const textOf = (piece: PieceJson): string =>
  encodePiece({
    ...piece,
    ...{
      set: Buffer.from(piece.set, 'hex'),
      owner: Buffer.from(piece.owner, 'hex'),
      data: Buffer.from(piece.data, 'hex'),
    },
  });

/** Text of custody.json. */
export function makeCustodyVectors(): string {
  const pieces = piecesOf(WORDS, 'a set');
  const [first, second, third] = pieces.map(textOf);
  const [old] = piecesOf(WORDS, 'an older set').map(textOf);
  const [foreign] = piecesOf(newWords(bytes('other words')), 'a set').map(textOf);
  const { data } = pieces[1];
  const wrong = textOf({ ...pieces[1], data: `${data.slice(0, -2)}${data.endsWith('00') ? '01' : '00'}` });
  const swapped = first.replace(/^(.)(.)/, (_, a: string, b: string) => (a === b ? `Z${b}` : `${b}${a}`));
  const vectors: CustodyVectors = {
    handOvers: [handOverJson('a hand-over', hex('hand-over key'))],
    households: {
      keys: [householdKeysJson('a subject', hex('subject secret'))],
      folds: FOLDS.map(({ name, entries }) => ({ name, entries, at: 100, outcome: householdJson(entries, 100) })),
    },
    shares: [
      sharesJson({ name: 'two of three', secret: hex('secret'), need: 2, coefficients: [hex('c1')], of: 3 }),
      sharesJson({
        ...{ name: 'three of five, 16 bytes', secret: hex('secret').slice(32), need: 3, of: 5 },
        coefficients: [hex('c1').slice(32), hex('c2').slice(32)],
      }),
    ],
    pieces: {
      valid: [
        { name: 'of 24 words', piece: pieces[0], text: first },
        { name: 'the next', piece: pieces[1], text: second },
      ],
      invalid: [
        { name: 'two digits swapped', text: swapped, error: 'malformed' },
        { name: 'a group is missing', text: first.slice(6), error: 'malformed' },
        { name: 'a letter that is none', text: `U${first.slice(1)}`, error: 'malformed' },
        { name: 'nothing', text: '', error: 'malformed' },
      ],
    },
    releases: [
      {
        ...{ name: 'to a code', piece: pieces[0], code: hex('code').slice(32), nonce: hex('nonce').slice(40) },
        text: releaseText(pieces[0], hex('code').slice(32), hex('nonce').slice(40)),
      },
    ],
    words: [
      { name: 'the first two', pieces: [first, second], words: WORDS, error: null },
      { name: 'the last two', pieces: [third, second], words: WORDS, error: null },
      { name: 'all three', pieces: [first, second, third], words: WORDS, error: null },
      { name: 'one', pieces: [first], words: null, error: 'usage' },
      { name: 'one twice', pieces: [first, first], words: null, error: 'malformed' },
      { name: 'one of an older making', pieces: [first, old], words: null, error: 'conflict' },
      { name: 'one of somebody else', pieces: [foreign, second], words: null, error: 'conflict' },
      { name: 'one that is false', pieces: [first, wrong], words: null, error: 'not-authentic' },
    ],
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/custody.json', import.meta.url), makeCustodyVectors());
