// The line to a home that is elsewhere: operations go to the worker, which takes them through the relay.
import type { Emitted } from '@hale/home';
import { HomeError, type HomeLink } from '../app/home-link.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import workerUrl from './worker.ts?worker&url';

/** What is said of the six digits: to be shown, and to be answered by whoever compared them. */
type Compare = (digits: string, answer: (isSame: boolean) => void) => void;

interface Waiting {
  said?: ((said: Emitted) => void) | undefined;
  digits?: Compare | undefined;
  resolve(result: unknown): void;
  reject(error: HomeError): void;
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(text: string): string },
  ): { createScriptURL(text: string): string };
}

const waiting = new Map<number, Waiting>();
let worker: Worker | null = null;
let asked = 0;

/** The page's policy lets no text become a script; this one address, which the build wrote, may. */
function scriptUrl(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  return (
    trustedTypes?.createPolicy('hale-phone', { createScriptURL: () => workerUrl }).createScriptURL('') ?? workerUrl
  );
}

function started(): Worker {
  if (worker) return worker;
  worker = new Worker(scriptUrl(), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => take(data);
  worker.onerror = () => {
    for (const { reject } of waiting.values()) reject(new HomeError('bug', 'this is a fault of Hale, not of yours'));
    waiting.clear();
  };
  addEventListener('pagehide', () => worker?.postMessage({ ask: 'close' } satisfies ToWorker));
  return worker;
}

function take(message: FromWorker): void {
  const one = waiting.get(message.id);
  if (!one) return;
  if ('said' in message) one.said?.(message.said);
  else if ('digits' in message)
    one.digits?.(message.digits, (isSame) =>
      started().postMessage({ ask: 'agree', id: message.id, isSame } satisfies ToWorker),
    );
  else {
    waiting.delete(message.id);
    if ('result' in message) one.resolve(message.result);
    else one.reject(new HomeError(message.problem.code, message.problem.title, message.problem.detail));
  }
}

type Unnumbered = ToWorker extends infer Each ? (Each extends { id: number } ? Omit<Each, 'id'> : never) : never;

function post(message: Unnumbered, heard: Pick<Waiting, 'said' | 'digits'>, signal?: AbortSignal): Promise<unknown> {
  const id = ++asked;
  return new Promise((resolve, reject) => {
    const cancel = () => {
      if (!waiting.delete(id)) return;
      started().postMessage({ ask: 'cancel', id } satisfies ToWorker);
      reject(signal?.reason);
    };
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    signal?.addEventListener('abort', cancel);
    waiting.set(id, { ...heard, resolve, reject });
    started().postMessage({ ...message, id });
  }).finally(() => waiting.delete(id));
}

export const awayHome: HomeLink = {
  call: (name, parameters, { emit, signal } = {}) =>
    post({ ask: 'call', name, parameters }, { said: emit }, signal) as never,
};

/** @throws HomeError 'gone' the code was used · 'unpaired' or 'offline' it is too old, or was never good · 'not-permitted' refused there · 'not-same' refused here */
export async function pairThis(code: string, phone: string, digits: Compare): Promise<{ name: string }> {
  return (await post({ ask: 'pair', code, phone }, { digits })) as { name: string };
}

export async function forgetThis(): Promise<void> {
  await post({ ask: 'forget' }, {});
}

/** Ends the conversation; the next question begins another. */
export function putAway(): void {
  worker?.postMessage({ ask: 'close' } satisfies ToWorker);
}
