// Zip archives as folders of sources (APPNOTE 6.3.10, with zip64): entries are unpacked while they are read, nothing is written anywhere.
// An archive is a stranger's: names are labels and never paths, sizes are checked while unpacking, a bomb costs time and no memory. An archive
// inside an archive is an entry like any other: it is read back and forth within a window that is held, and beyond it by unpacking anew.
import { fail, HaleError } from '@hale/kernel';
import { crc32 } from './crc32.ts';
import { unitsToText } from './encoding.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { readFully } from './source.ts';
import type { ByteSource, ImportTools, SourceFolder } from './types.ts';

const END_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
const END_MARK = 0x06054b50;
const END64_LOCATOR_MARK = 0x07064b50;
const END64_MARK = 0x06064b50;
const ENTRY_MARK = 0x02014b50;
const LOCAL_MARK = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const FILL_32 = 0xffff_ffff;
/** Bytes already unpacked that are kept, so that a detection and the reading after it cost one unpacking. */
const WINDOW_BYTES = 512 * 1024;

interface Entry {
  path: string;
  method: number;
  encrypted: boolean;
  /** CRC-32 of the unpacked bytes. */
  sum: number;
  packedBytes: number;
  sizeBytes: number;
  offset: number;
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Whether the first bytes are those of a zip archive. */
export async function isZip(source: ByteSource): Promise<boolean> {
  const head = await readFully(source, 0, 4);
  return head.length === 4 && view(head).getUint32(0, true) === LOCAL_MARK;
}

/** The archives in a folder, by name and content. One that cannot be read at all is none: `sourcesIn` tells what is wrong with it. */
export async function archivesIn(folder: SourceFolder): Promise<ByteSource[]> {
  const found: ByteSource[] = [];
  for (const source of folder.list()) {
    if (!/\.zip$/i.test(source.name)) continue;
    try {
      if (await isZip(source)) found.push(source);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
    }
  }
  return found;
}

/** The entries of an archive as a folder; it may lie in an archive itself. @throws HaleError 'malformed' | 'too-large' | 'unsupported' */
export async function zipFolder(source: ByteSource, tools: ImportTools): Promise<SourceFolder> {
  if (source instanceof ZipSource) {
    if (source.sizeBytes > IMPORT_LIMITS.zipInnerBytesMax)
      fail('too-large', 'an archive inside the archive is too large: unpack it first', {
        max: IMPORT_LIMITS.zipInnerBytesMax,
      });
    source.windowBytes = IMPORT_LIMITS.zipInnerWindowBytes;
  }
  const entries = await readDirectory(source);
  const unpacking = new Unpacking();
  const sources = entries
    .filter(({ path, sizeBytes }) => !path.endsWith('/') && sizeBytes > 0)
    .map((entry) => new ZipSource(source, entry, tools, unpacking));
  return {
    list: () => sources,
    find: (name) => sources.find((one) => one.path === name) ?? sources.find((one) => one.name === name) ?? null,
  };
}

async function readDirectory(source: ByteSource): Promise<Entry[]> {
  const tailBytes = Math.min(source.sizeBytes, END_BYTES + COMMENT_BYTES_MAX);
  const tailStart = source.sizeBytes - tailBytes;
  const tail = await readFully(source, tailStart, tailBytes);
  let at = tail.length - END_BYTES;
  while (at >= 0 && view(tail).getUint32(at, true) !== END_MARK) at--;
  if (at < 0) fail('malformed', 'the archive has no end: it was cut off or is no zip', { bytes: source.sizeBytes });
  const end = view(tail);
  let entries = end.getUint16(at + 10, true);
  let bytes = end.getUint32(at + 12, true);
  let offset = end.getUint32(at + 16, true);
  if (entries === 0xffff || bytes === FILL_32 || offset === FILL_32)
    ({ entries, bytes, offset } = await readEnd64(source, tail, at, { entries, bytes, offset }));
  if (entries > IMPORT_LIMITS.zipEntriesMax)
    fail('too-large', 'the archive has too many entries', { max: IMPORT_LIMITS.zipEntriesMax });
  if (bytes > IMPORT_LIMITS.zipDirectoryBytesMax)
    fail('too-large', 'the list of entries of the archive is too long', { max: IMPORT_LIMITS.zipDirectoryBytesMax });
  if (offset + bytes > source.sizeBytes) fail('malformed', 'the list of entries lies outside of the archive');
  return parseEntries(await readFully(source, offset, bytes), entries);
}

interface DirectoryPlace {
  entries: number;
  bytes: number;
  offset: number;
}

async function readEnd64(
  source: ByteSource,
  tail: Uint8Array,
  at: number,
  short: DirectoryPlace,
): Promise<DirectoryPlace> {
  const locator = at - 20;
  // Without a zip64 end the values of the short one are meant as they stand.
  if (locator < 0 || view(tail).getUint32(locator, true) !== END64_LOCATOR_MARK) return short;
  const record = await readFully(source, Number(view(tail).getBigUint64(locator + 8, true)), 56);
  if (record.length < 56 || view(record).getUint32(0, true) !== END64_MARK)
    fail('malformed', 'the archive tells of a zip64 end that is not there');
  const end = view(record);
  return {
    entries: Number(end.getBigUint64(32, true)),
    bytes: Number(end.getBigUint64(40, true)),
    offset: Number(end.getBigUint64(48, true)),
  };
}

function parseEntries(bytes: Uint8Array, count: number): Entry[] {
  const entries: Entry[] = [];
  const data = view(bytes);
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || data.getUint32(at, true) !== ENTRY_MARK)
      fail('malformed', 'the list of entries of the archive is damaged', { entry: i + 1 });
    const nameBytes = data.getUint16(at + 28, true);
    const extraBytes = data.getUint16(at + 30, true);
    const next = at + 46 + nameBytes + extraBytes + data.getUint16(at + 32, true);
    if (next > bytes.length) fail('malformed', 'the list of entries of the archive is damaged', { entry: i + 1 });
    const flags = data.getUint16(at + 8, true);
    const entry: Entry = {
      path: unitsToText(bytes, at + 46, at + 46 + nameBytes, (flags & 0x800) === 0 ? 'latin-1' : 'utf-8'),
      method: data.getUint16(at + 10, true),
      encrypted: (flags & 1) !== 0,
      sum: data.getUint32(at + 16, true),
      packedBytes: data.getUint32(at + 20, true),
      sizeBytes: data.getUint32(at + 24, true),
      offset: data.getUint32(at + 42, true),
    };
    widen(entry, bytes.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes));
    entries.push(entry);
    at = next;
  }
  return entries;
}

