import type { Words } from '../en/index.ts';

export const week: Words['week'] = {
  last7: 'z ostatnich 7 dni',
  upTo: (date) => `z 7 dni do ${date}`,
  inRange: (share, when, below) => `W zakresie docelowym przez ${share} czasu ${when}, poniżej przez ${below}.`,
  few: (when, have, need) =>
    `Nie wiadomo, ile czasu w zakresie docelowym: zapisano ${have} czasu ${when}, a potrzeba ${need}.`,
  needsEach:
    'Nie wiadomo, ile czasu w zakresie docelowym: potrzebny jest każdy odczyt, a tu otwarte są tylko podsumowania.',
  atLeast: (limit, share, when) => `${limit} lub więcej w ${share} odczytów ${when}.`,
  fewReadings: (when, have, need) =>
    `Za mało odczytów ${when}, by powiedzieć, ile mieściło się w zwykłym zakresie: ${have}, a potrzeba ${need}.`,
};
