// Vaults of people who do not exist, each with one kind of signal, as their homes would publish them: imported at once or live, day by day.
// What comes out is what a relay holds at rest of them.

import type { VerifiedEvent } from '@hale/kernel';
import { masterKeys } from '@hale/kernel/seal';
import { workFolder } from '@hale/testkit/hale-process';
import type { OpenStream, Samples } from '@hale/vault';
import { Home } from '../../packages/home/src/home.ts';
import { seeded } from './ledger.ts';

export interface Signal {
  kind: string;
  periodSeconds: number;
  /** Smallest step of the stored numbers: how finely the sensor reads. */
  factor: number;
  edges: number[];
  /** Seconds of one wearing, and how many of them on a day. */
  wearSeconds: [number, number];
  wearingsPerDay: number;
  days: number;
  /** A value at a time of a person: physical units. */
  value: (seconds: number, random: () => number, person: Person) => number;
}

interface Person {
  level: number;
  swing: number;
  noise: number;
}

const wave = (seconds: number, period: number) => Math.sin((2 * Math.PI * seconds) / period);
const beat = (seconds: number, rate: number) => {
  const phase = (seconds * rate) % 1;
  return (
    Math.exp(-((phase - 0.3) ** 2) / 0.0008) -
    0.15 * Math.exp(-((phase - 0.26) ** 2) / 0.0006) +
    0.25 * Math.exp(-((phase - 0.55) ** 2) / 0.004)
  );
};

export const SIGNALS: Signal[] = [
  {
    kind: 'ecg',
    periodSeconds: 1 / 250,
    factor: 0.005,
    edges: [],
    wearSeconds: [60, 150],
    wearingsPerDay: 2,
    days: 3,
    value: (t, random, { level, noise }) =>
      beat(t, 0.9 + 0.5 * level) + 0.05 * wave(t, 4) + 0.02 * noise * (random() - 0.5),
  },
  {
    kind: 'ppg',
    periodSeconds: 1 / 64,
    factor: 1,
    edges: [],
    wearSeconds: [120, 400],
    wearingsPerDay: 2,
    days: 3,
    value: (t, random, { level, swing, noise }) =>
      2000 + 300 * swing * wave(t, 1 / (0.9 + 0.5 * level)) + 60 * wave(t, 5) + 40 * noise * (random() - 0.5),
  },
  {
    kind: 'heart-rate',
    periodSeconds: 1,
    factor: 1,
    edges: [40, 50, 60, 100, 120],
    wearSeconds: [3600, 18_000],
    wearingsPerDay: 2,
    days: 3,
    value: (t, random, { level, swing, noise }) =>
      55 + 30 * level + 12 * swing * wave(t, 5400) + 4 * noise * (random() + random() - 1),
  },
  {
    kind: 'spo2',
    periodSeconds: 1,
    factor: 1,
    edges: [88, 90, 94],
    wearSeconds: [7200, 28_800],
    wearingsPerDay: 1,
    days: 3,
    value: (t, random, { level, noise }) => 94 + 4 * level + 0.8 * wave(t, 4000) + 0.8 * noise * (random() - 0.5),
  },
  {
    kind: 'skin-temperature',
    periodSeconds: 1,
    factor: 0.01,
    edges: [],
    wearSeconds: [3600, 28_800],
    wearingsPerDay: 1,
    days: 3,
    value: (t, random, { level, swing, noise }) =>
      31 + 3 * level + 0.8 * swing * wave(t, 9000) + 0.03 * noise * (random() - 0.5),
  },
  {
    kind: 'steps',
    periodSeconds: 60,
    factor: 1,
    edges: [],
    wearSeconds: [36_000, 57_600],
    wearingsPerDay: 1,
    days: 8,
    value: (_t, random, { level }) => (random() < 0.25 + 0.3 * level ? Math.floor(random() * 120) : 0),
  },
  {
    kind: 'glucose',
    periodSeconds: 300,
    factor: 1,
    edges: [54, 70, 180, 250],
    wearSeconds: [80_000, 86_400],
    wearingsPerDay: 1,
    days: 14,
    value: (t, random, { level, swing, noise }) =>
      95 + 40 * level + 35 * swing * Math.max(0, wave(t, 21_600)) + 6 * noise * (random() - 0.5),
  },
  {
    kind: 'weight',
    periodSeconds: 0,
    factor: 0.1,
    edges: [],
    wearSeconds: [1, 1],
    wearingsPerDay: 1,
    days: 160,
    value: (t, random, { level, noise }) => 60 + 40 * level + wave(t, 3e6) + 0.6 * noise * (random() - 0.5),
  },
];

