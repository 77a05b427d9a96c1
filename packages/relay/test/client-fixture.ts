// A scripted relay for the session: what the client would send is read, what a relay may answer is written, the clock stands still until
// it is moved.
import { createHash } from 'node:crypto';
import { type EventTemplate, schnorrPublic, toHex, type VerifiedEvent } from '@hale/kernel';
import { signEvent } from '@hale/kernel/seal';
import { RelaySession, type SessionFact } from '../src/client/index.ts';

/** The same bytes in every run, so that a failing case can be read twice. */
export function secretOf(name: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(name).digest());
}

export const pubkeyOf = (name: string): string => toHex(schnorrPublic(secretOf(name)));

export function eventBy(name: string, template: Partial<EventTemplate> = {}): VerifiedEvent {
  const whole = { kind: 1, created_at: 1_700_000_000, tags: [], content: '', ...template };
  return signEvent(whole, secretOf(name), new Uint8Array(32));
}

export class Script {
  nowMillis = 1_700_000_000_000;
  readonly session: RelaySession;
  readonly facts: SessionFact[] = [];
  hungUp = false;

  constructor(keys: string[] = []) {
    this.session = new RelaySession('wss://relay.example', {
      nowMillis: () => this.nowMillis,
      authOffsetSeconds: () => 0,
      random: (length) => new Uint8Array(length).fill(7),
    });
    for (const key of keys) this.session.addKey(secretOf(key));
  }

  /** Frames that the client sent since the last look, parsed. */
  sent(): [string, ...unknown[]][] {
    const output = this.session.drain();
    this.facts.push(...output.facts);
    this.hungUp ||= output.hangUp;
    return output.frames.map((frame) => JSON.parse(frame));
  }

  verbs(): string[] {
    return this.sent().map(([verb]) => verb);
  }

  says(...frame: unknown[]): void {
    this.session.receive(JSON.stringify(frame));
  }

  passes(millis: number): void {
    this.nowMillis += millis;
    this.session.tick();
  }

  /** Says yes to every AUTH that was sent; gives the pubkeys proved. */
  acceptsProofs(frames = this.sent()): string[] {
    const proofs = frames.filter(([verb]) => verb === 'AUTH').map(([, event]) => event as VerifiedEvent);
    for (const proof of proofs) this.says('OK', proof.id, true, '');
    return proofs.map((proof) => proof.pubkey);
  }
}

/** Collects what a callback was called with. */
export function collector<T>(): { values: T[]; take(value: T): void } {
  const values: T[] = [];
  return { values, take: (value) => void values.push(value) };
}
