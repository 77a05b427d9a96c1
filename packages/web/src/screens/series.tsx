// One series: its chart at any scale, a sentence and a table of the same, and where its readings come from.
import type { StreamInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { asHomeError, useAsked } from '../app/asking.ts';
import type { HomeError } from '../app/home-link.ts';
import { listen } from '../app/live.ts';
import { personOf, readingsOf } from '../app/readings.ts';
import { call, ofSubject, query, setQuery } from '../app/state.ts';
import { SeriesChart } from '../chart/series-chart.tsx';
import { type ChartData, type ChartSource, extremesOf } from '../chart/source.ts';
import { DataTable } from '../chart/table.tsx';
import { Timeline } from '../chart/timeline.tsx';
import { bounded, isAtNewest, moved, newest, type View, zoomed } from '../chart/view.ts';
import { Button } from '../ui/button.tsx';
import { Segments } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Answer, Empty, Notice, sentence } from '../ui/states.tsx';
import { ClinicalViewOf, viewOf } from '../views/index.tsx';
import { RangeSourceLine, shownRange, usualOf } from '../views/usual.tsx';
import { words } from '../words/index.ts';
import { kindTitle } from '../words/kinds.ts';
import { age, day, moment } from '../words/numbers.ts';
import { shownUnit, withUnit } from '../words/units.ts';
import { Notes } from './notes.tsx';

const SPANS = {
  hour: 3_600e6,
  day: 86_400e6,
  week: 7 * 86_400e6,
  month: 30 * 86_400e6,
  year: 365.25 * 86_400e6,
} as const;
type Span = keyof typeof SPANS | 'all';

/** Live readings redraw at most four times a second. */
const LIVE_REDRAW_MILLIS = 250;

export function Series({ of }: { of: string }) {
  const asked = useAsked(async () => {
    const streams = await call('streams', ofSubject());
    return { stream: streams.find(({ key }) => key === of) ?? null, streams };
  });
  const { series, frame } = words.value;
  return (
    <div class="page">
      <Answer asked={asked.value} again={asked.again}>
        {({ stream, streams }) =>
          stream === null || stream.firstMicros === null ? (
            <div class="card">
              <Empty icon="chart" title={stream === null ? frame.noPage : series.noneInRange}>
                <a class="button" href="#/today">
                  {frame.toToday}
                </a>
              </Empty>
            </div>
          ) : (
            <Views stream={stream} streams={streams} key={stream.key} />
          )
        }
      </Answer>
    </div>
  );
}

/** The chart, and the view that a clinician expects of that kind of series, where there is one. */
function Views({ stream, streams }: { stream: StreamInfo; streams: StreamInfo[] }) {
  const name = viewOf(stream.kind);
  const isView = name !== null && query.value.get('view') === 'report';
  const all = useMemo(() => streams.filter(({ firstMicros }) => firstMicros !== null).map(readingsOf), [streams]);
  const source = all.find(({ key }) => key === stream.key);
  const { report } = words.value;
  return (
    <>
      <Head stream={stream} last={useLast(stream)} />
      {name !== null && (
        <div class="no-print">
          <Segments
            label={report.viewLabel}
            value={isView ? 'report' : 'chart'}
            onValue={(value) => setQuery({ view: value === 'report' ? 'report' : null })}
            options={[
              ['chart', report.chart],
              ['report', report.views[name]],
            ]}
          />
        </div>
      )}
      {isView && source ? (
        <ClinicalViewOf name={name} source={source} all={all} person={personOf(stream.subject)} />
      ) : (
        <SeriesOf stream={stream} />
      )}
    </>
  );
}

/** The stream as a chart reads it; `grown` moves its end when live readings come in. */
export function sourceOf(stream: StreamInfo, lastMicros: number): ChartSource {
  return {
    id: `${stream.subject}/${stream.key}/${lastMicros}`,
    title: kindTitle(stream),
    kind: stream.kind,
    unit: stream.unit,
    bounds: { first: stream.firstMicros ?? 0, last: lastMicros },
    load: (range, signal) =>
      call(
        'series',
        {
          stream: stream.key,
          ...ofSubject(),
          ...range,
          fromMicros: Math.round(range.fromMicros),
          toMicros: Math.round(range.toMicros),
        },
        { signal },
      ),
  };
}

