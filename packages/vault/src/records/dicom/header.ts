// The header of a DICOM file (PS3.10), by a kept parser, and its values as text and numbers. A file may say anything of its own sizes: nothing is
// believed before it fits the bytes that are there.
import { fail, HaleError } from '@hale/kernel';
import dicomParser, { type DataSet, type Element } from 'dicom-parser';
import { readFully } from '../../import/source.ts';
import type { ByteSource } from '../../import/types.ts';
import { textOfBytes } from './charset.ts';
import { DICOM_HEAD_BYTES, DICOM_HEADER_BYTES_MAX, DICOM_TEXT_UNITS_MAX } from './limits.ts';

const PREAMBLE_BYTES = 128;
/** Pixels in integers, in floating point, in double. */
export const PIXEL_DATA = 'x7fe00010';
const DEFLATED = '1.2.840.10008.1.2.1.99';

/** Does the file say that it is DICOM? */
export async function isDicom(source: ByteSource): Promise<boolean> {
  if (source.sizeBytes < PREAMBLE_BYTES + 4) return false;
  const mark = await readFully(source, PREAMBLE_BYTES, 4);
  return String.fromCharCode(...mark) === 'DICM';
}

export class Header {
  readonly #set: DataSet;
  readonly #charset: string;

  constructor(set: DataSet, charset?: string) {
    this.#set = set;
    this.#charset = charset ?? set.string('x00080005') ?? '';
  }

  element(tag: string): Element | undefined {
    return Object.hasOwn(this.#set.elements, tag) ? this.#set.elements[tag] : undefined;
  }

  /** First value of a text; empty where there is none. Tag as `x0010_0010` without the stroke. */
  text(tag: string): string {
    return this.texts(tag)[0] ?? '';
  }

  texts(tag: string): string[] {
    const element = this.element(tag);
    if (!element || element.length <= 0 || element.items) return [];
    const bytes = new Uint8Array(
      this.#set.byteArray.subarray(
        element.dataOffset,
        element.dataOffset + Math.min(element.length, DICOM_TEXT_UNITS_MAX),
      ),
    );
    return textOfBytes(bytes, this.#charset)
      .split('\\')
      .map((part) => part.replace(/\0/g, '').trim());
  }

  /** A number of 16 bits (US, SS). */
  short(tag: string): number | undefined {
    const element = this.element(tag);
    if (!element || element.length < 2) return undefined;
    return element.vr === 'SS' ? this.#set.int16(tag) : this.#set.uint16(tag);
  }

  /** A number written as text (IS, DS). */
  decimal(tag: string): number | undefined {
    return this.numbers(tag)[0];
  }

  /** Values of type DS. */
  numbers(tag: string): number[] {
    return this.texts(tag)
      .filter((text) => text !== '')
      .map(Number)
      .filter(Number.isFinite);
  }

  /** An unsigned number of 32 bits. */
  long(tag: string): number | undefined {
    return this.element(tag) ? this.#set.uint32(tag) : undefined;
  }

  /** Headers of a sequence's items, and where each begins in the file. */
  items(tag: string): { header: Header; offset: number }[] {
    return (this.element(tag)?.items ?? []).flatMap(({ dataSet, dataOffset }) =>
      dataSet
        ? [{ header: new Header(dataSet, dataSet.string('x00080005') ?? this.#charset), offset: dataOffset - 8 }]
        : [],
    );
  }
}

/** Everything before the pixels. @throws HaleError 'malformed' for a file that breaks off, or says what is not so; 'unsupported'; 'too-large' */
export async function readHeader(source: ByteSource, bytesMax = DICOM_HEADER_BYTES_MAX): Promise<Header> {
  const first = await readFully(source, 0, Math.min(DICOM_HEAD_BYTES, source.sizeBytes));
  const short = parsed(first);
  // A beginning may end between two fields and look whole.
  const isWhole = short !== null && (PIXEL_DATA in short.elements || first.length === source.sizeBytes);
  if (isWhole) return checked(short, source);
  if (first.length < Math.min(source.sizeBytes, bytesMax)) {
    const long = parsed(await readFully(source, 0, Math.min(bytesMax, source.sizeBytes)));
    if (long) return checked(long, source);
  }
  return fail('malformed', 'this DICOM file is damaged or breaks off: its header does not fit its length');
}

/** Null: it does not fit these bytes. */
function parsed(bytes: Uint8Array): DataSet | null {
  try {
    return dicomParser.parseDicom(bytes, {
      untilTag: PIXEL_DATA,
      inflater: () =>
        fail('unsupported', 'this DICOM file is packed as a whole, which is not read yet: the file is kept'),
    });
  } catch (error) {
    if (error instanceof HaleError) throw error;
    // The parser throws texts and errors of any kind; all of them mean that the bytes are not as they say.
    return null;
  }
}

function checked(set: DataSet, source: ByteSource): Header {
  const header = new Header(set);
  if (header.text('x00020010') === DEFLATED)
    fail('unsupported', 'this DICOM file is packed as a whole, which is not read yet');
  const pixels = header.element(PIXEL_DATA);
  const hasPixels = ['x7fe00008', 'x7fe00009', PIXEL_DATA].some((tag) => header.element(tag));
  if ((header.short('x00280010') ?? 0) > 0 && !hasPixels)
    fail('malformed', 'this DICOM file breaks off: its image is missing');
  // A length that is not told (0xffffffff) goes with fragments, which are looked at when they are shown.
  const isTold = pixels !== undefined && pixels.length !== 0xffffffff && pixels.length >= 0;
  if (isTold && pixels.dataOffset + pixels.length > source.sizeBytes)
    fail('malformed', 'this DICOM file breaks off: its image is shorter than it says');
  return header;
}
