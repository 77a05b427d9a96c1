// On the phone: being paired by the code that the computer at home shows, and what is seen while the phone is not, or was put away.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { asHomeError } from '../app/asking.ts';
import { hasStopped, noteStopped } from '../app/state.ts';
import { forgetThis, pairThis } from '../remote/remote-link.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Mark } from '../ui/mark.tsx';
import { Notice } from '../ui/states.tsx';
import { words } from '../words/index.ts';

type Why = 'asked' | 'unpaired' | 'resting';
type Step =
  /** A link brought the code: nothing begins before a press. */
  | { step: 'asking' }
  | { step: 'typing'; failed: string | null }
  | { step: 'connecting' }
  | { step: 'comparing'; digits: string; answer: ((isSame: boolean) => void) | null }
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
  const step = useSignal<Step>(code === '' ? { step: 'typing', failed: null } : { step: 'asking' });
  const pair = async (given: string) => {
    step.value = { step: 'connecting' };
    try {
      await pairThis(given, ownName(), (digits, answer) => {
        const said = (isSame: boolean) => {
          step.value = { step: 'comparing', digits, answer: null };
          answer(isSame);
        };
        step.value = { step: 'comparing', digits, answer: said };
      });
      step.value = { step: 'paired' };
    } catch (error) {
      step.value = { step: 'typing', failed: asHomeError(error).code };
    }
  };
  return (
    <main class="centre" id="content">
      <div class="sheet">
        <Mark />
        <StepShown step={step.value} code={code} why={why} pair={pair} onEnd={onEnd} />
      </div>
    </main>
  );
}

interface Shown {
  step: Step;
  code: string;
  why: Why;
  pair: (code: string) => Promise<void>;
  onEnd: () => void;
}

function StepShown({ step, code, why, pair, onEnd }: Shown) {
  const { phones } = words.value;
  if (step.step === 'asking') return <Asking pair={() => pair(code)} onEnd={onEnd} />;
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
        {step.answer ? <Compared answer={step.answer} /> : <p class="quiet">{phones.compareWait}</p>}
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

function Compared({ answer }: { answer: (isSame: boolean) => void }) {
  const { phones } = words.value;
  return (
    <div class="actions">
      <Button kind="main-action" icon="check" onPress={() => answer(true)}>
        {phones.same}
      </Button>
      <Button onPress={() => answer(false)}>{phones.different}</Button>
    </div>
  );
}

/** Whether this browser holds a pairing; null until that is known. */
function useHasPairing(): boolean | null {
  const has = useSignal<boolean | null>(null);
  useEffect(() => {
    void import('../remote/kept.ts').then(async ({ hasPairing }) => {
      has.value = await hasPairing();
    });
  }, []);
  return has.value;
}

/** Before a code that a link brought is used: anybody can send a link. */
function Asking({ pair, onEnd }: { pair: () => Promise<void>; onEnd: () => void }) {
  const isPaired = useHasPairing();
  const { phones } = words.value;
  if (isPaired === null) return null;
  return (
    <div class="stack">
      <div class="stack tight">
        <h1>{isPaired ? phones.anotherTitle : phones.askTitle}</h1>
        <p class="quiet">{isPaired ? phones.anotherText : phones.askText}</p>
      </div>
      <div class="actions">
        <Button kind="main-action" icon="phone" onPress={pair}>
          {isPaired ? phones.anotherPair : phones.thisPair}
        </Button>
        <Button onPress={onEnd}>{phones.notPair}</Button>
      </div>
    </div>
  );
}

function Typing(props: { failed: string | null; why: Why; pair: (code: string) => Promise<void>; onEnd: () => void }) {
  const { failed, why, pair, onEnd } = props;
  const typed = useSignal('');
  const { phones } = words.value;
  const told: Record<string, [string, string]> = {
    gone: [phones.usedTitle, phones.usedText],
    offline: [phones.noHomeTitle, phones.noHomeText],
    unpaired: [phones.noHomeTitle, phones.noHomeText],
    'not-same': [phones.notSameTitle, phones.notSameText],
    'not-permitted': [phones.notConfirmedTitle, phones.notConfirmedText],
  };
  const [title, text] = (failed === null ? undefined : told[failed]) ?? [phones.thisTitle, phones.thisText];
  return (
    <div class="stack">
      {why === 'unpaired' && failed === null && <Ended onEnd={onEnd} />}
      {why === 'asked' && failed === null && <Already onEnd={onEnd} />}
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

/** Somebody wants to type a code on a phone that is paired. */
function Already({ onEnd }: { onEnd: () => void }) {
  const isPaired = useHasPairing();
  const { phones } = words.value;
  if (!isPaired) return null;
  return (
    <Notice tone="caution">
      <div class="stack tight">
        <strong>{phones.anotherTitle}</strong>
        <span>{phones.anotherText}</span>
        <div class="row">
          <Button onPress={onEnd}>{phones.notPair}</Button>
        </div>
      </div>
    </Notice>
  );
}

/** The relay lets this phone in no more, though it holds a pairing; or it never had one, and then nothing is said. */
function Ended({ onEnd }: { onEnd: () => void }) {
  const wasPaired = useHasPairing();
  const { phones } = words.value;
  if (!wasPaired) return null;
  return (
    <Notice tone="caution" isUrgent>
      <div class="stack tight">
        <strong>{hasStopped() ? phones.stoppedTitle : phones.endedTitle}</strong>
        <span>{hasStopped() ? phones.stoppedText : phones.endedText}</span>
        <div class="row">
          <Button onPress={onEnd}>{phones.tryAgain}</Button>
          <Button
            onPress={() =>
              forgetThis()
                .then(() => noteStopped(false))
                .then(onEnd)
            }
          >
            {phones.forget}
          </Button>
        </div>
      </div>
    </Notice>
  );
}
