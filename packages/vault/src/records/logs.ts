// The logs of records: for each subject one log of sources, one for each category, and one for each blob. The catalogue names the first two by
// settings, the log of sources names the blobs. All keys come from the subject's secret. specs/records.md §3
import { HaleError, type LogStream, schnorrPublic, toHex } from '@hale/kernel';
import { deriveKey, validScalar } from '@hale/kernel/seal';
import { LogWriter } from '../log.ts';
import type { Vault } from '../vault.ts';
import { CATEGORIES, type Category } from './model.ts';

/** Number of the log of sources; categories count from 1. */
export const SOURCES_LOG = 0;

export const categoryNumber = (category: Category): number => CATEGORIES.indexOf(category) + 1;

interface LogKeysOf {
  authorSecret: Uint8Array;
  stream: LogStream;
}

function keysOf(subjectSecret: Uint8Array, name: string, series: number, n: number): LogKeysOf {
  const authorSecret = validScalar(deriveKey(subjectSecret, `${name}-author/${series}`, n));
  return {
    authorSecret,
    stream: { author: schnorrPublic(authorSecret), secret: deriveKey(subjectSecret, `${name}/${series}`, n) },
  };
}

/** Keys of a category's log; 0 is the log of sources. */
export const recordKeys = (subjectSecret: Uint8Array, series: number, category: number): LogKeysOf =>
  keysOf(subjectSecret, 'records', series, category);

/** Keys of a blob's log. */
export const blobKeys = (subjectSecret: Uint8Array, series: number, n: number): LogKeysOf =>
  keysOf(subjectSecret, 'blob', series, n);

export class RecordLogs {
  readonly #vault: Vault;
  readonly #logs = new Map<string, LogWriter>();

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  forget(): void {
    this.#logs.clear();
  }

  subjects(): string[] {
    return [...this.#vault.state.subjects.values()].filter(({ removed }) => !removed).map(({ id }) => id);
  }

  /** Erasures that this subject's records have behind them. */
  series(subject: string): number {
    const value = this.#vault.state.settings.get(`records-erased/${subject}`);
    return typeof value === 'number' ? value : 0;
  }

  /** Numbers of the logs that the catalogue names, ascending. */
  named(subject: string): number[] {
    const prefix = `records/${subject}/${this.series(subject)}/`;
    return [...this.#vault.state.settings]
      .filter(([name, value]) => value === true && name.startsWith(prefix))
      .map(([name]) => Number(name.slice(prefix.length)))
      .sort((a, b) => a - b);
  }

  /** Lets the catalogue name logs, before anything is written into them. True: some were new. */
  name(subject: string, numbers: readonly number[]): boolean {
    const known = new Set(this.named(subject));
    const fresh = [...new Set(numbers)].filter((number) => !known.has(number));
    if (fresh.length === 0) return false;
    const series = this.series(subject);
    this.#vault.record(
      fresh.map((number) => ({ type: 'setting', name: `records/${subject}/${series}/${number}`, value: true })),
    );
    return true;
  }

  /** What the catalogue says once a subject's records are erased. */
  unname(subject: string): void {
    const series = this.series(subject);
    this.#vault.record([
      ...this.named(subject).map((number) => ({
        type: 'setting' as const,
        name: `records/${subject}/${series}/${number}`,
        value: false,
      })),
      { type: 'setting', name: `records-erased/${subject}`, value: series + 1 },
    ]);
  }

  category(subject: string, number: number): LogWriter {
    return this.#log(subject, 'records', number);
  }

  blob(subject: string, n: number): LogWriter {
    return this.#log(subject, 'blob', n);
  }

  #log(subject: string, name: 'records' | 'blob', n: number): LogWriter {
    const series = this.series(subject);
    const place = `${name}/${subject}/${series}/${n}`;
    const known = this.#logs.get(place);
    if (known) return known;
    const owner = this.#vault.state.subjects.get(subject);
    if (!owner || owner.removed) throw new HaleError('not-found', 'no such subject');
    const { authorSecret, stream } = keysOf(owner.secret, name, series, n);
    const { store, clock, random } = this.#vault;
    const rooms = { store, clock, random, generation: () => this.#vault.logGeneration(subject) };
    const log = new LogWriter(rooms, stream, authorSecret);
    this.#logs.set(place, log);
    return log;
  }
}

export const authorOf = ({ stream }: LogWriter): string => toHex(stream.author);
