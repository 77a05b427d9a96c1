// A relay in its own process under writes, reads, deletions, vanishing, expiry and kill -9, beside a model of what it must hold: several groups
// of authors at once, each with its own connection and its own model (issue 5, done when 4).
import { join } from 'node:path';
import {
  type Filter,
  installPrimitives,
  KINDS,
  type NostrEvent,
  newestFirst,
  schnorrPublic,
  sha256,
  toHex,
  utf8Encode,
} from '@hale/kernel';
import { signAuth, signEvent } from '@hale/kernel/seal';
import { Running } from '@hale/testkit/hale-process';
import { WebSocket } from 'ws';
import { nativePrimitives } from '../../packages/home/src/relay/native.ts';
import { EventStore } from '../../packages/home/src/store/events.ts';
import { seeded } from './ledger.ts';
import { expiryOf, type Outcome, RelayModel } from './relay-model.ts';

export interface MixedReport {
  seconds: number;
  kills: number;
  acknowledged: number;
  refused: number;
  reads: number;
  live: number;
  deletions: number;
  vanished: number;
  /** Publications that a kill left without an answer, and how many of these the disk held. */
  unanswered: number;
  unansweredStored: number;
  heldAtTheEnd: number;
  problems: string[];
}

const GROUPS = 4;
const AUTHORS = 4;
/** Above this a group deletes and vanishes more than it writes; a REQ answers with at most 5,000. */
const HELD_MAX = 1_500;
/** Around its last second it depends on the two clocks whether an event is served. */
const EXPIRY_DOUBT_SECONDS = 3;

const now = () => Math.floor(Date.now() / 1000);

interface Author {
  readonly secret: Uint8Array;
  readonly key: string;
}

class Lost extends Error {}

/** One socket: frames in order, answers awaited. */
class Wire {
  readonly #socket: WebSocket;
  readonly #frames: unknown[][] = [];
  #wake: () => void = () => {};
  #over = false;

  constructor(url: string) {
    this.#socket = new WebSocket(url, { perMessageDeflate: false });
    this.#socket.on('message', (data) => {
      this.#frames.push(JSON.parse(data.toString()));
      this.#wake();
    });
    this.#socket.on('close', () => {
      this.#over = true;
      this.#wake();
    });
    this.#socket.on('error', () => {});
  }

  send(message: unknown[]): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** The next frame; throws Lost when the socket is gone and all that came was read. */
  async next(): Promise<unknown[]> {
    const deadline = Date.now() + 30_000;
    while (this.#frames.length === 0) {
      if (this.#over) throw new Lost();
      if (Date.now() > deadline) throw new Error('the relay did not answer for 30 seconds');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1_000);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#frames.shift() as unknown[];
  }

  close(): void {
    this.#socket.close();
  }
}

/** Four authors whose events only this group publishes and reads. */
class Group {
  readonly #name: string;
  readonly #chance: () => number;
  readonly #report: MixedReport;
  readonly #authors: Author[];
  readonly #heard: NostrEvent[] = [];
  #model = new RelayModel();
  /** What was sent and not yet answered, in order. */
  #inFlight: NostrEvent[] = [];
  #asked = 0;
  #salt = 0;

