// Events out and in as JSON lines, one event of NIP-01 a line, as other relays write and read them. Out: as of one moment, while the relay runs. In:
// each signature is checked, in threads; what was deleted here or whose author has vanished stays away; a broken run goes on where it was.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { HaleError, KINDS, kindClass, type VerifiedEvent } from '@hale/kernel';
import { RELAY_LIMITS, type RelayPolicy, refusalOfForm, settle } from '@hale/relay/server';
import { EVENT_COLUMN_COUNT, EVENT_COLUMNS, eventJson, hexBytes } from '../store/event-codec.ts';
import { GATES } from '../store/event-query.ts';
import type { EventStore } from '../store/events.ts';
import { Statements } from '../store/statements.ts';
import { CheckPool, checkThreads } from './check-pool.ts';
import { HOST_LIMITS } from './limits.ts';

/** Written and signed by this relay for one person; of no use to another. */
const OF_RELAY: readonly number[] = [KINDS.receipt, KINDS.memberAdded, KINDS.memberRemoved];
const REQUESTS: readonly number[] = [KINDS.deletion, KINDS.vanish];

export interface ExportChoice {
  readonly kinds?: readonly number[];
  /** Hex. */
  readonly authors?: readonly string[];
  /** Unix seconds. */
  readonly since?: number;
  readonly until?: number;
}

/**
 * Lines without their ends. Requests to delete and to vanish come last, so that whoever reads them in order knows to whose streams they belong. One
 * that belongs to a stream bears `"hale":{"gate":"stream"}` beside its fields: of another relay's deletions a stranger may see more.
 * @throws HaleError 'corrupt' | 'unavailable'
 */
export function* exportLines(database: DatabaseSync, choice: ExportChoice = {}, nowSeconds = now()): Generator<string> {
  database.exec('PRAGMA busy_timeout = 5000');
  const sql = new Statements(database);
  // All of it as of one moment; writers go on.
  sql.rows('BEGIN');
  try {
    yield* linesOf(sql, choice, nowSeconds, `kind NOT IN (${[...REQUESTS, ...OF_RELAY].join(', ')})`);
    yield* linesOf(sql, choice, nowSeconds, `kind IN (${REQUESTS.join(', ')})`);
  } finally {
    sql.rows('COMMIT');
  }
}

/** Of a relay, running or not. @throws HaleError 'not-found' no relay has run there, and what `exportLines` throws */
export function* exportRelay(dir: string, choice: ExportChoice = {}): Generator<string> {
  const path = join(dir, 'events.db');
  if (!existsSync(path))
    throw new HaleError('not-found', 'no relay has run in this folder yet; start it with `hale relay`');
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    yield* exportLines(database, choice);
  } finally {
    database.close();
  }
}

const now = (): number => Math.floor(Date.now() / 1000);

function* linesOf(sql: Statements, choice: ExportChoice, nowSeconds: number, those: string): Generator<string> {
  const { kinds, authors, since, until } = choice;
  const conditions: [string, SQLInputValue[]][] = [
    ['row > ?', []],
    [those, []],
    ['(expires IS NULL OR expires > ?)', [nowSeconds]],
    ...(kinds ? [[`kind IN (${kinds.map(() => '?').join(', ')})`, [...kinds]] as [string, SQLInputValue[]]] : []),
    ...(authors
      ? [[`author IN (${authors.map(() => '?').join(', ')})`, authors.map(hexBytes)] as [string, SQLInputValue[]]]
      : []),
    ...(since === undefined ? [] : [['created >= ?', [since]] as [string, SQLInputValue[]]]),
    ...(until === undefined ? [] : [['created <= ?', [until]] as [string, SQLInputValue[]]]),
  ];
  const query = `SELECT ${EVENT_COLUMNS}, kind, gate, row FROM event
    WHERE ${conditions.map(([text]) => text).join(' AND ')} ORDER BY row LIMIT ${HOST_LIMITS.checkRowsAtOnce}`;
  const parameters = conditions.flatMap(([, values]) => values);
  for (let after = -1; ; ) {
    const rows = sql.rows(query, after, ...parameters);
    for (const row of rows) {
      const [kind, gate] = row.slice(EVENT_COLUMN_COUNT);
      const json = eventJson(row);
      const isOfStream = REQUESTS.includes(Number(kind)) && GATES[Number(gate)] === 'stream';
      yield isOfStream ? `${json.slice(0, -1)},"hale":{"gate":"stream"}}` : json;
    }
    if (rows.length < HOST_LIMITS.checkRowsAtOnce) return;
    after = Number(rows[rows.length - 1].at(-1));
  }
}

