// UCUM codes (ucum.org) shown as people write them. What is not in the table is shown with its brackets removed.

const written: Record<string, string> = {
  Cel: '°C',
  '[degF]': '°F',
  'mm[Hg]': 'mmHg',
  'cm[H2O]': 'cmH₂O',
  '[lb_av]': 'lb',
  '[in_i]': 'in',
  uV: 'µV',
  uS: 'µS',
  umol: 'µmol',
  'm/s2': 'm/s²',
  'kg/m2': 'kg/m²',
  '[iU]': 'IU',
  '[iU]/L': 'IU/L',
  '1': '',
};

/**
 * The unit of a stream for the eye: heart rate '/min' → 'bpm', 'mm[Hg]' → 'mmHg', '{steps}' → 'steps', '1' → ''.
 * `kind` is the stream's kind, which decides what '/min' counts.
 */
export function unitText(unit: string, kind = ''): string {
  if (unit === '/min' || unit === '{beats}/min' || unit === '1/min') {
    if (/heart|pulse|hr$/i.test(kind)) return 'bpm';
    return /resp|breath/i.test(kind) ? 'breaths/min' : 'per min';
  }
  return written[unit] ?? unit.replace(/^1\//, 'per ').replace(/[{}[\]]/g, '');
}

/** '72 bpm', '5.4 mmol/L', '97 %', '36.6 °C'; only the number where the unit is empty. */
export function withUnit(value: string, unit: string): string {
  return unit === '' ? value : `${value} ${unit}`;
}
