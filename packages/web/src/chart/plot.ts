// uPlot, set up the way every chart of Hale looks: band from lowest to highest, mean as a line, gaps hatched, the usual range behind; amounts as
// stems on zero, with neither line nor gaps.
import uPlot from 'uplot';
import { number, zone } from '../words/numbers.ts';
import { timeLabels, Y_AIR } from './axis.ts';
import { colourOf } from './colours.ts';
import { drawMarks } from './marks.ts';
import { type ChartData, type ChartSource, drawnTogether, withGaps } from './source.ts';
import { drawStems } from './stems.ts';
import type { View } from './view.ts';

export interface PlotData {
  data: ChartData;
  /** From stored to shown. */
  of: (value: number) => number;
  usual?: { low?: number; high?: number } | null;
  unit: string;
  /** Readings add up: steps, doses. */
  isAmount: boolean;
  marks?: ChartSource['marks'];
}

/** Room for one label of the time axis: of a date, and on a phone of a short one. */
const LABEL_PIXELS = 92;
const LABEL_PIXELS_NARROW = 62;
const NARROW_PIXELS = 420;
const Y_AXIS_PIXELS = 46;
/** Readings that fall on so many pixels are drawn as one mean with lowest and highest. */
const BUCKET_PIXELS = 3;
const AXIS_FONT = '12px system-ui, sans-serif';
/** Below this many points on a line each is drawn. */
const POINTS_SHOWN_MAX = 120;
/** A gap that would be thinner on the screen than the first is not drawn, and none thinner than the second: half a day of a month has to be seen on a phone. */
const GAP_PIXELS_MIN = 1.5;
const GAP_PIXELS_SHOWN = 8;

/** From the lowest to the highest of what is seen, with air; a flat line stands in the middle. */
function yRange(plot: uPlot, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const air = (high - low || Math.abs(high) * 0.1 || 1) * Y_AIR;
  const bottom = low >= 0 && low - air < 0 ? 0 : low - air;
  return plot.series.length > 0 ? [bottom, high + air] : [low, high];
}

function hatch(context: CanvasRenderingContext2D, colour: string): CanvasPattern | null {
  const size = Math.round(6 * devicePixelRatio);
  const tile = new OffscreenCanvas(size, size);
  const on = tile.getContext('2d');
  if (!on) return null;
  on.strokeStyle = colour;
  on.lineWidth = 1.5 * devicePixelRatio;
  on.beginPath();
  // With its continuation in the corners, so that lines go on from tile to tile.
  for (const by of [-size, 0, size]) {
    on.moveTo(by, size);
    on.lineTo(by + size, 0);
  }
  on.stroke();
  return context.createPattern(tile, 'repeat');
}

export class Plot {
  readonly #plot: uPlot;
  #shown: PlotData;
  #microsPerPixel: number;

  constructor(parent: HTMLElement, size: { width: number; height: number }, view: View, shown: PlotData) {
    this.#shown = shown;
    this.#microsPerPixel = (view.to - view.from) / Math.max(1, size.width - Y_AXIS_PIXELS);
    this.#plot = new uPlot(this.#options(size, view), this.#columns(), parent);
  }

  destroy(): void {
    this.#plot.destroy();
  }

  resize(size: { width: number; height: number }): void {
    this.#plot.setSize(size);
  }

