// A reader of the simulated network: the real GrantReader, driven as packages/home/src/received.ts drives it.
import type { HeadReport, GrantReader as Reader, ReaderMemory, Series } from '@hale/consent';
import { GrantReader } from '@hale/consent';
import {
  base64Decode,
  decodeBatch,
  type Filter,
  fromHex,
  HaleError,
  KINDS,
  type Level,
  type Tile,
  toHex,
  type VerifiedEvent,
} from '@hale/kernel';
import type { QueryResult } from '@hale/relay/client';
import type { MachineClock } from './clock.ts';
import { SimLink } from './link.ts';
import type { Prng } from './prng.ts';
import type { SimRelay } from './relay.ts';

/** What one visit to some relays gave. */
export interface Visit {
  reader: Reader;
  tiles: { tile: Tile; publishedAt: number }[];
  /** Relays that answered everything. */
  answered: SimRelay[];
  refused: SimRelay[];
  /** Batches served, by relay and author. */
  served: Map<string, number>;
  report: HeadReport;
  damaged: number;
}

export interface ReaderOptions {
  grantKey: Uint8Array;
  grantAuthor: string;
  clock: MachineClock;
  prng: Prng;
  headNotChecked: boolean;
  /** Lets the network run until nothing moves any more. */
  pump: () => void;
}

export class SimReader {
  readonly #options: ReaderOptions;
  memory: ReaderMemory | undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Looks at these relays afresh, with nothing but the memory of earlier visits. */
  visit(relays: readonly SimRelay[]): Visit {
    const { grantKey, grantAuthor, headNotChecked } = this.#options;
    const reader = new GrantReader({
      grantKey,
      grantAuthor,
      ...(this.memory ? { memory: this.memory } : {}),
      faults: { headNotChecked },
    });
    const visit: Visit = {
      reader,
      tiles: [],
      answered: [],
      refused: [],
      served: new Map(),
      report: reader.check([]),
      damaged: 0,
    };
    const held = new Map<string, { tile: Tile; publishedAt: number }>();
    for (const relay of relays) this.#visitOne(visit, relay, held);
    visit.tiles = [...held.values()];
    visit.report = reader.check(visit.tiles);
    this.memory = reader.memory;
    return visit;
  }

  #visitOne(visit: Visit, relay: SimRelay, held: Map<string, { tile: Tile; publishedAt: number }>): void {
    const { reader } = visit;
    const { grantAuthor, clock, prng, pump } = this.#options;
    const secret = reader.readerSecret(grantAuthor);
    const link = new SimLink({ relay, admission: secret, clock, prng });
    if (!link.connect()) {
      visit.refused.push(relay);
      return;
    }
    link.session.addKey(secret);
    const ask = (author: string, label?: string): boolean => {
      const filter: Filter = { kinds: [KINDS.tileBatch], authors: [author], ...(label ? { '#l': [label] } : {}) };
      const result = askThrough(link, filter, pump);
      if (result?.outcome !== 'complete') return false;
      const key = `${relay.url} ${author}`;
      visit.served.set(key, (visit.served.get(key) ?? 0) + result.events.length);
      for (const event of result.events) take(visit, event, grantAuthor, held);
      return true;
    };
    let complete = ask(grantAuthor);
    for (const described of reader.state.streams.values()) link.session.addKey(reader.readerSecret(described.author));
    for (const described of reader.state.streams.values())
      for (const label of Object.values(described.labels)) complete = ask(described.author, toHex(label)) && complete;
    if (complete) visit.answered.push(relay);
    link.drop();
  }
}

export function askThrough(link: SimLink, filter: Filter, pump: () => void): QueryResult | null {
  let answer: QueryResult | null = null;
  link.session.query([filter], (result) => {
    answer = result;
  });
  for (let round = 0; round < 12 && answer === null && link.isOpen; round++) {
    link.carryUp();
    link.relay.turn();
    link.carryDown();
  }
  if (answer === null) pump();
  return answer;
}

function take(
  visit: Visit,
  event: VerifiedEvent,
  grantAuthor: string,
  held: Map<string, { tile: Tile; publishedAt: number }>,
): void {
  let tiles: readonly Tile[];
  try {
    tiles = decodeBatch(fromHex(event.pubkey, 32), base64Decode(event.content)).tiles;
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
    visit.damaged++;
    return;
  }
  const publishedAt = visit.reader.publishedAt(event);
  for (const tile of tiles) {
    if (event.pubkey === grantAuthor) visit.reader.receive(tile);
    else {
      const name = toHex(tile.commitment);
      if (!held.has(name)) held.set(name, { tile, publishedAt });
    }
  }
}

/** Everything of one stream and level within the grant. */
export function readAll(visit: Visit, stream: number, level: Level, from: number, to: number): Series {
  return visit.reader.series(
    { stream, level, from, to },
    visit.tiles.map(({ tile }) => tile),
  );
}
