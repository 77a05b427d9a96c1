// Files inside a document: scanned papers, pictures, and notes whose words become a small file of their own.
import { base64Encode, utf8Encode } from '@hale/kernel';
import type { Fields } from '../../import/json-records.ts';
import { parseBlobPlace } from '../model.ts';
import { compact } from './datatypes.ts';
import { narrativeOf } from './narrative.ts';
import type { Reading } from './reading.ts';
import { attributeOf, childOf, isElement, plainText, type XmlElement } from './xml.ts';

const MEDIA_TYPE = /^[a-z]+\/[a-z0-9.+-]+$/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Characters as they stand, without those that are none. */
const written = (element: XmlElement): string => element.nodes.filter((node) => !isElement(node)).join('');

/** What an element of type ED holds. 'damaged': its base64 is none. Null: nothing. */
export function attachmentOf(element: XmlElement | undefined): Fields | 'damaged' | null {
  if (element === undefined) return null;
  const told = attributeOf(element, 'mediaType').toLowerCase();
  const contentType = MEDIA_TYPE.test(told) ? told : '';
  const isBase64 = attributeOf(element, 'representation').toUpperCase() === 'B64';
  const url = attributeOf(childOf(element, 'reference'), 'value');
  if (!isBase64) {
    const text = written(element).trim() === '' ? '' : plainText(element);
    if (text !== '') return { contentType: contentType || 'text/plain', data: base64Encode(utf8Encode(text)) };
    return url === '' || url.startsWith('#') ? null : compact({ contentType, url });
  }
  const data = written(element).replace(/\s+/g, '');
  if (data === '') return null;
  if (parseBlobPlace(data) === null && (!BASE64.test(data) || data.length % 4 !== 0)) return 'damaged';
  const algorithm = attributeOf(element, 'integrityCheckAlgorithm') || 'SHA-1';
  const hash = algorithm === 'SHA-1' ? attributeOf(element, 'integrityCheck') : '';
  return compact({ contentType: contentType || 'application/octet-stream', data, hash });
}

/** The words of a note as a page; undefined where it has none. */
export function noteAttachment(statement: XmlElement, reading: Reading): Fields | undefined {
  const text = childOf(statement, 'text');
  const own = attachmentOf(text);
  if (own !== null && own !== 'damaged') return own;
  const div = narrativeOf(reading.narrativeElement(statement), () => '');
  return div === '' ? undefined : { contentType: 'text/html', data: base64Encode(utf8Encode(div)) };
}
