// What a resource refers to, and which of our records that is. References stay as they were written; only our answer to them is ours.
import { isFields } from '../import/json-records.ts';
import { localKey, numberKey } from './identity.ts';
import { RECORD_DEPTH_MAX } from './limits.ts';
import type { Resource } from './model.ts';
import type { Records } from './records.ts';

const REFERENCES_MAX = 1_000;

/** Every reference in a resource, once, as it is written; those into itself (`#x`) are left out. */
export function referencesIn(resource: Resource): string[] {
  const found = new Set<string>();
  const walk = (value: unknown, depth: number): void => {
    if (depth > RECORD_DEPTH_MAX || found.size >= REFERENCES_MAX) return;
    if (Array.isArray(value)) for (const each of value) walk(each, depth + 1);
    else if (isFields(value))
      for (const [name, each] of Object.entries(value))
        if (name === 'reference' && typeof each === 'string') {
          if (!each.startsWith('#')) found.add(each);
        } else walk(each, depth + 1);
  };
  walk(resource, 0);
  return [...found];
}

/**
 * The record that a reference of another record means; null where it is not here.
 * @param counts only these are here: where two records have one name, one that does not count must not hide the other
 */
export function resolve(
  records: Records,
  subject: string,
  from: string,
  reference: string,
  counts: (id: string) => boolean = () => true,
): string | null {
  const asked = /^([A-Za-z]+)\?identifier=([^|&]*)\|([^&]+)$/.exec(reference);
  if (asked) return oneOf(records, subject, asked[1], numberKey(asked[1], asked[2], asked[3]), counts);
  const type = /(?:^|\/)([A-Z][A-Za-z]+)\/[^/]+(?:\/_history\/[^/]+)?$/.exec(reference)?.[1] ?? '';
  const systems = new Set(
    records.shelved(subject, from).head.sources.map(({ source }) => records.source(subject, source)?.system ?? ''),
  );
  for (const system of systems) {
    const key = localKey(system, reference);
    const found = key === null ? null : oneOf(records, subject, type, key, counts);
    if (found !== null) return found;
  }
  return null;
}

function oneOf(
  records: Records,
  subject: string,
  type: string,
  key: string,
  counts: (id: string) => boolean,
): string | null {
  const found = records.byKey(subject, key).find(({ head }) => (type === '' || head.type === type) && counts(head.id));
  return found?.head.id ?? null;
}
