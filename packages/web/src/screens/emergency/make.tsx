// Making the card, and closing it; and that there may be none, by her will.
import type { EmergencyInfo, Result } from '@hale/home';
import { useSignal } from '@preact/signals';
import { asHomeError, changed } from '../../app/asking.ts';
import { failureText } from '../../app/failure-text.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Check } from '../../ui/choice.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Notice } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { Matter } from '../settings-safety.tsx';

export function MakeCard({ info }: { info: EmergencyInfo }) {
  const { ownCard } = words.value;
  const withPin = useSignal(info.factor === 'pin' || info.factor === 'either');
  const made = useSignal<Result<'emergency.card'> | null>(null);
  const failed = useSignal('');
  const make = async () => {
    failed.value = '';
    made.value = null;
    try {
      made.value = await call('emergency.card', { ...ofSubject(), withPin: withPin.value });
      changed();
    } catch (error) {
      failed.value = asHomeError(error).code === 'unavailable' ? ownCard.noRelay : failureText(error);
    }
  };
  const again = async () => {
    try {
      await call('emergency.again', ofSubject());
      changed();
    } catch (error) {
      failed.value = failureText(error);
    }
  };
  return (
    <Matter title={info.card ? ownCard.makeNew : ownCard.make} text={ownCard.makeText}>
      <Check
        title={ownCard.withPin}
        hint={ownCard.withPinHint}
        value={withPin.value}
        onValue={(value) => {
          withPin.value = value;
        }}
      />
      <Fault text={failed.value} />
      {made.value && (
        <Notice tone="good" isUrgent>
          {ownCard.done}
        </Notice>
      )}
      {made.value?.pin && (
        <div class="copied">
          <span class="caption">{ownCard.pinIs}</span>
          <code class="pin-shown" translate={false}>
            {made.value.pin}
          </code>
          <span class="small">{ownCard.pinOnce}</span>
        </div>
      )}
      <div class="actions">
        <Button {...(info.card ? {} : { kind: 'main-action' })} onPress={make}>
          {info.card ? ownCard.makeNew : ownCard.make}
        </Button>
        {info.card && info.factor !== 'none' && <Button onPress={again}>{ownCard.again}</Button>}
      </div>
      {info.card && info.factor !== 'none' && <p class="small quiet">{ownCard.againText}</p>}
    </Matter>
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
