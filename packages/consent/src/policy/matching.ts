// Conditions made ready for many decisions. The same condition is stricter in a permit than in a denial: a permit needs to know that it is fulfilled,
// a denial holds unless it is known that it is not.
import {
  compareConfidentiality,
  confidentialityOf,
  covers,
  highest,
  mayMean,
  NEVER_BY_DEFAULT,
} from '../labels/index.ts';
import type { Condition, Conditions, DataReference, Effect } from './model.ts';
import { isOpenPurpose, purposeDenies, purposePermits } from './purposes.ts';
import type { AccessQuestion, Asking, RecordFacts } from './question.ts';

export type AskTest = (question: AccessQuestion) => boolean;
export type RecordTest = (record: RecordFacts) => boolean;

/** `ask`: about who, why and when; `record`: about what. A rule applies where all of both say yes. */
export interface Tests {
  ask: readonly AskTest[];
  record: readonly RecordTest[];
}

export function testsOf(conditions: Conditions, effect: Effect): Tests {
  return { ask: askTests(conditions, effect), record: recordTests(conditions, effect) };
}

const NOT: () => boolean = () => false;

function askTests({ unreadable, otherAction, recipients, purposes, period }: Conditions, effect: Effect): AskTest[] {
  const permits = effect === 'permit';
  const tests: AskTest[] = [];
  if (otherAction || (unreadable && permits)) tests.push(NOT);
  if (period) tests.push(({ at }) => at >= period.from && at < period.to);
  if (recipients) {
    const named = namesTest(recipients, permits);
    tests.push(({ who }) => named(who.ids) || groupsOf(who).some((names) => names !== undefined && named(names)));
  }
  if (purposes) {
    const covered = permits ? purposePermits : purposeDenies;
    const always = !permits && purposes.unknown;
    tests.push(({ purpose }) => always || purposes.any.some((named) => covered(named, purpose)));
  } else if (permits) tests.push(({ purpose }) => isOpenPurpose(purpose));
  return tests;
}

const groupsOf = ({ organisations, careTeams, groups, roles }: Asking) => [organisations, careTeams, groups, roles];

function recordTests(conditions: Conditions, effect: Effect): RecordTest[] {
  const permits = effect === 'permit';
  const { custodians, authors, classes, documentTypes, codes, parts, data, dataPeriod } = conditions;
  const tests: RecordTest[] = [];
  const add = (condition: Condition | undefined, of: (record: RecordFacts) => readonly string[] | null) => {
    if (condition === undefined) return;
    const named = namesTest(condition, permits);
    tests.push((record) => {
      const names = of(record);
      return names === null ? !permits : named(names);
    });
  };
  add(custodians, (record) => record.custodians);
  add(authors, (record) => record.authors);
  add(classes, ({ type, classes: of }) => [type, ...(of ?? [])]);
  add(documentTypes, ({ classes: of }) => of ?? []);
  add(codes, ({ codes: of }) => of ?? []);
  add(parts, ({ part }) => (part === undefined ? null : [part]));
  if (data) tests.push(dataTest(data, permits));
  if (dataPeriod)
    tests.push(({ dated }) => {
      if (dated === null) return !permits;
      return permits
        ? dated.from >= dataPeriod.from && dated.to <= dataPeriod.to
        : !(dated.to <= dataPeriod.from || dated.from >= dataPeriod.to);
    });
  const labelled = permits ? permitsLabels(conditions) : deniesLabels(conditions);
  if (labelled) tests.push(labelled);
  return tests;
}

/** `Type/id` of an absolute address; other names stay as they are. */
const tailOf = (name: string): string => /[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.exec(name)?.[0] ?? name;

/** In a denial the same `Type/id` on two servers counts as the same: nobody knows that it is not. */
function namesTest({ any, unknown }: Condition, permits: boolean): (names: readonly string[]) => boolean {
  const exact = new Set(any);
  if (permits) return (names) => names.some((name) => exact.has(name));
  if (unknown) return () => true;
  const tails = new Set(any.map(tailOf));
  return (names) => names.some((name) => exact.has(name) || tails.has(tailOf(name)));
}

/** FHIR consent-data-meaning. `related` is read in both directions, as IHE PCF uses it for an encounter and what was written in it. */
function dataTest({ any, unknown }: { any: readonly DataReference[]; unknown: boolean }, permits: boolean): RecordTest {
  const of = (meanings: readonly string[]) =>
    namesTest(
      { any: any.filter((each) => meanings.includes(each.meaning)).map((each) => each.reference), unknown },
      permits,
    );
  const itself = of(['instance', 'related', 'dependents']);
  const refersTo = of(['related', 'dependents']);
  const referredBy = of(['related']);
  const authored = of(['authoredby']);
  const names = any.some(({ meaning }) => meaning === 'authoredby');
  return (record) =>
    itself(record.ids) ||
    refersTo(record.refersTo) ||
    referredBy(record.referredBy) ||
    (record.authors === null ? names && !permits : authored(record.authors));
}

/** Confidentiality of a record as a rule sees it: never below what its labels bear. */
const levelOf = ({ labels, confidentiality }: RecordFacts) =>
  highest([confidentiality, confidentialityOf(labels ?? [])]);

/**
 * A level permits all up to it; codes permit what has no label but theirs, and is no more confidential than these make it. Without any label a permit
 * covers what is not very restricted.
 */
function permitsLabels({ labels }: Conditions): RecordTest {
  const codes = labels?.any ?? [];
  const ceiling = labels === undefined ? 'R' : labels.levels.length > 0 ? highest(labels.levels) : null;
  return (record) => {
    if (record.labels === null) return false;
    const notes = NEVER_BY_DEFAULT.filter((code) => record.labels?.includes(code));
    if (!notes.every((code) => codes.includes(code))) return false;
    const level = levelOf(record);
    if (ceiling !== null && compareConfidentiality(level, ceiling) <= 0) return true;
    if (record.labels.length === 0 || !record.labels.every((code) => codes.some((named) => covers(named, code))))
      return false;
    return compareConfidentiality(level, highest(['R', confidentialityOf(record.labels)])) <= 0;
  };
}

/** A level denies all from it on; a code denies what may mean it. */
function deniesLabels({ labels }: Conditions): RecordTest | null {
  if (labels === undefined) return null;
  const { any, levels, unknown } = labels;
  const floor = levels.reduce<(typeof levels)[number] | null>(
    (low, each) => (low === null || compareConfidentiality(each, low) < 0 ? each : low),
    null,
  );
  return (record) => {
    if (unknown || record.labels === null) return true;
    if (floor !== null && compareConfidentiality(levelOf(record), floor) >= 0) return true;
    return record.labels.some((code) => any.some((named) => mayMean(named, code)));
  };
}
