// What a relay counts while it runs: numbers of our own words, since its start, in memory. Nothing here leads to a key, an address or an author.
import type { RelayFact } from '@hale/relay/server';

/** Answers by what they begin with. */
const SENT = ['event', 'ok', 'refused', 'eose', 'closed', 'notice', 'auth', 'count', 'reconciliation'] as const;
export type SentFrame = (typeof SENT)[number];

/** What `OK false` and `CLOSED` say before the colon (NIP-01); whatever else is `other`. */
const REASONS = [
  ...['duplicate', 'pow', 'blocked', 'rate-limited', 'invalid', 'restricted', 'error', 'auth-required'],
  ...['mute', 'unsupported', 'other'],
] as const;
export type RefusalReason = (typeof REASONS)[number];

/** Milliseconds of commits, upper edges; the last is without end. */
export const COMMIT_EDGES_MILLIS = [1, 2, 5, 10, 20, 50, 100, 250, 1_000] as const;

const zeros = <Name extends string>(names: readonly Name[]): Record<Name, number> =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;

/** `["OK","` and 64 characters of an id, then `",`: there it says true or false. */
const OK_AT = 73;

export class RelayCounts {
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly sent = zeros(SENT);
  readonly refusals = zeros(REASONS);
  /** Upgrades turned away, by status. */
  readonly turnedAway = new Map<number, number>();
  /** Commits by how long they took: edges, and one beyond them. */
  readonly commitMillis: number[] = Array.from({ length: COMMIT_EDGES_MILLIS.length + 1 }, () => 0);
  socketsOpened = 0;
  received = 0;
  commits = 0;
  commitsMillisSum = 0;
  commitsFailed = 0;
  receiptsLost = 0;
  backupsFailed = 0;

  constructor(nowMillis = Date.now()) {
    this.startedAt = nowMillis;
  }

  countSent(frame: string): void {
    switch (frame[2]) {
      case 'E':
        this.sent[frame[3] === 'V' ? 'event' : 'eose'] += 1;
        break;
      case 'O':
        if (frame[OK_AT] === 't') this.sent.ok += 1;
        else this.#refused('refused', frame.slice(OK_AT + 7));
        break;
      case 'C':
        if (frame[3] === 'O') this.sent.count += 1;
        else this.#refused('closed', frame.slice(frame.indexOf('","', 11) + 3));
        break;
      case 'A':
        this.sent.auth += 1;
        break;
      default:
        this.sent[frame.startsWith('["NEG') ? 'reconciliation' : 'notice'] += 1;
    }
  }

  #refused(frame: 'refused' | 'closed', text: string): void {
    this.sent[frame] += 1;
    const prefix = text.slice(0, text.indexOf(':')) as RefusalReason;
    this.refusals[REASONS.includes(prefix) ? prefix : 'other'] += 1;
  }

  countFact(fact: RelayFact): void {
    if (fact.fact === 'commit-failed') this.commitsFailed += 1;
    else this.receiptsLost += fact.count;
  }

  countTurnedAway(status: number): void {
    this.turnedAway.set(status, (this.turnedAway.get(status) ?? 0) + 1);
  }

  countCommit(millis: number): void {
    this.commits += 1;
    this.commitsMillisSum += millis;
    const at = COMMIT_EDGES_MILLIS.findIndex((edge) => millis <= edge);
    this.commitMillis[at < 0 ? COMMIT_EDGES_MILLIS.length : at] += 1;
  }
}
