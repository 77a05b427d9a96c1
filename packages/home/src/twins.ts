// The same readings from two sources, live and imported: what an imported stream holds already is not stored again when a device delivers
// it. Where no imported stream of the kind lies at these times, which is where live readings lie, nothing is opened and nothing compared.
import { slotOf, slotStart } from '@hale/kernel';
import {
  inOrder,
  isOneSensor,
  type OpenStream,
  type OriginEntry,
  type Overlap,
  overlapWith,
  rawSamples,
  type Samples,
  type Scale,
  withoutHeld,
} from '@hale/vault';
import type { Home } from './home.ts';
import { HOME_LIMITS } from './limits.ts';
import type { KnownDevice } from './live.ts';
import { liveSource, type Source } from './sources.ts';

/** What a stream and some samples, ascending by time, have in common; null where they cannot be compared. */
export function overlapOf(home: Home, stream: OpenStream, scale: Scale, samples: Samples): Overlap | null {
  const { times } = samples;
  const nothing = () => ({ held: new Uint8Array(times.length), same: 0, exact: 0, distinct: 0, different: 0 });
  if (times.length === 0) return null;
  // Far apart: nothing in common, and nothing to open.
  if (!liesNear(home, stream, times[0], times[times.length - 1])) {
    const { firstMicros } = home.vault.store.sampleCount(stream.number);
    return firstMicros === null ? null : nothing();
  }
  return overlapWith(home.vault.rooms, stream, scale, samples);
}

function liesNear(home: Home, stream: OpenStream, from: number, to: number): boolean {
  const { firstMicros, lastMicros } = home.vault.store.sampleCount(stream.number);
  return firstMicros !== null && lastMicros !== null && to >= firstMicros - 1e6 && from <= lastMicros + 1e6;
}

/** Readings of one delivery that an imported stream holds. */
export interface Held {
  stream: OpenStream;
  times: Float64Array;
}

export interface Sifted {
  /** What is left to be stored. */
  samples: Samples;
  held: Held[];
  /** Repetitions within the delivery that were left out on the way. */
  repeated: number;
}

/** Leaves out what imported streams of the kind hold already, where these come from one sensor as far as the readings tell. */
export function siftLive(home: Home, device: KnownDevice, live: OpenStream, given: Samples): Sifted {
  const rivals = importedBeside(home, live);
  const [from, to] = rivals.length === 0 ? [0, 0] : boundsOf(given.times);
  const near = rivals.filter(({ stream, range }) =>
    range ? to >= range[0] - 1e6 && from <= range[1] + 1e6 : liesNear(home, stream, from, to),
  );
  if (near.length === 0) return { samples: given, held: [], repeated: 0 };
  const source = liveSource(device, live.entry.source);
  const { samples, repeated } = inOrder(given);
  const sifted: Sifted = { samples, held: [], repeated };
  for (const { stream } of near) {
    const { times } = sifted.samples;
    const overlap = overlapOf(home, stream, live.entry, sifted.samples);
    if (!overlap || overlap.same === 0 || !isTwin(home, live, stream, source, sifted.samples, overlap)) continue;
    sifted.held.push({ stream, times: times.filter((_, i) => overlap.held[i] === 1) });
    sifted.samples = withoutHeld(sifted.samples, overlap.held);
  }
  return sifted;
}

/**
 * A delivery may be a single reading, which tells little: what the device's own stream holds thereabouts, and what was found to be the same
 * before, tell with it.
 */
function isTwin(
  home: Home,
  live: OpenStream,
  rival: OpenStream,
  source: Source,
  samples: Samples,
  overlap: Overlap,
): boolean {
  // Against itself a stream says nothing of two sensors.
  if (rival === live) return isOneSensor(overlap) === true;
  const [from, to] = [samples.times[0], samples.times[samples.times.length - 1]];
  const start = slotStart(live.grid, 'raw', slotOf(live.grid, 'raw', from) - 1);
  const around = rawSamples(home.vault.rooms, live, start, to + 1);
  const own = overlapOf(home, rival, live.entry, around);
  const before = Math.min(heldBefore(home, rival, source)?.elsewhere ?? 0, HOME_LIMITS.twinsRememberedMax);
  return (
    isOneSensor({
      ...overlap,
      same: overlap.same + (own?.same ?? 0) + before,
      different: overlap.different + (own?.different ?? 0),
    }) === true
  );
}

