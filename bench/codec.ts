// How small and how fast are samples in a tile? `node bench/codec.ts`. Real signals, cut into the slots of their kind; times
// included; every result is compared with what went in. "int16" is two bytes a sample with no times at all.
import { type Grid, gridFor, type Samples, slotOf } from '@hale/kernel';
import { decodeSamples } from '@hale/kernel/open';
import { encodeBins, encodeSamples, summarizeSamples } from '@hale/kernel/seal';
import { decodeGorilla, encodeGorilla } from './gorilla.ts';
import { csvRows, ecgUnits, glucose, heartRate, toSamples } from './signals.ts';

interface Signal {
  name: string;
  grid: Grid;
  periodMicros: number;
  samples: Samples;
}

/** MIT-BIH 100, lead MLII, 360 Hz. */
function ecg(): Signal {
  const values = ecgUnits();
  const times = Float64Array.from(values, (_, i) => Math.round((i * 1e6) / 360));
  return { name: 'ECG 360 Hz, 10 s', grid: gridFor(1 / 360, 0), periodMicros: 1e6 / 360, samples: { times, values } };
}

function signal(name: string, periodMicros: number, samples: Samples): Signal {
  return { name, grid: gridFor(periodMicros / 1e6, 0), periodMicros, samples };
}

function skinTemperature(): Samples {
  return toSamples(
    csvRows('biovotion/biovotion_6h_1hz.csv').map((row): [string, string] => [
      row[2],
      row[17] && String(Math.round(Number(row[17]) * 100)),
    ]),
  );
}

function slotsOf({ grid, samples }: Signal): Samples[] {
  const slots: Samples[] = [];
  for (let from = 0; from < samples.times.length; ) {
    const slot = slotOf(grid, 'raw', samples.times[from]);
    let to = from + 1;
    while (to < samples.times.length && slotOf(grid, 'raw', samples.times[to]) === slot) to++;
    slots.push({ times: samples.times.slice(from, to), values: samples.values.slice(from, to) });
    from = to;
  }
  return slots;
}

/** Samples per second of CPU, in millions: the best of runs that fill `seconds`, as other work shares this machine. */
function speed(samples: number, run: () => void, seconds = 0.6): number {
  let best = Infinity;
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const from = performance.now();
    // enough work for the clock
    let times = 0;
    while (performance.now() - from < 8) {
      run();
      times++;
    }
    best = Math.min(best, (performance.now() - from) / times);
  }
  return samples / best / 1000;
}

function check(original: Samples, found: Samples): void {
  const isSame = original.values.every((value, i) => value === found.values[i] && original.times[i] === found.times[i]);
  if (!isSame || found.values.length !== original.values.length) throw new Error('codec lost a sample');
}

export interface CodecRow {
  signal: string;
  codec: string;
  bytesPerSample: number;
  encodeMillionsPerSecond: number;
  decodeMillionsPerSecond: number;
}

function rowsOf(each: Signal): CodecRow[] {
  const slots = slotsOf(each);
  const count = each.samples.values.length;
  const row = (
    codec: string,
    encode: (slot: Samples) => Uint8Array,
    decode: (bytes: Uint8Array, count: number) => Samples,
  ): CodecRow => {
    const encoded = slots.map(encode);
    slots.forEach((slot, i) => {
      check(slot, decode(encoded[i], slot.values.length));
    });
    return {
      signal: each.name,
      codec,
      bytesPerSample: encoded.reduce((sum, bytes) => sum + bytes.length, 0) / count,
      encodeMillionsPerSecond: speed(count, () => slots.forEach(encode)),
      decodeMillionsPerSecond: speed(count, () =>
        encoded.forEach((bytes, i) => void decode(bytes, slots[i].values.length)),
      ),
    };
  };
  return [
    row('hale', encodeSamples, decodeSamples),
    row('gorilla', ({ times, values }) => encodeGorilla(times, values), decodeGorilla),
    {
      signal: each.name,
      codec: 'int16',
      bytesPerSample: 2,
      encodeMillionsPerSecond: Number.NaN,
      decodeMillionsPerSecond: Number.NaN,
    },
  ];
}

function summaryRow(each: Signal): CodecRow {
  const { samples, grid, periodMicros } = each;
  const level = grid.levels[1] as '1m' | '1h';
  const options = { edges: [-500, 0, 70, 180, 250], nominalPeriodMicros: periodMicros };
  const run = () => summarizeSamples(level, grid, samples, options);
  const bytes = encodeBins({ inputsHash: new Uint8Array(32), bins: run() }).length;
  const perSample = bytes / samples.values.length;
  return {
    signal: each.name,
    codec: `summary ${level}`,
    bytesPerSample: perSample,
    encodeMillionsPerSecond: speed(samples.values.length, run),
    decodeMillionsPerSecond: Number.NaN,
  };
}

/** One row per signal and codec, and one per signal for its finest summary. */
export function benchCodec(): CodecRow[] {
  const signals = [
    ecg(),
    signal('heart rate 1 Hz, 15 min', 1e6, heartRate()),
    signal('skin temperature 1 Hz, 15 min', 1e6, skinTemperature()),
    signal('glucose 5 min, 1 day', 3e8, glucose()),
  ];
  return signals.flatMap((each) => [...rowsOf(each), summaryRow(each)]);
}

if (import.meta.main) {
  const number = (value: number, digits: number) => (Number.isNaN(value) ? '–' : value.toFixed(digits)).padStart(12);
  console.log(`${'signal'.padEnd(30)}${'codec'.padEnd(12)}    B/sample    encode M/s  decode M/s`);
  for (const row of benchCodec()) {
    const figures =
      number(row.bytesPerSample, 3) + number(row.encodeMillionsPerSecond, 1) + number(row.decodeMillionsPerSecond, 1);
    console.log(row.signal.padEnd(30) + row.codec.padEnd(12) + figures);
  }
}
