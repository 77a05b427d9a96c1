// Files that health records came in, and what was attached to a resource, for a browser to save.
import { HaleError } from '@hale/kernel';
import type { Parameters } from '../api.ts';
import type { Download } from '../downloads.ts';
import type { Home } from '../home.ts';
import { attachedBytes } from './attachments.ts';

const PIECE_BYTES = 1024 * 1024;
/** What a browser may be told: anything else is bytes to be saved and not to be run. */
const SAFE_TYPES = new Set([
  ...['application/pdf', 'image/png', 'image/jpeg', 'text/plain', 'application/fhir+json', 'application/fhir+ndjson'],
  ...['application/dicom', 'application/zip', 'application/xml'],
]);

type Wish = Extract<Parameters<'download.begin'>, { what: 'record-file' }>;

/** @throws HaleError 'not-found' | 'usage' */
export function recordFileDownload(home: Home, { subject: named, n, at, length, isFile, name }: Wish): Download {
  const { id: subject } = home.vault.subject(named);
  const { blob, source } = home.records.blob(subject, n);
  const isPart = at !== undefined && length !== undefined;
  if (isPart && !(at >= 0 && length > 0 && at + length <= blob.sizeBytes))
    throw new HaleError('usage', 'this reaches beyond the end of the file');
  async function* plain() {
    const begin = isPart ? at : 0;
    const end = isPart ? at + length : blob.sizeBytes;
    for (let from = begin; from < end; from += PIECE_BYTES)
      yield await source.read(from, Math.min(PIECE_BYTES, end - from));
  }
  return {
    name: (name ?? blob.name).replace(/[^\p{L}\p{N} ._-]/gu, '-').slice(0, 200) || 'file',
    type: !isPart && SAFE_TYPES.has(blob.mediaType) ? blob.mediaType : 'application/octet-stream',
    chunks: () => (isPart && !isFile ? attachedBytes(home, subject, { n, offset: at, length }) : plain()),
  };
}
