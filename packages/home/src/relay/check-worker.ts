// A thread that checks events and knows nothing else: no store, no key, no connection. It answers each batch of frames by one message.
import { parentPort } from 'node:worker_threads';
import { installPrimitives } from '@hale/kernel';
import { checkFrame } from '@hale/relay/server';
import type { Batch, BatchAnswer } from './check-pool.ts';
import { nativePrimitives } from './native.ts';
import { packVerdict } from './verdict-codec.ts';

installPrimitives(nativePrimitives());
parentPort?.on('message', ({ number, bytes, ends }: Batch) => {
  // ws has looked for bad UTF-8 already, and this is the fast way to read it.
  const text = Buffer.from(bytes.buffer);
  const verdicts = Array.from(ends, (end, at) =>
    packVerdict(checkFrame(text.toString('utf8', ends[at - 1] ?? 0, end))),
  );
  parentPort?.postMessage({ number, verdicts } satisfies BatchAnswer);
});
