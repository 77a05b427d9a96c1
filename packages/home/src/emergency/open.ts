// Opening somebody's emergency card from a home: as the page does, with this home's key standing by the opening (specs/emergency.md §4).
import { randomBytes } from 'node:crypto';
import {
  type EmergencyAnswer,
  type EmergencyLink,
  emergencyGrantKey,
  emergencyLockerId,
  emergencyPin,
  emergencyVerifier,
  npubMessage,
  type OpenedSheet,
  openSheet,
  parseEmergencyAnswer,
  relaysOfEmergency,
  type Statement,
  sealStatement,
} from '@hale/consent/emergency';
import { fail, HaleError, schnorrPublic, schnorrSign, toHex } from '@hale/kernel';
import { newOpeningKey, signOpening } from '@hale/kernel/seal';
import { fetchAnswer } from '../net/answer.ts';

export interface OpeningWish {
  link: EmergencyLink;
  statement: Omit<Statement, 'proof'>;
  /** Of whoever opens; null: nobody stands by it. */
  identity: Uint8Array | null;
  pin: string;
  code: string;
}

export type OpenedCard = { sheet: OpenedSheet } & Pick<Extract<EmergencyAnswer, { is: 'open' }>, 'until' | 'told'>;

/** What a relay holds of one round at most, with some room. */
const BYTES_MAX = 2_097_152;
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/**
 * Asks the card's relays in turn.
 * @throws HaleError 'malformed' a statement that says nothing · 'not-permitted' second factor · 'expired' closed or used up · 'unavailable' · 'not-found'
 */
export async function openCard({ link, statement, identity, pin, code }: OpeningWish): Promise<OpenedCard> {
  const id = emergencyLockerId(link.secret);
  const verifier = emergencyVerifier(link.secret);
  const { secret, key } = newOpeningKey(random);
  const sealed = sealStatement(link.secret, { ...statement, proof: proofOf(identity, key) }, random);
  const factors = { ...(pin === '' ? {} : { pin: emergencyPin(link.secret, pin) }), ...(code === '' ? {} : { code }) };
  let last: HaleError | null = null;
  for (const relay of relaysOfEmergency(link)) {
    try {
      const asked = await askLocker(relay, { id, verifier });
      if (asked.is !== 'prove') return taken(link, asked);
      const { challenge } = asked;
      const signature = signOpening({ relay, lockerId: id, challenge, statement: sealed }, secret);
      const proof = { relay, challenge, key, signature, statement: sealed };
      return taken(link, await askLocker(relay, { id, verifier, ...proof, ...factors }));
    } catch (error) {
      if (!(error instanceof HaleError) || !['unavailable', 'not-found'].includes(error.code)) throw error;
      last = error;
    }
  }
  throw last ?? new HaleError('unavailable', 'no relay of this card answers');
}

function proofOf(identity: Uint8Array | null, key: string): Statement['proof'] {
  if (identity === null) return null;
  const signature = toHex(schnorrSign(npubMessage(key), identity, random(32)));
  return { pubkey: toHex(schnorrPublic(identity)), signature };
}

async function askLocker(relay: string, fields: object): Promise<EmergencyAnswer> {
  const url = `${relay.replace(/^ws/, 'http').replace(/\/+$/, '')}/hale/emergency/open`;
  const body = new Uint8Array(Buffer.from(JSON.stringify(fields)));
  const answer = await fetchAnswer(url, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
    bytesMax: BYTES_MAX,
  });
  const parsed = parseEmergencyAnswer(answer.status, jsonOf(answer.body));
  return parsed ?? fail('unavailable', 'the relay gives no answer about this card', { status: answer.status });
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return null;
  }
}

/** @throws HaleError for every answer that gives nothing */
function taken({ secret }: EmergencyLink, answer: EmergencyAnswer): OpenedCard {
  switch (answer.is) {
    case 'open': {
      const grantKey = emergencyGrantKey(secret, answer.share, answer.round);
      return { sheet: openSheet(answer.events, answer.author, grantKey), until: answer.until, told: answer.told };
    }
    case 'wrong':
      return fail(
        'not-permitted',
        'this card asks for a PIN or the code of an institution, and what was given is not right',
        {
          left: answer.left ?? 0,
        },
      );
    case 'early':
      return fail('not-permitted', 'too many tries; wait a moment', { seconds: answer.seconds });
    case 'shut':
      return fail('expired', 'this card is shut after wrong PINs; only its owner opens it again');
    case 'exhausted':
      return fail('expired', 'this card was opened so often that its owner has to look first');
    case 'over':
      return fail('expired', 'this opening is over');
    case 'closed':
      return fail('expired', 'this card was replaced or withdrawn; a newer one may be with its owner');
    case 'unknown':
      return fail('not-found', 'this relay knows no such card');
    case 'prove':
      return fail('unavailable', 'the relay asks again; try once more');
  }
}
