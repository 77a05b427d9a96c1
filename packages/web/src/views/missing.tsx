// What is missing, said under every chart, on every clinical sheet and on the cards of Today (missing-text.ts finds the words).
import { Icon } from '../ui/icon.tsx';
import { words } from '../words/index.ts';

export function MissingLine({ text }: { text: string }) {
  if (text === '') return null;
  const { missingLabel } = words.value.facts;
  return (
    <p class="missing small">
      <Icon name="gap" />
      <span>
        <span class="only-heard">{missingLabel}: </span>
        {text}
      </span>
    </p>
  );
}
