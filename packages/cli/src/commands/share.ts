import { existsSync, writeFileSync } from 'node:fs';
import type { LevelText, Result, ShareParameters, SharePreview, VisitOffer } from '@hale/home';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { bytes, counted } from '../terminal/numbers.ts';
import { qrLines } from '../terminal/qr.ts';
import { bold, padEnd, purple, white, yellow } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';
import { examples, several } from './examples.ts';
import { GRANT_TODO } from './grants.ts';
import { type LinkOptions, shareHealthLink } from './links.ts';
import { printRecordsPreview, printReminder, recordsOption, TELLINGS } from './share-records.ts';
import { levelNoun, levelText, parseLevel, STREAM_TODO } from './streams.ts';
import { visitAsked } from './visits.ts';

export interface ShareOptions extends LinkOptions {
  healthLink?: boolean;
  with?: string;
  link?: boolean;
  from?: string;
  to?: string;
  idle?: number;
  again?: string;
  level?: LevelText;
  purpose?: string;
  allowClassic?: boolean;
  yes?: boolean;
  preview?: boolean;
  file?: string;
  keyInside?: boolean;
  pin?: boolean;
  claim?: boolean;
  records?: string;
  withhold?: string[];
  withholdArea?: string[];
  include?: string[];
  documents?: boolean;
  told?: (typeof TELLINGS)[number];
  place?: string;
  show?: string[];
  visit?: string;
  remind?: boolean;
}

export function addShare(program: Command, shell: Shell): void {
  program
    .command('share')
    .description('let someone open a part of your streams')
    .argument('[stream...]', 'names of the streams, as `hale streams` lists them')
    .option('--with <address>', 'to a person: npub1…, or a name like lee@clinic.example')
    .option('--link', 'to whoever has the link')
    .option('--pin', 'with --link: it opens only together with a PIN, which goes another way')
    .option('--claim', 'with --link: only the first browser that opens it has it')
    .option('--file <path>', 'as one HTML file that opens without any relay')
    .option('--key-inside', 'with --file: the file opens without a code, for whoever has it')
    .option('--from <when>', 'first moment')
    .option('--to <when>', 'last moment; without it, new readings are shared as they come')
    .addOption(new Option('--level <level>', 'raw, or only summaries per 1m, 15m, 1h, 1d').argParser(parseLevel))
    .option('--until <when>', 'when it ends by itself')
    .option('--idle <months>', 'ends by itself too when it is not looked at for 3, 6 or 12 months', parseIdle)
    .option('--again <grant>', 'the same again, of a share that ended because nobody looked at it')
    .option('--purpose <text>', 'what for; the recipient sees it')
    .option('--name <name>', 'how you call the recipient')
    .option('--allow-classic', 'also if the recipient has no post-quantum key')
    .option('--records <parts>', 'health records as well: parts of them with commas between, or "all"')
    .option('--withhold <id>', 'with --records: not this record; may be given several times', several)
    .option('--withhold-area <area>', 'with --records: nothing that is about this; may be given several times', several)
    .option('--include <id>', 'with --records: this record too; may be given several times', several)
    .option('--documents', 'with --records: also PDFs, pictures and other documents that nobody could look into')
    .addOption(
      new Option('--told <what>', 'with --records: what they are told of what you keep back').choices([...TELLINGS]),
    )
    .option('--place <country>', 'with --told: where they are, as two letters; the law may forbid it')
    .option('--visit <visit>', 'what it is for: shares what such a visit needs, as `hale visits` lists them')
    .option(
      '--show <id>',
      'with --records or --visit: this record whatever it is about; may be given several times',
      several,
    )
    .option('--remind', 'with --records or --visit: at the end, what you may want to tell them yourself')
    .option('--health-link', 'health records instead, as a SMART Health Link that any reader opens')
    .option(
      '--record <id>',
      'with --health-link: this record, else a patient summary; may be given several times',
      several,
    )
    .option('--without <id>', 'with --health-link: not this record; may be given several times', several)
    .option('--tell-withheld', 'with --without: say that something is kept back')
    .option('--passcode', 'with --health-link: it opens only together with a passcode, which goes another way')
    .option('--long-term', 'with --health-link: what it gives may change, and may be asked for again')
    .option('--preview', 'only show what would be shared')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples(
        "hale share heart-rate --link --from '2017-08-29 13:00' --to '2017-08-29 17:00' --level 1h",
        'hale share glucose --with npub1… --from today --until +30d --purpose "diabetes clinic"',
        'hale share --records problems,medicines --with lee@clinic.example --withhold-area mental-health --preview',
        'hale share ecg-mlii heart-rate --with lee@clinic.example --from yesterday --preview',
      ),
    )
    .action(async (streams: string[], options: ShareOptions) => await share(shell, streams, options));
}

