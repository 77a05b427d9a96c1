// One series: its chart at any scale, a sentence and a table of the same, and where its readings come from.
import type { GrantInfo, StreamInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useAsked } from '../app/asking.ts';
import { listen, live } from '../app/live.ts';
import { personOf, readingsOf } from '../app/readings.ts';
import { call, ofSubject, query, setQuery } from '../app/state.ts';
import { SeriesFigure } from '../chart/figure.tsx';
import { isLiveNow } from '../chart/live.ts';
import type { ChartSource } from '../chart/source.ts';
import { bounded, type View } from '../chart/view.ts';
import { isWaveform } from '../clinical/today.ts';
import { Segments } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Answer, Empty } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { ClinicalViewOf, viewOf } from '../views/index.tsx';
import { RangeSourceLine, shownRange, usualOf } from '../views/usual.tsx';
import { hasWeek, WeekLine } from '../views/week.tsx';
import { words } from '../words/index.ts';
import { kindTitle } from '../words/kinds.ts';
import { age, day, moment } from '../words/numbers.ts';
import { shownUnit, withUnit } from '../words/units.ts';
import { Notes } from './notes.tsx';
import { ReadersOf } from './sharing/readers.tsx';

/** Live readings redraw at most four times a second. */
const LIVE_REDRAW_MILLIS = 250;

export function Series({ of }: { of: string }) {
  const asked = useAsked(async () => {
    const [streams, grants] = await Promise.all([call('streams', ofSubject()), call('grants', {})]);
    return { grants, stream: streams.find(({ key }) => key === of) ?? null, streams };
  });
  const { series, frame } = words.value;
  return (
    <div class="page">
      <Answer asked={asked.value} again={asked.again}>
        {({ stream, streams, grants }) =>
          stream === null || stream.firstMicros === null ? (
            <div class="card">
              <Empty icon="chart" title={stream === null ? frame.noPage : series.noneInRange}>
                <a class="button" href="#/today">
                  {frame.toToday}
                </a>
              </Empty>
            </div>
          ) : (
            <Views stream={stream} streams={streams} grants={grants} key={stream.key} />
          )
        }
      </Answer>
    </div>
  );
}

/** The chart, and the view that a clinician expects of that kind of series, where there is one. */
function Views(props: { stream: StreamInfo; streams: StreamInfo[]; grants: GrantInfo[] }) {
  const { stream, streams } = props;
  const name = viewOf(stream.kind);
  const isView = name !== null && query.value.get('view') === 'report';
  const all = useMemo(() => streams.filter(({ firstMicros }) => firstMicros !== null).map(readingsOf), [streams]);
  const source = all.find(({ key }) => key === stream.key);
  const { report } = words.value;
  return (
    <>
      <Head
        stream={stream}
        grants={props.grants}
        title={isView && name === 'pressure' ? report.views.pressure : kindTitle(stream)}
        last={useLast(stream)}
      />
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
        <ClinicalViewOf
          name={name}
          source={source}
          all={all}
          person={personOf(stream.subject)}
          nowMicros={Date.now() * 1000}
        />
      ) : (
        <>
          {source && hasWeek(stream.kind) && (
            <WeekLine source={source} person={personOf(stream.subject)} nowMicros={Date.now() * 1000} />
          )}
          <SeriesOf stream={stream} />
        </>
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
    gaps: async ({ fromMicros, toMicros }, signal) => {
      if (stream.periodMicros === 0) return null;
      const range = { fromMicros: Math.round(fromMicros), toMicros: Math.round(toMicros) };
      const parameters = { stream: stream.key, ...ofSubject(), ...range, pointsMax: 2, level: 'raw' as const };
      return (await call('series', parameters, { signal, isIdle: true })).gaps;
    },
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
  const remember = ({ from, to }: View) =>
    setQuery({ from: String(Math.round(from / 1000)), to: String(Math.round(to / 1000)) });
  const shown = shownUnit(stream.kind, stream.unit);
  const range = usualOf(stream.kind, stream.unit, personOf(stream.subject));
  const usual = useMemo(() => (range ? shownRange(range, shown) : null), [range?.low, range?.high, shown.unit]);
  return (
    <>
      <SeriesFigure
        source={source}
        initial={viewFromQuery(source.bounds)}
        onView={remember}
        name={stream.key}
        usual={usual}
        note={range && <RangeSourceLine range={range} shown={shown} />}
        after={(view, change) => (
          <Notes
            stream={stream.key}
            view={view}
            newest={last}
            onView={(next) => change(bounded(next, source.bounds))}
          />
        )}
      />
      <Sources stream={stream} />
    </>
  );
}

/** The newest reading itself; of a waveform one says nothing. */
function LastValue({ stream, last }: { stream: StreamInfo; last: number }) {
  const asked = useAsked((signal) =>
    call(
      'series',
      { stream: stream.key, ...ofSubject(), fromMicros: last, toMicros: last + 1, level: 'raw' },
      { signal },
    ),
  );
  const heard = live.value.get(stream.key);
  const columns = asked.value.value?.columns;
  // Of a word that has just come only its number is known here.
  const isHeard = heard !== undefined && heard.atMicros >= last && columns?.code === undefined;
  const value = isHeard ? heard.value : columns?.mean.at(-1);
  if (isWaveform(stream.kind) || value === undefined || value === null) return null;
  const word = columns?.code?.at(-1);
  return <strong class="latest">{word ?? withUnit(shownUnit(stream.kind, stream.unit), value)}</strong>;
}

function Head(props: { stream: StreamInfo; title: string; grants: GrantInfo[]; last: number }) {
  const { stream, title, grants, last } = props;
  const { series } = words.value;
  const isLive = isLiveNow(last, Date.now() * 1000, stream.periodMicros);
  return (
    <header class="page-head series-head no-print">
      <div>
        <a class="small" href="#/today">
          ← {series.back}
        </a>
        <h1>{title}</h1>
        <p class="quiet row">
          <LastValue stream={stream} last={last} />
          {isLive && (
            <span class="chip good">
              <span class="live-dot" />
              {series.live}
            </span>
          )}
          <span>
            {series.lastReading(age(last, Date.now() * 1000))} · {moment(last)}
          </span>
        </p>
        <ReadersOf grants={grants} of={stream} />
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

function Sources({ stream }: { stream: StreamInfo }) {
  const { series, frame } = words.value;
  if (stream.origins.length === 0 && stream.device === null) return null;
  return (
    <section class="card stack">
      <h2>{series.sources}</h2>
      <TableScroll label={series.sources}>
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
                <td class="span">
                  {day(origin.firstMicros)} – {day(origin.lastMicros)}
                </td>
                <td class="number long">{frame.readings(origin.samples)}</td>
                <td class="number long">{origin.elsewhere === 0 ? '–' : frame.readings(origin.elsewhere)}</td>
              </tr>
            ))}
            {stream.device !== null && stream.origins.length === 0 && (
              <tr>
                <td>{stream.device}</td>
                <td class="span">
                  {day(stream.firstMicros ?? 0)} – {day(stream.lastMicros ?? 0)}
                </td>
                <td class="number long">{frame.readings(stream.samples)}</td>
                <td class="number">–</td>
              </tr>
            )}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}
