// The inbox of a locked home. What devices deliver while the keys are away is sealed to the inbox key, written, synced and acknowledged;
// unlocking folds it in. inbox.log is a run of frames:
//
//   "HIN1" ‖ body length u32 ‖ CRC-32 of the body u32 ‖ body
//   body = key envelope length u16 ‖ key envelope (hybrid, holds 32 bytes) ‖ ChaCha20-Poly1305 of the batch, nonce 0, AAD = key envelope
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter, chachaOpen, chachaSeal, fail, HaleError, utf8Encode } from '@hale/kernel';
import { unwrapHybrid } from '@hale/kernel/open';
import { type MasterKeys, wrapHybrid } from '@hale/kernel/seal';
import { syncDirectory, writeAll } from './durable-file.ts';
import type { InboxKey } from './keyring.ts';
import { HOME_LIMITS } from './limits.ts';

const fileName = 'inbox.log';
/** The part that is being folded in; new batches meanwhile go to a new inbox.log. */
const drainingName = 'inbox.draining';
const magic = utf8Encode('HIN1');
const headBytes = 12;
const zeroNonce = new Uint8Array(12);

export interface DrainReport {
  /** Batches folded in. */
  batches: number;
  /** Places where the file was damaged, a torn last frame not counted. The damaged file is kept beside as inbox.damaged-…. */
  damaged: number;
  /** Bytes at the end that belong to a write that was never acknowledged. */
  tornBytes: number;
}

/** Takes batches without any secret. One per process and directory: the home's lock sees to that. */
export class LockedInbox {
  readonly #dir: string;
  readonly #recipient: InboxKey;
  #file: number | null = null;
  #length = 0;

  constructor(dir: string, recipient: InboxKey) {
    this.#dir = dir;
    this.#recipient = recipient;
  }

