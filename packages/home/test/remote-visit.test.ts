// The home's end of a visit, with a phone that does what phones should not (specs/remote.md §5 and §6).
import { randomBytes } from 'node:crypto';
import { type RemoteFrame, schnorrPublic, utf8Decode, utf8Encode } from '@hale/kernel';
import { RemoteLine, type RemoteMessage, remoteCommitment, validScalar, visitKeys } from '@hale/kernel/seal';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { REMOTE_LIMITS } from '../src/remote/limits.ts';
import { HomeVisit, type RunCall, type VisitRooms } from '../src/remote/visit.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const visits = random(32);
const visit = random(16);
const phoneSecret = validScalar(random(32));
const phoneKey = schnorrPublic(phoneSecret);

let said: RemoteFrame[];
let ended: number;
let digits: string;
let run: RunCall;
let isTaken: boolean;
/** Frames of the home that the phone has read. */
let read: number;
let home: HomeVisit;

beforeEach(() => {
  said = [];
  read = 1;
  ended = 0;
  digits = '';
  isTaken = true;
  run = async (name) => ({ ran: name });
  const rooms: VisitRooms = {
    visits,
    random,
    nowMillis: Date.now,
    run: (name, parameters, options) => run(name, parameters, options),
    send: async (frame) => {
      said.push(frame);
      return isTaken;
    },
    onOpened: (shown) => {
      digits = shown.digits;
    },
    onEnded: () => {
      ended += 1;
    },
  };
  home = new HomeVisit(rooms, { type: 'hello', visit, commitment: remoteCommitment(visit, phoneKey) });
});

function opened(): { line: RemoteLine; digits: string } {
  const [answer] = said;
  if (answer.type !== 'answer') throw new Error('the home did not answer');
  const keys = visitKeys({ visits, visit, homeKey: answer.key, phoneKey, ownSecret: phoneSecret, side: 'phone' });
  home.take({ type: 'reveal', visit, key: phoneKey });
  return { line: new RemoteLine(visit, 'phone', keys), digits: keys.digits };
}

const ask = (line: RemoteLine, name: string, request = 1) => {
  const body = utf8Encode(JSON.stringify({ name, parameters: {} }));
  for (const frame of line.seal({ verb: 'call', request, body, isDeflated: false })) home.take(frame);
};

async function answers(line: RemoteLine, count: number): Promise<RemoteMessage[]> {
  const heard: RemoteMessage[] = [];
  await vi.waitFor(() => {
    for (; read < said.length; read++) {
      const frame = said[read];
      const message = frame.type === 'sealed' ? line.open(frame) : null;
      if (message) heard.push(message);
    }
    expect(heard.length).toBeGreaterThanOrEqual(count);
  });
  return heard;
}

describe('a visit', () => {
  test('opens with the key that was promised, and both sides have the same digits', async () => {
    const phone = opened();
    expect(digits).toBe(phone.digits);
    ask(phone.line, 'status');
    const [result] = await answers(phone.line, 1);
    expect(JSON.parse(utf8Decode(result.body))).toEqual({ result: { ran: 'status' } });
  });

  test('what ends the phone itself is done after its answer was taken, and not before', async () => {
    const order: string[] = [];
    run = async (_, __, { afterAnswer }) => {
      afterAnswer(() => order.push(`removed after ${said.length} frames`));
      return 'stopped';
    };
    const { line } = opened();
    ask(line, 'revoke.all');
    const [result] = await answers(line, 1);
    expect(JSON.parse(utf8Decode(result.body))).toEqual({ result: 'stopped' });
    await vi.waitFor(() => expect(order).toEqual(['removed after 2 frames']));
    // Also where the relay does not take the answer: who asked to be shut out is shut out.
    isTaken = false;
    ask(line, 'revoke.all', 2);
    await vi.waitFor(() => expect(order).toHaveLength(2));
    expect(ended).toBe(1);
  });

  test('ends with any other key: nobody can choose one after having seen the home’s', () => {
    home.take({ type: 'reveal', visit, key: schnorrPublic(validScalar(random(32))) });
    expect(said.map(({ type }) => type)).toEqual(['answer', 'gone']);
    expect([ended, digits]).toEqual([1, '']);
    home.take({ type: 'reveal', visit, key: phoneKey });
    expect(digits).toBe('');
  });

  test('ends with a sealed frame before the keys', () => {
    home.take({ type: 'sealed', visit, seq: 0, ciphertext: random(200) });
    expect(ended).toBe(1);
  });

  test('ends with one that comes twice, and stops what runs', async () => {
    const stopped = Promise.withResolvers<void>();
    run = (_, __, { signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => stopped.resolve());
      });
    const { line } = opened();
    ask(line, 'watch');
    const [ping] = line.seal({ verb: 'ping', request: 0, body: new Uint8Array(0), isDeflated: false });
    home.take(ping);
    home.take(ping);
    await stopped.promise;
    expect(ended).toBe(1);
  });

  test('answers a question that is none, one too many, and one whose answer is too large, and goes on', async () => {
    const { line } = opened();
    const [frame] = line.seal({ verb: 'call', request: 9, body: utf8Encode('no JSON'), isDeflated: false });
    home.take(frame);
    run = async (name) => (name === 'large' ? Buffer.from(random(6_000_000)).toString('base64') : 'small');
    ask(line, 'large', 10);
    ask(line, 'small', 11);
    const heard = await answers(line, 3);
    const codes = heard.map(({ request, verb, body }) => [request, verb, JSON.parse(utf8Decode(body)).problem?.code]);
    expect(codes.sort(([a], [b]) => a - b)).toEqual([
      [9, 'problem', 'malformed'],
      [10, 'problem', 'too-large'],
      [11, 'result', undefined],
    ]);
    run = () => new Promise(() => {});
    for (let i = 0; i <= REMOTE_LIMITS.callsPerVisitMax; i++) ask(line, 'wait', 100 + i);
    const [refused] = await answers(line, 1);
    expect(refused).toMatchObject({ verb: 'problem', request: 100 + REMOTE_LIMITS.callsPerVisitMax });
    expect(ended).toBe(0);
  });

  test('ends when the relay does not take its frames: there would be a hole', async () => {
    const { line } = opened();
    isTaken = false;
    ask(line, 'status');
    await vi.waitFor(() => expect(ended).toBe(1));
  });
});
