/**
 * Makes specs/vectors/keys.json: `node specs/make-vectors-keys.ts`. Deterministic: every secret is the SHA-256 of its
 * name, so two runs write the same bytes, and a test holds the file against a fresh run.
 */
import { writeFileSync } from 'node:fs';
import { encodeCbor, fromHex, schnorrPublic, sha256, type TileFields, toHex, utf8Encode } from '@hale/kernel';
import {
  deriveKey,
  logLabel,
  logLeaves,
  masterKeys,
  newWords,
  sealLogEntry,
  sealTile,
  seedOf,
  validScalar,
} from '@hale/kernel/seal';
import { grantKeys, hexes, type KeysVectors, levelKeys, streamKeys } from '@hale/testkit/vectors/keys';
import { tileToJson } from '@hale/testkit/vectors/tile-json';

const bytes = (name: string) => sha256(utf8Encode(`hale vector/${name}`));
const hex = (name: string) => toHex(bytes(name));

/** NIP-06, section "Test vectors": the words are the specification's own. */
const NIP06_WORDS = 'leader monkey parrot ring guide accident before fence cannon height naive bean';
const author = schnorrPublic(bytes('stream author'));

function wordVectors(): KeysVectors['words'] {
  const own = newWords(bytes('entropy'));
  const valid = [
    { name: 'NIP-06, first', entropy: null, words: NIP06_WORDS, passphrase: '' },
    { name: '24 words of 32 bytes', entropy: hex('entropy'), words: own, passphrase: '' },
    { name: 'passphrase, NFKD', entropy: hex('entropy'), words: own, passphrase: 'Ångström' },
    {
      name: 'spaces and capitals',
      entropy: null,
      words: `  ${own.toUpperCase().replaceAll(' ', '\n ')} `,
      passphrase: '',
    },
  ];
  const invalid = [
    { name: '23 words', words: own.split(' ').slice(1).join(' ') },
    { name: 'no words', words: '' },
    { name: 'unknown word', words: own.split(' ').with(6, 'haley').join(' ') },
    {
      name: 'two words swapped',
      words: own.split(' ').with(0, own.split(' ')[1]).with(1, own.split(' ')[0]).join(' '),
    },
  ];
  return {
    valid: valid.map((vector) => ({ ...vector, seed: toHex(seedOf(vector.words, vector.passphrase)) })),
    invalid: invalid.map((vector) => ({ ...vector, error: 'malformed' })),
  };
}

function deriveVectors(): KeysVectors['derive'] {
  const cases: [string, number][] = [
    ['stream', 0],
    ['stream', 1],
    ['stream', 0xffff_ffff],
    ['root/raw', 0],
    ['', 7],
  ];
  return cases.map(([label, n]) => ({
    name: `${label || 'empty label'} ${n}`,
    secret: hex('any secret'),
    label,
    n,
    key: toHex(deriveKey(bytes('any secret'), label, n)),
  }));
}

function scalarVectors(): KeysVectors['scalars'] {
  const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';
  const cases = {
    usual: hex('scalar'),
    zero: '00'.repeat(32),
    order: order,
    'order less one': `${order.slice(0, -1)}0`,
    'all ones': 'ff'.repeat(32),
  };
  return Object.entries(cases).map(([name, candidate]) => ({
    name,
    candidate,
    secret: toHex(validScalar(fromHex(candidate))),
  }));
}

function logVectors(): KeysVectors['log'] {
  const secret = bytes('log secret');
  const stream = { author, secret };
  const entries: [string, number, number, unknown][] = [
    ['first entry', 0, 0, { type: 'stream', number: 0, kind: 'heart-rate' }],
    ['last number', 0xffff_ffff, 3, [1, -1, 'ü', new Uint8Array([1, 2, 3]), null, true, 1.5]],
    ['same number, other content', 0, 0, { type: 'stream', number: 1, kind: 'heart-rate' }],
  ];
  const valid = entries.map(([name, seq, generation, value]) => ({
    name,
    seq,
    generation,
    leaf: toHex(logLeaves(secret).leaf(seq)),
    cbor: toHex(encodeCbor(value)),
    tile: tileToJson(sealLogEntry(stream, seq, generation, value)),
  }));
  const [{ tile }] = valid;
  const leaf = logLeaves(secret).leaf(0);
  const fields = {
    author,
    label: logLabel(secret),
    slot: 0,
    epoch: 0,
    generation: 0,
    revision: 0,
    part: 0,
    salt: new Uint8Array(16),
  };
  const sealed = (change: Partial<TileFields>, payload: number[]) =>
    tileToJson(sealTile(leaf, { ...fields, ...change }, Uint8Array.from(payload)));
  const invalid = [
    { name: 'another number', tile: { ...tile, slot: 1 }, error: 'not-authentic' },
    { name: 'another secret', tile, secret: hex('other'), error: 'not-authentic' },
    { name: 'a revision', tile: sealed({ revision: 1 }, [3, 0]), error: 'malformed' },
    { name: 'an epoch', tile: sealed({ epoch: 1 }, [3, 0]), error: 'malformed' },
    { name: 'samples', tile: sealed({}, [1, 0]), error: 'malformed' },
    { name: 'CBOR with a longer form', tile: sealed({}, [3, 0x18, 0x01]), error: 'malformed' },
    { name: 'CBOR with bytes behind it', tile: sealed({}, [3, 0x01, 0x01]), error: 'malformed' },
  ];
  return {
    secret: toHex(secret),
    author: toHex(author),
    label: toHex(logLabel(secret)),
    valid,
    invalid: invalid.map((vector) => ({ secret: toHex(secret), ...vector })),
  };
}

/** Text of keys.json. */
export function makeKeysVectors(): string {
  const seed = seedOf(NIP06_WORDS);
  const grant = (name: string, grantId: string, wrapNumber: number) =>
    grantKeys({
      name,
      catalogueSecret: hex('catalogue'),
      grantId,
      grantKey: hex(`grant ${name}`),
      streamAuthor: toHex(author),
      wrapSecret: hex('wraps'),
      wrapNumber,
    });
  const vectors: KeysVectors = {
    words: wordVectors(),
    master: [{ name: 'NIP-06, first', seed: toHex(seed), keys: hexes(masterKeys(seed)) }],
    derive: deriveVectors(),
    scalars: scalarVectors(),
    streams: [0, 1, 20].map((n) => {
      const keys = streamKeys(bytes('subject'), n) as { authorSecret: string; author: string; secret: string };
      return {
        name: `number ${n}`,
        subjectSecret: hex('subject'),
        n,
        ...keys,
        levels: levelKeys(fromHex(keys.secret)),
      };
    }),
    grants: [grant('to a clinic', 'g1', 0), grant('to a person', 'a4f1c2', 4_000_000_000)],
    log: logVectors(),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/keys.json', import.meta.url), makeKeysVectors());
