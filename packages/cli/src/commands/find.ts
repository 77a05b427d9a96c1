// One box for everything: words, times, people and kinds, over records, series and notes; or FHIR's own search.
import type { Found, FoundRecord, SearchAnswer } from '@hale/home';
import type { Command } from 'commander';
import { WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { measuredText } from '../terminal/measured.ts';
import { number } from '../terminal/numbers.ts';
import { faint } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';
import { examples } from './examples.ts';

const ID_SHOWN = 8;

interface FindOptions {
  fhir?: boolean;
  limit?: string;
}

export function addFind(program: Command, shell: Shell): void {
  program
    .command('find')
    .description('look for words, people, times and kinds of record, in everything there is')
    .argument('<words...>', 'what you look for; with --fhir a query as FHIR R4 writes it')
    .option('--fhir', 'FHIR search instead of words')
    .option('--limit <count>', 'at most so many records')
    .addHelpText(
      'after',
      examples(
        'hale find ferritin',
        'hale find vaccinations since 2019',
        'hale find Dr Lee last year',
        'hale find --fhir "Observation?code=http://loinc.org|2276-4&value-quantity=lt15||ug/L"',
      ),
    )
    .action(async (words: string[], options: FindOptions) => {
      const text = words.join(' ');
      if (options.fhir) return await searchFhir(shell, text);
      const limit = options.limit === undefined ? {} : { limit: countOf(options.limit) };
      const eastMinutes = Math.round(shell.times.at(shell.times.nowMicros).offsetNanoseconds / 60e9);
      const found = await shell.call('find', { ...shell.subject, text, eastMinutes, ...limit });
      shell.result(found, () => printFound(shell, found));
    });
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new WrongUsage(`--limit: '${text}' is not a count.`, 'Write a whole number above zero.');
}

function printFound(shell: Shell, found: Found): void {
  const { records, recordsTotal, series, notes, isPartial } = found;
  if (records.length + series.length + notes.length === 0) {
    shell.say('Nothing was found.');
    shell.say('Fewer words find more; the beginning of a word is enough. `hale records` shows what there is.');
    return;
  }
  if (isPartial) shell.say('Nothing has all of these words. What has most of them:');
  const rows = records.map((record) => [
    record.id.slice(0, ID_SHOWN),
    record.written.slice(0, 10),
    nameOf(record),
    reasonOf(record),
  ]);
  if (rows.length > 0)
    shell.lines(
      table(
        [{ head: 'Id' }, { head: 'When' }, { head: 'What', wrapTo: 16 }, { head: 'Because', wrapTo: 14 }],
        rows,
        shell.width,
      ),
    );
  if (recordsTotal > records.length)
    shell.say(
      faint(`${number(records.length, 0)} of ${number(recordsTotal, 0)} records, the best first; --limit shows more.`),
    );
  for (const { title, key } of series) shell.say(`Series: ${title} ${faint(`(hale show ${key})`)}`);
  for (const { atMicros, text, stream } of notes)
    shell.say(`Note of ${shell.times.dateTime(atMicros)} on ${stream}: ${text}`);
}

function nameOf(record: FoundRecord): string {
  const { title, type } = record;
  const value = measuredText(record);
  const name = title === '' ? type : title;
  return value === '' ? name : `${name}: ${value}`;
}

/** What stands there, where the name does not show it already. */
function reasonOf({ reasons, within, title, category }: FoundRecord): string {
  const told = reasons.flatMap(({ field, text }) => {
    if (field === 'kind') return [category];
    if (text === title || text === '') return [];
    return [field === 'amendment' ? `you wrote: ${text}` : text];
  });
  const part = within === undefined ? [] : [`in ${within.title || 'a report'} of ${within.written.slice(0, 10)}`];
  return [...new Set(told), ...part].join('; ');
}

async function searchFhir(shell: Shell, query: string): Promise<void> {
  const answer = await shell.call('records.search', { ...shell.subject, query });
  shell.result(answer, () => printAnswer(shell, answer));
}

function printAnswer(shell: Shell, { total, entries, isCut }: SearchAnswer): void {
  const rows = entries.map(({ mode, record }) => [
    record.id.slice(0, ID_SHOWN),
    record.written.slice(0, 10),
    record.title === '' ? record.type : record.title,
    record.value,
    mode === 'include' ? 'beside' : '',
  ]);
  const columns = [
    { head: 'Id' },
    { head: 'When' },
    { head: 'What', wrapTo: 16 },
    { head: 'Value', wrapTo: 8 },
    { head: '' },
  ];
  if (rows.length > 0) shell.lines(table(columns, rows, shell.width));
  shell.say(faint(`${number(total, 0)} match; --json gives the resources themselves.`));
  if (isCut) shell.say(faint('More would have been shown beside them than one answer holds.'));
}
