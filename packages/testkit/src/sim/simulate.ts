// One run: actions from a seed, a rest after each round, and what went wrong made as short as possible.
import { HaleError, sha256, toHex, utf8Encode } from '@hale/kernel';
import { type Action, type ActionKind, actionAt, carryOut } from './actions.ts';
import { checkAtRest } from './checks.ts';
import { SIM_START_MICROS } from './clock.ts';
import type { SimFaults } from './faults.ts';
import { Violation } from './violation.ts';
import { World } from './world.ts';

export interface SimPlan {
  seed: string;
  actions: readonly Action[];
  /** A rest follows each so many actions, and the last. */
  restEvery: number;
  faults?: Partial<SimFaults>;
}

export interface SimOutcome {
  violation: Violation | null;
  /** Actions that were carried out, the failing one included. */
  steps: number;
  virtualHours: number;
  counts: Map<string, number>;
  /** The same for two runs of one plan. */
  fingerprint: string;
}

export function planOf(
  seed: string,
  steps: number,
  restEvery = 60,
  oftener: Partial<Record<ActionKind, number>> = {},
): SimPlan {
  return { seed, restEvery, actions: Array.from({ length: steps }, (_, i) => actionAt(seed, i, oftener)) };
}

export async function simulate(plan: SimPlan): Promise<SimOutcome> {
  const world = new World(plan.seed, plan.faults ?? {});
  let violation: Violation | null = null;
  let steps = 0;
  try {
    for (const action of plan.actions) {
      steps++;
      await carryOut(world, action);
      if (steps % plan.restEvery === 0) rest(world);
    }
    if (steps % plan.restEvery !== 0) rest(world);
  } catch (error) {
    violation = asViolation(error);
  }
  const counts = new Map([...world.counts].sort());
  const told = JSON.stringify([[...counts], world.time.micros, world.prng.next(), violation?.message ?? '']);
  return {
    violation,
    steps,
    virtualHours: (world.time.micros - SIM_START_MICROS) / 3_600e6,
    counts,
    fingerprint: toHex(sha256(utf8Encode(told))).slice(0, 16),
  };
}

/** Whatever is thrown and not expected breaks the promise that nothing stumbles. */
function asViolation(error: unknown): Violation {
  if (error instanceof Violation) return error;
  if (!(error instanceof Error)) throw error;
  const code = error instanceof HaleError ? error.code : error.name;
  const found = new Violation(`no-stumbling (${code})`, error.message);
  found.stack = error.stack ?? '';
  return found;
}

const REST_ROUNDS_MAX = 40;

/** Faults end, clocks are set right, everything that can be delivered is; then all promises are checked. */
export function rest(world: World): void {
  for (const relay of world.relays) {
    relay.reachable = true;
    relay.commitFaults.length = 0;
  }
  const homes = world.people.flatMap((person) => world.living(person));
  for (const home of homes) {
    home.offline = false;
    home.clock.offsetSeconds = 0;
    home.disk.fault = null;
  }
  let quiet = 0;
  for (let round = 0; round < REST_ROUNDS_MAX && quiet < 3; round++) {
    world.time.advance(400);
    for (const person of world.people)
      for (const home of world.living(person)) {
        home.attempt(() => {
          home.renew();
          home.tick();
          home.vault.flush();
          home.publishAll();
        });
        world.noteGrants(person, home);
        home.listenAgain();
        home.sync();
      }
    world.pump();
    for (const relay of world.relays) relay.tick();
    quiet = isQuiet(world) ? quiet + 1 : 0;
  }
  if (quiet === 0)
    throw new Violation('comes-to-rest', 'an honest relay still waits for something after hours without a fault');
  for (const home of homes) if (!home.isRetired) world.noteHeads(home);
  checkAtRest(world);
}

function isQuiet(world: World): boolean {
  return world.people.every((person) =>
    world
      .living(person)
      .every((home) =>
        home.relays.every(
          (relay) =>
            !relay.honest ||
            (home.disk.outbox.pendingFor(relay.url, 1).length === 0 &&
              home.disk.outbox.unconfirmedFor(relay.url, 1).length === 0),
        ),
      ),
  );
}

/** Leaves actions out as long as the same promise stays broken. @param seconds of real time to spend */
export async function shrink(plan: SimPlan, invariant: string, seconds: number): Promise<SimPlan> {
  const deadline = performance.now() + seconds * 1000;
  let best = plan;
  const attempt = async (candidate: SimPlan): Promise<boolean> => {
    const { violation, steps } = await simulate(candidate);
    if (violation?.invariant !== invariant) return false;
    best = { ...candidate, actions: candidate.actions.slice(0, steps) };
    return true;
  };
  // Rests cost most: one at the end is often enough.
  await attempt({ ...plan, restEvery: plan.actions.length + 1 });
  for (let size = Math.ceil(best.actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    // From the end: what is left out there makes every later attempt shorter.
    for (let end = best.actions.length; end > 0 && performance.now() < deadline; end -= size) {
      const start = Math.max(0, end - size);
      const actions = [...best.actions.slice(0, start), ...best.actions.slice(end)];
      if (actions.length > 0) await attempt({ ...best, actions });
      end = Math.min(end, best.actions.length + size);
    }
  }
  return best;
}
