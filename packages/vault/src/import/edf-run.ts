// One pass over the records of an EDF file, in blocks: samples of every signal, annotations as events.
import { utf8Encode } from '@hale/kernel';
import type { EdfRecording } from './edf.ts';
import { type Annotation, CodeLane, describeEvents, meaningOf, NoteLane, parseAnnotations } from './edf-annotations.ts';
import type { EdfSignal } from './edf-header.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { TIME_MAX_MICROS, TIME_MIN_MICROS } from './lines.ts';
import { readFully } from './source.ts';
import type { ImportItem, RejectionReason } from './types.ts';

type Chunk = Extract<ImportItem, { type: 'samples' }>;

/** Records of one block whose times are known. */
interface Block {
  bytes: Uint8Array;
  first: number;
  /** Micros UTC of each record; NaN where an interrupted recording does not say it. */
  starts: Float64Array;
}

interface Refused {
  reason: RejectionReason;
  first: number;
  last: number;
  count: number;
}

export class EdfRun {
  readonly #recording: EdfRecording;
  readonly #codes = new Map<string, { lane: CodeLane; record: number }>();
  readonly #told: Set<string>;
  readonly #refused = new Map<RejectionReason, Refused>();
  readonly #notes = new NoteLane();

  constructor(recording: EdfRecording, kindsTold: readonly string[]) {
    this.#recording = recording;
    this.#told = new Set([...kindsTold, ...recording.lanes.map(({ key }) => key)]);
  }

  async *run(from: number): AsyncGenerator<ImportItem, void, void> {
    const { source, header, records, tailBytes } = this.#recording;
    const { headerBytes, recordBytes } = header;
    const partial = tailBytes > 0 && header.form !== 'interrupted' ? 1 : 0;
    const total = records + partial;
    const perBlock = Math.max(1, Math.floor(IMPORT_LIMITS.readBytes / recordBytes));
    let position = Math.max(from, headerBytes);
    let first = Math.min(total, Math.floor((position - headerBytes) / recordBytes));
    for (; first < total; first += perBlock) {
      const count = Math.min(perBlock, total - first);
      const at = headerBytes + first * recordBytes;
      const bytes = await readFully(source, at, Math.min(count * recordBytes, source.sizeBytes - at));
      const isLast = first + count >= total;
      const block = this.#placed({ bytes, first, starts: new Float64Array(count) });
      if (isLast) for (const { lane } of this.#codes.values()) lane.finish();
      const chunks = this.#chunks(block);
      yield* this.#news(position, chunks);
      const end = isLast ? source.sizeBytes : this.#safePosition(first + count);
      for (let i = 0; i < chunks.length; i++)
        yield { ...chunks[i], position: i === chunks.length - 1 ? end : position };
      position = end;
    }
  }

  /** An event whose end is not told yet is read again by whoever resumes. */
  #safePosition(nextRecord: number): number {
    const { headerBytes, recordBytes } = this.#recording.header;
    let record = nextRecord;
    for (const { lane, record: begun } of this.#codes.values()) if (lane.waiting) record = Math.min(record, begun);
    return headerBytes + record * recordBytes;
  }

  /** Finds the time of each record and takes its annotations. */
  #placed(block: Block): Block {
    const { header, annotations, lanes, startMicros, firstOnsetMicros } = this.#recording;
    const samples = lanes.reduce((sum, { signal }) => sum + signal.samplesPerRecord, 0);
    for (let i = 0; i < block.starts.length; i++) {
      const record = block.first + i;
      let onset = header.form === 'interrupted' ? Number.NaN : firstOnsetMicros + record * header.recordMicros;
      annotations.forEach((signal, which) => {
        const at = i * header.recordBytes + signal.offset;
        const part = block.bytes.subarray(at, at + signal.samplesPerRecord * header.sampleBytes);
        const { annotations: found, broken } = parseAnnotations(part);
        if (broken > 0) this.#refuse('annotation not understood', record, broken);
        // The first list of the first annotation signal keeps the time (EDF+ 2.2.4).
        if (which === 0 && header.form === 'interrupted' && found.length > 0) onset = found[0].onsetMicros;
        for (const annotation of found) this.#take(annotation, record);
      });
      const start = startMicros + onset;
      const isTime = start >= TIME_MIN_MICROS && start < TIME_MAX_MICROS;
      if (!isTime && samples > 0) this.#refuse('time not understood', record, samples);
      block.starts[i] = isTime ? start : Number.NaN;
    }
    return block;
  }

