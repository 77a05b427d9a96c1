// All file formats, the most particular first: the first that claims a source gets it.
import { CSV } from './csv.ts';
import { FHIR } from './fhir.ts';
import { FITBIT } from './fitbit.ts';
import { FITBIT_TABLE } from './fitbit-table.ts';
import type { ImportFormat } from './format.ts';
import { GADGETBRIDGE } from './gadgetbridge.ts';
import { HEALTH_CONNECT } from './health-connect.ts';
import { JSON_TABLE } from './json-table.ts';
import { NIGHTSCOUT } from './nightscout.ts';
import { OPEN_MHEALTH } from './openmhealth.ts';
import { WFDB } from './wfdb.ts';

export const FORMATS: readonly ImportFormat[] = [
  WFDB,
  HEALTH_CONNECT,
  GADGETBRIDGE,
  FHIR,
  OPEN_MHEALTH,
  NIGHTSCOUT,
  FITBIT,
  FITBIT_TABLE,
  JSON_TABLE,
  CSV,
];
