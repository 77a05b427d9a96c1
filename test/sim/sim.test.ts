// Ten seconds of the seeded simulation in every `npm test`: some seeds always, more of a fixed list as long as there is time. `npm run sim` goes on.
import { installPrimitives } from '@hale/kernel';
import { planOf, shrink, simulate } from '@hale/testkit/sim/simulate';
import { expect, test } from 'vitest';
import { nativePrimitives } from '../../packages/home/src/relay/native.ts';

const SECONDS = 10;
const STEPS = 120;
/** Found bugs once; kept for ever. */
const ALWAYS = ['3', '4'];
const AS_TIME_ALLOWS = Array.from({ length: 40 }, (_, i) => `test ${i}`);

installPrimitives(nativePrimitives());

async function holds(seed: string): Promise<void> {
  const plan = planOf(seed, STEPS);
  const { violation, steps } = await simulate(plan);
  if (violation === null) return;
  const short = await shrink({ ...plan, actions: plan.actions.slice(0, steps) }, violation.invariant, 20);
  const list = short.actions.map(({ kind, seed: of }) => `  ${kind} ${of}`).join('\n');
  throw new Error(
    `seed "${seed}": ${violation.message}\n${list}\nreplay: node test/sim/run.ts --seed "${seed}" --steps ${STEPS} --only`,
  );
}

test('patients, readers, clocks that jump and relays that lie: every promise holds', async () => {
  const end = performance.now() + SECONDS * 1000;
  for (const seed of ALWAYS) await holds(seed);
  for (const seed of AS_TIME_ALLOWS) if (performance.now() < end) await holds(seed);
});

test('a seed gives the same run twice', async () => {
  const plan = planOf('twice', 40);
  const first = await simulate(plan);
  const second = await simulate(plan);
  expect(second.fingerprint).toBe(first.fingerprint);
  expect(first.violation).toBeNull();
});
