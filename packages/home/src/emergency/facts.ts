// The sheet of facts as her records stand now, with what she typed and her last readings.
import { randomUUID } from 'node:crypto';
import { NEVER_BY_DEFAULT } from '@hale/consent';
import { type SheetLines, sheetEntries } from '@hale/consent/emergency';
import { sha256, toHex, utf8Encode } from '@hale/kernel';
import { titleOf } from '@hale/vault/records';
import { type CardFact, emergencyFacts, type FactRecord } from '@hale/vault/records/emergency';
import { type SummaryInput, writeSummary } from '@hale/vault/records/ips';
import type { Home } from '../home.ts';
import { latestOf } from '../operations/chart.ts';
import { inputOf } from '../records/chosen.ts';
import type { EmergencyChoice } from './settings.ts';
import { type CardWords, cardWords, inBoth } from './words.ts';

export interface SheetDraft {
  name: string;
  born: string;
  sections: SheetLines[];
  /** The same for what is printed. */
  card: CardFact[];
  /** FHIR Bundle (IPS) as bytes; null where her records name no person. */
  bundle: Uint8Array | null;
  /** SHA-256 of all that changes what somebody reads, hex: not of dates, random names and readings, which come each minute. */
  hash: string;
}

export function draftSheet(home: Home, subject: string, choice: EmergencyChoice): SheetDraft {
  const { patient, records } = recordsOf(home, subject, choice.never);
  const facts = emergencyFacts({
    patient,
    records,
    never: new Set([...choice.never, ...records.flatMap(({ id }) => (isNeverShared(home, subject, id) ? [id] : []))]),
    sections: choice.sections,
    typed: { contacts: choice.contacts, notes: choice.notes, readings: readingsOf(home, subject, choice.series) },
    directive: directiveIn(cardWords(choice.language)),
    nowMillis: home.nowMicros() / 1000,
    dietWord: cardWords(choice.language)[0].diet,
  });
  const name =
    choice.name || (patient === null ? home.vault.state.subjects.get(subject)!.name : titleOf(patient.resource));
  const born = choice.born || String(patient?.resource.birthDate ?? '').slice(0, 4);
  const said = { name, born, language: choice.language, sections: facts.sections };
  const kept = facts.records.map(({ resource }) => resource);
  const lasting = { ...said, sections: facts.sections.filter(({ section }) => section !== 'readings') };
  const hash = toHex(sha256(utf8Encode(JSON.stringify([lasting, patient?.resource ?? null, kept]))));
  return { ...said, card: facts.card, bundle: patient === null ? null : bundleOf(home, patient, facts), hash };
}

/** `Do not resuscitate (2021-09-01: verify the original)`. */
const directiveIn =
  (words: readonly CardWords[]) =>
  (said: string, day: string): string => {
    const what = said || inBoth(words, ({ directiveUnread }) => directiveUnread);
    const asked = said === '' ? '' : inBoth(words, ({ verify }) => verify);
    const details = [day, asked].filter(Boolean).join(': ');
    return details === '' ? what : `${what} (${details})`;
  };

/** Of a kind that is never shared by default, as its codes and words say or as she labelled it. */
const isNeverShared = (home: Home, subject: string, id: string): boolean =>
  home.labels.of(subject, id).labels.some(({ code }) => NEVER_BY_DEFAULT.includes(code));

function bundleOf(
  home: Home,
  patient: SummaryInput,
  { records, withheld }: { records: SummaryInput[]; withheld: SummaryInput[] },
): Uint8Array {
  const date = new Date(home.nowMicros() / 1000).toISOString();
  const bundle = writeSummary({ patient: named(patient), records, withheld, date, uuid: randomUUID });
  return utf8Encode(JSON.stringify(bundle));
}

/** Who she is, and no number of any hospital or insurer, no address: whoever finds her needs none of them. */
function named({ resource, ...rest }: SummaryInput): SummaryInput {
  const { resourceType, name, birthDate, gender, contact, communication } = resource;
  const kept = Object.entries({ name, birthDate, gender, contact, communication });
  return {
    ...rest,
    resource: { ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)), resourceType },
  };
}

/** Types that a sheet has a place for; of all others nothing is read. */
const TYPES = new Set([
  ...[
    'AllergyIntolerance',
    'MedicationStatement',
    'MedicationRequest',
    'MedicationAdministration',
    'MedicationDispense',
  ],
  ...['Condition', 'Flag', 'Observation', 'DeviceUseStatement', 'Consent', 'Procedure', 'Immunization'],
  ...['Medication', 'Device', 'Substance'],
]);

/** The newest first. */
function recordsOf(
  home: Home,
  subject: string,
  never: readonly string[],
): { patient: SummaryInput | null; records: FactRecord[] } {
  const heads = [...home.records.heads(subject)].filter(
    ({ origin, state }) => origin !== 'overlay' && state === 'current',
  );
  // Kept from everybody, the record of her person names nobody either.
  const patient = heads.find(({ type, id }) => type === 'Patient' && !never.includes(id));
  const listed = heads.filter(({ type }) => TYPES.has(type)).sort((a, b) => (b.at ?? b.addedAt) - (a.at ?? a.addedAt));
  return {
    patient: patient ? inputOf(home, subject, patient.id) : null,
    records: listed.map(({ id }) => ({ ...inputOf(home, subject, id), id })),
  };
}

function readingsOf(home: Home, subject: string, series: readonly string[]): string[] {
  return series.flatMap((key) => {
    const stream = home.vault.findStream(subject, key);
    const last = stream ? home.vault.store.sampleCount(stream.number).lastMicros : null;
    const latest = stream && last !== null ? latestOf(home, stream, last) : null;
    if (!stream || !latest) return [];
    const { title, ucum } = stream.entry;
    const value = latest.code ?? `${Number(latest.value.toPrecision(6))} ${ucum === '1' ? '' : ucum}`.trim();
    return [`${title}: ${value} (${new Date(latest.atMicros / 1000).toISOString().slice(0, 16)}Z)`];
  });
}

/** The entries of a round's log. @throws HaleError 'too-large' */
export const entriesOf = (
  home: Home,
  { bundle, hash: _hash, card: _card, ...sheet }: SheetDraft,
  language: string,
): object[] => sheetEntries({ ...sheet, language, time: home.nowMicros() }, bundle);
