/**
 * Makes specs/vectors/tokens.json: `node specs/make-vectors-tokens.ts`. Deterministic: every secret is the SHA-256 of its name. Points, proofs
 * and tokens come from the arithmetic that RFC 9497's own vectors hold (`packages/kernel/test/blind.test.ts`); what a relay answers stands here as
 * the page tells it, and no relay is asked.
 */
import { writeFileSync } from 'node:fs';
import {
  KINDS,
  schnorrPublic,
  sha256,
  type Token,
  toHex,
  tokenEpochOf,
  tokenTag,
  utf8Encode,
  type VerifiedEvent,
} from '@hale/kernel';
import { blindNonce, deriveTokenKeys, evaluateBlinded, finalizeTokens, TokenPress } from '@hale/kernel/blind';
import { deriveKey, signEvent } from '@hale/kernel/seal';
import type { SpendingCase, TokenVectors } from '@hale/testkit/vectors/tokens';

const now = 1_800_000_000;
const epoch = tokenEpochOf(now);
const named = (name: string) => sha256(utf8Encode(`hale vector/tokens/${name}`));
const bytes48 = (name: string) => toHex(named(`${name}/0`)) + toHex(named(`${name}/1`)).slice(0, 32);
const feed = (hex: string) => (length: number) => Uint8Array.from(Buffer.from(hex, 'hex').subarray(0, length));

const relaySecret = named('relay');
const press = new TokenPress(relaySecret, feed(bytes48('proof')));
const author = named('author');
const other = named('other author');
const keyOf = (secret: Uint8Array) => toHex(schnorrPublic(secret));

function signed(secret: Uint8Array, kind: number, tags: string[][], created_at = now, content = ''): VerifiedEvent {
  const template = { kind, created_at, tags, content };
  return signEvent(template, secret, sha256(utf8Encode(JSON.stringify(template))));
}

function issued(of: number, names: readonly string[]) {
  const keys = deriveTokenKeys(deriveKey(relaySecret, 'relay-tokens', of), new Uint8Array());
  const asked = names.map((name) => blindNonce(named(`nonce/${name}`), feed(bytes48(`blind/${name}`))));
  const answer = evaluateBlinded(
    keys,
    asked.map(({ blinded }) => blinded),
    feed(bytes48('proof')),
  );
  const tokens = finalizeTokens(asked, answer, keys.publicKey).map(
    (output, at): Token => ({ epoch: of, nonce: toHex(asked[at].nonce), output: toHex(output) }),
  );
  return { asked, answer, tokens };
}

const spending = (secret: Uint8Array, token: Token, created_at = now) =>
  signed(secret, KINDS.token, [['-'], tokenTag(token)], created_at);
const tile = (secret: Uint8Array, bytes: number, created_at = now) =>
  signed(
    secret,
    KINDS.tileBatch,
    [['-'], ['l', '00112233445566ff'], ['u', '46356']],
    created_at,
    Buffer.alloc(bytes).toString('base64'),
  );

