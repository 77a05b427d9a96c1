// What an Apple Health export holds that becomes no sample, or becomes one otherwise than written: counted, and told at the end.

const TEXTS = {
  repeated: 'records inside of correlations (blood pressure, meals) repeat others and were counted once.',
  spread:
    'records begin in the same second as another of their series: each stands a microsecond behind the one before.',
  rounded: 'values had more decimals than are kept and were rounded, far below what their device can tell.',
  detail: 'further details of records (motion, weather, notes) are not kept.',
  'other activity': 'workouts are of an activity that has no code of its own and are kept as other.',
  route: 'workouts have a route: their positions stand in the files of the folder workout-routes.',
  backwards: 'records end before they begin: their beginning is kept.',
  future: 'records lie in the future of the export. They are kept.',
  early: 'records lie before 1971, which is rather a clock that was not set. They are kept.',
  'clinical record': 'clinical records are named; they are read from their own files in the folder clinical-records.',
  'hearing test': 'hearing tests are not read.',
  prescription: 'prescriptions of glasses are not read.',
  unknown: 'entries of an unknown kind are not read.',
  day: 'days of activity rings are dates without a zone: they begin at midnight',
} as const;

export type Counted = keyof typeof TEXTS;

export class Tally {
  private readonly counts = new Map<Counted, number>();

  add(what: Counted, count = 1): void {
    if (count > 0) this.counts.set(what, (this.counts.get(what) ?? 0) + count);
  }

  /** In the order of the table above. `zoneMinutes`: where a day of rings was said to begin. */
  *notes(zoneMinutes: number): Generator<string> {
    for (const what of Object.keys(TEXTS) as Counted[]) {
      const count = this.counts.get(what);
      if (count === undefined) continue;
      yield `${count} ${TEXTS[what]}${what === 'day' ? ` of the zone ${zoneName(zoneMinutes)}.` : ''}`;
    }
  }
}

function zoneName(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
