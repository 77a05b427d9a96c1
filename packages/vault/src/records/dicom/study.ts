// What the headers of many files say together: patients, and of each study one ImagingStudy with its series and images. What is a document in
// the coat of an image (a PDF) becomes one.
import { type Fields, textOf } from '../../import/json-records.ts';
import { timeText } from '../hl7-time.ts';
import { filePlace, type Resource } from '../model.ts';
import { uuidOf } from '../named-uuid.ts';
import type { Header } from './header.ts';

/** Where a file lies among the originals: in which of them, and from which byte. */
export interface FilePlace {
  original: number;
  offset: number;
  length: number;
}

export interface ImageFile {
  header: Header;
  /** Path on the CD, or name. */
  path: string;
  place: FilePlace;
}

/** The file that holds an image, and its path on the CD: an extension of an ImagingStudy's instance. */
export const FILE_EXTENSION = 'urn:hale:dicom-file';
export const PATH_EXTENSION = 'urn:hale:dicom-path';

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1';
const GENDERS: Readonly<Record<string, string>> = { F: 'female', M: 'male', O: 'other' };

const compact = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );

const UID = /^[0-2](\.(0|[1-9]\d*))+$/;
const oid = (uid: string): string => (UID.test(uid) ? `urn:oid:${uid}` : uid);

/** A name as DICOM parts it: family, given, middle, prefix, suffix; of several writings the first. */
export function nameOf(written: string): Fields | undefined {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = written
    .split('=')[0]
    .split('^')
    .map((part) => part.trim());
  const name = compact({
    family,
    given: [...given.split(' '), middle].filter(Boolean),
    prefix: [prefix].filter(Boolean),
    suffix: [suffix].filter(Boolean),
  });
  return Object.keys(name).length === 0 ? undefined : name;
}

/** What tells patients of one CD apart. */
const patientKey = (header: Header): string =>
  ['x00100020', 'x00100021', 'x00100010', 'x00100030'].map((tag) => header.text(tag)).join('|');

function patientOf(header: Header): Resource {
  const [id, issuer] = [header.text('x00100020'), header.text('x00100021')];
  const name = nameOf(header.text('x00100010'));
  // A number means something only within whoever gave it.
  const identifier =
    id === ''
      ? []
      : [compact({ system: issuer === '' ? '' : `urn:hale:issuer:${encodeURIComponent(issuer)}`, value: id })];
  const gender = header.text('x00100040');
  return {
    resourceType: 'Patient',
    id: uuidOf(`hale/dicom|Patient|${patientKey(header)}`),
    ...compact({
      identifier,
      name: name ? [name] : [],
      birthDate: timeText(header.text('x00100030')).slice(0, 10),
      gender: Object.hasOwn(GENDERS, gender) ? GENDERS[gender] : '',
    }),
  };
}

/** Date and time of two fields, with the zone that the file tells. */
function timeOf(header: Header, date: string, time: string): string {
  const day = header.text(date).replaceAll('.', '');
  const clock = header.text(time).replaceAll(':', '');
  const zone = header.text('x00080201');
  const whole =
    /^\d{8}$/.test(day) && /^\d{2}/.test(clock)
      ? timeText(`${day}${clock}${/^[+-]\d{4}$/.test(zone) ? zone : ''}`)
      : '';
  return whole || timeText(day);
}

/** @param blobs numbers of the blobs of the originals */
export function studyResources(
  files: readonly ImageFile[],
  blobs: readonly number[],
): { resource: Resource; path: string }[] {
  const made: { resource: Resource; path: string }[] = [];
  const patients = new Map<string, Resource>();
  const studies = new Map<string, ImageFile[]>();
  for (const file of files) {
    const key = patientKey(file.header);
    if (!patients.has(key)) {
      const resource = patientOf(file.header);
      patients.set(key, resource);
      made.push({ resource, path: file.path });
    }
    const study = `${key} ${file.header.text('x0020000d')}`;
    const known = studies.get(study);
    if (known) known.push(file);
    else studies.set(study, [file]);
  }
  for (const inStudy of studies.values()) {
    const subject = { reference: `urn:uuid:${patients.get(patientKey(inStudy[0].header))!.id}` };
    made.push({ resource: imagingStudy(inStudy, subject, blobs), path: inStudy[0].path });
    for (const file of inStudy) {
      const document = documentOf(file, subject, blobs);
      if (document) made.push({ resource: document, path: file.path });
    }
  }
  return made;
}