  /**
   * Seals and appends; when it returns the batches are on the disk and may be acknowledged. Either all of them are or none.
   * @throws HaleError 'full' no room, nothing was kept · 'too-large'
   */
  append(batches: readonly Uint8Array[]): void {
    const writer = new ByteWriter();
    for (const batch of batches) writer.bytes(frameOf(sealBatch(batch, this.#recipient)));
    const bytes = writer.finish();
    const file = this.#opened();
    if (this.#length + bytes.length > HOME_LIMITS.inboxBytesMax)
      fail('full', 'the inbox of the locked home is full; unlock it', { max: HOME_LIMITS.inboxBytesMax });
    try {
      writeAll(file, bytes);
      fdatasyncSync(file);
      this.#length += bytes.length;
    } catch (error) {
      this.#undo(file);
      throw new HaleError('full', 'the inbox of the locked home cannot be written', {
        reason: (error as NodeJS.ErrnoException).code ?? 'EUNKNOWN',
      });
    }
  }

  /** Safe to call twice; the next append opens the file again. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  /** Opens for appending behind the last whole frame: a frame after a torn one could not be found by its length. */
  #opened(): number {
    if (this.#file !== null) return this.#file;
    const path = join(this.#dir, fileName);
    const isNew = !existsSync(path);
    const file = openSync(path, 'a', 0o600);
    this.#file = file;
    if (isNew) syncDirectory(this.#dir);
    const bytes = readFileSync(path);
    this.#length = bytes.length - scan(bytes).tornBytes;
    if (this.#length < bytes.length) ftruncateSync(file, this.#length);
    return file;
  }

  #undo(file: number): void {
    try {
      ftruncateSync(file, this.#length);
    } catch {
      // The torn frame stays; the next opening cuts it off.
    }
    this.close();
  }
}

/** True when batches wait for an unlock. */
export function inboxWaits(dir: string): boolean {
  return [fileName, drainingName].some((name) => (statSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0) > 0);
}

/**
 * Gives every batch to `fold` in the order of arrival and removes the file afterwards. `fold` has to have stored the batch durably when it
 * returns, and has to bear a batch twice: after a crash the whole file comes again.
 * @throws what `fold` throws; then the file stays
 */
export function drainInbox(
  dir: string,
  keys: Pick<MasterKeys, 'inboxSecret' | 'kemSeed'>,
  fold: (batch: Uint8Array) => void,
): DrainReport {
  const report: DrainReport = { batches: 0, damaged: 0, tornBytes: 0 };
  const draining = join(dir, drainingName);
  // What an earlier, interrupted unlock left comes first.
  for (const source of [draining, join(dir, fileName)]) {
    if (!existsSync(source)) continue;
    if (source !== draining) {
      renameSync(source, draining);
      syncDirectory(dir);
    }
    drainFile(dir, draining, keys, fold, report);
  }
  return report;
}

function drainFile(
  dir: string,
  path: string,
  keys: Pick<MasterKeys, 'inboxSecret' | 'kemSeed'>,
  fold: (batch: Uint8Array) => void,
  report: DrainReport,
): void {
  const scanned = scan(readFileSync(path));
  let damaged = scanned.damaged;
  for (const body of scanned.bodies) {
    const batch = openBatch(body, keys);
    if (batch === null) damaged += 1;
    else {
      fold(batch);
      report.batches += 1;
    }
  }
  report.damaged += damaged;
  report.tornBytes += scanned.tornBytes;
  if (damaged > 0) renameSync(path, join(dir, damagedName(dir)));
  else rmSync(path);
  syncDirectory(dir);
}

function damagedName(dir: string): string {
  const taken = new Set(readdirSync(dir));
  for (let n = 1; ; n += 1) if (!taken.has(`inbox.damaged-${n}`)) return `inbox.damaged-${n}`;
}

function sealBatch(batch: Uint8Array, recipient: InboxKey): Uint8Array {
  if (batch.length > HOME_LIMITS.inboxBatchBytesMax)
    fail('too-large', 'a batch for the locked home is too long', { max: HOME_LIMITS.inboxBatchBytesMax });
  const key = new Uint8Array(randomBytes(32));
  const envelope = wrapHybrid(key, recipient, { random: randomBytes });
  const writer = new ByteWriter();
  writer.u16(envelope.length);
  writer.bytes(envelope);
  // The key is used once, so the nonce may stand still.
  writer.bytes(chachaSeal(key, zeroNonce, envelope, batch));
  key.fill(0);
  return writer.finish();
}

/** null = it cannot be opened: changed in a way that its CRC does not show, or sealed to another key. */
function openBatch(body: Uint8Array, keys: Pick<MasterKeys, 'inboxSecret' | 'kemSeed'>): Uint8Array | null {
  try {
    const reader = new ByteReader(body);
    const envelope = reader.bytes(reader.u16());
    const opened = unwrapHybrid(envelope, { secret: keys.inboxSecret, kemSeed: keys.kemSeed });
    if (opened === null) return null;
    return chachaOpen(opened.payload, zeroNonce, envelope, body.subarray(2 + envelope.length));
  } catch (error) {
    if (error instanceof HaleError) return null;
    throw error;
  }
}

function frameOf(body: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes(magic);
  writer.u32(body.length);
  writer.u32(crc32(body));
  writer.bytes(body);
  return writer.finish();
}

/** Walks the frames. Behind a damaged place it looks for the next whole frame; what follows the last whole one is torn. */
function scan(bytes: Buffer): { bodies: Uint8Array[]; damaged: number; tornBytes: number } {
  const bodies: Uint8Array[] = [];
  let damaged = 0;
  let end = 0;
  for (let at = 0; at !== -1 && at < bytes.length; ) {
    const body = bodyAt(bytes, at);
    if (body === null) {
      at = bytes.indexOf(magic, at + 1);
      continue;
    }
    if (at !== end) damaged += 1;
    bodies.push(body);
    end = at + headBytes + body.length;
    at = end;
  }
  return { bodies, damaged, tornBytes: bytes.length - end };
}

function bodyAt(bytes: Buffer, at: number): Uint8Array | null {
  if (at + headBytes > bytes.length || !bytes.subarray(at, at + magic.length).equals(magic)) return null;
  const length = bytes.readUInt32BE(at + 4);
  const body = bytes.subarray(at + headBytes, at + headBytes + length);
  return body.length === length && crc32(body) === bytes.readUInt32BE(at + 8) ? body : null;
}
