// Which part of time a chart shows, and how it moves: pure arithmetic in microseconds.

export interface View {
  /** Microseconds since 1970. */
  from: number;
  to: number;
}

export interface Bounds {
  first: number;
  last: number;
}

/** Closest: a second across the screen, a heart beat. */
export const SPAN_MICROS_MIN = 1e6;
/** Room beside the readings, as a share of what is shown. */
const MARGIN = 0.02;

const spanOf = ({ from, to }: View): number => to - from;

/** Keeps a view within what there is, with a little air, and no closer than a second. */
export function bounded(view: View, { first, last }: Bounds): View {
  const whole = Math.max(last - first, SPAN_MICROS_MIN);
  const span = Math.min(Math.max(spanOf(view), SPAN_MICROS_MIN), whole * (1 + 2 * MARGIN));
  const air = span * MARGIN;
  const middle = (view.from + view.to) / 2;
  const from = Math.min(Math.max(middle - span / 2, first - air), Math.max(last + air - span, first - air));
  return { from: Math.round(from), to: Math.round(from + span) };
}

/** The last `span` microseconds of what there is; all of it without a span. */
export function newest(bounds: Bounds, span?: number): View {
  const whole = Math.max(bounds.last - bounds.first, SPAN_MICROS_MIN);
  const length = Math.min(span ?? whole, whole);
  const air = length * MARGIN;
  return { from: Math.round(bounds.last - length - (span === undefined ? air : 0)), to: Math.round(bounds.last + air) };
}

/** @param factor below 1 is closer · @param at the moment that stays where it is, as a share of the width */
export function zoomed(view: View, factor: number, at: number, bounds: Bounds): View {
  const fixed = view.from + spanOf(view) * at;
  const span = Math.max(SPAN_MICROS_MIN, spanOf(view) * factor);
  return bounded({ from: fixed - span * at, to: fixed + span * (1 - at) }, bounds);
}

/** @param by share of the width, to the right when positive */
export function moved(view: View, by: number, bounds: Bounds): View {
  const shift = spanOf(view) * by;
  return bounded({ from: view.from + shift, to: view.to + shift }, bounds);
}

/** Does the view end at the newest reading? Then it follows what comes in. */
export const isAtNewest = (view: View, { last }: Bounds): boolean => view.to >= last;
