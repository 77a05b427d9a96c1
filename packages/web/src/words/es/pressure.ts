import type { Words } from '../en/index.ts';

export const pressure: Words['pressure'] = {
  title: 'Presión arterial',
  scheme: 'Categorías de',
  setting: 'Dónde se mide',
  settings: { home: 'en casa', office: 'en consulta' },
  category: 'Categoría',
  categories: {
    nonElevated: 'No elevada',
    elevated: 'Elevada',
    hypertension: 'Alta (hipertensión)',
    normal: 'Normal',
    stage1: 'Alta, estadio 1',
    stage2: 'Alta, estadio 2',
    severe: 'Grave',
    optimal: 'Óptima',
    highNormal: 'Normal alta',
    grade1: 'Alta, grado 1',
    grade2: 'Alta, grado 2',
    grade3: 'Alta, grado 3',
  },
  isolated: { systolic: 'solo el valor alto', diastolic: 'solo el valor bajo' },
  average: (count) => `Media de ${count} lecturas`,
  two: 'Una lectura dice poco: se necesitan al menos dos.',
  readings: 'Lecturas',
  newest: 'Lecturas más recientes',
  howToRead:
    'Cada trazo va del valor bajo (diastólico) al alto (sistólico); línea discontinua: donde empieza la categoría más alta.',
  worse: 'La categoría es la del peor de los dos valores.',
  chartLabel: (count) => `Presión arterial, ${count} lecturas`,
  noHome: 'Los límites de este esquema son para consulta. Para lecturas en casa elija ESC.',
  alone: (count) =>
    count === 1
      ? 'Se omite un valor sin pareja del mismo momento.'
      : `Se omiten ${count} valores sin pareja del mismo momento.`,
};
