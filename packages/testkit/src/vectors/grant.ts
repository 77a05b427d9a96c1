/** Checks specs/vectors/grant.json. The types are the file's format, as specs/grant.md §13 tells it. */
import {
  claimKeys,
  dayDigest,
  edgesOf,
  encodeFileCode,
  encodeLink,
  encodeLockerLink,
  fileGrantKey,
  GrantReader,
  innerRange,
  leaseFor,
  openMessage,
  parseEntry,
  parseFileCode,
  parseLink,
  parseLockerLink,
  pinKeys,
  readerOf,
  type TileMark,
} from '@hale/consent';
import {
  claimMessage,
  decodeBatch,
  decodeCbor,
  encodeCbor,
  fromHex,
  type Grid,
  type Level,
  type NostrEvent,
  parseEvent,
  schnorrPublic,
  type Tile,
  toHex,
  verifyClaim,
  verifyEvent,
} from '@hale/kernel';
import { grantSecret, logLabel, openToken } from '@hale/kernel/open';
import { levelRoot, lockerOwner, sealToken } from '@hale/kernel/seal';
import type { Tally } from './tally.ts';

/** Byte strings are lower-case hex, times microseconds unless a name ends in Seconds. */
export interface GrantVectors {
  readonly links: {
    readonly valid: readonly {
      name: string;
      text: string;
      origin: string;
      author: string;
      grantKey: string;
      relays: string[];
    }[];
    readonly invalid: readonly { name: string; text: string; error: string }[];
  };
  readonly pinLinks: {
    readonly valid: readonly {
      name: string;
      text: string;
      origin: string;
      author: string;
      relays: string[];
      secret: string;
      pin: string;
      lockerId: string;
      verifier: string;
      share: string;
      grantKey: string;
    }[];
    /** Texts that are no PIN link, and PINs that are none. */
    readonly invalid: readonly { name: string; text?: string; pin?: string; error: string }[];
  };
  /** As pinLinks, of links that belong to one browser; `pin` null: without one. */
  readonly claimLinks: {
    readonly valid: readonly (Omit<GrantVectors['pinLinks']['valid'][number], 'pin'> & {
      pin: string | null;
      catalogueSecret: string;
      owner: string;
    })[];
    readonly invalid: readonly { name: string; text: string; error: string }[];
  };
  /** What a browser signs: the message of the first case, and whether each signature holds. */
  readonly claims: {
    readonly message: string;
    readonly cases: readonly {
      name: string;
      relay: string;
      lockerId: string;
      challenge: string;
      key: string;
      signature: string;
      valid: boolean;
    }[];
  };
  readonly fileCodes: {
    readonly valid: readonly { name: string; bytes: string; text: string; typed: string; grantKey: string }[];
    readonly invalid: readonly { name: string; text: string; error: string }[];
  };
  readonly keys: readonly { name: string; grantKey: string; logLabel: string; author: string; reader: string }[];
  readonly tokens: readonly {
    name: string;
    streamSecret: string;
    level: Level;
    epoch: number;
    fromSlot: number;
    toSlot: number;
    nodes: string;
    /** leaf null: the slot does not open. */
    leaves: readonly { slot: number; leaf: string | null }[];
  }[];
  readonly ranges: readonly {
    name: string;
    grid: Grid;
    level: Level;
    from: number;
    /** null: open-ended. */
    to: number | null;
    inner: { first: number; end: number };
    edges: readonly { slot: number; from: number; to: number }[];
    leases: readonly { slot: number; leaseDays: number; first: number; end: number }[];
  }[];
  readonly entries: {
    /** `cbor` is the payload of the tile after its type byte. */
    readonly valid: readonly { name: string; type: string; cbor: string }[];
    /** Well-formed, of a type that is not known: to be counted and passed over. */
    readonly unknown: readonly { name: string; cbor: string }[];
    readonly invalid: readonly { name: string; cbor: string; error: string }[];
  };
  readonly digests: readonly {
    name: string;
    author: string;
    label: string;
    day: number;
    tiles: readonly { slot: number; epoch: number; generation: number; revision: number; part: number; hash: string }[];
    digest: string;
  }[];
  readonly messages: {
    /** `wrap` is the gift wrap as a relay holds it. */
    readonly valid: readonly {
      name: string;
      grantKey: string;
      authorSecret: string;
      wrap: NostrEvent;
      message: object;
    }[];
    readonly invalid: readonly {
      name: string;
      grantKey: string;
      authorSecret: string;
      wrap: NostrEvent;
      error: string;
    }[];
  };
  readonly readings: readonly ReadingVector[];
}

