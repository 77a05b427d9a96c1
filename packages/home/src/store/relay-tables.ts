// The relay's own tables: members, invitations, used authorizations, ends of receipt chains. None names an author
// beside a member, and none may ever.
import type { LockerClaim, LockerRow, ManagedRow, ReceiptHead } from '@hale/relay/server';
import { bytesHex, hexBytes } from './event-codec.ts';
import type { Statements } from './statements.ts';

export class RelayTables {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  isMember(pubkey: string): boolean {
    return this.#statements.row('SELECT 1 FROM relay_member WHERE key = ?', hexBytes(pubkey)) !== undefined;
  }

  members(): string[] {
    return this.#statements.rows('SELECT key FROM relay_member ORDER BY since, key').map(([key]) => bytesHex(key));
  }

  managed(): ManagedRow[] {
    const rows = this.#statements.rows('SELECT list, value, reason FROM relay_managed ORDER BY list, value');
    return rows.map(([list, value, reason]) => ({ list: String(list), value: String(value), reason: String(reason) }));
  }

  setManaged({ list, value, reason }: ManagedRow): void {
    const sql = 'INSERT OR REPLACE INTO relay_managed (list, value, reason) VALUES (?, ?, ?)';
    this.#statements.change(sql, list, value, reason);
  }

  removeManaged(list: string, value: string): void {
    this.#statements.change('DELETE FROM relay_managed WHERE list = ? AND value = ?', list, value);
  }

  countMembers(): number {
    return Number(this.#statements.row('SELECT count(*) FROM relay_member')?.[0] ?? 0);
  }

  addMember(pubkey: string, since: number): void {
    this.#statements.change('INSERT OR IGNORE INTO relay_member (key, since) VALUES (?, ?)', hexBytes(pubkey), since);
  }

  removeMember(pubkey: string): void {
    this.#statements.change('DELETE FROM relay_member WHERE key = ?', hexBytes(pubkey));
  }

  addClaim(claimHash: string, expires: number): void {
    this.#statements.change(
      'INSERT OR REPLACE INTO relay_claim (hash, expires) VALUES (?, ?)',
      hexBytes(claimHash),
      expires,
    );
  }

  takeClaim(claimHash: string, now: number): boolean {
    return (
      this.#statements.change('DELETE FROM relay_claim WHERE hash = ? AND expires > ?', hexBytes(claimHash), now) > 0
    );
  }

  useAuthorization(id: string, expires: number): boolean {
    return (
      this.#statements.change(
        'INSERT OR IGNORE INTO relay_authorization (id, expires) VALUES (?, ?)',
        hexBytes(id),
        expires,
      ) > 0
    );
  }

  addLocker({ id, verifierHash, share, wrong, triedAt, expires, claim }: LockerRow): boolean {
    const isNew =
      this.#statements.change(
        'INSERT OR IGNORE INTO relay_locker (id, verifier, share, wrong, tried, expires) VALUES (?, ?, ?, ?, ?, ?)',
        ...[hexBytes(id), hexBytes(verifierHash), hexBytes(share), wrong, triedAt, expires],
      ) > 0;
    if (isNew && claim)
      this.#statements.change(
        'INSERT INTO relay_locker_claim (id, owner, browser, at) VALUES (?, ?, ?, ?)',
        ...[hexBytes(id), hexBytes(claim.owner), hexBytes(claim.browser), claim.at],
      );
    return isNew;
  }

  locker(id: string): LockerRow | null {
    const row = this.#statements.row(
      'SELECT verifier, share, wrong, tried, expires FROM relay_locker WHERE id = ?',
      hexBytes(id),
    );
    if (!row) return null;
    const [verifier, share, wrong, tried, expires] = row;
    return {
      id,
      verifierHash: bytesHex(verifier),
      share: bytesHex(share),
      wrong: Number(wrong),
      triedAt: Number(tried),
      expires: Number(expires),
      claim: this.#claim(id),
    };
  }

  #claim(id: string): LockerClaim | null {
    const row = this.#statements.row('SELECT owner, browser, at FROM relay_locker_claim WHERE id = ?', hexBytes(id));
    return row ? { owner: bytesHex(row[0]), browser: bytesHex(row[1]), at: Number(row[2]) } : null;
  }

  claimLocker(id: string, browser: string, at: number): boolean {
    return (
      this.#statements.change(
        "UPDATE relay_locker_claim SET browser = ?, at = ? WHERE id = ? AND browser = x''",
        ...[hexBytes(browser), at, hexBytes(id)],
      ) > 0
    );
  }

  freeLocker(id: string): void {
    this.#statements.change("UPDATE relay_locker_claim SET browser = x'', at = 0 WHERE id = ?", hexBytes(id));
  }

  setLockerTries(id: string, wrong: number, triedAt: number): void {
    this.#statements.change(
      'UPDATE relay_locker SET wrong = ?, tried = ? WHERE id = ?',
      ...[wrong, triedAt, hexBytes(id)],
    );
  }

  destroyLocker(id: string): void {
    this.#statements.change("UPDATE relay_locker SET share = x'', verifier = x'' WHERE id = ?", hexBytes(id));
  }

  receiptHead(author: string): ReceiptHead | null {
    const row = this.#statements.row('SELECT number, id FROM relay_receipt_head WHERE author = ?', hexBytes(author));
    return row ? { number: Number(row[0]), id: bytesHex(row[1]) } : null;
  }

  setReceiptHead(author: string, head: ReceiptHead): void {
    this.#statements.change(
      'INSERT OR REPLACE INTO relay_receipt_head (author, number, id) VALUES (?, ?, ?)',
      hexBytes(author),
      head.number,
      hexBytes(head.id),
    );
  }

  forgetReceipts(author: string): void {
    this.#statements.change('DELETE FROM relay_receipt_head WHERE author = ?', hexBytes(author));
  }

  /** Claims, lockers and authorizations whose time has come. */
  sweep(now: number): void {
    this.#statements.change('DELETE FROM relay_claim WHERE expires <= ?', now);
    this.#statements.change(
      'DELETE FROM relay_locker_claim WHERE id IN (SELECT id FROM relay_locker WHERE expires <= ?)',
      now,
    );
    this.#statements.change('DELETE FROM relay_locker WHERE expires <= ?', now);
    this.#statements.change('DELETE FROM relay_authorization WHERE expires <= ?', now);
  }
}
