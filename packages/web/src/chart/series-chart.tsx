// One chart from twenty years to single readings: drag, wheel, pinch and keys move it; what it shows is asked for at the level that fits.

import { isAmount } from '@hale/vault/amounts';
import { useSignal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { words } from '../words/index.ts';
import { day, momentExact, number } from '../words/numbers.ts';
import { type Shown, withUnit } from '../words/units.ts';
import { Plot } from './plot.ts';
import { type ChartData, type ChartSource, withExactGaps } from './source.ts';
import { type Bounds, moved, type View, zoomed } from './view.ts';

const LOAD_AFTER_MILLIS = 60;
/** Asked for beyond each edge, as a share of the view: a little drag shows no emptiness. */
const BESIDE = 0.25;
const SAY_AFTER_MILLIS = 250;

export interface SeriesChartProps {
  source: ChartSource;
  view: View;
  onView: (view: View) => void;
  /** Readings in the unit that the person prefers. */
  shown: Shown;
  usual?: { low?: number; high?: number } | null;
  height?: number;
  /** Told of what is drawn, for the sentence and the table beside it. */
  onData?: (data: ChartData) => void;
  onFailed?: (error: unknown) => void;
  describedBy?: string;
}

export function SeriesChart(props: SeriesChartProps) {
  const { source, view, shown, height = 320 } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const [data, setData] = useState<ChartData | null>(null);
  const cursor = useSignal<number | null>(null);
  const latest = useRef(props);
  latest.current = props;
  useLoading(latest, source, view, setData);
  useEffect(() => {
    if (!box.current || !data) return;
    const plotted = {
      data,
      of: shown.of,
      usual: props.usual ?? null,
      unit: shown.unit,
      isAmount: isAmount(source.kind),
      marks: source.marks ?? [],
    };
    if (plot.current) plot.current.show(plotted, latest.current.view);
    else {
      const width = box.current.clientWidth;
      plot.current = new Plot(box.current, { width, height }, latest.current.view, plotted);
    }
    // Tests and benchmarks wait for it.
    box.current.dispatchEvent(new Event('drawn', { bubbles: true }));
  }, [data, shown.unit, props.usual, source.marks]);
  useEffect(() => plot.current?.look(view), [view.from, view.to]);
  useSize(box, plot, height);
  usePaper(box, plot, height);
  useRebuilding(box, plot, () => setData((before) => (before ? { ...before } : before)));
  usePointers(box, plot, latest, cursor);
  return (
    <div>
      <Reading plot={plot} cursor={cursor} shown={shown} when={source.isByDay ? day : momentExact} />
      <div
        ref={box}
        class="chart"
        style={{ minHeight: `${height}px` }}
        tabIndex={0}
        role="group"
        aria-label={source.title}
        aria-describedby={props.describedBy}
        onKeyDown={(event) => onKey(event, plot.current, latest.current, cursor)}
        onBlur={() => {
          cursor.value = null;
          plot.current?.mark(null);
        }}
      />
    </div>
  );
}

/** Asks for what the view needs, a moment after it has come to rest. */
function useLoading(
  latest: { current: SeriesChartProps },
  source: ChartSource,
  view: View,
  set: (data: ChartData) => void,
): void {
  useEffect(() => {
    const abort = new AbortController();
    const load = async () => {
      const beside = (view.to - view.from) * BESIDE;
      const range = { fromMicros: view.from - beside, toMicros: view.to + beside };
      const pointsMax = Math.round(Math.min(2000, Math.max(300, innerWidth)) * (1 + 2 * BESIDE));
      try {
        const loaded = await source.load({ ...range, pointsMax }, abort.signal);
        if (abort.signal.aborted) return;
        set(loaded);
        latest.current.onData?.(loaded);
        const exact = await withExactGaps(source, range, loaded, abort.signal).catch(() => null);
        if (exact === null || abort.signal.aborted) return;
        set(exact);
        latest.current.onData?.(exact);
      } catch (error) {
        if (!abort.signal.aborted) latest.current.onFailed?.(error);
      }
    };
    const timer = setTimeout(() => void load(), LOAD_AFTER_MILLIS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [source.id, view.from, view.to]);
}

function useSize(box: { current: HTMLElement | null }, plot: { current: Plot | null }, height: number): void {
  useEffect(() => {
    if (!box.current) return;
    const seen = new ResizeObserver(([entry]) => plot.current?.resize({ width: entry.contentRect.width, height }));
    seen.observe(box.current);
    return () => {
      seen.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, []);
}

/** A4 within its margins, in CSS pixels: a canvas does not follow the paper by itself. */
const PAPER_WIDTH = 690;

function usePaper(box: { current: HTMLElement | null }, plot: { current: Plot | null }, height: number): void {
  useEffect(() => {
    const stop = new AbortController();
    const on = { signal: stop.signal };
    addEventListener('beforeprint', () => plot.current?.resize({ width: PAPER_WIDTH, height }), on);
    addEventListener('afterprint', () => plot.current?.resize({ width: box.current?.clientWidth ?? 0, height }), on);
    return () => stop.abort();
  }, [height]);
}

/** Colours are drawn into the canvas: another theme draws it anew. */
function useRebuilding(box: { current: HTMLElement | null }, plot: { current: Plot | null }, again: () => void): void {
  useEffect(() => {
    const rebuild = () => {
      plot.current?.destroy();
      plot.current = null;
      box.current?.replaceChildren();
      again();
    };
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', rebuild);
    const themed = new MutationObserver(rebuild);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'lang'] });
    return () => {
      dark.removeEventListener('change', rebuild);
      themed.disconnect();
    };
  }, []);
}

/** One pointer drags, two pinch, the wheel zooms where it points; a pointer at rest reads. */
function usePointers(
  box: { current: HTMLElement | null },
  plot: { current: Plot | null },
  latest: { current: SeriesChartProps },
  cursor: { value: number | null },
): void {
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const down = new Map<number, number>();
    const stop = new AbortController();
    const on = { signal: stop.signal };
    const placeOf = (event: PointerEvent | WheelEvent) => {
      const { left } = element.getBoundingClientRect();
      return (event.clientX - left - (plot.current?.left ?? 0)) / Math.max(1, plot.current?.width ?? 1);
    };
    const change = (view: View) => latest.current.onView(view);
    element.addEventListener('pointerdown', (event) => down.set(event.pointerId, placeOf(event)), on);
    element.addEventListener(
      'pointermove',
      (event) => {
        const place = placeOf(event);
        const before = down.get(event.pointerId);
        const { view, source } = latest.current;
        if (before === undefined) {
          cursor.value = plot.current?.indexAt(event.clientX - element.getBoundingClientRect().left) ?? null;
          return;
        }
        if (down.size === 1 && Math.abs(place - before) > 0.004) {
          element.setPointerCapture(event.pointerId);
          change(moved(view, before - place, source.bounds));
          down.set(event.pointerId, place);
        } else if (down.size === 2) {
          const other = [...down].find(([id]) => id !== event.pointerId)?.[1] ?? place;
          const factor = Math.abs(before - other) / Math.max(0.02, Math.abs(place - other));
          change(zoomed(view, factor, (place + other) / 2, source.bounds));
          down.set(event.pointerId, place);
        }
      },
      on,
    );
    for (const name of ['pointerup', 'pointercancel', 'pointerleave'] as const)
      element.addEventListener(name, (event) => down.delete(event.pointerId), on);
    element.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        const { view, source } = latest.current;
        const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
        change(
          isSideways
            ? moved(view, event.deltaX / 600, source.bounds)
            : zoomed(view, 1.0015 ** event.deltaY, placeOf(event), source.bounds),
        );
      },
      { ...on, passive: false },
    );
    return () => stop.abort();
  }, []);
}

