// A home with a year of heart rate at 1 Hz, 31 million samples: what benchmarks of summaries and charts look at.
import { fillStream, newStream, openHome } from './home.ts';
import { heartRate } from './signals.ts';

export const START_MICROS = Date.UTC(2023, 0, 1) * 1000;
export const YEAR_SECONDS = 365 * 86_400;
const EDGES = [40, 50, 60, 100, 120, 140];

/** Gives its directory. */
export async function fillYear(): Promise<string> {
  const home = await openHome();
  const described = { key: 'heart-rate', ucum: '/min', factor: 1, nominalPeriodSeconds: 1, edges: EDGES };
  const stream = home.vault.addStream(newStream(home, described));
  const { values } = heartRate();
  fillStream(home, stream, {
    times: Float64Array.from({ length: YEAR_SECONDS }, (_, i) => START_MICROS + i * 1e6),
    values: Int32Array.from({ length: YEAR_SECONDS }, (_, i) => values[i % values.length]),
  });
  home.settle();
  await home.close();
  return home.dir;
}