/** A whole grant as a relay gives it, and what its reader must make of it. */
export interface ReadingVector {
  readonly name: string;
  readonly grantKey: string;
  readonly grantAuthor: string;
  readonly memory: { nextSeq: number; headNumber: number } | null;
  /** Contents of kind 1980 events of the grant's author. */
  readonly log: readonly string[];
  /** Contents of kind 1980 events of stream authors, with created_at. */
  readonly batches: readonly { author: string; publishedSeconds: number; batch: string }[];
  readonly query: { stream: number; level: Level; from: number; to: number };
  readonly expected: {
    ended: string | null;
    missing: number;
    unknown: number;
    unopened: number;
    /** Samples as [time, value], bins as [start, count, sum]. */
    rows: readonly (readonly number[])[];
    verdict: string;
  };
}

export function checkGrantVectors(vectors: GrantVectors, tally: Tally): void {
  checkLinks(vectors, tally);
  checkPinLinks(vectors, tally);
  checkClaims(vectors, tally);
  checkFileCodes(vectors, tally);
  checkKeysAndTokens(vectors, tally);
  checkRanges(vectors, tally);
  checkEntries(vectors, tally);
  for (const vector of vectors.digests) {
    const tiles: TileMark[] = vector.tiles.map((tile) => ({ ...tile, hash: fromHex(tile.hash, 32) }));
    const digest = () => toHex(dayDigest(vector.author, fromHex(vector.label, 8), vector.day, tiles));
    tally.equal(`digest: ${vector.name}`, digest, vector.digest);
  }
  checkMessages(vectors, tally);
  for (const vector of vectors.readings) tally.equal(`reading: ${vector.name}`, () => read(vector), vector.expected);
}

function checkMessages({ messages }: GrantVectors, tally: Tally): void {
  const open = ({ grantKey, authorSecret, wrap }: { grantKey: string; authorSecret: string; wrap: NostrEvent }) => {
    const secret = fromHex(authorSecret, 32);
    const event = verifyEvent(parseEvent(wrap));
    const named = { grantKey: fromHex(grantKey, 32), grantAuthor: toHex(schnorrPublic(secret)) };
    return event && openMessage(named, event, secret);
  };
  for (const vector of messages.valid) tally.equal(`message: ${vector.name}`, () => open(vector), vector.message);
  for (const vector of messages.invalid) tally.refuses(`message: ${vector.name}`, () => open(vector), vector.error);
}

function checkLinks({ links }: GrantVectors, tally: Tally): void {
  for (const { name, text, origin, author, grantKey, relays } of links.valid) {
    const link = { origin, author, grantKey: fromHex(grantKey, 32), relays };
    tally.equal(`link: ${name}, written`, () => encodeLink(link), text);
    const parsed = () => {
      const found = parseLink(text);
      return { origin: found.origin, author: found.author, grantKey: toHex(found.grantKey), relays: found.relays };
    };
    tally.equal(`link: ${name}, read`, parsed, { origin, author, grantKey, relays });
  }
  for (const { name, text, error } of links.invalid) tally.refuses(`link: ${name}`, () => parseLink(text), error);
}

function checkPinLinks({ pinLinks, claimLinks }: GrantVectors, tally: Tally): void {
  const links = [
    ...pinLinks.valid.map((link) => ({ ...link, claim: false })),
    ...claimLinks.valid.map(({ catalogueSecret: _, owner: __, ...link }) => ({ ...link, claim: true })),
  ];
  for (const { name, text, secret, pin, claim, share, grantKey, lockerId, verifier, ...address } of links) {
    const link = { ...address, secret: fromHex(secret, 32), pin: pin !== null, claim };
    tally.equal(`locker link: ${name}, written`, () => encodeLockerLink(link), text);
    const read = () => {
      const found = parseLockerLink(text);
      return { secret: toHex(found.secret), pin: found.pin, claim: found.claim };
    };
    tally.equal(`locker link: ${name}, read`, read, { secret, pin: pin !== null, claim });
    const derived = () => {
      const found = parseLockerLink(text).secret;
      const keys = pin === null ? claimKeys(found) : pinKeys(found, pin);
      const opened = toHex(keys.grantKey(fromHex(share, 32)));
      return { lockerId: keys.lockerId, verifier: keys.verifier, grantKey: opened };
    };
    tally.equal(`locker link: ${name}, keys`, derived, { lockerId, verifier, grantKey });
  }
  for (const { name, text, pin = '', error } of pinLinks.invalid) {
    const attempt = () => (text === undefined ? pinKeys(new Uint8Array(32), pin) : parseLockerLink(text));
    tally.refuses(`PIN link: ${name}`, attempt, error);
  }
  for (const { name, text, error } of claimLinks.invalid)
    tally.refuses(`claim link: ${name}`, () => parseLockerLink(text), error);
}

