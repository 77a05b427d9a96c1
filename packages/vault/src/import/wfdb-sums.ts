// Checksums and initial values of a WFDB header, held against what was read.
import type { ImportItem } from './types.ts';
import { type FrameBlock, type SignalGroup, samplesPerFrame } from './wfdb-data.ts';
import type { WfdbHeader } from './wfdb-header.ts';

/** What the sums of all segments of a recording came to. */
export interface SumFindings {
  signals: number;
  checked: number;
  wrong: number;
  firstWrong: number;
}

export function sumNotes({ signals, checked, wrong, firstWrong }: SumFindings): ImportItem[] {
  const notes: ImportItem[] = [];
  if (wrong > 0)
    notes.push({
      type: 'note',
      text: `The checksum of ${wrong} of ${signals} signals differs from the header: the recording may be damaged. All samples were kept.`,
    });
  else if (checked > 0) notes.push({ type: 'note', text: 'The checksums of the header agree with the data.' });
  if (firstWrong > 0)
    notes.push({ type: 'note', text: `The first sample of ${firstWrong} signals differs from the header.` });
  return notes;
}

/** Checksums and initial values against the header, over as many samples as the header speaks of. */
export class SignalSums {
  private readonly header: WfdbHeader;
  private readonly sums: Int32Array;
  private readonly counts: Float64Array;
  private readonly firsts: (number | null)[];

  constructor(header: WfdbHeader) {
    this.header = header;
    this.sums = new Int32Array(header.signals.length);
    this.counts = new Float64Array(header.signals.length);
    this.firsts = header.signals.map(() => null);
  }

  add(group: SignalGroup, block: FrameBlock): void {
    const perFrame = samplesPerFrame(group.signals);
    const frames = Math.min(block.frames, (this.header.frames ?? Number.POSITIVE_INFINITY) - block.firstFrame);
    let lane = 0;
    group.signals.forEach((signal, i) => {
      const index = group.indexes[i];
      const own = signal.samplesPerFrame;
      let sum = this.sums[index];
      for (let frame = 0; frame < frames; frame++)
        for (let k = 0; k < own; k++) sum = (sum + block.samples[frame * perFrame + lane + k]) | 0;
      this.sums[index] = sum;
      this.counts[index] += Math.max(0, frames);
      this.firsts[index] ??= block.samples[lane];
      lane += own;
    });
  }

  findings(): SumFindings {
    const { signals, frames } = this.header;
    const complete = signals.map((_, i) => frames !== null && this.counts[i] === frames);
    const told = signals.map((signal, i) => (complete[i] ? signal.checksum : null));
    return {
      signals: signals.length,
      checked: told.filter((checksum) => checksum !== null).length,
      wrong: told.filter((checksum, i) => checksum !== null && ((this.sums[i] ^ checksum) & 0xffff) !== 0).length,
      firstWrong: signals.filter(
        (signal, i) =>
          signal.initialValue !== null && this.firsts[i] !== null && this.firsts[i] !== this.startOf(signal, i),
      ).length,
    };
  }

  /** Format 8 holds differences, so that its first sample need not be the initial value: header(5). */
  private startOf(signal: WfdbHeader['signals'][number], index: number): number | null {
    return signal.format === 8 ? this.firsts[index] : signal.initialValue;
  }
}
