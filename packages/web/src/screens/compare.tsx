// Several series on one time axis, or two over two periods: this week against last week.
import type { StreamInfo } from '@hale/home';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { asHomeError, useAsked } from '../app/asking.ts';
import type { HomeError } from '../app/home-link.ts';
import { personOf } from '../app/readings.ts';
import { call, ofSubject, query, setQuery } from '../app/state.ts';
import { SeriesChart } from '../chart/series-chart.tsx';
import type { ChartData } from '../chart/source.ts';
import { Timeline } from '../chart/timeline.tsx';
import { bounded, moved, newest, type View, zoomed } from '../chart/view.ts';
import { isBackground } from '../clinical/today.ts';
import { Button } from '../ui/button.tsx';
import { Segments, SelectField } from '../ui/field.tsx';
import { Answer, Empty, Notice, sentence } from '../ui/states.tsx';
import { shownRange, usualOf } from '../views/usual.tsx';
import { words } from '../words/index.ts';
import { kindTitle } from '../words/kinds.ts';
import { moment } from '../words/numbers.ts';
import { shownUnit } from '../words/units.ts';
import { ComparePeriods } from './compare-periods.tsx';
import { sourceOf } from './series.tsx';

/** A fifth line would not be told from the others. */
const SERIES_MAX = 4;
const CHART_HEIGHT = 170;
/** What belongs together for somebody with diabetes, in the order in which it is read. */
const TOGETHER = [
  'glucose-cgm',
  'insulin-bolus',
  'carbohydrate-intake',
  'sleep-stage',
  'workout-session',
  'heart-rate',
];

type Filled = StreamInfo & { firstMicros: number; lastMicros: number };
const isFilled = (stream: StreamInfo): stream is Filled => stream.firstMicros !== null && stream.lastMicros !== null;

export function Compare() {
  const asked = useAsked(async () => (await call('streams', ofSubject())).filter(isFilled));
  const { compare } = words.value;
  return (
    <div class="page">
      <header class="page-head">
        <h1>{compare.title}</h1>
      </header>
      <Answer asked={asked.value} again={asked.again}>
        {(streams) =>
          streams.length === 0 ? (
            <div class="card">
              <Empty icon="chart" title={words.value.today.emptyTitle} text={words.value.today.emptyText} />
            </div>
          ) : (
            <Chosen streams={streams} />
          )
        }
      </Answer>
    </div>
  );
}

/** What the address asks for; one series is joined by what is usually read beside it, unless it is to stand alone. */
function keysOf(streams: readonly Filled[]): string[] {
  const asked = (query.value.get('with') ?? '')
    .split(',')
    .filter((key) => streams.some((stream) => stream.key === key));
  if (asked.length > 1 || (asked.length === 1 && query.value.has('only'))) return asked.slice(0, SERIES_MAX);
  const first = streams.find(({ key }) => key === asked[0]) ?? bestFirst(streams);
  const beside = streams.filter(
    (stream) =>
      stream.key !== first.key &&
      stream.lastMicros > first.firstMicros &&
      stream.firstMicros < first.lastMicros &&
      !isBackground({ kind: stream.kind, isKnown: Object.hasOwn(words.value.kinds, stream.kind) }),
  );
  const rank = ({ kind }: Filled) => (TOGETHER.indexOf(kind) + TOGETHER.length + 1) % (TOGETHER.length + 1);
  return [first, ...beside.sort((a, b) => rank(a) - rank(b)).slice(0, 1)].map(({ key }) => key);
}

const bestFirst = (streams: readonly Filled[]): Filled =>
  TOGETHER.map((kind) => streams.find((stream) => stream.kind === kind)).find((found) => found !== undefined) ??
  streams[0];

function Chosen({ streams }: { streams: Filled[] }) {
  const { compare } = words.value;
  const keys = keysOf(streams);
  const mode = query.value.get('mode') === 'periods' ? 'periods' : 'together';
  const chosen = keys.flatMap((key) => streams.find((stream) => stream.key === key) ?? []);
  const change = (next: string[]) => setQuery({ with: next.join(','), only: next.length === 1 ? '1' : null });
  const left = streams.filter(({ key }) => !keys.includes(key));
  return (
    <>
      <div class="row apart">
        <Segments
          label={compare.mode}
          value={mode}
          onValue={(value) => setQuery({ mode: value === 'periods' ? 'periods' : null })}
          options={[
            ['together', compare.together],
            ['periods', compare.periods],
          ]}
        />
        {keys.length < SERIES_MAX && left.length > 0 && (
          <SelectField
            label={compare.add}
            value=""
            onValue={(key) => key !== '' && change([...keys, key])}
            options={[
              ['', compare.choose],
              ...left.map((stream) => [stream.key, titleIn(stream, streams)] as [string, string]),
            ]}
          />
        )}
      </div>
      <ul class="row">
        {chosen.map((stream) => (
          <li key={stream.key} class="chip">
            {titleIn(stream, streams)}
            <Button
              kind="bare"
              icon="close"
              label={compare.remove(kindTitle(stream))}
              disabled={keys.length === 1}
              onPress={() => change(keys.filter((key) => key !== stream.key))}
            />
          </li>
        ))}
      </ul>
      {mode === 'periods' ? (
        <ComparePeriods streams={chosen.slice(0, 2)} />
      ) : (
        <Together streams={chosen} key={keys.join()} />
      )}
    </>
  );
}

