// Numbers as people write them: thousands separators, sizes, durations, as many decimals as the data has.

/** 1234567.5 → '1,234,567.5'. `decimals` fixed when given, otherwise as many as the number has (≤ 4). */
export function number(value: number, decimals?: number): string {
  if (!Number.isFinite(value)) return '–';
  const places = decimals ?? decimalsOf([value]);
  const text = Math.abs(value).toFixed(places);
  const [whole = '0', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  const sign = value < 0 && Number(text) !== 0 ? '−' : '';
  return sign + grouped + (fraction ? `.${fraction}` : '');
}

/** '1 reading', '3,600 readings'. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count, 0)} ${count === 1 ? one : many}`;
}

/** Decimals needed to write all of these exactly, at most `max`. */
export function decimalsOf(values: Iterable<number>, max = 3): number {
  let places = 0;
  for (const value of values) {
    while (places < max && !fits(value, places)) places++;
    if (places === max) return max;
  }
  return places;
}

function fits(value: number, places: number): boolean {
  const scaled = value * 10 ** places;
  return Math.abs(scaled - Math.round(scaled)) <= 1e-9 * Math.max(1, Math.abs(scaled));
}

/** 1_536_000 → '1.5 MB'. Decimal units, as disks are sold. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(unit > 0 && value < 9.95 ? 1 : 0)} ${units[unit]}`;
}

/** A span of time in its two largest units: '6 h', '30 min 6 s', '2 days 3 h'. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10 && seconds % 1 !== 0) return `${seconds.toFixed(1)} s`;
  const total = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(total / 86_400), 'd'],
    [Math.floor(total / 3600) % 24, 'h'],
    [Math.floor(total / 60) % 60, 'min'],
    [total % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(Math.max(0, first), first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => (unit === 'd' ? counted(count, 'day') : `${count} ${unit}`))
    .join(' ');
}
