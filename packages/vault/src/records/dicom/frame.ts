// One frame of an image as a picture of grey: the numbers that a machine measured, through its own slope and intercept, and a window of them as
// the eye can tell them apart (PS3.3 C.11.2). Uncompressed and run-length coded frames become pixels; JPEG of eight bits is a picture already.
import { fail } from '@hale/kernel';
import { readFully } from '../../import/source.ts';
import type { ByteSource } from '../../import/types.ts';
import { type Header, PIXEL_DATA } from './header.ts';
import { DICOM_FRAME_PIXELS_MAX, DICOM_FRAMES_MAX } from './limits.ts';
import { unpackRle } from './rle.ts';

export interface Window {
  center: number;
  width: number;
  /** As the machine calls it: `BONE`. */
  name: string;
}

export interface FrameFacts {
  rows: number;
  columns: number;
  frames: number;
  /** The machine's own windows, the usual one first. */
  windows: Window[];
  coding: 'plain' | 'rle' | 'jpeg' | 'unknown';
  bitsAllocated: number;
  bitsStored: number;
  isSigned: boolean;
  isBigEndian: boolean;
  samples: number;
  isPlanar: boolean;
  /** Small numbers are white. */
  isInverted: boolean;
  isColour: boolean;
  slope: number;
  intercept: number;
}

export type Frame =
  | { kind: 'grey'; pixels: Uint8Array; window: Window | null }
  | { kind: 'colour'; pixels: Uint8Array }
  | { kind: 'jpeg'; bytes: Uint8Array };

const NOT_SHOWN = 'this coding of images is not shown yet; the file is kept as it is';

const CODINGS: Readonly<Record<string, FrameFacts['coding']>> = {
  '1.2.840.10008.1.2': 'plain',
  '1.2.840.10008.1.2.1': 'plain',
  '1.2.840.10008.1.2.2': 'plain',
  '1.2.840.10008.1.2.5': 'rle',
  '1.2.840.10008.1.2.4.50': 'jpeg',
};

/** @throws HaleError 'malformed' where the header says what cannot be, 'unsupported' where the file has no picture, 'too-large' */
export function frameFacts(header: Header): FrameFacts {
  const number = (tag: string, otherwise: number) => header.short(tag) ?? otherwise;
  const decimal = (tag: string, otherwise: number) => header.decimal(tag) ?? otherwise;
  const [rows, columns] = [number('x00280010', 0), number('x00280011', 0)];
  const frames = decimal('x00280008', 1);
  if (!header.element(PIXEL_DATA)) fail('unsupported', 'this file holds no picture');
  if (rows < 1 || columns < 1 || frames < 1 || !Number.isInteger(frames))
    fail('malformed', 'this image says that it has no pixels');
  if (rows * columns > DICOM_FRAME_PIXELS_MAX || frames > DICOM_FRAMES_MAX)
    fail('too-large', 'this image says that it is larger than any can be');
  const photometric = header.text('x00280004');
  const syntax = header.text('x00020010');
  const [centers, widths] = [header.numbers('x00281050'), header.numbers('x00281051')];
  const names = header.texts('x00281055');
  return {
    rows,
    columns,
    frames,
    windows: centers.flatMap((center, i) =>
      widths[i] >= 1 ? [{ center, width: widths[i], name: names[i] ?? '' }] : [],
    ),
    coding: Object.hasOwn(CODINGS, syntax) ? CODINGS[syntax] : 'unknown',
    bitsAllocated: number('x00280100', 16),
    bitsStored: number('x00280101', number('x00280100', 16)),
    isSigned: number('x00280103', 0) === 1,
    isBigEndian: syntax === '1.2.840.10008.1.2.2',
    samples: number('x00280002', 1),
    isPlanar: number('x00280006', 0) === 1,
    isInverted: photometric === 'MONOCHROME1',
    isColour: photometric === 'RGB',
    slope: decimal('x00281053', 1) || 1,
    intercept: decimal('x00281052', 0),
  };
}

/**
 * One frame, counted from 0.
 * @param window which numbers are told apart; without it the machine's own, else all that occur
 * @throws HaleError 'unsupported' for a coding that is not shown yet, 'malformed' where pixels are missing, 'not-found' for a frame that is none
 */
export async function decodeFrame(
  source: ByteSource,
  header: Header,
  frame: number,
  window?: Omit<Window, 'name'>,
): Promise<Frame> {
  const facts = frameFacts(header);
  if (!(frame >= 0 && frame < facts.frames)) fail('not-found', 'the image has no such frame', { frames: facts.frames });
  const isGrey = facts.samples === 1 && !facts.isColour;
  const isRgb = facts.samples === 3 && facts.isColour && facts.bitsAllocated === 8;
  if (facts.coding === 'unknown' || ![8, 16].includes(facts.bitsAllocated)) fail('unsupported', NOT_SHOWN);
  const { dataOffset, length } = header.element(PIXEL_DATA)!;
  if (facts.coding === 'jpeg') return { kind: 'jpeg', bytes: await fragment(source, dataOffset, frame, facts.frames) };
  if (!isGrey && !isRgb) fail('unsupported', NOT_SHOWN);
  const bytes = await frameBytes(source, facts, { dataOffset, length }, frame);
  if (isRgb) return { kind: 'colour', pixels: facts.isPlanar || facts.coding === 'rle' ? interleaved(bytes) : bytes };
  return grey(facts, bytes, window);
}

