// Looking for what must not be there: texts, keys and numbers in every file of a folder, as bytes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNpub, fromHex } from '@hale/kernel';

export interface Needle {
  name: string;
  bytes: Buffer;
}

/** Megabytes of ciphertext hold any three or four bytes by chance; five once in a hundred thousand searches. */
const NEEDLE_BYTES_MIN = 5;

export const text = (name: string, value: string): Needle[] =>
  [
    { name: `${name} (UTF-8)`, bytes: Buffer.from(value, 'utf8') },
    { name: `${name} (UTF-16)`, bytes: Buffer.from(value, 'utf16le') },
  ].filter(({ bytes }) => bytes.length >= NEEDLE_BYTES_MIN);

/** 32 bytes as hex, as they are, and as base64 at each of the three alignments. */
export function key(name: string, hex: string): Needle[] {
  const raw = Buffer.from(fromHex(hex, 32));
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), raw])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, 40),
  );
  return [
    { name: `${name} (hex)`, bytes: Buffer.from(hex) },
    { name: `${name} (raw)`, bytes: raw },
    ...base64.map((each, shift) => ({ name: `${name} (base64, ${shift})`, bytes: Buffer.from(each) })),
  ];
}

export const npub = (name: string, bech32: string): Needle[] => [
  ...text(`${name} (bech32)`, bech32),
  ...key(name, Buffer.from(decodeNpub(bech32)).toString('hex')),
];

/** Neighbouring values of a series, as text and as the arrays that a program would hold them in. */
export function numbers(name: string, values: readonly number[]): Needle[] {
  const needles: Needle[] = [
    { name: `${name} (text, commas)`, bytes: Buffer.from(values.slice(0, 2).join(',')) },
    { name: `${name} (text, lines)`, bytes: Buffer.from(values.slice(0, 2).join('\n')) },
    { name: `${name} (text)`, bytes: Buffer.from(String(values[0])) },
  ];
  for (const little of [true, false])
    for (const [kind, width] of [
      ['int32', 4],
      ['float32', 4],
      ['float64', 8],
    ] as const) {
      const view = new DataView(new ArrayBuffer(2 * width));
      values.slice(0, 2).forEach((value, i) => {
        if (kind === 'int32') view.setInt32(i * width, value, little);
        else if (kind === 'float32') view.setFloat32(i * width, value, little);
        else view.setFloat64(i * width, value, little);
      });
      needles.push({ name: `${name} (${kind} ${little ? 'LE' : 'BE'})`, bytes: Buffer.from(view.buffer) });
    }
  return needles;
}

function filesIn(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(dir, entry.name)) : entry.isFile() ? [join(dir, entry.name)] : [],
  );
}

export interface Search {
  files: number;
  bytes: number;
  /** `file: needle`, with how often. */
  found: { file: string; needle: string; times: number }[];
}

function count(content: Buffer, bytes: Buffer): number {
  let times = 0;
  for (let at = content.indexOf(bytes); at >= 0; at = content.indexOf(bytes, at + 1)) times++;
  return times;
}

/** What is gone by now, as the log of a database that was just closed, holds nothing. */
function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** Searches every file below the folders. */
export function search(dirs: readonly string[], needles: readonly Needle[]): Search {
  const found: Search['found'] = [];
  const files = dirs.flatMap(filesIn);
  let total = 0;
  for (const file of files) {
    const content = contentOf(file);
    total += content.length;
    for (const { name, bytes } of needles) {
      const times = bytes.length === 0 ? 0 : count(content, bytes);
      if (times > 0) found.push({ file, needle: name, times });
    }
  }
  return { files: files.length, bytes: total, found };
}
