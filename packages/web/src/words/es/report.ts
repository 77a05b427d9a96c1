import type { Words } from '../en/index.ts';

export const report: Words['report'] = {
  chart: 'Gráfico',
  viewLabel: 'Vista',
  views: {
    glucose: 'Informe de glucosa',
    ecg: 'ECG en papel',
    pressure: 'Presión arterial',
    sleep: 'Sueño',
    activity: 'Día a día',
    daily: 'Día a día',
  },
  /** Two rows of buttons, folded on a phone. */
  choose: 'Periodo y vista',
  keep: 'Copiar o imprimir',
  copyText: 'Copiar como texto',
  textToCopy: 'Texto para copiar',
  print: 'Imprimir o guardar en PDF',
  period: 'Periodo',
  born: (date) => `nac. ${date}`,
  zone: (zone) => `Hora de ${zone}`,
  madeBy: 'Hecho por la aplicación del propio paciente, Hale, con sus propias lecturas. No es un diagnóstico.',
  printedOn: (moment) => `Impreso el ${moment}`,
  source: (title) => `Fuente: ${title}`,
  nothing: 'No hay lecturas en este periodo.',
  adultTaken: 'No se conoce la edad: se usan valores de adultos.',
};
