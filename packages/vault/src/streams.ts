// An open stream: the catalogue's description of it with its keys derived and its walkers warm.
import { type Grid, type LeafSource, type Level, schnorrPublic } from '@hale/kernel';
import {
  dateKeyOf,
  LeafWalker,
  levelLabel,
  levelRoot,
  type SummaryOptions,
  streamAuthor,
  streamSecret,
} from '@hale/kernel/seal';
import { type CatalogueState, epochOf, gridOf, type StreamEntry, streamId } from './catalogue.ts';

/** Levels in the order of their numbers in the store. */
export const LEVELS: Level[] = ['raw', '1m', '15m', '1h', '1d'];
export const levelNumber = (level: Level): number => LEVELS.indexOf(level);

const WALKERS_MAX = 64;

export class OpenStream {
  readonly entry: StreamEntry;
  readonly grid: Grid;
  readonly id: string;
  /** The vault's own number for it. */
  readonly number: number;
  readonly authorSecret: Uint8Array;
  readonly author: Uint8Array;
  readonly secret: Uint8Array;
  readonly dateKey: Uint8Array;
  epoch: number;
  readonly #labels = new Map<Level, Uint8Array>();
  readonly #walkers = new Map<string, LeafSource>();

  constructor(entry: StreamEntry, subjectSecret: Uint8Array, epoch: number, numberOf: (author: Uint8Array) => number) {
    this.entry = entry;
    this.grid = gridOf(entry);
    this.id = streamId(entry);
    this.authorSecret = streamAuthor(subjectSecret, entry.n);
    this.author = schnorrPublic(this.authorSecret);
    this.secret = streamSecret(subjectSecret, entry.n);
    this.dateKey = dateKeyOf(this.secret);
    this.number = numberOf(this.author);
    this.epoch = epoch;
  }

  label(level: Level): Uint8Array {
    let label = this.#labels.get(level);
    if (!label) {
      label = levelLabel(this.secret, level);
      this.#labels.set(level, label);
    }
    return label;
  }

  /** Leaves of one level in one epoch; neighbouring slots cost two hashes. */
  leaves(level: Level, epoch: number): LeafSource {
    const name = `${level}/${epoch}`;
    let walker = this.#walkers.get(name);
    if (!walker) {
      if (this.#walkers.size >= WALKERS_MAX) this.#walkers.clear();
      walker = new LeafWalker(levelRoot(this.secret, level, epoch));
      this.#walkers.set(name, walker);
    }
    return walker;
  }

  get nominalPeriodMicros(): number {
    return this.entry.nominalPeriodMicros;
  }

  /** The level below one that summarises. */
  levelBelow(level: Level): Level {
    return this.grid.levels[this.grid.levels.indexOf(level) - 1];
  }

  levelAbove(level: Level): Level | null {
    return this.grid.levels[this.grid.levels.indexOf(level) + 1] ?? null;
  }
}

export type SummaryLevel = Exclude<Level, 'raw'>;

/** The level that is made from samples; null for signals too slow to summarise. */
export function finestSummary(stream: OpenStream): SummaryLevel | null {
  return stream.levelAbove('raw') as SummaryLevel | null;
}

export function summaryOptions(stream: OpenStream): SummaryOptions {
  return { edges: stream.entry.edges, nominalPeriodMicros: stream.nominalPeriodMicros };
}

/** Opens every stream of the catalogue that is not removed. */
export function openStreams(
  catalogue: CatalogueState,
  numberOf: (author: Uint8Array) => number,
): Map<string, OpenStream> {
  const open = new Map<string, OpenStream>();
  for (const [id, entry] of catalogue.streams) {
    const subject = catalogue.subjects.get(entry.subject);
    if (!subject || entry.removed) continue;
    open.set(id, new OpenStream(entry, subject.secret, epochOf(catalogue, id), numberOf));
  }
  return open;
}
