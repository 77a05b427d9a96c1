// A million events on each side, equal but for a hundred: how long until both sides know what they lack, and how much goes over the wire? Our relay
// runs by its own command in a process of its own; against it our client, and nostr-tools' with the same set.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EventStore, nativePrimitives } from '@hale/home';
import { fromHex, installPrimitives, type NostrEvent, toHex, trustVerifiedUnsafe } from '@hale/kernel';
import { Difference, ItemBuilder, Reconciler } from '@hale/relay/client';
import { nip77 } from 'nostr-tools';
import { WebSocket } from 'ws';
import { remove, residentBytes, temporaryDirectory } from './node.ts';
import { type Bench, bytes, type Finding, median, millis, times } from './report.ts';

const EVENTS = 1_000_000;
/** Of these the client lacks so many, and has as many that the relay lacks. */
const DIFFERENT = 50;
const FIRST_SECONDS = 1_700_000_000;
const STEP = 20_000;
const RUNS = 5;

interface Held {
  readonly time: number;
  readonly id: string;
}

const drawn = (text: string): string => createHash('sha256').update(`hale bench negentropy 1 ${text}`).digest('hex');
/** Three in each second of every fifth. */
const secondOf = (n: number): number => FIRST_SECONDS + Math.floor(n / 3) * 5;

/** Unsigned: for reconciling an event is a time and an id, and a million signatures take a quarter of an hour. */
function made(n: number): NostrEvent {
  const id = drawn(String(n));
  const pubkey = drawn(`author ${n % 200}`);
  return {
    id,
    pubkey,
    created_at: secondOf(n),
    kind: 1,
    tags: [['t', `topic${n % 50}`]],
    content: 'x'.repeat(200),
    sig: id + id,
  };
}

/** A relay's database with all of them; made once and kept outside of this repository. */
function databaseIn(dir: string): void {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hale-bench');
  const kept = join(cache, 'negentropy-1.db');
  if (!existsSync(kept)) {
    mkdirSync(cache, { recursive: true });
    const store = new EventStore(`${kept}.part`);
    for (let from = 0; from < EVENTS; from += STEP)
      store.transact(() => {
        for (let n = from; n < from + STEP; n++) store.put(trustVerifiedUnsafe(made(n)));
      });
    store.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    store.close();
    renameSync(`${kept}.part`, kept);
  }
  copyFileSync(kept, join(dir, 'events.db'));
}

/** The client's set: all but fifty, and fifty of its own. */
function clientSet(): Held[] {
  const isMissing = (n: number) => n % (EVENTS / DIFFERENT) === 7;
  const common = Array.from({ length: EVENTS }, (_, n) => n).filter((n) => !isMissing(n));
  const own = Array.from({ length: DIFFERENT }, (_, n) => ({ time: secondOf(n * 19_999), id: drawn(`own ${n}`) }));
  return [...common.map((n) => ({ time: secondOf(n), id: drawn(String(n)) })), ...own];
}

/** One side of the conversation that began it: what it says first, and next to each answer; null = it knows all. */
interface Initiator {
  begin(): string;
  learn(answer: string): string | null;
  /** Ids that it has and that it needs. */
  found(): [number, number];
}

function ours(held: readonly Held[]): () => Initiator {
  const builder = new ItemBuilder(held.length);
  for (const { time, id } of held) builder.add(time, id);
  const items = builder.build();
  return () => {
    const [reconciler, difference] = [new Reconciler(items), new Difference()];
    return {
      begin: () => toHex(reconciler.begin()),
      learn: (answer) => {
        const next = reconciler.learn(fromHex(answer), difference);
        return next === null ? null : toHex(next);
      },
      found: () => [difference.have.size, difference.need.size],
    };
  };
}

function theirs(held: readonly Held[]): () => Initiator {
  const storage = new nip77.NegentropyStorageVector();
  for (const { time, id } of held) storage.insert(time, id);
  storage.seal();
  return () => {
    const reconciler = new nip77.Negentropy(storage);
    const [have, need] = [new Set<string>(), new Set<string>()];
    return {
      begin: () => reconciler.initiate(),
      learn: (answer) =>
        reconciler.reconcile(
          answer,
          (id) => have.add(id),
          (id) => need.add(id),
        ),
      found: () => [have.size, need.size],
    };
  };
}

