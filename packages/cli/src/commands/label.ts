// How sensitive a record is: shown with the reasons, and raised or lowered by its owner.
import type { Label, RecordLabelsShown } from '@hale/home';
import type { Command } from 'commander';
import { WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { faint } from '../terminal/style.ts';
import { examples } from './examples.ts';

const ID_SHOWN = 8;
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/snomed/, 'SNOMED CT'],
  [/loinc/, 'LOINC'],
  [/rxnorm/, 'RxNorm'],
  [/icd-?10/i, 'ICD-10'],
  [/icd-?9/i, 'ICD-9'],
  [/atc/i, 'ATC'],
  [/v3-(ActCode|Confidentiality)/, 'marked by its source:'],
];

interface LabelOptions {
  add?: string[];
  drop?: string[];
  reset?: boolean;
}

export function addLabel(program: Command, shell: Shell): void {
  program
    .command('label')
    .description('how sensitive a health record is and why; raise it or lower it')
    .argument('<id>', 'the id of the record, or the beginning of it')
    .option('--add <area...>', 'put it into an area: mental-health, substance-use, hiv, sexual-health, pregnancy, …')
    .option('--drop <area...>', 'take it out of an area')
    .option('--reset', 'take back what you said of it')
    .addHelpText(
      'after',
      examples('hale label 5b1f07aa', 'hale label 5b1f07aa --drop mental-health', 'hale records --area mental-health'),
    )
    .action(async (record: string, { add, drop, reset }: LabelOptions) => {
      shell.about('record', record, { 'not-found': '`hale records` lists the records and their ids.' });
      const asked = { ...shell.subject, record };
      const isSaid = add !== undefined || drop !== undefined || reset === true;
      if (add?.some((area) => drop?.includes(area)))
        throw new WrongUsage('one area cannot be added and dropped at once.', 'Name it once.');
      const shown = isSaid
        ? await shell.call('record.label', {
            ...asked,
            ...(add === undefined ? {} : { add }),
            ...(drop === undefined ? {} : { drop }),
            ...(reset === true ? { reset } : {}),
          })
        : await shell.call('record.labels', asked);
      shell.result(shown, () => {
        if (!sayLabels(shell, shown)) shell.say('Nothing in it is known to be sensitive.');
      });
    });
}

/** Says what a record's labels come to, one line each with its reason. False: it has none. */
export function sayLabels(shell: Shell, shown: RecordLabelsShown): boolean {
  const { labels, areas, confidentiality, opaque, said } = shown;
  const level = { N: '', R: ', restricted', V: ', very restricted' }[confidentiality];
  const say = (text: string) => shell.say(faint(text), '  ');
  if (areas.length > 0) shell.say(`Sensitive: ${areas.join(', ')}${level}`);
  for (const label of labels) say(`${label.code}: ${reasonText(label)}`);
  if (opaque) shell.say('Part of it is a document that Hale cannot look into: what it says is not known.');
  if (said && said.add.length > 0) say(`you added ${said.add.join(', ')}, ${shell.times.date(said.at)}`);
  if (said && said.drop.length > 0) say(`you dropped ${said.drop.join(', ')}, ${shell.times.date(said.at)}`);
  return areas.length + labels.length > 0 || opaque || said !== null;
}

function reasonText({ why, basis, of }: Label): string {
  const law = basis === undefined ? '' : '; 42 CFR Part 2 protects it';
  const other = of === undefined ? '' : ` of record ${of.slice(0, ID_SHOWN)}, which it refers to`;
  return `${whyText(why)}${other}${law}`;
}

function whyText(why: Label['why']): string {
  if ('owner' in why) return 'you said so';
  if ('words' in why) return `the word “${why.words}”`;
  const system = SYSTEMS.find(([name]) => name.test(why.system))?.[1] ?? 'code';
  const note = why.note === undefined ? '' : ` (${why.note})`;
  return `${system} ${why.code}${why.display === undefined ? '' : ` ${why.display}`}${note}`;
}
