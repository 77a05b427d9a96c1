/**
 * Makes specs/vectors/grant.json: `node specs/make-vectors-grant.ts`. Deterministic: every secret and salt is the
 * SHA-256 of its name, so two runs write the same bytes, and a test holds the file against a fresh run.
 */
import { writeFileSync } from 'node:fs';
import {
  claimKeys,
  dayDigest,
  edgesOf,
  encodeFileCode,
  encodeLink,
  encodeLockerLink,
  entryValue,
  fileGrantKey,
  type GrantEntry,
  innerRange,
  leaseFor,
  lockerIdOf,
  makeClip,
  type OwnerGrant,
  pinKeys,
  planEpochAdvance,
  planGrant,
  planHeads,
  type ReaderMessage,
  readerOf,
  type Scope,
  type StreamView,
  sealMessage,
} from '@hale/consent';
import {
  claimMessage,
  encodeBatch,
  encodeCbor,
  fromHex,
  type Grid,
  gridFor,
  type Level,
  schnorrPublic,
  sha256,
  slotOf,
  slotStart,
  type Tile,
  tileHash,
  toHex,
  utcDayOf,
  utf8Encode,
} from '@hale/kernel';
import {
  encodeBins,
  encodeSamples,
  grantAuthor,
  grantSecret,
  LeafWalker,
  levelLabel,
  levelRoot,
  lockerOwner,
  logLabel,
  sealLogEntry,
  sealTile,
  sealToken,
  streamAuthor,
  streamSecret,
  summarizeSamples,
} from '@hale/kernel/seal';
import type { GrantVectors, ReadingVector } from '@hale/testkit/vectors/grant';

const DAY = 86_400_000_000;
const HOUR = 3_600_000_000;
/** 2026-06-01T00:00Z */
const JUNE = 1_780_272_000_000_000;
const NOW = JUNE + 4 * DAY;
const seconds = (micros: number) => Math.floor(micros / 1e6);

const bytes = (name: string) => sha256(utf8Encode(`hale vector/${name}`));
const hex = (name: string) => toHex(bytes(name));
const author = toHex(schnorrPublic(bytes('grant author')));

function linkVectors(): GrantVectors['links'] {
  const grantKey = hex('grant key');
  const links = [
    { name: 'plain', origin: 'https://hale.example', author, grantKey, relays: [] },
    { name: 'with a port', origin: 'http://127.0.0.1:8080', author, grantKey, relays: [] },
    { name: 'IPv6', origin: 'http://[::1]:8080', author, grantKey, relays: [] },
    {
      name: 'two relays',
      origin: 'https://hale.example',
      author,
      grantKey,
      relays: ['wss://r1.example', 'wss://r2.example:4443/hale'],
    },
  ];
  const valid = links.map((link) => ({ ...link, text: encodeLink({ ...link, grantKey: fromHex(grantKey) }) }));
  const [{ text }] = valid;
  const malformed = (name: string, changed: string) => ({ name, text: changed, error: 'malformed' });
  const invalid = [
    malformed('nothing', ''),
    malformed('no key', text.slice(0, text.indexOf('#'))),
    malformed('a short key', text.slice(0, -1)),
    malformed('a padded key', `${text}=`),
    malformed('unused bits of the key set', `${text.slice(0, -1)}${nextDigit(text.at(-1)!)}`),
    malformed('author in upper case', text.replace(author, author.toUpperCase())),
    malformed('host in upper case', text.replace('hale.', 'Hale.')),
    malformed('a user before the host', text.replace('hale.', 'good@hale.')),
    malformed('another path', text.replace('/g/', '/grant/')),
    malformed('a parameter that is not known', text.replace('#', '?pin=1#')),
    malformed('a relay not encoded', text.replace('#', '?relay=wss://r1.example#')),
    malformed('a relay that is a page', text.replace('#', '?relay=https%3A%2F%2Fr1.example#')),
    malformed('white space', `${text} `),
    { name: 'too long', text: text.padEnd(2_001, 'A'), error: 'too-large' },
  ];
  return { valid, invalid };
}

