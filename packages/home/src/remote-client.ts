// A home that runs elsewhere on this machine: its operations over HTTP, line by line.
import { type ErrorCode, HaleError } from '@hale/kernel';
import type { Emitted, HomeClient } from './api.ts';

interface Line {
  result?: unknown;
  problem?: { code: string; title: string; detail?: Record<string, string | number> };
}

/** @param passphrase unlocks the node when it says that it is locked */
export function remoteClient(port: number, token: string, passphrase?: string): HomeClient {
  const url = `http://127.0.0.1:${port}`;
  const post = async (path: string, body: object, signal?: AbortSignal): Promise<Response> => {
    try {
      return await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...(signal ? { signal } : {}),
      });
    } catch {
      throw new HaleError('unavailable', 'the node of this home does not answer; is it still running?');
    }
  };
  const run: HomeClient['call'] = async (name, parameters, options = {}) => {
    try {
      for await (const line of linesOf(await post(`/v1/op/${name}`, parameters, options.signal))) {
        if (line.problem) throw errorOf(line.problem);
        if ('result' in line) return line.result as never;
        options.emit?.(line as Emitted);
      }
    } catch (error) {
      if (options.signal?.aborted) return { ended: 'stopped' } as never;
      throw error;
    }
    throw new HaleError('unavailable', 'the node of this home broke off');
  };
  return {
    async call(name, parameters, options) {
      try {
        return await run(name, parameters, options);
      } catch (error) {
        if (!(error instanceof HaleError) || error.code !== 'locked' || passphrase === undefined) throw error;
        const answer = (await (await post('/v1/unlock', { passphrase })).json()) as {
          unlocked?: boolean;
        } & NonNullable<Line['problem']>;
        if (!answer.unlocked) throw errorOf(answer);
        return await run(name, parameters, options);
      }
    },
    async close() {},
  };
}

function errorOf({ code, title, detail }: NonNullable<Line['problem']>): HaleError {
  return new HaleError(code as ErrorCode, title, detail ?? {});
}

async function* linesOf(response: Response): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as Line;
  }
  if (rest !== '') yield JSON.parse(rest) as Line;
}
