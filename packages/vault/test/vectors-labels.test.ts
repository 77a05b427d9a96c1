import { readFileSync } from 'node:fs';
import { areasOf } from '@hale/consent';
import { checkVectors } from '@hale/testkit/vectors';
import { expect, test } from 'vitest';
import { makeLabelsVectors } from '../../../specs/make-vectors-labels.ts';

const file = readFileSync('specs/vectors/labels.json', 'utf8');

test('the script beside specs/vectors/labels.json makes the same bytes', () => expect(makeLabelsVectors()).toBe(file));

test('every vector holds, and one that does not is reported', () => {
  const vectors = JSON.parse(file);
  expect(checkVectors('labels', vectors)).toEqual({ passed: vectors.cases.length, failed: [] });
  vectors.cases[1].areas = [];
  expect(checkVectors('labels', vectors).failed).toHaveLength(1);
});

test('what the names of the vectors say, read by hand', () => {
  const { cases } = JSON.parse(file) as {
    cases: { name: string; labels: { code: 'SUD'; basis?: string }[]; opaque: boolean; confidentiality: string }[];
  };
  const rows = cases.map(({ name, labels, opaque, confidentiality }) => [
    name,
    labels.map(({ code, basis }) => code + (basis ? '*' : '')).join(' '),
    areasOf(labels).length > 0,
    opaque,
    confidentiality,
  ]);
  expect(rows).toEqual([
    ['nothing sensitive', '', false, false, 'N'],
    ['a diagnosis', 'MH', true, false, 'R'],
    ['tobacco is no substance use', '', false, false, 'N'],
    ['a test, whatever came out', 'HIV', true, false, 'R'],
    ['a medicine by its group', 'OPIOIDUD', true, false, 'R'],
    ['rated by four physicians', 'SUD', true, false, 'R'],
    ['a word', 'SEX', true, false, 'R'],
    ['the word of a code', 'HIV', true, false, 'R'],
    ['marked by its hospital', 'PSY', true, false, 'R'],
    ['restricted, and no reason', 'PHY', true, false, 'R'],
    ['a code of a later version', 'PHY', true, false, 'R'],
    ['marked inside', 'GENDER', true, false, 'R'],
    ['42 CFR Part 2', 'SUD* OPIOIDUD*', true, false, 'R'],
    ['a programme', 'SUD* OPIOIDUD*', true, false, 'R'],
    ['a plain text', 'SDV VIO', true, false, 'V'],
    ['a document that stays closed', '', false, true, 'N'],
  ]);
});
