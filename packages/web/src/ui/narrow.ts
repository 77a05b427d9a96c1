// Is the screen as narrow as a phone? Where the order of things has to change with it, so that reading and focus go the way one sees.
import { signal } from '@preact/signals';

/** As in the styles. */
const phone = matchMedia('(max-width: 699px)');
export const isNarrow = signal(phone.matches);
phone.addEventListener('change', () => {
  isNarrow.value = phone.matches;
});
