// One record: what it says in the words of its source, what she says to it, where it comes from, how it came to be so, what the check finds, and the
// data itself.
import type { RecordShown } from '@hale/home';
import { useAsked } from '../../app/asking.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Answer } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { zoneLine } from '../../words/numbers.ts';
import { Amendments } from './amend.tsx';
import { Attachments } from './attachments.tsx';
import { Details, Origin, Versions } from './behind.tsx';
import { CorrectionHere } from './corrections.tsx';
import { Facts, Text } from './facts.tsx';
import { Head } from './head.tsx';
import { rangeSaid, valueText } from './measured.ts';
import { NeverTold } from './never-told.tsx';
import { Flag, ResultTable } from './parts.tsx';
import { testAddress } from './results.tsx';
import { Chips } from './row.tsx';
import { hasTimes, kindWord, nameOf, writtenDate } from './said.ts';
import { Sensitive } from './sensitive.tsx';
import { Study } from './study.tsx';

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
            <span>{kindWord(record)}</span>
            {written !== '' && <span>{writtenDate(written)}</span>}
            {record.brief.isDirective && <strong>{records.directiveVerify}</strong>}
            <Chips record={{ ...record, amended: 0 }} />
            {hasTimes(record.resource) && <span class="caption">{zoneLine()}</span>}
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
      <Sensitive record={record} />
      <Amendments record={record} />
      <CorrectionHere record={record} />
      <NeverTold record={record} />
      <Origin record={record} />
      <Versions record={record} />
      <Details record={record} />
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
  const range = rangeSaid(only, record.category);
  return (
    <section class="card row apart" aria-label={records.value}>
      <div class="stack tight">
        <span class="value words">{valueText(only)}</span>
        {range !== '' && <span class="small quiet">{range}</span>}
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
      <ResultTable
        rows={rows}
        label={records.panels}
        category={record.category}
        linkOf={({ test }) => testAddress(test)}
      />
    </section>
  );
}
