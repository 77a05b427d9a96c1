// What a list shows of copies, the newest first: one and the same at a recipient's node, in the reader of a link, and where the owner looks through
// her recipient's eyes.
import { briefOf, type RecordBrief } from '../brief.ts';
import { categoryOf } from '../category.ts';
import { clinicalTime } from '../clinical-time.ts';
import { statusOf, titleOf, valueOfRecord } from '../describe.ts';
import type { Category, Resource } from '../model.ts';

/** A copy in a list, as one's own records are told in theirs. */
export interface CopyListed {
  /** Of the copy. */
  id: string;
  type: string;
  category: Category;
  title: string;
  status: string;
  value: string;
  /** As its source writes the clinical time; empty: none. */
  written: string;
  brief: RecordBrief;
}

export function listedCopies(resources: readonly Resource[], nowMillis: number): CopyListed[] {
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
