// Labels as hospitals set them, in `meta.security`.
import { areasOf, type RecordLabels, readSecurity, recordConfidentiality } from '@hale/consent';
import { fieldsOf, listOf } from '../../import/json-records.ts';
import { attachmentsOf } from '../brief.ts';
import type { Records } from '../records.ts';

export function markedLabels(records: Records, subject: string, id: string): RecordLabels {
  const { resource } = records.read(subject, id);
  const { labels, confidentiality } = readSecurity(listOf(fieldsOf(resource.meta).security));
  return {
    labels,
    confidentiality: recordConfidentiality(labels, confidentiality),
    areas: areasOf(labels),
    opaque: attachmentsOf(resource).length > 0,
  };
}
