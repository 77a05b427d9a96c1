// What a recipient's page reads off a copy: its marks, the law that some rest on, and its files.
import { LABEL_BASIS } from '@hale/consent';
import { expect, test } from 'vitest';
import { filesIn } from '../src/given/files.ts';
import { marksOf, restsOnPart2 } from '../src/given/marks.ts';

const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const marked = (...security: unknown[]) => ({ resourceType: 'Condition', id: '1', meta: { security } });

test.each([
  // marks, areas, restricted
  [[], [], false],
  [[{ code: 'N' }], [], false],
  [[{ code: 'R' }, { system: ACT_CODE, code: 'PSY' }], ['mental-health'], true],
  [[{ code: 'V' }, { code: 'HIV' }, { code: 'PERSISTLABEL' }], ['hiv'], true],
  [[{ code: 'no such code' }, 'text', null], [], false],
])('marks %j', (security, areas, isRestricted) =>
  expect(marksOf(marked(...security))).toEqual({ areas, isRestricted }),
);

test('the notice of 42 CFR Part 2 goes with what rests on it, and with nothing else', () => {
  const basis = (code: string) => ({ code: 'SUD', extension: [{ url: LABEL_BASIS, valueCoding: { code } }] });
  expect(restsOnPart2(marked(basis('42CFRPart2')))).toBe(true);
  expect(restsOnPart2(marked(basis('other')))).toBe(false);
  expect(restsOnPart2(marked({ code: 'SUD' }))).toBe(false);
  expect(restsOnPart2({ resourceType: 'Condition', id: '1' })).toBe(false);
});

test('files that came with a copy are given a safe name and kind; what is damaged or elsewhere is none', () => {
  const attachments = [
    { attachment: { contentType: 'application/pdf', data: 'JVBERg==', title: '../letter: "May"' } },
    { attachment: { contentType: 'text/html', data: 'PGI+' } },
    { attachment: { contentType: 'image/png', url: 'https://elsewhere.example/a.png' } },
    { attachment: { contentType: 'image/png', data: '%%%' } },
  ];
  const files = filesIn({ resourceType: 'DocumentReference', id: '1', content: attachments });
  expect(files.map(({ name, type }) => [name, type])).toEqual([
    ['.._letter_ _May_.pdf', 'application/pdf'],
    ['file-2.bin', 'application/octet-stream'],
  ]);
  expect([...files[0].bytes]).toEqual([0x25, 0x50, 0x44, 0x46]);
});
