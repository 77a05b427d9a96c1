// HL7's validator cases and what HL7's Java validator says of each; see test/data/records/SOURCES-check.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const CASES = join(import.meta.dirname, '../../../../test/data/records/validator-cases');

/** File, errors of the Java validator, and the rules by which we find what it finds; 'missed' with why. */
export const VERDICTS: readonly (readonly [file: string, java: number, ours: string])[] = [
  ['attachment-with-invalid-binary', 1, 'base64'],
  ['bundle-document-versioned-references-good', 0, ''],
  ['contained', 0, ''],
  ['patient-example-ra4', 0, ''],
  ['dr-example-org-2', 0, ''],
  ['questionnaire-enableWhen-dw', 1, 'que-12'],
  ['mr-covid-m', 3, 'missing exp-1'],
  ['mr-covid-bnd1', 26, 'coding-system'],
  ['pat-security-good1', 0, ''],
  ['pat-security-good3', 0, ''],
  ['pat-security-bad-string', 1, 'html'],
  ['obs-temp-bad', 1, 'vital-code'],
  ['parameters-reference-bad', 1, 'parameters-reference'],
  ['mni-patientOverview-bundle-example1', 4, 'full-url'],
  ['bundle-duplicate-ids-not', 49, 'full-url bundle-link'],
  ['hakan-se', 4, 'missing time-zone ref-1'],
  ['hakan-se-2', 2, 'missing time-zone'],
  ['qr-bad-ref2', 1, 'canonical-target'],
  ['pat-dob-ext', 1, 'missed: an extension that nobody published is no error to us'],
  ['bundle-id-search-1', 0, ''],
  ['bundle-id-search-3', 3, 'search-id search-type'],
  ['bundle-id-collection', 1, 'missed: the name of a code, which a terminology server knows'],
  ['resource-invalid-id-0', 0, ''],
  ['resource-invalid-id-2', 1, 'id'],
  ['resource-invalid-eid-0', 0, ''],
  ['document-manifest-4', 0, ''],
  ['bundle-with-contained', 5, 'full-url'],
  ['uk-msg', 4, 'missed: names of codes and two unknown codes, which a terminology server knows'],
  ['contained-resource', 0, ''],
  ['encounter-period', 1, 'per-1'],
  ['xver-extensions-vs', 0, ''],
  ['patient-id-bad-3', 1, 'id'],
  ['bad-markdown', 0, ''],
  ['bundle-ea-testcase', 13, 'canonical full-url missing reference-form dom-3'],
  ['json-good', 0, ''],
  ['versioned-extension', 4, 'extension-url missing'],
  ['ext-ccuk', 3, 'sdf-20'],
  ['obs-mz', 1, 'profile-path'],
  ['ai2', 0, ''],
  ['ai4', 1, 'date'],
  ['ai8', 6, 'missing'],
  ['obs-quantity', 10, 'missing'],
  ['ips-nz-pj', 4, 'missed: names of codes, which a terminology server knows'],
  ['obs-fio2', 0, ''],
  ['obs-vital-signs-mdc', 0, ''],
  ['cs-narrative-status', 0, ''],
  ['params-reference-transaction-bundle', 0, ''],
  ['patient-version-range', 0, ''],
  ['ref-policy-r4', 0, ''],
  ['questionnaire-not-resolved-qr', 0, ''],
];

/** This case is that of a validator told to leave contained resources alone: so is ours read. */
export const WITHOUT_CONTAINED = 'contained-resource';

export const readCase = (file: string): unknown => JSON.parse(readFileSync(join(CASES, `${file}.json`), 'utf8'));