/** One wearing: its instants, with small gaps as sensors leave them. */
function wearing(signal: Signal, startSeconds: number, random: () => number, person: Person): Samples {
  const [least, most] = signal.wearSeconds;
  const length = least + random() * (most - least);
  const count = signal.periodSeconds === 0 ? 1 : Math.floor(length / signal.periodSeconds);
  const times: number[] = [];
  const values: number[] = [];
  for (let i = 0, missing = 0; i < count; i++) {
    if (missing > 0) missing--;
    else if (random() < 0.0004) missing = Math.floor(random() * 200);
    else {
      const seconds = startSeconds + i * signal.periodSeconds;
      times.push(Math.round(seconds * 1e6));
      values.push(Math.round(signal.value(seconds, random, person) / signal.factor));
    }
  }
  return { times: Float64Array.from(times), values: Int32Array.from(values) };
}

const DAY_SECONDS = 86_400;
const FIRST_DAY = Date.UTC(2026, 8, 1) / 1000;

function wearings(signal: Signal, random: () => number): Samples[] {
  const person: Person = { level: random(), swing: 0.4 + random(), noise: 0.3 + 1.4 * random() };
  const habit = 6 * 3600 + random() * 5 * 3600;
  const sets: Samples[] = [];
  for (let day = 0; day < signal.days; day++)
    for (let n = 0; n < signal.wearingsPerDay; n++) {
      if (random() < 0.08) continue;
      const start =
        FIRST_DAY +
        day * DAY_SECONDS +
        (signal.wearSeconds[0] > 60_000 ? 0 : habit + n * 6 * 3600 + (random() - 0.5) * 3600);
      const set = wearing(signal, start, random, person);
      if (set.times.length > 0) sets.push(set);
    }
  return sets;
}

export interface HeldVault {
  kinds: string[];
  live: boolean;
  /** What lies at a relay, by author, in the order of arrival. */
  events: VerifiedEvent[];
  authors: Map<string, string>;
}

/** Publishes one person's signals as her home would, and gives what a relay holds of them afterwards. */
export async function simulateVault(signals: Signal[], live: boolean, seed: number): Promise<HeldVault> {
  const random = seeded(seed);
  const folder = workFolder('simulated');
  const clock = { now: FIRST_DAY * 1e6 };
  const home = new Home({
    dir: folder.dir,
    keys: masterKeys(Uint8Array.from({ length: 64 }, () => random() * 256)),
    online: false,
    nowMicros: () => clock.now,
  });
  try {
    home.vault.takePen(0);
    const { id } = home.vault.addSubject('someone');
    const made = signals.map((signal) => ({
      signal,
      stream: streamOf(home, id, signal),
      sets: wearings(signal, random),
    }));
    if (live) liveThrough(home, clock, made, random);
    else {
      // Nobody imports in the same second as somebody else.
      clock.now = (FIRST_DAY + 200 * DAY_SECONDS) * 1e6 + Math.floor(random() * 3 * DAY_SECONDS) * 1e6;
      for (const { stream, sets } of made) for (const samples of sets) home.vault.ingest([{ stream, samples }]);
    }
    clock.now += 3 * DAY_SECONDS * 1e6;
    home.settle();
    const authors = new Map(
      made.map(({ signal, stream }) => [Buffer.from(stream.author).toString('hex'), signal.kind]),
    );
    const events = home.events.query({ kinds: [1980], authors: [...authors.keys()] });
    return { kinds: signals.map(({ kind }) => kind), live, events, authors };
  } finally {
    await home.close();
    folder.remove();
  }
}

function streamOf(home: Home, subject: string, { kind, periodSeconds, factor, edges }: Signal): OpenStream {
  const stored = edges.map((edge) => Math.round(edge / factor));
  return home.vault.addStream({
    subject,
    key: kind,
    kind,
    title: kind,
    ucum: '1',
    factor,
    origin: 0,
    loinc: null,
    nominalPeriodSeconds: periodSeconds,
    dayOffsetMinutes: 0,
    edges: stored,
    device: null,
    source: kind,
  });
}

/** Deliveries of a few minutes each, the clockwork running in between. */
function liveThrough(
  home: Home,
  clock: { now: number },
  made: { signal: Signal; stream: OpenStream; sets: Samples[] }[],
  random: () => number,
): void {
  const STEP_MICROS = 300e6;
  const phase = random() * STEP_MICROS;
  const pieces = made.flatMap(({ stream, sets }) =>
    sets.flatMap(({ times, values }) => {
      const parts: { at: number; stream: OpenStream; samples: Samples }[] = [];
      for (let from = 0, to = 0; from < times.length; from = to) {
        const due = (Math.floor((times[from] - phase) / STEP_MICROS) + 1) * STEP_MICROS + phase;
        for (to = from; to < times.length && times[to] < due; ) to++;
        parts.push({
          at: Math.round(due),
          stream,
          samples: { times: times.slice(from, to), values: values.slice(from, to) },
        });
      }
      return parts;
    }),
  );
  pieces.sort((a, b) => a.at - b.at);
  for (const { at, stream, samples } of pieces) {
    clock.now = Math.max(clock.now, at);
    home.vault.ingest([{ stream, samples }]);
    home.tick();
  }
}
