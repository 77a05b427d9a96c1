// One series of a share: its latest value, the chart, and the view that a clinician expects of it.
import { useMemo, useState } from 'preact/hooks';
import { SeriesFigure } from '../chart/figure.tsx';
import { isLiveNow } from '../chart/live.ts';
import type { ChartSource } from '../chart/source.ts';
import { Segments } from '../ui/field.tsx';
import { Empty, Loading } from '../ui/states.tsx';
import { ClinicalViewOf, viewOf } from '../views/index.tsx';
import type { ReadingsSource, Subject } from '../views/port.ts';
import { RangeSourceLine, shownRange, usualOf } from '../views/usual.tsx';
import { hasWeek, WeekLine } from '../views/week.tsx';
import { codeWord } from '../words/codes.ts';
import { words } from '../words/index.ts';
import { age, moment, number } from '../words/numbers.ts';
import { givenName } from '../words/people.ts';
import { shownUnit } from '../words/units.ts';
import type { SharedFacts, SharedStream } from './protocol.ts';
import { line, nowMicros, sourceOf, streams } from './state.ts';

/** A recipient hears no rhythm of the signal; five minutes are that of a glucose sensor, the slowest that is called live. */
const PERIOD_MICROS = 300e6;
/** Points to ask for where each reading is wanted: more are not drawn one by one. */
const READINGS_MAX = 150_000;

/** Of a recipient nothing is known but what the consent says: a name. */
const personOf = (name: string): Subject => ({ name: givenName(name), species: 'human', age: null, sex: null });

/** The readings behind a chart, one by one, as the clinical views want them. */
function readingsOf(stream: SharedStream, chart: ChartSource): ReadingsSource {
  return {
    id: chart.id,
    key: stream.key,
    title: stream.title,
    kind: stream.kind,
    unit: stream.unit,
    bounds: chart.bounds,
    origins: [],
    device: null,
    readings: async ({ fromMicros, toMicros, isRaw }, signal) => {
      const { level, columns, isReduced } = await chart.load({ fromMicros, toMicros, pointsMax: READINGS_MAX }, signal);
      if (isRaw && (level !== 'raw' || isReduced)) throw new Error(words.value.reader.notEachReading);
      return { level, columns, periodMicros: 0 };
    },
  };
}

export function StreamOf({ stream, facts }: { stream: SharedStream; facts: SharedFacts }) {
  const { subject } = facts;
  const { reader, report } = words.value;
  const { bounds } = stream;
  const [isReport, setReport] = useState(false);
  const source = useMemo(
    () => bounds && sourceOf(stream, bounds),
    [stream.number, stream.version, bounds?.first, bounds?.last, stream.title],
  );
  const all = streams.value.flatMap((each) =>
    each.bounds && each.version > 0 ? [readingsOf(each, sourceOf(each, each.bounds))] : [],
  );
  const own = all.find(({ key }) => key === stream.key);
  const view = stream.finest === 'raw' ? viewOf(stream.kind) : null;
  return (
    <article class="stack reader-series">
      <div class="row apart">
        <h2>{stream.title}</h2>
        <Latest stream={stream} />
      </div>
      {view !== null && source && stream.version > 0 && (
        <div class="no-print">
          <Segments
            label={report.viewLabel}
            value={isReport ? 'report' : 'chart'}
            onValue={(value) => setReport(value === 'report')}
            options={[
              ['chart', report.chart],
              ['report', report.views[view]],
            ]}
          />
        </div>
      )}
      {stream.version === 0 ? (
        <Loading rows={1} />
      ) : view !== null && isReport && own ? (
        <ClinicalViewOf name={view} source={own} all={all} person={personOf(subject)} nowMicros={nowMicros.value} />
      ) : source ? (
        <>
          {own && hasWeek(stream.kind) && (
            <WeekLine source={own} person={personOf(subject)} nowMicros={nowMicros.value} />
          )}
          <ChartOf stream={stream} source={source} facts={facts} />
        </>
      ) : (
        <div class="card">
          <Empty icon="chart" title={reader.nothingYet} text={reader.nothingYetText} />
        </div>
      )}
    </article>
  );
}

function ChartOf({ stream, source, facts }: { stream: SharedStream; source: ChartSource; facts: SharedFacts }) {
  const { subject, from, to, copy } = facts;
  const shown = shownUnit(stream.kind, stream.unit);
  const range = usualOf(stream.kind, stream.unit, personOf(subject));
  const usual = useMemo(() => (range ? shownRange(range, shown) : null), [range?.low, range?.high, shown.unit]);
  return (
    <SeriesFigure
      source={source}
      name={stream.key}
      height={280}
      open={{ from, to: Math.min(to ?? Number.POSITIVE_INFINITY, copy?.made ?? nowMicros.value) }}
      usual={usual}
      note={range && <RangeSourceLine range={range} shown={shown} />}
    />
  );
}

function Latest({ stream }: { stream: SharedStream }) {
  const { reader, series } = words.value;
  const { latest } = stream;
  if (!latest) return null;
  const shown = shownUnit(stream.kind, stream.unit);
  const isLive = line.value === 'live' && isLiveNow(latest.atMicros, nowMicros.value, PERIOD_MICROS);
  return (
    <p class="reader-latest">
      <span class="only-heard">{reader.latest}: </span>
      {latest.code !== undefined || latest.value === undefined ? (
        <strong>{codeWord(stream.kind, latest.value, latest.code)}</strong>
      ) : (
        <>
          <strong>{number(shown.of(latest.value), shown.decimals)}</strong> <span class="quiet">{shown.unit}</span>
        </>
      )}
      <span class="caption">
        {stream.finest === 'raw' ? '' : `${series.levels[stream.finest]}, `}
        {age(latest.atMicros, nowMicros.value)} · {moment(latest.atMicros)}
      </span>
      {isLive && (
        <span class="chip good">
          <span class="live-dot" />
          {series.live}
        </span>
      )}
    </p>
  );
}