/** The last digit of 32 bytes in base64url carries four bits: its successor sets one that must be zero. */
function nextDigit(digit: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(digit) + 1];
}

function pinLinkVectors(): GrantVectors['pinLinks'] {
  const secret = bytes('pin secret');
  const share = bytes('locker share');
  const made = [
    { name: 'six digits', pin: '048213', relays: [] },
    { name: 'four digits, two relays', pin: '0000', relays: ['wss://r1.example', 'wss://r2.example:4443/hale'] },
  ].map(({ name, pin, relays }) => {
    const { lockerId, verifier, grantKey } = pinKeys(secret, pin);
    const address = { origin: 'https://hale.example', author, relays };
    const keys = {
      secret: toHex(secret),
      pin,
      lockerId,
      verifier,
      share: toHex(share),
      grantKey: toHex(grantKey(share)),
    };
    return { name, text: encodeLockerLink({ ...address, secret, pin: true, claim: false }), ...address, ...keys };
  });
  const [{ text }] = made;
  const invalid = [
    { name: 'a link without PIN', text: text.replace('#p', '#'), error: 'malformed' },
    { name: 'a short secret', text: text.slice(0, -1), error: 'malformed' },
    { name: 'another letter before the secret', text: text.replace('#p', '#q'), error: 'malformed' },
    { name: 'three digits', pin: '123', error: 'malformed' },
    { name: 'thirteen digits', pin: '1234567890123', error: 'malformed' },
    { name: 'letters', pin: '12a4', error: 'malformed' },
  ];
  return { valid: made, invalid };
}

function claimLinkVectors(): GrantVectors['claimLinks'] {
  const secret = bytes('pin secret');
  const share = bytes('locker share');
  const made = [
    { name: 'without PIN', pin: null, relays: [] },
    { name: 'with a PIN, two relays', pin: '048213', relays: ['wss://r1.example', 'wss://r2.example:4443/hale'] },
  ].map(({ name, pin, relays }) => {
    const { lockerId, verifier, grantKey } = pin === null ? claimKeys(secret) : pinKeys(secret, pin);
    const address = { origin: 'https://hale.example', author, relays };
    const keys = { lockerId, verifier, share: toHex(share), grantKey: toHex(grantKey(share)) };
    const text = encodeLockerLink({ ...address, secret, pin: pin !== null, claim: true });
    const owner = toHex(schnorrPublic(lockerOwner(bytes('catalogue'), lockerId)));
    return { name, text, ...address, secret: toHex(secret), pin, ...keys, catalogueSecret: hex('catalogue'), owner };
  });
  const [{ text }, { text: both }] = made;
  const invalid = [
    { name: 'without any letter', text: text.replace('#c', '#'), error: 'malformed' },
    { name: 'letters the other way round', text: both.replace('#pc', '#cp'), error: 'malformed' },
    { name: 'a letter twice', text: text.replace('#c', '#cc'), error: 'malformed' },
    { name: 'a short secret', text: text.slice(0, -1), error: 'malformed' },
    {
      name: 'unused bits of the secret set',
      text: `${text.slice(0, -1)}${nextDigit(text.at(-1)!)}`,
      error: 'malformed',
    },
  ];
  return { valid: made, invalid };
}

/** Made once with Web Cryptography: every signature of ECDSA is another. `s` in both forms. */
const BROWSER = {
  key: '04cb88d5e82583bc5c2c3645fb54d9f786403b32ec10a986837e4fe144e426da91286237277110000e1b9aec7ea67a1000779a0cefbb3be4de2cc3bb41b0d0bfc0',
  low: '6c9580498341b55bf4000a29ad68cf473dc96b64797e8d7585b9f9893d7f833c476c7e9d12dfcf210ff22b66782ce6992ec99bb4f53ea831c5a2e31f0b79b058',
  high: '6c9580498341b55bf4000a29ad68cf473dc96b64797e8d7585b9f9893d7f833cb8938161ed2030dff00dd49987d319668e1d5ef8b1d8f6532e16e7a3f0e974f9',
};

