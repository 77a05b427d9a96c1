// Text without TextDecoder: which encoding a file has, and cells as strings.

import type { Mapping } from './mapping.ts';

export type Encoding = Mapping['encoding'];

/** Code units of a text: bytes for UTF-8 and Latin-1, 16-bit units for UTF-16. */
export type Units = Uint8Array | Uint16Array;

export interface EncodingFound {
  encoding: Encoding;
  /** Bytes of the byte order mark at the start. */
  markBytes: number;
}

/** Tells the encoding from the first bytes of a file. No mark and not valid UTF-8 means Latin-1, as old devices write. */
export function sniffEncoding(head: Uint8Array): EncodingFound {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', markBytes: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', markBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', markBytes: 2 };
  const sample = Math.min(head.length, 1024) & ~1;
  let evenZeros = 0;
  let oddZeros = 0;
  for (let i = 0; i < sample; i += 2) {
    if (head[i] === 0) evenZeros++;
    if (head[i + 1] === 0) oddZeros++;
  }
  // ASCII in UTF-16 has a zero in nearly every second byte.
  if (sample >= 4 && oddZeros > sample * 0.4 && evenZeros === 0) return { encoding: 'utf-16le', markBytes: 0 };
  if (sample >= 4 && evenZeros > sample * 0.4 && oddZeros === 0) return { encoding: 'utf-16be', markBytes: 0 };
  return { encoding: isUtf8(head) ? 'utf-8' : 'latin-1', markBytes: 0 };
}

/** Whether the bytes are UTF-8; a sequence cut off at the end counts as well. */
function isUtf8(bytes: Uint8Array): boolean {
  let i = 0;
  while (i < bytes.length) {
    const lead = bytes[i];
    const more =
      lead < 0x80
        ? 0
        : lead >= 0xc2 && lead < 0xe0
          ? 1
          : lead >= 0xe0 && lead < 0xf0
            ? 2
            : lead >= 0xf0 && lead < 0xf5
              ? 3
              : -1;
    if (more < 0) return false;
    for (let k = 1; k <= more && i + k < bytes.length; k++) if ((bytes[i + k] & 0xc0) !== 0x80) return false;
    i += more + 1;
  }
  return true;
}

/** True when the first bytes are no text at all: control characters that no table holds. */
export function looksBinary(head: Uint8Array, { encoding }: EncodingFound): boolean {
  if (encoding.startsWith('utf-16')) return false;
  for (const byte of head)
    if (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 11 && byte !== 12) return true;
  return false;
}

function utf8ToText(units: Units, start: number, end: number): string {
  let text = '';
  let i = start;
  while (i < end) {
    const lead = units[i++];
    if (lead < 0x80) {
      text += String.fromCharCode(lead);
      continue;
    }
    const more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    let point = lead & (0x3f >> more);
    let k = 0;
    while (k < more && i < end && (units[i] & 0xc0) === 0x80) {
      point = (point << 6) | (units[i++] & 0x3f);
      k++;
    }
    text += more === 0 || k < more || point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
  }
  return text;
}

/** Code units as text; what is not valid becomes U+FFFD. */
export function unitsToText(units: Units, start: number, end: number, encoding: Encoding): string {
  if (encoding === 'utf-8') return utf8ToText(units, start, end);
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(units[i]);
  return text;
}

/** Bytes as code units; a cut half unit at the end is dropped. */
export function bytesToUnits(bytes: Uint8Array, encoding: Encoding): Units {
  if (!encoding.startsWith('utf-16')) return bytes;
  const low = encoding === 'utf-16le' ? 0 : 1;
  const units = new Uint16Array(bytes.length >> 1);
  for (let i = 0; i < units.length; i++) units[i] = bytes[2 * i + low] | (bytes[2 * i + 1 - low] << 8);
  return units;
}

/** Text as 16-bit units, so that the readers of numbers and times take strings as well. */
export function textToUnits(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  return units;
}
