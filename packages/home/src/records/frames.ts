// Frames of images that were imported, as pictures that a browser shows: decoded from the original bytes at the moment they are asked for.
import { crc32, deflateSync } from 'node:zlib';
import { HaleError } from '@hale/kernel';
import type { ByteSource } from '@hale/vault/import';
import { parseFilePlace, type Resource } from '@hale/vault/records';
import type { FrameAsked, FrameShown } from '../api-records.ts';
import type { Home } from '../home.ts';

interface Instance {
  uid: string;
  extension?: { url?: string; valueUri?: string }[];
}
interface Series {
  instance?: Instance[];
}

/** @throws HaleError 'usage' for what is no study, 'not-found' for an image that it has not, else as `decodeFrame` */
export async function shownFrame(
  home: Home,
  subject: string,
  resource: Resource,
  asked: FrameAsked,
): Promise<FrameShown> {
  if (resource.resourceType !== 'ImagingStudy') throw new HaleError('usage', 'only an imaging study has pictures');
  const { decodeFrame, FILE_EXTENSION, frameFacts, readHeader } = await import('@hale/vault/records/dicom');
  const { series = 0, image = 0, frame = 0 } = asked;
  const all = (resource.series ?? []) as Series[];
  const instance = all[series]?.instance?.[image];
  const place = parseFilePlace(instance?.extension?.find(({ url }) => url === FILE_EXTENSION)?.valueUri);
  if (!place) throw new HaleError('not-found', 'the study has no such picture here');
  const source = partOf(home.records.blob(subject, place.n).source, place);
  const header = await readHeader(source);
  const facts = frameFacts(header);
  const window =
    asked.center === undefined || asked.width === undefined ? undefined : { center: asked.center, width: asked.width };
  const decoded = await decodeFrame(source, header, frame, window);
  const { rows, columns, frames, windows } = facts;
  const about = { rows, columns, frames, windows, images: all.map((each) => each.instance?.length ?? 0) };
  if (decoded.kind === 'jpeg')
    return { ...about, mediaType: 'image/jpeg', data: Buffer.from(decoded.bytes).toString('base64'), window: null };
  const png = pngOf(decoded.pixels, columns, rows, decoded.kind === 'grey' ? 1 : 3);
  return {
    ...about,
    mediaType: 'image/png',
    data: png.toString('base64'),
    window: decoded.kind === 'grey' ? decoded.window : null,
  };
}

/** A file within the run of bytes of its series. */
function partOf(source: ByteSource, { offset, length }: { offset: number; length: number }): ByteSource {
  return {
    name: source.name,
    sizeBytes: length,
    read: (at, wanted) => source.read(offset + at, Math.max(0, Math.min(wanted, length - at))),
  };
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** Eight bits a sample, without a filter (PNG, third edition, §5 and §7). */
export function pngOf(pixels: Uint8Array, columns: number, rows: number, samples: 1 | 3): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(columns, 0);
  head.writeUInt32BE(rows, 4);
  head[8] = 8;
  head[9] = samples === 1 ? 0 : 2;
  const line = columns * samples;
  const lines = Buffer.alloc((line + 1) * rows);
  for (let row = 0; row < rows; row++) lines.set(pixels.subarray(row * line, (row + 1) * line), row * (line + 1) + 1);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
