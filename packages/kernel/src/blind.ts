/**
 * Blind admission tokens: RFC 9497, OPRF(ristretto255, SHA-512) in mode VOPRF. A relay evaluates points that it cannot connect with
 * what is spent later; its proof shows that it used the key that it published for everybody (specs/tokens.md). An entry of its own:
 * whoever seals or opens needs no second curve.
 *
 * The arithmetic is @noble/curves'; scalars are multiplied in constant time as far as JavaScript goes (SECURITY.md).
 */
import { ristretto255_oprf } from '@noble/curves/ed25519.js';
import { type Token, tokenKeyTemplate } from './admission-token.ts';
import { fromHex, toHex } from './bytes.ts';
import { fail } from './errors.ts';
import { signEvent, type VerifiedEvent } from './event.ts';
import { deriveKey } from './keys.ts';
import type { Random } from './primitives.ts';

/** §3.3.1 Evaluate stands in the library (2.4.0) and not yet in its types. */
type Evaluate = { evaluate(secretKey: Uint8Array, input: Uint8Array): Uint8Array };
const voprf = ristretto255_oprf.voprf as typeof ristretto255_oprf.voprf & Evaluate;

const NONCE_BYTES = 32;
const EPOCHS_KEPT = 4;

/** The relay's pair of one epoch. */
export interface TokenKeys {
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** RFC 9497 §3.2.1 DeriveKeyPair. @param seed 32 secret bytes @param info what tells one key from the others */
export function deriveTokenKeys(seed: Uint8Array, info: Uint8Array): TokenKeys {
  return voprf.deriveKeyPair(seed, info);
}

/** What the asker keeps until the answer comes. `blind` is secret: with it the relay would know the token again. */
export interface Blinded {
  readonly nonce: Uint8Array;
  readonly blind: Uint8Array;
  readonly blinded: Uint8Array;
}

/** §3.3.2 Blind, for as many fresh nonces. */
export function blindTokens(count: number, random: Random): Blinded[] {
  return Array.from({ length: count }, () => blindNonce(new Uint8Array(random(NONCE_BYTES)), random));
}

export function blindNonce(nonce: Uint8Array, random: Random): Blinded {
  const { blind, blinded } = voprf.blind(nonce, (length = 48) => new Uint8Array(random(length)));
  return { nonce, blind, blinded };
}

export interface Evaluated {
  readonly evaluated: readonly Uint8Array[];
  /** One proof for all (§2.2.1), 64 bytes. */
  readonly proof: Uint8Array;
}

/** §3.3.2 BlindEvaluate. @throws HaleError 'malformed' for bytes that are no point, or the identity */
export function evaluateBlinded(keys: TokenKeys, blinded: readonly Uint8Array[], random: Random): Evaluated {
  try {
    return voprf.blindEvaluateBatch(
      keys.secretKey,
      keys.publicKey,
      [...blinded],
      (length = 48) => new Uint8Array(random(length)),
    );
  } catch {
    fail('malformed', 'a blinded token is no point of the group');
  }
}

/** §3.3.2 Finalize: the tokens, 64 bytes each. @throws HaleError 'not-authentic' where the proof does not hold for that public key */
export function finalizeTokens(
  asked: readonly Blinded[],
  { evaluated, proof }: Evaluated,
  publicKey: Uint8Array,
): Uint8Array[] {
  if (evaluated.length !== asked.length) fail('not-authentic', 'the relay answered for another number of tokens');
  const items = asked.map(({ nonce, blind, blinded }, at) => ({
    input: nonce,
    blind,
    blinded,
    evaluated: evaluated[at],
  }));
  try {
    return voprf.finalizeBatch(items, publicKey, proof);
  } catch {
    fail('not-authentic', 'the relay did not use the key for tokens that it published');
  }
}

/** §3.3.1 Evaluate: is this a token that came from that key? */
export function isTokenOf(keys: TokenKeys, { nonce, output }: Token): boolean {
  // Which of 64 bytes differs tells nothing of use: the nonce is spent by asking, and the PRF of another nonce is another text.
  return toHex(voprf.evaluate(keys.secretKey, fromHex(nonce, NONCE_BYTES))) === output;
}

/** A relay's keys for tokens at work: one pair for each epoch, derived from its own secret, so that nothing has to be kept or can be lost. */
export class TokenPress {
  readonly #secret: Uint8Array;
  readonly #random: Random;
  readonly #epochs = new Map<number, { keys: TokenKeys; statement: VerifiedEvent }>();

  /** @param secret of the relay, 32 bytes */
  constructor(secret: Uint8Array, random: Random) {
    this.#secret = secret;
    this.#random = random;
  }

  #of(epoch: number): { keys: TokenKeys; statement: VerifiedEvent } {
    const known = this.#epochs.get(epoch);
    if (known) return known;
    const keys = deriveTokenKeys(deriveKey(this.#secret, 'relay-tokens', epoch), new Uint8Array());
    const template = tokenKeyTemplate({ epoch, key: toHex(keys.publicKey) });
    // Without fresh randomness, so that a relay that starts anew says the same bytes: BIP-340 allows it, and what is signed is public.
    const made = { keys, statement: signEvent(template, this.#secret, new Uint8Array(32)) };
    // Two epochs are in use, and a clock that is set may ask for others.
    if (this.#epochs.size >= EPOCHS_KEPT) this.#epochs.clear();
    this.#epochs.set(epoch, made);
    return made;
  }

  statement(epoch: number): VerifiedEvent {
    return this.#of(epoch).statement;
  }

  key(epoch: number): string {
    return toHex(this.#of(epoch).keys.publicKey);
  }

  /** @throws HaleError 'malformed' */
  evaluate(epoch: number, blinded: readonly Uint8Array[]): Evaluated {
    return evaluateBlinded(this.#of(epoch).keys, blinded, this.#random);
  }

  made(token: Token): boolean {
    return isTokenOf(this.#of(token.epoch).keys, token);
  }
}