function claimVectors(): GrantVectors['claims'] {
  const lockerId = lockerIdOf(bytes('pin secret'));
  const challenge = hex('challenge');
  const { key, low, high } = BROWSER;
  const facts = { relay: 'wss://r1.example:4443/hale', lockerId, challenge, key, signature: low };
  const upper = { ...facts, relay: 'WSS://R1.example:4443/hale/' };
  const cases = [
    { name: 's the lower', ...facts, valid: true },
    { name: 's the higher', ...facts, signature: high, valid: true },
    { name: 'the relay spelled otherwise', ...upper, valid: true },
    { name: 'another relay', ...facts, relay: 'wss://r2.example', valid: false },
    { name: 'another path', ...facts, relay: 'wss://r1.example:4443', valid: false },
    { name: 'no relay address', ...facts, relay: 'https://r1.example:4443/hale', valid: false },
    { name: 'another locker', ...facts, lockerId: hex('another locker'), valid: false },
    { name: 'another challenge', ...facts, challenge: hex('another challenge'), valid: false },
    {
      name: 'a bit of the signature',
      ...facts,
      signature: `${low.slice(0, -1)}${low.endsWith('0') ? '1' : '0'}`,
      valid: false,
    },
    { name: 'a signature of zeros', ...facts, signature: '00'.repeat(64), valid: false },
    { name: 'a compressed key', ...facts, key: `02${key.slice(2, 66)}`, valid: false },
    { name: 'a key off the curve', ...facts, key: `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`, valid: false },
  ];
  const message = toHex(claimMessage(facts));
  return { message, cases };
}

function fileCodeVectors(): GrantVectors['fileCodes'] {
  const codes = {
    random: bytes('file code').slice(0, 16),
    zeros: new Uint8Array(16),
    ones: new Uint8Array(16).fill(255),
  };
  const valid = Object.entries(codes).map(([name, code]) => {
    const text = encodeFileCode(code);
    const typed = ` ${text.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')}`;
    return { name, bytes: toHex(code), text, typed, grantKey: toHex(fileGrantKey(code)) };
  });
  const [{ text }] = valid;
  const invalid = [
    { name: 'nothing', text: '', error: 'malformed' },
    { name: 'a digit missing', text: text.slice(1), error: 'malformed' },
    { name: 'a letter that is none of its digits', text: `U${text.slice(1)}`, error: 'malformed' },
    { name: 'unused bits set', text: `${'0'.repeat(25)}1`, error: 'malformed' },
  ];
  return { valid, invalid };
}

function keyVectors(): GrantVectors['keys'] {
  return ['stream a', 'stream b'].map((name) => {
    const grantKey = bytes('grant key');
    const stream = toHex(schnorrPublic(bytes(name)));
    const label = toHex(logLabel(grantSecret(grantKey)));
    return { name, grantKey: toHex(grantKey), logLabel: label, author: stream, reader: readerOf(grantKey, stream) };
  });
}

function tokenVectors(): GrantVectors['tokens'] {
  const cases: [string, Level, number, number, number][] = [
    ['one slot', 'raw', 0, 5, 6],
    ['an aligned lease is one node', 'raw', 0, 46_080, 46_592],
    ['the same slots in the next epoch', 'raw', 1, 46_080, 46_592],
    ['the same slots of another level', '1h', 0, 46_080, 46_592],
    ['an odd range', '1d', 0, 3, 1_000],
    ['the whole tree', 'raw', 0, 0, 2 ** 32],
    ['the largest cover, 62 nodes', 'raw', 0, 1, 2 ** 32 - 1],
  ];
  return cases.map(([name, level, epoch, fromSlot, toSlot]) => {
    const secret = bytes('stream secret');
    const root = levelRoot(secret, level, epoch);
    const leaf = (slot: number) => {
      const isInside = slot >= fromSlot && slot < toSlot;
      return { slot, leaf: isInside ? toHex(new LeafWalker(root).leaf(slot)) : null };
    };
    const slots = [fromSlot - 1, fromSlot, toSlot - 1, toSlot].filter((slot) => slot >= 0 && slot < 2 ** 32);
    const nodes = toHex(sealToken(root, fromSlot, toSlot));
    return { name, streamSecret: toHex(secret), level, epoch, fromSlot, toSlot, nodes, leaves: slots.map(leaf) };
  });
}

