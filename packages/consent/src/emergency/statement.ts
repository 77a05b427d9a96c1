// What somebody says who opens an emergency card: who, where, why. The relay keeps it before it gives anything, and cannot read it: that somebody lies
// unconscious is health data. It could not have told a true reason from a false one; the owner can (specs/emergency.md §3).
import {
  base64Decode,
  base64Encode,
  chachaOpen,
  chachaSeal,
  concatBytes,
  encodeNpub,
  fail,
  fromHex,
  type Random,
  schnorrVerify,
  sha256,
  toHex,
  utf8Decode,
  utf8Encode,
} from '@hale/kernel';
import { LATEST_MICROS } from '../limits.ts';
import { fields, integer, oneOf, text } from '../shape.ts';
import { statementKey } from './keys.ts';
import { EMERGENCY_LIMITS } from './limits.ts';

/** Why somebody who was not asked may look: vital interests, and that she cannot be asked. `other` has to be said in words. */
export const OPENING_REASONS = [
  'unconscious',
  'cannot-speak',
  'confused',
  'life-threat',
  'child-alone',
  'other',
] as const;
export type OpeningReason = (typeof OPENING_REASONS)[number];

export interface Statement {
  reason: OpeningReason;
  /** In the opener's words; at least ten characters where the reason is `other`. */
  why: string;
  /** Who she says she is. */
  name: string;
  institution: string;
  /** Microseconds, by the opener's clock. */
  time: number;
  /** Her Nostr key in hex and its signature over the opening's key; null where she showed none. */
  proof: { pubkey: string; signature: string } | null;
}

/** What an npub signs to stand by an opening: SHA-256("hale/1 emergency-npub" LF the opening's key in hex). */
export const npubMessage = (openingKey: string): Uint8Array =>
  sha256(utf8Encode(`hale/1 emergency-npub\n${openingKey}`));

/** @throws HaleError 'malformed' | 'too-large': a statement that says nothing opens nothing */
export function parseStatement(value: unknown): Statement {
  const map = fields(value, 'statement', ['v', 'reason', 'why', 'name', 'institution', 'time', 'proof']);
  if (map.v !== 1) fail('malformed', 'the statement is none of version 1');
  const reason = oneOf(map.reason, 'statement.reason', OPENING_REASONS);
  const why = text(map.why, 'statement.why', EMERGENCY_LIMITS.whyUnitsMax).trim();
  if (reason === 'other' && why.length < EMERGENCY_LIMITS.whyUnitsMin)
    fail('malformed', 'say why, in a sentence: this reason has no words of its own');
  const name = text(map.name, 'statement.name', EMERGENCY_LIMITS.nameUnitsMax).trim();
  if (name.length < 2) fail('malformed', 'say who you are: the owner of the card will be told');
  return {
    ...{ reason, why, name },
    institution: text(map.institution, 'statement.institution', EMERGENCY_LIMITS.nameUnitsMax).trim(),
    time: integer(map.time, 'statement.time', 0, LATEST_MICROS),
    proof: parseProof(map.proof),
  };
}

function parseProof(value: unknown): Statement['proof'] {
  if (value === null) return null;
  const { pubkey, signature } = fields(value, 'statement.proof', ['pubkey', 'signature']);
  return {
    pubkey: toHex(fromHex(text(pubkey, 'statement.proof', 64, 64), 32)),
    signature: toHex(fromHex(text(signature, 'statement.proof', 128, 128), 64)),
  };
}

/** The npub that stands by an opening; null where none was shown or its signature does not hold. */
export function provenNpub({ proof }: Statement, openingKey: string): string | null {
  if (proof === null) return null;
  const pubkey = fromHex(proof.pubkey, 32);
  return schnorrVerify(fromHex(proof.signature, 64), npubMessage(openingKey), pubkey) ? encodeNpub(pubkey) : null;
}

/** Base64 of nonce (12) ‖ ChaCha20-Poly1305 of the JSON padded with spaces, no AAD. @throws as parseStatement */
export function sealStatement(secret: Uint8Array, statement: Statement, random: Random): string {
  const json = utf8Encode(JSON.stringify({ v: 1, ...parseStatement({ v: 1, ...statement }) }));
  const step = EMERGENCY_LIMITS.statementStepBytes;
  const padded = new Uint8Array(Math.ceil(json.length / step) * step).fill(0x20);
  padded.set(json);
  const nonce = random(12);
  return base64Encode(concatBytes(nonce, chachaSeal(statementKey(secret), nonce, new Uint8Array(), padded)));
}

/** @throws HaleError 'not-authentic' for what was not sealed with the card · 'malformed' */
export function openStatement(secret: Uint8Array, sealed: string): Statement {
  const bytes = base64Decode(sealed);
  if (bytes.length > EMERGENCY_LIMITS.statementBytesMax) fail('too-large', 'the statement is too long');
  const plain = chachaOpen(statementKey(secret), bytes.subarray(0, 12), new Uint8Array(), bytes.subarray(12));
  if (plain === null) fail('not-authentic', 'the statement was not sealed with this card');
  return parseStatement(parseJson(plain));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8Decode(bytes));
  } catch {
    // The parser's own message would quote the text.
    return fail('malformed', 'the statement is no JSON');
  }
}
