// All file formats, the most particular first: the first that claims a source gets it.
import { CSV } from './csv.ts';
import { FIT } from './fit.ts';
import type { ImportFormat } from './format.ts';
import { GARMIN_JSON } from './garmin-json.ts';
import { WFDB } from './wfdb.ts';

export const FORMATS: readonly ImportFormat[] = [FIT, GARMIN_JSON, WFDB, CSV];
