// The head of a document: whose it is, who wrote it, who keeps it, which visit it tells of.
import type { Fields } from '../../import/json-records.ts';
import { v3 } from './code-systems.ts';
import {
  addressesOf,
  calledText,
  compact,
  conceptOf,
  conceptText,
  filled,
  identifiersOf,
  periodOf,
  personNamesOf,
  startOf,
  telecomsOf,
  timeOf,
  toldConcept,
} from './datatypes.ts';
import type { People } from './people.ts';
import { type Made, type Reading, type Reference, referenceTo } from './reading.ts';
import { attributeOf, childOf, childrenOf, plainText, type XmlElement } from './xml.ts';

const GENDERS: Readonly<Record<string, string>> = { F: 'female', M: 'male', UN: 'other', O: 'other', UNK: 'unknown' };

export const genderOf = (element: XmlElement | undefined): string => {
  const code = attributeOf(element, 'code') || attributeOf(element, 'nullFlavor');
  return Object.hasOwn(GENDERS, code) ? GENDERS[code] : '';
};

/** Null: it names no patient. */
export function readPatient(reading: Reading, recordTarget: XmlElement | undefined): Made | null {
  const role = childOf(recordTarget, 'patientRole');
  const person = childOf(role, 'patient');
  if (role === undefined) return null;
  const identifier = identifiersOf(childrenOf(role, 'id'));
  const name = personNamesOf(childrenOf(person, 'name'));
  const birthDate = timeOf(childOf(person, 'birthTime')).slice(0, 10);
  const marital = toldConcept(childOf(person, 'maritalStatusCode'), reading.textOf);
  const [number] = identifier;
  const key = number ? `${number.system}|${number.value}` : `${calledText(name[0])}|${birthDate}`;
  const made = reading.addNamed('Patient', key, {
    extension: [...ethnicities(reading, person), ...otherExtensions(reading, person)],
    identifier,
    name,
    telecom: telecomsOf(childrenOf(role, 'telecom')),
    gender: genderOf(childOf(person, 'administrativeGenderCode')),
    birthDate,
    ...deceasedOf(person),
    address: addressesOf(childrenOf(role, 'addr')),
    maritalStatus: marital,
    contact: childrenOf(person, 'guardian').flatMap((each) => contactOf(reading, each) ?? []),
    communication: childrenOf(person, 'languageCommunication').flatMap((each) => languageOf(each) ?? []),
  });
  reading.isOf(key, referenceTo(made, calledText(name[0])));
  return made;
}

function deceasedOf(person: XmlElement | undefined): Fields {
  const when = timeOf(childOf(person, 'sdtc:deceasedTime'));
  if (when !== '') return { deceasedDateTime: when };
  const is = attributeOf(childOf(person, 'sdtc:deceasedInd'), 'value');
  return is === 'true' || is === 'false' ? { deceasedBoolean: is === 'true' } : {};
}

function languageOf(element: XmlElement): Fields | undefined {
  const code = attributeOf(childOf(element, 'languageCode'), 'code');
  if (code === '') return undefined;
  const preference = attributeOf(childOf(element, 'preferenceInd'), 'value');
  return {
    language: { coding: [{ system: 'urn:ietf:bcp:47', code }] },
    ...(preference === '' ? {} : { preferred: preference === 'true' }),
  };
}

function contactOf(reading: Reading, role: XmlElement): Fields | undefined {
  const person = childOf(role, 'guardianPerson') ?? childOf(role, 'associatedPerson') ?? childOf(role, 'relatedPerson');
  const relationship = toldConcept(childOf(role, 'code'), reading.textOf);
  const [name] = personNamesOf(childrenOf(person, 'name'));
  const organization = plainText(childOf(role, 'guardianOrganization', 'name'));
  return filled({
    relationship: relationship ? [relationship] : [],
    name: name ?? (organization === '' ? undefined : { text: organization }),
    telecom: telecomsOf(childrenOf(role, 'telecom')),
    address: addressesOf(childrenOf(role, 'addr'))[0],
  });
}

const US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';
/** Of the CDC's races and ethnicities those that the rules of the U.S. government count by; all others are finer. */
const OMB = new Set(['1002-5', '2028-9', '2054-5', '2076-8', '2106-3', '2135-2', '2186-5']);

