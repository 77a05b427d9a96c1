// Health links of a relay and their encrypted files (relay/src/server/health-link.ts).
import type { HealthLinkFile, HealthLinkRow, HealthLinkStore } from '@hale/relay/server';
import { bytesHex, hexBytes } from './event-codec.ts';
import type { Statements } from './statements.ts';

const COLUMNS = 'id, owner, verifier, wrong, long, expires, closed, version, published, files, opened, last';

export class HealthLinkTables implements HealthLinkStore {
  readonly #statements: Statements;
  readonly #onErased: () => void;

  /** @param onErased told when something left whose bytes may still stand in the write-ahead log */
  constructor(statements: Statements, onErased: () => void) {
    this.#statements = statements;
    this.#onErased = onErased;
  }

  add(row: HealthLinkRow): boolean {
    return (
      this.#statements.change(
        `INSERT OR IGNORE INTO relay_health_link (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...columnsOf(row),
      ) > 0
    );
  }

  get(id: string): HealthLinkRow | null {
    const row = this.#statements.row(`SELECT ${COLUMNS} FROM relay_health_link WHERE id = ?`, id);
    if (!row) return null;
    const [, owner, verifier, wrong, long, expires, closed, version, published, files, opened, last] = row;
    return {
      id,
      owner: bytesHex(owner),
      verifierHash: bytesHex(verifier),
      wrong: Number(wrong),
      isLongTerm: long === 1,
      expires: Number(expires),
      isClosed: closed === 1,
      version: Number(version),
      publishedAt: Number(published),
      files: JSON.parse(String(files)) as HealthLinkFile[],
      opened: Number(opened),
      openedAt: Number(last),
    };
  }

  change(id: string, changed: Partial<HealthLinkRow>): void {
    const row = this.get(id);
    if (row === null) return;
    this.#statements.change(
      `INSERT OR REPLACE INTO relay_health_link (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...columnsOf({ ...row, ...changed, id }),
    );
  }

  units(id: string, version: number): number {
    const sql = 'SELECT coalesce(sum(length(text)), 0) FROM relay_health_part WHERE id = ? AND version = ?';
    return Number(this.#statements.row(sql, id, version)?.[0]);
  }

  putPart(id: string, version: number, file: number, part: number, text: string): void {
    this.#statements.change(
      'INSERT OR REPLACE INTO relay_health_part (id, version, file, part, text) VALUES (?, ?, ?, ?, ?)',
      ...[id, version, file, part, text],
    );
  }

  file(id: string, version: number, file: number, parts: number): string | null {
    const rows = this.#statements.rows(
      'SELECT text FROM relay_health_part WHERE id = ? AND version = ? AND file = ? AND part < ? ORDER BY part',
      ...[id, version, file, parts],
    );
    return rows.length === parts ? rows.map(([text]) => String(text)).join('') : null;
  }

  keepParts(id: string, version: number): void {
    const gone = this.#statements.change('DELETE FROM relay_health_part WHERE id = ? AND version <> ?', id, version);
    if (gone > 0) this.#onErased();
  }

  sweep(now: number): void {
    const over = 'SELECT id FROM relay_health_link WHERE expires <= ?';
    if (this.#statements.change(`DELETE FROM relay_health_part WHERE id IN (${over})`, now) > 0) this.#onErased();
    this.#statements.change('DELETE FROM relay_health_link WHERE expires <= ?', now);
  }
}

const columnsOf = (row: HealthLinkRow) => [
  ...[row.id, hexBytes(row.owner), hexBytes(row.verifierHash), row.wrong, row.isLongTerm ? 1 : 0, row.expires],
  ...[row.isClosed ? 1 : 0, row.version, row.publishedAt, JSON.stringify(row.files), row.opened, row.openedAt],
];
