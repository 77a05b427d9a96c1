// One period laid over the one before it: the same weekday and hour stand above each other; below, what changed in figures.
import type { StreamInfo } from '@hale/home';
import { isAmount } from '@hale/vault/amounts';
import { useEffect, useState } from 'preact/hooks';
import { type Asked, asHomeError } from '../app/asking.ts';
import { type ChartData, extremesOf, withGaps } from '../chart/source.ts';
import { Calendar } from '../clinical/civil.ts';
import { niceTicks } from '../clinical/daily.ts';
import { Segments } from '../ui/field.tsx';
import { Answer } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { between } from '../views/report.tsx';
import { Sized } from '../views/sized.tsx';
import { words } from '../words/index.ts';
import { kindTitle } from '../words/kinds.ts';
import { number, signed, zone } from '../words/numbers.ts';
import { type Shown, shownUnit } from '../words/units.ts';
import { sourceOf } from './series.tsx';

const LENGTHS = [1, 7, 28] as const;
type Filled = StreamInfo & { firstMicros: number; lastMicros: number };

interface Span {
  from: number;
  to: number;
}

/** Civil days up to the newest of all, and as many before: clocks that were changed between do not shift the comparison. */
function spansOf(lastMicros: number, days: number): { now: Span; before: Span } {
  const calendar = new Calendar(zone.value);
  const end = calendar.dayOf(lastMicros) + 1;
  const span = (to: number) => ({ from: calendar.startOf(to - days), to: calendar.startOf(to) });
  return { now: span(end), before: span(end - days) };
}

export function ComparePeriods({ streams }: { streams: Filled[] }) {
  const { compare } = words.value;
  const [days, setDays] = useState(7);
  const last = Math.max(...streams.map(({ lastMicros }) => lastMicros));
  const spans = spansOf(last, days);
  return (
    <div class="card stack">
      <div class="row apart">
        <Segments
          label={compare.length}
          value={String(days)}
          onValue={(value) => setDays(Number(value))}
          options={LENGTHS.map((each) => [String(each), compare.lengths[each]] as const)}
        />
        <p class="small row">
          <span class="line-now">{between(spans.now.from, spans.now.to)}</span>
          <span class="line-before">{between(spans.before.from, spans.before.to)}</span>
        </p>
      </div>
      {streams.map((stream) => (
        <TwoPeriods key={`${stream.key} ${days} ${last}`} stream={stream} spans={spans} />
      ))}
    </div>
  );
}

function TwoPeriods({ stream, spans }: { stream: Filled; spans: { now: Span; before: Span } }) {
  const [asked, setAsked] = useState<Asked<[ChartData, ChartData]>>({ state: 'loading', value: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    const source = sourceOf(stream, stream.lastMicros);
    const load = ({ from, to }: Span) =>
      source.load({ fromMicros: from, toMicros: to, pointsMax: POINTS }, abort.signal);
    Promise.all([load(spans.now), load(spans.before)]).then(
      (value) => !abort.signal.aborted && setAsked({ state: 'there', value }),
      (error: unknown) =>
        !abort.signal.aborted && setAsked({ state: 'failed', value: null, error: asHomeError(error) }),
    );
    return () => abort.abort();
  }, [round]);
  const shown = shownUnit(stream.kind, stream.unit);
  return (
    <section class="lane" aria-label={kindTitle(stream)}>
      <h2>
        {kindTitle(stream)} {shown.unit && <span class="quiet small">{shown.unit}</span>}
      </h2>
      <Answer asked={asked} again={() => setRound(round + 1)} rows={2}>
        {([now, before]) =>
          now.columns.code ? (
            <p class="small quiet">{words.value.compare.noFigures}</p>
          ) : (
            <>
              <Overlay
                isAmount={isAmount(stream.kind)}
                now={now}
                before={before}
                spans={spans}
                shown={shown}
                label={kindTitle(stream)}
              />
              <Figures now={now} before={before} spans={spans} shown={shown} />
            </>
          )
        }
      </Answer>
    </section>
  );
}

