// Files that hang on a copy and came with it: contents that stand in the resource itself.
import type { Resource } from '@hale/home';
import { type Fields, isFields, listOf } from '../screens/records/fields.ts';

export interface GivenFile {
  name: string;
  /** Media type. */
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Kinds of file that a browser may be given; anything else is saved as bytes. */
const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'text/plain': 'txt',
  'text/xml': 'xml',
  'application/xml': 'xml',
  'application/dicom': 'dcm',
};

export function filesIn(resource: Resource): GivenFile[] {
  const { content, presentedForm, photo, resourceType } = resource as Fields;
  const attached = [...listOf(content), ...listOf(presentedForm), ...listOf(photo)].filter(isFields);
  const all = attached.map((each) => (isFields(each.attachment) ? each.attachment : each));
  if (resourceType === 'Binary') all.push(resource as Fields);
  return all.flatMap((each, i): GivenFile[] => {
    const bytes = typeof each.data === 'string' ? bytesOf(each.data) : null;
    if (bytes === null) return [];
    const said = typeof each.contentType === 'string' ? each.contentType.split(';')[0].trim() : '';
    const type = Object.hasOwn(ENDINGS, said) ? said : 'application/octet-stream';
    const title = typeof each.title === 'string' && each.title.trim() !== '' ? each.title.trim() : `file-${i + 1}`;
    const ending = ENDINGS[type] ?? 'bin';
    const safe = title.replace(/[^\p{L}\p{N} ._-]/gu, '_').slice(0, 80);
    return [{ name: safe.toLowerCase().endsWith(`.${ending}`) ? safe : `${safe}.${ending}`, type, bytes }];
  });
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64.replace(/\s/g, '')), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}