function rangeVectors(): GrantVectors['ranges'] {
  const heart = gridFor(1, 0);
  const nepal = gridFor(300, -345);
  const cases: [string, Grid, Level, number, number | null][] = [
    ['whole slots have no edges', heart, 'raw', JUNE, JUNE + HOUR],
    ['a range inside one slot is one edge', heart, 'raw', JUNE + 1, JUNE + 60_000_000],
    ['two edges', heart, 'raw', JUNE + 1, JUNE + 2 * HOUR + 1],
    ['two edges in neighbouring slots, nothing whole', nepal, 'raw', JUNE, JUNE + DAY],
    ['hours inside a day that is not whole', nepal, '1h', JUNE, JUNE + DAY],
    ['an edge too short for a bin is none', heart, '15m', JUNE - 60_000_000, JUNE + DAY],
    ['months', heart, '1d', JUNE - 40 * DAY, JUNE + 40 * DAY],
    ['open-ended', heart, 'raw', JUNE + 1, null],
    ['open-ended from a border', heart, '1m', JUNE, null],
  ];
  return cases.map(([name, grid, level, from, to]) => {
    const range = { from, to };
    const { first, end } = innerRange(grid, level, range);
    const probes = [slotOf(grid, level, from), slotOf(grid, level, from + DAY), slotOf(grid, level, from + 30 * DAY)];
    const leases = probes.map((slot) => ({ slot, leaseDays: 7, ...leaseFor(grid, level, range, slot, 7) }));
    return { name, grid, level, from, to, inner: { first, end }, edges: edgesOf(grid, level, range), leases };
  });
}

const view: StreamView = {
  streamKey: 'glucose',
  author: toHex(schnorrPublic(streamAuthor(bytes('subject'), 0))),
  secret: streamSecret(bytes('subject'), 0),
  grid: gridFor(300, 0),
  epoch: 0,
  epochs: [0],
  kind: 'glucose',
  title: 'Glucose',
  ucum: 'mg/dL',
  factor: 1,
  origin: 0,
  loinc: '99504-3',
  nominalPeriodMicros: 300_000_000,
  edges: [54, 70, 181, 251],
};

const scope: Scope = {
  streams: [{ streamKey: 'glucose', level: 'raw' }],
  from: JUNE + 6 * HOUR,
  to: JUNE + 3 * DAY,
  until: null,
  purpose: { code: 'TREAT', text: 'second opinion' },
  recipient: { kind: 'link' },
};

function planOf(name: string, change: Partial<Scope> = {}, now = NOW) {
  const identity = {
    grantId: `grant-${name}`,
    grantKey: bytes(`grant key ${name}`),
    grantAuthor: toHex(schnorrPublic(grantAuthor(bytes('catalogue'), `grant-${name}`))),
  };
  const names = { subject: 'A. Patient', owner: 'A. Patient' };
  return planGrant({ ...identity, scope: { ...scope, ...change }, streams: [view], names, now });
}

function entryVectors(): GrantVectors['entries'] {
  const plan = planOf('entries', { to: null, until: JUNE + 90 * DAY });
  const clip = makeClip(plan.clips[0], 0, { samples: samplesOf(JUNE, 3) });
  const head = planHeads(
    plan.grant,
    [view],
    [{ streamKey: 'glucose', level: 'raw', day: utcDayOf(JUNE + DAY), tiles: [] }],
    NOW,
  );
  const [advance] = planEpochAdvance(view, [plan.grant], NOW).tokens;
  const all: GrantEntry[] = [
    ...plan.entries,
    ...clip,
    ...head,
    ...advance.entries,
    { type: 'end', reason: 'revoked', time: NOW },
    { type: 'more', grantKey: bytes('more'), author, relays: ['wss://relay.example/'], time: NOW },
    { type: 'idle', months: 6 },
  ];
  const cbor = (value: unknown) => toHex(encodeCbor(value));
  const valid = all.map((entry, i) => ({
    name: `${entry.type} ${i}`,
    type: entry.type,
    cbor: cbor(entryValue(entry)),
  }));
  return {
    valid,
    unknown: [{ name: 'a type of a later version', cbor: cbor({ type: 'hologram', x: 1 }) }],
    invalid: [
      ...spoiltEntries(plan.entries, clip[0]).map(([name, value, error]) => ({ name, cbor: cbor(value), error })),
      // {"until": 0, "type": "lease"}: the longer key first.
      { name: 'keys not in order', cbor: 'a265756e74696c006474797065656c65617365', error: 'malformed' },
    ],
  };
}

