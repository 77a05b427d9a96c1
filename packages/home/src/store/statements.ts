import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { fail, HaleError } from '@hale/kernel';

/** SQL texts that are kept prepared; filters come in a few hundred shapes, the oldest shape gives way. */
const STATEMENTS_MAX = 256;

type Row = SQLOutputValue[];

/** SQLite result codes (sqlite.org/rescode.html). */
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

/** Prepared statements of one database by their SQL; rows come as arrays, failures as HaleError. */
export class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();
  #doomed = false;
  /** Told when the file turns out to be damaged. */
  onDamage: () => void = () => {};

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Rows changed. */
  change(sql: string, ...parameters: SQLInputValue[]): number {
    return this.#guard(() => Number(this.#prepare(sql).run(...parameters).changes));
  }

  row(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.#guard(() => this.#prepare(sql).get(...parameters) as unknown as Row | undefined);
  }

  rows(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.#guard(() => this.#prepare(sql).all(...parameters) as unknown as Row[]);
  }

  /**
   * Commits when `work` returned, rolls back when it threw; joins a transaction that is open. A joined part that
   * failed dooms the whole, or half of it would be committed by whoever caught the error.
   */
  transact<Result>(work: () => Result): Result {
    if (this.#database.isTransaction) return this.#join(work);
    this.#doomed = false;
    this.#guard(() => this.#database.exec('BEGIN IMMEDIATE'));
    try {
      const result = work();
      if (this.#doomed) fail('conflict', 'a part of this transaction failed');
      this.#guard(() => this.#database.exec('COMMIT'));
      return result;
    } catch (error) {
      // SQLite rolls back by itself when the disk is full; then there is nothing left to undo.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #join<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      this.#doomed = true;
      throw error;
    }
  }

  #prepare(sql: string): StatementSync {
    const kept = this.#prepared.get(sql);
    if (kept) return kept;
    if (this.#prepared.size >= STATEMENTS_MAX) {
      const [oldest] = this.#prepared.keys();
      this.#prepared.delete(oldest);
    }
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    this.#prepared.set(sql, statement);
    return statement;
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      const known = asHaleError(error);
      if (known instanceof HaleError && known.code === 'corrupt') this.onDamage();
      throw known;
    }
  }
}

/** SQLite's words may quote a value, so only its number is passed on. */
export function asHaleError(error: unknown): unknown {
  if (error instanceof HaleError || !(error instanceof Error) || !('errcode' in error)) return error;
  const code = Number(error.errcode);
  const detail = { sqlite: code };
  if ((code & 0xff) === SQLITE_FULL) return new HaleError('full', 'no room on the disk', detail);
  if ((code & 0xff) === SQLITE_CORRUPT || (code & 0xff) === SQLITE_NOTADB) {
    return new HaleError('corrupt', 'the store is damaged', detail);
  }
  return new HaleError('unavailable', 'the store does not answer', detail);
}
