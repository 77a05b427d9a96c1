// Real signals for the benchmarks: MIT-BIH 100, six hours of a wristband, one person's glucose sensor.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Samples } from '@hale/kernel';

const found = [fileURLToPath(new URL('../test/data/telemetry', import.meta.url)), '/work/shared/data/telemetry'].find(
  (path) => existsSync(`${path}/ecg-wfdb/100.dat`),
);

/** A file among the recordings. */
export function recording(path: string): string {
  if (!found) throw new Error('real signals are needed: test/data/telemetry');
  return `${found}/${path}`;
}

/** MIT-BIH 100, lead MLII: 360 Hz, 11 bits, 200 units per mV; WFDB format 212 (two 12-bit numbers in three bytes). */
export function ecgUnits(): Int32Array {
  const data = readFileSync(recording('ecg-wfdb/100.dat'));
  return Int32Array.from(
    { length: Math.floor(data.length / 3) },
    (_, i) => ((((data[3 * i + 1] & 15) << 8) | data[3 * i]) << 20) >> 20,
  );
}

/** Data rows of a CSV file without quotes. */
export function csvRows(path: string): string[][] {
  const lines = readFileSync(recording(path), 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => line.split(','));
}

/** Rows of [UTC time, whole number] to samples, ascending, the later one of two equal times kept. */
export function toSamples(rows: [time: string, value: string][]): Samples {
  const known = new Map(
    rows.filter(([, value]) => value !== '').map(([time, value]) => [Date.parse(`${time}Z`) * 1000, Number(value)]),
  );
  const sorted = [...known].sort(([a], [b]) => a - b);
  return {
    times: Float64Array.from(sorted, ([time]) => time),
    values: Int32Array.from(sorted, ([, value]) => value),
  };
}

/** Heart rate of the wristband, 1 Hz, beats per minute. */
export function heartRate(): Samples {
  return toSamples(csvRows('biovotion/biovotion_6h_1hz.csv').map((row) => [row[2], row[4]]));
}

/** Interstitial glucose of one person, every 5 minutes, mg/dl. */
export function glucose(): Samples {
  const rows = csvRows('glucose/hall2018_3subjects_5min.csv');
  const [first] = rows;
  return toSamples(rows.filter((row) => row[0] === first[0]).map((row) => [row[1], row[2]]));
}