function ethnicities(reading: Reading, person: XmlElement | undefined): Fields[] {
  const kinds: [string, string[]][] = [
    ['race', ['raceCode', 'sdtc:raceCode']],
    ['ethnicity', ['ethnicGroupCode', 'sdtc:ethnicGroupCode']],
  ];
  return kinds.flatMap(([kind, names]) => {
    const concepts = childrenOf(person, ...names).flatMap(
      (each) => toldConcept(each, reading.textOf) ?? [],
    ) as Fields[];
    if (concepts.length === 0) return [];
    const codings = concepts.flatMap(({ coding }) => (coding as Fields[] | undefined) ?? []);
    const parts = codings.map((valueCoding) => ({
      url: OMB.has(String(valueCoding.code)) ? 'ombCategory' : 'detailed',
      valueCoding,
    }));
    const text = { url: 'text', valueString: concepts.map(conceptText).join(', ') };
    return [{ url: US_CORE + kind, extension: [...parts, text] }];
  });
}

const EXTENSIONS = 'http://hl7.org/fhir/StructureDefinition/';

function otherExtensions(reading: Reading, person: XmlElement | undefined): Fields[] {
  const religion = toldConcept(childOf(person, 'religiousAffiliationCode'), reading.textOf);
  const [address] = addressesOf(childrenOf(childOf(person, 'birthplace', 'place'), 'addr'));
  return [
    ...(religion ? [{ url: `${EXTENSIONS}patient-religion`, valueCodeableConcept: religion }] : []),
    ...(address ? [{ url: `${EXTENSIONS}patient-birthPlace`, valueAddress: address }] : []),
  ];
}

/** People whom the head names beside the patient: related to her, or to be called. */
export function readRelated(reading: Reading, root: XmlElement): void {
  const entities = [
    ...childrenOf(root, 'participant').map((each) => childOf(each, 'associatedEntity')),
    ...childrenOf(root, 'informant').map((each) => childOf(each, 'relatedEntity')),
  ];
  const seen = new Set<string>();
  for (const entity of entities) {
    const person = childOf(entity, 'associatedPerson') ?? childOf(entity, 'relatedPerson');
    const name = personNamesOf(childrenOf(person, 'name'));
    if (entity === undefined || name.length === 0 || reading.patient === null) continue;
    const role = toldConcept(childOf(entity, 'code'), reading.textOf);
    const kind = attributeOf(entity, 'classCode');
    const klass = kind === '' ? [] : [{ coding: [{ system: v3('RoleClass'), code: kind }] }];
    const key = [reading.patient.reference, calledText(name[0]), conceptText(role), kind].join(' ');
    if (seen.has(key)) continue;
    seen.add(key);
    reading.addNamed('RelatedPerson', key, {
      identifier: identifiersOf(childrenOf(entity, 'id')),
      patient: reading.patient,
      relationship: role ? [role] : klass,
      name,
      telecom: telecomsOf(childrenOf(entity, 'telecom')),
      address: addressesOf(childrenOf(entity, 'addr')),
    });
  }
}

/** The visit that the document tells of. */
export function readEncounter(reading: Reading, people: People, root: XmlElement): void {
  const visit = childOf(root, 'componentOf', 'encompassingEncounter');
  if (visit === undefined) return;
  const code = childOf(visit, 'code');
  const parties = childrenOf(visit, 'responsibleParty', 'encounterParticipant').flatMap((each) => {
    const individual = people.of(childOf(each, 'assignedEntity'));
    const kind = attributeOf(each, 'typeCode') || 'RESP';
    if (individual === undefined) return [];
    const type = [{ coding: [{ system: v3('ParticipationType'), code: kind === 'RESP' ? 'PPRF' : kind }] }];
    return people
      .only([individual], 'Practitioner', 'PractitionerRole', 'RelatedPerson')
      .map((one) => ({ type, individual: one }));
  });
  const location = people.location(childOf(visit, 'location', 'healthCareFacility'));
  const disposition = toldConcept(childOf(visit, 'dischargeDispositionCode'), reading.textOf);
  const type = toldConcept(code, reading.textOf);
  const made = reading.add(
    'Encounter',
    {
      status: 'finished',
      class: encounterClass(code),
      type: type ? [type] : [],
      subject: reading.patient,
      participant: parties,
      period: periodOf(childOf(visit, 'effectiveTime')),
      hospitalization: disposition ? { dischargeDisposition: disposition } : undefined,
      location: location ? [{ location }] : [],
    },
    visit,
  );
  reading.encounter = referenceTo(made);
}

