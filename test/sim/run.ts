// The seeded simulation by hand: `npm run sim` goes on until stopped; `-- --seed N` replays one seed, `--seconds S` ends after S seconds.
import { parseArgs } from 'node:util';
import { installPrimitives } from '@hale/kernel';
import { planOf, type SimOutcome, type SimPlan, shrink, simulate } from '@hale/testkit/sim/simulate';
import { nativePrimitives } from '../../packages/home/src/relay/native.ts';

const STEPS = 240;
const SHRINK_SECONDS = 90;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string' },
    steps: { type: 'string' },
    only: { type: 'boolean' },
  },
});

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function tellFailure(plan: SimPlan, { violation, steps }: SimOutcome): Promise<void> {
  if (!violation) return;
  say(`\nseed ${plan.seed} breaks a promise at step ${steps}\n  ${violation.message}\n`);
  if (violation.stack) say(violation.stack.split('\n').slice(1, 8).join('\n'));
  say(`\nshrinking for at most ${SHRINK_SECONDS} s …`);
  const short = await shrink({ ...plan, actions: plan.actions.slice(0, steps) }, violation.invariant, SHRINK_SECONDS);
  const again = await simulate(short);
  say(`${short.actions.length} actions are enough:`);
  for (const action of short.actions) say(`  ${action.kind.padEnd(18)}${action.seed}`);
  say(`  → ${again.violation?.message}\n\nreplay: node test/sim/run.ts --seed ${plan.seed} --only`);
}

async function main(): Promise<number> {
  installPrimitives(nativePrimitives());
  const steps = Number(values.steps ?? STEPS);
  const end = values.seconds ? performance.now() + Number(values.seconds) * 1000 : Number.POSITIVE_INFINITY;
  const totals = new Map<string, number>();
  let hours = 0;
  let seeds = 0;
  const first = values.seed ?? '1';
  for (let n = 0; performance.now() < end; n++) {
    const seed = /^[0-9]+$/.test(first) ? String(Number(first) + n) : n === 0 ? first : `${first} ${n}`;
    const plan = planOf(seed, steps);
    const outcome = await simulate(plan);
    seeds++;
    hours += outcome.virtualHours;
    for (const [name, count] of outcome.counts) totals.set(name, (totals.get(name) ?? 0) + count);
    if (outcome.violation) {
      await tellFailure(plan, outcome);
      return 1;
    }
    if (seeds % 10 === 0 || values.only)
      say(`seed ${seed}: ${seeds} seeds, ${Math.round(hours)} virtual hours, nothing broken`);
    if (values.only) break;
  }
  say(`${seeds} seeds, ${seeds * steps} actions, ${Math.round(hours)} virtual hours: every promise held.`);
  for (const [name, count] of [...totals].sort()) say(`  ${name.padEnd(28)}${count}`);
  return 0;
}

process.exitCode = await main();
