// Amounts (steps, doses, meals) as marks that stand on zero: between two of them lies nothing, so no line joins them. Where a point stands for
// several, its stem goes to the highest of them and its dot to the average.
import type uPlot from 'uplot';
import { colourOf } from './colours.ts';

/** CSS pixels. */
const STEM_PIXELS = 2;
const DOT_PIXELS = 3;
/** Closer than this the dots would run together. */
const DOTS_APART_PIXELS = 9;

/** Draws columns [time, min, max, mean] of a plot into it. */
export function drawStems(plot: uPlot): void {
  const { ctx, bbox } = plot;
  const [at, , max, mean] = plot.data;
  const ratio = devicePixelRatio;
  const { min = 0, max: right = 0 } = plot.scales.x;
  const seen = [...at.keys()].filter((i) => at[i] >= min && at[i] <= right && mean?.[i] != null);
  const apart = bbox.width / ratio / Math.max(1, seen.length);
  const zero = plot.valToPos(0, 'y', true);
  const marks = seen.map((i) => {
    const value = mean?.[i] ?? 0;
    return {
      x: plot.valToPos(at[i], 'x', true),
      dot: plot.valToPos(value, 'y', true),
      top: plot.valToPos(max?.[i] ?? value, 'y', true),
    };
  });
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left - DOT_PIXELS * ratio, bbox.top, bbox.width + 2 * DOT_PIXELS * ratio, bbox.height);
  ctx.clip();
  ctx.strokeStyle = colourOf('series-1');
  ctx.fillStyle = ctx.strokeStyle;
  ctx.lineWidth = Math.max(1, Math.min(STEM_PIXELS, apart * 0.6)) * ratio;
  ctx.beginPath();
  for (const { x, top } of marks) {
    ctx.moveTo(x, zero);
    ctx.lineTo(x, top);
  }
  ctx.stroke();
  if (apart >= DOTS_APART_PIXELS)
    for (const { x, dot } of marks) {
      ctx.beginPath();
      ctx.arc(x, dot, DOT_PIXELS * ratio, 0, 2 * Math.PI);
      ctx.fill();
    }
  ctx.restore();
}
