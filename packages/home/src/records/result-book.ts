// Results of a subject as tests with their values, put together once and kept while somebody looks: a trend is asked for again and again, and
// each time opening every observation would take seconds. In memory only, and let go of when nobody asks.
import {
  axisOf,
  type Category,
  clinicalTime,
  RECORDS_IDLE_MILLIS,
  type Records,
  type ResultValue,
  resultsIn,
  titleOf,
} from '@hale/vault/records';
import type { ReportInfo, ResultPoint, TestInfo } from '../api-records.ts';

export interface Test {
  info: TestInfo;
  /** Newest first. */
  points: ResultPoint[];
}

export interface Results {
  tests: Map<string, Test>;
  /** Newest first. */
  reports: (ReportInfo & { members: string[] })[];
  /** Points of a record, by its id. */
  byRecord: Map<string, { test: string; point: ResultPoint }[]>;
}

const CATEGORIES: readonly Category[] = ['results', 'vitals', 'history'];
/** Records between two turns of other work. */
const RECORDS_PER_TURN = 200;
const SPARK_POINTS = 40;

interface Found extends ResultValue {
  category: Category;
  point: ResultPoint;
}

interface Book {
  results: Map<string, Promise<Results>>;
  idle: ReturnType<typeof setTimeout> | undefined;
}

const books = new WeakMap<Records, Book>();

/** What is kept of these records; changes and idleness empty it. */
function bookOf(records: Records): Book {
  const known = books.get(records);
  if (known) return known;
  const book: Book = { results: new Map(), idle: undefined };
  books.set(records, book);
  records.watch((subject) => book.results.delete(subject));
  return book;
}

export function resultsOf(records: Records, subject: string): Promise<Results> {
  const book = bookOf(records);
  clearTimeout(book.idle);
  book.idle = setTimeout(() => book.results.clear(), RECORDS_IDLE_MILLIS).unref();
  const kept = book.results.get(subject);
  if (kept) return kept;
  const made = readResults(records, subject);
  book.results.set(subject, made);
  made.catch(() => book.results.delete(subject));
  return made;
}

async function readResults(records: Records, subject: string): Promise<Results> {
  const found: Found[] = [];
  const reports: Results['reports'] = [];
  let read = 0;
  const isRead = ({ category }: { category: Category }) => CATEGORIES.includes(category);
  for (const entry of records.hasAny(subject) ? records.all(subject, isRead) : []) {
    if (++read % RECORDS_PER_TURN === 0) await new Promise((turn) => setImmediate(turn));
    if (entry.origin === 'overlay' || entry.state === 'retracted') continue;
    const { id, resource, category } = entry;
    const written = clinicalTime(resource)?.written ?? '';
    for (const result of resultsIn(resource)) {
      const { value, comparator, text, unit, low, high, range, flag } = result;
      const point = { record: id, at: entry.at, written, value, comparator, text, unit, low, high, range, flag };
      found.push({ ...result, category, point });
    }
    if (resource.resourceType === 'DiagnosticReport' || hasMembers(resource))
      reports.push({ id, title: titleOf(resource), at: entry.at, written, count: 0, members: membersOf(resource) });
  }
  const results = { tests: testsOf(found), reports: reports.sort(byTime), byRecord: new Map() };
  fillByRecord(results);
  return results;
}

const listOf = (value: unknown): { reference?: unknown }[] => (Array.isArray(value) ? value : []);
const hasMembers = ({ hasMember }: Record<string, unknown>): boolean => listOf(hasMember).length > 0;

/** References to the results of a report or panel, as it writes them. */
const membersOf = ({ result, hasMember }: Record<string, unknown>): string[] =>
  [...listOf(result), ...listOf(hasMember)].flatMap(({ reference }) =>
    typeof reference === 'string' ? [reference] : [],
  );

const byTime = (a: { at: number | null }, b: { at: number | null }): number =>
  (b.at ?? Number.NEGATIVE_INFINITY) - (a.at ?? Number.NEGATIVE_INFINITY);

/** One test in two units is two series: they cannot stand on one axis. Words go with the unit that has most values. */
function testsOf(found: readonly Found[]): Map<string, Test> {
  const byTest = Map.groupBy(found, ({ test }) => test);
  const tests = new Map<string, Test>();
  for (const [name, all] of byTest) {
    const byAxis = Map.groupBy(all, (each) => axisOf(each) ?? '');
    const numeric = [...byAxis].filter(([, group]) => group.some(({ value }) => value !== null));
    numeric.sort(([, a], [, b]) => b.length - a.length);
    const groups: [string, Found[]][] =
      numeric.length === 0 ? [['', all]] : numeric.map(([axis, group]) => [axis, [...group]]);
    if (numeric.length > 0 && !numeric.some(([axis]) => axis === ''))
      groups[0][1].push(...all.filter(({ value }) => value === null));
    for (const [i, [axis, group]] of groups.entries()) {
      const key = i === 0 ? name : `${name}#${axis}`;
      tests.set(key, { info: infoOf(key, group), points: group.map(({ point }) => point).sort(byTime) });
    }
  }
  return tests;
}

function infoOf(key: string, group: readonly Found[]): TestInfo {
  const sorted = [...group].sort((a, b) => byTime(a.point, b.point));
  const [newest] = sorted;
  const drawn = sorted
    .filter(({ point, value }) => point.at !== null && value !== null)
    .slice(0, SPARK_POINTS)
    .reverse();
  const unit = sorted.find(({ value }) => value !== null);
  return {
    key,
    title: newest.title,
    loinc: newest.loinc,
    category: newest.category,
    count: group.length,
    unit: unit?.unit ?? '',
    ucum: unit?.ucum ?? '',
    latest: newest.point,
    spark: { at: drawn.map(({ point }) => point.at ?? 0), value: drawn.map(({ value }) => value ?? 0) },
  };
}

function fillByRecord({ tests, byRecord, reports }: Results): void {
  for (const [test, { points }] of tests)
    for (const point of points) byRecord.set(point.record, [...(byRecord.get(point.record) ?? []), { test, point }]);
  for (const report of reports) report.count = report.members.length;
}
