// Two of the kills that `npm run long emergency-lockers` does by the hundred.
import { workFolder } from '@hale/testkit/hale-process';
import { expect, test } from 'vitest';
import { emergencyLockers } from '../long/emergency-lockers.ts';
import '../in-process.ts';

test('emergency lockers under kill -9: what was acknowledged is there once, ended and closed ones stay so', {
  timeout: 60_000,
}, async () => {
  const folder = workFolder('emergency-kill9');
  try {
    const report = await emergencyLockers({ dir: folder.dir, kills: 2, seed: 20_261_129 });
    expect(report.problems).toEqual([]);
    expect(report.kills).toBe(2);
    expect(report.opened).toBeGreaterThan(5);
    expect(report.notices).toBeGreaterThanOrEqual(report.opened);
  } finally {
    folder.remove();
  }
});
