// Corrections: asking whoever wrote a record to put it right, what came of it, and a disagreement beside it.
import type { CorrectionInfo, CorrectionState } from '@hale/home';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { bold } from '../terminal/style.ts';
import { examples } from './examples.ts';

const TODO = '`hale corrections` lists what you asked for, with ids.';
const ID_SHOWN = 8;

const STATES: Record<CorrectionState, string> = {
  asked: 'not sent yet',
  sent: 'sent, no answer yet',
  queued: 'arrived there',
  'in-review': 'being looked into',
  'waiting-for-information': 'they want to know more from you',
  'requester-cancelled': 'you took it back',
  accepted: 'they will correct it',
  'partial-accept': 'they will correct a part',
  'amendment-completed': 'corrected',
  denied: 'refused',
  'disagreement-logged': 'refused; your disagreement stands with the record there',
  completed: 'refused, with a rebuttal of your disagreement',
};

export function addCorrect(program: Command, shell: Shell): void {
  program
    .command('correct')
    .description('ask whoever wrote a record to correct it; the record itself stays as it is')
    .argument('<record>', 'its id, as `hale records` shows it')
    .requiredOption('--because <text>', 'what is wrong, and what is right')
    .option('--to <name>', 'who wrote it (default: where it came from)')
    .option('--place <country>', 'two letters of the country whose law holds, or EU: by when there must be an answer')
    .addHelpText('after', examples("hale correct 5b1f --because 'I never smoked.' --place DE"))
    .action(async (record: string, { because, to, place }: { because: string; to?: string; place?: string }) => {
      shell.about('record', record, { 'not-found': '`hale records` lists the records and their ids.' });
      const named = { ...(to === undefined ? {} : { to }), ...(place === undefined ? {} : { place }) };
      const asked = await shell.call('correction.ask', { ...shell.subject, record, text: because, ...named });
      shell.result(asked, () => {
        print(shell, asked);
        shell.say(
          `Nothing was sent: hale corrections export ${asked.id.slice(0, ID_SHOWN)} makes a letter and a file for them. Once you sent it: hale corrections answer ${asked.id.slice(0, ID_SHOWN)} --state sent. Their time for an answer runs from then on.`,
        );
      });
    });
}

export function addCorrections(program: Command, shell: Shell): void {
  const corrections = program.command('corrections').description('what you asked to be corrected, and what came of it');
  corrections
    .command('list', { isDefault: true })
    .description('all of them')
    .action(async () => {
      const found = await shell.call('corrections', shell.subject);
      shell.result(found, () => {
        if (found.length === 0) return shell.say('You asked for no corrections; `hale correct` does.');
        for (const each of found) print(shell, each);
      });
    });
  const one = (name: string, what: string) =>
    corrections.command(name).description(what).argument('<id>', 'as `hale corrections` shows it');
  one('answer', 'note an answer that came on paper; one that you import is found by itself')
    .requiredOption('--state <state>', Object.keys(STATES).slice(1).join(', '))
    .option('--text <text>', 'what they said')
    .option('--at <time>', 'when they said it')
    .action(async (correction: string, { state, text, at }: { state: string; text?: string; at?: string }) => {
      shell.about('request', correction, { 'not-found': TODO });
      const info = await shell.call('correction.answer', {
        ...{ correction, state: state as CorrectionState },
        ...(text === undefined ? {} : { text }),
        ...(at === undefined ? {} : { at: shell.time('--at', at, 'start') }),
      });
      shell.result(info, () => print(shell, info));
    });
  one('disagree', 'after a refusal: your statement stands beside the record from then on')
    .requiredOption('--because <text>', 'why you disagree')
    .action(async (correction: string, { because }: { because: string }) => {
      shell.about('request', correction, { 'not-found': TODO });
      const info = await shell.call('correction.disagree', { correction, text: because });
      shell.result(info, () => print(shell, info));
    });
  one('export', 'a letter (PDF) and a file (FHIR) to send')
    .argument('[file]', 'name of both, without ending', 'correction')
    .action(async (correction: string, file: string) => {
      shell.about('request', correction, { 'not-found': TODO });
      const { files } = await shell.call('correction.export', { correction, to: shell.path(file) });
      shell.result({ files }, () => {
        shell.lines(files.map((each) => `  ${each}`));
        shell.warn('These files are not sealed: anyone who has them can read them.');
      });
    });
  corrections.addHelpText(
    'after',
    examples(
      'hale corrections',
      'hale corrections answer 5b1f --state denied',
      "hale corrections disagree 5b1f --because 'I never smoked.'",
    ),
  );
}

function print(shell: Shell, info: CorrectionInfo): void {
  const {
    id,
    title,
    to,
    text,
    state,
    stateMicros,
    answerByMicros,
    extendedToMicros,
    rule,
    isLate,
    isDecided,
    disagreement,
  } = info;
  shell.say(
    `${bold(id.slice(0, ID_SHOWN))}  ${title}${to === '' ? '' : `, ${to}`}: ${STATES[state]} (${shell.times.date(stateMicros)})`,
  );
  shell.say(`“${text}”`, '    ');
  if (!isDecided && answerByMicros !== null && extendedToMicros !== null)
    shell.say(
      `${isLate ? 'Late: an answer was due' : 'An answer is due'} by ${shell.times.date(answerByMicros)} (${rule}); by ${shell.times.date(extendedToMicros)} where they told you in time that it takes longer.`,
      '    ',
    );
  for (const answer of info.answers)
    if (answer.text !== '') shell.say(`${shell.times.date(answer.atMicros)}: ${answer.text}`, '    ');
  if (disagreement !== null) shell.say(`Beside the record stands: “${disagreement.text}”`, '    ');
}
