// The worker of a phone away from home: it alone holds the secret of the pairing, and speaks with the relay that served these pages.
import { fromHex, HaleError, normalizeRelayUrl, parsePairingCode } from '@hale/kernel';
import { pairingSecret, remoteKeys } from '@hale/kernel/seal';
import { type ConnectionFact, RelayConnection } from '@hale/relay/client';
import { browserPorts, random } from '../relay/ports.ts';
import { CallProblem, HomeCaller } from './caller.ts';
import { forgetPairing, keepPairing, keptPairing } from './kept.ts';
import type { FromWorker, Problem, ToWorker } from './protocol.ts';

const say = (message: FromWorker): void => postMessage(message);
/** Pairings whose digits this phone's user has yet to compare. */
const comparing = new Map<number, (isSame: boolean) => void>();
const running = new Map<number, AbortController>();
let home: Promise<HomeCaller> | null = null;

async function inflate(body: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([Uint8Array.from(body)]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function callerOf(secret: Uint8Array, relay: string): HomeCaller {
  const ports = browserPorts();
  let caller: HomeCaller | null = null;
  const onFact = ({ fact }: ConnectionFact) => {
    if (fact === 'disconnected') caller?.lineBroke();
  };
  const connection = new RelayConnection({ url: relay, admission: remoteKeys(secret).reader, onFact }, ports);
  caller = new HomeCaller({ secret, connection, random, nowMillis: ports.nowMillis, every: ports.every, inflate });
  return caller;
}

async function ofKept(): Promise<HomeCaller> {
  const pairing = await keptPairing();
  if (!pairing) throw new CallProblem('unpaired', 'this phone is not paired');
  return callerOf(pairing.secret, pairing.relay);
}

async function call(id: number, name: string, parameters: object): Promise<unknown> {
  const abort = new AbortController();
  running.set(id, abort);
  try {
    home ??= ofKept();
    const caller = await home;
    return await caller.call(name, parameters, { signal: abort.signal, emit: (said) => say({ id, said }) });
  } finally {
    running.delete(id);
  }
}

/** Settled by this phone's user. @throws CallProblem 'not-same' */
async function agreement(id: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  comparing.set(id, resolve);
  if (!(await promise)) throw new CallProblem('not-same', 'the digits were not the same');
}

/**
 * The relay is the one whose page this is: the policy of the page lets it reach no other. A pairing from before stays until the digits were
 * found to be the same on this side too: whoever sends a link to this phone confirms only the other.
 */
async function pair(id: number, code: string, phone: string): Promise<unknown> {
  const relay = normalizeRelayUrl(location.origin.replace(/^http/, 'ws'));
  const stranger = callerOf(pairingSecret(parsePairingCode(code)), relay);
  try {
    const digits = await stranger.digits();
    const agreed = agreement(id);
    say({ id, digits });
    const [given] = await Promise.all([stranger.call('pair', { phone }), agreed]);
    const { secret, name } = given as { secret: string; name: string };
    await closeHome();
    await keepPairing({ secret: fromHex(secret, 32), relay, name });
    return { name };
  } finally {
    comparing.delete(id);
    await stranger.close();
  }
}

async function closeHome(): Promise<void> {
  const before = home;
  home = null;
  await (await before?.catch(() => null))?.close();
}

function problemOf(error: unknown): Problem {
  if (error instanceof CallProblem) return { code: error.code, title: error.message, detail: error.detail };
  if (error instanceof HaleError) return { code: error.code, title: error.message, detail: { ...error.detail } };
  return { code: 'bug', title: 'this is a fault of Hale, not of yours' };
}

function answer(message: ToWorker): Promise<unknown> | null {
  switch (message.ask) {
    case 'call':
      return call(message.id, message.name, message.parameters);
    case 'pair':
      return pair(message.id, message.code, message.phone);
    case 'agree':
      comparing.get(message.id)?.(message.isSame);
      return null;
    case 'forget':
      return closeHome().then(forgetPairing);
    case 'cancel':
      running.get(message.id)?.abort();
      return null;
    case 'close':
      void closeHome();
      return null;
  }
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  const id = 'id' in data ? data.id : 0;
  answer(data)?.then(
    (result) => say({ id, result }),
    (error: unknown) => say({ id, problem: problemOf(error) }),
  );
});
