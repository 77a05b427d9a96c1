// One test over time: its values on the chart that telemetry has, with the readings of the same kind from devices on the same axis, and as a table.
import type { ResultPoint, StreamInfo, TestInfo, TestShown } from '@hale/home';
import { DIASTOLIC, SYSTOLIC } from '@hale/vault/records/measured';
import { useMemo } from 'preact/hooks';
import { useAsked } from '../../app/asking.ts';
import { call, ofSubject, query } from '../../app/state.ts';
import { SeriesFigure } from '../../chart/figure.tsx';
import type { ChartSource } from '../../chart/source.ts';
import { newest } from '../../chart/view.ts';
import { Calendar, DAY_MICROS } from '../../clinical/civil.ts';
import { Icon } from '../../ui/icon.tsx';
import { Answer } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { kindTitle } from '../../words/kinds.ts';
import { zone, zoneLine } from '../../words/numbers.ts';
import { shownUnit } from '../../words/units.ts';
import { sourceOf } from '../series.tsx';
import { Head } from './head.tsx';
import { rangeSaid, valueText } from './measured.ts';
import { Flag, ResultTable } from './parts.tsx';
import { testAddress } from './results.tsx';
import { writtenDate } from './said.ts';

type Dated = ResultPoint & { at: number; value: number };
const isDated = (point: ResultPoint): point is Dated => point.at !== null && point.value !== null;

/** What tells only its day stands on that day in the zone in use: midnight in London is the evening before in New York. */
function placed(point: Dated): Dated {
  if (point.written.includes('T')) return point;
  return { ...point, at: new Calendar(zone.value).startOf(Math.floor(point.at / DAY_MICROS)) };
}

export function TestPage() {
  const asked = useAsked(async () => {
    const subject = ofSubject();
    const shown = await call('records.result', { ...subject, test: query.peek().get('key') ?? '' });
    const streams = shown.streams.length === 0 ? [] : await call('streams', subject);
    return {
      shown,
      other: await otherHalf(shown.test),
      streams: streams.filter(({ key, firstMicros }) => shown.streams.includes(key) && firstMicros !== null),
    };
  });
  return (
    <div class="page">
      <Answer asked={asked.value} again={asked.again}>
        {({ shown, other, streams }) => <TestOf shown={shown} other={other} streams={streams} />}
      </Answer>
    </div>
  );
}

/** Of a blood pressure the half that the list does not lead to. */
async function otherHalf({ loinc, key }: TestInfo): Promise<TestInfo | null> {
  const other = loinc === SYSTOLIC ? DIASTOLIC : loinc === DIASTOLIC ? SYSTOLIC : null;
  if (other === null || key !== `loinc:${loinc}`) return null;
  const { tests } = await call('records.results', ofSubject());
  return tests.find((test) => test.key === `loinc:${other}`) ?? null;
}

function TestOf(props: { shown: TestShown; other: TestInfo | null; streams: readonly StreamInfo[] }) {
  const { test, points } = props.shown;
  const { other, streams } = props;
  const { records } = words.value;
  const { latest } = test;
  const range = rangeSaid(latest, test.category);
  return (
    <>
      <Head
        title={test.title}
        to={`#/records/${test.category}`}
        toName={records.categories[test.category]}
        canPrint
        lead={
          <span class="row">
            <strong class="latest">{valueText(latest)}</strong>
            <Flag point={latest} />
            <span>{writtenDate(latest.written)}</span>
            {other !== null && (
              <a class="no-print" href={testAddress(other.key)}>
                {other.title}
              </a>
            )}
            {range !== '' && <span>{range}</span>}
            {points.some(({ written }) => written.includes('T')) && <span class="caption">{zoneLine()}</span>}
          </span>
        }
      />
      <Trend test={test} points={points} streams={streams} />
      <section class="card stack">
        <h2 class="h3">{records.allValues}</h2>
        <ResultTable
          rows={points}
          label={records.allValues}
          category={test.category}
          linkOf={({ record }) => `#/record/${record}`}
        />
        {test.loinc !== '' && <p class="caption">LOINC {test.loinc}</p>}
      </section>
    </>
  );
}

/** Values of the records alone: nothing is missing between two visits to a laboratory. */
function recordsSource(test: TestInfo, dated: readonly Dated[]): ChartSource {
  const rising = [...dated].reverse();
  const columns = {
    at: rising.map(({ at }) => at),
    mean: rising.map(({ value }) => value),
    min: [],
    max: [],
    count: [],
  };
  return {
    id: `${test.key}/${dated.length}/${rising.at(-1)?.at}`,
    title: test.title,
    kind: 'result',
    unit: test.ucum || test.unit,
    isByDay: dated.every(({ written }) => !written.includes('T')),
    bounds: { first: rising[0].at, last: rising.at(-1)?.at ?? 0 },
    load: async () => ({ columns, level: 'raw', gapMicros: 0, gaps: [], isReduced: false }),
  };
}

/** The series with most readings, with the values of the records on it. */
function sameAxisSource(test: TestInfo, stream: StreamInfo, dated: readonly Dated[]): ChartSource {
  const source = sourceOf(stream, stream.lastMicros ?? 0);
  const marks = [...dated].reverse().map(({ at, value }) => ({ at, value }));
  return {
    ...source,
    title: test.title,
    marks,
    bounds: {
      first: Math.min(source.bounds.first, marks[0].at),
      last: Math.max(source.bounds.last, marks.at(-1)?.at ?? 0),
    },
  };
}

/** Between two visits to a laboratory lie months. */
const VISITS = ['year', 'fiveYears'] as const;

function Trend({
  test,
  points,
  streams,
}: {
  test: TestInfo;
  points: readonly ResultPoint[];
  streams: readonly StreamInfo[];
}) {
  const { records } = words.value;
  const dated = useMemo(() => points.filter(isDated).map(placed), [points, zone.value]);
  // A series that holds nothing but these values adds nothing, and has no gaps between two visits to a laboratory.
  const [stream] = streams.filter(({ samples }) => samples > dated.length).sort((a, b) => b.samples - a.samples);
  const source = useMemo(() => {
    if (dated.length === 0) return null;
    return stream ? sameAxisSource(test, stream, dated) : recordsSource(test, dated);
  }, [dated, stream?.key, stream?.lastMicros]);
  const { low, high } = test.latest;
  const usual = useMemo(() => {
    const { of } = shownUnit(source?.kind ?? '', source?.unit ?? '');
    return low === null && high === null
      ? null
      : { ...(low === null ? {} : { low: of(low) }), ...(high === null ? {} : { high: of(high) }) };
  }, [low, high, source]);
  if (source === null) return <p class="quiet">{records.wordsOnly}</p>;
  if (dated.length < 2 && !stream) return <p class="quiet">{records.oneValue}</p>;
  return (
    <SeriesFigure
      source={source}
      initial={newest(source.bounds)}
      name={test.title.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}
      usual={usual}
      {...(stream ? {} : { spans: VISITS })}
      note={
        <div class="stack tight">
          {usual && <p class="small quiet">{records.rangeFrom}</p>}
          {stream && (
            <p class="small quiet">
              <span class="mark-diamond" aria-hidden="true" /> {records.sameAxis}
            </p>
          )}
          {streams.length > 0 && (
            <p class="row small no-print">
              {records.seriesOfSame}:
              {streams.map((each) => (
                <a class="chip link" key={each.key} href={`#/series/${encodeURIComponent(each.key)}`}>
                  <Icon name="today" />
                  {kindTitle(each)}
                </a>
              ))}
            </p>
          )}
        </div>
      }
    />
  );
}
