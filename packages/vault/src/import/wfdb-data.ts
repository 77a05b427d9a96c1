// The data files of a WFDB record: signals interleaved sample by sample, in format 212 (two in three bytes) or 16.

import { IMPORT_LIMITS } from './limits.ts';
import { readFully } from './source.ts';
import type { ByteSource } from './types.ts';
import type { WfdbSignal } from './wfdb-header.ts';

/** Signals that share one file. */
export interface SignalGroup {
  source: ByteSource;
  signals: WfdbSignal[];
  /** Index of each signal in the header. */
  indexes: number[];
  /** Frames that the file really holds. */
  framesHeld: number;
}

/** Codes that say "no valid sample": signal(5). */
export const INVALID_SAMPLE = { 16: -32768, 212: -2048 } as const;

export function samplesPerFrame(signals: readonly WfdbSignal[]): number {
  return signals.reduce((sum, signal) => sum + signal.samplesPerFrame, 0);
}

/** Bytes of two frames: the smallest run that never splits a pair of format 212. */
export function bytesPerTwoFrames(signals: readonly WfdbSignal[]): number {
  return samplesPerFrame(signals) * (signals[0].format === 212 ? 3 : 4);
}

/** Whole samples in that many bytes; of an odd count the last one takes two bytes. */
export function samplesIn(bytes: number, format: 16 | 212): number {
  if (format === 16) return Math.floor(bytes / 2);
  return Math.floor(bytes / 3) * 2 + (bytes % 3 === 2 ? 1 : 0);
}

function decode212(bytes: Uint8Array, out: Int16Array): void {
  let at = 0;
  for (let i = 0; i + 1 < out.length; i += 2, at += 3) {
    const middle = bytes[at + 1];
    out[i] = ((bytes[at] | (middle << 8)) << 20) >> 20;
    out[i + 1] = ((bytes[at + 2] | ((middle & 0xf0) << 4)) << 20) >> 20;
  }
  if (out.length % 2 === 1) out[out.length - 1] = ((bytes[at] | (bytes[at + 1] << 8)) << 20) >> 20;
}

function decode16(bytes: Uint8Array, out: Int16Array): void {
  for (let i = 0; i < out.length; i++) out[i] = bytes[2 * i] | (bytes[2 * i + 1] << 8);
}

/** A run of frames: samples interleaved as in the file. */
export interface FrameBlock {
  firstFrame: number;
  frames: number;
  samples: Int16Array;
}

/** Reads a group's frames from its first on, in blocks of an even number of frames; ends early where the file does. */
export async function* readFrames(group: SignalGroup): AsyncGenerator<FrameBlock, void, void> {
  const { signals, source, framesHeld } = group;
  const { format, offset } = signals[0];
  const perFrame = samplesPerFrame(signals);
  const pairBytes = bytesPerTwoFrames(signals);
  const blockFrames = 2 * Math.max(1, Math.floor(IMPORT_LIMITS.readBytes / pairBytes));
  for (let frame = 0; frame < framesHeld; frame += blockFrames) {
    const wanted = Math.min(blockFrames, framesHeld - frame);
    const length = Math.ceil(wanted / 2) * pairBytes;
    const bytes = await readFully(source, offset + (frame / 2) * pairBytes, length);
    const frames = Math.min(wanted, Math.floor(samplesIn(bytes.length, format) / perFrame));
    if (frames === 0) return;
    const samples = new Int16Array(frames * perFrame);
    if (format === 212) decode212(bytes, samples);
    else decode16(bytes, samples);
    yield { firstFrame: frame, frames, samples };
    if (frames < wanted) return;
  }
}
