// Asking the owner of a share for more: what, how far back, why.
import { useSignal } from '@preact/signals';
import { asHomeError, changed } from '../../app/asking.ts';
import { call } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Check } from '../../ui/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';

const KINDS = [
  'heart-rate',
  'ecg',
  'blood-pressure',
  'glucose',
  'insulin',
  'spo2',
  'sleep',
  'steps',
  'body-weight',
  'body-temperature',
] as const;
const DAYS = ['same', '30', '90', '365', '3650'] as const;
const WHY_UNITS_MAX = 500;

/** Any of the kinds that are asked for most. */
function Kinds({ chosen, onChosen }: { chosen: readonly string[]; onChosen: (kinds: readonly string[]) => void }) {
  const { desk } = words.value;
  return (
    <fieldset class="picks many">
      <legend>{desk.askWhat}</legend>
      {KINDS.map((kind) => (
        <Check
          key={kind}
          title={desk.askKinds[kind]}
          value={chosen.includes(kind)}
          onValue={(value) => onChosen(value ? [...chosen, kind] : chosen.filter((each) => each !== kind))}
        />
      ))}
    </fieldset>
  );
}

type Days = (typeof DAYS)[number];

/** How far back, and how exactly. */
function HowMuch(props: { days: Days; isEvery: boolean; onChange: (days: Days, isEvery: boolean) => void }) {
  const { days, isEvery, onChange } = props;
  const { desk } = words.value;
  return (
    <>
      <SelectField
        label={desk.askDays}
        value={days}
        options={DAYS.map((value) => [value, desk.askDaysOptions[value]] as const)}
        onValue={(value) => onChange(value as Days, isEvery)}
      />
      <Check title={desk.askEvery} value={isEvery} onValue={(value) => onChange(days, value)} />
    </>
  );
}

export function AskDialog({ grant, name, onClose }: { grant: string; name: string; onClose: () => void }) {
  const { desk, frame } = words.value;
  const kinds = useSignal<readonly string[]>([]);
  const days = useSignal<Days>('same');
  const isEvery = useSignal(false);
  const why = useSignal('');
  const failed = useSignal('');
  const send = async () => {
    const isNothing = kinds.value.length === 0 && days.value === 'same' && !isEvery.value && why.value.trim() === '';
    if (isNothing) {
      failed.value = desk.askNothing;
      return;
    }
    try {
      await call('ask', {
        grant,
        kinds: [...kinds.value],
        ...(days.value === 'same' ? {} : { days: Number(days.value) }),
        ...(isEvery.value ? { level: 'raw' } : {}),
        why: why.value.trim(),
      });
      onClose();
      changed();
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <Dialog title={desk.askTitle(name)} onClose={onClose}>
      <Kinds
        chosen={kinds.value}
        onChosen={(chosen) => {
          kinds.value = chosen;
        }}
      />
      <HowMuch
        days={days.value}
        isEvery={isEvery.value}
        onChange={(wanted, every) => {
          days.value = wanted;
          isEvery.value = every;
        }}
      />
      <TextField
        label={desk.askWhy}
        hint={desk.askWhyHint}
        area
        value={why.value}
        input={{ maxLength: WHY_UNITS_MAX }}
        onValue={(value) => {
          why.value = value.slice(0, WHY_UNITS_MAX);
        }}
      />
      <Fault text={failed.value} />
      <div class="actions">
        <Button kind="sharing" onPress={send}>
          {desk.askSend}
        </Button>
        <Button kind="bare" onPress={onClose}>
          {frame.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
