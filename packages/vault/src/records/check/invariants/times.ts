// Dates and times of FHIR, as exact as they were written, put in order.

const DAY_MILLIS = 86_400_000;
/** Clocks of the world differ by at most 26 hours. */
const ZONES_MILLIS = 26 * 3_600_000;

interface Span {
  from: number;
  to: number;
  zoned: boolean;
}

/** What a date may mean: 2020 is every instant of that year. Null: no date. */
function spanOf(text: string): Span | null {
  const [, year, month, day, time] = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(T.+)?)?)?$/.exec(text) ?? [];
  if (year === undefined) return null;
  if (time !== undefined) {
    const at = Date.parse(text);
    return Number.isNaN(at) ? null : { from: at, to: at, zoned: true };
  }
  const from = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  const to = day
    ? from + DAY_MILLIS
    : month
      ? Date.UTC(Number(year), Number(month), 1)
      : Date.UTC(Number(year) + 1, 0, 1);
  return { from, to: to - 1, zoned: false };
}

/** Equal as far as the coarser of both goes: 2023-06-21 and 2023-06-21T06:20:00Z. */
function isUndecided(a: string, b: string): boolean {
  const [coarse, fine] = a.length < b.length ? [a, b] : [b, a];
  return !coarse.includes('T') && coarse.length < fine.length && fine.startsWith(coarse);
}

/**
 * As FHIRPath puts it: true only where `start` is up to `end` whatever they mean; dates that are equal as far as the coarser goes are in no
 * order. What is missing or no date is told elsewhere.
 */
export function isUpTo(start: string | undefined, end: string | undefined): boolean {
  if (start === undefined || end === undefined) return true;
  const [a, b] = [spanOf(start), spanOf(end)];
  if (a === null || b === null) return true;
  return !isUndecided(start, end) && a.from <= b.to + (a.zoned === b.zoned ? 0 : ZONES_MILLIS);
}
