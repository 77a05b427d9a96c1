// The grammar of the command line: what stands in front of every command, how help looks, and what commander's complaints become.
import { readFileSync } from 'node:fs';
import { Command, type CommanderError } from 'commander';
import { WrongUsage } from './failure.ts';
import type { Shell } from './shell.ts';
import { forTerminal } from './terminal/style.ts';
import { paragraph } from './terminal/table.ts';

const FIRST_STEPS = `
First steps:
  hale init                          make a vault
  hale import FILE...                bring in what your devices recorded
  hale streams                       what is there
  hale show heart-rate --from -2h    look at it
  hale share heart-rate --link       let someone else look at a part of it
`;
const EXIT_CODES =
  'Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 130 stopped by Ctrl-C. `hale COMMAND --help` shows examples.';

/** Sets up `program` before its commands are added: commander copies these settings into each command when it is made. */
export function describe(program: Command, shell: Shell): void {
  program
    .description('Your medical data, sealed with your keys: collect it, look at it, share a part of it, stop sharing.')
    .option('--home <dir>', 'folder of the vault (default: HALE_HOME, or ~/.hale)')
    .option('--json', 'print JSON for programs; failures as JSON on stderr')
    .option('--subject <name>', 'whose data: yourself, or a child, parent, animal')
    .option('--key-file <file>', 'file with the key that unlocks the vault')
    .option('--zone <zone>', 'time zone of times typed and shown, like Europe/Zurich')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain this command')
    .addHelpCommand(new Command('help').argument('[command]').description('explain a command').helpGroup('Begin:'))
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureHelp({
      showGlobalOptions: true,
      helpWidth: shell.width,
      minWidthToWrap: 20,
      commandUsage: (command) => `${nameOf(command)} ${command.usage()}`.trimEnd(),
      visibleGlobalOptions: (command) =>
        command.parent ? program.options.filter((option) => option.long !== '--version') : [],
    })
    .configureOutput({
      writeOut: (text) => shell.io.stdout.write(forTerminal(text, shell.colour)),
      // Complaints are written by `main` in our own words.
      writeErr: () => {},
      getOutHelpWidth: () => shell.width,
      getErrHelpWidth: () => shell.width,
    })
    .addHelpText('after', () => [FIRST_STEPS, ...paragraph(EXIT_CODES, shell.width)].join('\n'));
}

/** 'hale relays add' */
export function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

/** `hale help relays add` means `hale relays add --help`: commander would take one word and explain everything for an unknown one. */
export function helpAsOption(program: Command, argv: string[]): string[] {
  if (argv[0] !== 'help') return argv;
  const words = argv.slice(1);
  const [word] = words;
  if (word !== undefined && !word.startsWith('-') && commandOf(program, [word]) === program)
    throw new WrongUsage(`There is no command '${word}'.`, '`hale --help` lists the commands.');
  return [...words, '--help'];
}

/** The command that a command line means, as far as its words go. */
export function commandOf(program: Command, argv: string[]): Command {
  let command = program;
  for (const word of argv) {
    const next = command.commands.find((each) => each.name() === word);
    if (next) command = next;
  }
  return command;
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

/** What commander complains about, naming the argument, with what helps. */
export function usageError(error: CommanderError, command: Command): WrongUsage {
  const help = `\`${nameOf(command)} --help\` explains it.`;
  if (error.code === 'commander.help') return new WrongUsage('A command is missing.', help);
  const [text = '', suggestion = ''] = error.message.replace(/^error: /, '').split('\n');
  const rephrased = REPHRASED.map(([pattern, write]) => {
    const match = pattern.exec(text);
    return match && write(match);
  }).find((sentence) => sentence !== null);
  const sentence = rephrased ?? `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replace(/\.?$/, '.');
  return new WrongUsage(sentence, suggestion.replace(/^\(|\)$/g, '') || help);
}

const REPHRASED: [RegExp, (match: RegExpExecArray) => string][] = [
  [
    /^option '(?:-\w, )?(--[\w-]+).*' argument '(.*)' is invalid\. (.*)$/s,
    ([, name, value, why]) => `${name}: '${value}' is not possible. ${why}`,
  ],
  [
    /^command-argument value '(.*)' is invalid for argument '(.*)'\. (.*)$/s,
    ([, value, name, why]) => `${name}: '${value}' is not possible. ${why}`,
  ],
  [
    /^option '(?:-\w, )?(--[\w-]+) (<\w+>)' argument missing$/,
    ([, name, value]) => `${name} needs a value: ${name} ${value}.`,
  ],
  [/^missing required argument '(.*)'$/, ([, name]) => `The argument <${name}> is missing.`],
  [/^too many arguments/, () => 'These are too many arguments.'],
];
