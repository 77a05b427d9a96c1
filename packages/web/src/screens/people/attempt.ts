// Something that may fail, asked from a form: what was wrong stands beside the button, in the home's words.
import { useSignal } from '@preact/signals';
import { changed } from '../../app/asking.ts';
import { failureText } from '../../app/failure-text.ts';

export function useAttempt() {
  const failed = useSignal('');
  return {
    failed,
    /** @returns whether it went well */
    attempt: async (work: () => Promise<unknown>): Promise<boolean> => {
      failed.value = '';
      try {
        await work();
        changed();
        return true;
      } catch (error) {
        failed.value = failureText(error);
        return false;
      }
    },
  };
}
