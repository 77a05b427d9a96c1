// What every command shares: the options given to all of them, printing, asking, and the way to the home.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type {
  Emitted,
  HomeClient,
  HomeEntry,
  OperationName,
  PairingSaid,
  Parameters,
  RelayOperation,
  Result,
  TimeRangeText,
} from '@hale/home';
import { isHaleError, Refused, type Topic, WrongUsage } from './failure.ts';
import type { Io } from './io.ts';
import { LIMITS } from './limits.ts';
import { Progress } from './terminal/progress.ts';
import { Questions } from './terminal/questions.ts';
import { faint, forJson, forTerminal, yellow } from './terminal/style.ts';
import { paragraph } from './terminal/table.ts';
import { isoText, isZone, LocalTimes } from './terminal/times.ts';
import { parseTypedTime, TIME_EXAMPLES } from './typed-time.ts';

export interface GlobalOptions {
  home?: string;
  json?: boolean;
  subject?: string;
  keyFile?: string;
  zone?: string;
}

/** A HomeEntry, or what loads one: `hale --help` should not wait for cryptography. */
export type HomeSource = HomeEntry | (() => Promise<HomeEntry>);

export class Shell {
  readonly io: Io;
  readonly signal: AbortSignal;
  readonly questions: Questions;
  readonly #source: HomeSource;
  readonly #closers: (() => Promise<void>)[] = [];
  #client: Promise<HomeClient> | null = null;
  #options: () => GlobalOptions;
  topic: Topic = { command: 'hale', about: [], todos: {} };
  exitCode = 0;
  /** Said after Ctrl-C. */
  safety = 'Nothing was changed.';
  /** start and relay run until they are stopped: then Ctrl-C is how they end, not a failure. */
  runsUntilStopped = false;

  constructor(io: Io, source: HomeSource, signal: AbortSignal, options: () => GlobalOptions) {
    this.io = io;
    this.#source = source;
    this.signal = signal;
    this.#options = options;
    this.questions = new Questions(io, signal);
  }

  get json(): boolean {
    return this.#options().json === true;
  }

  get colour(): boolean {
    return this.io.isTTY && !this.io.env.NO_COLOR && this.io.env.TERM !== 'dumb';
  }

  get canAsk(): boolean {
    return (this.io.canAsk ?? this.io.isTTY) && !this.json;
  }

  /** Not only where the result is looked at: `hale show ecg --csv > ecg.csv` is typed by a person too. */
  get canUnlock(): boolean {
    return this.io.canUnlock === undefined ? this.canAsk : this.io.canUnlock && !this.json;
  }

  get width(): number {
    return Math.max(LIMITS.columnsMin, Math.min(LIMITS.columnsMax, this.io.columns));
  }

  get dir(): string {
    const { home } = this.#options();
    return this.path(home ?? this.io.env.HALE_HOME ?? join(this.io.env.HOME ?? homedir(), '.hale'));
  }

  get zone(): string {
    const zone = this.#options().zone ?? this.io.zone;
    if (!isZone(zone))
      throw new WrongUsage(`--zone: '${zone}' is not a time zone.`, 'Write it like Europe/Zurich or America/New_York.');
    return zone;
  }

  get times(): LocalTimes {
    return new LocalTimes(this.zone, this.io.now());
  }

  /** `{subject}` when one was named, for parameters. */
  get subject(): { subject?: string } {
    const { subject } = this.#options();
    return subject === undefined ? {} : { subject };
  }

  path(name: string): string {
    return resolve(this.io.cwd ?? process.cwd(), name);
  }

  /** Remembers what the command works on, and what helps when that fails in one way or another, for error messages. */
  about(name: string, value: string, todos: Topic['todos'] = {}): void {
    this.topic.about.push([name, value]);
    Object.assign(this.topic.todos, todos);
  }

  // Printing.

  line(text = ''): void {
    this.lines([text]);
  }

  lines(texts: string[]): void {
    if (texts.length === 0) return;
    const text = texts.join('\n').replace(/ +$/gm, '');
    this.io.stdout.write(`${forTerminal(text, this.colour)}\n`);
  }

  /** A sentence or more, wrapped to the width. */
  say(text: string, indent = ''): void {
    this.lines(paragraph(text, this.width, indent));
  }

  /** A remark beside the result: on stderr, so that a pipe gets the result only. */
  remark(text: string): void {
    this.io.stderr.write(`${forTerminal(paragraph(text, this.width).join('\n'), this.colour)}\n`);
  }

  warn(text: string): void {
    this.remark(`${yellow('Note:')} ${text}`);
  }

  /** The result: one JSON document with --json, otherwise what `show` prints. */
  result(value: unknown, show: () => void): void {
    if (this.json) this.io.stdout.write(`${forJson(value, 2)}\n`);
    else show();
  }

  /** One line of a JSON stream. */
  jsonLine(value: unknown): void {
    this.io.stdout.write(`${forJson(value)}\n`);
  }

  /** Waits until the terminal or pipe has taken what was written, so that long output needs little memory. */
  async flowing(text: string): Promise<void> {
    const { stdout } = this.io;
    if (stdout.write(text) !== false || !('once' in stdout)) return;
    await new Promise((resolve) => (stdout as NodeJS.WritableStream).once('drain', resolve));
  }

