// Small DICOM files for tests, written by dcmjs (npm, MIT), which is not the library that Hale reads them with: no sample of a radiology CD lies among
// the shared data.
import { createRequire } from 'node:module';

type Dataset = Record<string, unknown>;

interface Dcmjs {
  data: {
    DicomDict: new (meta: Dataset) => { dict: Dataset; write(options?: Dataset): ArrayBuffer };
    DicomMetaDictionary: { denaturalizeDataset(dataset: Dataset): Dataset };
  };
  log: { setLevel(level: string): void };
}

const { data, log } = createRequire(import.meta.url)('dcmjs') as Dcmjs;
log.setLevel('silent');

export const CT = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';

export interface Wish {
  sopClass?: string;
  syntax?: string;
  fields?: Dataset;
}

let count = 0;

export function dicomFile({ sopClass = CT, syntax = EXPLICIT, fields = {} }: Wish = {}): Uint8Array {
  count++;
  const uid = String(fields.SOPInstanceUID ?? `1.2.3.${count}`);
  const meta = data.DicomMetaDictionary.denaturalizeDataset({
    FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
    MediaStorageSOPClassUID: sopClass,
    MediaStorageSOPInstanceUID: uid,
    TransferSyntaxUID: syntax,
    ImplementationClassUID: '1.2.3.4.5',
  });
  const dict = new data.DicomDict(meta);
  dict.dict = data.DicomMetaDictionary.denaturalizeDataset({
    SOPClassUID: sopClass,
    SOPInstanceUID: uid,
    ...fields,
    _vrMap: { PixelData: 'OW', ...(fields._vrMap as Dataset) },
  });
  return new Uint8Array(dict.write({ fragmentMultiframe: false }));
}

export const PATIENT: Dataset = {
  SpecificCharacterSet: 'ISO_IR 192',
  PatientName: 'Kowalska^Zofia^^Dr.',
  PatientID: '77',
  IssuerOfPatientID: 'Hospital A',
  PatientBirthDate: '19800405',
  PatientSex: 'F',
};

export const STUDY: Dataset = {
  ...PATIENT,
  StudyInstanceUID: '1.2.826.1',
  StudyDate: '20260102',
  StudyTime: '101500',
  TimezoneOffsetFromUTC: '+0100',
  StudyDescription: 'CT of the chest',
  AccessionNumber: 'A-17',
  ReferringPhysicianName: 'Nowak^Jan',
  InstitutionName: 'City Hospital',
};

/** A square of 16-bit numbers: 0, 1, 2, … by row. */
export function ctImage(series: number, instance: number, more: Dataset = {}, side = 4): Uint8Array {
  const pixels = new Uint16Array(side * side).map((_, i) => i);
  return dicomFile({
    fields: {
      ...STUDY,
      SeriesInstanceUID: `1.2.826.1.${series}`,
      SeriesNumber: String(series),
      SeriesDescription: `Series ${series}`,
      Modality: 'CT',
      BodyPartExamined: 'CHEST',
      SOPInstanceUID: `1.2.826.1.${series}.${instance}`,
      InstanceNumber: String(instance),
      Rows: side,
      Columns: side,
      BitsAllocated: 16,
      BitsStored: 12,
      HighBit: 11,
      PixelRepresentation: 0,
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      RescaleIntercept: '-1024',
      RescaleSlope: '1',
      PixelData: [pixels.buffer],
      ...more,
    },
  });
}

const ITEM = Buffer.from([0xfe, 0xff, 0x00, 0xe0]);

/** A CD's directory: one patient, one study, one series, the named files as its images. */
export function discDirectory(
  paths: readonly string[],
  bend: (offsets: number[]) => { first: number; next: number[]; lower: number[] } = straight,
): Uint8Array {
  const write = (first: number, next: readonly number[], lower: readonly number[]) =>
    dicomFile({
      sopClass: '1.2.840.10008.1.3.10',
      fields: {
        FileSetID: 'CD',
        OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity: first,
        OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity: first,
        FileSetConsistencyFlag: 0,
        _vrMap: {
          OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity: 'UL',
          OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity: 'UL',
        },
        DirectoryRecordSequence: [
          { DirectoryRecordType: 'PATIENT', PatientName: 'Kowalska^Zofia', PatientID: '77' },
          { DirectoryRecordType: 'STUDY', StudyInstanceUID: '1.2.826.1', StudyDescription: 'CT of the chest' },
          { DirectoryRecordType: 'SERIES', SeriesInstanceUID: '1.2.826.1.1', Modality: 'CT' },
          ...paths.map((path, i) => ({
            DirectoryRecordType: 'IMAGE',
            ReferencedFileID: path.split('/'),
            ReferencedSOPInstanceUIDInFile: `1.2.826.1.1.${i + 1}`,
          })),
        ].map((record, i) => ({
          OffsetOfTheNextDirectoryRecord: next[i] ?? 0,
          RecordInUseFlag: 0xffff,
          _vrMap: { OffsetOfTheNextDirectoryRecord: 'UL', OffsetOfReferencedLowerLevelDirectoryEntity: 'UL' },
          OffsetOfReferencedLowerLevelDirectoryEntity: lower[i] ?? 0,
          ...record,
        })),
      },
    });
  // Entries of the sequence begin with the tag of an item, and nothing else here does.
  const bytes = Buffer.from(write(0, [], []));
  const offsets: number[] = [];
  for (let at = bytes.indexOf(ITEM); at >= 0; at = bytes.indexOf(ITEM, at + 1)) offsets.push(at);
  const { first, next, lower } = bend(offsets);
  return write(first, next, lower);
}

/** As it should be: each points at what is below it, images at the next. */
function straight(offsets: number[]): { first: number; next: number[]; lower: number[] } {
  return {
    first: offsets[0],
    next: offsets.map((_, i) => (i < 3 ? 0 : (offsets[i + 1] ?? 0))),
    lower: offsets.map((_, i) => (i < 3 ? (offsets[i + 1] ?? 0) : 0)),
  };
}
