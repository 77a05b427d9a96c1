// Long texts that were cut out of resources on import: read from the original bytes again, a piece at a time.
import { HaleError, utf8Decode, utf8Encode } from '@hale/kernel';
import { type BlobPlace, parseBlobPlace, parseFilePlace, type Resource } from '@hale/vault/records';
import type { Home } from '../home.ts';

const PIECE_BYTES = 1024 * 1024;

/** The text as it was written: base64, with JSON's escapes. @throws HaleError 'not-found' | 'usage' */
export async function* writtenText(home: Home, subject: string, place: BlobPlace): AsyncGenerator<Uint8Array> {
  const { blob, source } = home.records.blob(subject, place.n);
  const end = place.offset + place.length;
  if (end > blob.sizeBytes) throw new HaleError('usage', 'this reaches beyond the end of the file');
  for (let at = place.offset; at < end; at += PIECE_BYTES) yield await source.read(at, Math.min(PIECE_BYTES, end - at));
}

/** The bytes that the text means. What is not base64 in it is passed over, as usual. */
export async function* attachedBytes(home: Home, subject: string, place: BlobPlace): AsyncGenerator<Uint8Array> {
  let rest = '';
  let cut = '';
  for await (const piece of writtenText(home, subject, place)) {
    const written = cut + utf8Decode(piece);
    cut = written.endsWith('\\') ? '\\' : '';
    // A line's end is `\r\n` in JSON, and its letters are none of base64's; `\/` is a stroke.
    const plain = written
      .slice(0, written.length - cut.length)
      .replace(/\\(.)/g, (_, letter) => (letter === '/' ? '/' : ''));
    const text = rest + plain.replace(/[^A-Za-z0-9+/]/g, '');
    const whole = text.length - (text.length % 4);
    rest = text.slice(whole);
    yield new Uint8Array(Buffer.from(text.slice(0, whole), 'base64'));
  }
  if (rest !== '') yield new Uint8Array(Buffer.from(rest, 'base64'));
}

/** Text in which a place cannot be by chance. A file has its place in `url`, and is put back as `data`. */
const MARK = /"hale-blob:\d{1,10}\/\d{1,13}\/\d{1,13}"|"url":"hale-file:\d{1,10}\/\d{1,13}\/\d{1,13}"/;

/** A resource as JSON with everything in it that it came with. */
export async function* originalResource(home: Home, subject: string, resource: Resource): AsyncGenerator<Uint8Array> {
  let rest = JSON.stringify(resource);
  for (let found = MARK.exec(rest); found; found = MARK.exec(rest)) {
    const written = found[0].slice(found[0].lastIndexOf('"hale-') + 1, -1);
    const [text, file] = [parseBlobPlace(written), parseFilePlace(written)];
    yield utf8Encode(rest.slice(0, found.index) + (file ? '"data":"' : '"'));
    if (text) yield* writtenInJson(home, subject, text);
    if (file) yield* bytesAsBase64(home, subject, file);
    rest = rest.slice(found.index + found[0].length - 1);
  }
  yield utf8Encode(rest);
}

/** XML breaks base64 into lines, and JSON has no place for a line's end within a text. */
async function* writtenInJson(home: Home, subject: string, place: BlobPlace): AsyncGenerator<Uint8Array> {
  for await (const piece of writtenText(home, subject, place)) yield piece.filter((byte) => byte >= 0x20);
}

async function* bytesAsBase64(home: Home, subject: string, place: BlobPlace): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  for await (const piece of writtenText(home, subject, place)) {
    const bytes = Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % 3);
    rest = bytes.subarray(whole);
    yield utf8Encode(bytes.subarray(0, whole).toString('base64'));
  }
  yield utf8Encode(rest.toString('base64'));
}
