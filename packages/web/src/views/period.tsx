// Civil days that a report covers: so many up to the day of the newest reading, or earlier ones.
import { useMemo, useState } from 'preact/hooks';
import { Calendar } from '../clinical/civil.ts';
import { zone } from '../words/numbers.ts';
import type { ReadingsSource } from './port.ts';
import { between, PeriodChooser } from './report.tsx';

export interface Period {
  calendar: Calendar;
  /** Civil days, both included. */
  first: number;
  last: number;
  fromMicros: number;
  toMicros: number;
  /** '1 – 14 Jan 2026'. */
  text: string;
  chooser: preact.JSX.Element;
}

export function usePeriod(source: ReadingsSource, choices: readonly number[], usual: number): Period {
  const calendar = useMemo(() => new Calendar(zone.value), [zone.value]);
  const [days, setDays] = useState(usual);
  const [back, setBack] = useState(0);
  const newest = calendar.dayOf(source.bounds.last);
  const oldest = calendar.dayOf(source.bounds.first);
  const last = newest - back;
  const first = last - days + 1;
  const fromMicros = calendar.startOf(first);
  const toMicros = calendar.startOf(last + 1);
  const chooser = (
    <PeriodChooser
      days={days}
      choices={choices}
      onDays={setDays}
      isFirst={first <= oldest}
      isLast={back === 0}
      onMove={(by) => setBack(Math.max(0, back - by * days))}
    />
  );
  return { calendar, first, last, fromMicros, toMicros, text: between(fromMicros, toMicros), chooser };
}
