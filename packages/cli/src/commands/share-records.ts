// Health records in a share: what is asked for, and what the owner sees of it before she agrees.
import type { Category, RecordNamed, RecordsPreview, RecordsShared, ShareParameters } from '@hale/home';
import { WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { counted, number } from '../terminal/numbers.ts';
import { bold, faint, yellow } from '../terminal/style.ts';
import { facts, table } from '../terminal/table.ts';
import { CATEGORIES } from './records.ts';

export const TELLINGS = ['none', 'exists', 'category', 'count'] as const satisfies readonly RecordsShared['told'][];

const NAMED_SHOWN = 10;
const ID_SHOWN = 8;

interface RecordOptions {
  records?: string;
  withhold?: string[];
  withholdArea?: string[];
  include?: string[];
  documents?: boolean;
  told?: (typeof TELLINGS)[number];
  place?: string;
  show?: string[];
}

/** @param proposed of the visit, where one was said: what is typed goes before it. @throws WrongUsage */
export function recordsOption(options: RecordOptions, proposed?: RecordsShared): Pick<ShareParameters, 'records'> {
  const { records, withhold, withholdArea, include, documents, told, place, show } = options;
  if (records === undefined && proposed === undefined) {
    const [lone] = Object.entries({ withhold, withholdArea, include, documents, told, place, show }).filter(
      ([, value]) => value !== undefined,
    );
    if (lone === undefined) return {};
    throw new WrongUsage(
      'This belongs to --records.',
      'Say which parts of the record to share: --records problems,medicines.',
    );
  }
  const shared: RecordsShared = {
    ...proposed,
    categories: records === undefined ? (proposed?.categories ?? []) : partsNamed(records),
    ...(withhold && { withhold }),
    // The home knows the areas, and says which there are.
    ...(withholdArea && { withholdAreas: [...(proposed?.withholdAreas ?? []), ...(withholdArea as Areas)] }),
    ...(include && { include }),
    ...(show && { show }),
    ...(documents && { documents }),
    ...(told && { told }),
    ...(place && { jurisdiction: place.toUpperCase() }),
  };
  return { records: shared };
}

type Areas = NonNullable<RecordsShared['withholdAreas']>;

function partsNamed(typed: string): Category[] {
  const named = typed === 'all' ? [...CATEGORIES] : typed.split(',').map((part) => part.trim());
  const unknown = named.find((part) => !CATEGORIES.includes(part as Category));
  if (unknown !== undefined)
    throw new WrongUsage(`there is no part named ${unknown}.`, `Parts are ${CATEGORIES.join(', ')}.`);
  return named as Category[];
}

const WHY: Record<RecordsPreview['withheld'][number]['because']['by'], string> = {
  hand: 'you keep it back',
  label: 'by what it is about',
  document: 'nobody can look into it; --documents gives it',
  category: '',
  time: '',
  state: '',
};

function whyWords({ because }: RecordsPreview['withheld'][number]): string {
  if (because.by !== 'label') return WHY[because.by];
  return because.areas.length > 0 ? because.areas.join(', ') : because.codes.join(', ');
}

export function printRecordsPreview(shell: Shell, preview: RecordsPreview): void {
  const { categories, count, given, withheld, withheldCount, leftOut } = preview;
  shell.say(`${counted(count, 'health record')} that they will find:`);
  shell.lines(
    facts(
      categories.map(({ category, count }) => [category, number(count, 0)]),
      shell.width,
    ),
  );
  if (given.length > 0) shell.line();
  printNamed(shell, given, count, () => '');
  if (withheldCount > 0) {
    shell.line();
    shell.say(`${counted(withheldCount, 'record')} that they will not find; only you see this list:`);
    const reasons = new Map(withheld.map((each) => [each.id, whyWords(each)]));
    printNamed(shell, withheld, withheldCount, ({ id }) => reasons.get(id) ?? '');
  }
  for (const { title, type, why } of leftOut)
    shell.say(
      `${title || type}: ${why === 'too-large' ? 'what is attached is larger than 20 MB and is left out.' : 'what is attached is not on this computer and is left out.'}`,
    );
  printWarnings(shell, preview.warnings);
}

/** What hiding may cost, and the three ways there are. Only the owner sees it. */
function printWarnings(shell: Shell, warnings: RecordsPreview['warnings']): void {
  if (warnings.length === 0) return;
  shell.line();
  shell.say(
    `${yellow('Note:')} what you keep back may matter here. Only you see this; there may be more that this list does not know.`,
  );
  for (const { hidden, shown, why, sources } of warnings) {
    const on = shown.length > 0 ? `, with ${namesOf(shown)}, which you show` : '';
    shell.line();
    shell.say(`${bold(namesOf(hidden))}${on}: ${why}`);
    shell.say(`Show it:  ${hidden.map(({ id }) => `--show ${id.slice(0, ID_SHOWN)}`).join(' ')}`, '  ');
    for (const { title } of sources) shell.say(faint(title), '  ');
  }
  shell.line();
  shell.say('Or keep it back, or tell them yourself; with --remind you are told what at the end.');
}

export function printReminder(shell: Shell, warnings: RecordsPreview['warnings']): void {
  const hidden = namesOf(warnings.flatMap((warning) => warning.hidden));
  if (hidden !== '') shell.say(`You keep back, and may want to tell them yourself: ${bold(hidden)}.`);
}

const namesOf = (records: readonly RecordNamed[]): string =>
  [...new Set(records.map(({ title, type }) => title || type))].join(', ');

function printNamed(
  shell: Shell,
  named: readonly RecordNamed[],
  total: number,
  why: (record: RecordNamed) => string,
): void {
  if (named.length === 0) return;
  const shown = named.slice(0, NAMED_SHOWN);
  shell.lines(
    table(
      [{ head: 'Id' }, { head: 'When' }, { head: 'What', wrapTo: 16 }, { head: '', wrapTo: 12 }],
      shown.map((record) => [
        record.id.slice(0, ID_SHOWN),
        record.atMicros === null ? '' : shell.times.date(record.atMicros),
        record.title || record.type,
        why(record),
      ]),
      shell.width,
    ),
  );
  if (total > shown.length) shell.say(faint(`${number(shown.length, 0)} of ${number(total, 0)}, the newest.`));
}
