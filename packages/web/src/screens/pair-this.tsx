// On the phone: being paired by the code that the computer at home shows, and what is seen while the phone is not, or was put away.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { asHomeError } from '../app/asking.ts';
import { forgetThis, pairThis } from '../remote/remote-link.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Mark } from '../ui/mark.tsx';
import { Notice } from '../ui/states.tsx';
import { words } from '../words/index.ts';

type Why = 'asked' | 'unpaired' | 'resting';
type Step =
  | { step: 'typing'; failed: string | null }
  | { step: 'connecting' }
  | { step: 'comparing'; digits: string }
  | { step: 'paired' };

/** Characters in groups, for eyes that compare or copy them. */
export const spaced = (text: string, by: number): string => text.match(new RegExp(`.{1,${by}}`, 'g'))?.join(' ') ?? '';

export function Digits({ digits }: { digits: string }) {
  return (
    <div class="digits" role="img" aria-label={`${words.value.phones.digitsLabel}: ${spaced(digits, 1)}`}>
      {spaced(digits, 3)}
    </div>
  );
}

/** What this browser calls itself; the owner may change it. */
function ownName(): string {
  const { userAgent } = navigator;
  const browser = /Edg\//.test(userAgent)
    ? 'Edge'
    : /Firefox\//.test(userAgent)
      ? 'Firefox'
      : /Chrome\//.test(userAgent)
        ? 'Chrome'
        : 'Safari';
  const system = /iPhone|iPad|Android|Windows|Mac OS X|Linux/.exec(userAgent)?.[0] ?? '';
  return [browser, system].filter(Boolean).join(', ');
}

export function PairThis({ code, why, onEnd }: { code: string; why: Why; onEnd: () => void }) {
  const step = useSignal<Step>({ step: 'typing', failed: null });
  const pair = async (given: string) => {
    step.value = { step: 'connecting' };
    try {
      await pairThis(given, ownName(), (digits) => {
        step.value = { step: 'comparing', digits };
      });
      step.value = { step: 'paired' };
    } catch (error) {
      step.value = { step: 'typing', failed: asHomeError(error).code };
    }
  };
  useEffect(() => {
    if (code !== '') void pair(code);
  }, [code]);
  return (
    <main class="centre" id="content">
      <div class="sheet">
        <Mark />
        <StepShown step={step.value} why={why} pair={pair} onEnd={onEnd} />
      </div>
    </main>
  );
}

function StepShown(props: { step: Step; why: Why; pair: (code: string) => Promise<void>; onEnd: () => void }) {
  const { step, why, pair, onEnd } = props;
  const { phones } = words.value;
  if (step.step === 'connecting')
    return (
      <div class="stack" role="status">
        <h1>{phones.connecting}</h1>
      </div>
    );
  if (step.step === 'comparing')
    return (
      <div class="stack" role="status">
        <div class="stack tight">
          <h1>{phones.compareTitle}</h1>
          <p class="quiet">{phones.compareText}</p>
        </div>
        <Digits digits={step.digits} />
        <p class="quiet">{phones.compareWait}</p>
      </div>
    );
  if (step.step === 'paired')
    return (
      <div class="stack" role="status">
        <h1>{phones.pairedTitle}</h1>
        <p class="quiet">{phones.pairedText}</p>
        <Button kind="main-action" icon="today" onPress={onEnd}>
          {phones.open}
        </Button>
      </div>
    );
  if (why === 'resting' && step.failed === null)
    return (
      <div class="stack">
        <h1>{phones.restingTitle}</h1>
        <p class="quiet">{phones.restingText}</p>
        <Button kind="main-action" icon="today" onPress={onEnd}>
          {phones.open}
        </Button>
      </div>
    );
  return <Typing failed={step.failed} why={why} pair={pair} onEnd={onEnd} />;
}

function Typing(props: { failed: string | null; why: Why; pair: (code: string) => Promise<void>; onEnd: () => void }) {
  const { failed, why, pair, onEnd } = props;
  const typed = useSignal('');
  const { phones } = words.value;
  const told: Record<string, [string, string]> = {
    gone: [phones.usedTitle, phones.usedText],
    offline: [phones.noHomeTitle, phones.noHomeText],
    unpaired: [phones.noHomeTitle, phones.noHomeText],
    'not-permitted': [phones.notConfirmedTitle, phones.notConfirmedText],
  };
  const [title, text] = (failed === null ? undefined : told[failed]) ?? [phones.thisTitle, phones.thisText];
  return (
    <div class="stack">
      {why === 'unpaired' && failed === null && <Ended onEnd={onEnd} />}
      <div class="stack tight" role={failed === null ? undefined : 'alert'}>
        <h1>{title}</h1>
        <p class="quiet">{text}</p>
      </div>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void pair(typed.value);
        }}
      >
        <TextField
          label={phones.thisCode}
          value={typed.value}
          wrong={failed === 'malformed' ? phones.wrongCode : undefined}
          input={{ autocomplete: 'off', required: true, spellcheck: false, maxLength: 40 }}
          onValue={(value) => {
            typed.value = value;
          }}
        />
        <Button kind="main-action" icon="phone" onPress={() => pair(typed.value)}>
          {phones.thisPair}
        </Button>
      </form>
    </div>
  );
}

/** The relay lets this phone in no more, though it holds a pairing; or it never had one, and then nothing is said. */
function Ended({ onEnd }: { onEnd: () => void }) {
  const wasPaired = useSignal(false);
  const { phones } = words.value;
  useEffect(() => {
    void import('../remote/kept.ts').then(async ({ hasPairing }) => {
      wasPaired.value = await hasPairing();
    });
  }, []);
  if (!wasPaired.value) return null;
  return (
    <Notice tone="caution" isUrgent>
      <div class="stack tight">
        <strong>{phones.endedTitle}</strong>
        <span>{phones.endedText}</span>
        <div class="row">
          <Button onPress={onEnd}>{phones.tryAgain}</Button>
          <Button onPress={() => forgetThis().then(onEnd)}>{phones.forget}</Button>
        </div>
      </div>
    </Notice>
  );
}
