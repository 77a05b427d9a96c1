// Records on their way out of the vault: chosen by id, their references made into ones that lead among them, what was cut out of them left away.
import { HaleError } from '@hale/kernel';
import { parseBlobPlace, type Resource, referencesIn, resolve } from '@hale/vault/records';
import type { SummaryInput } from '@hale/vault/records/ips';
import type { RecordsChosen } from '../api-cards.ts';
import type { Home } from '../home.ts';

export interface Chosen {
  patient: SummaryInput;
  /** Without the patient; all that could stand in a summary, or what was asked for. */
  records: SummaryInput[];
  withheld: SummaryInput[];
}

/** A name that only this home gives: ids of two hospitals may be the same. */
const nameOf = (id: string): string => `urn:hale:record:${id}`;

/** @throws HaleError 'not-found' | 'usage' */
export function chooseRecords(home: Home, asked: RecordsChosen): Chosen {
  const { id: subject } = home.vault.subject(asked.subject);
  const ids = [...home.records.heads(subject)]
    .filter(({ origin, state }) => origin !== 'overlay' && state === 'current')
    .map(({ id }) => id);
  const find = (text: string): string => {
    const found = /^[0-9a-f]{1,16}$/.test(text) ? ids.filter((id) => id.startsWith(text)) : [];
    if (found.length === 1) return found[0];
    throw found.length === 0
      ? new HaleError('not-found', 'no such record; `hale records` shows them')
      : new HaleError('usage', 'several records begin like that; give more of the id');
  };
  const without = new Set((asked.without ?? []).map(find));
  const inputs = new Map(ids.map((id) => [id, inputOf(home, subject, id)]));
  const patient = [...inputs.values()].find(({ resource }) => resource.resourceType === 'Patient');
  if (patient === undefined)
    throw new HaleError('not-found', 'there is no record of the person herself yet: import one that names her');
  const wanted = asked.records === undefined ? ids : asked.records.map(find);
  return {
    patient,
    records: wanted
      .filter((id) => !without.has(id))
      .map((id) => inputs.get(id)!)
      .filter((input) => input !== patient),
    withheld: [...without].map((id) => inputs.get(id)!),
  };
}

/** One record as it may leave the vault. @throws HaleError 'not-found' */
export function inputOf(home: Home, subject: string, id: string): SummaryInput {
  const { resource } = home.records.read(subject, id);
  const meant = new Map<string, string>();
  for (const reference of referencesIn(resource)) {
    const to = resolve(home.records, subject, id, reference);
    if (to !== null) meant.set(reference, nameOf(to));
  }
  const { id: _theirs, photo: _photo, ...rest } = renamed(resource, meant) as Resource;
  return { resource: { ...rest, resourceType: resource.resourceType }, names: [nameOf(id)] };
}

function renamed(value: unknown, meant: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, meant)).filter((each) => each !== undefined);
  // The bytes of an attachment lie elsewhere: here stands only where.
  if (parseBlobPlace(value) !== null) return undefined;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, each]) => [
    name,
    name === 'reference' && typeof each === 'string' ? (meant.get(each) ?? each) : renamed(each, meant),
  ]);
  return Object.fromEntries(fields.filter(([, each]) => each !== undefined));
}
