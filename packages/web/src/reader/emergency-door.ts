// Opening an emergency card in a browser: asks what the locker wants, seals who and why, signs, and opens what comes (specs/emergency.md §4). The key
// that signed stays in this browser for as long as the opening lasts, where it can: whoever scans the card again goes on with the same opening.
import {
  type EmergencyAnswer,
  type EmergencyLink,
  emergencyGrantKey,
  emergencyLockerId,
  emergencyPin,
  emergencyVerifier,
  openSheet,
  parseEmergencyAnswer,
  relaysOfEmergency,
  sealStatement,
} from '@hale/consent/emergency';
import { HaleError, openingMessage, toHex, utf8Decode, utf8Encode } from '@hale/kernel';
import { newOpeningKey, signOpening } from '@hale/kernel/seal';
import { httpUrl, post, random } from '../relay/ports.ts';
import { forgetKey, keepKey, keptKey } from './claim.ts';
import type { CardFailure, FromWorker, Stated } from './protocol.ts';

interface Signer {
  key: string;
  sign(facts: Parameters<typeof openingMessage>[0]): Promise<string>;
}

/** Who came first, what she is asked, is told by the page; this only carries it. */
export class EmergencyDoor {
  readonly #link: EmergencyLink;
  readonly #id: string;
  readonly #say: (message: FromWorker) => void;
  /** The relay that answered. */
  #relay: string | null = null;

  constructor(link: EmergencyLink, say: (message: FromWorker) => void) {
    this.#link = link;
    this.#id = emergencyLockerId(link.secret);
    this.#say = say;
  }

  /** @throws HaleError 'unavailable' no relay of the card answers */
  async begin(): Promise<void> {
    const kept = await keptKey(this.#keyName).catch(() => null);
    const asked = await this.#askFirst();
    if (asked.is !== 'prove' || kept === null) return this.#heed(asked);
    const again = await this.#prove(asked, browserSigner(kept), '', {});
    if (again.is === 'open') return this.#heed(again);
    // That opening is over, or its locker knows it no more: it has to be said anew.
    await forgetKey(this.#keyName).catch(() => {});
    this.#heed(await this.#askFirst());
  }

  /** @throws HaleError 'malformed' a statement that says nothing, or what is no PIN · 'unavailable' */
  async state({ pin, code, ...statement }: Stated): Promise<void> {
    const factors = {
      ...(pin === '' ? {} : { pin: emergencyPin(this.#link.secret, pin) }),
      ...(code === '' ? {} : { code }),
    };
    const sealed = sealStatement(this.#link.secret, { ...statement, time: Date.now() * 1000, proof: null }, random);
    const asked = await this.#askFirst();
    if (asked.is !== 'prove') return this.#heed(asked);
    const answer = await this.#prove(asked, await this.#newSigner(), sealed, factors);
    if (answer.is === 'wrong' || answer.is === 'early') this.#needs(asked, answer);
    else this.#heed(answer);
  }

  get #keyName(): string {
    return `emergency ${this.#id}`;
  }

  /** Where the browser keeps none, one that goes with this page. */
  async #newSigner(): Promise<Signer> {
    try {
      return browserSigner(await keepKey(this.#keyName));
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      const { secret, key } = newOpeningKey(random);
      return { key, sign: async (facts) => signOpening(facts, secret) };
    }
  }

  /** The first relay that knows the card; of those that do not, the last word. */
  async #askFirst(): Promise<EmergencyAnswer> {
    let unknown: EmergencyAnswer | null = null;
    for (const relay of this.#relay === null ? relaysOfEmergency(this.#link) : [this.#relay]) {
      const answer = await this.#ask(relay, {}).catch(() => null);
      if (answer === null) continue;
      if (answer.is !== 'unknown') {
        this.#relay = relay;
        return answer;
      }
      unknown = answer;
    }
    if (unknown !== null) return unknown;
    throw new HaleError('unavailable', 'no relay of this card answers');
  }

  async #prove(
    { challenge }: Extract<EmergencyAnswer, { is: 'prove' }>,
    signer: Signer,
    statement: string,
    factors: object,
  ): Promise<EmergencyAnswer> {
    const relay = this.#relay!;
    const signature = await signer.sign({ relay, lockerId: this.#id, challenge, statement });
    return this.#ask(relay, { relay, challenge, key: signer.key, signature, statement, ...factors });
  }

  async #ask(relay: string, fields: object): Promise<EmergencyAnswer> {
    const asked = { id: this.#id, verifier: emergencyVerifier(this.#link.secret), ...fields };
    const body = utf8Encode(JSON.stringify(asked)) as Uint8Array<ArrayBuffer>;
    const response = await post(httpUrl(relay, '/hale/emergency/open'), null, body).catch(() => null);
    const answer = response && parseEmergencyAnswer(response.status, await response.json().catch(() => null));
    if (!answer) throw new HaleError('unavailable', 'the relay of this card does not answer');
    return answer;
  }

  #needs(
    { factor, hours, told }: Extract<EmergencyAnswer, { is: 'prove' }>,
    wrong: Extract<EmergencyAnswer, { is: 'wrong' | 'early' }> | null,
  ): void {
    this.#say({ say: 'needs-statement', factor, hours, told, wrong });
  }

  #heed(answer: EmergencyAnswer): void {
    if (answer.is === 'open') this.#open(answer);
    else if (answer.is === 'prove') this.#needs(answer, null);
    else {
      const why: CardFailure = answer.is === 'wrong' || answer.is === 'early' ? 'exhausted' : answer.is;
      this.#say({ say: 'no-card', why });
    }
  }

  #open({ share, round, author, events, until, at, told }: Extract<EmergencyAnswer, { is: 'open' }>): void {
    const { bundleBytes, ...sheet } = openSheet(events, author, emergencyGrantKey(this.#link.secret, share, round));
    const bundle = bundleBytes === null ? null : utf8Decode(bundleBytes);
    this.#say({ say: 'sheet', sheet, bundle, atMicros: at * 1e6, untilMicros: until * 1e6, told });
  }
}

function browserSigner({ privateKey, publicKey }: CryptoKeyPair): Signer {
  const key = crypto.subtle.exportKey('raw', publicKey).then((raw) => toHex(new Uint8Array(raw)));
  const signer: Signer = {
    key: '',
    sign: async (facts) => {
      signer.key = await key;
      const message = openingMessage(facts) as Uint8Array<ArrayBuffer>;
      const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, message);
      return toHex(new Uint8Array(signature));
    },
  };
  return signer;
}
