// What watch faces, widgets and Home Assistant ask for: the last readings with their trend, in the shapes of `pebble`, `properties` and
// the web socket.
import type { Fields } from './documents.ts';
import { MGDL_PER_MMOL } from './numbers.ts';

/** A glucose reading, whoever brought it. */
export interface Glucose {
  id: string;
  millis: number;
  mgdl: number;
  device: string;
  /** As the uploader said; otherwise told by the reading before. */
  direction: string;
  noise: number | null;
}

export type GlucoseUnits = 'mg/dl' | 'mmol';

const TRENDS: Readonly<Record<string, { trend: number; label: string; entity: string }>> = {
  NONE: { trend: 0, label: '⇼', entity: '&#8700;' },
  DoubleUp: { trend: 1, label: '⇈', entity: '&#8648;' },
  SingleUp: { trend: 2, label: '↑', entity: '&#8593;' },
  FortyFiveUp: { trend: 3, label: '↗', entity: '&#8599;' },
  Flat: { trend: 4, label: '→', entity: '&#8594;' },
  FortyFiveDown: { trend: 5, label: '↘', entity: '&#8600;' },
  SingleDown: { trend: 6, label: '↓', entity: '&#8595;' },
  DoubleDown: { trend: 7, label: '⇊', entity: '&#8650;' },
  'NOT COMPUTABLE': { trend: 8, label: '-', entity: '&#45;' },
  'RATE OUT OF RANGE': { trend: 9, label: '⇕', entity: '&#8661;' },
};

const trendOf = (direction: string) => TRENDS[direction] ?? TRENDS['NOT COMPUTABLE'];

const MINUTE = 60_000;
/** A reading older than this says nothing of the trend. */
const TREND_MILLIS_MAX = 16 * MINUTE;
const TREND_MILLIS_MIN = 4 * MINUTE;

/** Dexcom's arrows: 1, 2 and 3 mg/dL a minute. `before` is newest first. */
export function directionOf(millis: number, mgdl: number, before: readonly { millis: number; mgdl: number }[]): string {
  const earlier = before.find((each) => millis - each.millis >= TREND_MILLIS_MIN);
  if (!earlier || millis - earlier.millis > TREND_MILLIS_MAX) return 'NONE';
  const rate = (mgdl - earlier.mgdl) / ((millis - earlier.millis) / MINUTE);
  const step = Math.min(3, Math.floor(Math.abs(rate)));
  return rate < 0
    ? ['Flat', 'FortyFiveDown', 'SingleDown', 'DoubleDown'][step]
    : ['Flat', 'FortyFiveUp', 'SingleUp', 'DoubleUp'][step];
}

export function inUnits(mgdl: number, units: GlucoseUnits): number {
  return units === 'mmol' ? Math.round((mgdl / MGDL_PER_MMOL) * 10) / 10 : Math.round(mgdl);
}

const texted = (mgdl: number, units: GlucoseUnits): string =>
  units === 'mmol' ? (mgdl / MGDL_PER_MMOL).toFixed(1) : String(Math.round(mgdl));

/** What changed within the five minutes before the newest reading; a longer step is scaled to five. null: nothing to compare with. */
export function deltaOf(
  newestFirst: readonly Glucose[],
): { mgdl: number; elapsedMins: number; isInterpolated: boolean } | null {
  const [now, before] = newestFirst;
  if (!before || now.millis - before.millis > TREND_MILLIS_MAX) return null;
  const elapsedMins = (now.millis - before.millis) / MINUTE;
  const isInterpolated = elapsedMins > 9;
  const change = now.mgdl - before.mgdl;
  return { mgdl: isInterpolated ? (change / elapsedMins) * 5 : change, elapsedMins, isInterpolated };
}

/** `/pebble`: numbers as text, the oldest of all the interfaces. */
export function pebbleOf(
  newestFirst: readonly Glucose[],
  options: { units: GlucoseUnits; count: number; nowMillis: number; battery: number | null },
): Fields {
  const { units } = options;
  const bgs: Record<string, unknown>[] = newestFirst.slice(0, options.count).map((reading) => ({
    sgv: texted(reading.mgdl, units),
    trend: trendOf(reading.direction).trend,
    direction: reading.direction,
    datetime: reading.millis,
  }));
  if (bgs.length > 0) {
    const delta = deltaOf(newestFirst)?.mgdl ?? 0;
    bgs[0].bgdelta = units === 'mmol' ? texted(delta, units) : Math.round(delta);
    if (options.battery !== null) bgs[0].battery = String(options.battery);
  }
  return { status: [{ now: options.nowMillis }], bgs, cals: [] };
}

/** `/api/v2/properties`: bgnow, delta, direction, upbat; only what can be said. */
export function propertiesOf(
  newestFirst: readonly Glucose[],
  options: { units: GlucoseUnits; battery: number | null; names: readonly string[] | null },
): Fields {
  const { units, battery, names } = options;
  const [last] = newestFirst;
  const all: Record<string, unknown> = {};
  if (last) {
    const shown = newestFirst.slice(0, 4).map((reading) => shownGlucose(reading, units));
    all.bgnow = { mean: last.mgdl, last: last.mgdl, mills: last.millis, sgvs: shown };
    const delta = deltaOf(newestFirst);
    if (delta) all.delta = shownDelta(newestFirst, delta, units);
    const { label, entity } = trendOf(last.direction);
    all.direction = { display: label, value: last.direction, label, entity };
  }
  if (battery !== null)
    all.upbat = {
      display: `${battery}%`,
      level: Math.ceil(battery / 25) * 25,
      min: { value: battery, display: `${battery}%` },
    };
  return names === null ? all : Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

function shownGlucose(reading: Glucose, units: GlucoseUnits): Fields {
  const { id, mgdl, millis, device, direction } = reading;
  return { _id: id, mgdl, mills: millis, device, direction, type: 'sgv', scaled: inUnits(mgdl, units) };
}

function shownDelta(
  newestFirst: readonly Glucose[],
  delta: NonNullable<ReturnType<typeof deltaOf>>,
  units: GlucoseUnits,
): Fields {
  const scaled = units === 'mmol' ? Math.round((delta.mgdl / MGDL_PER_MMOL) * 10) / 10 : Math.round(delta.mgdl);
  const [recent, previous] = newestFirst;
  return {
    absolute: Math.abs(recent.mgdl - previous.mgdl),
    elapsedMins: delta.elapsedMins,
    interpolated: delta.isInterpolated,
    mean5MinsAgo: recent.mgdl - delta.mgdl,
    mgdl: Math.round(delta.mgdl),
    scaled,
    display: `${scaled >= 0 ? '+' : ''}${scaled}`,
    previous: {
      mean: previous.mgdl,
      last: previous.mgdl,
      mills: previous.millis,
      sgvs: [shownGlucose(previous, units)],
    },
    times: { recent: recent.millis, previous: previous.millis },
  };
}

/** The settings that clients read to know which units a person thinks in; thresholds are those of Hale's glucose kind. */
export function settingsOf(units: GlucoseUnits): Fields {
  return {
    units,
    timeFormat: 24,
    nightMode: false,
    theme: 'default',
    language: 'en',
    enable: ['careportal', 'bgnow', 'delta', 'direction', 'upbat', 'timeago', 'devicestatus'],
    thresholds: { bgHigh: 250, bgTargetTop: 180, bgTargetBottom: 70, bgLow: 54 },
    alarmTypes: [],
  };
}
