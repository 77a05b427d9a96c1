// A FIT file that was cut before it says its sport: its sensors tell what turned, so that the whole file later goes on in the same series.
import { expect, it } from 'vitest';
import { open } from '../src/import/index.ts';
import { collect, folder, recorded, source } from './import-sources.ts';

async function read(bytes: Uint8Array) {
  const one = source('cut.fit', bytes);
  return collect((await open(one, folder(one))).chunks(0));
}

/** Bytes behind each record message, by a walk over the container that knows nothing of its content. */
function recordEnds(bytes: Uint8Array): number[] {
  const RECORD = 20;
  const sizes = new Map<number, { bytes: number; message: number }>();
  const ends: number[] = [];
  for (let at = bytes[0]; at < bytes.length - 2; ) {
    const header = bytes[at];
    if (header < 0x80 && (header & 0x40) !== 0) {
      const fields = bytes[at + 5];
      let size = 0;
      for (let i = 0; i < fields; i++) size += bytes[at + 7 + 3 * i];
      const message = bytes[at + 2] === 0 ? bytes[at + 3] | (bytes[at + 4] << 8) : (bytes[at + 3] << 8) | bytes[at + 4];
      let next = at + 6 + 3 * fields;
      if ((header & 0x20) !== 0) {
        for (let i = 0; i < bytes[next]; i++) size += bytes[next + 2 + 3 * i];
        next += 1 + 3 * bytes[next];
      }
      sizes.set(header & 15, { bytes: size, message });
      at = next;
      continue;
    }
    const local = sizes.get(header >= 0x80 ? (header >> 5) & 3 : header & 15)!;
    at += 1 + local.bytes;
    if (local.message === RECORD) ends.push(at);
  }
  return ends;
}

it.each([
  ['sample-activity', 'cadence-cycling', 'a cadence sensor of a bicycle'],
  ['activity-small-fenix2-run', 'cadence-steps', 'contact with the ground'],
  ['developer-types-sample', 'cadence-steps', 'contact with the ground'],
  ['garmin-fenix-5-walk', 'cadence-steps', 'the sport'],
])('%s cut before its session has %s, told by %s', async (name, key) => {
  const bytes = recorded(`fit/${name}.fit`);
  const whole = (await read(bytes)).series.get(key)!;
  const ends = recordEnds(bytes);
  // All of them with HALE_CUTS=all: a minute.
  const step = process.env.HALE_CUTS === 'all' ? 1 : Math.max(1, Math.floor(ends.length / 150));
  for (const end of ends.filter((_, i) => i < 20 || i % step === 0 || i > ends.length - 20)) {
    const { series } = await read(bytes.subarray(0, end));
    expect([...series.keys()].filter((one) => one.startsWith('cadence') && one !== key)).toEqual([]);
    const { times, values } = series.get(key) ?? { times: [], values: [] };
    expect(times).toEqual(whole.times.slice(0, times.length));
    expect(values).toEqual(whole.values.slice(0, values.length));
  }
});
