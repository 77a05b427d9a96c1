// Results by test: the newest value with what its source says of it and how it went before; or report by report.
import type { Category, ReportInfo, TestInfo } from '@hale/home';
import { DIASTOLIC, pressureIn, SYSTOLIC } from '@hale/vault/records/measured';
import { useSignal } from '@preact/signals';
import { useAsked } from '../../app/asking.ts';
import { call, ofSubject, query, setQuery } from '../../app/state.ts';
import { Spark } from '../../chart/spark.tsx';
import { Segments, TextField } from '../../ui/field.tsx';
import { Answer, Empty } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { Head } from './head.tsx';
import { pressureText, rangeSaid, valueText } from './measured.ts';
import { Flag } from './parts.tsx';
import { CATEGORY_ICONS, writtenDate } from './said.ts';

export const testAddress = (key: string): string => `#/records/test?key=${encodeURIComponent(key)}`;

export function ResultsPage({ category }: { category: Category }) {
  const asked = useAsked(() => call('records.results', ofSubject()));
  const { records } = words.value;
  const isByReport = category === 'results' && query.value.get('by') === 'report';
  return (
    <div class="page">
      <Head title={records.categories[category]} canPrint />
      <Answer asked={asked.value} again={asked.again}>
        {({ tests, reports }) => {
          const own = tests.filter((test) => test.category === category);
          return (
            <>
              {category === 'results' && reports.length > 0 && (
                <div class="no-print">
                  <Segments
                    label={records.categories.results}
                    value={isByReport ? 'report' : 'test'}
                    onValue={(by) => setQuery({ by: by === 'report' ? by : null })}
                    options={[
                      ['test', records.byTest],
                      ['report', records.byReport],
                    ]}
                  />
                </div>
              )}
              {isByReport ? <Reports reports={reports} /> : <Tests tests={own} category={category} />}
            </>
          );
        }}
      </Answer>
    </div>
  );
}

const FILTERED_FROM = 8;
/** Longer results stand under the name of their test. */
const WORD_UNITS_MAX = 24;

function Tests({ tests, category }: { tests: readonly TestInfo[]; category: Category }) {
  const wanted = useSignal('');
  const { records } = words.value;
  if (tests.length === 0)
    return (
      <div class="card">
        <Empty icon={CATEGORY_ICONS[category]} title={records.noTests} />
      </div>
    );
  const parts = wanted.value.toLowerCase().split(/\s+/);
  const shown = rowsOf(tests).filter(({ test, diastolic }) => {
    const named = [test, ...(diastolic ? [diastolic] : [])].map(({ title, loinc }) => `${title} ${loinc}`);
    const all = [...named, diastolic ? words.value.pressure.title : ''].join(' ').toLowerCase();
    return parts.every((part) => all.includes(part));
  });
  return (
    <section class="card stack">
      {tests.length >= FILTERED_FROM && (
        <div class="no-print">
          <TextField
            label={records.filterTests}
            type="search"
            value={wanted.value}
            onValue={(text) => {
              wanted.value = text;
            }}
          />
        </div>
      )}
      {shown.length === 0 && <p class="quiet">{records.noneFound}</p>}
      <ul class="record-list">
        {shown.map((row) => (
          <li key={row.test.key}>
            <TestRow row={row} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A row of the list: one test, or the two of a blood pressure. */
interface Row {
  test: TestInfo;
  diastolic: TestInfo | null;
}

/** The two halves of the newest blood pressure are one line. */
function rowsOf(tests: readonly TestInfo[]): Row[] {
  const [systolic, diastolic] = [SYSTOLIC, DIASTOLIC].map((code) => tests.find(({ key }) => key === `loinc:${code}`));
  const isOne =
    systolic !== undefined &&
    diastolic !== undefined &&
    systolic.latest.record === diastolic.latest.record &&
    pressureIn([systolic, diastolic].map(({ latest, loinc }) => ({ ...latest, loinc }))) !== null;
  return tests
    .filter((test) => !isOne || test !== diastolic)
    .map((test) => ({ test, diastolic: isOne && test === systolic ? diastolic : null }));
}

function TestRow({ row: { test, diastolic } }: { row: Row }) {
  const { records, pressure } = words.value;
  const { latest, spark } = test;
  const title = diastolic ? pressure.title : test.title;
  const range = rangeSaid(latest, test.category);
  const text = diastolic ? pressureText(latest, diastolic.latest) : valueText(latest);
  const isSentence = latest.value === null && text.length > WORD_UNITS_MAX;
  const [from = 0] = spark.at;
  const to = spark.at.at(-1) ?? 0;
  const usual = {
    ...(latest.low === null ? {} : { low: latest.low }),
    ...(latest.high === null ? {} : { high: latest.high }),
  };
  const isBounded = latest.low !== null || latest.high !== null;
  return (
    <a class={`test-row ${isSentence ? 'sentence' : ''}`} href={testAddress(test.key)}>
      <span class="record-what">
        <strong>{title}</strong>
        <span class="quiet small">
          {[writtenDate(latest.written, true), test.count > 1 && records.values(test.count)]
            .filter(Boolean)
            .join(' · ')}
        </span>
        {isSentence && <span class="small">{text}</span>}
      </span>
      <span class="test-value">
        {!isSentence && <strong>{text}</strong>}
        {range !== '' && <span class="caption">{range}</span>}
      </span>
      <Flag point={latest} />
      <span class="test-spark">
        {spark.at.length > 1 && (
          <Spark
            columns={{ at: spark.at, mean: spark.value, min: [], max: [], count: [] }}
            fromMicros={from}
            toMicros={to}
            gapMicros={0}
            label={records.sparkLabel(title, records.values(spark.at.length))}
            usual={isBounded ? usual : null}
          />
        )}
      </span>
    </a>
  );
}

function Reports({ reports }: { reports: readonly ReportInfo[] }) {
  const { records } = words.value;
  return (
    <section class="card">
      <ul class="record-list">
        {reports.map(({ id, title, written, count }) => (
          <li key={id}>
            <a class="record-row" href={`#/record/${id}`}>
              <span class="record-when">{written === '' ? '' : writtenDate(written, true)}</span>
              <span class="record-what">
                <strong>{title}</strong>
                <span class="quiet small">{records.resultsCount(count)}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
