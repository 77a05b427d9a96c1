// Attachments: as long as they say, and with the hash that they say.

import { base64Decode, base64Encode } from '@hale/kernel';
import type { Findings } from './finding.ts';
import { get, type Json, text } from './json.ts';
import { HASHED_BYTES_MAX } from './limits.ts';

/** SHA-1 of bytes: FHIR R4's hash of an attachment, good for damage on the way and no proof against a forger. */
export type Sha1 = (bytes: Uint8Array) => Uint8Array;

export function checkAttachment(attachment: Json, sha1: Sha1 | null, findings: Findings): void {
  const data = text(attachment, 'data');
  if (data === undefined) return;
  const packed = /\s/.test(data) ? data.replace(/\s+/g, '') : data;
  if (packed.length % 4 !== 0) return;
  const padding = packed.endsWith('==') ? 2 : packed.endsWith('=') ? 1 : 0;
  const length = (packed.length / 4) * 3 - padding;
  const size = get(attachment, 'size');
  if (typeof size === 'number' && size !== length)
    findings.error(
      'attachment-size',
      'The attachment is not as long as it says: part of it may be lost. Ask for it again.',
      size,
    );
  const hash = text(attachment, 'hash');
  if (hash !== undefined && sha1 !== null && length <= HASHED_BYTES_MAX) checkHash(packed, hash, sha1, findings);
}

function checkHash(packed: string, hash: string, sha1: Sha1, findings: Findings): void {
  let bytes: Uint8Array;
  try {
    bytes = base64Decode(packed);
  } catch {
    // Told already, as the form of the field.
    return;
  }
  if (base64Encode(sha1(bytes)) !== hash.replace(/\s+/g, ''))
    findings.error(
      'attachment-hash',
      'The attachment is not what its hash says: it was changed or damaged. Ask for it again.',
    );
}
