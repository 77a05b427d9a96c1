// A PDF or a picture that somebody brings with a few words about it (what, when, of what kind, by whom): a document among the records. Only files
// that are named and said to be such: not every picture of a folder is a record.
import { fail } from '@hale/kernel';
import { readFully } from '../../import/source.ts';
import type { ByteSource } from '../../import/types.ts';
import { parseFhirTime } from '../clinical-time.ts';
import type { OpenedRecords, RecordFormat, RecordItem } from '../format.ts';
import { PAPER_TEXT_UNITS_MAX } from '../limits.ts';
import { filePlace, type Resource } from '../model.ts';
import { uuidOf } from '../named-uuid.ts';

/** The short form. */
export interface PaperForm {
  /** What it is; else the name of the file. */
  title?: string;
  /** `2024`, `2024-03`, `2024-03-02`. */
  date?: string;
  /** `Discharge letter`, in any words. */
  kind?: string;
  /** Who wrote or made it. */
  by?: string;
}

const HEAD_BYTES = 16;
/** By their first bytes; what begins otherwise is neither. */
const KINDS: readonly [pattern: RegExp, mediaType: string][] = [
  [/^%PDF-/, 'application/pdf'],
  [/^\u00ff\u00d8\u00ff/, 'image/jpeg'],
  [/^\u0089PNG\r\n/, 'image/png'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF....WEBP/s, 'image/webp'],
  [/^(II\*|MM.\*)/s, 'image/tiff'],
  [/^....ftyp(heic|heix|mif1|msf1)/s, 'image/heic'],
];

async function mediaTypeOf(source: ByteSource): Promise<string | null> {
  const head = String.fromCharCode(...(await readFully(source, 0, Math.min(HEAD_BYTES, source.sizeBytes))));
  return KINDS.find(([pattern]) => pattern.test(head))?.[1] ?? null;
}

/** Whether a file could be brought with the form. */
export const isPaper = async (source: ByteSource): Promise<boolean> => (await mediaTypeOf(source)) !== null;

/** @throws HaleError 'usage' where the form says what cannot be */
export function paperRecords(form: PaperForm): RecordFormat {
  const { date = '' } = form;
  if (date !== '' && (date.includes('T') || parseFhirTime(date) === null))
    fail('usage', 'the date of a document is written like 2024, 2024-03 or 2024-03-02');
  for (const text of [form.title, form.kind, form.by])
    if ((text?.length ?? 0) > PAPER_TEXT_UNITS_MAX)
      fail('usage', `title, kind and author have at most ${PAPER_TEXT_UNITS_MAX} characters each`);
  return {
    name: 'paper',
    detect: isPaper,
    open: async (source): Promise<OpenedRecords> => {
      const mediaType = await mediaTypeOf(source);
      if (mediaType === null)
        return fail('unsupported', 'this is neither a PDF nor a picture, so it cannot be kept as a document');
      const isPdf = mediaType === 'application/pdf';
      return {
        kind: isPdf ? 'pdf' : 'picture',
        what: isPdf ? 'A PDF, kept as a document' : 'A picture, kept as a document',
        system: '',
        originals: [{ source, mediaType }],
        items: async function* (blobs): AsyncGenerator<RecordItem, void, void> {
          yield {
            type: 'resource',
            resource: documentOf(source, mediaType, form, blobs?.[0] ?? 0),
            place: source.name,
          };
        },
      };
    },
  };
}

function documentOf(source: ByteSource, contentType: string, form: PaperForm, n: number): Resource {
  const words = (text: string | undefined) => text?.trim().replace(/\s+/g, ' ') ?? '';
  const [given, date, kind, by] = [form.title, form.date, form.kind, form.by].map(words);
  const title = given || source.name.replace(/\.[^.]+$/, '');
  const url = filePlace({ n, offset: 0, length: source.sizeBytes });
  return {
    resourceType: 'DocumentReference',
    id: uuidOf(`hale/paper|${title}|${date}|${kind}|${by}|${n}|${source.sizeBytes}`),
    status: 'current',
    ...(kind === '' ? {} : { type: { text: kind } }),
    ...(by === '' ? {} : { author: [{ display: by }] }),
    description: title,
    content: [{ attachment: { contentType, url, title, ...(date === '' ? {} : { creation: date }) } }],
    ...(date === '' ? {} : { context: { period: { start: date } } }),
  };
}
