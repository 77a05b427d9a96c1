// All file formats, the most particular first: the first that claims a source gets it.
import { APPLE_ECG } from './apple-ecg.ts';
import { APPLE_HEALTH } from './apple-health.ts';
import { CARELINK } from './carelink.ts';
import { CLARITY } from './clarity.ts';
import { CSV } from './csv.ts';
import { EDF } from './edf.ts';
import { FHIR } from './fhir.ts';
import { FIT } from './fit.ts';
import { FITBIT } from './fitbit.ts';
import { FITBIT_TABLE } from './fitbit-table.ts';
import type { ImportFormat } from './format.ts';
import { GADGETBRIDGE } from './gadgetbridge.ts';
import { GARMIN_JSON } from './garmin-json.ts';
import { GPX } from './gpx.ts';
import { HEALTH_CONNECT } from './health-connect.ts';
import { JSON_TABLE } from './json-table.ts';
import { LIBREVIEW } from './libreview.ts';
import { NIGHTSCOUT } from './nightscout.ts';
import { OPEN_MHEALTH } from './openmhealth.ts';
import { TCX } from './tcx.ts';
import { WFDB } from './wfdb.ts';

export const FORMATS: readonly ImportFormat[] = [
  FIT,
  EDF,
  WFDB,
  HEALTH_CONNECT,
  GADGETBRIDGE,
  APPLE_HEALTH,
  APPLE_ECG,
  GPX,
  TCX,
  GARMIN_JSON,
  FHIR,
  OPEN_MHEALTH,
  NIGHTSCOUT,
  FITBIT,
  CLARITY,
  LIBREVIEW,
  CARELINK,
  FITBIT_TABLE,
  JSON_TABLE,
  CSV,
];
