// Asking a relay for admission tokens (specs/tokens.md): its key as it says it to everybody, one batch of blinded points, its proof.
import { randomBytes } from 'node:crypto';
import { fail, fromHex, parseTokenKey, type Token, toHex, verifyEvent } from '@hale/kernel';
import { blindTokens, finalizeTokens } from '@hale/kernel/blind';
import * as v from 'valibot';
import { askAs, fetchRelayDocument } from './relay-info.ts';

const hexOf = (bytes: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`)));
const count = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));

/** Points in one request that this home is willing to make. */
const BATCH_MAX = 64;
const EPOCH_MAX = 999_999;

const statementShape = v.object({
  id: hexOf(32),
  pubkey: hexOf(32),
  created_at: count(Number.MAX_SAFE_INTEGER),
  kind: count(65_535),
  tags: v.pipe(v.array(v.pipe(v.array(v.string()), v.maxLength(8))), v.maxLength(16)),
  content: v.pipe(v.string(), v.maxLength(1_024)),
  sig: hexOf(64),
});

const documentShape = v.object({
  self: hexOf(32),
  hale: v.object({
    tokens: v.object({
      epoch: count(EPOCH_MAX),
      key: hexOf(32),
      statement: statementShape,
      batch: v.pipe(count(BATCH_MAX), v.minValue(1)),
    }),
  }),
});

const answerShape = v.object({
  epoch: count(EPOCH_MAX),
  evaluated: v.pipe(v.array(hexOf(32)), v.maxLength(BATCH_MAX)),
  proof: hexOf(64),
});

/** What a relay says of its tokens. */
export interface TokenOffer {
  /** The relay's own key, hex. */
  readonly self: string;
  readonly epoch: number;
  /** Public key of that epoch, hex. */
  readonly key: string;
  readonly batch: number;
}

/**
 * @returns null where the relay needs none
 * @throws HaleError 'not-authentic' where its statement does not hold · as `fetchRelayInfo`
 */
export async function fetchTokenOffer(url: string): Promise<TokenOffer | null> {
  const document = v.safeParse(documentShape, await fetchRelayDocument(url));
  if (!document.success) return null;
  const { self, hale } = document.output;
  const { epoch, key, batch, statement } = hale.tokens;
  const signed = verifyEvent(statement);
  const said = signed !== null && signed.pubkey === self ? parseTokenKey(signed) : null;
  if (said === null || said.epoch !== epoch || said.key !== key)
    fail('not-authentic', 'what the relay says of its tokens is not signed by it');
  return { self, epoch, key, batch };
}

/**
 * One batch. The relay learns that this member took so many, and cannot tell these from anybody's when they are spent.
 * @throws HaleError 'unavailable' (detail.status 429: nothing is left for this member in this epoch) · 'not-authentic' its proof does not hold · as `join`
 */
export async function askForTokens(
  url: string,
  { epoch, key, batch }: TokenOffer,
  memberSecret: Uint8Array,
): Promise<Token[]> {
  const asked = blindTokens(batch, randomBytes);
  const fields = { epoch, blinded: asked.map(({ blinded }) => toHex(blinded)) };
  const body = await askAs(url, '/hale/tokens', fields, memberSecret);
  const answer = v.safeParse(answerShape, body);
  if (!answer.success || answer.output.epoch !== epoch) fail('malformed', 'the relay’s answer holds no tokens');
  const evaluated = answer.output.evaluated.map((point) => fromHex(point, 32));
  const outputs = finalizeTokens(asked, { evaluated, proof: fromHex(answer.output.proof, 64) }, fromHex(key, 32));
  return outputs.map((output, at) => ({ epoch, nonce: toHex(asked[at].nonce), output: toHex(output) }));
}