async function share(shell: Shell, streams: string[], options: ShareOptions): Promise<void> {
  if (options.again !== undefined) return await shareAgain(shell, options.again, options.yes === true);
  if (options.healthLink) return await shareHealthLink(shell, options);
  if (streams.length === 0 && options.records === undefined && options.visit === undefined)
    throw new WrongUsage('Say which streams.', `${STREAM_TODO} Health records are shared with --records.`);
  const proposed = options.visit === undefined ? null : await visitAsked(shell, options.visit, options.place);
  const parameters = shareParameters(shell, streams, options, proposed);
  shell.about('streams', streams.join(', '), { 'not-found': STREAM_TODO });
  if (!options.yes && !options.preview && !shell.canAsk) {
    throw new WrongUsage('Nobody can be asked here, so sharing needs --yes.', 'Look at it first with --preview.');
  }
  const preview = await shell.call('share.preview', parameters);
  if (options.preview) return shell.result(preview, () => printPreview(shell, preview));
  if (!shell.json) printPreview(shell, preview);
  if (!options.yes && !(await shell.questions.confirm('\nShare this?'))) return shell.declined('Nothing was shared.');
  if (options.file !== undefined) return await writeCopy(shell, options.file, parameters, options.keyInside === true);
  if (options.pin || options.claim) return await shareWithLocker(shell, parameters);
  shell.safety = '`hale grants` shows whether it was shared; `hale revoke` stops it.';
  const shared = await shell.call('share', parameters);
  shell.result(shared, () => {
    printShared(shell, shared);
    if (options.remind) printReminder(shell, preview.records?.warnings ?? []);
  });
}

