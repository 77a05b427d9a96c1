// A new passphrase, twice, with an honest word about its strength.
import { type Signal, useSignal } from '@preact/signals';
import { type Strength, strengthOf } from '../app/passphrase.ts';
import { TextField } from '../ui/field.tsx';
import { words } from '../words/index.ts';

const LEVELS: Record<Strength, number> = { short: 0, weak: 1, fair: 2, strong: 3 };

export interface NewPassphrase {
  first: Signal<string>;
  again: Signal<string>;
  /** Set once the person wanted to go on: from then on what is missing is said. */
  isAsked: Signal<boolean>;
}

export function useNewPassphrase(): NewPassphrase {
  return { first: useSignal(''), again: useSignal(''), isAsked: useSignal(false) };
}

/** Is it long enough, and twice the same? Says from now on what is missing. */
export function isGood({ first, again, isAsked }: NewPassphrase, charactersMin: number): boolean {
  isAsked.value = true;
  return strengthOf(first.value, charactersMin) !== 'short' && first.value === again.value;
}

export function PassphraseFields(props: { given: NewPassphrase; charactersMin: number; label: string }) {
  const { given, charactersMin } = props;
  const text = words.value.first;
  const strength = strengthOf(given.first.value, charactersMin);
  const tooShort = given.isAsked.value && strength === 'short' ? text.tooShort(charactersMin) : undefined;
  const differ = given.isAsked.value && given.first.value !== given.again.value ? text.differ : undefined;
  return (
    <>
      <div class="stack tight">
        <TextField
          label={props.label}
          type="password"
          value={given.first.value}
          hint={text.passphraseHint(charactersMin)}
          wrong={tooShort}
          input={{ autocomplete: 'off' }}
          onValue={(value) => {
            given.first.value = value;
          }}
        />
        {given.first.value !== '' && (
          <div class={`strength level-${LEVELS[strength]}`} role="status">
            <span class="bars" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            <span class="small">{text.strength[strength]}</span>
          </div>
        )}
      </div>
      <TextField
        label={text.again}
        type="password"
        value={given.again.value}
        wrong={differ}
        input={{ autocomplete: 'off' }}
        onValue={(value) => {
          given.again.value = value;
        }}
      />
    </>
  );
}
