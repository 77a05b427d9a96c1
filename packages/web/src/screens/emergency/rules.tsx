// How the card opens: what is needed beside it, for how long, and who else is told.
import type { EmergencyInfo, Factor } from '@hale/home';
import { useSignal } from '@preact/signals';
import { bound } from '../../ui/bound.ts';
import { Button } from '../../ui/button.tsx';
import { Choices } from '../../ui/choice.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { words } from '../../words/index.ts';
import { Matter } from '../settings-safety.tsx';
import { linesOf, Saved, useSaving } from './facts.tsx';

const FACTORS: readonly Factor[] = ['none', 'pin', 'code', 'either'];
const HOURS = [1, 4, 12, 24, 48, 72];

export function Rules({ info }: { info: EmergencyInfo }) {
  const { ownCard } = words.value;
  const factor = useSignal<Factor>(info.factor);
  const hours = useSignal(String(info.hours));
  const told = useSignal(info.told.join('\n'));
  const institutions = useSignal(info.institutions.join('\n'));
  const saving = useSaving();
  const options = [...new Set([...HOURS, info.hours])].sort((a, b) => a - b);
  const save = () =>
    saving.save(
      {
        ...{ factor: factor.value, hours: Number(hours.value) },
        ...{ told: linesOf(told.value), institutions: linesOf(institutions.value) },
      },
      (code, text) =>
        code === 'malformed'
          ? ownCard.badAddress
          : code === 'usage' && factor.value !== info.factor
            ? ownCard.needsNewCard
            : text,
    );
  const addresses = { maxLength: 4000, autocomplete: 'off', spellcheck: false, autocapitalize: 'none' } as const;
  return (
    <Matter title={ownCard.rules}>
      <Choices
        label={ownCard.factor}
        options={FACTORS.map((value) => ({ value, title: ownCard.factors[value][0], hint: ownCard.factors[value][1] }))}
        value={factor.value}
        onValue={(value) => {
          factor.value = value;
        }}
      />
      {(factor.value === 'code' || factor.value === 'either') && (
        <TextField area label={ownCard.institutions} input={addresses} {...bound(institutions)} />
      )}
      <SelectField
        label={ownCard.hours}
        hint={ownCard.hoursHint}
        options={options.map((each) => [String(each), ownCard.hoursOf(each)])}
        {...bound(hours)}
      />
      <TextField area label={ownCard.told} hint={ownCard.toldHint} input={addresses} {...bound(told)} />
      <Saved {...saving} />
      <div class="row">
        <Button kind="main-action" onPress={save}>
          {ownCard.save}
        </Button>
      </div>
    </Matter>
  );
}
