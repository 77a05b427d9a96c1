// Zip archives for tests, written byte by byte, so that they can be wrong in every way.
import { crc32, deflateRawSync } from 'node:zlib';
import type { ByteSource } from '@hale/vault/import';

export interface ZipPart {
  path: string;
  content: string | Uint8Array;
  stored?: boolean;
  encrypted?: boolean;
  method?: number;
  /** The size that the list tells of, whatever is inside. */
  lieBytes?: number;
  damage?: boolean;
  /** The checksum that the list tells of. */
  crc?: number;
  packed?: Uint8Array;
}

export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return { name, sizeBytes: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

const le = (...fields: [number, 2 | 4 | 8][]): Buffer =>
  Buffer.concat(
    fields.map(([value, bytes]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value % 2 ** 48, 0, Math.min(bytes, 6));
      return field;
    }),
  );

export function zipOf(parts: ZipPart[], { zip64 = false } = {}): Uint8Array {
  const files: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const content = Buffer.from(part.content);
    const packed = Buffer.from(part.packed ?? (part.stored ? content : deflateRawSync(content)));
    if (part.damage) packed.fill(0x5a, 20, 40);
    const name = Buffer.from(part.path);
    const method = part.method ?? (part.stored ? 0 : 8);
    const flags = 0x800 | (part.encrypted ? 1 : 0);
    const size = part.lieBytes ?? content.length;
    const crc = part.crc ?? crc32(content);
    const sizes: [number, 4][] = [
      [crc, 4],
      [packed.length, 4],
      [size, 4],
    ];
    const local = le([0x04034b50, 4], [20, 2], [flags, 2], [method, 2], [0, 4], ...sizes, [name.length, 2], [0, 2]);
    const extra = zip64 ? le([1, 2], [24, 2], [size, 8], [packed.length, 8], [offset, 8]) : Buffer.alloc(0);
    const told: [number, 4][] = zip64
      ? [
          [crc, 4],
          [0xffffffff, 4],
          [0xffffffff, 4],
        ]
      : sizes;
    const entry = le([0x02014b50, 4], [20, 2], [20, 2], [flags, 2], [method, 2], [0, 4], ...told, [name.length, 2]);
    const rest = le([extra.length, 2], [0, 2], [0, 2], [0, 2], [0, 4], [zip64 ? 0xffffffff : offset, 4]);
    list.push(entry, rest, name, extra);
    files.push(local, name, packed);
    offset += local.length + name.length + packed.length;
  }
  const directory = Buffer.concat(list);
  const count = parts.length;
  const end64 = le([0x06064b50, 4], [44, 8], [45, 2], [45, 2], [0, 4], [0, 4], [count, 8], [count, 8]);
  const end64Rest = le([directory.length, 8], [offset, 8]);
  const locator = le([0x07064b50, 4], [0, 4], [offset + directory.length, 8], [1, 4]);
  const bytes: [number, 4] = [zip64 ? 0xffffffff : directory.length, 4];
  const place: [number, 4] = [zip64 ? 0xffffffff : offset, 4];
  const end = le([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], bytes, place, [0, 2]);
  return Buffer.concat([...files, directory, ...(zip64 ? [end64, end64Rest, locator] : []), end]);
}
