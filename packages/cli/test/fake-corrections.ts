// One correction that the fake home was asked for.
import type { CorrectionInfo, CorrectionOperations } from '@hale/home';
import { HaleError } from '@hale/kernel';

const at = (iso: string): number => Date.parse(iso) * 1000;

const ASKED: CorrectionInfo = {
  ...{ id: '77aa0123456789ab', of: '5b1f0123456789ab', text: 'I never smoked.', to: 'City hospital', place: 'DE' },
  ...{
    title: 'Smoker',
    state: 'sent',
    askedMicros: at('2026-10-12T09:00:00Z'),
    sentMicros: at('2026-10-12T09:00:00Z'),
    stateMicros: at('2026-10-12T09:00:00Z'),
  },
  ...{ answerByMicros: at('2026-11-12T09:00:00Z'), extendedToMicros: at('2027-01-12T09:00:00Z'), rule: 'GDPR' },
  ...{ isLate: true, isDecided: false, answers: [], disagreement: null },
};

const answered = (state: CorrectionInfo['state'], text = ''): CorrectionInfo => ({
  ...ASKED,
  ...{ state, isLate: false, isDecided: state === 'denied', stateMicros: at('2026-11-20T09:00:00Z') },
  answers: [{ id: 'a', state, text, atMicros: at('2026-11-20T09:00:00Z') }],
});

export const CORRECTIONS: {
  [N in keyof CorrectionOperations]: (given: CorrectionOperations[N][0]) => CorrectionOperations[N][1];
} = {
  'correction.ask': ({ text, place = '' }) => ({
    ...{ ...ASKED, text, place, isLate: false, state: 'asked', sentMicros: null },
    ...{ answerByMicros: null, extendedToMicros: null, rule: null },
  }),
  corrections: () => [ASKED],
  'correction.answer': ({ correction, state, text }) => {
    if (correction !== '77aa') throw new HaleError('not-found', 'no such request; `hale corrections` lists them');
    return answered(state, text);
  },
  'correction.disagree': ({ text }) => ({ ...answered('denied', 'We see no fault.'), disagreement: { id: 'd', text } }),
  'correction.export': ({ to }) => ({ files: [`${to}.json`, `${to}.pdf`] }),
  'correction.letter': () => ({ pdf: '', bundle: '{}' }),
};
