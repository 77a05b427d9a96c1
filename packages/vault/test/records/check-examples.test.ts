// Records that others wrote and that are right: nothing in them is called wrong. They lie beside the repository, in shared/data/fhir.
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadChecker } from '../../src/records/check/index.ts';

const PLACES = [join(import.meta.dirname, '../../../../../shared/data/fhir'), '/work/shared/data/fhir'];
const SHARED = PLACES.find((path) => existsSync(path));

/** Folder, records in it. */
const GOOD: readonly (readonly [string, number])[] = [
  ['hl7-examples/*.json', 142],
  ['ips/examples/*.json', 44],
  ['ips/package/*.json', 9],
  ['synthea/*.json', 3],
  ['ds4p/*.json', 14],
  ['bulk-10/[A-Z]*.ndjson', 2631],
];

describe.skipIf(SHARED === undefined)(
  `records of others${SHARED ? '' : ' (skipped: shared/data/fhir is not here)'}`,
  () => {
    test.each(GOOD)('%s: %i accepted', async (pattern, count) => {
      const checker = await loadChecker((bytes) => createHash('sha1').update(bytes).digest());
      const wrong: string[] = [];
      let checked = 0;
      for (const file of globSync(join(SHARED!, pattern))) {
        const text = readFileSync(file, 'utf8');
        for (const record of file.endsWith('.ndjson') ? text.split('\n').filter((line) => line !== '') : [text]) {
          checked++;
          for (const { severity, rule, path } of checker.check(JSON.parse(record)))
            if (severity === 'error') wrong.push(`${file}: ${rule} at ${path}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(checked).toBe(count);
    });

    test('what NHS publishes as good input with known defects is not all accepted', async () => {
      const checker = await loadChecker();
      const files = globSync(join(SHARED!, 'referral/nhs-bars/*.json'));
      const bad = files.filter((file) =>
        checker.check(JSON.parse(readFileSync(file, 'utf8'))).some(({ severity }) => severity === 'error'),
      );
      expect(files).toHaveLength(16);
      // Seven fail by every validator; ours adds references whose type is spelled wrong, and entries without an address.
      expect(bad).toHaveLength(11);
    });
  },
);
