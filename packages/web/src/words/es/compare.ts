import type { Words } from '../en/index.ts';

export const compare: Words['compare'] = {
  title: 'Comparar',
  mode: 'Cómo comparar',
  together: 'En un mismo eje de tiempo',
  periods: 'Dos periodos',
  add: 'Añadir una serie',
  choose: 'Elegir',
  remove: (title) => `Quitar ${title}`,
  shown: (from, to) => `del ${from} al ${to}`,
  length: 'Duración',
  lengths: { 1: 'Día con día', 7: 'Semana con semana', 28: '4 semanas con 4' },
  now: 'Ahora',
  before: 'Antes',
  change: 'Cambio',
  noFigures: 'Estas lecturas son palabras: no tienen una media que comparar.',
  link: 'Comparar',
};
