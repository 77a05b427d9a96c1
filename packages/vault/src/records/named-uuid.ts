import { sha256, toHex, utf8Encode } from '@hale/kernel';

/** A UUID that is the same whenever the same name comes. */
export function uuidOf(name: string): string {
  const hex = toHex(sha256(utf8Encode(name)));
  const variant = '89ab'[Number.parseInt(hex[16], 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
