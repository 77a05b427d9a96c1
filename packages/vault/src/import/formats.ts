// All file formats, the most particular first: the first that claims a source gets it.
import { CARELINK } from './carelink.ts';
import { CLARITY } from './clarity.ts';
import { CSV } from './csv.ts';
import { EDF } from './edf.ts';
import { FIT } from './fit.ts';
import type { ImportFormat } from './format.ts';
import { GARMIN_JSON } from './garmin-json.ts';
import { LIBREVIEW } from './libreview.ts';
import { WFDB } from './wfdb.ts';

export const FORMATS: readonly ImportFormat[] = [FIT, GARMIN_JSON, EDF, WFDB, CLARITY, LIBREVIEW, CARELINK, CSV];
