// C-CDA and other documents of HL7's CDA as a format of records.
import { fail, utf8Encode } from '@hale/kernel';
import { bytesToUnits, sniffEncoding, unitsToText } from '../../import/encoding.ts';
import { fieldsOf, textOf } from '../../import/json-records.ts';
import { readFully } from '../../import/source.ts';
import type { ByteSource } from '../../import/types.ts';
import { clinicalTime } from '../clinical-time.ts';
import type { OpenedRecords, RecordFormat, RecordItem } from '../format.ts';
import type { Resource } from '../model.ts';
import type { DocumentRead } from './document.ts';
import { CDA_BYTES_MAX, CDA_HEAD_BYTES } from './limits.ts';

const MEDIA_TYPE = 'application/cda+xml';
/** Apple writes all its readings into such a document, gigabytes of them; they are read from its export. */
const OF_APPLE = /(^|\/)export_cda\.xml$/i;
const ROOT = /<(?:[A-Za-z][\w.-]*:)?(ClinicalDocument|recordTarget)[\s>]/;

async function headText(source: ByteSource): Promise<string> {
  const head = await readFully(source, 0, Math.min(CDA_HEAD_BYTES, source.sizeBytes));
  const found = sniffEncoding(head);
  const units = bytesToUnits(head, found.encoding);
  return unitsToText(units, 0, units.length, found.encoding.startsWith('utf-16') ? found.encoding : 'latin-1');
}

async function isClinicalDocument(source: ByteSource): Promise<boolean> {
  if (OF_APPLE.test(source.path ?? source.name) || source.sizeBytes === 0) return false;
  const [first] = await readFully(source, 0, 1);
  // What begins with no `<`, blank or mark of an encoding is no XML: most files are told apart by a byte.
  if (![0x3c, 0x20, 0x09, 0x0a, 0x0d, 0xef, 0xfe, 0xff].includes(first)) return false;
  const text = await headText(source);
  return /^[^<]{0,8}\s*</.test(text) && ROOT.test(text.replace(/<!--[\s\S]*?-->/g, ''));
}

export const CCDA_RECORDS: RecordFormat = {
  name: 'ccda',
  detect: isClinicalDocument,
  open: async (source): Promise<OpenedRecords> => {
    if (source.sizeBytes > CDA_BYTES_MAX)
      fail('too-large', 'this is larger than a clinical document can be', { max: CDA_BYTES_MAX });
    // A node that gets no document carries no parser.
    const { parseXml, piecesOf, readDocument } = await import('./index.ts');
    const read = async (blob: number) => readDocument(await parseXml(piecesOf(source, blob)));
    const first = await read(0);
    return {
      kind: 'ccda',
      what: whatOf(first),
      system: '',
      originals: [{ source, mediaType: MEDIA_TYPE }],
      items: async function* (blobs) {
        const blob = blobs?.[0] ?? 0;
        yield* itemsOf(blob === 0 ? first : await read(blob));
      },
      observations: () => [observationsIn(first, source.name)],
    };
  },
};

function observationsIn({ made }: DocumentRead, name: string): ByteSource {
  const lines = made.filter(({ resource }) => resource.resourceType === 'Observation');
  const bytes = utf8Encode(lines.map(({ resource }) => JSON.stringify(resource)).join('\n'));
  return {
    name,
    sizeBytes: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

function whatOf({ sections, made }: DocumentRead): string {
  if (
    made.length > 0 &&
    sections.length === 0 &&
    !made.some(({ resource }) => resource.resourceType === 'DocumentReference')
  )
    return 'A piece of a clinical document (C-CDA) that names a patient';
  return sections.length === 0
    ? 'A clinical document (C-CDA) that holds one file'
    : `A clinical document (C-CDA) of ${sections.length} sections`;
}

function* itemsOf({ made, sections, unusable, timesNotRead }: DocumentRead): Generator<RecordItem> {
  for (const note of reportOf(sections)) yield { type: 'note', text: note };
  if (timesNotRead > 0)
    yield {
      type: 'note',
      text: `${timesNotRead} of its times are written in a way that is no time: they stand in the file only.`,
    };
  for (const { resource, place } of made)
    yield { type: 'resource', resource, place, fullUrl: `urn:uuid:${resource.id}`, notes: notesOf(resource) };
  for (const each of unusable) yield { type: 'unusable', ...each };
  for (const { name, narrative } of sections)
    if (narrative > 0) yield { type: 'unusable', place: `section ${name}`, reason: 'section not understood' };
}

function notesOf(resource: Resource): string[] {
  const isNarrative = resource.resourceType === 'Composition' && !hasEntries(resource);
  return ['ccda', ...(clinicalTime(resource)?.lacksZone ? ['no-zone'] : []), ...(isNarrative ? ['narrative'] : [])];
}

const hasEntries = ({ section }: Resource): boolean =>
  Array.isArray(section) &&
  section.some((each) => Array.isArray(fieldsOf(each).entry) || textOf(fieldsOf(each).title) === '');

/** Counts of sections and entries in plain words. */
function reportOf(sections: DocumentRead['sections']): string[] {
  if (sections.length === 0) return [];
  const sum = (count: (of: DocumentRead['sections'][number]) => number) =>
    sections.reduce((all, each) => all + count(each), 0);
  const onlyText = sections.filter(({ entries, hasText }) => entries === 0 && hasText).map(({ name }) => name);
  const untold = sections.filter(({ narrative }) => narrative > 0);
  const silent = sum((each) => each.silent);
  return [
    `${sum((each) => each.read)} of ${sum((each) => each.entries)} entries in ${sections.length} sections were read; the text of every section is kept with the document.`,
    ...(onlyText.length > 0 ? [`Sections of text alone: ${onlyText.join(', ')}.`] : []),
    ...untold.map(
      ({ name, narrative }) =>
        `Section ${name}: ${narrative} of its entries could not be read; its text and the file itself are kept.`,
    ),
    ...(silent > 0 ? [`${silent} ${silent === 1 ? 'entry says' : 'entries say'} only that nothing is known.`] : []),
  ];
}
