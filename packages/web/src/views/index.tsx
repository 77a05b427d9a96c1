// Which clinical view belongs to a kind of series; each is fetched when it is first looked at.
import { isAmount } from '@hale/vault/amounts';
import { useEffect, useState } from 'preact/hooks';
import { asHomeError } from '../app/asking.ts';
import type { HomeError } from '../app/home-link.ts';
import { Failed, Loading } from '../ui/states.tsx';
import type { ClinicalView, ViewProps } from './port.ts';

const VIEWS = {
  glucose: async (): Promise<ClinicalView> => (await import('./glucose-report.tsx')).GlucoseView,
  ecg: async (): Promise<ClinicalView> => (await import('./ecg-view.tsx')).EcgView,
  pressure: async (): Promise<ClinicalView> => (await import('./pressure-view.tsx')).PressureView,
  sleep: async (): Promise<ClinicalView> => (await import('./sleep-view.tsx')).SleepView,
  activity: async (): Promise<ClinicalView> => (await import('./activity-view.tsx')).ActivityView,
  daily: async (): Promise<ClinicalView> => (await import('./daily-view.tsx')).DailyView,
} as const;

export type ViewName = keyof typeof VIEWS;

const KINDS: readonly (readonly [RegExp, ViewName])[] = [
  [/^glucose-cgm$/, 'glucose'],
  [/^ecg-lead-/, 'ecg'],
  [/^blood-pressure-(systolic|diastolic)$/, 'pressure'],
  [/^sleep-stage$/, 'sleep'],
  [
    /^(heart-rate|pulse-rate|resting-heart-rate|hrv-\w+|spo2|respiratory-rate|glucose-capillary|ketones-blood)$/,
    'daily',
  ],
  [
    /^(body-(weight|fat|temperature)|bmi|basal-body-temperature|skin-temperature|sleep-(duration|deep|light|rem))$/,
    'daily',
  ],
  [/^(peak-expiratory-flow|blood-pressure-mean|pain-score|stress-score)$/, 'daily'],
];

/** null: that kind has no view of its own. */
export const viewOf = (kind: string): ViewName | null =>
  isAmount(kind) ? 'activity' : (KINDS.find(([pattern]) => pattern.test(kind))?.[1] ?? null);

export function ClinicalViewOf(props: ViewProps & { name: ViewName }) {
  const [view, setView] = useState<{ of: ClinicalView } | null>(null);
  const [failed, setFailed] = useState<HomeError | null>(null);
  const load = () => {
    setFailed(null);
    VIEWS[props.name]().then(
      (of) => setView({ of }),
      (error: unknown) => setFailed(asHomeError(error)),
    );
  };
  useEffect(load, [props.name]);
  if (failed) return <Failed error={failed} again={load} />;
  if (!view) return <Loading />;
  const Shown = view.of;
  const { source, all, person, nowMicros } = props;
  return <Shown {...{ source, all, person, nowMicros }} />;
}