  #take({ onsetMicros, durationMicros, texts }: Annotation, record: number): void {
    const micros = this.#recording.startMicros + Math.round(onsetMicros);
    if (!(micros >= TIME_MIN_MICROS && micros + (durationMicros ?? 0) < TIME_MAX_MICROS)) {
      this.#refuse('time not understood', record, 1);
      return;
    }
    for (const text of texts) {
      const meaning = meaningOf(text);
      if (!meaning) {
        if (utf8Encode(text).length > IMPORT_LIMITS.noteBytesMax) this.#refuse('text too long', record, 1);
        else this.#notes.note(micros, text, durationMicros);
        continue;
      }
      let entry = this.#codes.get(meaning.kind);
      if (!entry) {
        entry = { lane: new CodeLane(), record };
        this.#codes.set(meaning.kind, entry);
      }
      entry.lane.begin(micros, meaning.code, durationMicros);
      entry.record = record;
    }
  }

  #refuse(reason: RejectionReason, record: number, count: number): void {
    const known = this.#refused.get(reason);
    if (known) {
      known.last = record;
      known.count += count;
    } else this.#refused.set(reason, { reason, first: record, last: record, count });
  }

  /** Series met for the first time, and what of this block was not taken. */
  *#news(position: number, chunks: readonly { series: string }[]): Generator<ImportItem, void, void> {
    for (const { series } of chunks) {
      if (this.#told.has(series)) continue;
      this.#told.add(series);
      yield { type: 'series', series: describeEvents(series) };
    }
    for (const { reason, first, last, count } of this.#refused.values()) {
      const place = first === last ? `record ${first + 1}` : `records ${first + 1} to ${last + 1}`;
      yield { type: 'rejection', place, reason, count, position };
    }
    this.#refused.clear();
  }

  #chunks(block: Block): Omit<Chunk, 'position'>[] {
    const chunks: Omit<Chunk, 'position'>[] = this.#recording.lanes.map(({ signal, key }) => ({
      type: 'samples' as const,
      series: key,
      ...this.#samples(block, signal),
    }));
    for (const [kind, { lane }] of this.#codes)
      if (!lane.isEmpty) chunks.push({ type: 'samples', series: kind, ...lane.take() });
    for (const [kind, taken] of this.#notes.take()) chunks.push({ type: 'samples', series: kind, ...taken });
    return chunks;
  }

  #samples(block: Block, signal: EdfSignal): { times: Float64Array; values: Int32Array } {
    const { header } = this.#recording;
    const { samplesPerRecord: own, offset, sign } = signal;
    // Never more than the bytes that are there: a record that was cut off holds less than the header claims.
    const room = Math.min(block.starts.length * own, Math.floor(block.bytes.length / header.sampleBytes));
    const times = new Float64Array(room);
    const values = new Int32Array(times.length);
    let count = 0;
    for (let i = 0; i < block.starts.length; i++) {
      const start = block.starts[i];
      if (Number.isNaN(start)) continue;
      let at = i * header.recordBytes + offset;
      for (let k = 0; k < own && at + header.sampleBytes <= block.bytes.length; k++, at += header.sampleBytes) {
        times[count] = Math.round(start + (k * header.recordMicros) / own);
        values[count++] = sign * sampleAt(block.bytes, at, header.sampleBytes);
      }
    }
    return { times: times.subarray(0, count), values: values.subarray(0, count) };
  }
}

/** Little-endian two's complement, 16 bits of EDF or 24 of BDF. */
function sampleAt(bytes: Uint8Array, at: number, width: 2 | 3): number {
  const low = bytes[at] | (bytes[at + 1] << 8);
  return width === 2 ? (low << 16) >> 16 : ((low | (bytes[at + 2] << 16)) << 8) >> 8;
}
