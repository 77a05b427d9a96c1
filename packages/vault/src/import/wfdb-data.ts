// The data files of a WFDB record: signals interleaved sample by sample, in the storage formats of signal(5) of the WFDB Applications Guide.

import { IMPORT_LIMITS } from './limits.ts';
import { readFully } from './source.ts';
import type { ByteSource } from './types.ts';
import type { WfdbFormat, WfdbSignal } from './wfdb-header.ts';

/** Signals that share one file. */
export interface SignalGroup {
  source: ByteSource;
  signals: WfdbSignal[];
  /** Index of each signal in the header. */
  indexes: number[];
  /** Frames that the file really holds. */
  framesHeld: number;
}

interface Storage {
  /** Samples that are packed together, and the bytes that they take. */
  samples: 1 | 2 | 3;
  bytes: 1 | 2 | 3 | 4;
  /** The code that says "no valid sample"; none in format 8, where a sample is a difference. */
  invalid: number | null;
  decode(bytes: Uint8Array, out: Int32Array): void;
}

/** One sample of `width` bytes after another; `at` gives the sample that begins at a byte. */
function plain(width: 1 | 2 | 3 | 4, invalid: number | null, at: (bytes: Uint8Array, i: number) => number): Storage {
  const decode = (bytes: Uint8Array, out: Int32Array): void => {
    for (let i = 0; i < out.length; i++) out[i] = at(bytes, width * i);
  };
  return { samples: 1, bytes: width, invalid, decode };
}

const signed = (value: number, bits: number): number => (value << (32 - bits)) >> (32 - bits);

function decode212(bytes: Uint8Array, out: Int32Array): void {
  let at = 0;
  for (let i = 0; i + 1 < out.length; i += 2, at += 3) {
    const middle = bytes[at + 1];
    out[i] = ((bytes[at] | (middle << 8)) << 20) >> 20;
    out[i + 1] = ((bytes[at + 2] | ((middle & 0xf0) << 4)) << 20) >> 20;
  }
  if (out.length % 2 === 1) out[out.length - 1] = ((bytes[at] | (bytes[at + 1] << 8)) << 20) >> 20;
}

/** Three samples of 10 bits in two words: one in each, and the third in the five high bits of both. */
function decode310(bytes: Uint8Array, out: Int32Array): void {
  for (let i = 0, at = 0; i < out.length; i += 3, at += 4) {
    const first = bytes[at] | (bytes[at + 1] << 8);
    const second = bytes[at + 2] | (bytes[at + 3] << 8);
    out[i] = signed(first >> 1, 10);
    if (i + 1 < out.length) out[i + 1] = signed(second >> 1, 10);
    if (i + 2 < out.length) out[i + 2] = signed((first >> 11) | ((second >> 11) << 5), 10);
  }
}

/** Three samples of 10 bits one after the other in 32. Of a last group of two, three bytes may be there. */
function decode311(bytes: Uint8Array, out: Int32Array): void {
  for (let i = 0, at = 0; i < out.length; i += 3, at += 4) {
    const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    out[i] = signed(word, 10);
    if (i + 1 < out.length) out[i + 1] = signed(word >> 10, 10);
    if (i + 2 < out.length) out[i + 2] = signed(word >> 20, 10);
  }
}

const word = (bytes: Uint8Array, i: number): number => bytes[i] | (bytes[i + 1] << 8);

const STORAGE: Readonly<Record<WfdbFormat, Storage>> = {
  8: plain(1, null, (bytes, i) => (bytes[i] << 24) >> 24),
  16: plain(2, -32768, (bytes, i) => signed(word(bytes, i), 16)),
  24: plain(3, -8388608, (bytes, i) => signed(word(bytes, i) | (bytes[i + 2] << 16), 24)),
  32: plain(4, -2147483648, (bytes, i) => word(bytes, i) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)),
  61: plain(2, -32768, (bytes, i) => signed((bytes[i] << 8) | bytes[i + 1], 16)),
  80: plain(1, -128, (bytes, i) => bytes[i] - 128),
  160: plain(2, -32768, (bytes, i) => word(bytes, i) - 32768),
  212: { samples: 2, bytes: 3, invalid: -2048, decode: decode212 },
  310: { samples: 3, bytes: 4, invalid: -512, decode: decode310 },
  311: { samples: 3, bytes: 4, invalid: -512, decode: decode311 },
};

