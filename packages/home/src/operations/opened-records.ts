// Health records that somebody else shares, as their recipient sees them.
import { copiedResources, type GrantSession } from '@hale/consent';
import {
  briefOf,
  categoryOf,
  clinicalTime,
  type Resource,
  statusOf,
  titleOf,
  valueOfRecord,
} from '@hale/vault/records';
import type { CopyListed, OpenedRecords } from '../api.ts';
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
  const { state, count, told, packed } = session.reader.copies;
  const resources = copiedResources(packed, recordTools.inflate);
  return { state, count, told, listed: listed(resources, nowMicros / 1000), resources };
}

function listed(resources: readonly Resource[], nowMillis: number): CopyListed[] {
  const titles = new Map(resources.map((resource) => [`${resource.resourceType}/${resource.id}`, titleOf(resource)]));
  const at = new Map(resources.map((resource) => [resource, clinicalTime(resource)]));
  const time = (resource: Resource): number => at.get(resource)?.at ?? Number.NEGATIVE_INFINITY;
  return [...resources]
    .sort((a, b) => time(b) - time(a) || (String(a.id) < String(b.id) ? -1 : 1))
    .map((resource) => ({
      id: String(resource.id),
      type: resource.resourceType,
      category: categoryOf(resource),
      title: titleOf(resource) || (titles.get(medicineOf(resource)) ?? ''),
      status: statusOf(resource),
      value: valueOfRecord(resource),
      written: at.get(resource)?.written ?? '',
      brief: briefOf(resource, nowMillis),
    }));
}

/** A medicine may be named by reference alone. */
function medicineOf({ medicationReference }: Resource): string {
  const { reference } = (medicationReference ?? {}) as { reference?: unknown };
  return typeof reference === 'string' ? reference : '';
}