function spoiltEntries(entries: readonly GrantEntry[], clip: GrantEntry): [string, unknown, string][] {
  const [consent, stream, token] = (['consent', 'stream', 'token'] as const).map((type) =>
    entries.find((entry) => entry.type === type),
  );
  const { nodes, fromSlot } = token as GrantEntry & { type: 'token' };
  const head = { type: 'head', n: 1, time: NOW, days: [{ stream: 0, level: 'raw', rows: new Uint8Array(30) }] };
  return [
    ['not a map', 'token', 'malformed'],
    ['no type', { stream: 0 }, 'malformed'],
    ['a field missing', { type: 'end', time: NOW }, 'malformed'],
    ['a field too many', { type: 'end', reason: 'revoked', time: NOW, by: 'me' }, 'malformed'],
    ['idle of no month', { type: 'idle', months: 0 }, 'out-of-range'],
    ['an unknown reason', { type: 'end', reason: 'bored', time: NOW }, 'malformed'],
    ['a token with too few nodes', { ...token, nodes: nodes.slice(0, 32) }, 'malformed'],
    ['a token of no slot', { ...token, toSlot: fromSlot }, 'out-of-range'],
    ['a level that does not exist', { ...token, level: '5m' }, 'malformed'],
    ['a stream number beyond the limit', { ...token, stream: 256 }, 'out-of-range'],
    ['a label of nine bytes', { ...stream, labels: { raw: new Uint8Array(9) } }, 'malformed'],
    ['head 0', { ...head, n: 0, days: [] }, 'out-of-range'],
    ['half a row', head, 'malformed'],
    ['a clip too large', { ...clip, payload: new Uint8Array(38_001) }, 'malformed'],
    ['a scope with an unknown restriction', { ...consent, scope: { ...scope, onlyAtNight: true } }, 'malformed'],
  ];
}

function digestVectors(): GrantVectors['digests'] {
  const mark = (slot: number, revision: number, part: number, name: string) => {
    return { slot, epoch: 0, generation: 0, revision, part, hash: hex(name) };
  };
  const [a, b, newer, part] = [mark(1, 0, 0, 'a'), mark(2, 0, 0, 'b'), mark(1, 1, 0, 'c'), mark(2, 0, 1, 'd')];
  const cases: [string, ReturnType<typeof mark>[]][] = [
    ['an empty day', []],
    ['two tiles', [a, b]],
    ['two tiles in another order, one twice: the same', [b, a, b]],
    ['a newer revision', [newer, b]],
    ['the replaced one does not count: the same', [a, newer, b]],
    ['a part not older than its tile counts', [a, b, part]],
    ['a fork counts', [a, mark(1, 0, 0, 'fork'), b]],
    ['a newer epoch differs', [{ ...a, epoch: 1 }, b]],
  ];
  const label = toHex(levelLabel(view.secret, 'raw'));
  return cases.map(([name, tiles]) => {
    const marks = tiles.map((tile) => ({ ...tile, hash: fromHex(tile.hash) }));
    const digest = toHex(dayDigest(view.author, fromHex(label), 46_172, marks));
    return { name, author: view.author, label, day: 46_172, tiles, digest };
  });
}

const samplesOf = (from: number, count: number) => ({
  times: Float64Array.from({ length: count }, (_, i) => from + i * 300_000_000),
  values: Int32Array.from({ length: count }, (_, i) => 100 + ((i * 37) % 90)),
});

