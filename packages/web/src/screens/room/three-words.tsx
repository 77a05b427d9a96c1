// The three words that both screens show: large, the same on both, in one language everywhere.
import { words } from '../../words/index.ts';

export function ThreeWords({ of }: { of: readonly string[] }) {
  const { room } = words.value;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a list of three words would be read as a list, and not as one thing to compare
    <div class="three-words" lang="en" role="group" aria-label={room.wordsLabel}>
      {of.map((word, i) => (
        <span key={`${i} ${word}`}>{word}</span>
      ))}
    </div>
  );
}

/** What ended a meeting: what happened, and what to do. */
export function endedWords(side: 'desk' | 'phone', why: string): [string, string] {
  const { room } = words.value;
  const told: Record<string, [string, string]> = room.ended[side];
  return told[why] ?? told.other;
}
