// What a relay can make of the tiles it holds: features of one author, a plain classifier, and who was published together with whom.
import { base64Decode, decodeBatch, fromHex, type VerifiedEvent } from '@hale/kernel';

export interface Features {
  /** Seconds of a slot at the finest level, told by slot numbers beside day tags. */
  slotSeconds: number;
  labels: number;
  medianBytes: number;
  smallBytes: number;
  largeBytes: number;
  distinctSizes: number;
  tilesPerDay: number;
  daysApart: number;
  runLength: number;
  revisions: number;
  eventGapSeconds: number;
  hourSpread: number;
}

export const FEATURE_GROUPS: Record<string, (keyof Features)[]> = {
  everything: [
    'slotSeconds',
    'labels',
    'medianBytes',
    'smallBytes',
    'largeBytes',
    'distinctSizes',
    'tilesPerDay',
    'daysApart',
    'runLength',
    'revisions',
    'eventGapSeconds',
    'hourSpread',
  ],
  'slots and number of labels': ['slotSeconds', 'labels'],
  'sizes of tiles': ['medianBytes', 'smallBytes', 'largeBytes', 'distinctSizes'],
  'rhythm of slots': ['tilesPerDay', 'daysApart', 'runLength', 'hourSpread'],
  'times of publication': ['eventGapSeconds', 'revisions'],
};

interface SeenTile {
  label: string;
  slot: number;
  day: number;
  bytes: number;
  revision: number;
}

const log = (value: number) => Math.log2(1 + value);
const quantile = (sorted: number[], q: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;

function tilesSeen(events: readonly VerifiedEvent[]): SeenTile[] {
  return events.flatMap((event) => {
    const tag = (name: string) => event.tags.find(([key]) => key === name)?.[1] ?? '';
    return decodeBatch(fromHex(event.pubkey, 32), base64Decode(event.content)).tiles.map((tile) => ({
      label: tag('l'),
      day: Number(tag('u')),
      slot: tile.slot,
      bytes: tile.ciphertext.length,
      revision: tile.revision + tile.part,
    }));
  });
}

/** Slot numbers count from 1900 like days do: their quotient is the length of a slot. */
const slotSecondsOf = (tiles: SeenTile[]) =>
  (86_400 * tiles[tiles.length - 1].day) / Math.max(1, tiles[tiles.length - 1].slot);

export function featuresOf(events: readonly VerifiedEvent[]): Features {
  const byLabel = Map.groupBy(tilesSeen(events), ({ label }) => label);
  const finest = [...byLabel.values()]
    .map((tiles) => tiles.sort((a, b) => a.slot - b.slot))
    .sort((a, b) => slotSecondsOf(a) - slotSecondsOf(b) || b.length - a.length)[0];
  const sizes = finest.map(({ bytes }) => bytes).sort((a, b) => a - b);
  const days = new Set(finest.map(({ day }) => day));
  const slots = [...new Set(finest.map(({ slot }) => slot))];
  const runs = slots.filter((slot, i) => i === 0 || slot !== slots[i - 1] + 1).length;
  const published = [...new Set(events.map(({ created_at }) => created_at))].sort((a, b) => a - b);
  const gaps = published
    .slice(1)
    .map((time, i) => time - published[i])
    .sort((a, b) => a - b);
  const seconds = slotSecondsOf(finest);
  const hours = new Set(slots.map((slot) => Math.floor(((slot * seconds) % 86_400) / 3600)));
  return {
    slotSeconds: log(seconds),
    labels: byLabel.size,
    medianBytes: log(quantile(sizes, 0.5)),
    smallBytes: log(quantile(sizes, 0.1)),
    largeBytes: log(quantile(sizes, 0.9)),
    distinctSizes: log(new Set(sizes).size / sizes.length),
    tilesPerDay: log(slots.length / days.size),
    daysApart: log((Math.max(...days) - Math.min(...days)) / days.size),
    runLength: log(slots.length / runs),
    revisions: log(finest.reduce((sum, { revision }) => sum + revision, 0) / finest.length),
    eventGapSeconds: log(quantile(gaps, 0.5)),
    hourSpread: hours.size,
  };
}

export interface Labelled {
  kind: string;
  features: Features;
}

/** Nearest class average, each feature measured in its own spread inside the classes. */
export class NearestCentroid {
  readonly #centres = new Map<string, number[]>();
  readonly #spread: number[];
  readonly #names: (keyof Features)[];

  constructor(training: readonly Labelled[], names: (keyof Features)[]) {
    this.#names = names;
    const byKind = Map.groupBy(training, ({ kind }) => kind);
    for (const [kind, members] of byKind)
      this.#centres.set(
        kind,
        names.map((name) => members.reduce((sum, { features }) => sum + features[name], 0) / members.length),
      );
    this.#spread = names.map((name, i) => {
      const squares = training.reduce(
        (sum, { kind, features }) => sum + (features[name] - (this.#centres.get(kind)?.[i] ?? 0)) ** 2,
        0,
      );
      return Math.max(0.05, Math.sqrt(squares / training.length));
    });
  }

  guess(features: Features): string {
    let best = '';
    let least = Number.POSITIVE_INFINITY;
    for (const [kind, centre] of this.#centres) {
      const distance = this.#names.reduce(
        (sum, name, i) => sum + ((features[name] - centre[i]) / this.#spread[i]) ** 2,
        0,
      );
      if (distance < least) [best, least] = [kind, distance];
    }
    return best;
  }
}

/** What of an event might be equal for the streams of one home. */
export const MARKS: Record<string, (event: VerifiedEvent) => number> = {
  'the second of their dates': ({ created_at }) => created_at,
  'the day of their dates': ({ created_at }) => Math.floor(created_at / 86_400),
  'the days that they tell of': ({ tags }) => Number(tags.find(([name]) => name === 'u')?.[1] ?? 0),
};

/** Share of authors whose nearest other by equal marks belongs to the same home; of equally near ones each counts its share. */
export function linkedBy(
  homes: readonly { authors: ReadonlyMap<string, string>; events: readonly VerifiedEvent[] }[],
  markOf: (event: VerifiedEvent) => number,
): { linked: number; chance: number } {
  const times = new Map<string, Set<number>>();
  const homeOf = new Map<string, number>();
  homes.forEach(({ authors, events }, i) => {
    for (const author of authors.keys()) homeOf.set(author, i);
    for (const event of events) times.set(event.pubkey, (times.get(event.pubkey) ?? new Set()).add(markOf(event)));
  });
  let right = 0;
  for (const [author, own] of times) {
    const scores = [...times]
      .filter(([other]) => other !== author)
      .map(([other, theirs]) => ({
        other,
        score: [...own].filter((time) => theirs.has(time)).length / new Set([...own, ...theirs]).size,
      }));
    const most = scores.reduce((best, { score }) => Math.max(best, score), 0);
    const nearest = scores.filter(({ score }) => score === most);
    right += nearest.filter(({ other }) => homeOf.get(other) === homeOf.get(author)).length / nearest.length;
  }
  const authors = [...homeOf.values()];
  const chance =
    authors.reduce(
      (sum, home) => sum + (authors.filter((other) => other === home).length - 1) / (authors.length - 1),
      0,
    ) / authors.length;
  return { linked: right / times.size, chance };
}
