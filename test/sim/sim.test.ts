// Some ten seconds of the seeded simulation in every `npm test`: always the same seeds, so that a run says the same on every machine.
// `npm run sim` goes on.
import { installPrimitives } from '@hale/kernel';
import { planOf, shrink, simulate } from '@hale/testkit/sim/simulate';
import { expect, test } from 'vitest';
import { nativePrimitives } from '../../packages/home/src/relay/native.ts';

const STEPS = 120;
/** The first four found bugs once and are kept for ever. */
const SEEDS = ['3', '4', 'test 4', '5015', 'test 0'];

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
  for (const seed of SEEDS) await holds(seed);
}, 240_000);

test('a seed gives the same run twice', async () => {
  const plan = planOf('twice', 40);
  const first = await simulate(plan);
  const second = await simulate(plan);
  expect(second.fingerprint).toBe(first.fingerprint);
  expect(first.violation).toBeNull();
});
