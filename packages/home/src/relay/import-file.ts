// A file of events as JSON lines, read piece by piece, however long it is. How far it got is written down after each commit, so that the same file goes
// on there when a run was broken off.
import { createReadStream, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HaleError, utf8Encode } from '@hale/kernel';
import { RELAY_LIMITS } from '@hale/relay/server';
import * as v from 'valibot';
import { replaceFile } from '../durable-file.ts';
import { openDesk } from './desk.ts';
import { HOST_LIMITS } from './limits.ts';
import { addCounts, type ImportCounts, type ImportLine, noCounts } from './transfer.ts';

const placeShape = v.object({
  file: v.string(),
  bytes: v.number(),
  modifiedMillis: v.number(),
  /** What is done: bytes from the beginning, and lines. */
  offset: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  line: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
type Place = v.InferOutput<typeof placeShape>;

export interface Imported {
  readonly counts: ImportCounts;
  /** Lines of the file that an earlier run had done. */
  readonly resumedAfter: number;
  /** It was broken off; the same command goes on. */
  readonly interrupted: boolean;
}

const placePath = (dir: string): string => join(dir, 'import.json');

/**
 * @param source a file, or a stream that is read to its end
 * @throws HaleError 'not-found' no relay has run in that folder, or no such file · 'conflict' another command works on it · 'full' | 'unavailable'
 */
export async function importFile(
  dir: string,
  source: string | AsyncIterable<Buffer>,
  options: { signal?: AbortSignal; progress?: (bytes: number, of: number) => void } = {},
): Promise<Imported> {
  const desk = openDesk(dir);
  try {
    const start = typeof source === 'string' ? placeOf(dir, source) : null;
    const chunks =
      start === null ? (source as AsyncIterable<Buffer>) : createReadStream(start.file, { start: start.offset });
    const counts = noCounts();
    const resumedAfter = start?.line ?? 0;
    for await (const batch of batchesOf(chunks, resumedAfter)) {
      addCounts(counts, await desk.take(batch.lines));
      if (start === null) continue;
      const place = { ...start, offset: start.offset + batch.bytes, line: batch.line };
      replaceFile(placePath(dir), utf8Encode(`${JSON.stringify(place)}\n`));
      options.progress?.(place.offset, start.bytes);
      if (options.signal?.aborted) return { counts, resumedAfter, interrupted: true };
    }
    if (start !== null) rmSync(placePath(dir), { force: true });
    return { counts, resumedAfter, interrupted: false };
  } finally {
    await desk.close();
  }
}

/** Where a file is to be begun: after what an earlier run did, if it is the same file as it was then. */
function placeOf(dir: string, path: string): Place {
  const file = resolve(path);
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new HaleError('not-found', 'there is no such file', { file });
  const fresh = { file, bytes: found.size, modifiedMillis: Math.floor(found.mtimeMs), offset: 0, line: 0 };
  const before = readPlace(dir);
  const isSame =
    before?.file === file && before.bytes === fresh.bytes && before.modifiedMillis === fresh.modifiedMillis;
  return isSame ? before : fresh;
}

function readPlace(dir: string): Place | null {
  try {
    const parsed = v.safeParse(placeShape, JSON.parse(readFileSync(placePath(dir), 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

interface LineBatch {
  readonly lines: ImportLine[];
  /** From where the reading began up to the end of these. */
  readonly bytes: number;
  /** Number of the last line. */
  readonly line: number;
}

/** Whole lines, as many as share a commit. Of one that no event is as long as only the beginning is kept. */
async function* batchesOf(chunks: AsyncIterable<Buffer>, after: number): AsyncGenerator<LineBatch> {
  const unitsMax = RELAY_LIMITS.messageBytesMax + 1;
  let lines: ImportLine[] = [];
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let batchBytes = 0;
  let bytes = 0;
  let line = after;
  const keep = (piece: Buffer) => {
    if (waitingBytes < unitsMax) waiting.push(piece.subarray(0, unitsMax - waitingBytes));
    waitingBytes += piece.length;
  };
  const end = () => {
    line += 1;
    lines.push({ number: line, text: Buffer.concat(waiting).toString() });
    bytes += waitingBytes;
    batchBytes += Math.min(waitingBytes, unitsMax);
    waiting = [];
    waitingBytes = 0;
  };
  const full = () => lines.length >= HOST_LIMITS.importLinesAtOnce || batchBytes >= HOST_LIMITS.importBytesAtOnce;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      const at = chunk.indexOf(10, from);
      keep(chunk.subarray(from, at < 0 ? chunk.length : at + 1));
      from = at < 0 ? chunk.length : at + 1;
      if (at >= 0) end();
      if (!full()) continue;
      yield { lines, bytes, line };
      lines = [];
      batchBytes = 0;
    }
  }
  if (waitingBytes > 0) end();
  if (lines.length > 0) yield { lines, bytes, line };
}
