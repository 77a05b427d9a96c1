/** Checks specs/vectors/copies.json. The types are the file's format, as specs/copies.md tells it. */
import { CopiesLog, parseCopiesEntry } from '@hale/consent';
import { decodeCbor, encodeCbor, fromHex, schnorrPublic, toHex } from '@hale/kernel';
import { copiesAuthor, copiesNames, copiesSecret, logLabel } from '@hale/kernel/seal';
import type { Resource } from '@hale/vault/records';
import { copyName, copyOf, pagesOf, patientCopy } from '@hale/vault/records/copies';
import { Tally, type VectorResult } from './tally.ts';

/** Byte strings are lower-case hex, entries their CBOR. */
export interface CopiesVectors {
  readonly keys: readonly CopiesKeysVector[];
  readonly entries: {
    readonly valid: readonly { name: string; cbor: string }[];
    readonly invalid: readonly { name: string; cbor: string; error: string }[];
  };
  /** Entries as [number, generation, CBOR], and what a reader makes of them. */
  readonly logs: readonly {
    name: string;
    entries: readonly (readonly [number, number, string])[];
    expected: { state: string; count: number; told: unknown; packed: readonly string[] };
  }[];
  /** `leads`: the copies that references lead to. */
  readonly copies: readonly {
    name: string;
    resource: Resource;
    leads: Readonly<Record<string, { type: string; id: string }>>;
    copy: Resource;
  }[];
  readonly patients: readonly { name: string; isTold: boolean; patient: Resource; copy: Resource }[];
  /** Lengths of copies by name, and which stand together. */
  readonly pages: readonly {
    unitsMax: number;
    copies: Readonly<Record<string, number>>;
    pages: readonly (readonly string[])[];
  }[];
}

interface CopiesKeysVector {
  readonly catalogueSecret: string;
  readonly grantId: string;
  readonly grantKey: string;
  readonly round: number;
  readonly author: string;
  readonly logLabel: string;
  readonly record: string;
  /** Of that record's copy. */
  readonly copy: string;
}

export const COPY_SECURITY = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'N' }];

export function copiesKeysOf(
  catalogueSecret: string,
  grantId: string,
  grantKey: string,
  round: number,
  record: string,
) {
  const secret = fromHex(catalogueSecret, 32);
  return {
    ...{ catalogueSecret, grantId, grantKey, round },
    author: toHex(schnorrPublic(copiesAuthor(secret, grantId, round))),
    logLabel: toHex(logLabel(copiesSecret(fromHex(grantKey, 32), round))),
    record,
    copy: copyName(copiesNames(secret, grantId), record),
  };
}

export const copyMade = (resource: Resource, leads: CopiesVectors['copies'][number]['leads']): Resource =>
  copyOf(resource, {
    ...{ id: 'copy', documents: false, security: COPY_SECURITY, attached: () => null },
    leads: (reference) => (Object.hasOwn(leads, reference) ? leads[reference] : null),
  });

export const patientMade = ({ name, isTold, patient }: Omit<CopiesVectors['patients'][number], 'copy'>): Resource =>
  patientCopy(patient, { id: 'copy', name, isTold, security: COPY_SECURITY });

export const pagesMade = ({ unitsMax, copies }: Omit<CopiesVectors['pages'][number], 'pages'>): string[][] => {
  const given = Object.entries(copies).map(([id, length]) => ({ id, json: 'x'.repeat(length) }));
  return pagesOf(given, unitsMax).map((page) => page.map(({ id }) => id));
};

export function logRead(entries: CopiesVectors['logs'][number]['entries']): CopiesVectors['logs'][number]['expected'] {
  const log = new CopiesLog();
  for (const [seq, generation, cbor] of entries) log.apply(seq, generation, decodeCbor(fromHex(cbor)));
  const { state, count, told, packed } = log.state(null);
  return { state, count, told, packed: packed.map(toHex) };
}

export function checkCopiesVectors(json: unknown, tally = new Tally()): VectorResult {
  const vectors = json as CopiesVectors;
  for (const vector of vectors.keys) {
    const { catalogueSecret, grantId, grantKey, round, record } = vector;
    const made = () => copiesKeysOf(catalogueSecret, grantId, grantKey, round, record);
    tally.equal(`keys: ${grantId}, round ${round}`, made, vector);
  }
  const parsed = (cbor: string) => parseCopiesEntry(decodeCbor(fromHex(cbor)));
  for (const { name, cbor } of vectors.entries.valid)
    tally.equal(`entry: ${name}`, () => toHex(encodeCbor(parsed(cbor))), cbor);
  for (const { name, cbor, error } of vectors.entries.invalid)
    tally.refuses(`entry: ${name}`, () => parsed(cbor), error);
  for (const { name, entries, expected } of vectors.logs) {
    tally.equal(`log: ${name}`, () => logRead(entries), expected);
    tally.equal(`log: ${name}, backwards`, () => logRead([...entries].reverse()), expected);
  }
  for (const { name, resource, leads, copy } of vectors.copies)
    tally.equal(`copy: ${name}`, () => copyMade(resource, leads), copy);
  for (const { copy, ...vector } of vectors.patients)
    tally.equal(`patient: ${vector.name}`, () => patientMade(vector), copy);
  for (const { pages, ...vector } of vectors.pages) tally.equal('pages', () => pagesMade(vector), pages);
  return tally.result();
}
