// Health records in a share: the owner's rule made of what was asked for, and what it will give in plain words.
import type { ScopedRecords } from '@hale/consent';
import { HaleError } from '@hale/kernel';
import type { GrantWish } from '@hale/vault';
import { CATEGORIES, type RecordHead, titleOf } from '@hale/vault/records';
import { checkPolicy, type RecordPolicy } from '@hale/vault/records/copies';
import { medicineIdOf, type TitledHead, VISIT_IDS, visitOf, WarningSearch } from '@hale/vault/records/templates';
import type { RecordNamed, RecordsPreview, ShareParameters } from '../api.ts';
import type { Home } from '../home.ts';
import { recordId } from './records.ts';
import { microsOf } from './times.ts';

const NAMED_MAX = 200;

/** The rule, and what the recipient may know of it; null: no records were asked for. @throws HaleError 'usage' | 'not-found' | 'not-permitted' */
export function recordsAsked(
  home: Home,
  subject: string,
  parameters: ShareParameters,
): { policy: RecordPolicy; scoped: ScopedRecords } | null {
  const { records } = parameters;
  if (records === undefined) return null;
  const ids = (given: readonly string[] = []): string[] => given.map((each) => recordId(home, subject, each));
  const policy = checkPolicy({
    categories: CATEGORIES.filter((each) => records.categories.includes(each)),
    from: records.anyTime ? null : (microsOf(parameters.from, 'from') ?? null),
    to: records.anyTime ? null : (microsOf(parameters.to, 'to') ?? null),
    withholdAreas: records.withholdAreas ?? [],
    withholdCodes: records.withholdCodes ?? [],
    withhold: ids(records.withhold),
    include: ids(records.include),
    documents: records.documents === true,
    told: records.told ?? 'none',
    jurisdiction: records.jurisdiction ?? '',
    ...(records.show ? { show: shownAsLabelled(home, subject, ids(records.show)) } : {}),
  });
  if (policy.categories.length !== new Set(records.categories).size)
    throw new HaleError('usage', `parts of the record are ${CATEGORIES.join(', ')}`);
  const { categories, from, to } = policy;
  return { policy, scoped: { categories, from, to } };
}

/** With the labels that she sees now, and the medicine of each that stands in a record of its own. */
function shownAsLabelled(home: Home, subject: string, ids: readonly string[]): NonNullable<RecordPolicy['show']> {
  const all = ids.flatMap((id) => [id, medicineIdOf(home.records, subject, home.records.read(subject, id)) ?? id]);
  return [...new Set(all)].map((id) => ({
    id,
    codes: [...new Set(home.labels.of(subject, id).labels.map(({ code }) => code))],
  }));
}

/** @param asked id of the visit, where one was said. @throws HaleError 'usage' */
export function recordsPreview(home: Home, wish: GrantWish, asked?: string): RecordsPreview | null {
  const { subject, records: policy, names } = wish;
  if (policy === undefined) return null;
  const visit = asked === undefined ? null : visitOf(asked);
  if (asked !== undefined && visit === null) throw new HaleError('usage', `visits are ${VISIT_IDS.join(', ')}`);
  const search = new WarningSearch(home.records, subject, home.nowMicros() / 1000);
  const wanted = { subject, policy, subjectName: names.subject };
  const { given, withheld, kept, leftOut } = home.recordGrants.preview(wanted);
  for (const entry of home.records.all(subject, ({ id }) => home.labels.worth(subject, id).bears))
    search.see(entry, kept.get(entry.id) ?? null);
  const named = ({ id, type, category, at }: RecordHead): RecordNamed => {
    const title = titleOf(home.records.read(subject, id).resource);
    return { id, type, category, title, atMicros: at };
  };
  const namedNewest = (heads: RecordHead[]): RecordNamed[] => heads.sort(newest).slice(0, NAMED_MAX).map(named);
  const counted = new Map<RecordHead['category'], number>();
  for (const { category } of given) counted.set(category, (counted.get(category) ?? 0) + 1);
  const filesKept = given.filter(
    ({ id, type }) => type === 'ImagingStudy' || (!policy.documents && home.labels.worth(subject, id).isDocument),
  );
  return {
    count: given.length,
    categories: CATEGORIES.flatMap((category) => {
      const count = counted.get(category) ?? 0;
      return count > 0 ? [{ category, count }] : [];
    }),
    given: namedNewest(given),
    withheld: namedNewest(withheld).map((each) => ({ ...each, because: kept.get(each.id)! })),
    withheldCount: withheld.length,
    leftOut: leftOut.slice(0, NAMED_MAX).flatMap(({ id, why }) => {
      const head = home.records.head(subject, id);
      return head ? [{ ...named(head), why }] : [];
    }),
    // Images of a study never go along: a copy says that they were taken, and what was seen.
    filesKept: namedNewest(filesKept),
    filesKeptCount: filesKept.length,
    told: policy.told,
    warnings: search.warnings(visit?.id ?? null).map((warning) => ({
      ...warning,
      hidden: warning.hidden.map(titled),
      shown: warning.shown.map(titled),
    })),
  };
}

const newest = (a: RecordHead, b: RecordHead): number =>
  (b.at ?? Number.NEGATIVE_INFINITY) - (a.at ?? Number.NEGATIVE_INFINITY) || (a.id < b.id ? -1 : 1);

const titled = ({ head: { id, type, category, at }, title }: TitledHead): RecordNamed => ({
  ...{ id, type, category, title },
  atMicros: at,
});

const TOLD_WORDS: Record<RecordPolicy['told'], string> = {
  none: 'Nothing will show whether anything is kept back.',
  exists: 'They will be told that something is kept back.',
  category: 'They will be told in which parts something is kept back.',
  count: 'They will be told how many records are kept back.',
};

/** What of the record, and what is said of the rest: for the sentence that the owner agrees to. */
export function recordWords({ records: policy }: GrantWish): { what: string; told: string } | null {
  if (policy === undefined) return null;
  const all = policy.categories.length === CATEGORIES.length;
  const which = all ? 'the whole health record' : `${policy.categories.join(', ')} of the health record`;
  return { what: which, told: TOLD_WORDS[policy.told] };
}
