import type { Words } from '../en/index.ts';

export const week: Words['week'] = {
  last7: 'de los últimos 7 días',
  upTo: (date) => `de los 7 días hasta el ${date}`,
  inRange: (share, when, below) => `En el rango objetivo el ${share} del tiempo ${when}, por debajo el ${below}.`,
  few: (when, have, need) =>
    `No se sabe cuánto tiempo en el rango objetivo: se registró el ${have} del tiempo ${when}, y se necesita el ${need}.`,
  needsEach: 'No se sabe cuánto tiempo en el rango objetivo: hace falta cada lectura y aquí solo se abren resúmenes.',
  atLeast: (limit, share, when) => `${limit} o más en el ${share} de las lecturas ${when}.`,
  fewReadings: (when, have, need) =>
    `Muy pocas lecturas ${when} para decir cuántas estaban en el rango habitual: ${have}, y se necesitan ${need}.`,
};
