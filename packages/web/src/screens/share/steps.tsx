// The four steps: their names, what each is given, and the way back.
import type { RecordsOverview, StreamInfo, VisitOffer } from '@hale/home';
import { Icon } from '../../ui/icon.tsx';
import { words } from '../../words/index.ts';
import type { Draft } from './draft.ts';
import { hasRecords } from './records-draft.ts';

export type Step = 'who' | 'what' | 'when' | 'without' | 'check';

/** Of health records one is asked what to leave out. */
export const stepsOf = (draft: Draft): readonly Step[] =>
  hasRecords(draft) ? ['who', 'what', 'when', 'without', 'check'] : ['who', 'what', 'when', 'check'];

export const stepName = (step: Step): string =>
  step === 'without' ? words.value.consent.without.step : words.value.share.steps[step];

/** What a step is given. */
export interface StepProps {
  draft: Draft;
  change: (changed: Partial<Draft>) => void;
  streams: readonly StreamInfo[];
  /** What there is of health records; none are offered where it is empty. */
  overview: RecordsOverview['categories'];
  visits: readonly VisitOffer[];
  next: () => void;
  back: () => void;
}

export function BackButton({ back }: { back: () => void }) {
  return (
    <button type="button" class="button bare" onClick={back}>
      <Icon name="back" />
      {words.value.frame.back}
    </button>
  );
}

/** Where one stands; steps that were done can be gone back to. */
export function Steps({ steps, at, onStep }: { steps: readonly Step[]; at: number; onStep: (step: Step) => void }) {
  return (
    <ol class="share-steps">
      {steps.map((step, i) => (
        <li key={step} aria-current={i === at ? 'step' : undefined} class={i < at ? 'is-done' : ''}>
          <button type="button" disabled={i >= at} onClick={() => onStep(step)}>
            <span class="share-steps-number">{i < at ? <Icon name="check" /> : i + 1}</span>
            <span>{stepName(step)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
