// Questions at the terminal, one plain line each: they read well aloud, scroll like any text, and a transcript can hold them.
import { StringDecoder } from 'node:string_decoder';
import type { Io } from '../io.ts';
import { LIMITS } from '../limits.ts';

/** Thrown when the person pressed Ctrl-C; `main` turns it into exit code 130. */
export class Interrupted extends Error {}

/** Reads the lines that a person types or a pipe brings. */
export class Questions {
  readonly #io: Io;
  readonly #signal: AbortSignal;
  readonly #decoder = new StringDecoder('utf8');
  #typed = '';
  #ended = false;

  constructor(io: Io, signal: AbortSignal) {
    this.#io = io;
    this.#signal = signal;
  }

  /** The answer without its line end; null at the end of input. */
  async ask(question: string): Promise<string | null> {
    this.#io.stderr.write(question);
    return await this.line();
  }

  /** As `ask`, without showing what is typed. */
  async askSecret(question: string): Promise<string | null> {
    this.#io.stderr.write(question);
    this.#io.stdin.setRawMode?.(true);
    try {
      return await this.line();
    } finally {
      this.#io.stdin.setRawMode?.(false);
      this.#io.stderr.write('\n');
    }
  }

  /** `y` or `yes` is yes; everything else, an empty line and the end of input included, is no. */
  async confirm(question: string): Promise<boolean> {
    const answer = await this.ask(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer?.trim() ?? '');
  }

  /** Everything up to the end of input. */
  async rest(): Promise<string> {
    const lines: string[] = [];
    for (let line = await this.line(); line !== null; line = await this.line()) lines.push(line);
    return lines.join('\n');
  }

  async line(): Promise<string | null> {
    const { stdin } = this.#io;
    return await new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        stdin.off('data', onData).off('end', onEnd).pause();
        this.#signal.removeEventListener('abort', onAbort);
        finish();
      };
      const take = () => {
        const line = this.#takeLine();
        if (line !== null) settle(() => resolve(line));
        else if (this.#ended) settle(() => resolve(this.#takeRest()));
      };
      const onAbort = () => settle(() => reject(new Interrupted()));
      const onData = (chunk: Buffer | string) => {
        if (this.#receive(typeof chunk === 'string' ? chunk : this.#decoder.write(chunk))) onAbort();
        else take();
      };
      const onEnd = () => {
        this.#ended = true;
        take();
      };
      if (this.#signal.aborted) return onAbort();
      if ('readableEnded' in stdin && stdin.readableEnded) this.#ended = true;
      this.#signal.addEventListener('abort', onAbort);
      stdin.on('data', onData).on('end', onEnd);
      if (this.#typed.includes('\n') || this.#ended) take();
      else stdin.resume();
    });
  }

  /** Takes input in; in raw mode the keys that a terminal would handle come as characters. True on Ctrl-C. */
  #receive(text: string): boolean {
    for (const character of text.replaceAll('\r\n', '\n')) {
      if (character === '\u0003') return true;
      if (character === '\u0004') this.#ended = true;
      else if (character === '\u007F' || character === '\b') this.#typed = this.#typed.replace(/[^\n]$/u, '');
      else if (this.#typed.length < LIMITS.inputLineCharactersMax) this.#typed += character === '\r' ? '\n' : character;
    }
    return false;
  }

  #takeLine(): string | null {
    const end = this.#typed.indexOf('\n');
    if (end < 0) return null;
    const line = this.#typed.slice(0, end);
    this.#typed = this.#typed.slice(end + 1);
    return line;
  }

  #takeRest(): string | null {
    const rest = this.#typed;
    this.#typed = '';
    return rest === '' ? null : rest;
  }
}
