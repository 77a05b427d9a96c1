// The tests' own teeth: ten switches, each breaking one promise, each reached only as a constructor argument. With a switch off the
// simulated network keeps the promise; with it on, the check that guards the promise says so. (The relay's six have a closer look of
// their own in packages/relay/test/server-sabotage.test.ts.)
import { chachaOpen, concatBytes, hmacSha512, installPrimitives, tileHeaderBytes } from '@hale/kernel';
import { sealTile } from '@hale/kernel/seal';
import type { ActionKind } from '@hale/testkit/sim/actions';
import { keyedBytes, type SealTile, SIM_FAULTS, type SimFaults, sealWithoutAad } from '@hale/testkit/sim/faults';
import { planOf, type SimPlan, simulate } from '@hale/testkit/sim/simulate';
import { describe, expect, test } from 'vitest';
import { nativePrimitives } from '../packages/home/src/relay/native.ts';

installPrimitives(nativePrimitives());

const STEPS = 60;
/** Seeds tried for a switch before it counts as unnoticed: which of them trips over it changes with the code. */
const SEEDS = 16;

interface Teeth {
  promise: string;
  /** The invariant that must be reported as broken. */
  noticed: string;
  /** What has to happen often for the promise to matter. */
  oftener?: Partial<Record<ActionKind, number>>;
}

const teeth: Record<keyof SimFaults, Teeth> = {
  noAad: { promise: 'a tile whose header is not bound to it opens nowhere', noticed: 'no-stumbling (not-authentic)' },
  reusedSalt: { promise: 'no salt is used twice', noticed: 'salt-once' },
  okBeforeFsync: {
    promise: 'OK means that it is on the disk',
    noticed: 'ok-means-kept',
    oftener: { commitFault: 60, publish: 30, carry: 40 },
  },
  countUngated: { promise: 'a stranger learns no number', noticed: 'gated' },
  receiptDropped: { promise: 'what is served has a receipt', noticed: 'served-means-receipt' },
  oldRevisionServed: {
    promise: 'only the newest access list stands',
    noticed: 'newest-list-only',
    oftener: { share: 30, revoke: 20 },
  },
  epochNotAdvanced: {
    promise: 'nothing sealed after a revocation opens with what was held before',
    noticed: 'nothing-after-end',
    oftener: { share: 40, revoke: 30, late: 40, publish: 40, live: 60 },
  },
  headNotChecked: {
    promise: 'a relay that withholds or goes back in time is noticed',
    noticed: 'absence-noticed',
    oftener: { share: 40, liar: 40, visitLiar: 60, publish: 40, carry: 40 },
  },
  accessByArrival: {
    promise: 'an old access list that comes late changes nothing',
    noticed: 'newest-list-only',
    oftener: { share: 40, revoke: 40, replay: 60, carry: 60 },
  },
  tombstoneForgotten: {
    promise: 'what was deleted does not come back',
    noticed: 'deleted-stays-deleted',
    oftener: { correct: 60, publish: 60, replay: 60, carry: 40, revoke: 20, share: 20 },
  },
};

const planFor = (fault: keyof SimFaults, n: number): SimPlan =>
  planOf(`teeth ${n}`, STEPS, STEPS / 2, teeth[fault].oftener);

describe.each(SIM_FAULTS)('%s', (fault) => {
  const { promise, noticed } = teeth[fault];

  test(promise, async () => {
    for (let n = 0; n < SEEDS; n++) {
      const plan = planFor(fault, n);
      const sabotaged = await simulate({ ...plan, faults: { [fault]: true } });
      if (sabotaged.violation?.invariant !== noticed) continue;
      expect((await simulate(plan)).violation).toBeNull();
      return;
    }
    expect.fail('the switch is on and nobody notices');
  });
});

test('the ciphertext of a tile is bound to each byte of its header', () => {
  const bound = (seal: SealTile) => {
    const fields = { slot: 7, epoch: 1, generation: 2, revision: 3, part: 0 };
    const names = {
      author: new Uint8Array(32).fill(1),
      label: new Uint8Array(8).fill(2),
      salt: new Uint8Array(16).fill(3),
    };
    const leaf = new Uint8Array(32).fill(4);
    const tile = seal(leaf, { ...fields, ...names }, new Uint8Array([1, 2, 3]));
    const key = hmacSha512(leaf, keyedBytes(tile)).subarray(0, 32);
    const opens = (aad: Uint8Array) => chachaOpen(key, new Uint8Array(12), aad, tile.ciphertext) !== null;
    const header = tileHeaderBytes(tile);
    const changed = Array.from(header, (byte, i) =>
      concatBytes(header.slice(0, i), new Uint8Array([byte ^ 1]), header.slice(i + 1)),
    );
    return opens(header) && !opens(new Uint8Array(0)) && !changed.some(opens);
  };
  expect(bound(sealTile)).toBe(true);
  expect(bound(sealWithoutAad)).toBe(false);
});
