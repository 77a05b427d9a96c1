// What went wrong, said to a person: what, where, what to do. One table over the closed list of error codes, checked by the compiler.
import type { ErrorCode, HaleError } from '@hale/kernel';
import type { Io } from './io.ts';
import { forJson, forTerminal, red } from './terminal/style.ts';
import { facts, paragraph } from './terminal/table.ts';

/** The command line itself is wrong: exit code 2. */
export class WrongUsage extends Error {
  readonly hint: string;
  /** `message` names the argument; `hint` says what would be right. */
  constructor(message: string, hint = '') {
    super(message);
    this.hint = hint;
  }
}

/** A refusal that this command decides itself, in words of its own: exit code 1. */
export class Refused extends Error {
  readonly code: ErrorCode;
  readonly todo: string;
  constructor(code: ErrorCode, message: string, todo: string) {
    super(message);
    this.code = code;
    this.todo = todo;
  }
}

export interface Failure {
  code: ErrorCode | 'internal';
  /** One sentence. */
  what: string;
  where: [string, string][];
  todo: string;
  exitCode: 1 | 2;
}

/** What the command was working on, as the person typed it; and what helps there, where it is more than the usual advice. */
export interface Topic {
  command: string;
  about: [string, string][];
  todos: Partial<Record<ErrorCode, string>>;
}

const LEAD: Record<ErrorCode, string> = {
  malformed: 'This could not be read',
  'unknown-suite': 'This was sealed in a way that this version of Hale does not know',
  'not-authentic': 'This is not what its owner sealed, so it was not opened',
  'not-permitted': 'Not allowed',
  'out-of-range': 'Outside what is possible',
  'too-large': 'Too large',
  conflict: 'This cannot be done as things are',
  'not-found': 'Not found',
  unavailable: 'Not reachable at the moment',
  full: 'The disk is full, so nothing new was taken',
  locked: 'The vault is locked',
  retired: 'This home has stopped writing, because a newer one took over',
  expired: 'This has ended',
  usage: 'This command cannot be run like that',
  unsupported: 'Hale cannot do this',
  corrupt: 'Stored data is damaged',
};

const TODO: Record<ErrorCode, string> = {
  malformed: 'Check that it is complete and of the kind you meant. Nothing stored was changed.',
  'unknown-suite': 'Update Hale and try again.',
  'not-authentic': 'Ask the sender for a new one; if it is your own data, run `hale check`.',
  'not-permitted': 'Ask the owner to share it with you, or check which home you are using (--home).',
  'out-of-range': 'Check the times and numbers you gave.',
  'too-large': 'Do it in smaller parts.',
  conflict: 'Look at what is there, then try again. Nothing stored was changed.',
  'not-found': 'Check the spelling.',
  unavailable: 'Nothing is lost. Check the network and try again; `hale relays list` shows what can be reached.',
  full: 'Free some space. What is stored stays readable.',
  locked: 'Run it in a terminal to be asked for the passphrase, set HALE_PASSPHRASE, or give --key-file FILE.',
  retired: 'Use the newer home. What this one still holds is handed over as soon as it starts with a relay in reach.',
  expired: 'Ask the owner to share again.',
  usage: 'Add --help to the command to see how it is used.',
  unsupported: 'Add --help to the command to see what it can do.',
  corrupt: 'Run `hale check`. A relay or a backup still has the sealed copies: `hale restore --help`.',
};

const SYSTEM: Record<string, [ErrorCode, string, string]> = {
  ENOENT: ['not-found', 'There is no such file or folder', 'Check the name.'],
  EACCES: ['not-permitted', 'The system does not allow access to this file or folder', 'Check who owns it.'],
  EPERM: ['not-permitted', 'The system does not allow this', 'Check who owns the file or folder.'],
  EEXIST: ['conflict', 'There is something else of this name', 'Give another name.'],
  ENOTDIR: ['not-found', 'What is named as a folder there is a file', 'Check the name.'],
  EROFS: ['not-permitted', 'This disk can only be read', 'Choose another place.'],
  ENAMETOOLONG: ['usage', 'This name is too long for a file', 'Give a shorter one.'],
  EADDRNOTAVAIL: ['unavailable', 'This machine has no such network address', 'Check --host.'],
  EISDIR: ['usage', 'This is a folder, not a file', 'Give a file.'],
  ENOSPC: ['full', LEAD.full, TODO.full],
  EADDRINUSE: ['unavailable', 'The port is in use by another program', 'Choose another one with --port.'],
  ECONNREFUSED: ['unavailable', 'Nothing answers there', TODO.unavailable],
  ENOTFOUND: ['unavailable', 'There is no machine of that name', 'Check the address.'],
};

export const isHaleError = (error: unknown): error is HaleError =>
  error instanceof Error && error.name === 'HaleError' && 'code' in error && String(error.code) in LEAD;

/** Turns anything thrown into a Failure. What is none of the expected kinds is a bug of ours: it is called that, without its text. */
export function explain(error: unknown, topic: Topic): Failure {
  if (error instanceof WrongUsage)
    return { code: 'usage', what: error.message, where: [], todo: error.hint, exitCode: 2 };
  if (error instanceof Refused)
    return { code: error.code, what: error.message, where: topic.about, todo: error.todo, exitCode: 1 };
  if (isHaleError(error)) return explainHaleError(error, topic);
  const system = error instanceof Error && 'code' in error ? SYSTEM[String(error.code)] : undefined;
  if (system) {
    const path = (error as NodeJS.ErrnoException).path;
    const where: [string, string][] = path ? [['file', path]] : topic.about;
    return { code: system[0], what: `${system[1]}.`, where, todo: system[2], exitCode: 1 };
  }
  return {
    code: 'internal',
    what: `Something inside Hale went wrong (${error instanceof Error ? error.name : typeof error}). This is a mistake of ours.`,
    where: topic.about,
    todo: 'What is stored stays as it is. Run it again with HALE_DEBUG=1 to see details for a report.',
    exitCode: 1,
  };
}

function explainHaleError(error: HaleError, topic: Topic): Failure {
  const detail = error.message.replace(/[.!]+$/, '');
  const said = LEAD[error.code].toLowerCase();
  const what = detail === '' || detail.toLowerCase() === said ? LEAD[error.code] : `${LEAD[error.code]}: ${detail}`;
  const places = Object.entries(error.detail).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    code: error.code,
    what: `${what}.`,
    // What the failure knows counts more than what was typed under the same name.
    where: [...topic.about.filter(([name]) => !(name in error.detail)), ...places],
    todo: topic.todos[error.code] ?? TODO[error.code],
    exitCode: error.code === 'usage' ? 2 : 1,
  };
}

/** Writes the failure to stderr, as text or as one JSON document. */
export function reportFailure(
  failure: Failure,
  topic: Topic,
  io: Io,
  style: { json: boolean; colour: boolean; width: number },
): void {
  if (style.json) {
    const { code, what, where, todo } = failure;
    io.stderr.write(`${forJson({ error: { code, message: what, where: Object.fromEntries(where), todo } })}\n`);
    return;
  }
  const lines = [
    ...paragraph(`${red(`${topic.command}:`)} ${failure.what}`, style.width),
    ...facts(failure.where, style.width),
    ...(failure.todo === '' ? [] : paragraph(`What to do: ${failure.todo}`, style.width, '  ')),
  ];
  io.stderr.write(`${forTerminal(lines.join('\n'), style.colour)}\n`);
}
