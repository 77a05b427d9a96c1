import type { Words } from '../en/index.ts';

export const pressure: Words['pressure'] = {
  title: 'Ciśnienie krwi',
  scheme: 'Kategorie według',
  setting: 'Gdzie zmierzono',
  settings: { home: 'w domu', office: 'w gabinecie' },
  category: 'Kategoria',
  categories: {
    nonElevated: 'Niepodwyższone',
    elevated: 'Podwyższone',
    hypertension: 'Wysokie (nadciśnienie)',
    normal: 'Prawidłowe',
    stage1: 'Wysokie, stadium 1',
    stage2: 'Wysokie, stadium 2',
    severe: 'Ciężkie',
    optimal: 'Optymalne',
    highNormal: 'Wysokie prawidłowe',
    grade1: 'Wysokie, stopień 1',
    grade2: 'Wysokie, stopień 2',
    grade3: 'Wysokie, stopień 3',
  },
  isolated: { systolic: 'tylko górna wartość', diastolic: 'tylko dolna wartość' },
  average: (count) => `Średnia (odczytów: ${count})`,
  two: 'Jeden odczyt mówi niewiele: potrzeba co najmniej dwóch.',
  readings: 'Odczyty',
  newest: 'Najnowsze odczyty',
  howToRead:
    'Każda kreska sięga od wartości dolnej (rozkurczowej) do górnej (skurczowej); linia przerywana: początek najwyższej kategorii.',
  worse: 'Kategorię wyznacza gorsza z dwóch wartości.',
  chartLabel: (count) => `Ciśnienie krwi, odczytów: ${count}`,
  noHome: 'Progi tego schematu dotyczą pomiarów w gabinecie. Dla pomiarów w domu wybierz ESC.',
  alone: (count) => `Pominięte wartości bez pary z tej samej chwili: ${count}.`,
};
