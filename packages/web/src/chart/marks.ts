// Results out of health records on the axis of a series: diamonds in a colour of their own, so that form and colour both tell them from readings.
import type uPlot from 'uplot';
import { colourOf } from './colours.ts';

/** CSS pixels from the middle to a corner. */
const DIAMOND_PIXELS = 6;

/** Draws the fifth column of a plot into it. */
export function drawMarks(plot: uPlot): void {
  const [at, , , , marks] = plot.data;
  const { min = 0, max = 0 } = plot.scales.x;
  const seen = [...at.keys()].filter((i) => marks?.[i] != null && at[i] >= min && at[i] <= max);
  if (seen.length === 0) return;
  const { ctx } = plot;
  const size = DIAMOND_PIXELS * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = colourOf('series-2');
  ctx.strokeStyle = colourOf('card');
  ctx.lineWidth = devicePixelRatio;
  for (const i of seen) {
    const x = plot.valToPos(at[i], 'x', true);
    const y = plot.valToPos(marks?.[i] ?? 0, 'y', true);
    ctx.beginPath();
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, y);
    ctx.lineTo(x, y + size);
    ctx.lineTo(x - size, y);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}
