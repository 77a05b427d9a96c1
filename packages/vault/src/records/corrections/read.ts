// What became of an ask: found among the records by what refers to it. A hospital's answer is imported like any other record and is bound to the ask by the
// number that the ask carries, or by the hospital's own copy of it.
import { fieldsOf, listOf, textOf } from '../../import/json-records.ts';
import type { Resource } from '../model.ts';
import {
  ASK_CODE,
  CORRECTION_SYSTEMS,
  type CorrectionState,
  type Deadline,
  DISAGREE_CODE,
  deadlineOf,
  isCorrectionState,
  isDecided,
} from './model.ts';
import { PLACE_SYSTEM } from './write.ts';

export interface CorrectionRecord {
  /** Ours. */
  id: string;
  resource: Resource;
  /** Of an overlay: the record that it is about. */
  of: string | null;
  /** Under which others refer to it. */
  names: readonly string[];
  /** Of a reference as it stands here: under which names that what it means is known. */
  means(reference: string): readonly string[];
  /** When it was said, microseconds. */
  at: number;
}

export interface Correction {
  /** Record of the ask. */
  id: string;
  /** Record that it is about. */
  of: string;
  text: string;
  to: string;
  place: string;
  askedMicros: number;
  /** null: not yet, as far as is known; no time for an answer runs. */
  sentMicros: number | null;
  state: CorrectionState;
  /** When that was said; the ask itself where nothing was. */
  stateMicros: number;
  deadline: Deadline | null;
  /** No decision yet, and the time for it is over. */
  isLate: boolean;
  answers: { id: string; state: CorrectionState | null; text: string; atMicros: number }[];
  /** Her statement that stands beside the record. */
  disagreement: { id: string; text: string } | null;
}

const codesIn = (concept: unknown, system: string): string[] =>
  listOf(fieldsOf(concept).coding)
    .map(fieldsOf)
    .filter((coding) => textOf(coding.system) === system)
    .map(({ code }) => textOf(code));

const kindOf = (resource: Resource): string | undefined =>
  listOf(resource.category).flatMap((each) => codesIn(each, CORRECTION_SYSTEMS.communication))[0];

const isAsk = ({ of, resource }: CorrectionRecord): boolean =>
  of !== null && resource.resourceType === 'Communication' && kindOf(resource) === ASK_CODE;

/** @param records all Communications and Tasks of a person, in any order @param now microseconds */
export function correctionsIn(records: readonly CorrectionRecord[], now: number): Correction[] {
  const asks = records.filter(isAsk).sort((a, b) => a.at - b.at);
  return asks.map((ask) => correctionOf(ask, boundTo(ask, records), now));
}

function correctionOf(ask: CorrectionRecord, bound: readonly CorrectionRecord[], now: number): Correction {
  const { resource } = ask;
  const said = bound
    .filter(({ of }) => of === null)
    .map((record) => ({
      id: record.id,
      state: stateIn(record.resource),
      text: saidIn(record.resource),
      atMicros: record.at,
    }))
    .sort((a, b) => a.atMicros - b.atMicros);
  const answers = said.filter((answer) => answer.state !== 'sent');
  const last = said.findLast((answer) => answer.state !== null);
  // Whoever answers has got it, whether she noted that she sent it or not.
  const sentMicros = said.find((answer) => answer.state === 'sent')?.atMicros ?? (answers.length > 0 ? ask.at : null);
  const place = listOf(fieldsOf(resource.meta).tag)
    .map(fieldsOf)
    .find(({ system }) => system === PLACE_SYSTEM);
  const deadline = sentMicros === null ? null : deadlineOf(textOf(place?.code), sentMicros);
  const state = last?.state ?? 'asked';
  const objection = bound.findLast((record) => record.of === ask.of && kindOf(record.resource) === DISAGREE_CODE);
  return {
    ...{
      id: ask.id,
      of: ask.of!,
      text: saidIn(resource),
      place: textOf(place?.code),
      askedMicros: ask.at,
      sentMicros,
      state,
      deadline,
      answers,
    },
    to: textOf(fieldsOf(listOf(resource.recipient)[0]).display),
    stateMicros: last?.atMicros ?? ask.at,
    isLate: !isDecided(state) && deadline !== null && now > deadline.answerBy,
    disagreement: objection ? { id: objection.id, text: saidIn(objection.resource) } : null,
  };
}

/** Everything that refers to the ask, to a hospital's copy of it, or to what refers to it. */
function boundTo(ask: CorrectionRecord, records: readonly CorrectionRecord[]): CorrectionRecord[] {
  const numbers = new Set(numbersOf(ask.resource));
  const names = new Set([...ask.names, ...numbers]);
  const bound = new Set<CorrectionRecord>();
  for (let grew = true; grew; ) {
    grew = false;
    for (const record of records) {
      if (record === ask || bound.has(record) || isAsk(record)) continue;
      const isCopy = numbersOf(record.resource).some((number) => numbers.has(number));
      if (!isCopy && !targetsOf(record).some((target) => names.has(target))) continue;
      bound.add(record);
      for (const name of record.names) names.add(name);
      grew = true;
    }
  }
  // Her own words, come back from the hospital, are no answer.
  const isEcho = ({ resource }: CorrectionRecord) => numbersOf(resource).some((number) => numbers.has(number));
  return [...bound].filter((record) => !isEcho(record)).sort((a, b) => a.at - b.at);
}

const numbersOf = ({ identifier }: Resource): string[] =>
  listOf(identifier)
    .map((each) => textOf(fieldsOf(each).value))
    .filter((value) => value.startsWith('urn:uuid:'));

/** Where the guide puts references from answers to what they answer. */
function targetsOf({ resource, means }: CorrectionRecord): string[] {
  const { partOf, inResponseTo, about, focus, reasonReference, input, output, basedOn } = resource;
  const references = [
    ...[partOf, inResponseTo, about, basedOn].flatMap(listOf),
    ...[focus, reasonReference],
    ...[...listOf(input), ...listOf(output)].map((each) => fieldsOf(each).valueReference),
  ].map(fieldsOf);
  return references
    .flatMap(({ reference, identifier }) => [...means(textOf(reference)), textOf(fieldsOf(identifier).value)])
    .filter(Boolean);
}

function stateIn({ resourceType, businessStatus, status }: Resource): CorrectionState | null {
  if (resourceType !== 'Task') return null;
  if (codesIn(businessStatus, CORRECTION_SYSTEMS.own).includes('sent')) return 'sent';
  const [code] = codesIn(businessStatus, CORRECTION_SYSTEMS.status);
  if (isCorrectionState(code) && code !== 'sent') return code;
  // Hospitals that keep to the status of the task alone.
  return (
    ({ requested: 'queued', received: 'queued', rejected: 'denied', cancelled: 'requester-cancelled' } as const)[
      textOf(status)
    ] ?? null
  );
}

function saidIn({ payload, note, output, statusReason }: Resource): string {
  const parts = [
    ...listOf(payload).map((each) => textOf(fieldsOf(each).contentString)),
    ...listOf(output).map((each) => textOf(fieldsOf(each).valueString)),
    textOf(fieldsOf(statusReason).text),
    ...listOf(note).map((each) => textOf(fieldsOf(each).text)),
  ];
  return parts.filter(Boolean).join('\n');
}
