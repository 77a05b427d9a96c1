// The clients of bench/relay.ts, in a process of their own: `fork`ed, told by messages what to do, each answered by one with the figures.
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { NostrEvent } from '@hale/kernel';
import { clientFrame, WireSocket } from './ws-wire.ts';

export type Task =
  | {
      readonly do: 'publish';
      readonly url: string;
      readonly corpus: string;
      readonly from: number;
      readonly to: number;
      readonly connections: number;
      readonly window: number;
    }
  | {
      readonly do: 'ask';
      readonly url: string;
      readonly corpus: string;
      readonly published: number;
      readonly question: Question;
      readonly count: number;
      readonly connections: number;
    }
  | { readonly do: 'idle'; readonly url: string; readonly sockets: number }
  | { readonly do: 'leave' };

export type Question = 'by id' | 'author and kind' | 'p tag' | 'latest';

export interface Figures {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers that were no yes; events served per question. */
  readonly refused: number;
  readonly events: number;
}

const OK = Buffer.from('["OK","');
const EVENT = Buffer.from('["EVENT"');
const EOSE = Buffer.from('["EOSE"');
const CLOSED = Buffer.from('["CLOSED');
const idle: WireSocket[] = [];

const startsWith = (message: Buffer, head: Buffer): boolean =>
  message.compare(head, 0, head.length, 0, head.length) === 0;

function readCorpus(path: string, from: number, to: number): NostrEvent[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(from, to)
    .map((line) => JSON.parse(line) as NostrEvent);
}

function figures(took: number[], seconds: number, refused: number, events: number): Figures {
  const sorted = took.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { perSecond: took.length / seconds, p50: at(0.5), p99: at(0.99), refused, events };
}

/** Each connection keeps `window` events in flight, taken from one common pile. */
async function publish(task: Extract<Task, { do: 'publish' }>): Promise<Figures> {
  const pile = readCorpus(task.corpus, task.from, task.to).map((event) => ({
    id: event.id,
    frame: clientFrame(JSON.stringify(['EVENT', event])),
  }));
  const sockets = await Promise.all(Array.from({ length: task.connections }, () => WireSocket.open(task.url)));
  await wait(300);
  const sentAt = new Map<string, number>();
  const took: number[] = [];
  let refused = 0;
  let next = 0;
  const send = (socket: WireSocket, count: number) => {
    const some = pile.slice(next, next + count);
    next += some.length;
    const now = performance.now();
    for (const { id } of some) sentAt.set(id, now);
    if (some.length > 0) socket.write(Buffer.concat(some.map(({ frame }) => frame)));
  };
  const from = performance.now();
  await new Promise<void>((resolve, reject) => {
    for (const socket of sockets) {
      let due = 0;
      socket.onClose(() => reject(new Error('the relay closed a connection')));
      socket.onMessage = (message) => {
        if (!startsWith(message, OK)) return;
        const sent = sentAt.get(message.toString('latin1', OK.length, OK.length + 64));
        if (sent === undefined) return;
        took.push(performance.now() - sent);
        // ["OK","<64>",true
        if (message[OK.length + 66] !== 0x74) refused += 1;
        if (took.length === pile.length) resolve();
        due += 1;
        // What one turn acknowledged is made up for in one write.
        if (due === 1)
          setImmediate(() => {
            send(socket, due);
            due = 0;
          });
      };
      send(socket, task.window);
    }
  });
  const seconds = (performance.now() - from) / 1000;
  for (const socket of sockets) socket.close();
  return figures(took, seconds, refused, 0);
}

function filterOf(question: Question, event: NostrEvent): object {
  const [, addressee] = event.tags.find(([name]) => name === 'p') ?? [];
  switch (question) {
    case 'by id':
      return { ids: [event.id] };
    case 'author and kind':
      return { authors: [event.pubkey], kinds: [event.kind], limit: 20 };
    case 'p tag':
      return { kinds: [1], '#p': [addressee], limit: 10 };
    case 'latest':
      return { limit: 100 };
  }
}

/** One question at a time on each connection. What is asked for is readable by anybody. */
async function ask(task: Extract<Task, { do: 'ask' }>): Promise<Figures> {
  const open = readCorpus(task.corpus, 0, task.published).filter(({ kind }) => kind === 1 || kind === 30_078);
  const questions = Array.from({ length: task.count }, (_, n) => {
    const filter = filterOf(task.question, open[(n * 7919) % open.length]);
    return clientFrame(JSON.stringify(['REQ', 'q', filter]));
  });
  const sockets = await Promise.all(Array.from({ length: task.connections }, () => WireSocket.open(task.url)));
  await wait(300);
  const took: number[] = [];
  let next = 0;
  let events = 0;
  let refused = 0;
  const from = performance.now();
  await new Promise<void>((resolve, reject) => {
    for (const socket of sockets) {
      let sent = 0;
      const send = () => {
        const frame = questions[next];
        next += 1;
        sent = performance.now();
        if (frame) socket.write(frame);
      };
      socket.onClose(() => reject(new Error('the relay closed a connection')));
      socket.onMessage = (message) => {
        if (startsWith(message, EVENT)) events += 1;
        else if (startsWith(message, EOSE) || startsWith(message, CLOSED)) {
          if (startsWith(message, CLOSED)) refused += 1;
          took.push(performance.now() - sent);
          if (took.length === questions.length) resolve();
          else send();
        }
      };
      send();
    }
  });
  const seconds = (performance.now() - from) / 1000;
  for (const socket of sockets) socket.close();
  return figures(took, seconds, refused, events / task.count);
}

async function openIdle({ url, sockets }: Extract<Task, { do: 'idle' }>): Promise<Figures> {
  const from = performance.now();
  while (idle.length < sockets) {
    const some = Math.min(100, sockets - idle.length);
    idle.push(...(await Promise.all(Array.from({ length: some }, () => WireSocket.open(url)))));
  }
  let lost = 0;
  for (const socket of idle) socket.onClose(() => lost++);
  await wait(3000);
  return { perSecond: sockets / ((performance.now() - from) / 1000), p50: 0, p99: 0, refused: lost, events: 0 };
}

function leave(): Figures {
  for (const socket of idle.splice(0)) socket.close();
  return { perSecond: 0, p50: 0, p99: 0, refused: 0, events: 0 };
}

async function run(task: Task): Promise<Figures> {
  if (task.do === 'publish') return publish(task);
  if (task.do === 'ask') return ask(task);
  return task.do === 'idle' ? openIdle(task) : leave();
}

process.on('message', (task: Task) => {
  run(task).then(
    (done) => process.send?.({ done }),
    (error: Error) => process.send?.({ failed: error.message }),
  );
});
process.on('disconnect', () => process.exit(0));