function boundsOf(times: Float64Array): [number, number] {
  let [from, to] = [Infinity, -Infinity];
  for (const time of times) {
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  return [from, to];
}

interface Rival {
  stream: OpenStream;
  /** Only between these times, micros: what files brought into the live stream itself. Null: wherever the stream has readings. */
  range: [number, number] | null;
}

/** Of each live stream what is imported beside it. Asked at each delivery, and changed by imports alone. */
const rivals = new WeakMap<Home, { streams: number; byStream: Map<OpenStream, Rival[]> }>();

function importedBeside(home: Home, live: OpenStream): readonly Rival[] {
  const { size } = home.vault.state.streams;
  let known = rivals.get(home);
  if (known?.streams !== size) {
    known = { streams: size, byStream: new Map() };
    rivals.set(home, known);
  }
  const found = known.byStream.get(live);
  const isHere = ({ stream }: Rival) => home.vault.streamByNumber(stream.number) === stream;
  if (found?.every(isHere)) return found;
  const fresh = [...otherStreams(home, live), ...ownImports(home, live)];
  known.byStream.set(live, fresh);
  return fresh;
}

const otherStreams = (home: Home, live: OpenStream): Rival[] =>
  home.vault
    .streams(live.entry.subject)
    .filter(({ entry }) => entry.device === null && entry.kind === live.entry.kind)
    .map((stream) => ({ stream, range: null }));

/** A file's readings may have gone into the stream of a device, at whole seconds where the device tells fractions. */
const ownImports = (home: Home, live: OpenStream): Rival[] =>
  [...home.vault.state.origins.values()]
    .filter((origin) => origin.samples > 0 && origin.subject === live.entry.subject && origin.n === live.entry.n)
    .map(({ firstMicros, lastMicros }) => ({ stream: live, range: [firstMicros, lastMicros] }));

/** Said by every import: it may have brought readings beside those of devices. */
export function importedAnew(home: Home): void {
  rivals.delete(home);
}

// Who brought what a second time stands in the catalogue, which only grows: gathered here, and written now and then.

type Counted = Pick<OriginEntry, 'elsewhere' | 'firstMicros' | 'lastMicros'>;
interface Gathered {
  stream: OpenStream;
  source: Source;
  counted: Counted;
}

const gathered = new WeakMap<Home, Map<string, Gathered>>();

function heldBefore(home: Home, stream: OpenStream, source: Source): Counted | undefined {
  const name = `${stream.id}/${source.name}`;
  return gathered.get(home)?.get(name)?.counted ?? home.vault.state.origins.get(name);
}

/** Notes what was left out, once it is certain. What comes again lies within the times that were counted, and does not count again. */
export function noteHeld(home: Home, device: KnownDevice, live: OpenStream, held: readonly Held[]): void {
  for (const { stream, times } of held) {
    if (stream === live) continue;
    const source = liveSource(device, live.entry.source);
    const before = heldBefore(home, stream, source);
    const [first, last] = before ? [before.firstMicros, before.lastMicros] : [Infinity, -Infinity];
    const [from, to] = boundsOf(times);
    const counted = {
      elsewhere: (before?.elsewhere ?? 0) + times.filter((time) => time < first || time > last).length,
      firstMicros: Math.min(first, from),
      lastMicros: Math.max(last, to),
    };
    const all = gathered.get(home) ?? new Map<string, Gathered>();
    gathered.set(home, all.set(`${stream.id}/${source.name}`, { stream, source, counted }));
  }
}

/** Writes what was gathered into the catalogue. @throws HaleError 'full' | 'retired' */
export function recordHeld(home: Home): void {
  const all = [...(gathered.get(home)?.values() ?? [])];
  if (all.length === 0) return;
  const at = home.nowMicros();
  const entries = all
    .filter(({ stream }) => home.vault.streamByNumber(stream.number) === stream)
    .flatMap(({ stream: { entry, id }, source: { name, assurance }, counted }): OriginEntry[] => {
      const known = home.vault.state.origins.get(`${id}/${name}`);
      if (known && known.elsewhere >= counted.elsewhere) return [];
      const { subject, n } = entry;
      return [{ type: 'origin', subject, n, source: name, assurance, samples: known?.samples ?? 0, ...counted, at }];
    });
  if (entries.length > 0) home.vault.record(entries);
  gathered.delete(home);
}