function spendingCases(): SpendingCase[] {
  const [first, second] = issued(epoch, ['a', 'b']).tokens;
  const [old] = issued(epoch - 1, ['a']).tokens;
  const [older] = issued(epoch - 2, ['a']).tokens;
  const [coming] = issued(epoch + 1, ['a']).tokens;
  const yes = (event: VerifiedEvent) => ({ event, accepted: true, message: '' });
  const no = (event: VerifiedEvent, message: string) => ({ event, accepted: false, message });
  const quota = (held: number, of: number) =>
    `restricted: quota: this author has ${held} of ${of} bytes; spend a token for it (specs/tokens.md)`;
  const again = { accepted: true, message: 'duplicate: spent for this author already' };
  const setting = { nowSeconds: now, allotmentBytes: 4_000 };
  const [own, foreign] = [keyOf(author), keyOf(other)];
  // 256 for the event, 3 × ⌈4/3 × 1,500 / 4⌉ for the content, 24 units of its three tags.
  const counted = 256 + 1_500 + 24;
  return [
    {
      ...setting,
      name: 'a token opens an allotment, and a further one the next',
      steps: [
        no(tile(author, 1_500), quota(0, 0)),
        yes(spending(author, first)),
        yes(tile(author, 1_500)),
        yes(tile(author, 1_500, now - 1)),
        no(tile(author, 1_500, now - 2), quota(2 * counted, 4_000)),
        yes(spending(author, second)),
        yes(tile(author, 1_500, now - 2)),
      ],
      allotted: { [own]: 8_000 },
    },
    {
      ...setting,
      name: 'spent once: by the same author again for nothing, by another never',
      steps: [
        yes(spending(author, first)),
        { event: spending(author, first, now - 1), ...again },
        no(spending(other, first), 'invalid: token: it was spent before'),
      ],
      allotted: { [own]: 4_000, [foreign]: 0 },
    },
    {
      ...setting,
      name: 'of this epoch and the one before',
      steps: [
        yes(spending(author, old)),
        no(spending(author, older), 'invalid: token: its epoch is over'),
        no(spending(author, coming), 'invalid: token: its epoch is over'),
        no(spending(author, { ...first, epoch: epoch - 1 }), 'invalid: token: this relay did not make it'),
        no(spending(author, { ...first, output: second.output }), 'invalid: token: this relay did not make it'),
        no(signed(author, KINDS.token, [['-']]), 'invalid: this event holds no token'),
      ],
      allotted: { [own]: 4_000 },
    },
    {
      ...setting,
      name: 'an access list finds room beyond the allotment',
      steps: [
        no(signed(author, KINDS.access, [['-']]), quota(0, 0)),
        yes(spending(author, first)),
        yes(tile(author, 3_600)),
        no(tile(author, 300, now - 1), quota(256 + 3_600 + 24, 4_000)),
        yes(signed(author, KINDS.access, [['-'], ['reader', foreign, String(now + 60)]])),
      ],
      allotted: { [own]: 4_000 },
    },
  ];
}

function invalidStatements(): TokenVectors['statements']['invalid'] {
  const good = press.statement(epoch);
  const without = (name: string) =>
    signed(relaySecret, KINDS.statement, good.tags.filter(([tag]) => tag !== name) as string[][]);
  const plus = (...tag: string[]) => signed(relaySecret, KINDS.statement, [...(good.tags as string[][]), tag]);
  return [
    { name: 'of another kind', event: signed(relaySecret, KINDS.receipt, good.tags as string[][]) },
    { name: 'without a key', event: without('key') },
    { name: 'without an epoch', event: without('epoch') },
    {
      name: 'of another suite',
      event: signed(
        relaySecret,
        KINDS.statement,
        good.tags.map((tag) => (tag[0] === 'suite' ? ['suite', 'P256-SHA256'] : [...tag])),
      ),
    },
    { name: 'with two keys', event: plus('key', '00'.repeat(32)) },
    {
      name: 'about something else',
      event: signed(
        relaySecret,
        KINDS.statement,
        good.tags.map((tag) => (tag[0] === 'what' ? ['what', 'report'] : [...tag])),
      ),
    },
  ];
}

export function makeTokenVectors(): string {
  const names = ['a', 'b', 'c'];
  const { asked, answer, tokens } = issued(epoch, names);
  const tag = tokenTag(tokens[0]);
  const vectors: TokenVectors = {
    relaySecret: toHex(relaySecret),
    keys: [epoch - 1, epoch].map((of) => ({ epoch: of, publicKey: press.key(of), statement: press.statement(of) })),
    statements: { invalid: invalidStatements() },
    issue: {
      epoch,
      nonces: asked.map(({ nonce }) => toHex(nonce)),
      blindBytes: names.map((name) => bytes48(`blind/${name}`)),
      proofBytes: bytes48('proof'),
      blinded: asked.map(({ blinded }) => toHex(blinded)),
      evaluated: answer.evaluated.map((point) => toHex(point)),
      proof: toHex(answer.proof),
      tokens,
    },
    tags: {
      invalid: [
        { name: 'none', tags: [['-']] },
        { name: 'two', tags: [tag, tag] },
        { name: 'a leading zero', tags: [['token', `0${tag[1]}`, tag[2], tag[3]]] },
        { name: 'a short nonce', tags: [['token', tag[1], tag[2].slice(2), tag[3]]] },
        { name: 'capitals', tags: [['token', tag[1], tag[2].toUpperCase(), tag[3]]] },
        { name: 'a fifth item', tags: [[...tag, '']] },
        { name: 'without its output', tags: [tag.slice(0, 3)] },
      ],
    },
    spending: spendingCases(),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/tokens.json', import.meta.url), makeTokenVectors());
