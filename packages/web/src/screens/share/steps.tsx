// The four steps: their names, what each is given, and the way back.
import type { StreamInfo } from '@hale/home';
import { Icon } from '../../ui/icon.tsx';
import { words } from '../../words/index.ts';
import type { Draft } from './draft.ts';

export const STEPS = ['who', 'what', 'when', 'check'] as const;
export type Step = (typeof STEPS)[number];

/** What a step is given. */
export interface StepProps {
  draft: Draft;
  change: (changed: Partial<Draft>) => void;
  streams: readonly StreamInfo[];
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
export function Steps({ at, onStep }: { at: number; onStep: (step: Step) => void }) {
  const { share } = words.value;
  return (
    <ol class="share-steps">
      {STEPS.map((step, i) => (
        <li key={step} aria-current={i === at ? 'step' : undefined} class={i < at ? 'is-done' : ''}>
          <button type="button" disabled={i >= at} onClick={() => onStep(step)}>
            <span class="share-steps-number">{i < at ? <Icon name="check" /> : i + 1}</span>
            <span>{share.steps[step]}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
