// Lists of revoked cards (SMART Health Cards, "Revocation"): one for each key of an issuer.
import { isFields, textOf } from '../../import/json-records.ts';
import { type CardFinding, finding } from './findings.ts';
import type { IssuerKey } from './keys.ts';
import { REVOKED_MAX, RID_UNITS_MAX } from './limits.ts';

const RID = /^[A-Za-z0-9_-]+$/;
const REVOKED = /^([^.]*)(?:\.(\d+))?$/;

/** What is wrong with a card's own revocation id. */
export function checkRid(rid: unknown): CardFinding[] {
  if (rid === undefined) return [];
  const isRid = typeof rid === 'string' && RID.test(rid) && rid.length <= RID_UNITS_MAX;
  return isRid ? [] : [finding('rid-form', 'vc.rid')];
}

/** Cards that a list names, by their id: from when on they are good again, Unix seconds; Infinity = never. */
export type RevokedCards = ReadonlyMap<string, number>;

/** @param key whose list it should be */
export function readRevocations(value: unknown, key: IssuerKey): { revoked: RevokedCards; findings: CardFinding[] } {
  const revoked = new Map<string, number>();
  const rids = isFields(value) ? value.rids : undefined;
  if (!isFields(value) || !Array.isArray(rids) || rids.length > REVOKED_MAX)
    return { revoked, findings: [finding('crl-form')] };
  const findings: CardFinding[] = [];
  if (value.kid !== key.kid) findings.push(finding('crl-key'));
  if (value.method !== 'rid') findings.push(finding('crl-method'));
  const { ctr } = value;
  const isOfNow = key.isPinned ? typeof ctr === 'number' && ctr >= (key.crlVersion ?? 0) : ctr === key.crlVersion;
  if (!isOfNow) findings.push(finding('crl-counter'));
  for (const [at, entry] of rids.entries()) {
    const place = `rids ${at + 1}`;
    const [, rid = '', seconds] = REVOKED.exec(textOf(entry)) ?? [];
    if (!RID.test(rid)) findings.push(finding('crl-rid-form', place));
    else if (rid.length > RID_UNITS_MAX) findings.push(finding('crl-rid-long', place));
    else if (revoked.has(rid)) findings.push(finding('crl-rid-twice', place));
    else revoked.set(rid, seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds));
  }
  return { revoked, findings };
}

/** @param issuedAt the card's nbf */
export const isRevoked = (revoked: RevokedCards, rid: string, issuedAt: number): boolean =>
  issuedAt < (revoked.get(rid) ?? Number.NEGATIVE_INFINITY);
