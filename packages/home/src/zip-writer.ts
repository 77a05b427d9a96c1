// A zip archive written as it is read (APPNOTE 6.3.10): nothing of it is held or put on a disk, so sizes and sums follow each entry.
import { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

export interface ZipEntry {
  name: string;
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

const LOCAL_MARK = 0x04034b50;
const DESCRIPTOR_MARK = 0x08074b50;
const ENTRY_MARK = 0x02014b50;
const END_MARK = 0x06054b50;
const VERSION = 20;
/** Sizes follow the data, names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATED = 8;

interface Written {
  name: Buffer;
  sum: number;
  packedBytes: number;
  bytes: number;
  offset: number;
}

/** @param dateMillis the time that every entry bears, as UTC */
export async function* zipOf(entries: Iterable<ZipEntry>, dateMillis: number): AsyncGenerator<Uint8Array> {
  const stamp = dosTime(dateMillis);
  const written: Written[] = [];
  let offset = 0;
  for (const { name, chunks } of entries) {
    const entry: Written = { name: Buffer.from(name), sum: 0, packedBytes: 0, bytes: 0, offset };
    const head = localHeader(entry.name, stamp);
    yield head;
    for await (const piece of deflated(chunks, entry)) {
      entry.packedBytes += piece.length;
      yield piece;
    }
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(DESCRIPTOR_MARK, 0);
    descriptor.writeUInt32LE(entry.sum, 4);
    descriptor.writeUInt32LE(entry.packedBytes, 8);
    descriptor.writeUInt32LE(entry.bytes, 12);
    yield descriptor;
    offset += head.length + entry.packedBytes + descriptor.length;
    written.push(entry);
  }
  const list = Buffer.concat(written.map((entry) => listed(entry, stamp)));
  yield list;
  yield end(written.length, list.length, offset);
}

async function* deflated(chunks: ZipEntry['chunks'], entry: Written): AsyncGenerator<Buffer> {
  async function* counted() {
    for await (const chunk of chunks) {
      entry.sum = crc32(chunk, entry.sum);
      entry.bytes += chunk.length;
      yield chunk;
    }
  }
  const plain = Readable.from(counted(), { objectMode: false });
  const deflate = createDeflateRaw({ level: 6 });
  plain.on('error', (error) => deflate.destroy(error));
  plain.pipe(deflate);
  try {
    for await (const piece of deflate) yield piece as Buffer;
  } finally {
    plain.destroy();
    deflate.destroy();
  }
}

function localHeader(name: Buffer, stamp: number): Buffer {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(LOCAL_MARK, 0);
  head.writeUInt16LE(VERSION, 4);
  head.writeUInt16LE(FLAGS, 6);
  head.writeUInt16LE(DEFLATED, 8);
  head.writeUInt32LE(stamp, 10);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, name]);
}

function listed({ name, sum, packedBytes, bytes, offset }: Written, stamp: number): Buffer {
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(ENTRY_MARK, 0);
  entry.writeUInt16LE(VERSION, 4);
  entry.writeUInt16LE(VERSION, 6);
  entry.writeUInt16LE(FLAGS, 8);
  entry.writeUInt16LE(DEFLATED, 10);
  entry.writeUInt32LE(stamp, 12);
  entry.writeUInt32LE(sum, 16);
  entry.writeUInt32LE(packedBytes, 20);
  entry.writeUInt32LE(bytes, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt32LE(offset, 42);
  return Buffer.concat([entry, name]);
}

function end(count: number, listBytes: number, offset: number): Buffer {
  const mark = Buffer.alloc(22);
  mark.writeUInt32LE(END_MARK, 0);
  mark.writeUInt16LE(count, 8);
  mark.writeUInt16LE(count, 10);
  mark.writeUInt32LE(listBytes, 12);
  mark.writeUInt32LE(offset, 16);
  return mark;
}

/** MS-DOS: time in the lower half, date in the upper. */
function dosTime(millis: number): number {
  const date = new Date(millis);
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  const day = (Math.max(0, date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  return ((day << 16) | time) >>> 0;
}
