import type { Words } from '../en/index.ts';

export const today: Words['today'] = {
  title: 'Hoy',
  lead: (series) => `${series}, lo más nuevo primero`,
  emptyTitle: 'Aquí aún no hay nada.',
  emptyText: 'Trae lo que han registrado tus dispositivos y aplicaciones, o conecta un dispositivo.',
  emptyAction: 'Añadir datos',
  latest: 'Último',
  average7: 'Media de 7 días',
  change: (by) => `${by} frente a la semana anterior`,
  unchanged: 'como la semana anterior',
  coverage: (percent) => `${percent} de la semana registrado`,
  usual: (low, high, unit) => `Rango habitual ${low}–${high} ${unit}`,
  stale: (age) => `Última lectura ${age}`,
  live: 'En vivo',
  sharedWith: (count) => `Compartido con ${count}`,
  onlyYou: 'Solo tú',
  sparkLabel: (title) => `${title}, los últimos 14 días`,
  higher: 'Por encima del rango habitual',
  lower: 'Por debajo del rango habitual',
  within: 'En el rango habitual',
};
