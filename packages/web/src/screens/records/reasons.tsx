// Why a record counts as sensitive: a code that it has, words that stand in it, or that she said so.
import type { SensitiveArea } from '@hale/home';
import { words } from '../../words/index.ts';

type Reason = SensitiveArea['records'][number]['why'][number];

export function reasonText(reason: Reason): string {
  const { without } = words.value.consent;
  if ('owner' in reason) return without.whyOwner;
  if ('words' in reason) return without.whyWords(reason.words);
  return without.whyCode(reason.display || reason.code);
}

/** Each reason once. */
export function ReasonsOf({ reasons }: { reasons: readonly Reason[] }) {
  return (
    <ul class="notes quiet small">
      {[...new Set(reasons.map(reasonText))].map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
