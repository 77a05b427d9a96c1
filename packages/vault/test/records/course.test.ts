// How old the word is on which "current" rests, and whether the time that was stated for a medicine has run out.
import { expect, test } from 'vitest';
import { briefOf } from '../../src/records/brief.ts';
import { isTimeOver } from '../../src/records/course.ts';
import type { Resource } from '../../src/records/model.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const taken = (more: object): Resource =>
  ({ resourceType: 'MedicationStatement', status: 'active', effectiveDateTime: '2024-08-30', ...more }) as Resource;
const dosed = (...dosage: object[]) => isTimeOver(taken({ dosage }), NOW);
const bounded = (repeat: object) => ({ timing: { repeat } });

test.each([
  ['Apply twice daily for at least 1 week; continue for up to a maximum of 4 weeks', true],
  ['1 tablet every 8 hours for 7 days.', true],
  ['1 comprimido cada 8 horas durante 7 días', true],
  ['1 tabletka co 8 godzin przez 7 dni', true],
  ['Take one tablet once daily', false],
  ['2 tablets for 3 days, then one daily', false],
  ['for at least 1 week', false],
  ['Take for 900 months', false],
  ['Take one every 8 hours', false],
  ['', false],
])('"%s": time over is %s', (text, expected) => expect(dosed({ text })).toBe(expected));

test('bounds count, and of several dosages each has to be over', () => {
  expect(dosed(bounded({ boundsPeriod: { start: '2024-08-30', end: '2024-09-30' } }))).toBe(true);
  expect(dosed(bounded({ boundsPeriod: { end: '2026-11-21' } }))).toBe(false);
  expect(dosed(bounded({ boundsDuration: { value: 2, code: 'wk' } }))).toBe(true);
  expect(dosed(bounded({ boundsDuration: { value: 3, code: 'a' } }))).toBe(false);
  expect(dosed({ text: 'for 7 days' }, { text: 'then one daily' })).toBe(false);
  expect(dosed()).toBe(false);
  expect(isTimeOver(taken({ effectiveDateTime: undefined, dosage: [{ text: 'for 7 days' }] }), NOW)).toBe(false);
});

test('the last word is the newest of those that say when', () => {
  expect(briefOf(taken({ dateAsserted: '2025-01-02' }), NOW)).toMatchObject({ lastWord: '2025-01-02' });
  expect(briefOf(taken({}), NOW).lastWord).toBe('2024-08-30');
  expect(briefOf(taken({ effectiveDateTime: undefined }), NOW).lastWord).toBeUndefined();
  expect(briefOf(taken({ dosage: [{ text: 'for 7 days' }] }), NOW)).toMatchObject({ timeOver: true });
});
