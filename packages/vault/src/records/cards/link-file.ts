// The files behind a link: compact JWE, alg dir, enc A256GCM, deflated or not (SMART Health Links, "Encrypting and Decrypting Files"; RFC 7516).
import { HaleError, utf8Decode, utf8Encode } from '@hale/kernel';
import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import { type CardFinding, finding } from './findings.ts';
import { LINK_FILE_BYTES_MAX, LINK_FILE_UNITS_MAX } from './limits.ts';

export const CARD_MEDIA = 'application/smart-health-card';
export const FHIR_MEDIA = 'application/fhir+json';

export interface LinkFile {
  /** Media type. */
  contentType: string;
  text: string;
}

const JWE = /^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{22}$/;

/** @param told media type by the manifest; the file's own word counts more, since it is sealed */
export async function openLinkFile(
  jwe: string,
  key: Uint8Array,
  told: string,
): Promise<{ file: LinkFile | null; finding: CardFinding | null }> {
  const refused = (code: 'file-jwe' | 'file-key' | 'file-long' | 'server-long') => ({
    file: null,
    finding: finding(code),
  });
  const compact = jwe.trim();
  if (compact.length > LINK_FILE_UNITS_MAX) return refused('server-long');
  if (!JWE.test(compact)) return refused('file-jwe');
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(compact, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      // jose's own bound of 250 kB is less than a usual record: ours stands instead.
      maxDecompressedLength: LINK_FILE_BYTES_MAX,
    });
    const contentType = protectedHeader.cty ?? told;
    return { file: { contentType: mediaType(contentType), text: utf8Decode(plaintext) }, finding: null };
  } catch (error) {
    if (error instanceof errors.JWEDecryptionFailed) return refused('file-key');
    if (error instanceof errors.JWEInvalid && /decompress/i.test(error.message)) return refused('file-long');
    if (error instanceof errors.JOSEError || error instanceof HaleError) return refused('file-jwe');
    throw error;
  }
}

/** `cty` may leave `application/` out (RFC 7515 §4.1.10). */
const mediaType = (text: string): string => {
  const [bare] = text.toLowerCase().split(';');
  return bare.includes('/') ? bare.trim() : `application/${bare.trim()}`;
};

/**
 * Deflated: seven times smaller. The nonce is drawn anew for each file and each version of one, by jose itself: with a key that many files share
 * a nonce must never come from a caller.
 */
export async function sealLinkFile({ contentType, text }: LinkFile, key: Uint8Array): Promise<string> {
  return await new CompactEncrypt(utf8Encode(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', cty: contentType, zip: 'DEF' })
    .encrypt(key);
}
