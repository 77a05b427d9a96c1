// How fast is a FIT file read? Real files, opened and read to samples over and over, beside fit-file-parser (npm, MIT), which decodes to objects.
import { readFileSync } from 'node:fs';
import { type ByteSource, open } from '@hale/vault/import';
import FitParser from 'fit-file-parser';
import type { Bench, Finding } from './report.ts';
import { median, times } from './report.ts';
import { recording } from './signals.ts';

const FILES = [
  ['run of 47 min', 'activity-small-fenix2-run.fit'],
  ['ride of 3 h', 'sample-activity.fit'],
  ['run with developer fields', 'developer-types-sample.fit'],
  ["swim, five files in one, a strap's beats", 'event_timestamp.fit'],
] as const;
const ROUNDS = 7;
const ROUND_BYTES = 6_000_000;
const PEER_ROUND_BYTES = 1_000_000;
const LONG_BYTES = 100_000_000;
const MEGABYTES_TO_REACH = 50;

/** Bytes that stand for a file; `repeat`: the same file chained to itself, as FIT allows, without holding it. */
function sourceOf(bytes: Uint8Array, repeat = 1): ByteSource {
  const sizeBytes = bytes.length * repeat;
  return {
    name: 'bench.fit',
    sizeBytes,
    async read(offset, length) {
      const end = Math.min(offset + length, sizeBytes);
      const part = new Uint8Array(Math.max(0, end - offset));
      for (let at = offset; at < end; ) {
        const from = at % bytes.length;
        const piece = bytes.subarray(from, Math.min(bytes.length, from + end - at));
        part.set(piece, at - offset);
        at += piece.length;
      }
      return part;
    },
  };
}

async function readAll(source: ByteSource, watch = () => {}): Promise<number> {
  const opened = await open(source, { list: () => [source], find: () => null });
  let samples = 0;
  for await (const item of opened.chunks(0)) {
    if (item.type !== 'samples') continue;
    samples += item.times.length;
    watch();
  }
  return samples;
}

async function peerRead(bytes: Uint8Array): Promise<void> {
  const own = bytes.slice().buffer;
  await new Promise<void>((done, failed) =>
    new FitParser({ force: true, mode: 'list' }).parse(own, (error) =>
      error ? failed(new Error(String(error))) : done(),
    ),
  );
}

interface Rates {
  processor: number;
  clock: number;
}

/** Megabytes a second of processor time, and by the clock. */
async function rateOf(bytes: number, work: () => Promise<unknown>): Promise<Rates> {
  const from = performance.now();
  const before = process.cpuUsage();
  await work();
  const used = process.cpuUsage(before);
  return { processor: bytes / (used.user + used.system), clock: bytes / (performance.now() - from) / 1000 };
}

async function rounds(bytes: number, roundBytes: number, work: () => Promise<unknown>): Promise<Rates> {
  const count = Math.max(1, Math.round(roundBytes / bytes));
  const found: Rates[] = [];
  for (let round = 0; round < ROUNDS; round++)
    found.push(
      await rateOf(bytes * count, async () => {
        for (let i = 0; i < count; i++) await work();
      }),
    );
  return { processor: median(found.map((one) => one.processor)), clock: median(found.map((one) => one.clock)) };
}

const written = ({ processor, clock }: Rates) => `${processor.toFixed(1)} MB/s (${clock.toFixed(1)} by the clock)`;

async function longFile(): Promise<Finding> {
  const bytes = new Uint8Array(readFileSync(recording('fit/activity-small-fenix2-run.fit')));
  const source = sourceOf(bytes, Math.ceil(LONG_BYTES / bytes.length));
  let highest = 0;
  let samples = 0;
  const rates = await rateOf(source.sizeBytes, async () => {
    samples = await readAll(source, () => {
      highest = Math.max(highest, process.memoryUsage.rss());
    });
  });
  return {
    what: `one file of ${(source.sizeBytes / 1e6).toFixed(0)} MB, ${(samples / 1e6).toFixed(1)} M samples`,
    hale: `${written(rates)}, process at most ${(highest / 1e6).toFixed(0)} MB`,
    peer: '',
    ratio: '',
    target: `≥ ${MEGABYTES_TO_REACH} MB/s`,
    isMet: rates.processor >= MEGABYTES_TO_REACH,
  };
}

export const fit: Bench = {
  name: 'fit',
  run: async () => {
    const findings: Finding[] = [];
    for (const [what, name] of FILES) {
      const bytes = new Uint8Array(readFileSync(recording(`fit/${name}`)));
      const source = sourceOf(bytes);
      await rounds(bytes.length, PEER_ROUND_BYTES, () => readAll(source));
      const hale = await rounds(bytes.length, ROUND_BYTES, () => readAll(source));
      await peerRead(bytes);
      const peer = await rounds(bytes.length, PEER_ROUND_BYTES, () => peerRead(bytes));
      findings.push({
        what: `${what} (${(bytes.length / 1000).toFixed(0)} kB)`,
        hale: written(hale),
        peer: written(peer),
        ratio: times(hale.processor / peer.processor),
        target: `≥ ${MEGABYTES_TO_REACH} MB/s`,
        isMet: hale.processor >= MEGABYTES_TO_REACH,
      });
    }
    findings.push(await longFile());
    return {
      title: 'FIT files read to samples',
      findings,
      notes: [
        'Hale: opened (what it is, whose, which clock), read to samples, checksums checked; nothing is stored. Median of seven rounds.',
        'The figure that counts is by processor time, all threads with the garbage collector: other work on the machine slows the clock and not this.',
        'Peer: fit-file-parser 6.1.2 in list mode, which makes an object of each message; it reads only the first of chained files.',
      ],
    };
  },
};
