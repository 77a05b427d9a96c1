// Admission tokens on the wire (specs/tokens.md): what a relay says of its key, and what a stream's author spends. The arithmetic, which
// needs secrets, stands in blind.ts.
import { fail } from './errors.ts';
import type { EventTemplate, NostrEvent, Tags, VerifiedEvent } from './event.ts';
import { KINDS } from './kinds.ts';

/** RFC 9497, the suite OPRF(ristretto255, SHA-512) in mode VOPRF. */
export const TOKEN_SUITE = 'ristretto255-SHA512';

/** How long one key makes tokens. They are taken in the epoch after it too. */
export const TOKEN_EPOCH_SECONDS = 30 * 86_400;

/** Epochs count from 1970-01-01. @param seconds Unix */
export function tokenEpochOf(seconds: number): number {
  return Math.floor(seconds / TOKEN_EPOCH_SECONDS);
}

/** A token: who holds it may open 16 MiB (or what the relay says) for one author. */
export interface Token {
  readonly epoch: number;
  /** 32 random bytes, hex: the PRF's input, which the relay sees only when it is spent. */
  readonly nonce: string;
  /** The PRF's output, 64 bytes, hex. */
  readonly output: string;
}

const HEX_32 = /^[0-9a-f]{64}$/;
const HEX_64 = /^[0-9a-f]{128}$/;
const EPOCH = /^(0|[1-9][0-9]{0,5})$/;

/** @returns null where it is none */
export function parseToken(value: unknown): Token | null {
  const { epoch, nonce, output } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const isToken =
    Number.isSafeInteger(epoch) &&
    (epoch as number) >= 0 &&
    typeof nonce === 'string' &&
    HEX_32.test(nonce) &&
    typeof output === 'string' &&
    HEX_64.test(output);
  return isToken ? { epoch: epoch as number, nonce, output } : null;
}

export function tokenTag({ epoch, nonce, output }: Token): string[] {
  return ['token', String(epoch), nonce, output];
}

/** The token that an event of kind 21981 spends; null = none, or more than one. */
export function parseTokenTag(tags: Tags): Token | null {
  const found = tags.filter(([name]) => name === 'token');
  if (found.length !== 1 || found[0].length !== 4) return null;
  const [, epoch, nonce, output] = found[0];
  return EPOCH.test(epoch) ? parseToken({ epoch: Number(epoch), nonce, output }) : null;
}

/** The relay's key of one epoch, as it says it to everybody. */
export interface TokenKey {
  readonly epoch: number;
  /** Public key, 32 bytes, hex. */
  readonly key: string;
}

/** The statement in which a relay names its key: the same bytes for everybody, so that two of one epoch convict it. */
export function tokenKeyTemplate({ epoch, key }: TokenKey): EventTemplate {
  return {
    kind: KINDS.statement,
    created_at: epoch * TOKEN_EPOCH_SECONDS,
    tags: [['-'], ['what', 'token-key'], ['suite', TOKEN_SUITE], ['epoch', String(epoch)], ['key', key]],
    content: '',
  };
}

/** @throws HaleError 'malformed' for any other statement */
export function parseTokenKey(statement: VerifiedEvent | NostrEvent): TokenKey {
  const value = (name: string) => {
    const found = statement.tags.filter((tag) => tag[0] === name);
    return found.length === 1 ? found[0][1] : undefined;
  };
  const epoch = value('epoch');
  const key = value('key');
  const isOne =
    statement.kind === KINDS.statement &&
    value('what') === 'token-key' &&
    value('suite') === TOKEN_SUITE &&
    epoch !== undefined &&
    EPOCH.test(epoch) &&
    key !== undefined &&
    HEX_32.test(key);
  return isOne ? { epoch: Number(epoch), key } : fail('malformed', 'this statement names no key for tokens');
}
