import type { Words } from '../en/index.ts';

export const today: Words['today'] = {
  title: 'Dziś',
  lead: (series) => `${series}, od najnowszych`,
  emptyTitle: 'Jeszcze nic tu nie ma.',
  emptyText: 'Wczytaj to, co zapisały Twoje urządzenia i aplikacje, albo podłącz urządzenie.',
  emptyAction: 'Dodaj dane',
  latest: 'Ostatnio',
  average7: 'Średnia z 7 dni',
  change: (by) => `${by} względem poprzedniego tygodnia`,
  unchanged: 'jak w poprzednim tygodniu',
  coverage: (percent) => `zapisane ${percent} tygodnia`,
  usual: (low, high, unit) => `Zwykły zakres ${low}–${high} ${unit}`,
  stale: (age) => `Ostatni odczyt ${age}`,
  live: 'Na żywo',
  sharedWith: (count) => `Udostępnione: ${count}`,
  onlyYou: 'Tylko Ty',
  sparkLabel: (title) => `${title}, ostatnie 14 dni`,
  higher: 'Powyżej zwykłego zakresu',
  lower: 'Poniżej zwykłego zakresu',
  within: 'W zwykłym zakresie',
};