const frameLength = ({ rows, columns, samples, bitsAllocated }: FrameFacts): number =>
  rows * columns * samples * (bitsAllocated / 8);

async function frameBytes(
  source: ByteSource,
  facts: FrameFacts,
  { dataOffset, length }: { dataOffset: number; length: number },
  frame: number,
): Promise<Uint8Array> {
  const size = frameLength(facts);
  if (facts.coding === 'rle') return unpackRle(await fragment(source, dataOffset, frame, facts.frames), facts, size);
  const from = dataOffset + frame * size;
  const isThere = (length === 0xffffffff || (frame + 1) * size <= length) && from + size <= source.sizeBytes;
  const bytes = isThere ? await readFully(source, from, size) : null;
  return bytes?.length === size
    ? bytes
    : fail('malformed', 'this image is shorter than its rows and columns need: the file is damaged');
}

/** Every frame is a fragment of its own; those that cut one frame into several are not shown. */
async function fragment(source: ByteSource, from: number, frame: number, frames: number): Promise<Uint8Array> {
  const found: { offset: number; length: number }[] = [];
  for (let at = from; at + 8 <= source.sizeBytes && found.length <= frames + 1; ) {
    const head = await readFully(source, at, 8);
    const view = new DataView(head.buffer, head.byteOffset, 8);
    const [group, element, length] = [view.getUint16(0, true), view.getUint16(2, true), view.getUint32(4, true)];
    if (group !== 0xfffe || (element !== 0xe000 && element !== 0xe0dd))
      return fail('malformed', 'the pieces of this image do not follow each other: the file is damaged');
    if (element === 0xe0dd) break;
    if (at + 8 + length > source.sizeBytes)
      return fail('malformed', 'a piece of this image is shorter than it says: the file is damaged');
    found.push({ offset: at + 8, length });
    at += 8 + length;
  }
  // The first is a table of offsets.
  const pieces = found.slice(1);
  if (pieces.length !== frames) return fail('unsupported', NOT_SHOWN);
  return readFully(source, pieces[frame].offset, pieces[frame].length);
}

/** Red of all, green of all, blue of all as pixel after pixel. */
function interleaved(planes: Uint8Array): Uint8Array {
  const count = planes.length / 3;
  const pixels = new Uint8Array(planes.length);
  for (let i = 0; i < count; i++) for (let c = 0; c < 3; c++) pixels[3 * i + c] = planes[c * count + i];
  return pixels;
}

function grey(facts: FrameFacts, bytes: Uint8Array, asked: Omit<Window, 'name'> | undefined): Frame {
  const values = valuesOf(facts, bytes);
  const [own] = facts.windows;
  const window = asked ? { ...asked, name: '' } : (own ?? wholeRange(values));
  const { center, width } = window;
  const pixels = new Uint8Array(values.length);
  // PS3.3 C.11.2.1.2.1, the linear function.
  const span = Math.max(1, width) - 1;
  for (let i = 0; i < values.length; i++) {
    const at = span === 0 ? (values[i] > center - 0.5 ? 1 : 0) : (values[i] - (center - 0.5)) / span + 0.5;
    const light = Math.round(255 * Math.min(1, Math.max(0, at)));
    pixels[i] = facts.isInverted ? 255 - light : light;
  }
  return { kind: 'grey', pixels, window };
}

/** What the machine measured, in its units. */
function valuesOf(facts: FrameFacts, bytes: Uint8Array): Float32Array {
  const { bitsAllocated, bitsStored, isSigned, isBigEndian, slope, intercept } = facts;
  const values = new Float32Array(bytes.length / (bitsAllocated / 8));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stored = Math.min(Math.max(1, bitsStored), bitsAllocated);
  const [mask, sign] = [2 ** stored - 1, 2 ** (stored - 1)];
  for (let i = 0; i < values.length; i++) {
    const raw = bitsAllocated === 8 ? bytes[i] : view.getUint16(2 * i, !isBigEndian);
    const value = raw & mask;
    values[i] = (isSigned && value >= sign ? value - 2 * sign : value) * slope + intercept;
  }
  return values;
}

function wholeRange(values: Float32Array): Window {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { center: (low + high + 1) / 2, width: Math.max(1, high - low + 1), name: '' };
}
