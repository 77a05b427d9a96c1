/** Checks specs/vectors/tokens.json. The types are the file's format, as specs/tokens.md §8 tells it. */
import { fromHex, type NostrEvent, parseTokenKey, parseTokenTag, type Token, toHex, verifyEvent } from '@hale/kernel';
import {
  blindNonce,
  deriveTokenKeys,
  evaluateBlinded,
  finalizeTokens,
  isTokenOf,
  TokenPress,
} from '@hale/kernel/blind';
import { deriveKey } from '@hale/kernel/seal';
import { NO_FAULTS, Quota, settle } from '@hale/relay/server';
import { MemoryRelayStore } from '../memory-relay-store.ts';
import type { Tally } from './tally.ts';

/** Byte strings are lower-case hex. */
export interface TokenVectors {
  readonly relaySecret: string;
  readonly keys: readonly { epoch: number; publicKey: string; statement: NostrEvent }[];
  readonly statements: { readonly invalid: readonly { name: string; event: NostrEvent }[] };
  readonly issue: {
    readonly epoch: number;
    readonly nonces: readonly string[];
    /** 48 random bytes of which the blind of each nonce is made, and those of the proof. */
    readonly blindBytes: readonly string[];
    readonly proofBytes: string;
    readonly blinded: readonly string[];
    readonly evaluated: readonly string[];
    readonly proof: string;
    readonly tokens: readonly Token[];
  };
  readonly tags: { readonly invalid: readonly { name: string; tags: readonly (readonly string[])[] }[] };
  readonly spending: readonly SpendingCase[];
}

/** Events in order over a member's connection that proved every author; what is said to each, and what the authors then may hold. */
export interface SpendingCase {
  readonly name: string;
  readonly nowSeconds: number;
  readonly allotmentBytes: number;
  readonly steps: readonly { event: NostrEvent; accepted: boolean; message: string }[];
  readonly allotted: Readonly<Record<string, number>>;
}

const bytesOf = (hex: string) => (length: number) => fromHex(hex, length);

export function checkTokenVectors(json: unknown, tally: Tally): void {
  const vectors = json as TokenVectors;
  const secret = fromHex(vectors.relaySecret, 32);
  const press = new TokenPress(secret, (length) => new Uint8Array(length));
  for (const { epoch, publicKey, statement } of vectors.keys) {
    tally.equal(`key of epoch ${epoch}`, () => press.key(epoch), publicKey);
    tally.equal(`statement of epoch ${epoch}`, () => press.statement(epoch), statement);
    tally.equal(`what it says of epoch ${epoch}`, () => parseTokenKey(verifyEvent(statement)!), {
      epoch,
      key: publicKey,
    });
  }
  for (const { name, event } of vectors.statements.invalid)
    tally.refuses(`statement: ${name}`, () => parseTokenKey(event), 'malformed');
  checkIssue(vectors, secret, tally);
  for (const { name, tags } of vectors.tags.invalid)
    tally.equal(`tag: ${name}`, () => parseTokenTag(tags.map((tag) => [...tag])), null);
  for (const one of vectors.spending) tally.equal(`spending: ${one.name}`, () => spend(one, press), answersOf(one));
}

function checkIssue({ issue }: TokenVectors, secret: Uint8Array, tally: Tally): void {
  const keys = deriveTokenKeys(deriveKey(secret, 'relay-tokens', issue.epoch), new Uint8Array());
  const asked = issue.nonces.map((nonce, at) => blindNonce(fromHex(nonce, 32), bytesOf(issue.blindBytes[at])));
  tally.equal('blinded', () => asked.map(({ blinded }) => toHex(blinded)), issue.blinded);
  const points = issue.blinded.map((point) => fromHex(point, 32));
  const answer = evaluateBlinded(keys, points, bytesOf(issue.proofBytes));
  tally.equal('evaluated', () => answer.evaluated.map((point) => toHex(point)), issue.evaluated);
  tally.equal('proof', () => toHex(answer.proof), issue.proof);
  tally.equal(
    'tokens',
    () => finalizeTokens(asked, answer, keys.publicKey).map((output) => toHex(output)),
    issue.tokens.map(({ output }) => output),
  );
  tally.refuses(
    'a proof of another order',
    () => finalizeTokens(asked, { ...answer, evaluated: answer.evaluated.toReversed() }, keys.publicKey),
    'not-authentic',
  );
  for (const [at, token] of issue.tokens.entries())
    tally.equal(`token ${at} holds`, () => isTokenOf(keys, token), true);
}

function answersOf({ steps, allotted }: SpendingCase): unknown {
  return { said: steps.map(({ accepted, message }) => [accepted, message]), allotted };
}

function spend({ nowSeconds, allotmentBytes, steps, allotted }: SpendingCase, press: TokenPress): unknown {
  const store = new MemoryRelayStore();
  const rules = { allotmentBytes, tokensPerEpoch: 16 };
  const quota = new Quota(store, rules, press, () => nowSeconds, null);
  const said = steps.map(({ event }) => {
    const verified = verifyEvent(event);
    if (verified === null) return [false, 'not signed'];
    const { accepted, message } = store.transact(() => settle(store, verified, NO_FAULTS, quota));
    return [accepted, message];
  });
  return {
    said,
    allotted: Object.fromEntries(Object.keys(allotted).map((author) => [author, store.author(author)?.allotted ?? 0])),
  };
}
