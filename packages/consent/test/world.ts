// A small owner for tests: real streams with real seals, everything in memory. No vault: what the consent room plans is applied here as its
// documents say, and in that order.
import {
  fromHex,
  type Grid,
  gridFor,
  type Level,
  schnorrPublic,
  sha256,
  slotOf,
  slotStart,
  type Tile,
  toHex,
  utf8Encode,
} from '@hale/kernel';
import { openLogEntry, type Samples } from '@hale/kernel/open';
import {
  type Bin,
  encodeBins,
  encodeSamples,
  grantAuthor,
  grantSecret,
  LeafWalker,
  levelLabel,
  levelRoot,
  mergeBins,
  sealLogEntry,
  sealTile,
  streamAuthor,
  streamSecret,
  summarizeSamples,
} from '@hale/kernel/seal';
import {
  type ClipEntry,
  type GrantEntry,
  type GrantPlan,
  GrantReader,
  makeClip,
  type OwnerGrant,
  parseEntry,
  planGrant,
  type ReaderInput,
  type RevocationPlan,
  type Scope,
  type StreamView,
  withEntries,
} from '../src/index.ts';

export const DAY = 86_400_000_000;
export const HOUR = 3_600_000_000;
/** 2026-06-01T00:00Z */
export const JUNE = 1_780_272_000_000_000;
const CATALOGUE = new Uint8Array(32).fill(9);

/** 32 bytes named by a text: fixtures that read well and never repeat. */
export const bytesOf = (name: string): Uint8Array => sha256(utf8Encode(name));

export const scopeOf = (change: Partial<Scope> = {}): Scope => ({
  streams: [{ streamKey: 'heart-rate', level: 'raw' }],
  from: JUNE,
  to: JUNE + DAY,
  until: null,
  purpose: { code: 'TREAT', text: '' },
  recipient: { kind: 'person', npub: 'ab'.repeat(32) },
  ...change,
});

export function viewOf(streamKey: string, n: number, periodSeconds: number, dayOffsetMinutes = 0): StreamView {
  const subject = bytesOf('subject');
  return {
    streamKey,
    author: toHex(schnorrPublic(streamAuthor(subject, n))),
    secret: streamSecret(subject, n),
    grid: gridFor(periodSeconds, dayOffsetMinutes),
    epoch: 0,
    epochs: [],
    kind: streamKey,
    title: `Title of ${streamKey}`,
    ucum: '/min',
    factor: 1,
    origin: 0,
    loinc: '8867-4',
    nominalPeriodMicros: periodSeconds * 1_000_000,
    edges: [60, 100],
  };
}

let salts = 0;

/** Seals one tile in the given epoch. The salt counts up unless given: never the same twice. */
export function seal(
  view: StreamView,
  level: Level,
  place: { slot: number; epoch?: number; generation?: number; revision?: number; part?: number; salt?: Uint8Array },
  payload: Uint8Array,
): Tile {
  const { slot, epoch = view.epoch, generation = 0, revision = 0, part = 0 } = place;
  const salt = place.salt ?? bytesOf(`salt ${salts++}`).slice(0, 16);
  const leaf = new LeafWalker(levelRoot(view.secret, level, epoch)).leaf(slot);
  const fields = {
    author: fromHex(view.author),
    label: levelLabel(view.secret, level),
    slot,
    epoch,
    generation,
    revision,
    part,
    salt,
  };
  return sealTile(leaf, fields, payload);
}

/** All bins of a level over these samples, built bottom-up as the vault does. */
export function binsOf(view: StreamView, level: Level, samples: Samples): readonly Bin[] {
  const { grid } = view;
  const levels = grid.levels.filter((candidate) => candidate !== 'raw');
  let bins: readonly Bin[] = summarizeSamples(levels[0] as '1m', grid, samples, view);
  for (const next of levels.slice(1, levels.indexOf(level as '1m') + 1)) bins = mergeBins(next as '1h', grid, bins);
  return bins;
}

export const clipTo = ({ times, values }: Samples, from: number, to: number): Samples => {
  const keep = [...times.keys()].filter((i) => times[i] >= from && times[i] < to);
  return { times: Float64Array.from(keep, (i) => times[i]), values: Int32Array.from(keep, (i) => values[i]) };
};

/** What the owner has in one slot of one level. */
export function slotData(view: StreamView, level: Level, slot: number, samples: Samples) {
  const inSlot = clipTo(samples, slotStart(view.grid, level, slot), slotStart(view.grid, level, slot + 1));
  return level === 'raw' ? { samples: inSlot } : { bins: binsOf(view, level, inSlot) };
}

