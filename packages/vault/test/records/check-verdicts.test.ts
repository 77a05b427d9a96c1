// HL7's validator cases: our verdict beside that of HL7's Java validator, which asks a terminology server and knows every published profile.
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Checker, loadChecker } from '../../src/records/check/index.ts';
import { readCase, VERDICTS, WITHOUT_CONTAINED } from './validator-verdicts.ts';

let checker: Checker;
beforeAll(async () => {
  checker = await loadChecker((bytes) => createHash('sha1').update(bytes).digest());
});

function errorsOf(file: string): string[] {
  const findings = checker.check(readCase(file));
  return findings
    .filter(
      ({ severity, path }) => severity === 'error' && !(file === WITHOUT_CONTAINED && path.includes('.contained[')),
    )
    .map(({ rule }) => rule);
}

describe('cases of the HL7 validator', () => {
  test.each(VERDICTS)('%s', (file, java, ours) => {
    const rules = new Set(errorsOf(file));
    const expected = ours.startsWith('missed') ? [] : ours.split(' ').filter((rule) => rule !== '');
    expect([...rules].sort()).toEqual(expected.sort());
    // What is said to be missed is bad to the Java validator, and nothing else is.
    if (java === 0) expect(ours).toBe('');
  });

  test('46 of 50 verdicts are those of the Java validator, and nothing good is called bad', () => {
    const verdicts = VERDICTS.map(([file, java]) => ({ java: java > 0, ours: errorsOf(file).length > 0 }));
    expect(verdicts.filter(({ java, ours }) => java === ours)).toHaveLength(46);
    expect(verdicts.filter(({ java, ours }) => java && ours)).toHaveLength(24);
    expect(verdicts.filter(({ java, ours }) => !java && ours)).toEqual([]);
  });
});
