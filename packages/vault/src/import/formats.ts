// All file formats, the most particular first: the first that claims a source gets it.
import { CSV } from './csv.ts';
import { FHIR } from './fhir.ts';
import type { ImportFormat } from './format.ts';
import { OPEN_MHEALTH } from './openmhealth.ts';
import { WFDB } from './wfdb.ts';

export const FORMATS: readonly ImportFormat[] = [WFDB, FHIR, OPEN_MHEALTH, CSV];
