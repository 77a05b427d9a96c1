// One health record with its labels, for the tests of the command.
import type { Parameters, RecordLabelsShown } from '@hale/home';
import { HaleError } from '@hale/kernel';

const FOUND: RecordLabelsShown = {
  labels: [
    {
      code: 'HIV',
      why: { system: 'http://snomed.info/sct', code: '31676001', display: 'Human immunodeficiency virus antigen test' },
    },
    { code: 'SEX', area: 'pregnancy', why: { words: 'Schwangerschaft' } },
    {
      code: 'SUD',
      why: {
        ...{ system: 'http://snomed.info/sct', code: '5602001', display: 'Opioid abuse' },
        note: '4 physicians rated it 0, 1, 1, 1; from a mean of 0.6 on it is labelled',
      },
      ...{ basis: '42CFRPart2', of: '5b1f07aa00000000' },
    },
  ],
  ...{ confidentiality: 'R', areas: ['substance-use', 'hiv', 'pregnancy'], opaque: true, said: null },
};

export const LABELS = {
  'record.labels': ({ record }: Parameters<'record.labels'>): RecordLabelsShown => {
    if (record === '5b1f') return FOUND;
    if (record === '77aa') return { labels: [], areas: [], confidentiality: 'N', opaque: false, said: null };
    throw new HaleError('not-found', 'no such record');
  },
  'record.label': ({ add = [], reset }: Parameters<'record.label'>): RecordLabelsShown => {
    if (add.includes('teeth')) throw new HaleError('usage', 'an area is one of mental-health, substance-use');
    if (reset) return FOUND;
    return {
      ...FOUND,
      labels: [{ code: 'GDIS', area: 'genetics', why: { owner: true } }, ...FOUND.labels.slice(1)],
      areas: ['substance-use', 'pregnancy', 'genetics'],
      said: { add: ['genetics'], drop: ['hiv'], at: Date.UTC(2026, 10, 28, 12) * 1000, by: '' },
    };
  },
};