/** Two of one kind are told apart by their key. */
export function titleIn(stream: StreamInfo, all: readonly StreamInfo[]): string {
  const title = kindTitle(stream);
  return all.filter((each) => kindTitle(each) === title).length > 1 ? `${title} (${stream.key})` : title;
}

const MONTH = 30 * 86_400e6;

/** One chart below the other; whichever is moved, all move. */
function Together({ streams }: { streams: Filled[] }) {
  const { series, compare } = words.value;
  const bounds = {
    first: Math.min(...streams.map(({ firstMicros }) => firstMicros)),
    last: Math.max(...streams.map(({ lastMicros }) => lastMicros)),
  };
  const [view, setView] = useState<View>(() => overlap(streams, bounds));
  const whole = bounds.last - bounds.first;
  return (
    <div class="card stack">
      <div class="row apart no-print">
        <div class="row tight">
          <Button kind="bare" icon="left" label={series.earlier} onPress={() => setView(moved(view, -0.8, bounds))} />
          <Button kind="bare" icon="right" label={series.later} onPress={() => setView(moved(view, 0.8, bounds))} />
          <Button
            kind="bare"
            icon="plus"
            label={series.zoomIn}
            onPress={() => setView(zoomed(view, 0.5, 0.5, bounds))}
          />
          <Button
            kind="bare"
            icon="minus"
            label={series.zoomOut}
            onPress={() => setView(zoomed(view, 2, 0.5, bounds))}
          />
          {view.to - view.from < whole && <Button onPress={() => setView(newest(bounds))}>{series.ranges.all}</Button>}
        </div>
        <span class="small quiet">{compare.shown(moment(view.from), moment(view.to))}</span>
      </div>
      {streams.map((stream) => (
        <Lane key={stream.key} stream={stream} bounds={bounds} view={view} onView={setView} />
      ))}
    </div>
  );
}

/** The time that all have in common, at most a month of it; without any, the newest. */
function overlap(streams: readonly Filled[], bounds: { first: number; last: number }): View {
  const from = Math.max(...streams.map(({ firstMicros }) => firstMicros));
  const to = Math.min(...streams.map(({ lastMicros }) => lastMicros));
  return to > from ? bounded({ from: Math.max(from, to - MONTH), to }, bounds) : newest(bounds, MONTH);
}

function Lane(props: {
  stream: Filled;
  bounds: { first: number; last: number };
  view: View;
  onView: (view: View) => void;
}) {
  const { stream, view, onView, bounds } = props;
  const [data, setData] = useState<ChartData | null>(null);
  const [failed, setFailed] = useState<HomeError | null>(null);
  const source = useMemo(
    () => ({ ...sourceOf(stream, stream.lastMicros), bounds }),
    [stream, bounds.first, bounds.last],
  );
  const shown = shownUnit(stream.kind, stream.unit);
  const range = usualOf(stream.kind, stream.unit, personOf(stream.subject));
  const usual = useMemo(() => (range ? shownRange(range, shown) : null), [range?.low, range?.high, shown.unit]);
  const isWords = data?.columns.code !== undefined;
  const title = kindTitle(stream);
  const isEmpty = data !== null && !data.columns.at.some((at) => at >= view.from && at < view.to);
  useEffect(() => setFailed(null), [view]);
  return (
    <section class="lane" aria-label={title}>
      <h2>
        {title} {shown.unit && <span class="quiet small">{shown.unit}</span>}
      </h2>
      {failed && (
        <Notice tone="caution" isUrgent>
          {sentence(failed.message)}
        </Notice>
      )}
      {isEmpty && <p class="small quiet">{words.value.series.noneInRange}</p>}
      {isWords && data && <Timeline kind={stream.kind} data={data} view={view} label={title} />}
      <div hidden={isWords}>
        <SeriesChart
          source={source}
          view={view}
          onView={onView}
          shown={shown}
          usual={usual}
          height={CHART_HEIGHT}
          onData={setData}
          onFailed={(error) => setFailed(asHomeError(error))}
        />
      </div>
    </section>
  );
}
