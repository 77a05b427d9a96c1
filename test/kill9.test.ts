// Three of the kills that `npm run long` does by the hundred.
import { workFolder } from '@hale/testkit/hale-process';
import { expect, test } from 'vitest';
import { killLoop } from './long/kill9.ts';

test('kill -9 under load loses nothing that was acknowledged', { timeout: 120_000 }, async () => {
  const folder = workFolder('kill9');
  try {
    const report = await killLoop({ dir: folder.dir, kills: 3, seed: 20_261_121, deepEvery: 3 });
    expect(report.problems).toEqual([]);
    expect(report.found).toEqual([]);
    expect(report.kills).toBe(3);
    expect(report.acknowledgedSamples).toBeGreaterThan(100);
  } finally {
    folder.remove();
  }
});
