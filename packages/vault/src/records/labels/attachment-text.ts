// Looks into an attachment that is plain text and stands in the resource itself; everything else stays closed.
import { base64Decode, utf8Decode } from '@hale/kernel';
import { type Fields, textOf } from '../../import/json-records.ts';

/** Bytes of a text that is looked into: longer ones were cut out of the resource when it came in (BLOB_TEXT_UNITS_MIN). */
const TEXT_BYTES_MAX = 100_000;

/** Its text; empty where there is nothing but a name; null: it cannot be looked into. */
export function attachmentText({ contentType, data, url }: Fields): string | null {
  if (typeof data !== 'string') return typeof url === 'string' ? null : '';
  const type = textOf(contentType).split(';')[0].trim().toLowerCase();
  if (!['text/plain', 'text/html', 'text/markdown'].includes(type) || data.length > TEXT_BYTES_MAX) return null;
  try {
    return utf8Decode(base64Decode(data)).replace(/<[^>]*>/g, ' ');
  } catch {
    return null;
  }
}
