// All file formats, the most particular first: the first that claims a source gets it.
import { APPLE_ECG } from './apple-ecg.ts';
import { APPLE_HEALTH } from './apple-health.ts';
import { CSV } from './csv.ts';
import type { ImportFormat } from './format.ts';
import { GPX } from './gpx.ts';
import { TCX } from './tcx.ts';
import { WFDB } from './wfdb.ts';

export const FORMATS: readonly ImportFormat[] = [WFDB, APPLE_HEALTH, APPLE_ECG, GPX, TCX, CSV];
