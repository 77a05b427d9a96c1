// What stands on the page of a copy that is filed, in the words and the zone of who files it: the home sets it in type and draws the readings.
import type { FilingSheet, LookedInto } from '@hale/home';
import { openedSources } from '../../app/opened-readings.ts';
import { Calendar } from '../../clinical/civil.ts';
import { TARGETS } from '../../clinical/glucose.ts';
import { glucoseReport } from '../../clinical/glucose-report.ts';
import { VISIT_DAYS } from '../../clinical/visit.ts';
import { linesOf, shownIn } from '../../views/glucose-report.tsx';
import { plain, type ReadingsSource } from '../../views/port.ts';
import { between } from '../../views/report.tsx';
import { language, words } from '../../words/index.ts';
import { kindTitle } from '../../words/kinds.ts';
import { day, zone } from '../../words/numbers.ts';
import { printedUnit } from '../../words/units.ts';
import { nameOf } from './words.ts';

/** Units are those of the bundle, whatever this person prefers to look at: page and readings say one thing. */
export async function filingSheet(looked: LookedInto, signal: AbortSignal): Promise<FilingSheet> {
  const { desk, share } = words.value;
  const name = nameOf(looked);
  const sources = openedSources(looked);
  const series = looked.opened.map(async ({ key, kind, title, unit, levels: [level] }) => {
    const source = sources.find((each) => each.key === key);
    const isProfiled = kind === 'glucose-cgm' && level === 'raw' && source !== undefined;
    return {
      ...{ key, title: kindTitle({ kind, title }), unit: printedUnit(unit), level: share.levels[level] },
      codes: codesOf(kind),
      lines: isProfiled ? await glucoseLines(source, signal) : [],
    };
  });
  const told = await Promise.all(series);
  const { fromMicros, toMicros, purpose } = looked;
  const { given } = words.value.consent;
  const what = [
    ...told.map(({ title, level }) => `${title} (${level.toLowerCase()})`),
    ...(looked.records ? [given.title] : []),
  ];
  return {
    ...{ language: language.value, zone: zone.value, title: desk.sheet.title(name) },
    said: [
      desk.sheet.said(name, what.join(', ')),
      toMicros === null ? desk.periodOpen(day(fromMicros)) : desk.period(day(fromMicros), day(toMicros - 1)),
      ...(looked.records ? [given.selection] : []),
      ...(purpose === '' ? [] : [desk.sheet.purpose(purpose)]),
      ...(desk.completeness[looked.completeness] ? [desk.completeness[looked.completeness]] : []),
    ],
    series: told,
    words: desk.sheet.words,
  };
}

/** The words of a kind that is no quantity; of notes none, which stay as they were written. */
function codesOf(kind: string): Record<string, string> {
  const { of } = words.value.codes;
  return Object.hasOwn(of, kind) ? of[kind as keyof typeof of] : {};
}

/** The figures of the glucose report, of the two weeks up to the newest reading; where they do not suffice it says so. */
async function glucoseLines(source: ReadingsSource, signal: AbortSignal): Promise<string[]> {
  const calendar = new Calendar(zone.value);
  const last = calendar.dayOf(source.bounds.last);
  const first = last - VISIT_DAYS + 1;
  const range = { fromMicros: calendar.startOf(first), toMicros: calendar.startOf(last + 1) };
  const readings = await source.readings({ ...range, isRaw: true }, signal);
  const shown = shownIn(source.unit === 'mmol/L' ? 'mmol/L' : 'mg/dL', TARGETS.standard);
  const made = glucoseReport(
    plain(readings),
    { first, last },
    shown.stored,
    TARGETS.standard,
    calendar,
    Date.now() * 1000,
  );
  const { glucose } = words.value;
  return [`${glucose.title}, ${between(range.fromMicros, range.toMicros)}`, ...linesOf(made, shown, 'standard')];
}
