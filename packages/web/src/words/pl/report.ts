import type { Words } from '../en/index.ts';

export const report: Words['report'] = {
  chart: 'Wykres',
  viewLabel: 'Widok',
  views: {
    glucose: 'Raport glikemii',
    ecg: 'EKG na papierze',
    pressure: 'Ciśnienie krwi',
    sleep: 'Sen',
    activity: 'Dzień po dniu',
    daily: 'Dzień po dniu',
  },
  /** Two rows of buttons, folded on a phone. */
  choose: 'Okres i widok',
  keep: 'Kopia i druk',
  copyText: 'Kopiuj jako tekst',
  textToCopy: 'Tekst do skopiowania',
  print: 'Drukuj lub zapisz PDF',
  period: 'Okres',
  born: (date) => `ur. ${date}`,
  zone: (zone) => `Czas: ${zone}`,
  madeBy: 'Wykonane przez własną aplikację pacjenta, Hale, z jego własnych odczytów. To nie jest diagnoza.',
  printedOn: (moment) => `Wydrukowano ${moment}`,
  source: (title) => `Źródło: ${title}`,
  nothing: 'Brak odczytów w tym okresie.',
  adultTaken: 'Wiek nie jest znany: użyto wartości dla dorosłych.',
};
