// How many bytes does a sample take on disk, everything counted? Beside it: two bytes a sample with neither time nor seal, and Gorilla
// blocks of the same slots, unsealed.
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Grid, gridFor, type Samples, slotOf } from '@hale/kernel';
import { encodeGorilla } from './gorilla.ts';
import { fillStream, newStream, openHome } from './home.ts';
import { remove } from './node.ts';
import type { Bench, Finding } from './report.ts';
import { ecgUnits, glucose, heartRate } from './signals.ts';

interface Signal {
  name: string;
  key: string;
  ucum: string;
  factor: number;
  nominalPeriodSeconds: number;
  edges: number[];
  samples: Samples;
  bytesMax: number | null;
}

const HERTZ = 360;
const ECG_START_MICROS = Date.UTC(2024, 0, 1, 8) * 1000;

/** Lead MLII of MIT-BIH 100, over and over until `seconds` are full. */
function ecg(seconds: number): Samples {
  const units = ecgUnits();
  const count = seconds * HERTZ;
  return {
    times: Float64Array.from({ length: count }, (_, i) => ECG_START_MICROS + Math.round((i * 1e6) / HERTZ)),
    values: Int32Array.from({ length: count }, (_, i) => units[i % units.length] - 1024),
  };
}

/** The same samples again and again, each round whole seconds after the last. */
function repeat({ times, values }: Samples, rounds: number): Samples {
  const round = Math.ceil((times[times.length - 1] - times[0]) / 1e6 + 1) * 1e6;
  const count = times.length * rounds;
  return {
    times: Float64Array.from(
      { length: count },
      (_, i) => times[i % times.length] + Math.floor(i / times.length) * round,
    ),
    values: Int32Array.from({ length: count }, (_, i) => values[i % times.length]),
  };
}

function signals(): Signal[] {
  const lead = { key: 'ecg', ucum: 'mV', factor: 0.005, nominalPeriodSeconds: 1 / HERTZ, edges: [] };
  const pulse = {
    ...{ key: 'heart-rate', ucum: '/min', factor: 1, nominalPeriodSeconds: 1, bytesMax: null },
    edges: [40, 50, 60, 100, 120, 140],
  };
  const sugar = {
    ...{ key: 'glucose', ucum: 'mg/dL', factor: 1, nominalPeriodSeconds: 300, bytesMax: null },
    edges: [54, 70, 180, 250],
  };
  const recordSeconds = Math.floor(ecgUnits().length / HERTZ);
  return [
    { ...lead, name: 'ECG 100, lead MLII, 30 min', samples: ecg(recordSeconds), bytesMax: 0.65 },
    { ...lead, name: 'the same lead for 12 h', samples: ecg(12 * 3600), bytesMax: 0.65 },
    { ...pulse, name: 'heart rate 1 Hz, 6 h', samples: heartRate() },
    { ...pulse, name: 'the same over 30 days', samples: repeat(heartRate(), 120) },
    { ...sugar, name: 'glucose every 5 min, 10 days', samples: glucose() },
    { ...sugar, name: 'the same over a year', samples: repeat(glucose(), 36) },
  ];
}

function directoryBytes(dir: string): number {
  return readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
}

/** Bytes of a home's directory after everything was signed and the write-ahead log is folded in. */
async function homeBytes(signal: Signal | null): Promise<number> {
  const home = await openHome();
  if (signal) {
    const { samples } = signal;
    const stream = home.vault.addStream(newStream(home, signal));
    fillStream(home, stream, samples);
    home.settle();
  }
  await home.close();
  const bytes = directoryBytes(home.dir);
  remove(dirname(home.dir));
  return bytes;
}

function gorillaBytes(grid: Grid, { times, values }: Samples): number {
  let bytes = 0;
  for (let from = 0; from < times.length; ) {
    const slot = slotOf(grid, 'raw', times[from]);
    let to = from + 1;
    while (to < times.length && slotOf(grid, 'raw', times[to]) === slot) to++;
    bytes += encodeGorilla(times.subarray(from, to), values.subarray(from, to)).length;
    from = to;
  }
  return bytes;
}

export const disk: Bench = {
  name: 'disk',
  run: async () => {
    const empty = await homeBytes(null);
    const findings: Finding[] = [];
    for (const signal of signals()) {
      const count = signal.samples.times.length;
      const whole = await homeBytes(signal);
      const each = (whole - empty) / count;
      const gorilla = gorillaBytes(gridFor(signal.nominalPeriodSeconds, 0), signal.samples) / count;
      findings.push({
        what: `${signal.name} (${count} samples)`,
        hale: `${each.toFixed(3)} B (${(whole / count).toFixed(3)} B with the empty home)`,
        peer: `${gorilla.toFixed(3)} B Gorilla, 2.000 B int16`,
        ratio: `${(each / gorilla).toFixed(2)} × Gorilla`,
        target: signal.bytesMax === null ? '' : `≤ ${signal.bytesMax} B`,
        isMet: signal.bytesMax === null ? null : each <= signal.bytesMax,
      });
    }
    return {
      title: 'Bytes a sample on disk',
      findings,
      notes: [
        `What the home directory grew by, after checkpoint, as file sizes: padding, tile headers, signatures, index, summaries of all levels, heads, the queue for relays, free pages. An empty home has ${empty} bytes (36 pages of tables and indexes, keys).`,
        'int16 holds no times and no seal; Gorilla holds times, in blocks of the same slots, neither sealed nor indexed.',
      ],
    };
  },
};
