// What a record says: its fields in the order in which one asks, and its text. The same for one's own records and for copies that others gave.
import type { RecordShown } from '@hale/home';
import { useMemo } from 'preact/hooks';
import { words } from '../../words/index.ts';
import { unsaid } from './about.ts';
import { type Fields, isFields, listOf } from './fields.ts';
import { figure, rounded } from './measured.ts';
import { Narrative, textOfRecord } from './narrative.tsx';
import { codesOf, FieldList, toldFields, type Within } from './values.tsx';

/** Fields in the order in which one asks, of a choice of types its stem; what is not named comes behind. */
const FIRST: Readonly<Record<string, readonly string[]>> = {
  AllergyIntolerance: [
    'code',
    'reaction',
    'criticality',
    'category',
    'type',
    'clinicalStatus',
    'verificationStatus',
    'onset',
  ],
  CarePlan: ['title', 'description', 'status', 'period', 'activity', 'goal', 'addresses', 'careTeam', 'category'],
  Consent: ['provision', 'category', 'policyRule', 'dateTime', 'source', 'performer', 'status', 'scope'],
  Condition: ['code', 'clinicalStatus', 'verificationStatus', 'severity', 'onset', 'abatement', 'bodySite'],
  DiagnosticReport: ['conclusion', 'effective', 'status', 'performer', 'category'],
  DocumentReference: ['type', 'description', 'date', 'author', 'custodian'],
  Encounter: ['type', 'class', 'period', 'reason', 'serviceProvider', 'participant', 'diagnosis', 'status'],
  Immunization: [
    'vaccineCode',
    'occurrence',
    'protocolApplied',
    'lotNumber',
    'manufacturer',
    'site',
    'route',
    'performer',
  ],
  MedicationRequest: [
    'medication',
    'dosageInstruction',
    'status',
    'authoredOn',
    'requester',
    'reason',
    'dispenseRequest',
  ],
  MedicationStatement: ['medication', 'dosage', 'status', 'effective', 'reason'],
  Observation: ['value', 'interpretation', 'referenceRange', 'component', 'effective', 'status', 'performer', 'method'],
  Patient: ['name', 'birthDate', 'gender', 'address', 'telecom', 'deceased'],
  Procedure: ['code', 'performed', 'status', 'reason', 'bodySite', 'performer', 'outcome', 'location'],
};
/** Named by the title of the page, and told by its table of results. */
const BESIDES: Readonly<Record<string, readonly string[]>> = {
  Observation: ['code', 'hasMember'],
  DiagnosticReport: ['code', 'result', 'presentedForm'],
  DocumentReference: ['content'],
  Composition: ['section'],
  ImagingStudy: ['series'],
  Media: ['content'],
  Patient: ['photo'],
  Practitioner: ['photo'],
  Binary: ['data', 'contentType'],
};

/** What these parts show: a record of one's own, or a copy, in which nothing leads to records of one's own. */
export type Told = Pick<RecordShown, 'type' | 'resource' | 'references'> &
  Partial<Pick<RecordShown, 'brief' | 'written'>> & { isCopy?: boolean };

export function withinOf({ references, resource, isCopy = false }: Omit<Told, 'type'>): Within {
  return { references, isCopy, contained: listOf((resource as Fields).contained).filter(isFields) };
}

export function Facts({ record }: { record: Told }) {
  const { records } = words.value;
  const { type } = record;
  const resource = record.resource as Fields;
  const first = Object.hasOwn(FIRST, type) ? FIRST[type] : [];
  const besides = useMemo(() => new Set(Object.hasOwn(BESIDES, type) ? BESIDES[type] : []), [type]);
  const codes = codesOf(resource.code ?? resource.vaccineCode ?? resource.medicationCodeableConcept);
  const within = withinOf(record);
  const exact = exactIn(resource);
  const identifiers = listOf(resource.identifier);
  const missing = record.brief ? unsaid({ type, brief: record.brief, written: record.written ?? '' }) : [];
  if (toldFields(resource, first, besides).length === 0 && codes.length === 0) return null;
  return (
    <section class="card stack" aria-label={records.what}>
      <h2 class="h3">{records.what}</h2>
      <FieldList of={resource} within={within} first={first} besides={besides} />
      {missing.length > 0 && <p class="small quiet">{missing.join(' · ')}</p>}
      {(codes.length > 0 || identifiers.length > 0 || exact.length > 0) && (
        <details class="fold no-print">
          <summary class="small">
            {records.codesOf} · {records.identifiers}
          </summary>
          <ul class="small record-values">
            {codes.map((code) => (
              <li key={code}>{code}</li>
            ))}
            {exact.map((each) => (
              <li key={each}>{records.exactly(each)}</li>
            ))}
            {identifiers.filter(isFields).map(({ value, system }, i) => (
              <li key={i} class="file-name">
                {String(value ?? '')} <span class="caption">{String(system ?? '')}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** Values that are shown rounded, as their source gave them. */
function exactIn(resource: Fields): string[] {
  return [resource, ...listOf(resource.component).filter(isFields)].flatMap(({ valueQuantity }) => {
    if (!isFields(valueQuantity) || typeof valueQuantity.value !== 'number') return [];
    const { value, unit, code } = valueQuantity;
    return figure(value) === rounded(value) ? [] : [`${figure(value)} ${String(code ?? unit ?? '')}`.trim()];
  });
}

/** A document is its text; elsewhere the text repeats what the fields say, and is folded away. */
export function Text({ record }: { record: Told }) {
  const { records } = words.value;
  const resource = record.resource as Fields;
  const sections = sectionsOf(resource.section);
  if (sections.length > 0)
    return (
      <section class="card stack" aria-label={records.narrative}>
        <h2 class="h3">{records.narrative}</h2>
        {sections.map(({ title, text }, i) => (
          <section key={i} class="stack tight">
            {title !== '' && <h3 class="small-head">{title}</h3>}
            {textOfRecord(text) ? (
              <Narrative narrative={text} />
            ) : (
              <Entries record={record} section={sections[i].entry} />
            )}
          </section>
        ))}
      </section>
    );
  if (textOfRecord(resource.text) === null) return null;
  const isAll = ['Composition', 'Communication', 'DocumentReference'].includes(record.type);
  return (
    <details class="card fold" open={isAll}>
      <summary>{records.narrative}</summary>
      <Narrative narrative={resource.text} />
    </details>
  );
}

/** A section without words of its own still names what belongs to it. */
function Entries({ record, section }: { record: Told; section: unknown[] }) {
  const found = section.filter(isFields).flatMap(({ reference }) => record.references[String(reference)] ?? []);
  return (
    <ul class="record-values small">
      {found.map(({ id, title }) => (
        <li key={id}>{record.isCopy ? title : <a href={`#/record/${id}`}>{title || words.value.records.open}</a>}</li>
      ))}
    </ul>
  );
}

interface Section {
  title: string;
  text: unknown;
  entry: unknown[];
}

const SECTIONS_MAX = 200;

function sectionsOf(sections: unknown, depth = 0): Section[] {
  if (depth > 4) return [];
  return listOf(sections)
    .filter(isFields)
    .flatMap(({ title, text, entry, section }) => [
      { title: typeof title === 'string' ? title : '', text, entry: listOf(entry) },
      ...(section === undefined ? [] : sectionsOf(section, depth + 1)),
    ])
    .slice(0, SECTIONS_MAX);
}
