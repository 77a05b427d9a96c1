// What a card has room for: the order of what may kill first, one line of each kind before a second of any, and a word where more is left.
import type { CardFact } from '@hale/vault/records/emergency';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cardKinds, cardRows, type Wrap } from '../src/emergency/rows.ts';
import { cardWords } from '../src/emergency/words.ts';

const fact = (section: CardFact['section'], title: string, more: Partial<CardFact> = {}): CardFact => ({
  ...{ section, title, detail: '', isSevere: false, isDiet: false },
  ...more,
});
const LONG =
  'Ultraproct - cinchocaine 0.5% (5 mg/g) + fluocortolone hexanoate 0.095% (945 microgram/g) + fluocortolone pivalate 0.092% ointment';
const FACTS = [
  fact('medicines', LONG),
  fact('medicines', 'lisinopril 5 mg tablet'),
  fact('allergies', 'Peanut', { isSevere: true, detail: 'Anaphylaxis, Hives' }),
  fact('allergies', 'Penicillin'),
  fact('allergies', 'Shellfish free diet', { isDiet: true }),
  ...['Gout', 'Essential hypertension', 'Impaired Mobility'].map((title) => fact('conditions', title)),
  fact('devices', 'Hip prosthesis'),
  fact('directives', 'Do Not Resuscitate'),
  fact('contacts', 'Vincent, emergency contact, 21884820'),
];

/** 60 letters a line. */
const wrap: Wrap = (text) => text.match(/\S.{0,59}(?=\s|$)|\S{1,60}/g) ?? [];
const said = (facts: readonly CardFact[], room: number, language = 'en') =>
  cardRows(cardKinds(facts, cardWords(language)), room, { wrap, more: 'more by the code' });

test('with room for all of it all stands there, and nothing says that there is more', () => {
  expect(said(FACTS, 20)).toMatchObject({ isWhole: true });
  expect(
    said(FACTS, 20)
      .rows.map(({ text }) => text)
      .slice(0, 3),
  ).toEqual([
    'SEVERE allergy: Peanut (Anaphylaxis, Hives)',
    'Allergies: Penicillin (reaction not recorded) · diet:',
    'Shellfish free diet',
  ]);
});

test('with little room a long medicine pushes out neither wishes nor contacts', () => {
  const { rows, isWhole } = said(FACTS, 8);
  expect(isWhole).toBe(false);
  expect(rows.map(({ text }) => text)).toEqual([
    'SEVERE allergy: Peanut (Anaphylaxis, Hives)',
    'Allergies: Penicillin (reaction not recorded) +1',
    'Wishes for treatment: Do Not Resuscitate',
    'Medicines: Ultraproct - cinchocaine 0.5% (5 mg/g)… +1',
    'Conditions: Gout · Essential hypertension +1',
    'Implants and devices: Hip prosthesis',
    'Please call: Vincent, emergency contact, 21884820',
    '… more by the code',
  ]);
  expect(rows.filter(({ isBold }) => isBold)).toHaveLength(1);
});

test('in her language what is severe says so in English too', () => {
  expect(said(FACTS, 20, 'pl').rows[0].text).toBe('CIĘŻKIE uczulenie / SEVERE allergy: Peanut (Anaphylaxis,');
});

test('property: never more lines than there is room for; each kind that has a place has one before any has two', () => {
  const anyFact = fc.record({
    section: fc.constantFrom(...(['allergies', 'medicines', 'conditions', 'devices', 'contacts', 'notes'] as const)),
    title: fc.string({ minLength: 1, maxLength: 90 }).map((text) => `x${text.replaceAll(/\s/g, ' ')}`),
    detail: fc.constantFrom('', 'Hives'),
    isSevere: fc.boolean(),
    isDiet: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(anyFact, { minLength: 1, maxLength: 30 }), fc.integer({ min: 2, max: 14 }), (facts, room) => {
      const { rows, isWhole } = said(facts, room);
      expect(rows.length).toBeLessThanOrEqual(room);
      const kinds = cardKinds(facts, cardWords('en'));
      const heads = rows.filter(({ labelUnits }) => labelUnits > 0).length;
      expect(heads).toBe(isWhole ? kinds.length : Math.min(kinds.length, room - 1));
      if (!isWhole) expect(rows.at(-1)!.text).toBe('… more by the code');
    }),
  );
});
