// A series as whoever may see it sees it: ranges, one chart at any scale, a sentence and a table of the same. The owner's screen and the page of a
// link show it alike.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Segments } from '../ui/field.tsx';
import { Notice, sentence } from '../ui/states.tsx';
import { MissingLine } from '../views/missing.tsx';
import { words } from '../words/index.ts';
import { shownUnit } from '../words/units.ts';
import { useFollowingView } from './following.ts';
import { chartSentence, edgeSentence, gapSentence, rangeSentence } from './sentence.ts';
import { SeriesChart } from './series-chart.tsx';
import type { ChartData, ChartSource } from './source.ts';
import { DataTable } from './table.tsx';
import { Timeline } from './timeline.tsx';
import { type Bounds, isAtNewest, moved, newest, type View, zoomed } from './view.ts';

const SPANS = {
  hour: 3_600e6,
  day: 86_400e6,
  week: 7 * 86_400e6,
  month: 30 * 86_400e6,
  year: 365.25 * 86_400e6,
  fiveYears: 5 * 365.25 * 86_400e6,
} as const;
export type Span = keyof typeof SPANS;
/** For what is measured all day. */
const SPANS_USUAL: readonly Span[] = ['hour', 'day', 'week', 'month', 'year'];

/** The last month, or all where there is less. */
export function firstView(bounds: Bounds): View {
  return newest(bounds, bounds.last - bounds.first > SPANS.month ? SPANS.month : undefined);
}

export interface FigureProps {
  /** Its bounds may grow while it is looked at: a view at the newest edge goes along. */
  source: ChartSource;
  /** Where to begin; the last month otherwise. */
  initial?: View | null;
  onView?: (view: View) => void;
  /** Of the file that the table is saved as. */
  name: string;
  height?: number;
  /** Lengths of time to choose from, beside all. */
  spans?: readonly Span[];
  /** In the unit that is shown. */
  usual?: { low?: number; high?: number } | null;
  /** What is open to whoever looks, and now: readings that begin later or end before are said to. */
  open?: { from: number; to: number };
  /** Below the sentence: where the usual range comes from. */
  note?: ComponentChildren;
  /** Below the figure, of the same part of time. */
  after?: (view: View, change: (view: View) => void) => ComponentChildren;
}

export function SeriesFigure(props: FigureProps) {
  const { source, initial, onView, name, height } = props;
  const [view, setView] = useFollowingView(source.bounds, initial ?? firstView(source.bounds));
  const [data, setData] = useState<ChartData | null>(null);
  const [failed, setFailed] = useState<Error | null>(null);
  const [isTable, setTable] = useState(false);
  const change = (next: View) => {
    setView(next);
    onView?.(next);
  };
  const shown = shownUnit(source.kind, source.unit);
  const { series } = words.value;
  const isWords = data?.columns.code !== undefined;
  const summary = data ? chartSentence(source, data, view) : '';
  const id = `chart-summary-${name}`;
  return (
    <>
      <section class="card chart-figure" aria-label={source.title}>
        <div class="row apart no-print">
          <Ranges spans={props.spans ?? SPANS_USUAL} view={view} bounds={source.bounds} onView={change} />
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
          <DataTable
            kind={source.kind}
            data={data}
            view={view}
            shown={shown}
            name={name}
            isByDay={source.isByDay === true}
          />
        ) : (
          <div hidden={isTable}>
            {isWords && data && <Timeline kind={source.kind} data={data} view={view} label={summary} />}
            <div hidden={isWords}>
              <SeriesChart
                source={source}
                view={view}
                onView={change}
                shown={shown}
                usual={props.usual ?? null}
                describedBy={id}
                {...(height === undefined ? {} : { height })}
                onData={(loaded) => {
                  setData(loaded);
                  setFailed(null);
                }}
                onFailed={(error) => setFailed(error instanceof Error ? error : new Error(words.value.frame.fault))}
              />
            </div>
          </div>
        )}
        <Said id={id} data={data} view={view} summary={summary} figure={props} />
        {props.note}
      </section>
      {props.after?.(view, change)}
    </>
  );
}

/** What the chart shows in words: what is missing, what lies beyond it, and all of it in a sentence. */
function Said(props: { id: string; data: ChartData | null; view: View; summary: string; figure: FigureProps }) {
  const { data, view } = props;
  const { source, open, usual } = props.figure;
  const { series } = words.value;
  const shown = shownUnit(source.kind, source.unit);
  const beyond = data ? rangeSentence(usual ?? null, data, view, shown) : '';
  return (
    <div class="stack tight" id={props.id}>
      {data && <MissingLine text={gapSentence(source.kind, data, view)} />}
      {data && open && <MissingLine text={edgeSentence(source.bounds, data, open)} />}
      {beyond !== '' && <p class="small quiet">{beyond}</p>}
      <p class="small quiet">
        {props.summary} <span class="only-heard">{series.howToRead}</span>
      </p>
    </div>
  );
}

function Ranges(props: {
  spans: readonly Span[];
  view: View;
  bounds: { first: number; last: number };
  onView: (view: View) => void;
}) {
  const { spans, view, bounds, onView } = props;
  const { series } = words.value;
  const whole = bounds.last - bounds.first;
  const fitting = spans.filter((span) => SPANS[span] < whole);
  const length = view.to - view.from;
  const near = (span: number) => Math.abs(length - span * 1.02) < span * 0.05;
  const value = fitting.find((span) => near(SPANS[span])) ?? (length >= whole * 0.98 ? 'all' : '');
  const choose = (span: string) =>
    onView(
      span === 'all'
        ? newest(bounds)
        : newest({ ...bounds, last: Math.min(bounds.last, view.to) }, SPANS[span as Span]),
    );
  return (
    <div class="row">
      <Segments
        label={series.rangeLabel}
        value={value}
        onValue={choose}
        options={[...fitting, 'all' as const].map((span) => [span, series.ranges[span]] as const)}
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
