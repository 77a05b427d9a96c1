/**
 * NIP-59 gift wrap, as NIP-17 uses it: a rumor (unsigned) inside a seal (signed by its author, for one
 * recipient) inside a wrap (signed by a key made for it). A relay sees the recipient and nothing else.
 * The rumor is deniable: what must be provable carries its own signature inside.
 */
import { toHex } from './bytes.ts';
import { type EventTemplate, eventId, parseTemplate, signEvent, type VerifiedEvent } from './event.ts';
import { KINDS } from './kinds.ts';
import { conversationKey, encryptNip44 } from './nip44.ts';
import { type Random, schnorrPublic } from './primitives.ts';

/** An event that nobody signed. */
export interface Rumor extends EventTemplate {
  readonly id: string;
  readonly pubkey: string;
}

export interface WrapOptions {
  /** The author's secret: signs the seal. */
  readonly secret: Uint8Array;
  /** The recipient's x-only public key. */
  readonly recipient: Uint8Array;
  /** Secret of the outer key. Whoever holds it can delete the wrap later; use each one once. */
  readonly wrapSecret: Uint8Array;
  /** Unix seconds. Seal and wrap are dated up to two days before, independently (NIP-59). */
  readonly nowSeconds: number;
  readonly random: Random;
}

const twoDaysSeconds = 172_800;

/** Wraps a template for one recipient. @throws HaleError 'too-large' | 'malformed' */
export function giftWrap(template: EventTemplate, options: WrapOptions): VerifiedEvent {
  const { secret, recipient, wrapSecret, random } = options;
  const unsigned = { ...parseTemplate(template), pubkey: toHex(schnorrPublic(secret)) };
  const rumor: Rumor = { ...unsigned, id: eventId(unsigned) };
  const seal = signEvent(
    {
      kind: KINDS.seal,
      created_at: randomPast(options.nowSeconds, random),
      tags: [],
      content: encryptNip44(JSON.stringify(rumor), conversationKey(secret, recipient), random(32)),
    },
    secret,
    random(32),
  );
  return signEvent(
    {
      kind: KINDS.wrap,
      created_at: randomPast(options.nowSeconds, random),
      tags: [['p', toHex(recipient)]],
      content: encryptNip44(JSON.stringify(seal), conversationKey(wrapSecret, recipient), random(32)),
    },
    wrapSecret,
    random(32),
  );
}

/** Uniform over the two days before `nowSeconds`. */
function randomPast(nowSeconds: number, random: Random): number {
  const [a, b, c, d] = random(4);
  const fraction = (((a * 256 + b) * 256 + c) * 256 + d) / 2 ** 32;
  return nowSeconds - Math.floor(fraction * twoDaysSeconds);
}
