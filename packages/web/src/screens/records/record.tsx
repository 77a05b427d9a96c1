// One record: what it says in the words of its source, what she says to it, where it comes from, how it came to be so, what the check finds, and the
// data itself.
import type { RecordShown } from '@hale/home';
import { useMemo } from 'preact/hooks';
import { useAsked } from '../../app/asking.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Answer } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { Amendments } from './amend.tsx';
import { Attachments } from './attachments.tsx';
import { Check, Json, Origin, Versions } from './behind.tsx';
import { CorrectionHere } from './corrections.tsx';
import { Head } from './head.tsx';
import { Narrative, textOfRecord } from './narrative.tsx';
import { NeverTold } from './never-told.tsx';
import { Flag, ResultTable } from './parts.tsx';
import { testAddress } from './results.tsx';
import { Chips } from './row.tsx';
import { nameOf, rangeText, typeWord, valueText, writtenDate } from './said.ts';
import { Study } from './study.tsx';
import { codesOf, FieldList, type Fields, isFields, listOf, toldFields, type Within } from './values.tsx';

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

export function RecordPage({ of }: { of: string }) {
  const asked = useAsked(() => call('record', { ...ofSubject(), record: of }));
  return (
    <div class="page">
      <Answer asked={asked.value} again={asked.again}>
        {(record) => <Shown record={record} />}
      </Answer>
    </div>
  );
}

function Shown({ record }: { record: RecordShown }) {
  const { records } = words.value;
  const { category, written } = record;
  return (
    <>
      <Head
        title={nameOf(record)}
        to={`#/records/${category}`}
        toName={records.categories[category]}
        canPrint
        lead={
          <span class="row">
            <span>{typeWord(record.type)}</span>
            {written !== '' && <span>{writtenDate(written)}</span>}
            <Chips record={{ ...record, amended: 0 }} />
          </span>
        }
      />
      {record.notes.map((note) => (
        <p class="small quiet" key={note}>
          {records.notes[note] ?? note}
        </p>
      ))}
      {record.type === 'Observation' && <Value record={record} />}
      {record.type === 'ImagingStudy' && <Study record={record} />}
      <Facts record={record} />
      <Results record={record} />
      <Attachments record={record} />
      <Text record={record} />
      <Amendments record={record} />
      <CorrectionHere record={record} />
      <NeverTold record={record} />
      <Origin record={record} />
      <Versions record={record} />
      <Check record={record} />
      <Json record={record} />
    </>
  );
}

const useResults = (record: RecordShown) =>
  useAsked(() => call('record.results', { ...ofSubject(), record: record.id }));

/** The value of a single result in large letters, with the way to its trend. */
function Value({ record }: { record: RecordShown }) {
  const asked = useResults(record);
  const { records } = words.value;
  const own = asked.value.value?.filter((row) => row.record === record.id) ?? [];
  const [only] = own;
  if (own.length !== 1) return null;
  const range = rangeText(only);
  return (
    <section class="card row apart" aria-label={records.value}>
      <div class="stack tight">
        <span class="value words">{valueText(only)}</span>
        {range !== '' && <span class="small quiet">{records.usual(range)}</span>}
      </div>
      <Flag point={only} />
      <a class="button no-print" href={testAddress(only.test)}>
        {records.trend}
      </a>
    </section>
  );
}

/** Values of a panel, of a report, of the parts of one observation. */
function Results({ record }: { record: RecordShown }) {
  const asked = useResults(record);
  const { records } = words.value;
  const rows = asked.value.value ?? [];
  if (rows.length === 0 || (rows.length === 1 && record.type === 'Observation')) return null;
  return (
    <section class="card stack" aria-label={records.panels}>
      <h2 class="h3">{records.panels}</h2>
      <ResultTable rows={rows} label={records.panels} linkOf={({ test }) => testAddress(test)} />
    </section>
  );
}

export function withinOf({ references, resource }: Pick<RecordShown, 'references' | 'resource'>): Within {
  return { references, contained: listOf((resource as Fields).contained).filter(isFields) };
}

export function Facts({ record }: { record: Pick<RecordShown, 'type' | 'resource' | 'references'> }) {
  const { records } = words.value;
  const { type } = record;
  const resource = record.resource as Fields;
  const first = Object.hasOwn(FIRST, type) ? FIRST[type] : [];
  const besides = useMemo(() => new Set(Object.hasOwn(BESIDES, type) ? BESIDES[type] : []), [type]);
  const codes = codesOf(resource.code ?? resource.vaccineCode ?? resource.medicationCodeableConcept);
  const within = withinOf(record);
  const identifiers = listOf(resource.identifier);
  if (toldFields(resource, first, besides).length === 0 && codes.length === 0) return null;
  return (
    <section class="card stack" aria-label={records.what}>
      <h2 class="h3">{records.what}</h2>
      <FieldList of={resource} within={within} first={first} besides={besides} />
      {(codes.length > 0 || identifiers.length > 0) && (
        <details class="fold no-print">
          <summary class="small">
            {records.codesOf} · {records.identifiers}
          </summary>
          <ul class="small record-values">
            {codes.map((code) => (
              <li key={code}>{code}</li>
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

/** A document is its text; elsewhere the text repeats what the fields say, and is folded away. */
function Text({ record }: { record: RecordShown }) {
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
function Entries({ record, section }: { record: RecordShown; section: unknown[] }) {
  const found = section.filter(isFields).flatMap(({ reference }) => record.references[String(reference)] ?? []);
  return (
    <ul class="record-values small">
      {found.map(({ id, title }) => (
        <li key={id}>
          <a href={`#/record/${id}`}>{title || words.value.records.open}</a>
        </li>
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
