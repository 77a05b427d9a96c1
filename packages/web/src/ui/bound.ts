import type { Signal } from '@preact/signals';

/** What a field of text shows and changes. */
export const bound = (of: Signal<string>) => ({
  value: of.value,
  onValue: (value: string) => {
    of.value = value;
  },
});
