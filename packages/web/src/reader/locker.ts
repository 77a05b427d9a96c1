// Opening a link with a locker: its PIN, and that it belongs to the first browser. What is asked for comes from the locker; the link only tells what
// to say before it is asked.
import { claimKeys, type LockerAnswer, type LockerKeys, type LockerLink, pinKeys, relaysOfLink } from '@hale/consent';
import { type ClaimProof, canKeepKeys, keepKey, keptKey, proveClaim } from './claim.ts';
import { askLocker } from './lines.ts';
import type { FromWorker } from './protocol.ts';

interface Ports {
  say(message: FromWorker): void;
  read(grant: { key: Uint8Array; author: string; relays: string[] }): Promise<void>;
}

/** A relay that starts anew forgets its challenges: asked again it gives another. */
const ATTEMPTS = 3;

export class LockerDoor {
  readonly #link: LockerLink;
  readonly #relays: string[];
  readonly #ports: Ports;
  #keys: LockerKeys | null = null;
  /** The person was told that the link will belong to this browser, and went on. */
  #isAgreed = false;

  constructor(link: LockerLink, ports: Ports) {
    this.#link = link;
    this.#relays = relaysOfLink(link);
    this.#ports = ports;
  }

  /** @throws HaleError 'unavailable' */
  async begin(): Promise<void> {
    const { pin, claim, secret } = this.#link;
    // Before anything is sent: what this browser cannot keep it must not take from others.
    if (claim && !(await canKeepKeys())) return this.#ports.say({ say: 'failed', why: 'keeps-nothing' });
    if (pin) return this.#ports.say({ say: 'needs-pin', left: null, waitSeconds: 0, belongsToFirst: claim });
    this.#keys = claimKeys(secret);
    await this.#open();
  }

  /** Takes a second. @throws HaleError 'malformed' for what is no PIN · 'unavailable' */
  async pin(typed: string): Promise<void> {
    this.#keys = pinKeys(this.#link.secret, typed);
    // The page that asks for the PIN says that the link then belongs to this browser.
    this.#isAgreed = this.#link.claim;
    await this.#open();
  }

  /** @throws HaleError 'unavailable' */
  async claim(): Promise<void> {
    this.#isAgreed = true;
    await this.#open();
  }

  async #open(): Promise<void> {
    const keys = this.#keys;
    if (keys === null) return;
    let answer = await askLocker(this.#relays[0], keys, null);
    let isFirst = false;
    for (let attempt = 0; answer.is === 'prove' && attempt < ATTEMPTS; attempt += 1) {
      isFirst ||= answer.claimed === null;
      const proof = await this.#proofFor(answer, keys);
      if (proof === null) return;
      answer = await askLocker(this.#relays[0], keys, proof);
    }
    await this.#heed(answer, keys, isFirst);
  }

  /** null: there is nothing to prove, and the page says why. */
  async #proofFor(
    { challenge, claimed }: Extract<LockerAnswer, { is: 'prove' }>,
    { lockerId }: LockerKeys,
  ): Promise<ClaimProof | null> {
    const { say } = this.#ports;
    if (!this.#link.claim && !(await canKeepKeys())) return told(() => say({ say: 'failed', why: 'keeps-nothing' }));
    const kept = await keptKey(lockerId);
    if (kept === null && claimed !== null) return told(() => say({ say: 'taken', atMicros: claimed * 1e6 }));
    if (claimed === null && !this.#isAgreed) return told(() => say({ say: 'needs-claim' }));
    return proveClaim(kept ?? (await keepKey(lockerId)), { relay: this.#relays[0], lockerId, challenge });
  }

  async #heed(answer: LockerAnswer, keys: LockerKeys, isFirst: boolean): Promise<void> {
    const { say, read } = this.#ports;
    if (answer.is === 'open') {
      if (answer.claimed !== null) say({ say: 'claimed', atMicros: answer.claimed * 1e6, isFirst });
      await read({ key: keys.grantKey(answer.share), author: this.#link.author, relays: this.#relays });
    } else if (answer.is === 'taken') say({ say: 'taken', atMicros: answer.claimed * 1e6 });
    else if (answer.is === 'wrong') this.#askAgain(answer.left, 0);
    else if (answer.is === 'early') this.#askAgain(null, answer.seconds);
    else if (answer.is === 'prove') say({ say: 'failed', why: 'away' });
    else say({ say: 'failed', why: answer.is === 'destroyed' ? 'destroyed' : 'refused' });
  }

  #askAgain(left: number | null, waitSeconds: number): void {
    this.#ports.say({ say: 'needs-pin', left, waitSeconds, belongsToFirst: this.#link.claim });
  }
}

function told(say: () => void): null {
  say();
  return null;
}