function shareParameters(
  shell: Shell,
  streams: string[],
  options: ShareOptions,
  proposed: VisitOffer['asked'] | null,
): ShareParameters {
  if (options.pin && !options.link) throw new WrongUsage('--pin belongs to --link.', 'A person opens it with a key.');
  if (options.claim && !options.link)
    throw new WrongUsage(
      '--claim belongs to --link.',
      options.file === undefined
        ? 'A person opens it with a key.'
        : 'A saved copy asks nobody, so whoever has it can open it.',
    );
  const ways = [options.with !== undefined, options.link === true, options.file !== undefined];
  if (options.keyInside && options.file === undefined)
    throw new WrongUsage('--key-inside belongs to --file.', 'A link carries its key anyway.');
  if (ways.filter(Boolean).length !== 1) {
    throw new WrongUsage(
      'Sharing needs one of --with ADDRESS, --link and --file PATH.',
      '--with is for a person whose address you know, --link for a link you hand over, --file for a copy that needs no relay.',
    );
  }
  const { level, purpose, name, allowClassic } = options;
  const range = shell.range(options);
  return {
    ...proposed,
    streams: proposed !== null && streams.length === 0 ? proposed.streams : streams,
    ...shell.subject,
    with: options.with ?? 'link',
    ...range,
    ...(options.until === undefined ? {} : { until: untilOf(shell, options.until, options.from) }),
    ...(options.idle === undefined ? {} : { idleMonths: options.idle }),
    ...(level === undefined ? {} : { level, ...(proposed?.levels && { levels: {} }) }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(name === undefined ? {} : { name }),
    ...(allowClassic ? { allowClassic } : {}),
    ...(options.pin ? { withPin: true } : {}),
    ...(options.claim ? { claim: true } : {}),
    ...recordsOption(options, proposed?.records),
    ...(options.file === undefined ? {} : { asCopy: true }),
  };
}

function parseIdle(text: string): number {
  const months = Number(text);
  if (![3, 6, 12].includes(months)) throw new InvalidArgumentError('It is 3, 6 or 12 months.');
  return months;
}

/** What lapsed because nobody looked, in the words that were agreed to then. */
async function shareAgain(shell: Shell, id: string, isSure: boolean): Promise<void> {
  shell.about('share', id, { 'not-found': GRANT_TODO });
  if (!isSure && !shell.canAsk)
    throw new WrongUsage(
      'Nobody can be asked here, so sharing needs --yes.',
      'Look at it first with `hale grants --all`.',
    );
  const grant = (await shell.call('grants', { ...shell.subject, all: true })).find((each) => each.id.startsWith(id));
  if (grant?.sentence !== undefined && !shell.json) shell.say(bold(grant.sentence));
  if (!isSure && !(await shell.questions.confirm('\nShare this again?'))) return shell.declined('Nothing was shared.');
  shell.safety = '`hale grants` shows whether it was shared; `hale revoke` stops it.';
  const shared = await shell.call('grants.again', { grant: id });
  shell.result(shared, () =>
    shared.pin === null && !shared.grant.lock ? printShared(shell, shared) : printLocked(shell, shared),
  );
}

/** --until as parameter: in the future, and behind --from. */
function untilOf(shell: Shell, typed: string, from: string | undefined): string {
  const until = shell.time('--until', typed, 'end');
  const start = from === undefined ? 0 : Date.parse(shell.time('--from', from, 'start'));
  if (Date.parse(until) <= Math.max(start, shell.io.now()))
    throw new WrongUsage(
      `--until (${typed}) has to lie in the future${start > shell.io.now() ? ' and after --from' : ''}.`,
    );
  return until;
}

async function shareWithLocker(shell: Shell, { with: _, ...parameters }: ShareParameters): Promise<void> {
  shell.safety = '`hale grants` shows whether it was shared; `hale revoke` stops it.';
  shell.about('locker', 'at the first relay', {
    unsupported:
      'The relay is too old for this. Bring it up to date, or share without --claim or --pin. Nothing was shared.',
  });
  const shared = await shell.call('share.locker', parameters);
  shell.result(shared, () => printLocked(shell, shared));
}

function printLocked(shell: Shell, { grant, link, pin }: Pick<Result<'grants.again'>, 'grant' | 'link' | 'pin'>): void {
  shell.line(`\n${purple('Shared.')} Its name is ${bold(grant.id)}.`);
  shell.say(
    pin === null
      ? 'This link opens in a browser:'
      : 'This link opens in a browser, together with the PIN. Tell the PIN another way than the link:',
  );
  shell.line(`\n  ${link}`);
  if (pin !== null) {
    shell.line(`\n  PIN  ${bold(pin)}\n`);
    shell.say('After eight wrong PINs the link opens never again. The PIN is shown only now.');
  }
  if (grant.lock?.claim)
    shell.say(
      'It belongs to the first browser that opens it: do not try it yourself. Under Sharing in `hale web` you see whether one has.',
    );
  shell.line(`\nTo stop:  hale revoke ${grant.id}`);
}

/** Never over a file that is there: it may be another person's copy. */
async function writeCopy(shell: Shell, file: string, parameters: ShareParameters, keyInside: boolean): Promise<void> {
  const path = shell.path(file);
  if (existsSync(path)) throw new WrongUsage(`${file} exists already.`, 'Choose another name, or delete it first.');
  shell.about('file', file);
  const { with: _, ...rest } = parameters;
  const { html, code, grant } = await shell.call('share.file', { ...rest, ...(keyInside ? { keyInside } : {}) });
  writeFileSync(path, html, { mode: 0o600, flag: 'wx' });
  shell.result({ file: path, bytes: Buffer.byteLength(html), code, grant }, () => {
    shell.line(`\n${purple('Saved.')} ${path} (${bytes(Buffer.byteLength(html))})`);
    if (code === null) shell.warn('Anyone with this file can read it.');
    else {
      shell.say(
        'It opens in a browser with this code. Give the code another way than the file; it is shown only once:',
      );
      shell.line(`\n  ${bold(code)}\n`);
    }
    shell.say('It needs no relay, and gets nothing new. A file that you gave away cannot be stopped.');
  });
}

export function printPreview(shell: Shell, preview: SharePreview): void {
  if (preview.streams.length > 0) printStreams(shell, preview);
  if (preview.records) printRecordsPreview(shell, preview.records);
  shell.line();
  shell.say(bold(preview.sentence));
}

function printStreams(shell: Shell, preview: SharePreview): void {
  const rows = preview.streams.map((stream) => [
    stream.title,
    levelText(stream.level),
    counted(stream.samplesOrBins, ...levelNoun(stream.level)),
    stream.level === 'raw' ? '' : stream.containsExtremes ? 'with lowest and highest' : 'averages only',
  ]);
  shell.lines(
    table(
      [
        { head: 'What', wrapTo: 12 },
        { head: 'How exactly', wrapTo: 12 },
        { head: 'How much' },
        { head: '', wrapTo: 10 },
      ],
      rows,
      shell.width,
    ),
  );
  const until = preview.untilMicros === null ? '' : `, until ${shell.times.dateTime(preview.untilMicros)}`;
  shell.say(`${shell.times.range(preview.fromMicros, preview.toMicros)} (${shell.zone})${until}`);
}

function printShared(shell: Shell, shared: Pick<Result<'share'>, 'grant' | 'link' | 'pickupLink'>): void {
  const { grant, link, pickupLink } = shared;
  shell.line(`\n${purple('Shared.')} Its name is ${bold(grant.id)}.`);
  if (grant.classicOnly)
    shell.say(
      `${yellow('Note:')} the recipient has no post-quantum key, so this is protected by today's cryptography only.`,
    );
  if (link !== null) printLink(shell, link, 'Whoever has this link can open it. Hand it over privately.');
  if (pickupLink !== null)
    printLink(shell, pickupLink, 'The recipient has no relay of their own: hand over this link, it works once.');
  const pending = grant.relays.filter((relay) => relay.state === 'pending');
  for (const relay of pending) shell.say(`Pending: ${relay.url} cannot be reached now; it is sent as soon as it can.`);
  shell.line(`\nTo stop:  hale revoke ${grant.id}`);
}

export function printLink(shell: Shell, link: string, sentence: string, hale = 'hale'): void {
  shell.line();
  shell.say(sentence);
  // On one line however narrow the screen is: a broken link cannot be copied.
  shell.line(`\n  ${hale} open '${link}'`);
  const code = shell.io.isTTY ? qrLines(link, shell.width) : null;
  if (!code) return;
  const width = Math.max(...code.map((line) => line.length));
  shell.lines(['', ...code.map((line) => white(padEnd(line, width)))]);
}