  constructor(name: string, seed: number, report: MixedReport) {
    this.#name = name;
    this.#chance = seeded(seed);
    this.#report = report;
    this.#authors = Array.from({ length: AUTHORS }, (_, at) => {
      const secret = sha256(utf8Encode(`relay-mixed ${seed} ${name} ${at}`));
      return { secret, key: toHex(schnorrPublic(secret)) };
    });
  }

  get held(): RelayModel {
    return this.#model.without((event) => expiryOf(event) <= now());
  }

  #below = (limit: number): number => Math.floor(this.#chance() * limit);
  #oneOf = <Value>(values: readonly Value[]): Value => values[this.#below(values.length)];
  #problem = (what: string): void => {
    this.#report.problems.push(`${this.#name}: ${what}`);
  };

  /** Connects, proves its keys, settles what the last kill left open, and works until the socket goes or `isOver`. */
  async live(url: string, isOver: () => boolean): Promise<void> {
    const wire = new Wire(url);
    try {
      await this.#prove(wire, url);
      await this.#settleUnanswered(wire);
      wire.send(['REQ', 'live', { authors: this.#authors.map(({ key }) => key), limit: 0 }]);
      await this.#until(wire, 'EOSE', 'live');
      while (!isOver() && this.#report.problems.length === 0) await this.#step(wire);
    } catch (error) {
      if (!(error instanceof Lost)) this.#problem(String(error));
    } finally {
      wire.close();
    }
  }

  async #prove(wire: Wire, url: string): Promise<void> {
    const [, challenge] = await this.#until(wire, 'AUTH');
    for (const { secret } of this.#authors) {
      const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
      const proof = signAuth({ challenge: String(challenge), relayUrl: url, secret, nowSeconds: now(), random });
      wire.send(['AUTH', proof]);
      const [, , accepted, message] = await this.#until(wire, 'OK');
      if (accepted !== true) this.#problem(`a proof was refused: ${String(message)}`);
    }
  }

  /** Skips to the frame of that verb and id; what comes live on the way is kept. */
  async #until(wire: Wire, verb: string, id?: string): Promise<unknown[]> {
    for (;;) {
      const frame = await wire.next();
      if (frame[0] === verb && (id === undefined || frame[1] === id)) return frame;
      if (frame[0] === 'EVENT' && frame[1] === 'live') this.#heard.push(frame[2] as NostrEvent);
      else if (frame[0] === 'NOTICE' || frame[0] === 'CLOSED') this.#problem(`unexpected ${JSON.stringify(frame)}`);
    }
  }

  async #read(wire: Wire, filters: readonly Filter[]): Promise<NostrEvent[]> {
    const id = `q${this.#asked++}`;
    wire.send(['REQ', id, ...filters]);
    const found: NostrEvent[] = [];
    for (;;) {
      const frame = await wire.next();
      if (frame[0] === 'EVENT' && frame[1] === id) found.push(frame[2] as NostrEvent);
      else if (frame[0] === 'EVENT' && frame[1] === 'live') this.#heard.push(frame[2] as NostrEvent);
      else if (frame[0] === 'EOSE' && frame[1] === id) break;
      else this.#problem(`unexpected ${JSON.stringify(frame).slice(0, 200)}`);
    }
    wire.send(['CLOSE', id]);
    this.#report.reads++;
    return found;
  }

  /** All of the group, whatever its kind. */
  #everything(): Filter[] {
    const keys = this.#authors.map(({ key }) => key);
    return [{ authors: keys }, { kinds: [KINDS.wrap], '#p': keys }];
  }

  /** A kill leaves the first so many of what was unanswered on the disk: find how many, or say that no number fits. */
  async #settleUnanswered(wire: Wire): Promise<void> {
    this.#heard.length = 0;
    const waiting = this.#inFlight;
    this.#inFlight = [];
    const found = await this.#read(wire, this.#everything());
    let state = this.#model;
    for (let applied = 0; ; applied++) {
      if (this.#difference(state, found) === null) {
        this.#model = state;
        this.#report.unanswered += waiting.length;
        this.#report.unansweredStored += applied;
        return;
      }
      if (applied === waiting.length) break;
      state = state.publish(waiting[applied]).after;
    }
    this.#problem(`after a kill: ${this.#difference(this.#model, found)} (${waiting.length} were unanswered)`);
  }

  /** What an answer lacks or has too much; null = equal but for what is just expiring. */
  #difference(model: RelayModel, found: readonly NostrEvent[], filters = this.#everything()): string | null {
    const at = now();
    const isCertain = (event: NostrEvent) => Math.abs(expiryOf(event) - at) > EXPIRY_DOUBT_SECONDS;
    const all = new Map(filters.flatMap((filter) => model.find(filter)).map((event) => [event.id, event]));
    const expected = [...all.values()].filter((event) => isCertain(event) && expiryOf(event) > at).sort(newestFirst);
    const certain = found.filter(isCertain);
    const ids = new Set(certain.map(({ id }) => id));
    const missing = expected.find(({ id }) => !ids.has(id));
    if (missing) return `an event of kind ${missing.kind} is missing`;
    const extra = certain.find(({ id }) => !all.has(id));
    if (extra) return `an event of kind ${extra.kind} is there and should not be`;
    if (certain.some(({ id }, place) => id !== expected[place].id)) return 'the order is another';
    const changed = certain.find(
      (event, place) => JSON.stringify(bare(event)) !== JSON.stringify(bare(expected[place])),
    );
    return changed ? `an event of kind ${changed.kind} came back changed` : null;
  }

  async #step(wire: Wire): Promise<void> {
    await this.#publish(wire);
    const filter = this.#filter();
    const found = await this.#read(wire, [filter]);
    const model = this.#model;
    // With a limit, what is just expiring decides what else is there.
    const isLimited =
      filter.limit !== undefined && [...model.events.values()].some((event) => expiryOf(event) < now() + 60);
    const difference = isLimited ? null : this.#difference(model, found, [filter]);
    if (difference !== null) this.#problem(`${JSON.stringify(filter)}: ${difference}`);
    this.#model = model.without((event) => expiryOf(event) < now() - 60);
  }

  async #publish(wire: Wire): Promise<void> {
    let state = this.#model;
    const sent: { event: NostrEvent; outcome: Outcome; after: RelayModel }[] = [];
    for (let count = 1 + this.#below(16); count > 0; count--) {
      const event = this.#event(state);
      const { after, outcome } = state.publish(event);
      sent.push({ event, outcome, after });
      state = after;
    }
    this.#inFlight = sent.map(({ event }) => event);
    for (const { event } of sent) wire.send(['EVENT', event]);
    for (const { event, outcome, after } of sent) {
      const [, , accepted, message] = await this.#until(wire, 'OK', event.id);
      this.#inFlight.shift();
      this.#model = after;
      const said = accepted !== true ? 'refused' : String(message).startsWith('duplicate') ? 'duplicate' : 'stored';
      if (said !== (outcome === 'passed on' ? 'stored' : outcome))
        this.#problem(`kind ${event.kind}: OK ${String(accepted)} ${String(message)}, the model says ${outcome}`);
      if (outcome === 'stored') this.#report.acknowledged++;
      if (outcome === 'refused') this.#report.refused++;
      if (event.kind === KINDS.deletion) this.#report.deletions++;
      if (event.kind === KINDS.vanish) this.#report.vanished++;
    }
    await this.#holdLive(wire, sent);
  }

  /** Each new event reached the open subscription once, whatever else was refused. */
  async #holdLive(wire: Wire, sent: readonly { event: NostrEvent; outcome: Outcome }[]): Promise<void> {
    await this.#read(wire, [{ ids: [sent[0].event.id] }]);
    const keys = this.#authors.map(({ key }) => key);
    const expected = sent
      .filter(({ outcome }) => outcome === 'stored' || outcome === 'passed on')
      .filter(({ event }) => keys.includes(event.pubkey))
      .map(({ event }) => event.id);
    const heard = this.#heard.splice(0).map(({ id }) => id);
    this.#report.live += heard.length;
    if (heard.toSorted().join() !== expected.toSorted().join())
      this.#problem(`live: ${heard.length} events were heard, not ${expected.length}`);
  }

  #event(state: RelayModel): NostrEvent {
    const held = [...state.events.values()];
    const isFull = held.length > HELD_MAX;
    const dice = this.#chance();
    if (held.length > 0 && dice < 0.08) return this.#again(held);
    if (held.length > 0 && dice < (isFull ? 0.6 : 0.2)) return this.#deletion(held, isFull ? 60 : 3);
    if (dice < (isFull ? 0.62 : 0.202)) return this.#vanish();
    return this.#writing();
  }

  /** The same once more, or one that was deleted. */
  #again(held: readonly NostrEvent[]): NostrEvent {
    const lasting = held.filter(isLasting);
    return lasting.length > 0 ? this.#oneOf(lasting) : this.#writing();
  }

  #sign(
    template: { kind: number; tags: string[][]; created_at?: number; content?: string },
    author = this.#oneOf(this.#authors),
  ) {
    const { created_at = now() - this.#below(5), content = `${this.#name} ${this.#salt++} "\\\n\u0001ä😀` } = template;
    return signEvent({ ...template, created_at, content }, author.secret, crypto.getRandomValues(new Uint8Array(32)));
  }

  #writing(): NostrEvent {
    const kind = this.#oneOf([1, 1, 1, 7, 0, 10_002, 30_000, 30_000, 20_001, KINDS.tileBatch, KINDS.wrap, 1_111]);
    const tags: string[][] = [['t', this.#oneOf(['a', 'b', 'c'])]];
    if (kind === 30_000) tags.push(['d', this.#oneOf(['', 'x', 'y', 'z'])]);
    if (kind === KINDS.wrap) tags.push(['p', this.#oneOf(this.#authors).key]);
    if (kind === KINDS.tileBatch)
      return this.#sign({
        kind,
        tags: [['-'], ['l', 'ab'.repeat(8)], ['u', String(46_000 + this.#below(9))]],
        content: 'AQIDBAUGBwg=',
      });
    if ((kind === 1 || kind === 1_111) && this.#chance() < 0.15)
      tags.push(['expiration', String(now() + 5 + this.#below(20))]);
    return this.#sign({ kind, tags });
  }

  #deletion(held: readonly NostrEvent[], most: number): NostrEvent {
    const author = this.#oneOf(this.#authors);
    // What another key signed and just expires: whether the relay still knows it, and refuses, depends on its sweep.
    const named = held.filter((event) => event.pubkey === author.key || isLasting(event));
    if (named.length === 0) return this.#writing();
    const tags = Array.from({ length: 1 + this.#below(most) }, () => this.#oneOf(named)).map((event) =>
      event.kind === 30_000 && this.#chance() < 0.7
        ? ['a', `30000:${event.pubkey}:${event.tags.find(([name]) => name === 'd')?.[1] ?? ''}`]
        : ['e', event.id],
    );
    return this.#sign({ kind: KINDS.deletion, tags, content: '' }, author);
  }

  #vanish(): NostrEvent {
    // Up to a minute ago: the author goes on.
    return this.#sign({ kind: KINDS.vanish, tags: [['relay', 'ALL_RELAYS']], created_at: now() - 60, content: '' });
  }

  #filter(): Filter {
    const keys = this.#authors.map(({ key }) => key);
    const maybe = (chance: number, filter: Filter): Filter => (this.#chance() < chance ? filter : {});
    return {
      authors: keys.slice(0, 1 + this.#below(AUTHORS)),
      ...maybe(0.5, { kinds: [this.#oneOf([1, 7, 0, 5, 30_000, KINDS.tileBatch, KINDS.wrap]), 1_111] }),
      ...maybe(0.2, { '#t': ['a', 'c'] }),
      ...maybe(0.1, { '#d': ['x'] }),
      ...maybe(0.2, { since: now() - this.#below(90) }),
      ...maybe(0.2, { until: now() - this.#below(90) }),
      ...maybe(0.2, { limit: this.#below(50) }),
    };
  }
}

const isLasting = (event: NostrEvent): boolean => expiryOf(event) === Number.POSITIVE_INFINITY;

function bare({ id, pubkey, created_at, kind, tags, content, sig }: NostrEvent): unknown[] {
  return [id, pubkey, created_at, kind, tags, content, sig];
}

export async function mixedLoad(
  dir: string,
  seconds: number,
  seed: number,
  say: (line: string) => void,
): Promise<MixedReport> {
  installPrimitives(nativePrimitives());
  const report: MixedReport = {
    seconds,
    kills: 0,
    acknowledged: 0,
    refused: 0,
    reads: 0,
    live: 0,
    deletions: 0,
    vanished: 0,
    unanswered: 0,
    unansweredStored: 0,
    heldAtTheEnd: 0,
    problems: [],
  };
  const chance = seeded(seed);
  const groups = Array.from({ length: GROUPS }, (_, at) => new Group(`group ${at}`, seed + at, report));
  const end = Date.now() + seconds * 1000;
  let relay: Running | null = null;
  while (Date.now() < end && report.problems.length === 0) {
    const started = await startOpenRelay(dir);
    relay = started.relay;
    const isLast = () => Date.now() >= end;
    const lives = Promise.all(groups.map((group) => group.live(started.url, isLast)));
    const untilKill = Math.min(2_000 + chance() * 15_000, end - Date.now() + 1_000);
    const ended = await Promise.race([lives.then(() => true), pause(untilKill).then(() => false)]);
    if (!ended && !isLast()) {
      await relay.kill9();
      report.kills++;
    }
    await lives;
    if (report.kills % 10 === 9)
      say(`${report.kills} kills, ${report.acknowledged} acknowledged, ${report.reads} reads`);
  }
  await relay?.stop();
  compareDisk(dir, groups, report);
  return report;
}

const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));

async function startOpenRelay(dir: string): Promise<{ relay: Running; url: string }> {
  const relay = new Running(['relay', '--dir', join(dir, 'relay'), '--port', '0', '--json']);
  const { text } = await relay.line((line) => line.startsWith('{'), 60_000);
  return { relay, url: (JSON.parse(text) as { url: string }).url };
}

/** Row by row, without the relay in between. */
function compareDisk(dir: string, groups: readonly Group[], report: MixedReport): void {
  const store = new EventStore(join(dir, 'relay', 'events.db'));
  try {
    const integrity = store.database.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
    if (integrity[0]?.integrity_check !== 'ok') report.problems.push('SQLite finds the file damaged');
    const expected = new Map(groups.flatMap((group) => [...group.held.events]));
    const onDisk = store.query({}).filter((event) => expiryOf(event) > now() && event.kind !== KINDS.receipt);
    report.heldAtTheEnd = onDisk.length;
    for (const event of onDisk)
      if (
        JSON.stringify(bare(event)) !== JSON.stringify(bare(expected.get(event.id) ?? event)) ||
        !expected.has(event.id)
      )
        report.problems.push(`on the disk and not in the model: kind ${event.kind}`);
    const ids = new Set(onDisk.map(({ id }) => id));
    for (const event of expected.values())
      if (!ids.has(event.id) && expiryOf(event) > now() + EXPIRY_DOUBT_SECONDS)
        report.problems.push(`in the model and not on the disk: kind ${event.kind}`);
  } finally {
    store.close();
  }
}
