// The line to the home: operations by name (NDJSON), and the session. The pages know nothing else of the node, and hold no key.
import type { Emitted, OperationName, Parameters, Result } from '@hale/home';
import { keyHeaders } from './session-key.ts';

/** What went wrong, as the node says it: a code of its closed list, 'offline' when it does not answer. */
export class HomeError extends Error {
  readonly code: string;
  readonly detail: Readonly<Record<string, string | number>>;

  constructor(code: string, message: string, detail: Record<string, string | number> = {}) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

export interface CallOptions {
  emit?: (said: Emitted) => void;
  signal?: AbortSignal;
  /** What the page asks by itself does not keep a session awake. */
  isIdle?: boolean;
}

/** Where operations are done: the node itself, or the node at the other end of a relay. */
export interface HomeLink {
  call<N extends OperationName>(name: N, parameters: Parameters<N>, options?: CallOptions): Promise<Result<N>>;
}

interface Problem {
  code: string;
  title: string;
  detail?: Record<string, string | number>;
}

const errorOf = ({ code, title, detail }: Problem): HomeError => new HomeError(code, title, detail);

/** A request to the own node, with what shows the session. @throws HomeError 'offline' */
export async function fetched(path: string, init: RequestInit): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string> | undefined), ...keyHeaders() };
  try {
    return await fetch(path, { ...init, headers, cache: 'no-store', redirect: 'error' });
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new HomeError('offline', 'the node does not answer');
  }
}

/** One JSON question and its answer. @throws HomeError */
export async function ask<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<T> {
  const response = await fetched(path, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  const answer = (await response.json().catch(() => null)) as (T & Problem) | null;
  if (answer === null && response.status === 404) throw new HomeError('no-node', 'these pages come from a relay');
  if (!response.ok || answer === null) throw errorOf(answer ?? { code: 'bug', title: 'the answer cannot be read' });
  return answer;
}

async function* linesOf(response: Response): AsyncGenerator<Record<string, unknown>> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
    rest += value ?? '';
    const lines = rest.split('\n');
    rest = done ? '' : (lines.pop() ?? '');
    for (const line of lines) if (line !== '') yield JSON.parse(line);
    if (done) return;
  }
}

/** The node that serves these pages. */
export const ownNode: HomeLink = {
  async call(name, parameters, { emit, signal, isIdle } = {}) {
    const response = await fetched(`/v1/op/${name}`, {
      method: 'POST',
      body: JSON.stringify(parameters),
      headers: { 'content-type': 'application/json', ...(isIdle ? { 'x-hale-idle': '1' } : {}) },
      ...(signal ? { signal } : {}),
    });
    if (response.status === 403) throw new HomeError('closed', 'this browser has no session any more');
    try {
      for await (const line of linesOf(response)) {
        if (line.problem) throw errorOf(line.problem as Problem);
        if ('result' in line) return line.result as never;
        emit?.(line as Emitted);
      }
    } catch (error) {
      if (error instanceof HomeError || (error as Error).name === 'AbortError') throw error;
    }
    throw new HomeError('offline', 'the node broke off');
  },
};
