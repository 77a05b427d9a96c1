// What she sends: the ask, her disagreement, and both in a bundle for a hospital that speaks FHIR. Each is a Communication that stands as an overlay on the
// record it is about: nothing of what others made is changed.
import type { Fields } from '../../import/json-records.ts';
import type { Resource } from '../model.ts';
import { ASK_CODE, CORRECTION_PROFILES, CORRECTION_SYSTEMS, type CorrectionState, DISAGREE_CODE } from './model.ts';

/** Labels that say who made a statement (v3-ObservationValue). */
const BY_PATIENT = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'PATAST',
  display: 'patient asserted',
};
/** ISO 3166-1: whose law the ask is under. */
export const PLACE_SYSTEM = 'urn:iso:std:iso:3166';

export interface AskWish {
  /** Her name, and that of who wrote the record. */
  patient: string;
  to: string;
  /** How the record is called. */
  title: string;
  /** `Type/id` of the record. */
  about: string;
  text: string;
  /** ISO 3166-1 alpha-2, 'EU', or ''. */
  place: string;
  /** ISO 8601. */
  sent: string;
  /** Random; by it an answer is known. */
  uuid: string;
}

const named = (display: string): Fields => (display === '' ? { display: 'unknown' } : { display });

function communication(code: string, { patient, to, title, about, text, place, sent, uuid }: AskWish): Resource {
  return {
    resourceType: 'Communication',
    meta: {
      profile: [CORRECTION_PROFILES.communication],
      security: [BY_PATIENT],
      ...(place === '' ? {} : { tag: [{ system: PLACE_SYSTEM, code: place }] }),
    },
    identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${uuid}` }],
    status: 'completed',
    category: [{ coding: [{ system: CORRECTION_SYSTEMS.communication, code }] }],
    topic: { text: title },
    subject: named(patient),
    // The guide keeps `about` for tasks: what is wrong stands as a reference among what is said.
    recipient: [named(to)],
    sender: named(patient),
    sent,
    payload: [{ contentString: text }, { contentReference: { reference: about, display: title } }],
  };
}

export const correctionAsk = (wish: AskWish): Resource => communication(ASK_CODE, wish);

/** @param ask `Type/id` of the ask */
export const correctionDisagreement = (wish: AskWish, ask: string): Resource => ({
  ...communication(DISAGREE_CODE, wish),
  partOf: [{ reference: ask }],
});

/** An answer that came on paper or by telephone, as she wrote it down; or that she sent her ask. */
export function notedAnswer(ask: string, state: CorrectionState, text: string, from: string, at: string): Resource {
  return {
    resourceType: 'Task',
    meta: { security: [BY_PATIENT] },
    status: state === 'requester-cancelled' ? 'cancelled' : state === 'sent' ? 'requested' : 'in-progress',
    intent: 'order',
    businessStatus: { coding: [{ system: CORRECTION_SYSTEMS[state === 'sent' ? 'own' : 'status'], code: state }] },
    code: { coding: [{ system: CORRECTION_SYSTEMS.task, code: ASK_CODE }] },
    lastModified: at,
    owner: named(from),
    input: [
      {
        type: { coding: [{ system: CORRECTION_SYSTEMS.communication, code: ASK_CODE }] },
        valueReference: { reference: ask },
      },
    ],
    ...(text === '' ? {} : { note: [{ text }] }),
  };
}

/** For the operation `$correction-request`: what is asked, and a copy of the record as it stands. */
export function correctionBundle(messages: readonly Resource[], record: Resource, urls: readonly string[]): Resource {
  const [about, ...others] = urls;
  const reference = (resource: Resource): Resource => {
    const payload = (resource.payload as Fields[]).map((part) =>
      part.contentReference === undefined
        ? part
        : { contentReference: { ...(part.contentReference as Fields), reference: about } },
    );
    const { partOf: _partOf, ...rest } = resource;
    return { ...rest, resourceType: 'Communication', payload };
  };
  const { id: _id, ...own } = record;
  return {
    resourceType: 'Bundle',
    meta: { profile: [CORRECTION_PROFILES.bundle] },
    type: 'collection',
    entry: [
      ...messages.map((message, at) => ({ fullUrl: others[at], resource: reference(message) })),
      { fullUrl: about, resource: { ...own, resourceType: record.resourceType } },
    ],
  };
}
