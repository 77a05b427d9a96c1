// The relay's own tables: members, invitations, used authorizations, counts of tokens, what authors may hold, ends of receipt chains. None
// names an author beside a member, and none may ever.
import { tokenEpochOf } from '@hale/kernel';
import type { AuthorRow, DeletionReason, LockerClaim, LockerRow, ManagedRow, ReceiptHead } from '@hale/relay/server';
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

  addMember(pubkey: string, since: number, until?: number): void {
    const key = hexBytes(pubkey);
    const isNew =
      this.#statements.change('INSERT OR IGNORE INTO relay_member (key, since) VALUES (?, ?)', key, since) > 0;
    if (until === undefined) this.#statements.change('DELETE FROM relay_member_until WHERE key = ?', key);
    else if (isNew) this.#statements.change('INSERT INTO relay_member_until (key, until) VALUES (?, ?)', key, until);
    else this.#statements.change('UPDATE relay_member_until SET until = max(until, ?) WHERE key = ?', until, key);
  }

  removeMember(pubkey: string): void {
    this.#statements.change('DELETE FROM relay_member WHERE key = ?', hexBytes(pubkey));
    this.#statements.change('DELETE FROM relay_member_until WHERE key = ?', hexBytes(pubkey));
  }

  memberUntil(pubkey: string): number | null {
    const row = this.#statements.row('SELECT until FROM relay_member_until WHERE key = ?', hexBytes(pubkey));
    return row ? Number(row[0]) : null;
  }

  takeVouch(clinic: string, epoch: number, max: number): boolean {
    return this.#count('relay_vouched', 'clinic', clinic, epoch, 1, max) !== null;
  }

  countTokens(member: string, epoch: number, count: number, max: number): number | null {
    return this.#count('relay_tokens', 'member', member, epoch, count, max);
  }

  /** Counts on unless that passes `max`; what is left, or null. */
  #count(table: string, column: string, key: string, epoch: number, add: number, max: number): number | null {
    const row = this.#statements.row(
      `INSERT INTO ${table} (${column}, epoch, count) SELECT ?1, ?2, ?3 WHERE ?3 <= ?4
       ON CONFLICT DO UPDATE SET count = count + ?3 WHERE count + ?3 <= ?4 RETURNING count`,
      ...[hexBytes(key), epoch, add, max],
    );
    return row ? max - Number(row[0]) : null;
  }

  passTokens(from: string, to: string): void {
    if (from === to) return;
    this.#statements.change(
      `INSERT INTO relay_tokens (member, epoch, count) SELECT ?2, epoch, count FROM relay_tokens WHERE member = ?1
       ON CONFLICT DO UPDATE SET count = count + excluded.count`,
      ...[hexBytes(from), hexBytes(to)],
    );
    this.#statements.change('DELETE FROM relay_tokens WHERE member = ?', hexBytes(from));
  }

  spendToken(epoch: number, hash: string, mark: string): 'new' | 'same' | 'other' {
    const key = hexBytes(hash);
    const before = this.#statements.row('SELECT mark FROM relay_spent WHERE hash = ?', key);
    if (before) return bytesHex(before[0]) === mark ? 'same' : 'other';
    this.#statements.change(
      'INSERT INTO relay_spent (hash, epoch, mark) VALUES (?, ?, ?)',
      ...[key, epoch, hexBytes(mark)],
    );
    return 'new';
  }

  author(pubkey: string): AuthorRow | null {
    const row = this.#statements.row(
      'SELECT bytes, allotted, promised FROM relay_author WHERE author = ?',
      hexBytes(pubkey),
    );
    if (!row) return null;
    const [bytes, allotted, promised] = row;
    return { bytes: Number(bytes), allotted: Number(allotted), promised: promised === null ? null : Number(promised) };
  }

  deletedCounts(): { reason: DeletionReason; events: number; since: number }[] {
    const rows = this.#statements.rows('SELECT reason, events, since FROM relay_deleted ORDER BY reason');
    return rows.map(([reason, events, since]) => ({
      reason: String(reason) as DeletionReason,
      events: Number(events),
      since: Number(since),
    }));
  }

  /** @param held bytes of hers that lie here, for a row that is new */
  allot(author: string, bytes: number, promised: number | null, held: () => number): AuthorRow {
    const key = hexBytes(author);
    const isHere = this.author(author) !== null;
    if (isHere)
      this.#statements.change(
        `UPDATE relay_author SET allotted = allotted + ?2,
           promised = CASE WHEN promised IS NULL OR ?3 IS NULL THEN NULL ELSE max(promised, ?3) END WHERE author = ?1`,
        ...[key, bytes, promised],
      );
    else
      this.#statements.change(
        'INSERT INTO relay_author (author, bytes, allotted, promised) VALUES (?, ?, ?, ?)',
        ...[key, held(), bytes, promised],
      );
    return this.author(author) as AuthorRow;
  }

  /** For every event that comes or goes; touches nothing where its author has no row: a vault's own store has none. */
  addBytes(author: string, bytes: number): void {
    this.#statements.change('UPDATE relay_author SET bytes = bytes + ? WHERE author = ?', bytes, hexBytes(author));
  }

  forgetAuthor(author: string): void {
    this.#statements.change('DELETE FROM relay_author WHERE author = ?', hexBytes(author));
  }

  countDeleted(reason: DeletionReason): void {
    this.#statements.change(
      'INSERT INTO relay_deleted (reason, events) VALUES (?, 1) ON CONFLICT DO UPDATE SET events = events + 1',
      reason,
    );
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

  /** Claims, lockers, authorizations and memberships whose time has come; what belongs to epochs that are over. */
  sweep(now: number): void {
    const epoch = tokenEpochOf(now);
    this.#statements.change(
      'DELETE FROM relay_member WHERE key IN (SELECT key FROM relay_member_until WHERE until <= ?)',
      now,
    );
    this.#statements.change('DELETE FROM relay_member_until WHERE until <= ?', now);
    this.#statements.change('DELETE FROM relay_vouched WHERE epoch < ?', epoch);
    this.#statements.change('DELETE FROM relay_tokens WHERE epoch < ?', epoch);
    // Tokens of the epoch before are still taken.
    this.#statements.change('DELETE FROM relay_spent WHERE epoch < ?', epoch - 1);
    this.#statements.change('DELETE FROM relay_claim WHERE expires <= ?', now);
    this.#statements.change(
      'DELETE FROM relay_locker_claim WHERE id IN (SELECT id FROM relay_locker WHERE expires <= ?)',
      now,
    );
    this.#statements.change('DELETE FROM relay_locker WHERE expires <= ?', now);
    this.#statements.change('DELETE FROM relay_authorization WHERE expires <= ?', now);
  }
}