function imagingStudy(files: readonly ImageFile[], subject: Fields, blobs: readonly number[]): Resource {
  const [{ header }] = files;
  const uid = header.text('x0020000d');
  const bySeries = new Map<string, ImageFile[]>();
  for (const file of files) {
    const series = file.header.text('x0020000e');
    bySeries.set(series, [...(bySeries.get(series) ?? []), file]);
  }
  const series = [...bySeries.values()]
    .map((inSeries) => seriesOf(inSeries, blobs))
    .sort((a, b) => Number(a.number ?? 0) - Number(b.number ?? 0));
  const modalities = [...new Set(series.map(({ modality }) => textOf((modality as Fields).code)))];
  const accession = header.text('x00080050');
  const referrer = nameText(header.text('x00080090'));
  const place = header.text('x00080080');
  const instances = files.map((file) => file.header.text('x00080018')).sort();
  return {
    resourceType: 'ImagingStudy',
    // Part of a study and all of it are two tellings of one thing; its number says that they are.
    id: uuidOf(`hale/dicom|${uid}|${instances.join(' ')}`),
    ...compact({
      identifier: [
        ...(uid === '' ? [] : [{ system: 'urn:dicom:uid', value: oid(uid) }]),
        ...(accession === ''
          ? []
          : [
              {
                type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] },
                value: accession,
              },
            ]),
      ],
      status: 'available',
      modality: modalities.map((code) => ({ system: DCM, code })),
      subject,
      started: timeOf(header, 'x00080020', 'x00080030'),
      referrer: referrer === '' ? undefined : { display: referrer },
      numberOfSeries: series.length,
      numberOfInstances: files.length,
      location: place === '' ? undefined : { display: place },
      description: header.text('x00081030') || textOf(series.find(({ description }) => description)?.description),
      series,
    }),
  };
}

const nameText = (written: string): string => {
  const name = nameOf(written);
  if (!name) return '';
  const list = (value: unknown) => (Array.isArray(value) ? value : []);
  return [...list(name.prefix), ...list(name.given), name.family, ...list(name.suffix)].filter(Boolean).join(' ');
};

function seriesOf(files: readonly ImageFile[], blobs: readonly number[]): Fields {
  const [{ header }] = files;
  const number = header.decimal('x00200011');
  const part = header.text('x00180015');
  const side = { L: '7771000', R: '24028007' }[header.text('x00200060')];
  const performer = nameText(header.text('x00081050'));
  const sorted = [...files].sort((a, b) => (a.header.decimal('x00200013') ?? 0) - (b.header.decimal('x00200013') ?? 0));
  return compact({
    uid: header.text('x0020000e'),
    number: number !== undefined && number >= 0 ? Math.trunc(number) : undefined,
    modality: { system: DCM, code: header.text('x00080060') || 'OT' },
    description: header.text('x0008103e'),
    numberOfInstances: files.length,
    bodySite: part === '' ? undefined : { display: part.toLowerCase() },
    laterality: side === undefined ? undefined : { system: 'http://snomed.info/sct', code: side },
    started: timeOf(header, 'x00080021', 'x00080031'),
    performer: performer === '' ? [] : [{ actor: { display: performer } }],
    instance: sorted.map((file) => instanceOf(file, blobs)),
  });
}

function instanceOf({ header, path, place }: ImageFile, blobs: readonly number[]): Fields {
  const number = header.decimal('x00200013');
  const n = blobs[place.original] ?? 0;
  return compact({
    extension: [
      { url: FILE_EXTENSION, valueUri: filePlace({ n, offset: place.offset, length: place.length }) },
      { url: PATH_EXTENSION, valueString: path },
    ],
    uid: header.text('x00080018'),
    sopClass: { system: 'urn:ietf:rfc3986', code: oid(header.text('x00080016')) },
    number: number !== undefined && number >= 0 ? Math.trunc(number) : undefined,
    title: header.texts('x00080008').filter(Boolean).join(' '),
  });
}

/** A report that lies in a file of images as a PDF. */
function documentOf({ header, place }: ImageFile, subject: Fields, blobs: readonly number[]): Resource | null {
  const inner = header.element('x00420011');
  if (header.text('x00080016') !== ENCAPSULATED_PDF || !inner || inner.length <= 0) return null;
  const title = header.text('x00420010') || header.text('x0008103e') || header.text('x00081030');
  const date = timeOf(header, 'x00080023', 'x00080033');
  const url = filePlace({
    n: blobs[place.original] ?? 0,
    offset: place.offset + inner.dataOffset,
    length: inner.length,
  });
  return {
    resourceType: 'DocumentReference',
    id: uuidOf(`hale/dicom|${header.text('x00080018')}`),
    ...compact({
      identifier: [{ system: 'urn:dicom:uid', value: oid(header.text('x00080018')) }],
      status: 'current',
      subject,
      description: title,
      date: /T.*([+-]\d\d:\d\d)$/.test(date) ? date : '',
      content: [{ attachment: compact({ contentType: 'application/pdf', url, title, creation: date }) }],
    }),
  };
}
