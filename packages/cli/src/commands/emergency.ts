// When she cannot be asked: what an emergency card tells, who opened it and why, and opening somebody's card as a clinic.
import { writeFileSync } from 'node:fs';
import type { OpeningReason, SheetLines, SheetSection } from '@hale/consent/emergency';
import type { EmergencyChange, EmergencyInfo, EmergencyOpeningInfo } from '@hale/home';
import type { Command } from 'commander';
import { WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { counted } from '../terminal/numbers.ts';
import { qrLines } from '../terminal/qr.ts';
import { bold, faint, purple } from '../terminal/style.ts';
import { examples, several } from './examples.ts';

const OPENING_TODO = '`hale emergency` shows who opened the card, with ids.';

/** What an opener says, in words; the codes are those of the page. */
const REASONS: Record<OpeningReason, string> = {
  unconscious: 'unconscious',
  'cannot-speak': 'cannot speak or be understood',
  confused: 'confused, cannot decide now',
  'life-threat': 'life in danger, no time to ask',
  'child-alone': 'a child without anybody who may decide',
  other: 'another reason',
};

const TITLES: Record<SheetSection, string> = {
  allergies: 'Allergies',
  medicines: 'Medicines',
  conditions: 'Conditions',
  blood: 'Blood group',
  devices: 'Implants and devices',
  pregnancy: 'Pregnancy',
  directives: 'Wishes for treatment',
  procedures: 'Operations',
  vaccinations: 'Vaccinations',
  readings: 'Last readings',
  contacts: 'Please call',
  notes: 'Good to know',
};

export function addEmergency(program: Command, shell: Shell): void {
  const emergency = program
    .command('emergency')
    .description('a card that opens chosen facts when you cannot be asked, and who opened it');
  emergency
    .command('status', { isDefault: true })
    .description('what it tells, and who opened it when and why')
    .action(async () => {
      const info = await shell.call('emergency', { ...shell.subject, look: true });
      shell.result(info, () => printInfo(shell, info));
    });
  addCard(emergency, shell);
  addSet(emergency, shell);
  addRest(emergency, shell);
  addClinic(emergency, shell);
  emergency.addHelpText(
    'after',
    examples(
      'hale emergency set --told npub1… --hours 12',
      'hale emergency card my-card',
      "hale emergency review 3fa29c01-1 --wrong 'I was awake and said no.'",
    ),
  );
}

function addCard(emergency: Command, shell: Shell): void {
  emergency
    .command('card')
    .description('a new card to print and a picture for a locked phone; the one before opens nothing from then on')
    .argument('[file]', 'name of the files, without ending', 'emergency-card')
    .option('--pin', 'it also asks for a PIN, which is kept apart from it')
    .action(async (file: string, { pin = false }: { pin?: boolean }) => {
      shell.about('card', file);
      const made = await shell.call('emergency.card', { ...shell.subject, to: shell.path(file), withPin: pin });
      shell.result(made, () => {
        shell.say(`${purple('Made.')} Print ${bold(made.files[0])}; ${bold(made.files[1])} is for a locked screen.`);
        const code = shell.io.isTTY ? qrLines(made.link, shell.width) : null;
        if (code !== null) shell.lines(['', ...code]);
        if (made.pin !== null) {
          shell.line(`\n  PIN  ${bold(made.pin)}\n`);
          shell.say('Give it to somebody who can be called, not onto the card. It is shown only now.');
        }
        shell.warn(
          'Whoever has this card and gives a reason is let in, and you are told. Whoever has the card and also runs the relay could look without a trace.',
        );
        printFailed(shell, made.failed);
      });
    });
}

interface SetOptions
  extends Omit<EmergencyChange, 'sections' | 'contacts' | 'notes' | 'institutions' | 'hours' | 'factor'> {
  section?: EmergencyChange['sections'];
  contact?: string[];
  note?: string[];
  institution?: string[];
  hours?: string;
  asks?: EmergencyChange['factor'];
}

function addSet(emergency: Command, shell: Shell): void {
  emergency
    .command('set')
    .description('what it tells, whom it tells, for how long an opening lasts; what is not named stays')
    .option('--section <name>', `repeatable: ${Object.keys(TITLES).join(', ')}`, several)
    .option('--series <stream>', 'a series whose last reading is told; repeatable', several)
    .option('--name <name>', 'as you are called')
    .option('--born <year>', 'year of birth')
    .option('--language <code>', 'of your lines: en, es, pl')
    .option('--contact <line>', "whom to call: 'Luis, son, +34 600 111 222'; repeatable", several)
    .option('--note <line>', 'what else helps; repeatable', several)
    .option('--told <npub>', 'who is told at once when it is opened; repeatable', several)
    .option('--hours <hours>', 'for how long an opening lasts, 1 to 72')
    .option('--asks <what>', 'none, pin, code or either: beside the card')
    .option('--institution <npub>', 'whose codes open it; repeatable', several)
    .action(async ({ section, contact, note, institution, hours, asks, ...rest }: SetOptions) => {
      const info = await shell.call('emergency.change', {
        ...shell.subject,
        ...rest,
        ...(section === undefined ? {} : { sections: section }),
        ...(contact === undefined ? {} : { contacts: contact }),
        ...(note === undefined ? {} : { notes: note }),
        ...(institution === undefined ? {} : { institutions: institution }),
        ...(hours === undefined ? {} : { hours: Number(hours) }),
        ...(asks === undefined ? {} : { factor: asks }),
      });
      shell.result(info, () => printInfo(shell, info));
    });
}

function addRest(emergency: Command, shell: Shell): void {
  emergency
    .command('never')
    .description('records that leave the house in no emergency')
    .argument('<record...>', 'ids, as `hale records` shows them')
    .option('--undo', 'they do again')
    .action(async (records: string[], { undo = false }: { undo?: boolean }) => {
      shell.about('records', records.join(', '), { 'not-found': '`hale records` lists the records and their ids.' });
      const info = await shell.call('emergency.never', { ...shell.subject, records, undo });
      shell.result(info, () =>
        shell.say(
          `${counted(info.never.length, 'record')} never ${info.never.length === 1 ? 'leaves' : 'leave'} the house in an emergency.`,
        ),
      );
    });
  emergency
    .command('review')
    .description('was an opening right? What you write stays with it, for a complaint')
    .argument('<opening>', 'as `hale emergency` shows it')
    .option('--right', 'it was')
    .option('--wrong <text>', 'it was not, and why')
    .action(async (opening: string, { right = false, wrong }: { right?: boolean; wrong?: string }) => {
      shell.about('opening', opening, { 'not-found': OPENING_TODO });
      if (right === (wrong !== undefined)) throw new WrongUsage('Say --right, or --wrong and why.', OPENING_TODO);
      const text = wrong === undefined ? {} : { text: wrong };
      const info = await shell.call('emergency.review', { opening, right, ...text });
      shell.result(info, () => shell.say('Kept.'));
    });
  emergency
    .command('end')
    .description('an opening lasts no longer; what was read stays read')
    .argument('<opening>', 'as `hale emergency` shows it')
    .action(async (opening: string) => {
      shell.about('opening', opening, { 'not-found': OPENING_TODO });
      const info = await shell.call('emergency.end', { opening });
      shell.result(info, () => shell.say('Ended. What was read stays read.'));
    });
  const simple = [
    ['again', 'gives the card new keys now and forgets wrong PINs', 'emergency.again'],
    ['allow', 'takes `off --forbid` back', 'emergency.allow'],
  ] as const;
  for (const [name, what, operation] of simple)
    emergency
      .command(name)
      .description(what)
      .action(async () => {
        const info = await shell.call(operation, shell.subject);
        shell.result(info, () => printInfo(shell, info));
      });
  emergency
    .command('off')
    .description('the card opens nothing any more')
    .option('--forbid', 'and no other is made: no emergency access at all')
    .action(async ({ forbid = false }: { forbid?: boolean }) => {
      const info = await shell.call('emergency.off', { ...shell.subject, forbid });
      shell.result(info, () => printInfo(shell, info));
    });
}

interface OpenOptions {
  reason: string;
  why?: string;
  name: string;
  institution?: string;
  pin?: string;
  code?: string;
  bundle?: string;
}

function addClinic(emergency: Command, shell: Shell): void {
  emergency
    .command('code')
    .description('of a clinic: a one-time code for somebody who works here')
    .option('--minutes <minutes>', 'for how long it is good', '15')
    .action(async ({ minutes }: { minutes: string }) => {
      const made = await shell.call('emergency.code', { minutes: Number(minutes) });
      shell.result(made, () => {
        // Spaces and lines in it count for nothing.
        shell.lines(['', ...(made.code.match(/.{1,52}/g) ?? []).map((line) => `  ${line}`), '']);
        shell.say(
          `Good once, until ${shell.times.dateTime(made.expiresMicros)}, for cards that name you or relays that list you.`,
        );
      });
    });
  emergency
    .command('open')
    .description("open somebody's card; the person is told who you are and why")
    .argument('<link>', 'what the code on the card says')
    .requiredOption('--reason <code>', Object.keys(REASONS).join(', '))
    .requiredOption('--name <name>', 'who you are')
    .option('--institution <name>', 'where you work')
    .option('--why <text>', 'in your words; needed for `other`')
    .option('--pin <pin>', 'the PIN of the card')
    .option('--code <code>', 'a one-time code of your institution')
    .option('--bundle <file>', 'write the patient summary (IPS) there')
    .action(async (link: string, { reason, bundle, ...rest }: OpenOptions) => {
      if (!Object.hasOwn(REASONS, reason))
        throw new WrongUsage('That is no reason that the card knows.', `One of: ${Object.keys(REASONS).join(', ')}.`);
      const opened = await shell.call('emergency.open', { link, reason: reason as OpeningReason, ...rest });
      if (bundle !== undefined && opened.bundle !== null)
        writeFileSync(shell.path(bundle), opened.bundle, { mode: 0o600 });
      shell.result(opened, () => {
        shell.line(bold([opened.name, opened.born].filter(Boolean).join(', ')));
        printFacts(shell, opened.sections);
        shell.say(
          `The person is told of this${opened.told > 0 ? `, and ${counted(opened.told, 'other')}` : ''}. You may read it until ${shell.times.dateTime(opened.untilMicros)}.`,
        );
      });
    });
}

function printInfo(shell: Shell, info: EmergencyInfo): void {
  const states = {
    none: 'No emergency card. `hale emergency card` makes one.',
    forbidden:
      'You forbade emergency access: nobody is let in, whatever happens. `hale emergency allow` takes that back.',
    on: `A card made ${info.card ? shell.times.age(info.card.madeMicros) : ''} opens this, for ${counted(info.hours, 'hour')} at a time:`,
  };
  shell.say(states[info.state]);
  printFacts(shell, info.facts);
  if (info.state === 'on') {
    const beside = {
      none: 'nothing',
      pin: 'its PIN',
      code: 'the code of an institution',
      either: 'its PIN or the code of an institution',
    };
    shell.say(
      `Beside the card it asks for ${beside[info.factor]}. Told at once: you${info.told.length > 0 ? ` and ${info.told.join(', ')}` : ''}.`,
    );
  }
  for (const opening of info.openings) printOpening(shell, opening);
  if (info.openings.length === 0 && info.state === 'on') shell.say('Nobody opened it.');
  printFailed(shell, info.failed);
}

function printFacts(shell: Shell, facts: readonly SheetLines[]): void {
  for (const { section, lines } of facts)
    shell.lines([`  ${faint(TITLES[section])}`, ...lines.map((line) => `    ${line.replace(/^! /, 'SEVERE: ')}`)]);
  shell.line();
}

function printOpening(shell: Shell, opening: EmergencyOpeningInfo): void {
  const { id, atMicros, untilMicros, isOpen, name, institution, npub, factor, reason, why, isSigned, review } = opening;
  const who = [name || 'Somebody whose words cannot be read', institution].filter(Boolean).join(', ');
  shell.say(`${bold(id)}  ${shell.times.dateTime(atMicros)}  ${who}`);
  const said = [reason === null ? '' : REASONS[reason], why].filter(Boolean).join(': ');
  const proven = [
    npub === '' ? 'no key stands by the name' : `signed by ${npub}`,
    factor === 'none' ? '' : `with ${factor}`,
  ];
  const until = isOpen ? `may read until ${shell.times.dateTime(untilMicros)}` : 'over';
  shell.say(
    [said, ...proven, until, isSigned ? '' : 'the relay shows no signature for this'].filter(Boolean).join('; '),
    '    ',
  );
  if (review !== null)
    shell.say(review.right ? 'You said that it was right.' : `You said that it was wrong: ${review.text}`, '    ');
  else shell.say(`Was this right?  hale emergency review ${id} --right`, '    ');
}

function printFailed(shell: Shell, failed: readonly { relay: string; code: string }[]): void {
  for (const { relay, code } of failed)
    shell.warn(`${relay} did not take part (${code}); it is asked again while \`hale start\` runs.`);
}
