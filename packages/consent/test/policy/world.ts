// People, records and questions that the tests of policies ask with, by short names, so that tables can be read by their columns.
import {
  type AccessQuestion,
  type AccessVerdict,
  type Asking,
  compile,
  decideAccess,
  parseConsent,
  type RecordFacts,
} from '../../src/index.ts';

export const time = (text: string): number => Date.parse(text) * 1000;

const DAY = 86_400_000_000;
export const on = (date: string) => ({ from: time(date), to: time(date) + DAY });

export const record = (change: Partial<RecordFacts> = {}): RecordFacts => ({
  type: 'Observation',
  ids: ['Observation/other'],
  labels: [],
  confidentiality: 'N',
  dated: on('2020-12-04'),
  authors: ['Practitioner/ex-author'],
  custodians: ['Organization/ex-organization'],
  refersTo: ['Patient/ex-patient', 'Encounter/ex-encounter'],
  referredBy: [],
  ...change,
});

export const question = (change: Partial<AccessQuestion> = {}): AccessQuestion => ({
  who: { ids: ['Practitioner/other'] },
  purpose: 'TREAT',
  at: time('2022-09-01'),
  record: record(),
  jurisdiction: '',
  emergency: null,
  ...change,
});

export const said = ({ verdict, reason }: AccessVerdict): string => (verdict === 'permit' ? verdict : reason);

/** One consent, one question, in a word. */
export const ask = (consent: unknown, of: Partial<AccessQuestion>): string =>
  said(decideAccess(compile([{ consent: parseConsent(consent) }]), question(of)));

export const WHO: Record<string, Asking> = {
  anyone: { ids: ['Practitioner/other'] },
  practitioner: { ids: ['Practitioner/ex-practitioner'] },
  privileged: { ids: ['Practitioner/ex-practitioner'], groups: ['Group/ex-privilegedUsers'] },
  researcher: { ids: ['Practitioner/other'], organisations: ['Organization/ex-org-researcher'] },
};
