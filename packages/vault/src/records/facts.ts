// What a decision about a record has to know of it (`decideAccess`, specs/consent.md): read off the record, its head and its labels.
import type { RecordFacts, RecordLabels } from '@hale/consent';
import { isFields, listOf, textOf } from '../import/json-records.ts';
import { RECORD_DEPTH_MAX } from './limits.ts';
import type { RecordHead, Resource } from './model.ts';
import { referencesIn } from './references.ts';

/** Where FHIR R4 names who made a record. */
const AUTHOR_FIELDS = [
  'author',
  'performer',
  'recorder',
  'asserter',
  'requester',
  'participant',
  'authenticator',
  'sender',
];
const CODES_MAX = 10_000;

/** @param referredBy references of records that refer to this one */
export function recordFacts(
  head: Pick<RecordHead, 'id' | 'type' | 'category' | 'at'>,
  resource: Resource,
  { labels, confidentiality }: Pick<RecordLabels, 'labels' | 'confidentiality'>,
  referredBy: readonly string[] = [],
): RecordFacts {
  const authors = referencesIn({ resourceType: '', of: AUTHOR_FIELDS.map((field) => resource[field]) });
  const custodians = referencesIn({ resourceType: '', of: resource.custodian });
  return {
    type: head.type,
    ids: [`${head.type}/${head.id}`],
    classes: listOf(isFields(resource.meta) ? resource.meta.profile : undefined).map(textOf),
    codes: codesIn(resource),
    part: head.category,
    labels: [...new Set(labels.map(({ code }) => code))],
    confidentiality,
    bases: [...new Set(labels.flatMap(({ basis }) => basis ?? []))],
    dated: head.at === null ? null : { from: head.at, to: head.at + 1 },
    // Nobody named is nobody known: it may have been anybody.
    authors: authors.length > 0 ? authors : null,
    custodians: custodians.length > 0 ? custodians : null,
    refersTo: referencesIn(resource),
    referredBy,
  };
}

/** Every `system|code` in a resource, once. */
function codesIn(resource: Resource): string[] {
  const found = new Set<string>();
  const walk = (value: unknown, depth: number): void => {
    if (depth > RECORD_DEPTH_MAX || found.size >= CODES_MAX) return;
    if (Array.isArray(value)) for (const each of value) walk(each, depth + 1);
    else if (isFields(value)) {
      if (textOf(value.code) !== '' && textOf(value.system) !== '')
        found.add(`${textOf(value.system)}|${textOf(value.code)}`);
      for (const each of Object.values(value)) walk(each, depth + 1);
    }
  };
  walk(resource, 0);
  return [...found];
}
