import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromHex, HaleError, schnorrPublic, toHex } from '../src/index.ts';
import { openLogEntry } from '../src/open.ts';
import {
  cardKey,
  deriveKey,
  grantAuthor,
  healthLinkKeys,
  identitySecret,
  levelLabel,
  levelRoot,
  lockerOwner,
  logLabel,
  logLeaves,
  masterKeys,
  newWords,
  parseWords,
  readerKey,
  sealLogEntry,
  seedOf,
  streamAuthor,
  streamSecret,
  validScalar,
  wrapKey,
} from '../src/seal.ts';

/** NIP-06, test vectors. */
const NIP06 = [
  [
    'leader monkey parrot ring guide accident before fence cannon height naive bean',
    '7f7ff03d123792d6ac594bfa67bf6d0c0ab55b6b1fdb6249303fe861f1ccba9a',
  ],
  [
    'what bleak badge arrange retreat wolf trade produce cricket blur garlic valid proud rude strong choose busy staff weather area salt hollow arm fade',
    'c15d739894c81a2fcfd3a2df85a0d2c0dbc47a280d092799f144d73d7ae78add',
  ],
];

describe('words', () => {
  it('give the identity of NIP-06', () => {
    for (const [words, secret] of NIP06) expect(toHex(identitySecret(seedOf(words)))).toBe(secret);
  });

  it('are 24, survive sloppy typing and name only the position of a mistake', () => {
    const words = newWords(new Uint8Array(32).fill(200));
    expect(words.split(' ')).toHaveLength(24);
    expect(parseWords(`  ${words.toUpperCase().replaceAll(' ', '\n\t')} `)).toBe(words);
    const wrong = words.split(' ').with(6, 'hospital123').join(' ');
    expect(() => parseWords(wrong)).toThrow('word 7 is not in the BIP-39 English list');
    expect(() => parseWords(words.split(' ').slice(1).join(' '))).toThrow('12 or 24 words are needed, not 23');
    expect(() => parseWords('')).toThrow('12 or 24 words are needed, not 0');
    expect(() => parseWords(words.split(' ').with(3, 'zoo').join(' '))).toThrow(/checksum/);
    expect(() => newWords(new Uint8Array(16))).toThrow(HaleError);
    expect(toHex(seedOf(words))).not.toBe(toHex(seedOf(words, 'also this')));
  });
});

describe('keys', () => {
  it('are all different, whichever way they are derived', () => {
    const seed = seedOf(NIP06[0][0]);
    const secret = deriveKey(seed.slice(0, 32), 'any');
    const levels = ['raw', '1m', '15m', '1h', '1d'] as const;
    const all = [
      ...Object.values(masterKeys(seed)),
      ...[0, 1, 2].flatMap((n) => [streamAuthor(secret, n), streamSecret(secret, n), wrapKey(secret, n)]),
      ...levels.flatMap((level) => [0, 1].map((epoch) => levelRoot(secret, level, epoch))),
      ...levels.map((level) => levelLabel(secret, level)),
      logLabel(secret),
      grantAuthor(secret, 'a'),
      grantAuthor(secret, 'b'),
      lockerOwner(secret, 'a'),
      lockerOwner(secret, 'b'),
      ...['a', 'b'].flatMap((id) => Object.values(healthLinkKeys(secret, id))),
      cardKey(secret, 0).d,
      cardKey(secret, 1).d,
      readerKey(secret, new Uint8Array(32)),
      readerKey(secret, new Uint8Array(32).fill(1)),
    ];
    expect(new Set(all.map(toHex)).size).toBe(all.length);
    for (const key of [masterKeys(seed).member, streamAuthor(secret, 0), readerKey(secret, new Uint8Array(32))])
      expect(schnorrPublic(key)).toHaveLength(32);
  });

  it('skip what is no scalar of the curve', () => {
    const order = fromHex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141');
    expect(toHex(validScalar(order.with(31, 0x40)))).toBe(toHex(order.with(31, 0x40)));
    for (const bad of [order, new Uint8Array(32), new Uint8Array(32).fill(255)]) {
      expect(toHex(validScalar(bad))).not.toBe(toHex(bad));
      expect(schnorrPublic(validScalar(bad))).toHaveLength(32);
    }
  });

  it('refuse secrets that are too short', () => {
    expect(() => deriveKey(new Uint8Array(31), 'x')).toThrow(HaleError);
    expect(() => masterKeys(new Uint8Array(32))).toThrow(HaleError);
    expect(() => streamSecret(new Uint8Array(32), -1)).toThrow(HaleError);
  });
});

describe('logs', () => {
  const stream = { author: schnorrPublic(new Uint8Array(32).fill(1)), secret: new Uint8Array(32).fill(2) };

  it('give back what was entered, and the same tile for the same entry', () => {
    const value = { kind: 'stream', n: 3, secret: new Uint8Array(4), nested: [1, null, 'ü'] };
    const tile = sealLogEntry(stream, 7, 2, value);
    expect(openLogEntry(stream.secret, tile)).toEqual(value);
    expect(openLogEntry(logLeaves(stream.secret), tile)).toEqual(value);
    expect(sealLogEntry(stream, 7, 2, value)).toEqual(tile);
    expect(toHex(sealLogEntry(stream, 7, 2, { ...value, n: 4 }).salt)).not.toBe(toHex(tile.salt));
    expect(tile).toMatchObject({ slot: 7, epoch: 0, generation: 2, revision: 0, part: 0 });
  });

  it('open under their own secret, author and number only', () => {
    const tile = sealLogEntry(stream, 7, 2, 'x');
    expect(() => openLogEntry(new Uint8Array(32), tile)).toThrow(HaleError);
    for (const change of [{ slot: 8 }, { generation: 3 }, { revision: 1 }, { author: new Uint8Array(32) }]) {
      expect(() => openLogEntry(stream.secret, { ...tile, ...change })).toThrow(HaleError);
    }
    expect(() => sealLogEntry(stream, 7, 2, 'x'.repeat(48_000))).toThrow(HaleError);
  });
});

describe('the key of health cards', () => {
  it('is one of P-256: what it signs, its public half verifies', () => {
    const { d, x, y } = cardKey(new Uint8Array(32).fill(7), 0);
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      ...Object.fromEntries(Object.entries({ d, x, y }).map(([n, v]) => [n, Buffer.from(v).toString('base64url')])),
    };
    const signed = sign('sha256', Buffer.from('any'), createPrivateKey({ key: jwk, format: 'jwk' }));
    const { d: _, ...open } = jwk as Record<string, string>;
    expect(verify('sha256', Buffer.from('any'), createPublicKey({ key: open, format: 'jwk' }), signed)).toBe(true);
  });
});
