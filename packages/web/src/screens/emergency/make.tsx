// Making the card, and closing it; and that there may be none, by her will.
import type { EmergencyInfo, Factor, Result } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { asHomeError, changed } from '../../app/asking.ts';
import { failureText } from '../../app/failure-text.ts';
import { call, ofSubject } from '../../app/state.ts';
import { bound } from '../../ui/bound.ts';
import { Button } from '../../ui/button.tsx';
import { Choices } from '../../ui/choice.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Fault } from '../../ui/fault.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { day } from '../../words/numbers.ts';
import { useAttempt } from '../people/attempt.ts';
import { Matter } from '../settings-safety.tsx';
import { linesOf, Saved, useSaving } from './facts.tsx';

const FACTORS: readonly Factor[] = ['none', 'pin', 'code', 'either'];
const asksPin = (factor: Factor): boolean => factor === 'pin' || factor === 'either';
const asksCode = (factor: Factor): boolean => factor === 'code' || factor === 'either';
const ADDRESSES = { maxLength: 4000, autocomplete: 'off', spellcheck: false, autocapitalize: 'none' } as const;

/** What is needed beside the card: one setting, and a new card where the one that is out cannot ask for it. */
export function MakeCard({ info }: { info: EmergencyInfo }) {
  const { ownCard } = words.value;
  const { card } = info;
  const factor = useSignal<Factor>(info.factor);
  const institutions = useSignal(info.institutions.join('\n'));
  const made = useSignal<Result<'emergency.card'> | null>(null);
  const failed = useSignal('');
  const saving = useSaving();
  useEffect(() => {
    factor.value = info.factor;
  }, [info.factor]);
  const needsNew = card !== null && asksPin(factor.value) && !card.hasPin;
  const wanted = { factor: factor.value, institutions: linesOf(institutions.value) };
  const save = () => saving.save(wanted, (code, text) => (code === 'malformed' ? ownCard.badAddress : text));
  const make = async () => {
    failed.value = '';
    made.value = null;
    const withPin = asksPin(factor.value);
    try {
      // A rule that no card could keep is refused: a PIN comes with its card, and goes before it.
      if (!withPin) await call('emergency.change', { ...ofSubject(), ...wanted });
      made.value = await call('emergency.card', { ...ofSubject(), withPin });
      if (withPin) await call('emergency.change', { ...ofSubject(), ...wanted });
    } catch (error) {
      const { code } = asHomeError(error);
      failed.value =
        code === 'unavailable' ? ownCard.noRelay : code === 'malformed' ? ownCard.badAddress : failureText(error);
    }
    changed();
  };
  return (
    <Matter
      title={card ? ownCard.rules : ownCard.make}
      text={card ? ownCard.out(day(card.madeMicros), card.hasPin) : ''}
    >
      <Choices
        label={ownCard.factor}
        options={FACTORS.map((value) => ({ value, title: ownCard.factors[value][0], hint: ownCard.factors[value][1] }))}
        value={factor.value}
        onValue={(value) => {
          factor.value = value;
        }}
      />
      {asksCode(factor.value) && (
        <TextField area label={ownCard.institutions} input={ADDRESSES} {...bound(institutions)} />
      )}
      {needsNew && <Notice tone="caution">{ownCard.needsNewCard}</Notice>}
      <Saved {...saving} />
      <Fault text={failed.value} />
      {made.value && (
        <Notice tone="good" isUrgent>
          {ownCard.done}
        </Notice>
      )}
      {made.value?.pin && <Pin pin={made.value.pin} />}
      <div class="actions">
        {card && !needsNew && (
          <Button kind="main-action" onPress={save}>
            {ownCard.save}
          </Button>
        )}
        <Button {...(card && !needsNew ? {} : { kind: 'main-action' })} onPress={make}>
          {card ? ownCard.makeNew : ownCard.make}
        </Button>
      </div>
      <p class="small quiet">{ownCard.makeText}</p>
      {card && info.factor !== 'none' && <Again />}
    </Matter>
  );
}

/** In two groups on one row, as people read numbers to each other. */
function Pin({ pin }: { pin: string }) {
  const { ownCard } = words.value;
  const half = Math.ceil(pin.length / 2);
  return (
    <div class="stack tight">
      <span class="caption">{ownCard.pinIs}</span>
      <code class="pin-shown" translate={false}>
        {pin.slice(0, half)} {pin.slice(half)}
      </code>
      <span class="small">{ownCard.pinOnce}</span>
    </div>
  );
}

function Again() {
  const { ownCard } = words.value;
  const { failed, attempt } = useAttempt();
  return (
    <div class="stack tight">
      <p class="small quiet">{ownCard.againText}</p>
      <div class="row">
        <Button onPress={() => attempt(() => call('emergency.again', ofSubject()))}>{ownCard.again}</Button>
      </div>
      <Fault text={failed.value} />
    </div>
  );
}

export function OffAndForbid({ info }: { info: EmergencyInfo }) {
  const { ownCard } = words.value;
  const asking = useSignal<'off' | 'forbid' | null>(null);
  const failed = useSignal('');
  const attempt = async (work: () => Promise<unknown>) => {
    failed.value = '';
    try {
      await work();
      changed();
    } catch (error) {
      failed.value = failureText(error);
    }
    asking.value = null;
  };
  const end = (forbid: boolean) => attempt(() => call('emergency.off', { ...ofSubject(), forbid }));
  const no = () => {
    asking.value = null;
  };
  if (info.state === 'forbidden')
    return (
      <Matter title={ownCard.forbid} text={ownCard.forbidden}>
        <div class="row">
          <Button onPress={() => attempt(() => call('emergency.allow', ofSubject()))}>{ownCard.allow}</Button>
        </div>
        <Fault text={failed.value} />
      </Matter>
    );
  return (
    <Matter title={ownCard.forbid} text={ownCard.forbidText}>
      <Fault text={failed.value} />
      {asking.value === 'off' && (
        <Confirm question={ownCard.offAsk} yes={ownCard.offYes} onYes={() => end(false)} onNo={no} />
      )}
      {asking.value === 'forbid' && (
        <Confirm question={ownCard.forbidAsk} yes={ownCard.forbidYes} onYes={() => end(true)} onNo={no} />
      )}
      {asking.value === null && (
        <div class="actions">
          {info.card && (
            <Button
              onPress={() => {
                asking.value = 'off';
              }}
            >
              {ownCard.off}
            </Button>
          )}
          <Button
            kind="stop"
            icon="stop"
            onPress={() => {
              asking.value = 'forbid';
            }}
          >
            {ownCard.forbid}
          </Button>
        </div>
      )}
    </Matter>
  );
}
