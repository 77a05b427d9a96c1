// Health records as screens show them: what is new, what there is of each part, month by month, results as tests with their trend, and what the
// check finds.
import { createHash } from 'node:crypto';
import { HaleError } from '@hale/kernel';
import { CATEGORIES, noneKnownIn, type RecordHead, type Records, resolve, titleOf } from '@hale/vault/records';
import type { RecordMonth, RecordReading, RecordsOverview, ResultRow } from '../api-records.ts';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { resultsOf } from '../records/result-book.ts';
import type { Operation } from './context.ts';
import { byTime, infoOf, isAsked, isListed, recordId } from './records.ts';

export const recordsPatient: Operation<'records.patient'> = ({ home }, { subject: name }) => {
  const { id: subject } = home.vault.subject(name);
  const head = [...home.records.heads(subject)].find(
    ({ type, state, origin }) => type === 'Patient' && state === 'current' && origin !== 'overlay',
  );
  if (!head) return null;
  const { resource } = home.records.read(subject, head.id);
  return { name: titleOf(resource), born: String(resource.birthDate ?? '') };
};

export const recordsOverview: Operation<'records.overview'> = ({ home }, { subject: name, sinceMicros }) => {
  const { id: subject } = home.vault.subject(name);
  const newest = new Map<string, RecordHead>();
  const counts = new Map<string, { count: number; fresh: number }>();
  const fresh = new Map<string, number>();
  let lastMicros: number | null = null;
  for (const head of home.records.heads(subject)) {
    if (!isListed(head)) continue;
    const { category, changedAt } = head;
    const isFresh = sinceMicros !== undefined && changedAt > sinceMicros;
    const counted = counts.get(category) ?? { count: 0, fresh: 0 };
    counts.set(category, { count: counted.count + 1, fresh: counted.fresh + Number(isFresh) });
    const known = newest.get(category);
    if (!known || byTime(head, known) < 0) newest.set(category, head);
    lastMicros = Math.max(lastMicros ?? 0, changedAt);
    if (!isFresh) continue;
    const from = broughtBy(head, sinceMicros ?? 0);
    fresh.set(from, (fresh.get(from) ?? 0) + 1);
  }
  const answer: RecordsOverview = {
    categories: CATEGORIES.flatMap((category) => {
      const [counted, head] = [counts.get(category), newest.get(category)];
      if (!counted || !head) return [];
      const told = category === 'allergies' ? (newestAllergy(home, subject) ?? head) : head;
      return [{ category, ...counted, newest: infoOf(home, subject, home.records.read(subject, told.id)) }];
    }),
    fresh: [...fresh].map(([source, count]) => {
      const entry = home.records.source(subject, source);
      return { source, name: entry?.name ?? '', importedAt: entry?.importedAt ?? null, count };
    }),
    lastMicros,
    nowMicros: home.nowMicros(),
  };
  return answer;
};

/** The import that brought it first, as the list of imports counts it; of what was known before, the first that changed it. */
function broughtBy({ sources }: RecordHead, sinceMicros: number): string {
  const byTime = [...sources].sort((a, b) => a.at - b.at);
  return (byTime.find(({ at }) => at > sinceMicros) ?? byTime.at(-1))?.source ?? '';
}

/** The newest allergy; a newer "no known allergies" does not stand before it. Null where there is nothing but such words. */
function newestAllergy(home: Home, subject: string): RecordHead | null {
  const found = [...home.records.heads(subject)].filter(
    (head) =>
      isListed(head) &&
      head.category === 'allergies' &&
      noneKnownIn(home.records.read(subject, head.id).resource) === null,
  );
  return found.sort(byTime)[0] ?? null;
}

export const recordsMonths: Operation<'records.months'> = ({ home }, { subject: name, ...asked }) => {
  const { id: subject } = home.vault.subject(name);
  const counts = new Map<number | null, number>();
  for (const head of home.records.heads(subject)) {
    if (!isListed(head) || !isAsked(head, asked)) continue;
    const month = head.at === null ? null : monthOf(head.at);
    counts.set(month, (counts.get(month) ?? 0) + 1);
  }
  const months: RecordMonth[] = [...counts].map(([month, count]) => ({
    month:
      month === null
        ? null
        : `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`,
    count,
  }));
  return months.sort((a, b) => ((a.month ?? '') < (b.month ?? '') ? 1 : -1));
};

/** Months since year 0, in UTC as dates of records are told. */
function monthOf(micros: number): number {
  const date = new Date(micros / 1000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

export const recordsResults: Operation<'records.results'> = async ({ home }, { subject: name }) => {
  const { id: subject } = home.vault.subject(name);
  const { tests, reports } = await resultsOf(home.records, subject);
  return {
    tests: [...tests.values()].map(({ info }) => info).sort((a, b) => (b.latest.at ?? 0) - (a.latest.at ?? 0)),
    reports: reports.slice(0, HOME_LIMITS.recordsListedMax).map(({ members: _, ...report }) => report),
  };
};

export const recordsResult: Operation<'records.result'> = async ({ home }, { subject: name, test: key }) => {
  const { id: subject } = home.vault.subject(name);
  const test = (await resultsOf(home.records, subject)).tests.get(key);
  if (!test)
    throw new HaleError('not-found', 'there is no such test among the results; they may have been brought anew');
  const points = test.points.slice(0, HOME_LIMITS.resultPointsMax);
  return { test: test.info, points, streams: await streamsOf(home, subject, test.info.ucum, points) };
};

/** Series that measure the same: of the kind that the newest value is read as, in the unit of the test. */
async function streamsOf(
  home: Home,
  subject: string,
  ucum: string,
  points: readonly { record: string; value: number | null }[],
): Promise<string[]> {
  const newest = points.find(({ value }) => value !== null);
  if (!newest) return [];
  const { readResource } = await import('../records/readings.ts');
  const readings = await readResource(home.records.read(subject, newest.record).resource);
  const near = ({ value, unit }: Omit<RecordReading, 'stream'>) =>
    unit === ucum && Math.abs(value - (newest.value ?? 0)) <= Math.abs(newest.value ?? 0) * 1e-3;
  const kind = readings.find(near)?.kind;
  return home.vault
    .streams(subject)
    .filter(({ entry }) => entry.kind === kind && entry.ucum === ucum)
    .map(({ entry }) => entry.key);
}

export const recordResults: Operation<'record.results'> = async ({ home }, { subject: name, record: asked }) => {
  const { id: subject } = home.vault.subject(name);
  const id = recordId(home, subject, asked);
  const { byRecord, reports, tests } = await resultsOf(home.records, subject);
  const report = reports.find((each) => each.id === id);
  const records = [id, ...membersHere(home.records, subject, id, report?.members ?? [])];
  return records.flatMap((each) =>
    (byRecord.get(each) ?? []).map(
      ({ test, point }): ResultRow => ({ ...point, test, title: tests.get(test)?.info.title ?? '' }),
    ),
  );
};

const membersHere = (records: Records, subject: string, from: string, members: readonly string[]): string[] => [
  ...new Set(members.flatMap((reference) => resolve(records, subject, from, reference) ?? [])),
];

export const recordFindings: Operation<'record.findings'> = async ({ home }, { subject: name, record: asked }) => {
  const { id: subject } = home.vault.subject(name);
  const { resource } = home.records.read(subject, recordId(home, subject, asked));
  // Its definitions are much code, and few ask.
  const { loadChecker } = await import('@hale/vault/records/check');
  const checker = await loadChecker((bytes) => createHash('sha1').update(bytes).digest());
  return [...checker.check(resource)];
};