/** The code that says "no valid sample". */
export const invalidSample = (format: WfdbFormat): number | null => STORAGE[format].invalid;

export function samplesPerFrame(signals: readonly WfdbSignal[]): number {
  return signals.reduce((sum, signal) => sum + signal.samplesPerFrame, 0);
}

/** The smallest run of frames that never splits samples that are packed together, and its bytes. */
export function frameUnit(signals: readonly WfdbSignal[]): { frames: number; bytes: number } {
  const { samples, bytes } = STORAGE[signals[0].format];
  return { frames: samples, bytes: samplesPerFrame(signals) * bytes };
}

/** Whole samples in that many bytes. The last group may be shorter than the others. */
export function samplesIn(bytes: number, format: WfdbFormat): number {
  const unit = STORAGE[format];
  const rest = bytes % unit.bytes;
  const more = format === 311 && rest === 3 ? 2 : unit.samples > 1 && rest >= 2 ? 1 : 0;
  return Math.floor(bytes / unit.bytes) * unit.samples + more;
}

/** Frames that a file holds. What fills up the last group of packed samples is no sample. */
export function framesHeld(bytes: number, signals: readonly WfdbSignal[], told: number | null): number {
  const { format } = signals[0];
  const perFrame = samplesPerFrame(signals);
  const frames = Math.floor(samplesIn(bytes, format) / perFrame);
  if (told === null || frames <= told) return frames;
  const unit = STORAGE[format].samples;
  const filled = Math.ceil((told * perFrame) / unit) * unit;
  return samplesIn(bytes, format) <= filled ? told : frames;
}

/** A run of frames: samples interleaved as in the file. */
export interface FrameBlock {
  firstFrame: number;
  frames: number;
  samples: Int32Array;
}

/** Turns the differences of format 8 into samples, from block to block. */
class Differences {
  readonly #signals: readonly WfdbSignal[];
  readonly #last: number[];

  constructor(signals: readonly WfdbSignal[]) {
    this.#signals = signals;
    this.#last = signals.map((signal) => signal.initialValue ?? 0);
  }

  sum(samples: Int32Array): void {
    for (let at = 0; at < samples.length; )
      for (let signal = 0; signal < this.#signals.length; signal++) {
        let last = this.#last[signal];
        const end = Math.min(samples.length, at + this.#signals[signal].samplesPerFrame);
        for (; at < end; at++) {
          last = (last + samples[at]) | 0;
          samples[at] = last;
        }
        this.#last[signal] = last;
      }
  }
}

/** Reads a group's frames from its first on, in blocks that split no packed samples; ends early where the file does. */
export async function* readFrames(group: SignalGroup): AsyncGenerator<FrameBlock, void, void> {
  const { signals, source } = group;
  const { format, offset } = signals[0];
  const perFrame = samplesPerFrame(signals);
  const unit = frameUnit(signals);
  const blockFrames = unit.frames * Math.max(1, Math.floor(IMPORT_LIMITS.readBytes / unit.bytes));
  const differences = format === 8 ? new Differences(signals) : null;
  for (let frame = 0; frame < group.framesHeld; frame += blockFrames) {
    const wanted = Math.min(blockFrames, group.framesHeld - frame);
    const length = Math.ceil(wanted / unit.frames) * unit.bytes;
    const bytes = await readFully(source, offset + (frame / unit.frames) * unit.bytes, length);
    const frames = Math.min(wanted, Math.floor(samplesIn(bytes.length, format) / perFrame));
    if (frames === 0) return;
    const samples = new Int32Array(frames * perFrame);
    STORAGE[format].decode(bytes, samples);
    differences?.sum(samples);
    yield { firstFrame: frame, frames, samples };
    if (frames < wanted) return;
  }
}
