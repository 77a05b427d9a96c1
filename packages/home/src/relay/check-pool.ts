// Threads that check signatures, so that the main thread has its hands free for sockets and the store. Started at the first rush: a relay that
// sees an event now and then checks it where it stands, which is sooner done than handing it over.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Check, type Checked, checkFrame, type Frame, unchecked } from '@hale/relay/server';
import { HOST_LIMITS } from './limits.ts';
import { type PackedVerdict, unpackVerdict } from './verdict-codec.ts';

/** Frames of one turn for one thread, laid end to end. */
export interface Batch {
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each frame ends in `bytes`. */
  readonly ends: Uint32Array;
}

export interface BatchAnswer {
  readonly number: number;
  readonly verdicts: readonly PackedVerdict[];
}

export interface Verdict {
  readonly ticket: number;
  readonly checked: Checked;
}

interface Thread {
  readonly worker: Worker;
  isReady: boolean;
  /** Batches that it has not answered, by their number. */
  readonly batches: Map<number, readonly Check[]>;
  /** Frames in these. */
  load: number;
}

/** As many as this machine has use for: one core stays for sockets and store. */
export const checkThreads = (most: number): number => Math.min(Math.max(availableParallelism() - 1, 1), most);

/** Megabytes: a thread holds a few batches and nothing else. */
const THREAD_MEMORY = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 };

export class CheckPool {
  readonly #threadsMax: number;
  readonly #onChecked: (verdicts: readonly Verdict[]) => void;
  readonly #threads = new Set<Thread>();
  #numbers = 0;
  #crashes = 0;
  #outstanding = 0;
  #closed = false;

  /**
   * @param onChecked told of verdicts, those of one batch at once; also during `check`
   * @param threadsMax how many threads at most, 0 = everything is checked where it stands
   */
  constructor(onChecked: (verdicts: readonly Verdict[]) => void, threadsMax: number) {
    this.#onChecked = onChecked;
    this.#threadsMax = threadsMax;
  }

  /** Frames that are with a thread. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /** Threads that take frames by now. */
  get threadsReady(): number {
    return [...this.#threads].filter(({ isReady }) => isReady).length;
  }

  /** Sees to it that `onChecked` hears of each of them, once. */
  check(checks: readonly Check[]): void {
    if (checks.length === 0) return;
    if (this.#outstanding === 0 && checks.length <= HOST_LIMITS.checksAtOnceMax) {
      this.#checkHere(checks);
      return;
    }
    this.#start();
    const ready = [...this.#threads].filter(({ isReady }) => isReady);
    if (ready.length === 0) {
      this.#checkHere(checks);
      return;
    }
    // In pieces, so that the first verdicts can be committed while the last signatures are checked.
    const share = Math.min(Math.ceil(checks.length / ready.length), HOST_LIMITS.checksOfBatchMax);
    for (let at = 0; at < checks.length; at += share) {
      const idlest = ready.reduce((a, b) => (b.load < a.load ? b : a));
      this.#send(idlest, checks.slice(at, at + share));
    }
  }

  /** Ends the threads; what is with them stays unanswered. */
  close(): void {
    this.#closed = true;
    for (const { worker } of this.#threads) void worker.terminate();
    this.#threads.clear();
  }

  /** As a crash would; tests only. */
  endOneThread(): void {
    const [thread] = this.#threads;
    void thread?.worker.terminate();
  }

  #checkHere(checks: readonly Check[]): void {
    this.#onChecked(checks.map(({ ticket, frame }) => ({ ticket, checked: checkFrame(textOf(frame)) })));
  }

  #send(thread: Thread, checks: readonly Check[]): void {
    this.#numbers += 1;
    const frames = checks.map(({ frame }) => (typeof frame === 'string' ? Buffer.from(frame) : frame));
    const ends = new Uint32Array(frames.length);
    let length = 0;
    for (const [at, frame] of frames.entries()) {
      length += frame.length;
      ends[at] = length;
    }
    const bytes = new Uint8Array(length);
    for (const [at, frame] of frames.entries()) bytes.set(frame, ends[at - 1] ?? 0);
    thread.batches.set(this.#numbers, checks);
    thread.load += checks.length;
    this.#outstanding += checks.length;
    thread.worker.postMessage({ number: this.#numbers, bytes, ends } satisfies Batch, [bytes.buffer]);
  }

  #start(): void {
    // Threads that keep dying are not started for ever: this thread can do their work.
    while (!this.#closed && this.#threads.size < this.#threadsMax && this.#crashes < HOST_LIMITS.checkCrashesMax) {
      const worker = new Worker(new URL('./check-worker.ts', import.meta.url), { resourceLimits: THREAD_MEMORY });
      const thread: Thread = { worker, isReady: false, batches: new Map(), load: 0 };
      this.#threads.add(thread);
      worker.unref();
      worker.on('online', () => {
        thread.isReady = true;
      });
      worker.on('message', (answer: BatchAnswer) => this.#answered(thread, answer));
      // An error is followed by an exit; both at once would count twice.
      worker.on('error', () => {});
      worker.on('exit', () => this.#crashed(thread));
    }
  }

  #answered(thread: Thread, { number, verdicts }: BatchAnswer): void {
    const checks = thread.batches.get(number) ?? [];
    thread.batches.delete(number);
    thread.load -= checks.length;
    this.#outstanding -= checks.length;
    this.#onChecked(checks.map(({ ticket }, at) => ({ ticket, checked: unpackVerdict(verdicts[at]) })));
  }

  /** What was with it is answered with `error:`: a frame that ends a thread must not end this one. */
  #crashed(thread: Thread): void {
    if (this.#closed || !this.#threads.delete(thread)) return;
    this.#crashes += 1;
    const lost = [...thread.batches.values()].flat();
    this.#outstanding -= lost.length;
    this.#onChecked(lost.map(({ ticket, frame }) => ({ ticket, checked: unchecked(textOf(frame)) })));
  }
}

/** The kernel decodes UTF-8 letter by letter, as a browser can; this is what Node does at once. ws has looked for bad bytes already. */
function textOf(frame: Frame): string {
  return typeof frame === 'string' ? frame : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString();
}
