// Looks into an attachment that is plain text and stands in the resource itself; everything else stays closed.
import { base64Decode, utf8Decode } from '@hale/kernel';
import { type Fields, textOf } from '../../import/json-records.ts';
import { LABEL_ATTACHMENT_UNITS_MAX } from '../limits.ts';

/** Its text; empty where there is nothing but a name; null: it cannot be looked into. */
export function attachmentText({ contentType, data, url }: Fields): string | null {
  if (typeof data !== 'string') return typeof url === 'string' ? null : '';
  const type = textOf(contentType).split(';')[0].trim().toLowerCase();
  if (!['text/plain', 'text/html', 'text/markdown'].includes(type) || data.length > LABEL_ATTACHMENT_UNITS_MAX)
    return null;
  try {
    return withoutTags(utf8Decode(base64Decode(data)));
  } catch {
    return null;
  }
}

/** A tag holds no other: so a text of nothing but `<` is passed through once and not once for each. */
export const withoutTags = (text: string): string => text.replace(/<[^<>]*>/g, ' ');
