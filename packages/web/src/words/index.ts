// One catalogue of words: English is the form, the other languages have to fill it (the compiler says what is missing).
import { computed, signal } from '@preact/signals';
import { en, type Words } from './en/index.ts';

export type { Words } from './en/index.ts';

export const LANGUAGES = { en: 'English', pl: 'Polski', es: 'Español' } as const;
export type Language = keyof typeof LANGUAGES;

/** Fetched when they are chosen; English is always there. */
const LOADERS: Record<Exclude<Language, 'en'>, () => Promise<Words>> = {
  pl: async () => (await import('./pl/index.ts')).pl,
  es: async () => (await import('./es/index.ts')).es,
};

const current = signal<Words>(en);
export const language = signal<Language>('en');
/** The words of the language in use; read inside a component, so that it follows a change. */
export const words = computed(() => current.value);

export async function useLanguage(wanted: Language): Promise<void> {
  current.value = wanted === 'en' ? en : await LOADERS[wanted]();
  language.value = wanted;
  document.documentElement.lang = wanted;
}

/** The first of the browser's languages that is spoken here. */
export function browserLanguage(spoken: readonly string[] = navigator.languages): Language {
  const known = spoken.map((each) => each.slice(0, 2)).find((each) => Object.hasOwn(LANGUAGES, each));
  return (known as Language | undefined) ?? 'en';
}
