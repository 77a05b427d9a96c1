// kill -9 of a relay whose emergency lockers are armed, opened, ended and closed, again and again. After each kill the database is looked at as it lies
// there, and then the relay on the same folder is asked: whatever it acknowledged is there, once, and nothing is given beyond its rule (specs/emergency.md §4).
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HaleError, KINDS, schnorrPublic, toHex } from '@hale/kernel';
import { newOpeningKey, signOpening } from '@hale/kernel/seal';
import { RELAY_LIMITS } from '@hale/relay/server';
import { inviteTo, type Running, startRelay } from '@hale/testkit/hale-process';
import { finalizeEvent } from 'nostr-tools/pure';
import { askAs, join as joinRelay } from '../../packages/home/src/net/relay-info.ts';
import { EventStore } from '../../packages/home/src/store/events.ts';
import { seeded } from './ledger.ts';

export interface LockerReport {
  kills: number;
  lockers: number;
  armed: number;
  opened: number;
  /** The same opener again, within his hours. */
  again: number;
  ended: number;
  closed: number;
  wrongPins: number;
  /** Requests that a kill left without an answer; of these, found on the disk. */
  unanswered: number;
  unansweredKept: number;
  /** Sets of notices found whole, one for each opening. */
  notices: number;
  problems: string[];
}

export interface LockerOptions {
  dir: string;
  kills: number;
  /** Ends sooner. */
  seconds?: number;
  seed: number;
  say?: (line: string) => void;
}

interface Round {
  number: number;
  share: string;
  author: string;
  /** Ids of its log. */
  log: string[];
  /** Ids of the notices of each of its openings. */
  notices: string[][];
}

interface Opening {
  key: string;
  secret: Uint8Array;
  statement: string;
  /** As it was acknowledged; null: no answer came. */
  number: number | null;
}

/** One locker as its clients know it. What was sent and not answered may hold, or not. */
interface Locker {
  id: string;
  verifier: string;
  owner: Uint8Array;
  pin: string;
  isMade: boolean;
  /** By number: acknowledged, or sent. */
  rounds: Map<number, Round>;
  armed: number;
  mayBe: number | null;
  openings: Opening[];
  /** By number: whether that was acknowledged. */
  ended: Map<number, boolean>;
  isClosed: boolean;
  mayBeClosed: boolean;
  wrong: number;
  mayBeWrong: number;
}

/** Each makes 20 lockers in an hour. */
const MEMBERS_MAX = 8;
const OPEN_LOCKERS = 5;
const TOLD = 2;
const HOURS = 2;
const FACTORS = ['none', 'none', 'pin'] as const;
const hex = (bytes: Uint8Array): string => toHex(bytes);
const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));
/** NIP-98 takes a request once; two that ask the same in one second would be one. */
let asked = 0;

class LockerLoop {
  readonly report: LockerReport = {
    ...{ kills: 0, lockers: 0, armed: 0, opened: 0, again: 0, ended: 0, closed: 0, wrongPins: 0 },
    ...{ unanswered: 0, unansweredKept: 0, notices: 0, problems: [] },
  };
  readonly #options: LockerOptions;
  readonly #chance: () => number;
  readonly #lockers: Locker[] = [];
  readonly #members: Uint8Array[] = [];
  readonly #told: string[];
  #relay!: { process: Running; url: string };
  #isDown = false;
  /** Answers to clients so far. */
  #answers = 0;

  constructor(options: LockerOptions) {
    this.#options = options;
    this.#chance = seeded(options.seed);
    this.#told = Array.from({ length: TOLD }, () => hex(schnorrPublic(this.#bytes(32))));
  }

