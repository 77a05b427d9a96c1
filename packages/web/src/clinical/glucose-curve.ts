// The curve of a usual day: percentiles by hour of the local day, smoothed around the clock ("according to AGP spec", tidepool-org/viz).
import type { Calendar } from './civil.ts';
import type { Readings } from './glucose.ts';
import { ascending, quantile } from './quantile.ts';

export const PERCENTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;
const HOURS = 24;

export interface CurveBin {
  /** Hour of the day where the point stands, from −0.5 to 24.5; a bin's own is its middle. */
  hour: number;
  count: number;
  /** 5, 25, 50, 75, 95 %, in the unit of the readings; null where no reading fell in: the curve breaks. */
  values: readonly number[] | null;
}

/** All readings in 24 bins of an hour of the local day, five percentiles each, not smoothed. */
export function hourlyBins({ at, value }: Readings, calendar: Calendar): CurveBin[] {
  const bins: number[][] = Array.from({ length: HOURS }, () => []);
  at.forEach((time, i) => {
    bins[Math.floor(calendar.civil(time).minute / 60)].push(value[i]);
  });
  return bins.map((readings, hour) => {
    const sorted = ascending(readings);
    const values = sorted.length === 0 ? null : PERCENTILES.map((p) => quantile(sorted, p));
    return { hour: hour + 0.5, count: sorted.length, values };
  });
}

/** Weights 1-4-1 over the neighbouring hours around the clock; 1-4 where a neighbour is empty, as it is where both are. */
export function smoothed(bins: readonly CurveBin[]): CurveBin[] {
  return bins.map((bin, i) => {
    const { values } = bin;
    if (values === null) return bin;
    const beside = [bins[(i + bins.length - 1) % bins.length], bins[(i + 1) % bins.length]]
      .map((each) => each.values)
      .filter((each) => each !== null);
    const mixed = values.map(
      (value, k) => (4 * value + beside.reduce((sum, each) => sum + each[k], 0)) / (4 + beside.length),
    );
    return { ...bin, values: mixed };
  });
}

/** The smoothed curve, with the last hour before midnight and the first after it repeated so that it reaches both edges. */
export function hourlyCurve(readings: Readings, calendar: Calendar): CurveBin[] {
  const bins = smoothed(hourlyBins(readings, calendar));
  return [{ ...bins[HOURS - 1], hour: -0.5 }, ...bins, { ...bins[0], hour: HOURS + 0.5 }];
}

/** Unbroken stretches of the curve. */
export function stretches(curve: readonly CurveBin[]): { hour: number; values: readonly number[] }[][] {
  const found: { hour: number; values: readonly number[] }[][] = [];
  let open: { hour: number; values: readonly number[] }[] | null = null;
  for (const { hour, values } of curve) {
    if (values === null) {
      open = null;
      continue;
    }
    if (open === null) {
      open = [];
      found.push(open);
    }
    open.push({ hour, values });
  }
  return found;
}

/** A cardinal spline through the points as the commands of an SVG path, begun with `command`. @param tension 1 is straight lines */
export function spline(points: readonly (readonly [number, number])[], command: 'M' | 'L', tension = 0.5): string {
  const k = (1 - tension) / 6;
  const text = (x: number, y: number) => `${x.toFixed(2)} ${y.toFixed(2)}`;
  return points
    .map(([x, y], i) => {
      if (i === 0) return `${command}${text(x, y)}`;
      const before = points[Math.max(0, i - 2)];
      const from = points[i - 1];
      const after = points[Math.min(points.length - 1, i + 1)];
      const first = text(from[0] + k * (x - before[0]), from[1] + k * (y - before[1]));
      const second = text(x - k * (after[0] - from[0]), y - k * (after[1] - from[1]));
      return `C${first} ${second} ${text(x, y)}`;
    })
    .join('');
}
