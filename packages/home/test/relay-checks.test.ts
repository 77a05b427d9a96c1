// The threads that check signatures: every event gets one verdict, the same as without them, and a thread that dies takes none along.
import { installPrimitives } from '@hale/kernel';
import { type Check, checkFrame } from '@hale/relay/server';
import { person } from '@hale/testkit/relay-people';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { CheckPool, type Verdict } from '../src/relay/check-pool.ts';
import { HOST_LIMITS } from '../src/relay/limits.ts';
import { nativePrimitives } from '../src/relay/native.ts';
import { packVerdict, unpackVerdict } from '../src/relay/verdict-codec.ts';

const ann = person('ann');
beforeAll(() => installPrimitives(nativePrimitives()));

let pool: CheckPool;
let got: Verdict[];
afterEach(() => pool.close());

function newPool(threads: number): void {
  got = [];
  pool = new CheckPool((verdicts) => got.push(...verdicts), threads);
}

/** Good, forged, malformed, not JSON, not UTF-8 letters only. */
function frames(count: number): Check[] {
  const spoil = [
    (text: string) => text,
    (text: string) => text.replace('"content":"', '"content":"x'),
    (text: string) => text.replace('"kind":1', '"kind":-1'),
    (text: string) => text.slice(0, -3),
    (text: string) => text,
  ];
  return Array.from({ length: count }, (_, n) => {
    const text = `["EVENT",${JSON.stringify(ann.sign({ content: `żółć 🫀 ${n}`, tags: [['t', `${n}`]] }))}]`;
    return { ticket: n, frame: Buffer.from(spoil[n % spoil.length](text)) };
  });
}

const until = async (holds: () => boolean): Promise<void> => {
  for (let n = 0; !holds(); n++) {
    if (n > 2_000) throw new Error('it did not come to that');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** As the engine would have it from `checkFrame` itself. */
const expected = (checks: readonly Check[]) =>
  checks.map(({ ticket, frame }) => ({ ticket, checked: { ...checkFrame(frame) } }));
const found = () =>
  got.map(({ ticket, checked }) => ({ ticket, checked: { ...checked } })).sort((a, b) => a.ticket - b.ticket);

/** The first rush is checked here, while the threads start. */
async function warmUp(): Promise<void> {
  pool.check(frames(HOST_LIMITS.checksAtOnceMax + 1));
  expect(got).toHaveLength(HOST_LIMITS.checksAtOnceMax + 1);
  await until(() => pool.threadsReady > 0);
  got.length = 0;
}

test('gives each its verdict, the same as checking here', async () => {
  newPool(2);
  await warmUp();
  const checks = frames(200);
  for (let at = 0; at < checks.length; at += 40) pool.check(checks.slice(at, at + 40));
  expect(pool.outstanding).toBeGreaterThan(0);
  await until(() => got.length === checks.length);
  expect(pool.outstanding).toBe(0);
  expect(found()).toEqual(expected(checks));
});

test('one or two at a quiet time are checked at once, and start no thread', () => {
  newPool(2);
  const checks = frames(HOST_LIMITS.checksAtOnceMax);
  pool.check(checks);
  expect(found()).toEqual(expected(checks));
  expect(pool.threadsReady).toBe(0);
});

test('what was with a thread that died is answered with error: under its id, and others take over', async () => {
  newPool(1);
  await warmUp();
  const checks = frames(100);
  pool.check(checks);
  pool.endOneThread();
  await until(() => got.length === checks.length);
  expect(found().map(({ ticket }) => ticket)).toEqual(checks.map(({ ticket }) => ticket));
  for (const { ticket, checked } of got) {
    if (checked.event) continue;
    if (ticket % 5 === 0) {
      expect(checked.reason).toBe('error: it could not be checked, publish it again');
      expect(checked.id).toMatch(/^[0-9a-f]{64}$/);
    }
  }
  expect(got.some(({ checked }) => !checked.event && checked.reason.startsWith('error:'))).toBe(true);
  got.length = 0;
  pool.check(checks);
  await until(() => got.length === checks.length && pool.threadsReady > 0);
  got.length = 0;
  pool.check(checks);
  await until(() => got.length === checks.length);
  expect(found()).toEqual(expected(checks));
});

test('a verdict crosses to another thread unchanged', () => {
  for (const { frame } of frames(5)) {
    const checked = checkFrame(frame);
    expect(unpackVerdict(structuredClone(packVerdict(checked)))).toEqual(checked);
  }
});
