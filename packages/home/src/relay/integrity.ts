// Is the database whole? At the start a quick look that is bounded in time; on demand everything: pages, indexes, and each event's signature. A relay
// whose database is damaged does not serve: half of somebody's list of readers would be worse than none.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { HaleError } from '@hale/kernel';
import type { Checked } from '@hale/relay/server';
import { EVENT_COLUMNS, eventJson } from '../store/event-codec.ts';
import { asHaleError, Statements } from '../store/statements.ts';
import { CheckPool, checkThreads } from './check-pool.ts';
import { HOST_LIMITS } from './limits.ts';

/** `later`: it was not done in the time there was, and goes on beside the work. */
export type QuickLook = 'whole' | 'damaged' | 'later';

/** What there is to do about it, for whoever runs the relay. */
export const DAMAGED = 'the database is damaged, so that the relay does not serve';

export class QuickCheck {
  readonly #worker: Worker;
  readonly #result: Promise<'whole' | 'damaged'>;

  constructor(path: string) {
    this.#worker = new Worker(new URL('./quick-check-worker.ts', import.meta.url), { workerData: path });
    this.#worker.unref();
    this.#result = new Promise((resolve) => {
      this.#worker.once('message', (isWhole: boolean) => resolve(isWhole ? 'whole' : 'damaged'));
      // What cannot be looked at is found out by whoever reads it.
      this.#worker.once('error', () => resolve('whole'));
    });
  }

  /** @param onLater told what came out where it was not done in time */
  async within(millis: number, onLater: (found: 'whole' | 'damaged') => void): Promise<QuickLook> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<'later'>((resolve) => {
      timer = setTimeout(resolve, millis, 'later' as const);
    });
    const first = await Promise.race([this.#result, patience]);
    clearTimeout(timer);
    if (first === 'later') void this.#result.then(onLater);
    return first;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

export interface WholeCheck {
  readonly ok: boolean;
  /** Pages, tables, and whether each index says the same as its table. */
  readonly database: 'whole' | 'damaged';
  readonly events: number;
  /** Events that are not what their author signed. */
  readonly wrong: number;
  readonly seconds: number;
}

/**
 * Looks at everything, while the relay runs or not.
 * @throws HaleError 'not-found' where no relay has run
 */
export async function checkRelay(
  dir: string,
  progress: (done: number, total: number) => void = () => {},
): Promise<WholeCheck> {
  const path = join(dir, 'events.db');
  if (!existsSync(path))
    throw new HaleError('not-found', 'no relay has run in this folder yet; start it with `hale relay`');
  const began = Date.now();
  const found = await lookAt(path, progress);
  const ok = found.database === 'whole' && found.wrong === 0;
  return { ok, ...found, seconds: Math.round((Date.now() - began) / 100) / 10 };
}

async function lookAt(
  path: string,
  progress: (done: number, total: number) => void,
): Promise<Pick<WholeCheck, 'database' | 'events' | 'wrong'>> {
  let events = 0;
  let wrong = 0;
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      database.exec('PRAGMA busy_timeout = 5000');
      const sql = new Statements(database);
      const total = Number(sql.row('SELECT count(*) FROM event')?.[0]);
      for await (const verdict of checkedRows(sql)) {
        if (verdict.event === null) wrong += 1;
        events += 1;
        if (events % 1_000 === 0) progress(events, total);
      }
      const isWhole = sql.row('PRAGMA integrity_check(1)')?.[0] === 'ok';
      return { database: isWhole ? 'whole' : 'damaged', events, wrong };
    } finally {
      database.close();
    }
  } catch (error) {
    const known = asHaleError(error);
    // A row that ends in the middle is damage as well as a page is.
    if (known instanceof HaleError && known.code === 'corrupt') return { database: 'damaged', events, wrong };
    throw known;
  }
}

/** Each event's verdict, checked in threads from what would be served. */
async function* checkedRows(sql: Statements): AsyncGenerator<Checked> {
  let verdicts: Checked[] = [];
  let arrived = () => {};
  const pool = new CheckPool((some) => {
    verdicts.push(...some.map(({ checked }) => checked));
    arrived();
  }, checkThreads(HOST_LIMITS.checkThreadsMax));
  try {
    for (let after = -1, ticket = 0; ; ) {
      const rows = sql.rows(
        `SELECT ${EVENT_COLUMNS}, row FROM event WHERE row > ? ORDER BY row LIMIT ?`,
        after,
        HOST_LIMITS.checkRowsAtOnce,
      );
      if (rows.length === 0) return;
      after = Number(rows[rows.length - 1].at(-1));
      verdicts = [];
      pool.check(rows.map((row) => ({ ticket: ++ticket, frame: Buffer.from(`["EVENT",${eventJson(row)}]`) })));
      while (verdicts.length < rows.length) await new Promise<void>((resolve) => (arrived = resolve));
      yield* verdicts;
    }
  } finally {
    pool.close();
  }
}
