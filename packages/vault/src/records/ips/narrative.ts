// The text of a summary's sections, for readers that show only text: one table for each, made of nothing but what its records say.
import { fieldsOf, listOf, textOf } from '../../import/json-records.ts';
import { conceptText, isDirective, titleOf, valueOfRecord } from '../describe.ts';
import type { Resource } from '../model.ts';

/** `<div>` of XHTML (FHIR R4 §2.4). */
export function sectionNarrative(
  records: readonly Resource[],
  nameOf: (reference: string) => string,
  note: string,
): string {
  const rows = records.map((resource) => {
    const { what, details, when } = lineOf(resource, nameOf);
    return `<tr><td>${escaped(what)}</td><td>${escaped(details)}</td><td>${escaped(when)}</td></tr>`;
  });
  const table =
    rows.length === 0
      ? ''
      : `<table><thead><tr><th>What</th><th>Details</th><th>When</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return `<div xmlns="http://www.w3.org/1999/xhtml">${table}${note === '' ? '' : `<p>${escaped(note)}</p>`}</div>`;
}

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    // What XML 1.0 has no place for.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');

interface Line {
  what: string;
  details: string;
  when: string;
}

function lineOf(resource: Resource, nameOf: (reference: string) => string): Line {
  const references = [resource.medicationReference, resource.device].map((each) =>
    nameOf(textOf(fieldsOf(each).reference)),
  );
  const what = [...references, titleOf(resource)].find((text) => text !== '');
  const parts = [
    ...[resource.clinicalStatus, resource.verificationStatus].map(conceptText),
    textOf(resource.criticality) === '' ? '' : `criticality ${textOf(resource.criticality)}`,
    ...listOf(resource.reaction).flatMap((each) => listOf(fieldsOf(each).manifestation).map(conceptText)),
    valueOfRecord(resource),
    conceptText(resource.dataAbsentReason),
    ...[...listOf(resource.dosage), ...listOf(resource.dosageInstruction)].map((each) => textOf(fieldsOf(each).text)),
    textOf(resource.conclusion),
    textOf(resource.status),
  ];
  const details = parts.filter((text) => text !== '').join('; ');
  const unnamed = isDirective(resource) ? 'A directive exists: see the original' : resource.resourceType;
  return { what: what ?? unnamed, details, when: whenText(resource) };
}

/** The date that says most about when, with its day or less as written. */
function whenText(resource: Resource): string {
  const fields = [
    'onset',
    'effective',
    'occurrence',
    'performed',
    'timing',
    'period',
    'authoredOn',
    'recordedDate',
    'dateTime',
    'date',
    'issued',
  ];
  for (const field of fields) {
    const [name, value] =
      Object.entries(resource).find(([each]) => each === field || new RegExp(`^${field}[A-Z]`).test(each)) ?? [];
    if (name === undefined) continue;
    if (typeof value === 'string') return value.replace(/T.*/, '');
    const { start, end, value: age, unit } = fieldsOf(value);
    if (start !== undefined || end !== undefined)
      return [start, end].map((each) => textOf(each).replace(/T.*/, '')).join(' – ');
    if (typeof age === 'number') return `${age} ${textOf(unit)}`.trim();
  }
  return '';
}
