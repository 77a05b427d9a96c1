// The check of records: FHIR R4 as it is written, the rules that programs overlook, the patient summary. A finding never stops anything; it is
// shown beside the record. Resource JSON in, findings out.

import { loadDefinitions } from '../definitions/index.ts';
import type { Definitions } from '../definitions/tables.ts';
import type { Sha1 } from './attachments.ts';
import { type Finding, Findings } from './finding.ts';
import { InvariantBook } from './invariants/index.ts';
import { checkIps, isIps } from './ips.ts';
import { isObject } from './json.ts';
import { Walk } from './walk.ts';

export type { Sha1 } from './attachments.ts';
export type { Finding, Severity } from './finding.ts';
export { invariantKeys } from './invariants/index.ts';
export { IPS_SECTIONS } from './ips.ts';

export interface CheckOptions {
  /** Check as a patient summary even if it does not say that it is one. */
  readonly ips?: boolean;
}

export class Checker {
  readonly #definitions: Definitions;
  readonly #invariants: InvariantBook;
  readonly #sha1: Sha1 | null;

  constructor(definitions: Definitions, sha1: Sha1 | null) {
    this.#definitions = definitions;
    this.#invariants = new InvariantBook(definitions);
    this.#sha1 = sha1;
  }

  /** Findings in the order of the record, none if all is well. Takes anything that JSON can give, and never throws. */
  check(resource: unknown, { ips = isIps(resource) }: CheckOptions = {}): readonly Finding[] {
    const findings = new Findings();
    new Walk(this.#definitions, this.#invariants, findings, this.#sha1).resource(resource);
    if (ips && isObject(resource)) checkIps(resource, findings);
    return findings.list;
  }
}

/** A checker; the definitions are read on the first call. Without `sha1`, which no pure room has, hashes of attachments are not checked. */
export async function loadChecker(sha1: Sha1 | null = null): Promise<Checker> {
  return new Checker(await loadDefinitions(), sha1);
}