/** The zip64 extra field (4.5.3) holds, in this order, only those values that did not fit. */
function widen(entry: Entry, extra: Uint8Array): void {
  const data = view(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + data.getUint16(at + 2, true)) {
    if (data.getUint16(at, true) !== 1) continue;
    const end = Math.min(extra.length, at + 4 + data.getUint16(at + 2, true));
    let place = at + 4;
    for (const field of ['sizeBytes', 'packedBytes', 'offset'] as const) {
      if (entry[field] !== FILL_32 || place + 8 > end) continue;
      entry[field] = Number(data.getBigUint64(place, true));
      place += 8;
    }
  }
}

/** The entries of one archive that are being unpacked: the one that was begun first gives way, or thousands would hold memory at once. */
class Unpacking {
  #open: ZipSource[] = [];

  begin(source: ZipSource): void {
    this.#open = this.#open.filter((one) => one !== source);
    while (this.#open.length >= IMPORT_LIMITS.zipEntriesOpenMax) this.#open.shift()?.letGo();
    this.#open.push(source);
  }
}

/** One entry. Reads go forward; one that goes back beyond the window starts the unpacking anew. What is stored as it is, is read where it lies. */
class ZipSource implements ByteSource {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly #archive: ByteSource;
  readonly #entry: Entry;
  readonly #tools: ImportTools;
  readonly #others: Unpacking;
  /** How far back from a read the unpacked bytes are held. */
  windowBytes = WINDOW_BYTES;
  #unpacking: AsyncIterator<Uint8Array> | null = null;
  #restarts = 0;
  /** Where the bytes of the entry begin in the archive; known once its local header was read. */
  #start: number | null = null;
  /** Bytes unpacked and still held, of which the first stands at #windowStart. */
  #window: Uint8Array[] = [];
  #windowStart = 0;
  #windowEnd = 0;
  /** CRC-32 of the first #summedBytes of the entry. */
  #sum = 0;
  #summedBytes = 0;

