// The frames between a phone and its home (specs/remote.md): the vectors, and what no vector can list.
import { readFileSync } from 'node:fs';
import {
  bucketFor,
  encodeRemote,
  HaleError,
  LIMITS,
  parseRemote,
  REMOTE_CHUNK_BYTES_MAX,
  REMOTE_UNITS_MAX,
  remoteDate,
} from '@hale/kernel';
import { RemoteLine, type RemoteMessage, type VisitKeys } from '@hale/kernel/seal';
import { checkVectors } from '@hale/testkit/vectors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeRemoteVectors } from '../../../specs/make-vectors-remote.ts';

const visit = new Uint8Array(16).fill(7);
const keys: VisitKeys = {
  toHome: new Uint8Array(32).fill(1),
  toPhone: new Uint8Array(32).fill(2),
  digits: '',
  check: new Uint8Array(32),
};
const pair = () => [new RemoteLine(visit, 'phone', keys), new RemoteLine(visit, 'home', keys)] as const;
const call = (body: Uint8Array, request = 1): RemoteMessage => ({ verb: 'call', request, body, isDeflated: false });

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'none';
  } catch (error) {
    return error instanceof HaleError ? error.code : String(error);
  }
}

describe('specs/vectors/remote.json', () => {
  const file = readFileSync('specs/vectors/remote.json', 'utf8');

  test('every vector holds', () => {
    const { passed, failed } = checkVectors('remote', JSON.parse(file));
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(45);
  });

  test('the script beside it makes the same bytes', () => expect(makeRemoteVectors()).toBe(file));

  test('a vector that does not hold is reported', () => {
    const vectors = JSON.parse(file);
    vectors.visits[0].digits = '000000';
    vectors.lines.valid[0].bytes += 1;
    expect(checkVectors('remote', vectors).failed.length).toBeGreaterThan(2);
  });
});

describe('a line', () => {
  test('property: messages of any size come through whole and in order, however they are mixed', () => {
    const message = fc.record({ size: fc.nat(200_000), request: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), (wanted) => {
        const [phone, home] = pair();
        const bodies = wanted.map(({ size }, i) => new Uint8Array(size).fill(i + 1));
        const got = bodies.flatMap((body, i) =>
          phone.seal(call(body, wanted[i].request)).flatMap((frame) => {
            const parsed = parseRemote(encodeRemote(frame));
            return parsed.type === 'sealed' ? (home.open(parsed) ?? []) : [];
          }),
        );
        expect(got.map(({ body, request }) => [request, body.length, body[0]])).toEqual(
          bodies.map((body, i) => [wanted[i].request, body.length, body[0]]),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('shows sizes by the table of the house only, and none larger than a relay takes', () => {
    const [phone] = pair();
    for (const size of [0, 1, 117, 119, 5_000, 47_000, 120_000])
      for (const frame of phone.seal(call(new Uint8Array(size)))) {
        if (frame.type !== 'sealed') throw new Error('not sealed');
        const plain = frame.ciphertext.length - 16;
        expect(bucketFor(plain)).toBe(plain);
        expect(encodeRemote(frame).length).toBeLessThanOrEqual(REMOTE_UNITS_MAX);
      }
  });

  test('longer than any frame is refused before it is read', () =>
    expect(codeOf(() => parseRemote('A'.repeat(REMOTE_UNITS_MAX + 4)))).toBe('too-large'));

  test('bounds what it gathers, in both directions', () => {
    const [phone, home] = pair();
    expect(codeOf(() => phone.seal(call(new Uint8Array(LIMITS.remoteMessageBytesMax + 1))))).toBe('too-large');
    // A sender that begins messages and ends none: the first frame of each, under its own running number.
    const begun = Array.from({ length: LIMITS.remoteMessagesMax + 1 }, (_, request) => {
      const sender = new RemoteLine(visit, 'phone', keys);
      for (let seq = 0; seq < request; seq++) sender.seal(call(new Uint8Array(0)));
      return sender.seal(call(new Uint8Array(REMOTE_CHUNK_BYTES_MAX + 1), request))[0];
    });
    const code = codeOf(() => {
      for (const frame of begun) if (frame.type === 'sealed') home.open(frame);
    });
    expect(code).toBe('too-large');
  });

  test('the same words in two directions or twice look nothing alike', () => {
    const [phone, home] = pair();
    const body = new Uint8Array(100).fill(5);
    const frames = [...phone.seal(call(body)), ...phone.seal(call(body))];
    const back = home.seal({ verb: 'result', request: 1, body, isDeflated: false });
    const contents = new Set([...frames, ...back].map((frame) => encodeRemote(frame).slice(40, 120)));
    expect(contents.size).toBe(3);
  });
});

test('the date of a frame tells nothing but the day, and not today’s', () => {
  expect(remoteDate(1_795_219_200)).toBe(1_795_132_800);
  expect(remoteDate(1_795_219_200 + 86_399)).toBe(1_795_132_800);
  expect(remoteDate(5)).toBe(0);
});