/** What became of lines that were read. */
export interface ImportCounts {
  read: number;
  stored: number;
  /** Here already. */
  duplicate: number;
  /** A newer version is here. */
  older: number;
  /** Deleted here, or its author or addressee has vanished. */
  deleted: number;
  /** Not kept here: its time is over, or its kind is never stored, or it is a request that is meant for other relays. */
  unfit: number;
  /** No event, or not signed by its author. */
  wrong: number;
  /** The first of these. */
  readonly wrongLines: { readonly line: number; readonly reason: string }[];
}

export const noCounts = (): ImportCounts => ({
  read: 0,
  stored: 0,
  duplicate: 0,
  older: 0,
  deleted: 0,
  unfit: 0,
  wrong: 0,
  wrongLines: [],
});

export function addCounts(to: ImportCounts, more: ImportCounts): void {
  for (const name of ['read', 'stored', 'duplicate', 'older', 'deleted', 'unfit', 'wrong'] as const)
    to[name] += more[name];
  to.wrongLines.push(...more.wrongLines.slice(0, HOST_LIMITS.importWrongShown - to.wrongLines.length));
}

export interface ImportLine {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
}

/** Takes lines into a store: each batch is one commit, on the disk when its promise resolves. */
export class EventImport {
  readonly #store: EventStore;
  readonly #policy: RelayPolicy;
  readonly #pool: CheckPool;
  #arrived: (some: readonly { ticket: number; event: VerifiedEvent | null; reason: string }[]) => void = () => {};

  constructor(store: EventStore, policy: RelayPolicy) {
    this.#store = store;
    this.#policy = policy;
    this.#pool = new CheckPool((verdicts) => {
      this.#arrived(
        verdicts.map(({ ticket, checked }) => ({
          ticket,
          event: checked.event,
          reason: 'reason' in checked ? checked.reason : '',
        })),
      );
    }, checkThreads(HOST_LIMITS.checkThreadsMax));
  }

  async take(lines: readonly ImportLine[]): Promise<ImportCounts> {
    const counts = noCounts();
    const filled = lines.filter(({ text }) => text.trim() !== '');
    counts.read = filled.length;
    const verdicts = await this.#check(filled);
    this.#store.transact(() => {
      for (const [at, { event, reason }] of verdicts.entries()) {
        if (event === null) this.#wrong(counts, filled[at].number, reason);
        else counts[this.#settle(event, filled[at].text)] += 1;
      }
    });
    return counts;
  }

  #wrong(counts: ImportCounts, line: number, reason: string): void {
    counts.wrong += 1;
    if (counts.wrongLines.length < HOST_LIMITS.importWrongShown) counts.wrongLines.push({ line, reason });
  }

  #check(lines: readonly ImportLine[]): Promise<{ event: VerifiedEvent | null; reason: string }[]> {
    const verdicts: { event: VerifiedEvent | null; reason: string }[] = [];
    const fitting = lines.flatMap(({ text }, ticket) => {
      if (text.length <= RELAY_LIMITS.messageBytesMax) return [{ ticket, frame: `["EVENT",${text}]` }];
      verdicts[ticket] = { event: null, reason: 'invalid: too large' };
      return [];
    });
    let missing = fitting.length;
    if (missing === 0) return Promise.resolve(verdicts);
    return new Promise((resolve) => {
      this.#arrived = (some) => {
        for (const { ticket, event, reason } of some) verdicts[ticket] = { event, reason };
        missing -= some.length;
        if (missing === 0) resolve(verdicts);
      };
      this.#pool.check(fitting);
    });
  }

  #settle(event: VerifiedEvent, line: string): 'stored' | 'duplicate' | 'older' | 'deleted' | 'unfit' {
    const isEphemeral = kindClass(event.kind) === 'ephemeral' || event.kind === KINDS.token;
    if (isEphemeral || refusalOfForm(event, this.#policy, now()) !== null) return 'unfit';
    if (REQUESTS.includes(event.kind) && line.includes('"gate":"stream"')) this.#store.regardAsStream(event.pubkey);
    const { accepted, message } = settle(this.#store, event);
    if (accepted) return message.startsWith('duplicate:') ? 'duplicate' : 'stored';
    return message.startsWith('blocked:') ? 'deleted' : 'older';
  }

  close(): void {
    this.#pool.close();
  }
}