/** One tile of a day of glucose: samples every hour, to keep the file small. */
function tileOf(day: number, place: { epoch?: number; revision?: number } = {}, level: 'raw' | '1h' = 'raw'): Tile {
  const { epoch = 0, revision = 0 } = place;
  const slot = slotOf(view.grid, level, JUNE + day * DAY);
  const times = Float64Array.from({ length: 24 }, (_, i) => JUNE + day * DAY + i * HOUR);
  const samples = { times, values: Int32Array.from(times, (_, i) => 90 + day * 10 + i + revision) };
  const bins = summarizeSamples('1h', view.grid, samples, view);
  const payload = level === 'raw' ? encodeSamples(samples) : encodeBins({ inputsHash: bytes('inputs'), bins });
  const salt = bytes(`salt ${level} ${day} ${epoch} ${revision}`).slice(0, 16);
  const leaf = new LeafWalker(levelRoot(view.secret, level, epoch)).leaf(slot);
  const fields = {
    author: fromHex(view.author),
    label: levelLabel(view.secret, level),
    slot,
    epoch,
    generation: 0,
    revision,
    part: 0,
    salt,
  };
  return sealTile(leaf, fields, payload);
}

/** One tile to a batch: the file shows what a batch holds, not how many fit. */
function batchHex(tile: Tile): string {
  const { label, epoch, generation } = tile;
  return toHex(encodeBatch({ label, epoch, generation, tiles: [tile] }));
}

const batchOf = (tile: Tile, publishedSeconds = seconds(NOW) - 60) => ({
  author: view.author,
  publishedSeconds,
  batch: batchHex(tile),
});

function logOf(grant: OwnerGrant, entries: readonly GrantEntry[]): string[] {
  const stream = { author: fromHex(grant.grantAuthor), secret: grantSecret(grant.grantKey) };
  return entries.map((entry, seq) => batchHex(sealLogEntry(stream, seq, 0, entry)));
}

/** Four days are published; the grant opens from 06:00 of the first to the end of the third. */
function firstReading() {
  const plan = planOf('reading');
  const tiles = [0, 1, 2, 3].map((day) => tileOf(day));
  const clips = plan.clips
    .filter((need) => need.level === 'raw')
    .flatMap((need) => makeClip(need, 0, { samples: firstDay() }));
  const changed = [tiles[1], tiles[2]].map((tile) => {
    const day = utcDayOf(slotStart(view.grid, 'raw', tile.slot));
    const marks = [{ ...tile, hash: tileHash(tile.author, tile) }];
    return { streamKey: 'glucose', level: 'raw' as const, day, tiles: marks };
  });
  const entries = [...plan.entries, ...clips, ...planHeads(plan.grant, [view], changed, NOW)];
  const rows = Array.from({ length: 66 }, (_, i) => {
    const hour = 6 + i;
    return [JUNE + hour * HOUR, 90 + Math.floor(hour / 24) * 10 + (hour % 24)];
  });
  const reading: ReadingVector = {
    name: 'whole days by token, the edge by clip',
    grantKey: toHex(plan.grant.grantKey),
    grantAuthor: plan.grant.grantAuthor,
    memory: null,
    log: logOf(plan.grant, entries),
    batches: tiles.map((tile) => batchOf(tile)),
    query: { stream: 0, level: 'raw' as const, from: JUNE - DAY, to: JUNE + 9 * DAY },
    expected: { ended: null, missing: 0, unknown: 0, unopened: 2, rows, verdict: 'complete' },
  };
  return { reading, logWith: (entry: unknown) => logOf(plan.grant, [...entries, entry as GrantEntry]) };
}

