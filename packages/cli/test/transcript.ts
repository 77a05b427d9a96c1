// Runs command lines against the fake home and writes down what a person would see. The format of a transcript:
//   #: a remark
//   $ hale ARGUMENTS             one command line, quoted as in a shell
//   @ tty columns=60 …           how it is run (see `settingsOf`); NAME=value sets the environment
//   < text                       a line that is typed
// then the output until the next command: stderr marked with "! ", carriage returns as ␍, escapes as ␛, and last [exit N] unless 0.
import { PassThrough } from 'node:stream';
import type { Io } from '../src/io.ts';
import { main } from '../src/main.ts';
import { FakeHome, type FakeSettings, WORDS } from './fake-home.ts';

export const WORDS_LINE = WORDS;

export interface Step {
  remarks: string[];
  command: string;
  how: string;
  typed: string[];
  expected: string;
}

export function parseTranscript(text: string): Step[] {
  const steps: Step[] = [];
  let remarks: string[] = [];
  const output: string[][] = [];
  for (const line of text.split('\n')) {
    const step = steps.at(-1);
    if (line.startsWith('#: ')) remarks.push(line);
    else if (line.startsWith('$ hale')) {
      steps.push({ remarks, command: line.slice(2), how: '', typed: [], expected: '' });
      output.push([]);
      remarks = [];
    } else if (step && line.startsWith('@ ') && output.at(-1)?.length === 0) step.how = line.slice(2);
    else if (step && line.startsWith('< ') && output.at(-1)?.length === 0) step.typed.push(line.slice(2));
    else output.at(-1)?.push(line);
  }
  for (const [index, step] of steps.entries()) step.expected = (output[index] ?? []).join('\n').trimEnd();
  return steps;
}

export function formatTranscript(steps: Step[]): string {
  const block = (step: Step) => [
    ...step.remarks,
    `$ ${step.command}`,
    ...(step.how === '' ? [] : [`@ ${step.how}`]),
    ...step.typed.map((line) => `< ${line}`),
    step.expected,
    '',
  ];
  return steps.map((step) => block(step).join('\n')).join('\n');
}

/** What is seen on the screen, in the order it was written. */
class Recorder {
  #lines: string[] = [];
  #open: 'out' | 'err' | null = null;

  write(where: 'out' | 'err', text: string): boolean {
    for (const piece of text
      .replaceAll('\r', '␍')
      .replaceAll('\u001B', '␛')
      .split(/(?<=\n)/)) {
      const end = piece.endsWith('\n');
      const line = end ? piece.slice(0, -1) : piece;
      if (this.#open === where) this.#lines[this.#lines.length - 1] += line;
      else this.#lines.push((where === 'err' ? '! ' : '') + line);
      this.#open = end ? null : where;
    }
    return true;
  }

  text(): string {
    return this.#lines.map((line) => (line === '! ' ? '!' : line)).join('\n');
  }
}

export interface Run {
  output: string;
  stdout: string;
  exitCode: number;
  home: FakeHome;
}

export interface How extends FakeSettings {
  tty?: boolean;
  /** The result goes into a file, but a person sits at the keyboard. */
  redirected?: boolean;
  columns?: number;
  typed?: string[];
  env?: Record<string, string>;
  /** Presses Ctrl-C as soon as the operation has been called, or after the start of a node. */
  interrupt?: boolean;
}

/** A person who types one line at each question; the terminal echoes it unless the question hides it. */
function keyboard(lines: string[], recorder: Recorder): PassThrough & { setRawMode(on: boolean): void } {
  let hidden = false;
  const setRawMode = (on: boolean) => {
    hidden = on;
  };
  const stdin = Object.assign(new PassThrough(), { setRawMode });
  const waiting = [...lines];
  stdin.pause();
  stdin.on('resume', () => {
    const line = waiting.shift();
    if (line === undefined) stdin.end();
    else {
      if (!hidden) recorder.write('err', `${line}\n`);
      stdin.write(hidden ? `${line}\r` : `${line}\n`);
    }
  });
  return stdin;
}

/** Runs one command line at 15:05 on 21 November 2026 in Zurich. */
export async function run(argv: string[], how: How = {}): Promise<Run> {
  const recorder = new Recorder();
  let stdout = '';
  let millis = Date.parse('2026-11-21T14:05:00Z');
  const home = new FakeHome(how, (advance) => {
    millis += advance;
  });
  const stdin = how.tty || how.redirected ? keyboard(how.typed ?? [], recorder) : new PassThrough();
  if (!how.tty && !how.redirected) stdin.end(how.typed?.map((line) => `${line}\n`).join('') ?? '');
  const io: Io = {
    stdout: {
      write(text) {
        stdout += text;
        return recorder.write('out', text);
      },
    },
    stderr: { write: (text) => recorder.write('err', text) },
    stdin,
    isTTY: how.tty ?? false,
    ...(how.redirected ? { canUnlock: true } : {}),
    columns: how.columns ?? 80,
    now: () => millis,
    env: { HOME: '/home/sam', NO_COLOR: '1', ...how.env },
    zone: 'Europe/Zurich',
    cwd: '/home/sam/data',
    onInterrupt(listener) {
      const timer = how.interrupt ? setTimeout(listener, 50, 'SIGINT') : undefined;
      return () => clearTimeout(timer);
    },
  };
  const exitCode = await main(argv, io, home);
  return { output: recorder.text(), stdout, exitCode, home };
}

/** Runs a step of a transcript and gives its output in the form of the transcript. */
export async function replay(step: Step): Promise<string> {
  const { output, exitCode } = await run(words(step.command).slice(1), settingsOf(step));
  return (output + (exitCode === 0 ? '' : `\n[exit ${exitCode}]`)).trim();
}

function settingsOf(step: Step): How {
  const how: How = { typed: step.typed, env: {} };
  for (const word of words(step.how)) {
    const [name = '', value = ''] = word.split(/=(.*)/s);
    if (name === 'tty') how.tty = true;
    else if (name === 'redirected') how.redirected = true;
    else if (name === 'columns') how.columns = Number(value);
    else if (name === 'new') how.exists = false;
    else if (name === 'empty') how.empty = true;
    else if (name === 'locked') how.passphrase = value;
    else if (name === 'ctrl-c') how.interrupt = true;
    else how.env![name] = value;
  }
  return how;
}

/** Splits a command line at spaces, honouring single and double quotes. */
export function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'),
  );
}
