// A person for the pictures: made up, the same every time but for the hour, so that what is live looks live and last week is last week.
import { Prng } from '@hale/testkit/sim/prng';

const MINUTE = 60e6;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lines of `series,microseconds,value` up to `now`, oldest first. */
export function linesUntil(now: number): string[] {
  const chance = new Prng('pictures');
  const end = Math.floor(now / (5 * MINUTE)) * 5 * MINUTE;
  return [
    ...glucose(chance, end),
    ...heartRate(chance, end),
    ...pressure(chance, end),
    ...daily(chance, end),
    ...nights(chance, end),
    ...meals(chance, end),
  ];
}

const noise = (chance: Prng, size: number): number => (chance.int(2001) / 1000 - 1) * size;
/** Hours of the day, 0 to 24, in UTC. */
const hourOf = (at: number): number => (at % DAY) / HOUR;

/** Rises by three meals, a dawn, one low night; a sensor that fell off for half a day. */
function glucose(chance: Prng, end: number): string[] {
  const lines: string[] = [];
  let drift = 0;
  for (let at = end - 30 * DAY; at <= end; at += 5 * MINUTE) {
    const day = Math.floor((end - at) / DAY);
    if (day === 9 && hourOf(at) > 11) continue;
    const hour = hourOf(at);
    const meal = [7.5, 12.5, 19].reduce((sum, when, i) => {
      const since = hour - when;
      return since < 0 || since > 4 ? sum : sum + [52, 62, 78][i] * since * Math.exp(1 - since * 1.15);
    }, 0);
    drift = drift * 0.96 + noise(chance, 5);
    const dawn = hour > 4 && hour < 8 ? 12 * Math.sin(((hour - 4) / 4) * Math.PI) : 0;
    const low = day % 6 === 2 && hour > 2 && hour < 4.5 ? -46 * Math.sin(((hour - 2) / 2.5) * Math.PI) : 0;
    lines.push(`glucose-cgm,${at},${Math.max(41, Math.round(104 + meal + dawn + low + drift * 2.2))}`);
  }
  return lines;
}

/** A reading a minute for eight days; the watch is charged after breakfast. */
function heartRate(chance: Prng, end: number): string[] {
  const lines: string[] = [];
  let drift = 0;
  for (let at = end - 8 * DAY; at <= end; at += MINUTE) {
    const hour = hourOf(at);
    if (hour > 8.2 && hour < 9) continue;
    drift = drift * 0.98 + noise(chance, 1.6);
    const asleep = hour < 6.5 || hour > 23;
    const run = hour > 17.5 && hour < 18.3 && Math.floor(at / DAY) % 2 === 0 ? 74 : 0;
    lines.push(`heart-rate,${at},${Math.round((asleep ? 54 : 71) + drift + run + noise(chance, 2))}`);
  }
  return lines;
}

function pressure(chance: Prng, end: number): string[] {
  const lines: string[] = [];
  for (let day = 40; day >= 0; day--) {
    for (const hour of [7.25, 20.5]) {
      const at = Math.floor(end / DAY) * DAY - day * DAY + hour * HOUR;
      if (at > end || chance.chance(0.15)) continue;
      lines.push(`blood-pressure-systolic,${at},${Math.round(128 + day / 8 + noise(chance, 9))}`);
      lines.push(`blood-pressure-diastolic,${at},${Math.round(80 + day / 14 + noise(chance, 6))}`);
    }
  }
  return lines;
}

function daily(chance: Prng, end: number): string[] {
  const lines: string[] = [];
  for (let day = 60; day >= 0; day--) {
    const morning = Math.floor(end / DAY) * DAY - day * DAY + 7 * HOUR;
    if (morning <= end && !chance.chance(0.2))
      lines.push(`body-weight,${morning},${(71.8 + day / 60 + noise(chance, 0.4)).toFixed(2)}`);
    if (day > 20) continue;
    if (morning <= end) lines.push(`body-temperature,${morning},${(36.5 + noise(chance, 0.3)).toFixed(2)}`);
    for (let hour = 7; hour < 22; hour++) {
      const at = morning + (hour - 7) * HOUR;
      if (at <= end) lines.push(`steps,${at},${Math.round(Math.max(0, 520 + noise(chance, 700)))}`);
    }
  }
  return lines;
}

/** Stages of twenty nights, and the oxygen of each. Numbers of the stages: packages/vault/src/kinds-codes.ts. */
function nights(chance: Prng, end: number): string[] {
  const lines: string[] = [];
  for (let day = 20; day >= 0; day--) {
    const midnight = Math.floor(end / DAY) * DAY - day * DAY;
    let at = midnight - HOUR / 2 + noise(chance, HOUR / 2);
    const wake = midnight + 6.6 * HOUR + noise(chance, HOUR / 2);
    if (wake > end) break;
    while (at < wake) {
      const stage = [4, 5, 4, 6, 4, 2][chance.int(6)];
      lines.push(`sleep-stage,${Math.round(at)},${stage}`);
      at += (stage === 2 ? 4 : chance.between(14, 38)) * MINUTE;
    }
    lines.push(`sleep-stage,${Math.round(wake)},0`);
    for (let each = midnight; each < wake; each += 5 * MINUTE)
      lines.push(`spo2,${each},${Math.min(100, Math.round(96.4 + noise(chance, 1.8)))}`);
  }
  return lines;
}

function meals(chance: Prng, end: number): string[] {
  const lines: string[] = [];
  for (let day = 20; day >= 0; day--)
    for (const [hour, grams] of [
      [7.4, 42],
      [12.4, 58],
      [18.9, 71],
    ] as const) {
      const at = Math.floor(end / DAY) * DAY - day * DAY + hour * HOUR;
      if (at > end) continue;
      const eaten = Math.round(grams + noise(chance, 12));
      lines.push(`carbohydrate-intake,${at},${eaten}`, `insulin-bolus,${at - 4 * MINUTE},${(eaten / 11).toFixed(1)}`);
    }
  return lines;
}