  constructor(archive: ByteSource, entry: Entry, tools: ImportTools, others: Unpacking) {
    this.#others = others;
    this.#archive = archive;
    this.#entry = entry;
    this.#tools = tools;
    this.path = entry.path.replaceAll('\\', '/');
    this.name = this.path.slice(this.path.lastIndexOf('/') + 1);
    this.sizeBytes = entry.sizeBytes;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.sizeBytes);
    if (offset >= end) return new Uint8Array(0);
    this.#check();
    if (this.#entry.method === STORED) return this.#readStored(offset, end - offset);
    if (this.#unpacking === null || offset < this.#windowStart) this.#restart();
    while (this.#windowEnd < end && (await this.#unpackMore(offset)));
    if (this.#windowEnd < end)
      fail('malformed', 'an entry of the archive ends early', { bytes: this.sizeBytes, unpacked: this.#windowEnd });
    this.#checkSum();
    return this.#copy(offset, end);
  }

  /** Ends the unpacking; a later read begins it anew. */
  letGo(): void {
    // Ends the streams behind it; that they were left early is no fault.
    this.#unpacking?.return?.().catch(() => undefined);
    this.#unpacking = null;
    this.#window = [];
  }

  #check(): void {
    const { encrypted, method, sizeBytes, packedBytes } = this.#entry;
    if (encrypted) fail('unsupported', 'the archive is locked with a password: unpack it first');
    if (method !== STORED && method !== DEFLATED)
      fail('unsupported', 'an entry of the archive is packed in a way that Hale does not know', { method });
    if (method === STORED && packedBytes !== sizeBytes)
      fail('malformed', 'an entry of the archive is larger or smaller than it says', { bytes: sizeBytes });
    if (sizeBytes > IMPORT_LIMITS.zipEntryBytesMax)
      fail('too-large', 'an entry of the archive is too large', { max: IMPORT_LIMITS.zipEntryBytesMax });
  }

  async #readStored(offset: number, length: number): Promise<Uint8Array> {
    const start = await this.#findStart();
    const piece = await this.#archive.read(start + offset, length);
    if (piece.length === 0) fail('malformed', 'the archive ends in the middle of an entry', { offset: start + offset });
    this.#addToSum(piece, offset);
    this.#checkSum();
    return piece;
  }

  /** Reads that leave bytes out leave the sum where it is: only an entry that was read from its start on can be checked. */
  #addToSum(piece: Uint8Array, offset: number): void {
    if (offset > this.#summedBytes || offset + piece.length <= this.#summedBytes) return;
    this.#sum = crc32(piece.subarray(this.#summedBytes - offset), this.#sum);
    this.#summedBytes = offset + piece.length;
  }

  #checkSum(): void {
    if (this.#summedBytes === this.sizeBytes && this.#sum !== this.#entry.sum)
      fail('malformed', 'an entry of the archive is damaged: its checksum differs', { bytes: this.sizeBytes });
  }

  #restart(): void {
    // An archive in an archive that is made to be read back and forth would be unpacked for ever.
    if (++this.#restarts > IMPORT_LIMITS.zipRestartsMax)
      fail('too-large', 'this part of the archive is too large to be read where it lies: unpack it first');
    this.letGo();
    this.#others.begin(this);
    this.#unpacking = this.#tools.inflateRaw(this.#packed())[Symbol.asyncIterator]();
    this.#window = [];
    this.#windowStart = 0;
    this.#windowEnd = 0;
    this.#sum = 0;
    this.#summedBytes = 0;
  }

  /** Unpacks one more piece; lets go of pieces that lie far before `wanted`. False at the end. */
  async #unpackMore(wanted: number): Promise<boolean> {
    const { value, done } = await this.#unpacking!.next();
    if (done) return false;
    if (this.#windowEnd + value.length > this.sizeBytes)
      fail('malformed', 'an entry of the archive is larger than it says', { bytes: this.sizeBytes });
    this.#addToSum(value, this.#windowEnd);
    this.#window.push(value);
    this.#windowEnd += value.length;
    while (this.#window.length > 1 && this.#windowStart + this.#window[0].length < wanted - this.windowBytes)
      this.#windowStart += (this.#window.shift() as Uint8Array).length;
    return true;
  }

  #copy(from: number, to: number): Uint8Array {
    const copy = new Uint8Array(Math.max(0, to - from));
    // From the end, since reads go forward and a window may hold thousands of pieces.
    let end = this.#windowEnd;
    for (let i = this.#window.length - 1; i >= 0 && end > from; i--) {
      const piece = this.#window[i];
      const start = end - piece.length;
      const first = Math.max(from, start);
      const last = Math.min(to, end);
      if (first < last) copy.set(piece.subarray(first - start, last - start), first - from);
      end = start;
    }
    return copy;
  }

  async #findStart(): Promise<number> {
    if (this.#start !== null) return this.#start;
    const { offset } = this.#entry;
    const local = await readFully(this.#archive, offset, 30);
    if (local.length < 30 || view(local).getUint32(0, true) !== LOCAL_MARK)
      fail('malformed', 'an entry of the archive is not where its list says', { offset });
    this.#start = offset + 30 + view(local).getUint16(26, true) + view(local).getUint16(28, true);
    return this.#start;
  }

  async *#packed(): AsyncGenerator<Uint8Array> {
    const { packedBytes } = this.#entry;
    const start = await this.#findStart();
    for (let at = 0; at < packedBytes; ) {
      const piece = await this.#archive.read(start + at, Math.min(IMPORT_LIMITS.readBytes, packedBytes - at));
      if (piece.length === 0) fail('malformed', 'the archive ends in the middle of an entry', { offset: start + at });
      at += piece.length;
      yield piece;
    }
  }
}