  zoneLine(): string {
    return faint(`Times are local, ${this.zone}.`);
  }

  // The home.

  async entry(): Promise<HomeEntry> {
    return typeof this.#source === 'function' ? await this.#source() : this.#source;
  }

  /** What is done with relays of this machine. */
  async relay(): Promise<RelayOperation> {
    return (await this.entry()).relay();
  }

  /** Passphrase and key file as given by option or environment. */
  credentials(): { passphrase?: string; keyFile?: string } {
    const { keyFile } = this.#options();
    const passphrase = this.io.env.HALE_PASSPHRASE;
    return { ...(keyFile ? { keyFile: this.path(keyFile) } : {}), ...(passphrase ? { passphrase } : {}) };
  }

  /** Runs `open` with the credentials; asks for the passphrase when the vault is locked and someone can answer. */
  async unlocking<T>(open: (credentials: { passphrase?: string; keyFile?: string }) => Promise<T>): Promise<T> {
    const given = this.credentials();
    try {
      return await open(given);
    } catch (error) {
      if (!isHaleError(error) || error.code !== 'locked' || given.passphrase || !this.canUnlock) throw error;
    }
    for (let attempt = 1; ; attempt++) {
      const passphrase = await this.questions.askSecret('Passphrase: ');
      if (!passphrase) throw new Refused('locked', 'The vault stays locked: no passphrase was typed.', '');
      try {
        return await open({ ...given, passphrase });
      } catch (error) {
        if (!isHaleError(error) || !['locked', 'not-authentic'].includes(error.code)) throw error;
        if (attempt === LIMITS.passphraseAttempts) throw error;
        this.remark('That passphrase does not open the vault. Try again.');
      }
    }
  }

  /** The client of the home, connected once per command. */
  client(): Promise<HomeClient> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  async #connect(): Promise<HomeClient> {
    const { dir } = this;
    const entry = await this.entry();
    if (!entry.homeExists(dir)) {
      this.topic.about.unshift(['home', dir]);
      throw new Refused(
        'not-found',
        'There is no vault here yet.',
        'Make one with `hale init`, or name another place with --home DIR.',
      );
    }
    return this.use(await this.unlocking((credentials) => entry.connectHome({ dir, ...credentials })));
  }

  /** Makes a client the one of this command; it is closed at the end. */
  use(client: HomeClient): HomeClient {
    this.#client = Promise.resolve(client);
    this.atEnd(() => client.close());
    return client;
  }

  atEnd(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  /** Calls an operation; progress becomes a bar, notices become remarks, rows go to `onRow`, steps of a pairing to `onPairing`. */
  async call<N extends OperationName>(
    name: N,
    parameters: Parameters<N>,
    onRow: (row: Extract<Emitted, { row: unknown }>['row']) => void = () => {},
    onPairing: (said: PairingSaid) => void = () => {},
  ): Promise<Result<N>> {
    const client = await this.client();
    const progress = new Progress(this.io, this.colour);
    const emit = (said: Emitted) => {
      if ('progress' in said) {
        if (!this.json) progress.step(said.progress);
        return;
      }
      progress.clear();
      if ('row' in said) onRow(said.row);
      else if ('pairing' in said) onPairing(said.pairing);
      else if ('notice' in said && !this.json) this.remark(said.notice);
    };
    try {
      return await client.call(name, parameters, { emit, signal: this.signal });
    } finally {
      progress.clear();
    }
  }

  // Arguments.

  /** A typed time as exact UTC text; wrong usage naming `option` when it is none. */
  time(option: string, text: string, edge: 'start' | 'end'): string {
    const parsed = parseTypedTime(text, edge, { nowMillis: this.io.now(), zone: this.zone });
    if ('reason' in parsed)
      throw new WrongUsage(`${option}: '${text}' ${parsed.reason}.`, `Times are written like ${TIME_EXAMPLES}.`);
    return isoText(parsed.micros);
  }

  /** --from and --to as parameters. */
  range(options: { from?: string; to?: string }): TimeRangeText {
    const from = options.from === undefined ? undefined : this.time('--from', options.from, 'start');
    const to = options.to === undefined ? undefined : this.time('--to', options.to, 'end');
    if (from && to && Date.parse(from) >= Date.parse(to)) {
      throw new WrongUsage(`--from (${options.from}) has to be before --to (${options.to}).`);
    }
    return { ...(from ? { from } : {}), ...(to ? { to } : {}), zone: this.zone };
  }

  /** The person said no: nothing was done, and a script can tell. */
  declined(text: string): void {
    this.exitCode = 1;
    this.say(text);
  }

  /** A yes before something that others notice. Without a terminal it has to be given as --yes. */
  async agreed(question: string, yes: boolean | undefined): Promise<boolean> {
    if (yes) return true;
    if (!this.canAsk) {
      throw new WrongUsage('Nobody can be asked here, so this needs --yes.', 'Add --yes if you mean it.');
    }
    return await this.questions.confirm(question);
  }

  /** Waits until Ctrl-C or a request to end. */
  async untilStopped(): Promise<void> {
    this.runsUntilStopped = true;
    if (this.signal.aborted) return;
    await new Promise<void>((done) => this.signal.addEventListener('abort', () => done(), { once: true }));
  }
}
