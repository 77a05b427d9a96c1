// All file formats, the most particular first: the first that claims a source gets it.
import { APPLE_ECG } from './apple-ecg.ts';
import { APPLE_HEALTH } from './apple-health.ts';
import { CARELINK } from './carelink.ts';
import { CLARITY } from './clarity.ts';
import { CSV } from './csv.ts';
import { EDF } from './edf.ts';
import { FIT } from './fit.ts';
import type { ImportFormat } from './format.ts';
import { GARMIN_JSON } from './garmin-json.ts';
import { GPX } from './gpx.ts';
import { LIBREVIEW } from './libreview.ts';
import { TCX } from './tcx.ts';
import { WFDB } from './wfdb.ts';

export const FORMATS: readonly ImportFormat[] = [
  FIT,
  GARMIN_JSON,
  EDF,
  WFDB,
  APPLE_HEALTH,
  APPLE_ECG,
  GPX,
  TCX,
  CLARITY,
  LIBREVIEW,
  CARELINK,
  CSV,
];