/** The newest time of a stream, moving on as readings come in. */
function useLast(stream: StreamInfo): number {
  const last = useSignal(stream.lastMicros ?? 0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    let heard = last.peek();
    const stop = listen((reading) => {
      if (reading.stream !== stream.key) return;
      heard = Math.max(heard, reading.atMicros);
      timer ??= setTimeout(() => {
        timer = null;
        last.value = heard;
      }, LIVE_REDRAW_MILLIS);
    });
    return () => {
      stop();
      if (timer) clearTimeout(timer);
    };
  }, [stream.key]);
  return last.value;
}

function viewFromQuery(bounds: { first: number; last: number }): View | null {
  const from = Number(query.peek().get('from'));
  const to = Number(query.peek().get('to'));
  return from > 0 && to > from ? bounded({ from: from * 1000, to: to * 1000 }, bounds) : null;
}

function SeriesOf({ stream }: { stream: StreamInfo }) {
  const last = useLast(stream);
  const source = useMemo(() => sourceOf(stream, last), [stream, last]);
  const [view, setView] = useState<View>(() => viewFromQuery(source.bounds) ?? firstView(stream));
  const [data, setData] = useState<ChartData | null>(null);
  const [failed, setFailed] = useState<HomeError | null>(null);
  const [isTable, setTable] = useState(false);
  const isPinned = isAtNewest(view, { ...source.bounds, last: stream.lastMicros ?? 0 });
  useEffect(() => {
    if (isPinned && last > view.to) setView(newest(source.bounds, view.to - view.from));
  }, [last]);
  const change = (next: View) => {
    setView(next);
    setQuery({ from: String(Math.round(next.from / 1000)), to: String(Math.round(next.to / 1000)) });
  };
  const shown = shownUnit(stream.kind, stream.unit);
  const range = usualOf(stream.kind, stream.unit, personOf(stream.subject));
  const usual = useMemo(() => (range ? shownRange(range, shown) : null), [range?.low, range?.high, shown.unit]);
  const { series } = words.value;
  const isWords = data?.columns.code !== undefined;
  const summary = data ? sentenceOf(stream, data, view) : '';
  return (
    <>
      <section class="card chart-figure" aria-label={source.title}>
        <div class="row apart no-print">
          <Ranges view={view} bounds={source.bounds} onView={change} />
          <div class="actions">
            <Button icon={isTable ? 'chart' : 'table'} onPress={() => setTable(!isTable)}>
              {isTable ? series.asChart : series.asTable}
            </Button>
          </div>
        </div>
        {failed && (
          <Notice tone="caution" isUrgent>
            {sentence(failed.message)}
          </Notice>
        )}
        {isTable && data ? (
          <DataTable data={data} view={view} shown={shown} name={stream.key} />
        ) : (
          <div hidden={isTable}>
            {isWords && data && <Timeline data={data} view={view} label={summary} />}
            <div hidden={isWords}>
              <SeriesChart
                source={source}
                view={view}
                onView={change}
                shown={shown}
                usual={usual}
                describedBy="chart-summary"
                onData={(loaded) => {
                  setData(loaded);
                  setFailed(null);
                }}
                onFailed={(error) => setFailed(asHomeError(error))}
              />
            </div>
          </div>
        )}
        <p class="small quiet" id="chart-summary">
          {summary} <span class="only-heard">{series.howToRead}</span>
        </p>
        {range && <RangeSourceLine range={range} shown={shown} />}
      </section>
      <Notes stream={stream.key} view={view} newest={last} onView={(next) => change(bounded(next, source.bounds))} />
      <Sources stream={stream} />
    </>
  );
}

function firstView(stream: StreamInfo): View {
  const bounds = { first: stream.firstMicros ?? 0, last: stream.lastMicros ?? 0 };
  const whole = bounds.last - bounds.first;
  return newest(bounds, whole > SPANS.month ? SPANS.month : undefined);
}

function Head({ stream, last }: { stream: StreamInfo; last: number }) {
  const { series } = words.value;
  const isLive = Date.now() * 1000 - last < 120e6;
  return (
    <header class="page-head no-print">
      <div>
        <a class="small" href="#/today">
          ← {series.back}
        </a>
        <h1>{kindTitle(stream)}</h1>
        <p class="quiet row">
          {isLive ? (
            <span class="chip good">
              <span class="live-dot" />
              {series.live}
            </span>
          ) : (
            <span class="chip">
              <Icon name="clock" />
              {series.notLive}
            </span>
          )}
          <span>
            {series.lastReading(age(last, Date.now() * 1000))} · {moment(last)}
          </span>
        </p>
      </div>
      <div class="actions">
        <a class="button" href={`#/compare?with=${encodeURIComponent(stream.key)}`}>
          <Icon name="chart" />
          {words.value.compare.link}
        </a>
        <a class="button sharing" href={`#/share?streams=${encodeURIComponent(stream.key)}`}>
          <Icon name="sharing" />
          {series.share}
        </a>
      </div>
    </header>
  );
}

