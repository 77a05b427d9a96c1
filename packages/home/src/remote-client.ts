// A home that runs elsewhere on this machine: its operations over HTTP, line by line.
import { type ErrorCode, HaleError } from '@hale/kernel';
import type { Emitted, HomeClient } from './api.ts';

interface Line {
  result?: unknown;
  problem?: { code: string; title: string; detail?: Record<string, string | number> };
}

export function remoteClient(port: number, token: string): HomeClient {
  const url = `http://127.0.0.1:${port}`;
  return {
    async call(name, parameters, options = {}) {
      let response: Response;
      try {
        response = await fetch(`${url}/v1/op/${name}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(parameters),
          ...(options.signal ? { signal: options.signal } : {}),
        });
      } catch {
        throw new HaleError('unavailable', 'the node of this home does not answer; is it still running?');
      }
      try {
        for await (const line of linesOf(response)) {
          if (line.problem)
            throw new HaleError(line.problem.code as ErrorCode, line.problem.title, line.problem.detail ?? {});
          if ('result' in line) return line.result as never;
          options.emit?.(line as Emitted);
        }
      } catch (error) {
        if (options.signal?.aborted) return { ended: 'stopped' } as never;
        throw error;
      }
      throw new HaleError('unavailable', 'the node of this home broke off');
    },
    async close() {},
  };
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
