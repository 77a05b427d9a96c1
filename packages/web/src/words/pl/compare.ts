import type { Words } from '../en/index.ts';

export const compare: Words['compare'] = {
  title: 'Porównanie',
  mode: 'Jak porównać',
  together: 'Na jednej osi czasu',
  periods: 'Dwa okresy',
  add: 'Dodaj serię',
  choose: 'Wybierz',
  remove: (title) => `Usuń z porównania: ${title}`,
  shown: (from, to) => `od ${from} do ${to}`,
  length: 'Długość',
  lengths: { 1: 'Dzień do dnia', 7: 'Tydzień do tygodnia', 28: '4 tygodnie do 4' },
  now: 'Teraz',
  before: 'Przedtem',
  change: 'Zmiana',
  noFigures: 'Te odczyty to słowa: nie mają średniej do porównania.',
  link: 'Porównaj',
};
