// Where the labels of a chart stand: round numbers on the value axis, round local times on the time axis.
import type { LocalTimes } from './times.ts';

export interface ValueAxis {
  low: number;
  high: number;
  ticks: number[];
  decimals: number;
}

/** An axis over [low, high] with three to six round ticks; a flat signal gets room on both sides. */
export function valueAxis(low: number, high: number): ValueAxis {
  const flat = high - low < 1e-9 * Math.max(1, Math.abs(high));
  const pad = flat ? Math.max(1, Math.abs(high) * 0.05) : (high - low) * 0.04;
  const [from, to] = [low - pad, high + pad];
  const rough = (to - from) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const ticks: number[] = [];
  for (let index = Math.ceil(from / step); index * step <= to; index++) ticks.push(index * step);
  const decimals = Math.max(0, Math.min(4, -Math.floor(Math.log10(step) + 1e-9) + (step / power === 2.5 ? 1 : 0)));
  return { low: from, high: to, ticks, decimals };
}

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;
const STEPS = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800],
  ...[3600, 7200, 10_800, 21_600, 43_200],
].map((seconds) => seconds * SECOND);
const DAY_STEPS = [1, 2, 7, 14].map((days) => days * DAY);

/** Round local times inside [from, to], at most `countMax` of them, with the label of each. */
export function timeTicks(
  from: number,
  to: number,
  countMax: number,
  times: LocalTimes,
): { at: number; label: string }[] {
  const fits = (step: number) => (to - from) / step <= countMax;
  const clockStep = STEPS.find(fits);
  if (clockStep !== undefined) return clockTicks(from, to, clockStep, times);
  const dayStep = DAY_STEPS.find(fits);
  if (dayStep !== undefined) return dayTicks(from, to, dayStep / DAY, times);
  return monthTicks(from, to, countMax, times);
}

function clockTicks(from: number, to: number, step: number, times: LocalTimes) {
  const ticks: { at: number; label: string }[] = [];
  const precision = step < SECOND ? 'millisecond' : step < 60 * SECOND ? 'second' : 'minute';
  const offset = times.at(from).offsetNanoseconds / 1000;
  for (let local = Math.ceil((from + offset) / step) * step; ; local += step) {
    // Read at the local time's own offset, so that ticks stay on round hours after the clocks change.
    const guess = local - offset;
    const at = local - times.at(guess).offsetNanoseconds / 1000;
    if (at > to) return ticks;
    if (at < from || at === ticks.at(-1)?.at) continue;
    const midnight = precision === 'minute' && times.clock(at) === '00:00';
    ticks.push({ at, label: midnight ? times.dayOfMonth(at) : times.clock(at, precision) });
  }
}

function dayTicks(from: number, to: number, days: number, times: LocalTimes) {
  const ticks: { at: number; label: string }[] = [];
  let day = times.at(from).startOfDay();
  for (;;) {
    const at = Number(day.epochNanoseconds / 1000n);
    if (at > to) return ticks;
    if (at >= from) ticks.push({ at, label: times.dayOfMonth(at) });
    day = day.add({ days: at >= from ? days : 1 });
  }
}

function monthTicks(from: number, to: number, countMax: number, times: LocalTimes) {
  const ticks: { at: number; label: string }[] = [];
  const months = (to - from) / (30.44 * DAY);
  const step = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((candidate) => months / candidate <= countMax) ?? 600;
  let month = times.at(from).with({ day: 1 }).startOfDay();
  while (step > 1 && (month.year * 12 + month.month - 1) % step !== 0) month = month.subtract({ months: 1 });
  for (; ; month = month.add({ months: step })) {
    const at = Number(month.epochNanoseconds / 1000n);
    if (at > to) return ticks;
    if (at >= from) ticks.push({ at, label: step >= 12 ? String(month.year) : times.month(at) });
  }
}
