// The strongest reader there could be: she keeps every token and every clip that was ever written for her grant, gets every tile that
// ever left a home whatever the relays' lists say, and tries every key on every tile. What she opens must lie inside what was granted,
// and nothing sealed by a home that knew of the grant's end may open.
import { GrantReader, type Scope } from '@hale/consent';
import {
  base64Decode,
  binSeconds,
  decodeBatch,
  fromHex,
  HaleError,
  KINDS,
  LEVELS,
  type Level,
  type Tile,
  tileHash,
  toHex,
  type VerifiedEvent,
} from '@hale/kernel';
import { decodeBins, decodeSamples, grantSecret, logLeaves, openLogEntry, openTile } from '@hale/kernel/open';
import { Violation } from './violation.ts';

export interface GrantedStream {
  id: string;
  author: string;
  level: Level;
  /** Label in hex → level. Known to the owner only. */
  levels: ReadonlyMap<string, Level>;
}

/** A grant as the simulation knows it. */
export interface SimGrant {
  id: string;
  key: Uint8Array;
  author: string;
  scope: Scope;
  streams: GrantedStream[];
  person: string;
}

/** A tile that left a home, with what that home knew then. */
interface Sealed {
  tile: Tile;
  home: string;
  knewEnds: ReadonlySet<string>;
}

interface Watched {
  grant: SimGrant;
  reader: GrantReader;
  leaves: ReturnType<typeof logLeaves>;
  /** Tiles of its streams that she could not open so far. */
  closed: Sealed[];
  grown: boolean;
}

const rangeOf = ({ from, to, until }: Scope): { from: number; to: number } => ({
  from,
  to: Math.min(to ?? Number.MAX_SAFE_INTEGER, until ?? Number.MAX_SAFE_INTEGER),
});

export class Adversary {
  readonly #byAuthor = new Map<string, Sealed[]>();
  readonly #known = new Set<string>();
  readonly #salts = new Map<string, string>();
  readonly #grants = new Map<string, Watched>();
  readonly #byGrantAuthor = new Map<string, Watched>();
  opened = 0;

  /** A home committed this event to its outbox: from now on anybody may have it. */
  published(home: string, event: VerifiedEvent, knewEnds: ReadonlySet<string>): void {
    if (event.kind !== KINDS.tileBatch) return;
    const author = fromHex(event.pubkey, 32);
    for (const tile of decodeBatch(author, base64Decode(event.content)).tiles) {
      const hash = toHex(tileHash(author, tile));
      if (this.#known.has(hash)) continue;
      this.#known.add(hash);
      this.#checkSalt(tile, hash);
      this.#keep(event.pubkey, { tile, home, knewEnds });
    }
  }

  #checkSalt(tile: Tile, hash: string): void {
    const name = `${toHex(tile.author)}/${toHex(tile.label)}/${toHex(tile.salt)}`;
    if (this.#salts.has(name))
      throw new Violation('salt-once', `two tiles of slot ${tile.slot} and before carry one salt`);
    this.#salts.set(name, hash);
  }

  #keep(author: string, sealed: Sealed): void {
    const all = this.#byAuthor.get(author) ?? [];
    all.push(sealed);
    this.#byAuthor.set(author, all);
    const log = this.#byGrantAuthor.get(author);
    if (log) this.#readEntry(log, sealed);
    for (const watched of this.#grants.values())
      if (watched.grant.streams.some((stream) => stream.author === author)) watched.closed.push(sealed);
  }

  watch(grant: SimGrant): void {
    if (this.#grants.has(grant.id)) return;
    const reader = new GrantReader({ grantKey: grant.key, grantAuthor: grant.author });
    const watched: Watched = { grant, reader, leaves: logLeaves(grantSecret(grant.key)), closed: [], grown: true };
    this.#grants.set(grant.id, watched);
    this.#byGrantAuthor.set(grant.author, watched);
    for (const sealed of this.#byAuthor.get(grant.author) ?? []) this.#readEntry(watched, sealed);
    for (const { author } of grant.streams) watched.closed.push(...(this.#byAuthor.get(author) ?? []));
  }

  #readEntry(watched: Watched, { tile, knewEnds, home }: Sealed): void {
    const entry = openLogEntry(watched.leaves, tile) as {
      type: string;
      stream: number;
      level: Level;
      payload: Uint8Array;
    };
    watched.reader.receive(tile);
    watched.grown = true;
    if (knewEnds.has(watched.grant.id) && entry.type !== 'end')
      throw new Violation('nothing-after-end', `${home} wrote a ${entry.type} entry for a grant that it had ended`);
    if (entry.type !== 'clip') return;
    const stream = watched.grant.streams[entry.stream];
    this.#checkContent(watched.grant, stream, entry.level, entry.payload, 'a clip');
  }

  /** Tries everything that is new, and all that stayed closed for whoever got new tokens. */
  check(): void {
    for (const watched of this.#grants.values()) {
      watched.closed = watched.closed.filter((sealed) => !this.#tryOne(watched, sealed));
      watched.grown = false;
    }
  }

  #tryOne({ grant, reader }: Watched, { tile, knewEnds, home }: Sealed): boolean {
    const author = toHex(tile.author);
    const number = grant.streams.findIndex((stream) => stream.author === author);
    const stream = grant.streams[number];
    const level = stream.levels.get(toHex(tile.label)) as Level;
    for (const key of LEVELS) {
      // Keys of this epoch on every level, and keys of other epochs on the tile's own.
      const epochs = key === level ? [tile.epoch, tile.epoch - 1, tile.epoch + 1] : [tile.epoch];
      for (const epoch of epochs) {
        const leaf = epoch < 0 ? null : reader.leafSource(number, key, epoch).leaf(tile.slot);
        const payload = leaf && opensWith(leaf, tile);
        if (!payload) continue;
        this.opened++;
        if (knewEnds.has(grant.id))
          throw new Violation(
            'nothing-after-end',
            `a ${level} tile of slot ${tile.slot}, sealed by ${home} after it had ended the grant, opens`,
          );
        this.#checkContent(grant, stream, level, payload, 'a tile');
        return true;
      }
    }
    return false;
  }

  #checkContent(grant: SimGrant, stream: GrantedStream, level: Level, payload: Uint8Array, what: string): void {
    const { from, to } = rangeOf(grant.scope);
    const outside = (why: string) => new Violation('inside-the-grant', `${what} of level ${level} ${why}`);
    if (LEVELS.indexOf(level) < LEVELS.indexOf(stream.level))
      throw outside(`is finer than the granted ${stream.level}`);
    if (level === 'raw') {
      const { times } = decodeSamples(payload);
      if (times.length > 0 && (times[0] < from || times[times.length - 1] >= to))
        throw outside('holds a sample outside');
      return;
    }
    const length = binSeconds(level) * 1e6;
    for (const { start } of decodeBins(payload).bins)
      if (start < from || start + length > to) throw outside('holds a bin that reaches outside');
  }
}

function opensWith(leaf: Uint8Array, tile: Tile): Uint8Array | null {
  try {
    return openTile(leaf, tile);
  } catch (error) {
    if (error instanceof HaleError) return null;
    throw error;
  }
}