const CLASSES = new Set(['AMB', 'EMER', 'FLD', 'HH', 'IMP', 'ACUTE', 'NONAC', 'OBSENC', 'PRENC', 'SS', 'VR']);

/** How a visit is counted; `class` must be told, so that unknown is told as unknown. */
export function encounterClass(code: XmlElement | undefined): Fields {
  const all = code ? [code, ...childrenOf(code, 'translation')] : [];
  const found = all.find((each) => CLASSES.has(attributeOf(each, 'code')));
  if (found === undefined) return { system: v3('NullFlavor'), code: 'UNK', display: 'unknown' };
  return compact({
    system: v3('ActCode'),
    code: attributeOf(found, 'code'),
    display: attributeOf(found, 'displayName'),
  });
}

/** Those who cared for her in the time that the document tells of. */
export function readCareTeam(reading: Reading, people: People, root: XmlElement): void {
  for (const event of childrenOf(root, 'documentationOf').flatMap((each) => childrenOf(each, 'serviceEvent'))) {
    const participant = childrenOf(event, 'performer').flatMap((each) => {
      const member = people.of(childOf(each, 'assignedEntity'));
      const role = toldConcept(childOf(each, 'functionCode'), reading.textOf);
      const period = periodOf(childOf(each, 'time'));
      return member ? [compact({ role: role ? [role] : [], member, period })] : [];
    });
    if (participant.length === 0) continue;
    reading.add('CareTeam', {
      status: 'active',
      name: 'Care team of the document',
      subject: reading.patient,
      period: periodOf(childOf(event, 'effectiveTime')),
      participant,
    });
  }
}

const CONFIDENTIALITY = new Set(['U', 'L', 'M', 'N', 'R', 'V']);

/** Everything of the document itself but its sections. */
export function compositionOf(reading: Reading, people: People, root: XmlElement): Fields {
  const attester = [
    ...['legalAuthenticator', 'authenticator'].flatMap((kind) =>
      childrenOf(root, kind).flatMap((each) => {
        const party = people.of(childOf(each, 'assignedEntity'));
        const mode = kind === 'authenticator' ? 'professional' : 'legal';
        return party ? [compact({ mode, time: timeOf(childOf(each, 'time')), party })] : [];
      }),
    ),
  ];
  const event = childrenOf(root, 'documentationOf').flatMap((each) =>
    childrenOf(each, 'serviceEvent').flatMap((service) => {
      const code = conceptOf(childOf(service, 'code'), reading.textOf);
      return filled({ code: code ? [code] : [], period: periodOf(childOf(service, 'effectiveTime')) }) ?? [];
    }),
  );
  const confidentiality = attributeOf(childOf(root, 'confidentialityCode'), 'code');
  const [identifier] = identifiersOf(childrenOf(root, 'id'));
  const author = childrenOf(root, 'author').flatMap((each) => people.of(childOf(each, 'assignedAuthor')) ?? []);
  const type = conceptOf(childOf(root, 'code'), reading.textOf) ?? { text: 'Clinical document' };
  return {
    language: attributeOf(childOf(root, 'languageCode'), 'code'),
    identifier,
    status: 'final',
    type,
    subject: reading.patient,
    encounter: reading.encounter,
    date: reading.date,
    author: author.length > 0 ? author : [{ display: 'not told' }],
    title: plainText(childOf(root, 'title')) || conceptText(type),
    confidentiality: CONFIDENTIALITY.has(confidentiality) ? confidentiality : '',
    attester,
    custodian: custodianOf(people, root),
    relatesTo: childrenOf(root, 'relatedDocument').flatMap((each) => relationOf(each) ?? []),
    event,
  };
}

export const custodianOf = (people: People, root: XmlElement): Reference | undefined =>
  people.organization(childOf(root, 'custodian', 'assignedCustodian', 'representedCustodianOrganization'));

const RELATIONS: Readonly<Record<string, string>> = { RPLC: 'replaces', APND: 'appends', XFRM: 'transforms' };

function relationOf(element: XmlElement): Fields | undefined {
  const kind = attributeOf(element, 'typeCode');
  const [targetIdentifier] = identifiersOf(childrenOf(childOf(element, 'parentDocument'), 'id'));
  if (!Object.hasOwn(RELATIONS, kind) || targetIdentifier === undefined) return undefined;
  return { code: RELATIONS[kind], targetIdentifier };
}

/** Time of the document. */
export const documentTime = (root: XmlElement): string => startOf(childOf(root, 'effectiveTime'));