  show(shown: PlotData, view: View): void {
    this.#shown = shown;
    this.#microsPerPixel = (view.to - view.from) / Math.max(1, this.width);
    this.#plot.batch(() => {
      this.#plot.setData(this.#columns(), false);
      this.look(view);
    });
  }

  look(view: View): void {
    this.#plot.setScale('x', { min: view.from / 1000, max: view.to / 1000 });
  }

  /** Puts the mark on the point of that index; null takes it away. */
  mark(index: number | null): void {
    const at = index === null ? null : this.#plot.data[0][index];
    const isThere = at !== undefined && at !== null;
    this.#plot.setCursor(isThere ? { left: this.#plot.valToPos(at, 'x'), top: 10 } : { left: -10, top: -10 });
  }

  /** Index among the drawn points of what is nearest to a place within the plot, in CSS pixels. */
  indexAt(left: number): number {
    return this.#plot.posToIdx(left - this.left);
  }

  get left(): number {
    return this.#plot.over.offsetLeft;
  }

  get width(): number {
    return this.#plot.over.clientWidth;
  }

  /** What is drawn at an index: microseconds and shown values; null in a gap. */
  at(index: number): { atMicros: number; mean: number; min: number | null; max: number | null } | null {
    const [at, min, max, mean, marks] = this.#plot.data;
    const value = mean?.[index] ?? marks?.[index];
    if (value === null || value === undefined) return null;
    return { atMicros: at[index] * 1000, mean: value, min: min?.[index] ?? null, max: max?.[index] ?? null };
  }

  get length(): number {
    return this.#plot.data[0].length;
  }

  #columns(): uPlot.AlignedData {
    const { data, of, isAmount, marks = [] } = this.#shown;
    const drawn = isAmount ? data : drawnTogether(data, BUCKET_PIXELS * this.#microsPerPixel);
    const { at, mean, min, max } = withGaps(drawn, of);
    if (marks.length === 0) return [at, min, max, mean, at.map(() => null)];
    // Where only a mark stands, the line goes on as if nothing were there.
    const marked: uPlot.AlignedData = [marks.map((mark) => mark.at / 1000), marks.map(({ value }) => of(value))];
    return uPlot.join([[at, min, max, mean], marked]);
  }

  #options(size: { width: number; height: number }, view: View): uPlot.Options {
    const line = colourOf('series-1');
    const { isAmount } = this.#shown;
    const isNarrow = size.width < NARROW_PIXELS;
    const text = colourOf('n6');
    const grid = { stroke: colourOf('n2'), width: 1 };
    const axis = { stroke: text, font: AXIS_FONT, grid, ticks: { show: false } };
    return {
      ...size,
      ms: 1,
      tzDate: (at) => uPlot.tzDate(new Date(at), zone.value),
      // The last label of the time axis reaches beyond it; above stands the unit.
      padding: [22, 28, 0, 0],
      cursor: { drag: { x: false, y: false }, points: { size: 8, fill: line }, y: false },
      legend: { show: false },
      scales: {
        x: { time: true, min: view.from / 1000, max: view.to / 1000 },
        y: { range: (plot, low, high) => yRange(plot, isAmount && low !== null ? Math.min(0, low) : low, high) },
      },
      axes: [
        {
          ...axis,
          gap: 6,
          size: 44,
          space: isNarrow ? LABEL_PIXELS_NARROW : LABEL_PIXELS,
          values: (_, splits, __, ___, step) => timeLabels(splits, step, isNarrow),
        },
        { ...axis, gap: 6, size: Y_AXIS_PIXELS, values: (_, splits) => splits.map((value) => number(value)) },
      ],
      series: [
        {},
        { stroke: 'transparent', points: { show: false } },
        { stroke: 'transparent', points: { show: false } },
        {
          stroke: line,
          width: 1.5,
          ...(isAmount ? { paths: () => null } : {}),
          points: { size: 4, fill: line, show: (_, __, first, last) => !isAmount && last - first < POINTS_SHOWN_MAX },
        },
        { paths: () => null, points: { show: false } },
      ],
      bands: isAmount ? [] : [{ series: [2, 1], fill: colourOf('band') }],
      hooks: {
        drawAxes: [(plot) => this.#drawBehind(plot), (plot) => this.#drawUnit(plot)],
        draw: isAmount ? [drawStems, drawMarks] : [drawMarks],
      },
    };
  }

  #drawBehind(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    this.#drawUsual(plot);
    this.#drawGaps(plot);
    ctx.restore();
  }

  /** Above the axis whose numbers it belongs to. */
  #drawUnit({ ctx, bbox }: uPlot): void {
    ctx.save();
    ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.fillStyle = colourOf('n6');
    ctx.textAlign = 'left';
    ctx.textBaseline = 'bottom';
    ctx.fillText(this.#shown.unit, 0, bbox.top - 6 * devicePixelRatio);
    ctx.restore();
  }

  #drawGaps(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const [ground, edge] = [colourOf('n2'), colourOf('n5')];
    const pattern = hatch(ctx, edge);
    for (const [from, to] of this.#shown.isAmount ? [] : this.#shown.data.gaps) {
      const [start, end] = [plot.valToPos(from / 1000, 'x', true), plot.valToPos(to / 1000, 'x', true)];
      if (end - start < GAP_PIXELS_MIN * devicePixelRatio || !pattern) continue;
      const width = Math.max(end - start, GAP_PIXELS_SHOWN * devicePixelRatio);
      const left = (start + end - width) / 2;
      ctx.fillStyle = ground;
      ctx.fillRect(left, bbox.top, width, bbox.height);
      ctx.fillStyle = pattern;
      ctx.fillRect(left, bbox.top, width, bbox.height);
      ctx.fillStyle = edge;
      for (const at of [left, left + width])
        ctx.fillRect(at - devicePixelRatio / 2, bbox.top, devicePixelRatio, bbox.height);
    }
  }

  #drawUsual(plot: uPlot): void {
    const { usual } = this.#shown;
    if (!usual) return;
    const { ctx, bbox } = plot;
    const top = usual.high === undefined ? bbox.top : plot.valToPos(usual.high, 'y', true);
    const bottom = usual.low === undefined ? bbox.top + bbox.height : plot.valToPos(usual.low, 'y', true);
    ctx.fillStyle = colourOf('good-tint');
    ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
  }
}
