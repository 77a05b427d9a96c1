// What the pretended home finds: one value in a report, its series and a note; nothing for any other word.
import type { Found, FoundRecord } from '@hale/home';

const AT = Date.UTC(2026, 4, 3) * 1000;

const FERRITIN: FoundRecord = {
  ...{ id: '5b1f07aa2c9d4e10', type: 'Observation', category: 'results', revision: 1, revisions: 1, at: AT },
  ...{ sources: [], origin: 'imported', state: 'current', addedAt: AT, changedAt: AT, notes: [], brief: {} },
  ...{ title: 'Ferritin [Mass/volume] in Serum', status: 'final', value: '8 ug/L', written: '2026-05-03', amended: 0 },
  reasons: [{ term: 'ferritin', field: 'title', text: 'Ferritin [Mass/volume] in Serum' }],
  within: { id: '77aa07aa2c9d4e10', title: 'Laboratory report', written: '2026-05-03' },
} as unknown as FoundRecord;

export function foundBy(text: string): Found {
  const isThere = /ferritin/i.test(text);
  const reasons = [{ term: 'ferritin', field: 'note' as const, text: 'ferritin tablets begun' }];
  return {
    terms: [{ text: text.toLowerCase(), isKind: false, isPerson: false }],
    time: null,
    records: isThere ? [FERRITIN] : [],
    recordsTotal: isThere ? 3 : 0,
    isPartial: false,
    series: isThere
      ? [{ key: 'ferritin', title: 'Ferritin', kind: 'ferritin', firstMicros: AT, lastMicros: AT, reasons }]
      : [],
    notes: isThere ? [{ id: '1', stream: 'weight', atMicros: AT, text: 'ferritin tablets begun', reasons }] : [],
  };
}
