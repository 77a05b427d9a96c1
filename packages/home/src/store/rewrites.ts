// Writing the file of a store anew. SQLite leaves copies of rows that it moved between the rows of a page, and wipes only the row itself when it
// is deleted: writing the file anew wipes them. At once for who vanished, once a day for what else went; a larger file waits for `hale relay compact`
// (docs/operating/relay.md).
import type { DatabaseSync } from 'node:sqlite';
import { HaleError } from '@hale/kernel';
import type { DeletionReason } from '@hale/relay/server';
import type { Statements } from './statements.ts';

/** Pages of a file that is written anew unasked: 256 MB take a second or two. */
const PAGES_MAX = 65_536;
/** Seconds between two of these: whoever vanishes again and again keeps nobody else waiting. */
const PAUSE_SECONDS = { 'at once': 600, 'this day': 86_400 };

export class Rewrites {
  readonly #statements: Statements;
  readonly #database: DatabaseSync;
  /** Rows were deleted of which copies may lie between others; when it was last seen to, in Unix seconds. */
  #due: keyof typeof PAUSE_SECONDS | null = null;
  #seenTo: number | null = null;

  constructor(statements: Statements, database: DatabaseSync) {
    this.#statements = statements;
    this.#database = database;
  }

  noteDeleted(reason: DeletionReason | undefined): void {
    this.#due = reason === 'vanished' ? 'at once' : (this.#due ?? 'this day');
  }

  sweep(now: number): void {
    if (this.#due === null) return;
    this.#seenTo ??= this.#due === 'this day' ? now : 0;
    if (now < this.#seenTo + PAUSE_SECONDS[this.#due]) return;
    this.#seenTo = now;
    this.#unasked();
  }

  /** Before the store is closed. */
  end(): void {
    if (this.#due === 'at once') this.#unasked();
  }

  #unasked(): void {
    const [pages] = this.#statements.row('PRAGMA page_count') ?? [0];
    if (this.#database.isTransaction || Number(pages) > PAGES_MAX) return;
    try {
      this.rewrite();
    } catch (error) {
      // No room to write it anew, or somebody reads: another time.
      if (!(error instanceof HaleError)) throw error;
    }
  }

  /** The copy on the way lies in a file, sealed as the store is; in memory it would be as large as the store. */
  rewrite(): void {
    this.#statements.rows('PRAGMA temp_store = 1');
    try {
      this.#statements.rows('VACUUM');
    } finally {
      this.#statements.rows('PRAGMA temp_store = 2');
    }
    this.#statements.rows('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#due = null;
  }
}
