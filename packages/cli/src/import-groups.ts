// Many files of one format in few lines: counts, notes that say the same told once, and every file that failed.
import { basename } from 'node:path';
import type { ImportReport } from '@hale/home';
import type { Shell } from './shell.ts';
import { counted, duration, number } from './terminal/numbers.ts';
import { bold, faint, red, yellow } from './terminal/style.ts';

/** Up to here each file has a report of its own. */
const FILES_SINGLY = 4;
const NOTES_SHOWN = 8;
const FAILURES_SHOWN = 20;

export interface ReportGroups {
  single: ImportReport[];
  /** Reports of a format that has too many to show each. */
  grouped: ImportReport[][];
  failed: ImportReport[];
}

/** Failures stay apart only where something is grouped: among a few files each stands where it was met. */
export function groupReports(reports: readonly ImportReport[]): ReportGroups {
  const byFormat = new Map<string, ImportReport[]>();
  for (const report of reports) {
    const key = report.failed ? 'failed' : `format ${report.format}`;
    byFormat.set(key, [...(byFormat.get(key) ?? []), report]);
  }
  const grouped = [...byFormat].filter(([key, { length }]) => key !== 'failed' && length > FILES_SINGLY);
  const failed = byFormat.get('failed') ?? [];
  const isLong = grouped.length > 0 || failed.length > FILES_SINGLY;
  const inGroups = new Set([...grouped.flatMap(([, group]) => group), ...(isLong ? failed : [])]);
  return {
    single: reports.filter((report) => !inGroups.has(report)),
    grouped: grouped.map(([, group]) => group),
    failed: isLong ? failed : [],
  };
}

export function printGroup(shell: Shell, group: readonly ImportReport[], dryRun: boolean): void {
  const sum = (pick: (report: ImportReport) => number) => group.reduce((total, report) => total + pick(report), 0);
  const told: [number, string][] = [
    [sum(({ accepted }) => accepted), dryRun ? 'would be new' : 'new'],
    [sum(({ duplicate }) => duplicate), 'already there'],
    [sum(({ corrected }) => corrected), 'corrected'],
    [sum(({ rejected }) => rejected), 'rejected (--json says where)'],
  ];
  const counts = told
    .filter(([count], i) => i === 0 || count > 0)
    .map(([count, word]) => `${number(count, 0)} ${word}`);
  shell.say(
    `${bold(`${group[0].format}, ${counted(group.length, 'file')}`)}: ${number(
      sum(({ read }) => read),
      0,
    )} readings, ${counts.join(', ')}`,
  );
  const notes = notesTogether(group);
  for (const { text, files } of notes.slice(0, NOTES_SHOWN))
    shell.say(
      `${yellow('Note:')} ${files === group.length ? 'in each' : `in ${number(files, 0)} of them`}: ${text}`,
      '  ',
    );
  if (notes.length > NOTES_SHOWN) shell.say(`${number(notes.length - NOTES_SHOWN, 0)} more notes: see --json.`, '  ');
  const streams = [...new Set(group.flatMap((report) => report.streams))].sort();
  const into = streams.length > 0 ? `into ${streams.join(', ')}; ` : '';
  shell.say(faint(`${into}${duration(sum(({ seconds }) => seconds))}`), '  ');
  if (group.some(({ interrupted }) => interrupted))
    shell.say(`${red('Interrupted:')} the rest was not read. Run the same import again to go on.`, '  ');
}

/** Notes that differ in their numbers alone are one. */
function notesTogether(group: readonly ImportReport[]): { text: string; files: number }[] {
  const files = new Map<string, { first: string; files: number }>();
  for (const { notes } of group)
    for (const note of new Set(notes)) {
      const key = note.replace(/\d+(?:, (?:\d+|…))*/g, 'n');
      const known = files.get(key);
      if (known) known.files++;
      else files.set(key, { first: note, files: 1 });
    }
  return [...files].map(([key, { first, files: count }]) => ({ text: count === 1 ? first : key, files: count }));
}

export function printFailures(shell: Shell, failed: readonly ImportReport[]): void {
  shell.say(`${red('Not imported:')} ${counted(failed.length, 'file')}`);
  for (const report of failed.slice(0, FAILURES_SHOWN))
    shell.say(`${basename(report.file)}: ${report.failed?.text ?? ''}.`, '  ');
  if (failed.length > FAILURES_SHOWN) shell.say(`${number(failed.length - FAILURES_SHOWN, 0)} more: see --json.`, '  ');
}
