// What a browser brings to be imported. It never lies in clear on the disk: all files of one upload are one run of bytes, sealed in blocks with a
// key that lives in this process only, in a temporary file that has no name any more. Reading opens a block at a time, so that an archive of
// gigabytes can be read back and forth.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { HaleError } from '@hale/kernel';
import type { ByteSource, SourceFolder } from '@hale/vault/import';
import { isDiscDirectory } from './import-sources.ts';
import { HOME_LIMITS } from './limits.ts';

const CIPHER = 'chacha20-poly1305';
const TAG_BYTES = 16;
const BLOCK_BYTES = 64 * 1024;
const NAME = /^upload-[0-9a-f]+\.sealed$/;

/** Bytes that are appended once and read anywhere. Each block is sealed once, under its number as nonce; the last, unfinished one stays in memory. */
class SealedBytes {
  readonly #handle: number;
  readonly #path: string;
  readonly #key = randomBytes(32);
  #tail = Buffer.alloc(BLOCK_BYTES);
  #blocks = 0;
  #tailBytes = 0;
  #opened: { block: number; bytes: Buffer } | null = null;
  #isClosed = false;

  constructor(dir: string) {
    this.#path = join(dir, `upload-${randomBytes(8).toString('hex')}.sealed`);
    this.#handle = openSync(this.#path, 'wx+', 0o600);
    // Where an open file may lose its name, nothing is left of it however this process ends.
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // Elsewhere it keeps its name until it is closed, and is swept away before the next.
    }
  }

  get length(): number {
    return this.#blocks * BLOCK_BYTES + this.#tailBytes;
  }

  /** @throws HaleError 'not-found' once it is closed */
  append(bytes: Uint8Array): void {
    this.#requireOpen();
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(BLOCK_BYTES - this.#tailBytes, bytes.length - at);
      this.#tail.set(bytes.subarray(at, at + taken), this.#tailBytes);
      this.#tailBytes += taken;
      at += taken;
      if (this.#tailBytes === BLOCK_BYTES) this.#seal();
    }
  }

  #seal(): void {
    const cipher = createCipheriv(CIPHER, this.#key, nonceOf(this.#blocks), { authTagLength: TAG_BYTES });
    const sealed = Buffer.concat([cipher.update(this.#tail), cipher.final(), cipher.getAuthTag()]);
    const at = this.#blocks * (BLOCK_BYTES + TAG_BYTES);
    for (let written = 0; written < sealed.length; )
      written += writeSync(this.#handle, sealed, written, sealed.length - written, at + written);
    this.#blocks++;
    this.#tailBytes = 0;
  }

  /** @throws HaleError 'not-found' once it is closed */
  read(offset: number, length: number): Uint8Array {
    this.#requireOpen();
    const end = Math.min(offset + length, this.length);
    const out = new Uint8Array(Math.max(0, end - offset));
    for (let at = offset; at < end; ) {
      const block = Math.floor(at / BLOCK_BYTES);
      const within = at - block * BLOCK_BYTES;
      const piece = this.#block(block).subarray(within, within + end - at);
      out.set(piece, at - offset);
      at += piece.length;
    }
    return out;
  }

  #block(block: number): Buffer {
    if (block === this.#blocks) return this.#tail.subarray(0, this.#tailBytes);
    if (this.#opened?.block === block) return this.#opened.bytes;
    const sealed = Buffer.alloc(BLOCK_BYTES + TAG_BYTES);
    readSync(this.#handle, sealed, 0, sealed.length, block * sealed.length);
    const decipher = createDecipheriv(CIPHER, this.#key, nonceOf(block), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(sealed.subarray(BLOCK_BYTES));
    const bytes = Buffer.concat([decipher.update(sealed.subarray(0, BLOCK_BYTES)), decipher.final()]);
    this.#opened = { block, bytes };
    return bytes;
  }

  /** Its descriptor may be another file's by now, and its key is gone. */
  #requireOpen(): void {
    if (this.#isClosed) throw new HaleError('not-found', 'this upload is not here any more; bring the files again');
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#key.fill(0);
    this.#tail.fill(0);
    this.#opened?.bytes.fill(0);
    this.#opened = null;
    closeSync(this.#handle);
    rmSync(this.#path, { force: true });
  }
}

function nonceOf(block: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(block, 8);
  return nonce;
}

/** A file as the browser names it. Its path is a label that says which files lie beside each other, never a place on this machine. */
export interface BroughtFile {
  path: string;
  sizeBytes: number;
  modifiedMicros: number;
}

class BroughtSource implements ByteSource {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMicros: number;
  readonly #bytes: SealedBytes;
  readonly #start: number;

  constructor({ path, sizeBytes, modifiedMicros }: BroughtFile, bytes: SealedBytes, start: number) {
    this.path = path;
    this.name = path.slice(path.lastIndexOf('/') + 1);
    this.sizeBytes = sizeBytes;
    this.modifiedMicros = modifiedMicros;
    this.#bytes = bytes;
    this.#start = start;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const left = Math.max(0, this.sizeBytes - offset);
    return this.#bytes.read(this.#start + offset, Math.min(length, left));
  }
}

class BroughtFolder implements SourceFolder {
  readonly #sources: BroughtSource[];

  constructor(sources: BroughtSource[]) {
    this.#sources = sources;
  }

  list(): ByteSource[] {
    return this.#sources;
  }

  find(name: string): ByteSource | null {
    return this.#sources.find((source) => source.name === name) ?? null;
  }
}

export class Upload {
  readonly id = randomBytes(8).toString('hex');
  readonly sizeBytes: number;
  readonly files: readonly BroughtFile[];
  readonly #bytes: SealedBytes;
  readonly #sources: BroughtSource[] = [];
  usedMillis: number;
  /** Imports that read it, and pieces that are just coming in: while there are any it is not dropped. */
  readers = 0;

  constructor(dir: string, files: readonly BroughtFile[], nowMillis: number) {
    this.files = files;
    this.#bytes = new SealedBytes(dir);
    this.usedMillis = nowMillis;
    let start = 0;
    for (const file of files) {
      this.#sources.push(new BroughtSource(file, this.#bytes, start));
      start += file.sizeBytes;
    }
    this.sizeBytes = start;
  }

  get receivedBytes(): number {
    return this.#bytes.length;
  }

  /** @throws HaleError 'too-large' where more comes than was announced */
  append(bytes: Uint8Array): void {
    if (this.receivedBytes + bytes.length > this.sizeBytes)
      throw new HaleError('too-large', 'more came than was announced: a file has changed while it was read');
    this.#bytes.append(bytes);
  }

  /** The folders, with only the named files where some are named. @throws HaleError 'usage' while it is not all there */
  folders(only?: readonly string[]): SourceFolder[] {
    if (this.receivedBytes !== this.sizeBytes)
      throw new HaleError('usage', 'this upload is not complete', { received: this.receivedBytes, of: this.sizeBytes });
    const wanted = only && new Set(only);
    const folderOf = ({ path, name }: BroughtSource) => path.slice(0, path.length - name.length);
    // A radiology CD is one folder with all that lies below it, as when the command brings it.
    const discs = this.#sources.filter(({ name }) => isDiscDirectory(name)).map(folderOf);
    const byFolder = new Map<string, BroughtSource[]>();
    for (const source of this.#sources) {
      if (wanted && !wanted.has(source.path)) continue;
      const own = folderOf(source);
      const folder = discs.find((disc) => own.startsWith(disc)) ?? own;
      byFolder.set(folder, [...(byFolder.get(folder) ?? []), source]);
    }
    const named = [...byFolder].map(([path, sources]) => ({ path: path.split('/'), sources }));
    named.sort((a, b) => inOrderOfFolders(a.path, b.path));
    return named.map(({ sources }) => new BroughtFolder(sources.sort((a, b) => (a.path < b.path ? -1 : 1))));
  }

  close(): void {
    this.#bytes.close();
  }
}

/** Level by level and by name, as the command walks through the folders of a disk: a browser lists them as it likes. */
function inOrderOfFolders(a: readonly string[], b: readonly string[]): number {
  if (a.length !== b.length) return a.length - b.length;
  const at = a.findIndex((name, i) => name !== b[i]);
  return at < 0 ? 0 : a[at] < b[at] ? -1 : 1;
}

/** The uploads of a home: few, and gone an hour after their last use. */
export class Uploads {
  readonly #dir: string;
  readonly #now: () => number;
  readonly #uploads = new Map<string, Upload>();

  constructor(dir: string, nowMillis: () => number = Date.now) {
    this.#dir = dir;
    this.#now = nowMillis;
  }

  /** @throws HaleError 'usage' · 'too-large' · 'full' · 'unavailable' */
  begin(files: readonly BroughtFile[]): Upload {
    this.#forgetUnused();
    check(files);
    const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (bytes > HOME_LIMITS.uploadBytesMax)
      throw new HaleError('too-large', 'this is more than can be taken in at once; bring it in parts', {
        max: HOME_LIMITS.uploadBytesMax,
      });
    const { bavail, bsize } = statfsSync(this.#dir);
    if (bavail * bsize < bytes + HOME_LIMITS.uploadSpareBytes)
      throw new HaleError('full', 'there is not enough room on the disk of this node for these files', { bytes });
    if (this.#uploads.size >= HOME_LIMITS.uploadsMax) this.#makeRoom();
    if (this.#uploads.size === 0) this.#sweep();
    const upload = new Upload(this.#dir, files, this.#now());
    this.#uploads.set(upload.id, upload);
    return upload;
  }

  #makeRoom(): void {
    const idlest = [...this.#uploads.values()]
      .filter(({ readers }) => readers === 0)
      .sort((a, b) => a.usedMillis - b.usedMillis)[0];
    if (!idlest) throw new HaleError('unavailable', 'other uploads are still being imported; wait until they are done');
    this.drop(idlest.id);
  }

  /** What a process that was killed could not take away, where an open file keeps its name. */
  #sweep(): void {
    for (const name of readdirSync(this.#dir)) if (NAME.test(name)) rmSync(join(this.#dir, name), { force: true });
  }

  /** @throws HaleError 'not-found' */
  get(id: string): Upload {
    this.#forgetUnused();
    const upload = this.#uploads.get(id);
    if (!upload) throw new HaleError('not-found', 'this upload is not here any more; bring the files again');
    upload.usedMillis = this.#now();
    return upload;
  }

  drop(id: string): void {
    const upload = this.#uploads.get(id);
    if (!upload || upload.readers > 0) return;
    this.#uploads.delete(id);
    upload.close();
  }

  #forgetUnused(): void {
    const since = this.#now() - HOME_LIMITS.uploadMinutes * 60_000;
    for (const { id, usedMillis } of [...this.#uploads.values()]) if (usedMillis < since) this.drop(id);
  }

  close(): void {
    for (const upload of this.#uploads.values()) upload.close();
    this.#uploads.clear();
  }
}

function check(files: readonly BroughtFile[]): void {
  const isNumber = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  const isFile = ({ path, sizeBytes, modifiedMicros }: BroughtFile) =>
    typeof path === 'string' &&
    path !== '' &&
    path.length <= HOME_LIMITS.uploadPathCharactersMax &&
    isNumber(sizeBytes) &&
    Number.isFinite(modifiedMicros);
  if (!Array.isArray(files) || files.length === 0 || !files.every(isFile))
    throw new HaleError('usage', 'an upload says which files it brings, with path, size and time');
  if (files.length > HOME_LIMITS.uploadFilesMax)
    throw new HaleError('too-large', 'too many files at once; bring them in parts', {
      max: HOME_LIMITS.uploadFilesMax,
    });
}
