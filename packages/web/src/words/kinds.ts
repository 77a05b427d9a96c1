// What a series is called in the language in use: by its kind where that is known, else by the title that it came with.
import { words } from './index.ts';

/** Of these the title says more than the kind: which lead, which event. */
const OWN_TITLE = new Set(['ecg-lead-unspecified']);
const QUALITY = /-quality$/;

export function kindTitle({ kind, title }: { kind: string; title: string }): string {
  const { kinds, vitals } = words.value;
  const of = (key: string) => (Object.hasOwn(kinds, key) ? kinds[key as keyof typeof kinds] : null);
  if (OWN_TITLE.has(kind)) return title;
  const base = QUALITY.test(kind) ? of(kind.replace(QUALITY, '')) : null;
  return base ? vitals.qualityOf(base) : (of(kind) ?? title);
}

/** The same, called as its kind is in the language in use. */
export const named = <Of extends { kind: string; title: string }>(stream: Of): Of => ({
  ...stream,
  title: kindTitle(stream),
});