function Ranges(props: { view: View; bounds: { first: number; last: number }; onView: (view: View) => void }) {
  const { view, bounds, onView } = props;
  const { series } = words.value;
  const whole = bounds.last - bounds.first;
  const fitting = (Object.keys(SPANS) as (keyof typeof SPANS)[]).filter((span) => SPANS[span] < whole);
  const length = view.to - view.from;
  const near = (span: number) => Math.abs(length - span * 1.02) < span * 0.05;
  const value = fitting.find((span) => near(SPANS[span])) ?? (length >= whole * 0.98 ? 'all' : '');
  const choose = (span: string) =>
    onView(
      span === 'all'
        ? newest(bounds)
        : newest({ ...bounds, last: Math.min(bounds.last, view.to) }, SPANS[span as keyof typeof SPANS]),
    );
  return (
    <div class="row">
      <Segments
        label={series.rangeLabel}
        value={value}
        onValue={choose}
        options={[...fitting, 'all' as Span].map((span) => [span, series.ranges[span]] as const)}
      />
      <div class="row" style={{ gap: '0' }}>
        <Button kind="bare" icon="left" label={series.earlier} onPress={() => onView(moved(view, -0.8, bounds))} />
        <Button kind="bare" icon="right" label={series.later} onPress={() => onView(moved(view, 0.8, bounds))} />
        <Button kind="bare" icon="plus" label={series.zoomIn} onPress={() => onView(zoomed(view, 0.5, 0.5, bounds))} />
        <Button kind="bare" icon="minus" label={series.zoomOut} onPress={() => onView(zoomed(view, 2, 0.5, bounds))} />
      </div>
      {!isAtNewest(view, bounds) && (
        <Button icon="forward" onPress={() => onView(newest(bounds, view.to - view.from))}>
          {series.toNewest}
        </Button>
      )}
    </div>
  );
}

/** What the chart shows, in a sentence: for those who hear it, and for those who look twice. */
function sentenceOf(stream: StreamInfo, data: ChartData, view: View): string {
  const { series, frame } = words.value;
  const level = data.level === 'raw' && data.isReduced ? series.levels.rawReduced : series.levels[data.level];
  const [from, to] = [moment(view.from), moment(view.to)];
  if (data.columns.code)
    return series.summaryWords(kindTitle(stream), from, to, frame.readings(data.columns.at.length));
  const extremes = extremesOf(data, view.from, view.to);
  if (!extremes)
    return `${series.noneInRange} ${series.noneInRangeText(day(stream.firstMicros ?? 0), day(stream.lastMicros ?? 0))}`;
  const shown = shownUnit(stream.kind, stream.unit);
  const { low, high, mean } = extremes;
  const text = [low, high, mean].map((value) => withUnit(shown, value));
  return `${series.summary(kindTitle(stream), from, to, text[0], text[1], text[2])} ${level}.`;
}

function Sources({ stream }: { stream: StreamInfo }) {
  const { series, frame } = words.value;
  if (stream.origins.length === 0 && stream.device === null) return null;
  return (
    <section class="card stack">
      <h2>{series.sources}</h2>
      <div class="table-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{series.source}</th>
              <th scope="col">{series.time}</th>
              <th scope="col" class="number">
                {series.brought}
              </th>
              <th scope="col" class="number">
                {series.elsewhere}
              </th>
            </tr>
          </thead>
          <tbody>
            {stream.origins.map((origin) => (
              <tr key={`${origin.source}/${origin.firstMicros}`}>
                <td>
                  {origin.source}
                  <br />
                  <span class="caption">{series.assurance[origin.assurance]}</span>
                </td>
                <td>
                  {day(origin.firstMicros)} – {day(origin.lastMicros)}
                </td>
                <td class="number">{frame.readings(origin.samples)}</td>
                <td class="number">{origin.elsewhere === 0 ? '–' : frame.readings(origin.elsewhere)}</td>
              </tr>
            ))}
            {stream.device !== null && stream.origins.length === 0 && (
              <tr>
                <td>{stream.device}</td>
                <td>
                  {day(stream.firstMicros ?? 0)} – {day(stream.lastMicros ?? 0)}
                </td>
                <td class="number">{frame.readings(stream.samples)}</td>
                <td class="number">–</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}