const POINTS = 500;
const HEIGHT = 180;
const LEFT = 48;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 8;

interface Two {
  now: ChartData;
  before: ChartData;
  spans: { now: Span; before: Span };
  shown: Shown;
}

function Overlay({ now, before, spans, shown, label, isAmount: isSum }: Two & { label: string; isAmount: boolean }) {
  const lines = [
    { ...withGaps(before, shown.of), span: spans.before, name: 'before' },
    { ...withGaps(now, shown.of), span: spans.now, name: 'now' },
  ];
  const values = lines.flatMap(({ mean }) => mean.filter((value) => value !== null));
  if (values.length === 0) return <p class="small quiet">{words.value.series.noneInRange}</p>;
  const [low, high] = [Math.min(...values, ...(isSum ? [0] : [])), Math.max(...values)];
  const below = isSum && low === 0 ? 0 : 1;
  const air = (high - low || Math.abs(high) * 0.1 || 1) * 0.08;
  const y = (value: number) =>
    TOP + (1 - (value - low + below * air) / (high - low + (1 + below) * air)) * (HEIGHT - TOP - BOTTOM);
  return (
    <Sized>
      {(width) => (
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
          {niceTicks(low - below * air, high + air).map((tick) => (
            <g key={tick}>
              <line class="agp-line" x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
              <text class="axis" x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
                {number(tick)}
              </text>
            </g>
          ))}
          {lines.map(({ at, mean, span, name }) => (
            <path key={name} class={`period-${name}`} d={(isSum ? stemsOf : pathOf)(at, mean, span, width, y)} />
          ))}
        </svg>
      )}
    </Sized>
  );
}

function pathOf(
  at: readonly number[],
  mean: readonly (number | null)[],
  { from, to }: Span,
  width: number,
  y: (value: number) => number,
): string {
  let isOpen = false;
  return at
    .map((millis, i) => {
      const value = mean[i];
      if (value === null) {
        isOpen = false;
        return '';
      }
      const x = LEFT + ((millis * 1000 - from) / (to - from)) * (width - LEFT - RIGHT);
      const command = isOpen ? 'L' : 'M';
      isOpen = true;
      return `${command}${x.toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join('');
}

/** Amounts stand on zero, each by itself. */
const stemsOf: typeof pathOf = (at, mean, { from, to }, width, y) =>
  at
    .map((millis, i) => {
      const value = mean[i];
      if (value === null) return '';
      const x = LEFT + ((millis * 1000 - from) / (to - from)) * (width - LEFT - RIGHT);
      return `M${x.toFixed(1)} ${y(0).toFixed(1)}V${y(value).toFixed(1)}`;
    })
    .join('');

function Figures({ now, before, spans, shown }: Two) {
  const { compare, series } = words.value;
  const [a, b] = [
    extremesOf(now, spans.now.from, spans.now.to),
    extremesOf(before, spans.before.from, spans.before.to),
  ];
  const rows = [
    { title: series.average, of: 'mean' },
    { title: series.lowest, of: 'low' },
    { title: series.highest, of: 'high' },
  ] as const;
  const text = (value: number | undefined) => (value === undefined ? '–' : number(shown.of(value), shown.decimals));
  return (
    <TableScroll label={compare.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{shown.unit}</th>
            {[compare.now, compare.before, compare.change].map((title) => (
              <th scope="col" class="number" key={title}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ title, of }) => (
            <tr key={of}>
              <th scope="row">{title}</th>
              <td class="number">{text(a?.[of])}</td>
              <td class="number">{text(b?.[of])}</td>
              <td class="number">{a && b ? signed(shown.of(a[of]) - shown.of(b[of]), shown.decimals) : '–'}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{series.count}</th>
            <td class="number">{a ? number(a.count) : '–'}</td>
            <td class="number">{b ? number(b.count) : '–'}</td>
            <td class="number">{a && b ? signed(a.count - b.count) : '–'}</td>
          </tr>
        </tbody>
      </table>
    </TableScroll>
  );
}