/** Every tile of every level over these samples. `salted` makes the salts a function of the place, so that two worlds differ in data only. */
export function sealAll(view: StreamView, samples: Samples, salted?: string): Tile[] {
  return view.grid.levels.flatMap((level) => {
    const slots = [...new Set(Array.from(samples.times, (time) => slotOf(view.grid, level, time)))];
    return slots.map((slot) => {
      const data = slotData(view, level, slot, samples);
      const payload = data.samples
        ? encodeSamples(data.samples)
        : encodeBins({ inputsHash: new Uint8Array(32), bins: data.bins! });
      return seal(
        view,
        level,
        { slot, ...(salted !== undefined && { salt: bytesOf(`${salted}${level}${slot}`).slice(0, 16) }) },
        payload,
      );
    });
  });
}

/** A grant with its own log, as owner and relay see it. */
export class TestGrant {
  readonly views: StreamView[];
  readonly plan: GrantPlan;
  grant: OwnerGrant;
  /** Sealed entries in order: what a relay stores. */
  readonly log: Tile[] = [];

  constructor(grantId: string, scope: Scope, views: StreamView[], now: number) {
    this.views = views;
    const grantKey = bytesOf(`grant key ${grantId}`);
    const author = toHex(schnorrPublic(grantAuthor(CATALOGUE, grantId)));
    const names = { subject: 'A. Patient', owner: 'A. Patient' };
    this.plan = planGrant({ grantId, grantKey, grantAuthor: author, scope, streams: views, names, now });
    this.grant = this.plan.grant;
    this.#seal(this.plan.entries);
  }

  append(entries: readonly GrantEntry[]): void {
    this.grant = withEntries(this.grant, entries);
    this.#seal(entries);
  }

  /** Cuts and appends all clips that the plan asks for. */
  clip(samplesOf: Record<string, Samples>, revision = 0): void {
    for (const need of this.plan.clips) {
      const view = this.views.find((candidate) => candidate.streamKey === need.streamKey)!;
      this.append(makeClip(need, revision, slotData(view, need.level, need.slot, samplesOf[need.streamKey]) as never));
    }
  }

  /** The clips in the log, opened with the grant key alone. */
  clips(): ClipEntry[] {
    const secret = grantSecret(this.grant.grantKey);
    return this.log.flatMap((tile) => {
      const entry = parseEntry(openLogEntry(secret, tile));
      return entry?.type === 'clip' ? [entry] : [];
    });
  }

  /** A reader who has fetched the first `upTo` entries of the log. */
  reader(input: Partial<ReaderInput> & { upTo?: number } = {}): GrantReader {
    const { upTo, ...rest } = input;
    const reader = new GrantReader({ grantKey: this.grant.grantKey, grantAuthor: this.grant.grantAuthor, ...rest });
    for (const tile of this.log.slice(0, upTo)) reader.receive(tile);
    return reader;
  }

  #seal(entries: readonly GrantEntry[]): void {
    const stream = { author: fromHex(this.grant.grantAuthor), secret: grantSecret(this.grant.grantKey) };
    for (const entry of entries) {
      parseEntry(entry);
      this.log.push(sealLogEntry(stream, this.log.length, 0, entry));
    }
  }
}

/** Applies a revocation to the streams and to the logs of the grants that remain. Returns the streams in their new epochs. */
export function applyRevocation(
  plan: RevocationPlan,
  views: readonly StreamView[],
  grants: readonly TestGrant[],
): StreamView[] {
  const epochs = new Map<string, number>();
  for (const step of plan.steps) {
    if (step.step === 'advance-epoch') {
      for (const { grantId, entries } of step.tokens)
        grants.find((other) => other.grant.grantId === grantId)!.append(entries);
      epochs.set(step.streamKey, step.epoch);
    } else if (step.step === 'end') grants.find((other) => other.grant.grantId === step.grantId)?.append([step.entry]);
  }
  return views.map((view) => {
    const epoch = epochs.get(view.streamKey) ?? view.epoch;
    return { ...view, epoch, epochs: [...new Set([...view.epochs, view.epoch, epoch])] };
  });
}

/** One sample every period from `from` on, with values that name their place. */
export function steady(
  from: number,
  count: number,
  periodSeconds: number,
  valueAt: (i: number) => number = (i) => 60 + (i % 40),
): Samples {
  return {
    times: Float64Array.from({ length: count }, (_, i) => from + i * periodSeconds * 1_000_000),
    values: Int32Array.from({ length: count }, (_, i) => valueAt(i)),
  };
}

export const gridSlots = (grid: Grid, level: Level, samples: Samples): number[] => [
  ...new Set(Array.from(samples.times, (time) => slotOf(grid, level, time))),
];
