// Micros as ISO 8601 in UTC, with as many decimals as the time has.

const DAY_MICROS = 86_400_000_000;

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** Year, month, day of a day since 1970 (H. Hinnant, "civil_from_days"). */
function civilFromDays(day: number): string {
  const z = day + 719468;
  const era = Math.floor(z / 146097);
  const ofEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36524) - Math.floor(ofEra / 146096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const part = Math.floor((5 * ofYear + 2) / 153);
  const month = part < 10 ? part + 3 : part - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(ofYear - Math.floor((153 * part + 2) / 5) + 1)}`;
}

/** `2017-08-29T01:59:35Z`, with 3 or 6 decimals of the second where needed. Exact for any micros. */
export function isoTime(micros: number): string {
  const day = Math.floor(micros / DAY_MICROS);
  const inDay = micros - day * DAY_MICROS;
  const second = Math.floor(inDay / 1_000_000);
  const fraction = inDay - second * 1_000_000;
  const clock = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
  const decimals =
    fraction === 0
      ? ''
      : fraction % 1000 === 0
        ? `.${String(fraction / 1000).padStart(3, '0')}`
        : `.${String(fraction).padStart(6, '0')}`;
  return `${civilFromDays(day)}T${clock}${decimals}Z`;
}
