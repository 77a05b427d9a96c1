// A series out of a grant, in the owner's preview and on the recipient's desk: the same chart, fed by what the grant opens and nothing else.
import type { OpenedSeries, SeriesAsked } from '@hale/home';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { asHomeError, useAsked } from '../app/asking.ts';
import type { HomeError } from '../app/home-link.ts';
import { Button } from '../ui/button.tsx';
import { Answer, Notice, sentence } from '../ui/states.tsx';
import { MissingLine } from '../views/missing.tsx';
import { words } from '../words/index.ts';
import { named } from '../words/kinds.ts';
import { shownUnit } from '../words/units.ts';
import { useFollowingView } from './following.ts';
import { chartSentence, gapSentence } from './sentence.ts';
import { SeriesChart } from './series-chart.tsx';
import type { ChartData, ChartSource } from './source.ts';
import { DataTable } from './table.tsx';
import { Timeline } from './timeline.tsx';
import { bounded, newest } from './view.ts';

export type AskOpened = (range: Omit<SeriesAsked, 'stream'>, signal: AbortSignal) => Promise<OpenedSeries>;

export interface OpenedChartProps {
  /** Changes when what is behind it does. */
  id: string;
  ask: AskOpened;
  /** Stands where nothing opens (yet). */
  nothing: (series: OpenedSeries) => ComponentChildren;
  /** Stands under the chart. */
  notes?: (series: OpenedSeries) => ComponentChildren;
  height?: number;
  /** Up to where the grant is known to have readings: when that grows, it is asked anew. */
  seenMicros?: number;
  /** The newest reading that came since; the chart grows to it, and follows it while it stands at the newest. */
  grownMicros?: number;
  /** Also offer the numbers as a table. */
  hasTable?: boolean;
  /** Stands above the chart. */
  head: (series: OpenedSeries) => ComponentChildren;
}

export function OpenedChart(props: OpenedChartProps) {
  // What is newer than the last answer asks anew; the chart stays as it is looked at.
  const seen = useSignal(props.seenMicros ?? 0);
  useEffect(() => {
    seen.value = props.seenMicros ?? 0;
  }, [props.seenMicros]);
  const asked = useAsked((signal) => {
    seen.value;
    return props.ask({ pointsMax: 600 }, signal);
  });
  return (
    <Answer asked={asked.value} again={asked.again} rows={2}>
      {(series) => (
        <div class="chart-figure">
          {props.head(series)}
          {series.stream.held === null ? (
            props.nothing(series)
          ) : (
            <Chart {...props} series={series} held={series.stream.held} key={props.id} />
          )}
        </div>
      )}
    </Answer>
  );
}

function Chart(props: OpenedChartProps & { series: OpenedSeries; held: { firstMicros: number; lastMicros: number } }) {
  const { series, held } = props;
  const stream = named(series.stream);
  const last = Math.max(held.lastMicros, props.grownMicros ?? 0);
  const gaps: ChartSource['gaps'] = async ({ fromMicros, toMicros }, signal) => {
    const range = { fromMicros: Math.round(fromMicros), toMicros: Math.round(toMicros) };
    return (await props.ask({ ...range, pointsMax: 2, level: 'raw' }, signal)).gaps;
  };
  const source = useMemo(
    (): ChartSource => ({
      id: `${props.id}/${held.firstMicros}/${last}`,
      title: stream.title,
      kind: stream.kind,
      unit: stream.unit,
      bounds: { first: held.firstMicros, last },
      load: ({ fromMicros, toMicros, pointsMax }, signal) =>
        props.ask({ fromMicros: Math.round(fromMicros), toMicros: Math.round(toMicros), pointsMax }, signal),
      ...(stream.levels[0] === 'raw' && stream.periodMicros > 0 ? { gaps } : {}),
    }),
    [props.id, held.firstMicros, last],
  );
  const [view, setView] = useFollowingView(source.bounds, newest(source.bounds));
  const [data, setData] = useState<ChartData>(series);
  const [failed, setFailed] = useState<HomeError | null>(null);
  const [isTable, setTable] = useState(false);
  const isWords = series.columns.code !== undefined;
  const shown = shownUnit(stream.kind, stream.unit);
  const summary = chartSentence(source, data, view);
  const texts = words.value.series;
  return (
    <>
      {failed && (
        <Notice tone="caution" isUrgent>
          {sentence(failed.message)}
        </Notice>
      )}
      {isTable ? (
        <DataTable kind={stream.kind} data={data} view={view} shown={shown} name={stream.key} />
      ) : isWords ? (
        <Timeline kind={stream.kind} data={data} view={bounded(view, source.bounds)} label={summary} />
      ) : (
        <SeriesChart
          source={source}
          view={view}
          onView={setView}
          shown={shown}
          height={props.height ?? 260}
          onData={(loaded) => {
            setData(loaded);
            setFailed(null);
          }}
          onFailed={(error) => setFailed(asHomeError(error))}
        />
      )}
      <MissingLine text={gapSentence(source.kind, data, view)} />
      <p class="small quiet">{summary}</p>
      {props.notes?.(series)}
      {props.hasTable && (
        <div class="actions">
          <Button icon={isTable ? 'chart' : 'table'} onPress={() => setTable(!isTable)}>
            {isTable ? texts.asChart : texts.asTable}
          </Button>
        </div>
      )}
    </>
  );
}
