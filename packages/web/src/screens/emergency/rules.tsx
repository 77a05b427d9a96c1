// For how long an opening lasts, and who else is told of one.
import type { EmergencyInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { bound } from '../../ui/bound.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { words } from '../../words/index.ts';
import { Matter } from '../settings-safety.tsx';
import { linesOf, Saved, useSaving } from './facts.tsx';

const HOURS = [1, 4, 12, 24, 48, 72];

export function Rules({ info }: { info: EmergencyInfo }) {
  const { ownCard } = words.value;
  const hours = useSignal(String(info.hours));
  const told = useSignal(info.told.join('\n'));
  const saving = useSaving();
  const options = [...new Set([...HOURS, info.hours])].sort((a, b) => a - b);
  const save = () =>
    saving.save({ hours: Number(hours.value), told: linesOf(told.value) }, (code, text) =>
      code === 'malformed' ? ownCard.badAddress : text,
    );
  return (
    <Matter title={ownCard.lasting}>
      <SelectField
        label={ownCard.hours}
        hint={ownCard.hoursHint}
        options={options.map((each) => [String(each), ownCard.hoursOf(each)])}
        {...bound(hours)}
      />
      <TextField
        area
        label={ownCard.told}
        hint={ownCard.toldHint}
        input={{ maxLength: 4000, autocomplete: 'off', spellcheck: false, autocapitalize: 'none' }}
        {...bound(told)}
      />
      <Saved {...saving} />
      <div class="row">
        <Button kind="main-action" onPress={save}>
          {ownCard.save}
        </Button>
      </div>
    </Matter>
  );
}