  #bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => Math.floor(this.#chance() * 256));
  #below = (count: number): number => Math.floor(this.#chance() * count);
  #problem(text: string): void {
    this.report.problems.push(`life ${this.report.kills}: ${text}`);
  }

  get #dir(): string {
    return join(this.#options.dir, 'relay');
  }

  async run(): Promise<LockerReport> {
    mkdirSync(this.#dir, { recursive: true });
    const ends = performance.now() + (this.#options.seconds ?? Number.POSITIVE_INFINITY) * 1000;
    await this.#start();
    for (let i = 0; i < Math.min(this.#options.kills, MEMBERS_MAX); i++) {
      const secret = this.#bytes(32);
      await joinRelay(this.#relay.url, (await inviteTo(this.#dir)).split('#').at(-1) ?? '', secret);
      this.#members.push(secret);
    }
    for (let kill = 0; kill < this.#options.kills && performance.now() < ends; kill++) {
      await this.#life();
      this.#lookAtDisk();
      await this.#start();
      await this.#askEach();
      if (this.report.problems.length > 0) break;
      if (kill % 10 === 9) this.#options.say?.(`${kill + 1} kills, ${this.report.opened} openings acknowledged`);
    }
    await this.#relay.process.stop();
    return this.report;
  }

  async #start(): Promise<void> {
    const { process, url } = await startRelay(this.#dir);
    this.#relay = { process, url: url.replace(/^http/, 'ws') };
    this.#isDown = false;
  }

  /** Clients at every locker at once, and a kill at a random moment. */
  async #life(): Promise<void> {
    const open = this.#lockers.filter(({ isClosed, mayBeClosed }) => !isClosed && !mayBeClosed);
    while (open.length < OPEN_LOCKERS) open.push(this.#newLocker());
    const working = open.map((locker) => this.#workAt(locker));
    // So much work and a moment more, however fast the machine is.
    const until = this.#answers + 20 + this.#below(120);
    while (this.#answers < until && this.report.problems.length === 0) await pause(1);
    await pause(this.#below(25));
    this.#isDown = true;
    await this.#relay.process.kill9();
    this.report.kills++;
    await Promise.all(working);
  }

  #newLocker(): Locker {
    const [id, verifier, owner] = [hex(this.#bytes(32)), hex(this.#bytes(32)), this.#bytes(32)];
    const pin = FACTORS[this.#lockers.length % FACTORS.length] === 'pin' ? hex(this.#bytes(32)) : '';
    const locker: Locker = {
      ...{ id, verifier, owner, pin, isMade: false, rounds: new Map(), armed: 0, mayBe: null, openings: [] },
      ...{ ended: new Map<number, boolean>(), isClosed: false, mayBeClosed: false, wrong: 0, mayBeWrong: 0 },
    };
    this.#lockers.push(locker);
    return locker;
  }

  async #workAt(locker: Locker): Promise<void> {
    try {
      while (!this.#isDown && !locker.isClosed) await this.#step(locker);
    } catch (error) {
      if (!this.#isDown) this.#problem(`${locker.id.slice(0, 8)}: ${String(error)}`);
      else this.report.unanswered++;
    }
  }

  async #step(locker: Locker): Promise<void> {
    const dice = this.#chance();
    if (!locker.isMade) return this.#make(locker);
    if (locker.armed === 0 || dice < 0.25) return this.#arm(locker);
    if (dice < 0.75) return this.#open(locker);
    if (dice < 0.87) return this.#openAgain(locker);
    if (dice < 0.95) return this.#end(locker);
    if (dice < 0.985 && locker.pin !== '') return this.#wrongPin(locker);
    if (dice > 0.99) return this.#close(locker);
  }

  async #ask(locker: Locker, path: string, fields: object, secret = locker.owner): Promise<unknown> {
    const answer = await askAs(
      this.#relay.url,
      `/hale/emergency/${path}`,
      { id: locker.id, asked: asked++, ...fields },
      secret,
    );
    this.#answers++;
    return answer;
  }

  async #make(locker: Locker): Promise<void> {
    const expires = Math.floor(Date.now() / 1000) + 86_400;
    const wish = { verifier: locker.verifier, owner: hex(schnorrPublic(locker.owner)), expires };
    try {
      await this.#ask(locker, 'create', wish, this.#members[this.#below(this.#members.length)]);
      this.report.lockers++;
    } catch (error) {
      // Made, and killed before it could say so.
      if (!(error instanceof HaleError && error.code === 'not-permitted')) throw error;
    }
    locker.isMade = true;
  }

  async #arm(locker: Locker): Promise<void> {
    const number = Math.max(locker.armed, locker.mayBe ?? 0) + 1;
    const authorSecret = this.#bytes(32);
    const sign = (kind: number, tags: string[][], content: string) =>
      finalizeEvent({ kind, tags, content, created_at: Math.floor(Date.now() / 1000) }, authorSecret);
    const log = Array.from({ length: 3 }, () => sign(KINDS.tileBatch, [['-']], hex(this.#bytes(2_000))));
    const notices = Array.from({ length: RELAY_LIMITS.emergencyOpeningsMax }, () =>
      this.#told.map((to) => sign(KINDS.wrap, [['p', to]], hex(this.#bytes(200)))),
    );
    const author = hex(schnorrPublic(authorSecret));
    const ids = (events: { id: string }[]) => events.map(({ id }) => id);
    const round = { number, share: hex(this.#bytes(32)), author, log: ids(log), notices: notices.map(ids) };
    const text = JSON.stringify({ events: log, notices });
    const parts = text.match(/.{1,12000}/gs) ?? [];
    locker.rounds.set(number, round);
    for (const [part, piece] of parts.entries()) await this.#ask(locker, 'part', { round: number, part, text: piece });
    locker.mayBe = number;
    await this.#ask(locker, 'arm', {
      ...{ round: number, share: round.share, author, hours: HOURS, institutions: [], parts: parts.length },
      ...{ told: TOLD, factor: locker.pin === '' ? 'none' : 'pin', pin: locker.pin },
    });
    locker.armed = number;
    locker.mayBe = null;
    this.report.armed++;
  }

  async #post(locker: Locker, fields: object): Promise<{ status: number; value: Record<string, unknown> }> {
    const url = `${this.#relay.url.replace(/^ws/, 'http')}/hale/emergency/open`;
    const body = JSON.stringify({ id: locker.id, verifier: locker.verifier, ...fields });
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const value = (await answer.json()) as Record<string, unknown>;
    this.#answers++;
    return { status: answer.status, value };
  }

  /** As an opener does: a challenge, and an answer that he signs. */
  async #show(locker: Locker, { key, secret, statement }: Opening, pin = locker.pin) {
    const first = await this.#post(locker, {});
    if (first.status !== 401) return first;
    const facts = { relay: this.#relay.url, lockerId: locker.id, challenge: String(first.value.challenge), statement };
    const signature = signOpening(facts, secret);
    const { relay, challenge } = facts;
    // A try is counted before it is compared: where the kill comes between, one with the right PIN is counted, too.
    if (pin !== '') locker.mayBeWrong++;
    const answer = await this.#post(locker, {
      ...{ relay, challenge, key, signature, statement },
      ...(pin === '' ? {} : { pin }),
    });
    if (pin !== '') locker.mayBeWrong--;
    return answer;
  }

  #opener(): Opening {
    const { secret, key } = newOpeningKey(this.#bytes);
    return { secret, key, statement: Buffer.from(this.#bytes(120)).toString('base64'), number: null };
  }

  async #open(locker: Locker): Promise<void> {
    const opening = this.#opener();
    locker.openings.push(opening);
    const { status, value } = await this.#show(locker, opening);
    if (status === 200) {
      opening.number = Number(value.number);
      this.report.opened++;
      this.#isRound(locker, value);
    } else {
      // Refused: it must stand nowhere.
      locker.openings.splice(locker.openings.indexOf(opening), 1);
      if (![410, 429].includes(status)) this.#problem(`an opening was answered ${status} ${JSON.stringify(value)}`);
    }
  }

  /** What is given is a round that was armed: its own share, all of its log, nothing of another. */
  #isRound(locker: Locker, { round, share, author, events }: Record<string, unknown>): void {
    const meant = locker.rounds.get(Number(round));
    const ids = (events as { id: string }[]).map(({ id }) => id);
    const isWhole = meant?.share === share && meant?.author === author && meant?.log.join() === ids.join();
    if (!isWhole) this.#problem(`round ${round} was given otherwise than it was armed`);
    if (Number(round) < locker.armed) this.#problem(`round ${round} was given, ${locker.armed} had been acknowledged`);
  }

  async #openAgain(locker: Locker): Promise<void> {
    const known = locker.openings.filter(({ number }) => number !== null && !locker.ended.has(number));
    const opening = known[this.#below(known.length)];
    if (opening === undefined) return;
    const { status, value } = await this.#show(locker, opening);
    if (status === 200) {
      this.report.again++;
      this.#isRound(locker, value);
      if (value.number !== opening.number) this.#problem('the same opener was counted as another');
    } else if (status !== 429) this.#problem(`an opener who came again was answered ${status}`);
  }

  async #end(locker: Locker): Promise<void> {
    const known = locker.openings.filter(({ number }) => number !== null && !locker.ended.has(number));
    const number = known[this.#below(known.length)]?.number ?? null;
    if (number === null) return;
    // Whether it holds is not known until the answer: he is not asked again before.
    locker.ended.set(number, false);
    await this.#ask(locker, 'end', { number });
    locker.ended.set(number, true);
    this.report.ended++;
  }

  async #wrongPin(locker: Locker): Promise<void> {
    if (locker.wrong >= RELAY_LIMITS.lockerTriesMax - 2) return;
    const { status } = await this.#show(locker, this.#opener(), hex(this.#bytes(32)));
    if (status !== 403) return;
    locker.wrong++;
    this.report.wrongPins++;
  }

  async #close(locker: Locker): Promise<void> {
    locker.mayBeClosed = true;
    await this.#ask(locker, 'close', {});
    locker.isClosed = true;
    this.report.closed++;
  }

  // --- after a kill

  #lookAtDisk(): void {
    const copy = join(this.#options.dir, 'copy');
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(copy);
    for (const end of ['', '-wal'])
      if (existsSync(join(this.#dir, `events.db${end}`)))
        copyFileSync(join(this.#dir, `events.db${end}`), join(copy, `events.db${end}`));
    const store = new EventStore(join(copy, 'events.db'));
    const [row] = store.database.prepare('PRAGMA integrity_check').all();
    if (row?.integrity_check !== 'ok') this.#problem(`integrity: ${JSON.stringify(row)}`);
    this.report.notices = 0;
    for (const locker of this.#lockers) this.#holdDisk(store, locker);
    store.database.close();
  }

  #holdDisk(store: EventStore, locker: Locker): void {
    const row = store.emergencies.get(locker.id);
    const name = locker.id.slice(0, 8);
    if (row === null) {
      if (locker.isMade) this.#problem(`${name}: an acknowledged locker is gone`);
      return;
    }
    if (row.isClosed ? !locker.mayBeClosed : locker.isClosed) this.#problem(`${name}: closed is ${row.isClosed}`);
    if (row.isClosed && (row.share !== '' || store.emergencies.units(locker.id, row.round) > 0))
      this.#problem(`${name}: closed, and what it gave is still there`);
    if (row.round !== locker.armed && row.round !== locker.mayBe)
      this.#problem(`${name}: round ${row.round}, acknowledged ${locker.armed}`);
    if (row.wrong < locker.wrong || row.wrong > locker.wrong + locker.mayBeWrong)
      this.#problem(`${name}: ${row.wrong} wrong PINs, acknowledged ${locker.wrong}`);
    if (row.round === locker.mayBe) this.report.unansweredKept++;
    this.#holdOpenings(store, locker);
    // From here on the disk is what counts.
    Object.assign(locker, { armed: row.round, mayBe: null, wrong: row.wrong, mayBeWrong: 0, isMade: true });
    Object.assign(locker, { isClosed: row.isClosed, mayBeClosed: row.isClosed });
  }

  #holdOpenings(store: EventStore, locker: Locker): void {
    const name = locker.id.slice(0, 8);
    const kept = store.emergencies.openings(locker.id);
    if (kept.some(({ number }, at) => number !== at + 1)) this.#problem(`${name}: openings are not numbered in a row`);
    for (const { key, number, statement } of kept) {
      const meant = locker.openings.find((each) => each.key === key);
      if (meant === undefined) this.#problem(`${name}: an opening that was refused, or never asked, stands there`);
      else if (meant.statement !== statement || (meant.number ?? number) !== number)
        this.#problem(`${name}: opening ${number} is not as it was acknowledged`);
      else if (meant.number === null) {
        meant.number = number;
        this.report.unansweredKept++;
      }
    }
    for (const { number } of locker.openings)
      if (number !== null && !kept.some((each) => each.number === number))
        this.#problem(`${name}: acknowledged opening ${number} is gone`);
    locker.openings = locker.openings.filter(({ number }) => number !== null);
    const now = Date.now() / 1000;
    const isOver = (number: number) => kept.some((each) => each.number === number && each.until <= now + 1);
    for (const [number, isAcknowledged] of locker.ended) {
      if (isOver(number)) continue;
      if (isAcknowledged) this.#problem(`${name}: opening ${number} was ended, and lasts`);
      // The kill came first.
      else locker.ended.delete(number);
    }
    this.#holdNotices(store, locker, kept);
  }

  /** Of each round as many sets of notices as openings, each whole, the first ones, and none twice. */
  #holdNotices(store: EventStore, locker: Locker, kept: readonly { round: number }[]): void {
    for (const { number, notices } of locker.rounds.values()) {
      const opened = kept.filter(({ round }) => round === number).length;
      const sets = notices.map((ids) => store.find({ ids }).length);
      const isRight = sets.every((count, at) => count === (at < opened ? TOLD : 0));
      if (!isRight || opened > RELAY_LIMITS.emergencyOpeningsMax)
        this.#problem(`${locker.id.slice(0, 8)}: round ${number} was opened ${opened} times, notices ${sets.join()}`);
      this.report.notices += opened;
    }
  }

  /** The relay that was started again answers as it would have. */
  async #askEach(): Promise<void> {
    for (const locker of this.#lockers.filter(({ isMade }) => isMade).slice(-2 * OPEN_LOCKERS)) {
      const look = (await this.#ask(locker, 'look', {})) as { closed: boolean; round: number; openings: object[] };
      if (
        look.closed !== locker.isClosed ||
        look.round !== locker.armed ||
        look.openings.length !== locker.openings.length
      )
        this.#problem(`${locker.id.slice(0, 8)}: looked at after the start it is another`);
      const some = locker.openings.find(({ number }) => locker.ended.has(number ?? 0));
      for (const opening of new Set([locker.openings.at(-1), some]))
        if (opening) await this.#comesBack(locker, opening);
    }
  }

  async #comesBack(locker: Locker, opening: Opening): Promise<void> {
    const { status, value } = await this.#show(locker, opening);
    const isEnded = opening.number !== null && locker.ended.has(opening.number);
    const expected = locker.isClosed ? 410 : isEnded ? 409 : 200;
    if (status !== expected)
      this.#problem(`${locker.id.slice(0, 8)}: an opener of before got ${status}, not ${expected}`);
    if (status === 200) this.#isRound(locker, value);
  }
}

export const emergencyLockers = (options: LockerOptions): Promise<LockerReport> => new LockerLoop(options).run();
