// Health records that somebody else shares, as their recipient sees them; and the same before the owner's eyes.
import { type CopiesState, copiedResources, type GrantSession } from '@hale/consent';
import { listedCopies } from '@hale/vault/records/listed';
import type { OpenedRecords } from '../api.ts';
import type { ReceivedGrant } from '../received.ts';
import { recordTools } from '../records/tools.ts';

export const RECORD_NOTICES: Record<string, string> = {
  none: 'The records of this share are not there yet; try again in a moment.',
  incomplete: 'Some of the health records that the owner shares were not served.',
  'older-than-known': 'The relay served an older state of the health records than you have seen before.',
};

/** The health records that a grant gives; null: it gives none. @throws HaleError 'malformed' for pages that are damaged */
export function openedRecords(session: GrantSession<ReceivedGrant>, nowMicros: number): OpenedRecords | null {
  const { consent, ended } = session.reader.state;
  if (!consent?.scope.records || ended) return null;
  return openedCopies(session.reader.copies, nowMicros);
}

/** @throws HaleError 'malformed' for pages that are damaged */
export function openedCopies({ state, count, told, packed }: CopiesState, nowMicros: number): OpenedRecords {
  const resources = copiedResources(packed, recordTools.inflate);
  return { state, count, told, listed: listedCopies(resources, nowMicros / 1000), resources };
}
