// All formats of records: the first that claims a source gets it.
import type { ByteSource, SourceFolder } from '../import/types.ts';
import { CARD_RECORDS } from './cards/format.ts';
import { CCDA_RECORDS } from './ccda/format.ts';
import { DICOM_RECORDS } from './dicom/format.ts';
import { FHIR_RECORDS } from './fhir/format.ts';
import type { RecordFormat } from './format.ts';

export const RECORD_FORMATS: readonly RecordFormat[] = [CARD_RECORDS, FHIR_RECORDS, CCDA_RECORDS, DICOM_RECORDS];

/** The format of records that a source is of; null when it holds none. */
export async function recordFormatOf(source: ByteSource, folder: SourceFolder): Promise<RecordFormat | null> {
  for (const format of RECORD_FORMATS) if (await format.detect(source, folder)) return format;
  return null;
}