interface Run {
  readonly took: number;
  readonly wireBytes: number;
  readonly rounds: number;
}

async function reconcile(url: string, initiator: Initiator): Promise<Run> {
  const socket = new WebSocket(url);
  await once(socket, 'message');
  const from = performance.now();
  let [wireBytes, rounds] = [0, 0];
  const send = (...message: unknown[]) => {
    const text = JSON.stringify(message);
    wireBytes += text.length;
    socket.send(text);
  };
  send('NEG-OPEN', 'bench', {}, initiator.begin());
  for (let isDone = false; !isDone; rounds++) {
    const [data] = (await once(socket, 'message')) as [Buffer];
    wireBytes += data.length;
    const [verb, , answer] = JSON.parse(data.toString()) as [string, string, string];
    if (verb !== 'NEG-MSG') throw new Error(`${verb}: ${answer}`);
    const next = initiator.learn(answer);
    if (next === null) isDone = true;
    else send('NEG-MSG', 'bench', next);
  }
  const took = performance.now() - from;
  send('NEG-CLOSE', 'bench');
  socket.close();
  const [have, need] = initiator.found();
  if (have !== DIFFERENT || need !== DIFFERENT) throw new Error(`${have} and ${need} were found`);
  return { took, wireBytes, rounds };
}

async function withRelay<Result>(work: (url: string, pid: number) => Promise<Result>): Promise<Result> {
  const dir = temporaryDirectory();
  databaseIn(dir);
  const hale = fileURLToPath(new URL('../packages/cli/bin/hale.mjs', import.meta.url));
  const child = spawn(process.execPath, [hale, 'relay', '--port', '0', '--dir', dir, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return await work((JSON.parse(line.toString()) as { url: string }).url, child.pid as number);
  } finally {
    child.kill('SIGINT');
    await once(child, 'exit');
    remove(dir);
  }
}

export const negentropy: Bench = {
  name: 'negentropy',
  run: async () => {
    installPrimitives(nativePrimitives());
    const held = clientSet();
    const [our, their] = [ours(held), theirs(held)];
    const { first, kept, peer, memory } = await withRelay(async (url, pid) => {
      const before = residentBytes(pid);
      const first = await reconcile(url, our());
      const memory = residentBytes(pid) - before;
      const runs: Run[] = [];
      for (let run = 0; run < RUNS; run++) runs.push(await reconcile(url, our()));
      return { first, kept: runs, peer: await reconcile(url, their()), memory };
    });
    const again = median(kept.map(({ took }) => took));
    const row = (what: string, took: number, isMet: boolean): Finding => ({
      what,
      hale: millis(took),
      peer: millis(peer.took),
      ratio: `${times(took / peer.took)} the time`,
      target: '< 3 s',
      isMet,
    });
    return {
      title: 'Reconciling a million events, equal but for a hundred (NIP-77)',
      findings: [
        row('the first time, the relay reads them from its disk', first.took, first.took < 3_000),
        row('again, within two minutes', again, again < 3_000),
        {
          what: 'bytes on the wire, both ways',
          hale: bytes(first.wireBytes),
          peer: bytes(peer.wireBytes),
          ratio: times(first.wireBytes / peer.wireBytes),
          target: '< 2 MB',
          isMet: first.wireBytes < 2e6,
        },
        { what: 'memory of the relay for it', hale: bytes(memory), peer: '', ratio: '', target: '', isMet: null },
      ],
      notes: [
        `From NEG-OPEN until the client knows the fifty ids that it lacks and the fifty that the relay lacks; ${first.rounds} rounds. The relay in its own process; what the client has stands in its memory before. The peer is nostr-tools’ client with the same set against the same relay, after ours: the relay does not read again for it.`,
      ],
    };
  },
};
