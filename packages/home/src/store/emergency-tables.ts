// Emergency lockers of a relay, what they give, and who opened them (relay/src/server/emergency.ts).
import type { EmergencyOpening, EmergencyRow, EmergencyStore } from '@hale/relay/server';
import { bytesHex, hexBytes } from './event-codec.ts';
import type { Statements } from './statements.ts';

/** Of a row, what is neither looked for nor compared in the database. */
type Rest = Omit<EmergencyRow, 'id' | 'owner' | 'verifierHash' | 'share' | 'expires'>;

const PLACES = '(?, ?, ?, ?, ?, ?)';
const COLUMNS = 'id, owner, verifier, share, expires, rest';

export class EmergencyTables implements EmergencyStore {
  readonly #statements: Statements;
  readonly #onErased: () => void;

  /** @param onErased told when something left whose bytes may still stand in the write-ahead log */
  constructor(statements: Statements, onErased: () => void) {
    this.#statements = statements;
    this.#onErased = onErased;
  }

  add(row: EmergencyRow): boolean {
    const sql = `INSERT OR IGNORE INTO relay_emergency (${COLUMNS}) VALUES ${PLACES}`;
    return this.#statements.change(sql, ...columnsOf(row)) > 0;
  }

  get(id: string): EmergencyRow | null {
    const row = this.#statements.row(`SELECT ${COLUMNS} FROM relay_emergency WHERE id = ?`, hexBytes(id));
    if (!row) return null;
    const [, owner, verifier, share, expires, rest] = row;
    const fixed = { id, owner: bytesHex(owner), verifierHash: bytesHex(verifier), share: bytesHex(share) };
    return { ...fixed, expires: Number(expires), ...(JSON.parse(String(rest)) as Rest) };
  }

  change(id: string, changed: Partial<EmergencyRow>): void {
    const row = this.get(id);
    if (row === null) return;
    const sql = `INSERT OR REPLACE INTO relay_emergency (${COLUMNS}) VALUES ${PLACES}`;
    this.#statements.change(sql, ...columnsOf({ ...row, ...changed, id }));
    if (changed.share !== undefined) this.#onErased();
  }

  putPart(id: string, round: number, part: number, text: string): void {
    const sql = 'INSERT OR REPLACE INTO relay_emergency_part (id, round, part, text) VALUES (?, ?, ?, ?)';
    this.#statements.change(sql, hexBytes(id), round, part, text);
  }

  units(id: string, round: number): number {
    const sql = 'SELECT coalesce(sum(length(text)), 0) FROM relay_emergency_part WHERE id = ? AND round = ?';
    return Number(this.#statements.row(sql, hexBytes(id), round)?.[0]);
  }

  text(id: string, round: number, parts: number): string | null {
    const rows = this.#statements.rows(
      'SELECT text FROM relay_emergency_part WHERE id = ? AND round = ? AND part < ? ORDER BY part',
      ...[hexBytes(id), round, parts],
    );
    return rows.length === parts ? rows.map(([text]) => String(text)).join('') : null;
  }

  keepParts(id: string, round: number): void {
    const sql = 'DELETE FROM relay_emergency_part WHERE id = ? AND round <> ?';
    if (this.#statements.change(sql, hexBytes(id), round) > 0) this.#onErased();
  }

  addOpening(id: string, { number, until, ...rest }: EmergencyOpening): void {
    this.#statements.change(
      'INSERT INTO relay_emergency_opening (id, number, until, rest) VALUES (?, ?, ?, ?)',
      ...[hexBytes(id), number, until, JSON.stringify(rest)],
    );
  }

  openings(id: string): EmergencyOpening[] {
    const sql = 'SELECT number, until, rest FROM relay_emergency_opening WHERE id = ? ORDER BY number';
    return this.#statements.rows(sql, hexBytes(id)).map(([number, until, rest]) => ({
      ...(JSON.parse(String(rest)) as Omit<EmergencyOpening, 'number' | 'until'>),
      ...{ number: Number(number), until: Number(until) },
    }));
  }

  endOpening(id: string, number: number, until: number): void {
    const sql = 'UPDATE relay_emergency_opening SET until = ? WHERE id = ? AND number = ?';
    this.#statements.change(sql, until, hexBytes(id), number);
  }

  sweep(now: number): void {
    const over = 'SELECT id FROM relay_emergency WHERE expires <= ?';
    let gone = 0;
    for (const table of ['relay_emergency_part', 'relay_emergency_opening'])
      gone += this.#statements.change(`DELETE FROM ${table} WHERE id IN (${over})`, now);
    gone += this.#statements.change('DELETE FROM relay_emergency WHERE expires <= ?', now);
    if (gone > 0) this.#onErased();
  }
}

const columnsOf = ({ id, owner, verifierHash, share, expires, ...rest }: EmergencyRow) => [
  ...[hexBytes(id), hexBytes(owner), hexBytes(verifierHash), hexBytes(share), expires],
  JSON.stringify(rest satisfies Rest),
];
