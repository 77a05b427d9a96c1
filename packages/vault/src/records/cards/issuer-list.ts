// Lists of issuers, in the form that the directories of health cards publish: what an owner pins is hers to see and to change.
import { isFields, listOf, textOf } from '../../import/json-records.ts';
import { type CardFinding, finding } from './findings.ts';
import type { KnownIssuer } from './ports.ts';

/** Issuers of one list. */
const ISSUERS_MAX = 10_000;

export function readIssuerList(value: unknown): { issuers: KnownIssuer[]; findings: CardFinding[] } {
  const listed = isFields(value) ? value.participating_issuers : undefined;
  if (!Array.isArray(listed) || listed.length > ISSUERS_MAX) return { issuers: [], findings: [finding('issuer-list')] };
  const issuers: KnownIssuer[] = [];
  const findings: CardFinding[] = [];
  for (const [at, entry] of listed.entries()) {
    const { iss, name, keys } = isFields(entry) ? entry : {};
    if (!/^https:\/\/[^\s]+[^\s/]$/.test(textOf(iss))) findings.push(finding('issuer-form', `issuer ${at + 1}`));
    else issuers.push({ iss: textOf(iss), name: textOf(name), ...(Array.isArray(keys) ? { keys: listOf(keys) } : {}) });
  }
  return { issuers, findings };
}
