import type { Words } from '../en/index.ts';

export const glucose: Words['glucose'] = {
  title: 'Informe de glucosa (estilo AGP)',
  targets: 'Objetivos para',
  presets: {
    standard: 'Diabetes tipo 1 o tipo 2',
    older: 'Personas mayores o de alto riesgo',
    pregnancyType1: 'Embarazo, tipo 1',
    pregnancyOther: 'Embarazo, gestacional o tipo 2',
  },
  timeInRanges: 'Tiempo en rangos',
  metrics: 'Medidas de glucosa',
  usualDay: 'Un día habitual',
  dayByDay: 'Día a día',
  bands: { veryHigh: 'Muy alta', high: 'Alta', target: 'En objetivo', low: 'Baja', veryLow: 'Muy baja' },
  under: (value) => `menos de ${value}`,
  over: (value) => `más de ${value}`,
  addUp:
    'Porcentajes enteros, redondeados para que sumen 100. Las partes pequeñas se dibujan más grandes de lo que son.',
  perDay: (hours, minutes) => (hours === 0 ? `${minutes} min al día` : `${hours} h ${minutes} min al día`),
  mean: 'Glucosa media',
  gmi: 'Indicador de control de glucosa (GMI)',
  gmiExplained:
    'El GMI se calcula con la glucosa media y puede diferir de una HbA1c de laboratorio. El 1 % del tiempo son unos 15 minutos al día; cada 5 % más en objetivo ayuda.',
  cv: 'Variación (CV)',
  cvExplained: 'Cuánto oscilan las lecturas alrededor de su media.',
  inTarget: (range) => `En objetivo, ${range}`,
  below: (value) => `Por debajo de ${value}`,
  above: (value) => `Por encima de ${value}`,
  goalUnder: (value) => `objetivo: menos de ${value}`,
  goalUpTo: (value) => `objetivo: hasta ${value}`,
  goalOver: (value) => `objetivo: más de ${value}`,
  noGoal: 'objetivo: n/a',
  met: 'Objetivo cumplido:',
  notMet: 'Objetivo no cumplido:',
  active: (period, worn) => `Sensor activo el ${period} del periodo, el ${worn} mientras se llevó`,
  hour: 'Hora del día',
  curveExplained: (unit) =>
    `${unit} por hora del día. Línea oscura: la mitad de las lecturas queda por debajo. Banda interior: 25 a 75 %. Banda exterior: 5 a 95 %.`,
  curveSentence: (low, lowAt, high, highAt) =>
    `Un día habitual: la lectura central es más baja (${low}) en la hora desde las ${lowAt}, y más alta (${high}) en la hora desde las ${highAt}.`,
  dayEmpty: 'sin lecturas',
  daySentence: (low, high) => `de ${low} a ${high}`,
  lacking: {
    hours: (have, need) => `Faltan lecturas: hay ${have} horas registradas y se necesitan ${need}.`,
    active: (have, need) => `Faltan lecturas: el sensor registró el ${have} del tiempo y se necesita el ${need}.`,
    days: (have, need) => `Faltan lecturas: hay ${have} y se necesitan ${need}.`,
    readings: (have, need) => `Faltan lecturas: hay ${have} y se necesitan ${need}.`,
  },
};