function readingVectors(): ReadingVector[] {
  const { reading, logWith } = firstReading();
  const { log, batches, query, expected } = reading;
  const dayOf = (row: readonly number[]) => Math.floor((row[0] - JUNE) / DAY);
  const without = (day: number) => expected.rows.filter((row) => dayOf(row) !== day);
  const corrected = expected.rows.map((row) => (dayOf(row) === 1 ? [row[0], row[1] + 1] : row));
  const later = (tile: Tile) => [...batches, batchOf(tile, seconds(NOW) + 60)];
  const hours = [0, 1, 2, 3].map((day) => batchOf(tileOf(day, {}, '1h')));
  const means = without(0).map(([time, value]) => [time, 1, value]);
  const but = (name: string, change: Partial<ReadingVector>, wanted: Partial<ReadingVector['expected']>) => {
    return { ...reading, name, ...change, expected: { ...expected, ...wanted } };
  };
  const end = { type: 'end', reason: 'revoked', time: NOW };
  const forgot = { log: log.slice(0, -1), memory: { nextSeq: log.length, headNumber: 1 } };
  const afterEnd = { log: logWith(end), batches: later(tileOf(1, { epoch: 1, revision: 2 })) };
  return [
    reading,
    but('a tile withheld', { batches: batches.toSpliced(1, 1) }, { rows: without(1), verdict: 'incomplete' }),
    but(
      'a tile corrected after the head',
      { batches: later(tileOf(1, { revision: 1 })) },
      { rows: corrected, verdict: 'changed-since-head' },
    ),
    but('a relay that forgot the head', forgot, { verdict: 'older-than-known' }),
    but('a hole in the log', { log: log.toSpliced(-2, 1) }, { missing: 1, rows: without(0), verdict: 'incomplete' }),
    but('an entry of a later version', { log: logWith({ type: 'hologram' }) }, { unknown: 1 }),
    but('sealed after the end: does not open, what was read stays', afterEnd, {
      ended: 'revoked',
      unopened: 3,
      verdict: 'changed-since-head',
    }),
    but('hours', { batches: hours, query: { ...query, level: '1h' } }, { rows: means, verdict: 'incomplete' }),
  ];
}

const firstDay = () => ({
  times: Float64Array.from({ length: 24 }, (_, i) => JUNE + i * HOUR),
  values: Int32Array.from({ length: 24 }, (_, i) => 90 + i),
});

/** Bytes that are as good as random and the same in each run. */
function fixedRandom(name: string): (length: number) => Uint8Array {
  let count = 0;
  return (length) => bytes(`${name}/${count++}`).slice(0, length);
}

function messageVectors(): GrantVectors['messages'] {
  const authorSecret = bytes('grant author');
  const grantKey = bytes('messages');
  const ask: ReaderMessage = {
    ...{ type: 'ask', id: hex('ask').slice(0, 32), time: NOW, kinds: ['sleep', 'spo2'], days: 30, level: '1h' },
    why: 'Your heart rate rises at night.',
  };
  const filed: ReaderMessage = {
    ...{ type: 'filed', id: hex('filed').slice(0, 32), time: NOW, readings: 3, hash: hex('bundle') },
    document: hex('page'),
  };
  const wrapped = (name: string, key: Uint8Array, message: ReaderMessage) =>
    sealMessage({ grantKey: key, grantAuthor: author }, message, {
      nowSeconds: seconds(NOW),
      random: fixedRandom(name),
    });
  const keys = { grantKey: toHex(grantKey), authorSecret: toHex(authorSecret) };
  return {
    valid: [ask, filed].map((message) => ({
      ...{ name: message.type, ...keys, wrap: wrapped(message.type, grantKey, message), message },
    })),
    invalid: [
      {
        name: 'by the reader of another grant',
        ...keys,
        wrap: wrapped('other', bytes('other'), ask),
        error: 'not-authentic',
      },
    ],
  };
}

/** The file's text. */
export function makeGrantVectors(): string {
  const vectors: GrantVectors = {
    links: linkVectors(),
    pinLinks: pinLinkVectors(),
    claimLinks: claimLinkVectors(),
    claims: claimVectors(),
    fileCodes: fileCodeVectors(),
    keys: keyVectors(),
    tokens: tokenVectors(),
    ranges: rangeVectors(),
    entries: entryVectors(),
    digests: digestVectors(),
    messages: messageVectors(),
    readings: readingVectors(),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/grant.json', import.meta.url), makeGrantVectors());