function checkClaims({ claimLinks, claims }: GrantVectors, tally: Tally): void {
  for (const { name, catalogueSecret, lockerId, owner } of claimLinks.valid) {
    const derived = () => toHex(schnorrPublic(lockerOwner(fromHex(catalogueSecret, 32), lockerId)));
    tally.equal(`claim link: ${name}, its owner's key`, derived, owner);
  }
  tally.equal('claim: the message', () => toHex(claimMessage(claims.cases[0])), claims.message);
  for (const { name, key, signature, valid, ...facts } of claims.cases)
    tally.equal(`claim: ${name}`, () => verifyClaim(facts, key, signature), valid);
}

function checkFileCodes({ fileCodes }: GrantVectors, tally: Tally): void {
  for (const { name, bytes, text, typed, grantKey } of fileCodes.valid) {
    tally.equal(`file code: ${name}, written`, () => encodeFileCode(fromHex(bytes)), text);
    tally.equal(`file code: ${name}, typed`, () => toHex(parseFileCode(typed)), bytes);
    tally.equal(`file code: ${name}, key`, () => toHex(fileGrantKey(fromHex(bytes))), grantKey);
  }
  for (const { name, text, error } of fileCodes.invalid)
    tally.refuses(`file code: ${name}`, () => parseFileCode(text), error);
}

function checkKeysAndTokens({ keys, tokens }: GrantVectors, tally: Tally): void {
  for (const { name, grantKey, author, ...expected } of keys) {
    const label = () => toHex(logLabel(grantSecret(fromHex(grantKey))));
    tally.equal(`key: ${name}`, () => ({ logLabel: label(), reader: readerOf(fromHex(grantKey), author) }), expected);
  }
  for (const { name, streamSecret, level, epoch, fromSlot, toSlot, nodes, leaves } of tokens) {
    const root = levelRoot(fromHex(streamSecret), level, epoch);
    tally.equal(`token: ${name}, sealed`, () => toHex(sealToken(root, fromSlot, toSlot)), nodes);
    const source = openToken(fromSlot, toSlot, fromHex(nodes));
    for (const { slot, leaf } of leaves) {
      const found = () => {
        const key = source.leaf(slot);
        return key && toHex(key);
      };
      tally.equal(`token: ${name}, slot ${slot}`, found, leaf);
    }
  }
}

function checkRanges({ ranges }: GrantVectors, tally: Tally): void {
  for (const { name, grid, level, from, to, inner, edges, leases } of ranges) {
    const range = { from, to };
    tally.equal(`range: ${name}, whole slots`, () => pick(innerRange(grid, level, range)), inner);
    const found = () => edgesOf(grid, level, range).map((edge) => ({ slot: edge.slot, from: edge.from, to: edge.to }));
    tally.equal(`range: ${name}, edges`, found, edges);
    for (const { slot, leaseDays, first, end } of leases) {
      tally.equal(`range: ${name}, lease of ${slot}`, () => pick(leaseFor(grid, level, range, slot, leaseDays)), {
        first,
        end,
      });
    }
  }
}

const pick = ({ first, end }: { first: number; end: number }) => ({ first, end });

function checkEntries({ entries }: GrantVectors, tally: Tally): void {
  const parse = (cbor: string) => parseEntry(decodeCbor(fromHex(cbor)));
  for (const { name, type, cbor } of entries.valid) {
    tally.equal(`entry: ${name}`, () => parse(cbor)?.type, type);
    tally.equal(`entry: ${name}, again`, () => toHex(encodeCbor(parse(cbor))), cbor);
  }
  for (const { name, cbor } of entries.unknown) tally.equal(`entry: ${name}`, () => parse(cbor), null);
  for (const { name, cbor, error } of entries.invalid) tally.refuses(`entry: ${name}`, () => parse(cbor), error);
}

/** Reads a grant as a recipient's software does, with nothing but what the vector holds. */
function read(vector: ReadingVector): ReadingVector['expected'] {
  const { grantKey, grantAuthor, memory, query } = vector;
  const reader = new GrantReader({ grantKey: fromHex(grantKey), grantAuthor, ...(memory !== null && { memory }) });
  for (const batch of vector.log) {
    for (const tile of decodeBatch(fromHex(grantAuthor), fromHex(batch)).tiles) reader.receive(tile);
  }
  const held = vector.batches.flatMap(({ author, publishedSeconds, batch }) =>
    decodeBatch(fromHex(author), fromHex(batch)).tiles.map((tile: Tile) => ({ tile, publishedAt: publishedSeconds })),
  );
  const { samples, bins, unopened } = reader.series(
    query,
    held.map(({ tile }) => tile),
  );
  const rows =
    bins?.map((bin) => [bin.start, bin.count, bin.sum]) ??
    Array.from(samples!.times, (time, i) => [time, samples!.values[i]]);
  const { ended, missing, unknown } = reader.state;
  return { ended: ended?.reason ?? null, missing, unknown, unopened, rows, verdict: reader.check(held).verdict };
}