function onKey(
  event: KeyboardEvent,
  plot: Plot | null,
  { view, onView, source }: SeriesChartProps,
  cursor: { value: number | null },
): void {
  if (!plot || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = (by: number) => {
    const from = cursor.value ?? (by > 0 ? -1 : plot.length);
    for (let i = from + by; i >= 0 && i < plot.length; i += by)
      if (plot.at(i)) {
        cursor.value = i;
        plot.mark(i);
        return;
      }
  };
  const bounds: Bounds = source.bounds;
  const actions: Record<string, () => void> = {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    PageUp: () => onView(moved(view, -0.8, bounds)),
    PageDown: () => onView(moved(view, 0.8, bounds)),
    '+': () => onView(zoomed(view, 0.5, 0.5, bounds)),
    '=': () => onView(zoomed(view, 0.5, 0.5, bounds)),
    '-': () => onView(zoomed(view, 2, 0.5, bounds)),
    Home: () => onView(moved(view, -1e6, bounds)),
    End: () => onView(moved(view, 1e6, bounds)),
    Escape: () => {
      cursor.value = null;
      plot.mark(null);
    },
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

/** The reading under the mark, in figures, and said a moment after one has come to rest on it. */
function Reading(props: {
  plot: { current: Plot | null };
  cursor: { value: number | null };
  shown: Shown;
  when: (micros: number) => string;
}) {
  const { shown, when } = props;
  const index = props.cursor.value;
  const at = index === null ? null : (props.plot.current?.at(index) ?? null);
  const [said, setSaid] = useState('');
  const unit = { ...shown, of: (value: number) => value };
  const text = at ? `${withUnit(unit, at.mean)}, ${when(at.atMicros)}` : '';
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), SAY_AFTER_MILLIS);
    return () => clearTimeout(timer);
  }, [text]);
  const { rangeOf } = words.value.series;
  return (
    <div class="chart-read">
      <span class="only-heard" aria-live="polite">
        {said}
      </span>
      {at && (
        <>
          <strong>{withUnit(unit, at.mean)}</strong>
          {at.min !== null && at.max !== null && at.max > at.min && (
            <span class="quiet">{rangeOf(number(at.min, shown.decimals), number(at.max, shown.decimals))}</span>
          )}
          <span class="quiet">{when(at.atMicros)}</span>
        </>
      )}
    </div>
  );
}
