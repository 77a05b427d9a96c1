// Two visits and the preview of one of them, in which something hidden matters, for the tests of the command.
import type { Parameters, RecordNamed, SharePreview, VisitOffer } from '@hale/home';

const at = (text: string): number => Date.parse(text) * 1000;
const named = (id: string, title: string, category: RecordNamed['category']): RecordNamed => ({
  ...{ id, title, category, type: category === 'medicines' ? 'MedicationStatement' : 'Condition' },
  atMicros: at('2025-05-02T08:00:00Z'),
});
const ISOSORBIDE = named('31f007aa00000000', 'Isosorbide mononitrate 20 mg', 'medicines');
const SILDENAFIL = named('9c2e07aa00000000', 'Sildenafil 50 mg', 'medicines');

const OFFERS: VisitOffer[] = [
  {
    ...{ visit: 'chest-pain', name: 'Chest pain', fits: true },
    why: 'The heart is judged by its earlier tracings and values, by your medicines and by what runs in your family.',
    asked: {
      ...{
        visit: 'chest-pain',
        streams: ['heart-rate'],
        levels: { 'heart-rate': 'raw' },
        from: '2026-11-07T14:00:00.000Z',
      },
      ...{ until: '2026-11-28T14:00:00.000Z', purpose: 'Chest pain', purposeCode: 'TREAT' },
      records: { categories: ['problems', 'medicines'], withholdAreas: ['sexual-health'], told: 'none', anyTime: true },
    },
  },
  {
    ...{ visit: 'vet', name: 'Vet', fits: false },
    why: 'A vet who sees your animal for the first time needs its illnesses, medicines, vaccinations and findings.',
    asked: { visit: 'vet', streams: [], purpose: 'Vet', records: { categories: ['problems'], anyTime: true } },
  },
];

const LOOKED: SharePreview = {
  sentence:
    'Anyone with the link will be able to read problems, medicines of the health record of me, until 28 Nov 2026.',
  ...{ fromMicros: at('2026-11-07T14:00:00Z'), toMicros: null, untilMicros: at('2026-11-28T14:00:00Z'), streams: [] },
  records: {
    ...{ count: 1, categories: [{ category: 'medicines', count: 1 }], given: [ISOSORBIDE], leftOut: [], told: 'none' },
    ...{ filesKept: [], filesKeptCount: 0 },
    withheld: [{ ...SILDENAFIL, because: { by: 'label', areas: ['sexual-health'], codes: [] } }],
    withheldCount: 1,
    warnings: [
      {
        ...{ rule: 'pde5-nitrate', hidden: [SILDENAFIL], shown: [ISOSORBIDE], onVisit: true },
        why: 'With nitrates, which are given for chest pain, it can drop the blood pressure dangerously.',
        sources: [
          { title: 'Viagra, prescribing information (Pfizer)', url: 'https://www.pfizermedicalinformation.ca' },
        ],
      },
    ],
  },
};

export const offersOf = (): VisitOffer[] => OFFERS;

/** What is shown is hidden no more. */
export function previewOfVisit({ records }: Parameters<'share.preview'>): SharePreview {
  if (!records?.show?.includes('9c2e')) return LOOKED;
  const given = [ISOSORBIDE, SILDENAFIL];
  return {
    ...LOOKED,
    records: {
      ...LOOKED.records!,
      ...{ given, count: 2, categories: [{ category: 'medicines', count: 2 }] },
      ...{ withheld: [], withheldCount: 0, warnings: [] },
    },
  };
}
