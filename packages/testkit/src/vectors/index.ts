/**
 * Every file in specs/vectors and the function that checks it. A new file gets one line in `checks`; a file
 * without one fails, so nothing passes unread. Runs in Node and in a browser page: no Node import here.
 */
import { checkCatalogueVectors } from './catalogue.ts';
import { checkConsentVectors } from './consent.ts';
import { checkCopiesVectors } from './copies.ts';
import { checkCustodyVectors } from './custody.ts';
import { checkEmergencyVectors, type EmergencyVectors } from './emergency.ts';
import { checkEnvelopeVectors, type EnvelopeVectors } from './envelope.ts';
import { checkGrantVectors, type GrantVectors } from './grant.ts';
import { checkKeysVectors } from './keys.ts';
import { checkLabelsVectors, type LabelsVectors } from './labels.ts';
import { checkRecordsVectors } from './records.ts';
import { checkRelayVectors, type RelayVectors } from './relay.ts';
import { checkRemoteVectors } from './remote.ts';
import { checkRoomVectors } from './room.ts';
import { checkStreamVectors } from './stream.ts';
import { Tally, type VectorResult } from './tally.ts';
import { checkTokenVectors } from './tokens.ts';

export type { VectorResult } from './tally.ts';

const checks: Readonly<Record<string, (json: unknown, tally: Tally) => void>> = {
  catalogue: checkCatalogueVectors,
  custody: checkCustodyVectors,
  emergency: (json, tally) => checkEmergencyVectors(json as EmergencyVectors, tally),
  envelope: (json, tally) => checkEnvelopeVectors(json as EnvelopeVectors, tally),
  grant: (json, tally) => checkGrantVectors(json as GrantVectors, tally),
  keys: checkKeysVectors,
  labels: (json, tally) => checkLabelsVectors(json as LabelsVectors, tally),
  records: checkRecordsVectors,
  relay: (json, tally) => checkRelayVectors(json as RelayVectors, tally),
  remote: checkRemoteVectors,
  room: checkRoomVectors,
  stream: checkStreamVectors,
  tokens: checkTokenVectors,
  consent: checkConsentVectors,
  copies: checkCopiesVectors,
};

/** @param name the file's name in specs/vectors without `.json`. */
export function checkVectors(name: string, json: unknown): VectorResult {
  if (!Object.hasOwn(checks, name)) return { passed: 0, failed: [`no check is known for ${name}.json`] };
  const tally = new Tally();
  try {
    checks[name](json, tally);
  } catch (error) {
    return { passed: 0, failed: [`${name}.json is not as its check expects: ${String(error)}`] };
  }
  return tally.result();
}
