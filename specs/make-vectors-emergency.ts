/**
 * Makes specs/vectors/emergency.json: `node specs/make-vectors-emergency.ts`. Deterministic: every secret is the SHA-256 of its name, so two runs write
 * the same bytes, and a test holds the file against a fresh run.
 */
import { writeFileSync } from 'node:fs';
import {
  emergencyGrantKey,
  emergencyLockerId,
  emergencyPin,
  emergencyVerifier,
  encodeEmergencyLink,
  npubMessage,
  openSheet,
  type Statement,
  sealStatement,
  sheetEntries,
} from '@hale/consent/emergency';
import {
  base64Encode,
  encodeBatch,
  KINDS,
  type OpeningFacts,
  openingMessage,
  readDeskCode,
  schnorrPublic,
  schnorrSign,
  sha256,
  toHex,
  utf8Decode,
  utf8Encode,
  type VerifiedEvent,
} from '@hale/kernel';
import {
  encodeDeskCode,
  grantSecret,
  logKeys,
  newOpeningKey,
  sealLogEntry,
  signEvent,
  signOpening,
} from '@hale/kernel/seal';
import type { EmergencyVectors } from '@hale/testkit/vectors/emergency';

const bytes = (name: string) => sha256(utf8Encode(`hale emergency vector/${name}`));
const hex = (name: string) => toHex(bytes(name));
/** As many bytes as are asked for, of one name. */
const from = (name: string) => (length: number) => bytes(name).slice(0, length);

const NOW = 1_795_256_430;
const SECRET = bytes('card');

function keysVector(name: string, round: number, pin: string | null): EmergencyVectors['keys'][number] {
  const [secret, share] = [bytes(`${name}/card`), bytes(`${name}/share`)];
  return {
    ...{ name, secret: toHex(secret), share: toHex(share), round, pin },
    id: emergencyLockerId(secret),
    verifier: emergencyVerifier(secret),
    pinVerifier: pin === null ? null : emergencyPin(secret, pin),
    grantKey: toHex(emergencyGrantKey(secret, share, round)),
  };
}

function links(): EmergencyVectors['links'] {
  const secret = SECRET;
  const valid = (name: string, origin: string, relays: string[]) => ({
    ...{ name, text: encodeEmergencyLink({ origin, relays, secret }), origin, relays, secret: toHex(secret) },
  });
  const text = encodeEmergencyLink({ origin: 'https://relay.example', relays: [], secret });
  const invalid = (name: string, changed: string, error = 'malformed') => ({ name, text: changed, error });
  return {
    valid: [
      valid('one relay', 'https://relay.example', []),
      valid('three', 'https://relay.example', [
        'wss://relay.example',
        'wss://two.example:8443/hale',
        'ws://127.0.0.1:80',
      ]),
    ],
    invalid: [
      invalid('without a secret', text.replace(/#.*/, '')),
      invalid('half a secret', text.slice(0, -4)),
      invalid('that of a grant', text.replace('/e#', `/g/${hex('author')}#`)),
      invalid('another parameter', text.replace('/e#', '/e?x=1#')),
      invalid('a relay twice', text.replace('/e#', '/e?relay=wss%3A%2F%2Fa.example&relay=wss%3A%2F%2Fa.example#')),
      invalid('no web address', text.replace('https', 'ftp')),
      invalid('too long', `${text}${'A'.repeat(2_000)}`, 'too-large'),
    ],
  };
}

function codes(): EmergencyVectors['codes'] {
  const text = encodeDeskCode(NOW + 900, bytes('hospital'), from('code'));
  const vector = (name: string, changed: string) => ({ name, text: changed, code: readDeskCode(changed) });
  const other = encodeDeskCode(NOW + 901, bytes('hospital'), from('code'));
  return [
    vector('a code', text),
    vector('typed in pieces', `${text.slice(0, 50)}\n${text.slice(50)} `),
    vector('the end of another', `${other.slice(0, 69)}${text.slice(69)}`),
    vector('cut off', text.slice(0, -1)),
  ];
}

function openings(): EmergencyVectors['openings'] {
  const { secret, key } = newOpeningKey(from('opener'));
  const facts: OpeningFacts = {
    relay: 'WSS://Relay.example:443/',
    lockerId: emergencyLockerId(SECRET),
    challenge: hex('challenge'),
    statement: 'c2VhbGVk',
  };
  const signature = signOpening(facts, secret);
  const vector = (name: string, changed: Partial<OpeningFacts>, holds: boolean) => ({
    ...{ name, facts: { ...facts, ...changed }, key, signature, holds },
  });
  return [
    { ...vector('an opening', {}, true), message: utf8Decode(openingMessage(facts)) },
    vector('the same address, spelt as it is', { relay: 'wss://relay.example' }, true),
    vector('another relay', { relay: 'wss://other.example' }, false),
    vector('another statement', { statement: 'c2VhbGVl' }, false),
    vector('another challenge', { challenge: hex('another') }, false),
    { ...vector('a key that is none', {}, false), key: key.slice(2) },
  ];
}

function statements(): EmergencyVectors['statements'] {
  const { key } = newOpeningKey(from('opener'));
  const proof = {
    pubkey: toHex(schnorrPublic(bytes('physician'))),
    signature: toHex(schnorrSign(npubMessage(key), bytes('physician'), bytes('aux'))),
  };
  const plain: Statement = {
    reason: 'unconscious',
    why: '',
    name: 'Dr. Vera Lind',
    institution: 'City hospital',
    time: NOW * 1e6,
    proof: null,
  };
  const other: Statement = {
    ...plain,
    reason: 'other',
    why: 'She asked me to, and cannot see.',
    institution: '',
    proof,
  };
  const sealed = sealStatement(SECRET, plain, from('nonce'));
  const vector = (name: string, statement: Statement) => ({
    ...{ name, secret: toHex(SECRET), sealed: sealStatement(SECRET, statement, from(name)), statement },
  });
  return {
    valid: [vector('by nobody that is known', plain), vector('in own words, with a key', other)],
    invalid: [
      { name: 'of another card', secret: hex('another card'), sealed, error: 'not-authentic' },
      { name: 'altered', secret: toHex(SECRET), sealed: `A${sealed.slice(1)}`, error: 'not-authentic' },
      { name: 'too long', secret: toHex(SECRET), sealed: base64Encode(new Uint8Array(9_000)), error: 'too-large' },
    ],
  };
}

function sheets(): EmergencyVectors['sheets'] {
  const grantKey = emergencyGrantKey(SECRET, bytes('share'), 1);
  const authorSecret = bytes('author');
  const author = schnorrPublic(authorSecret);
  const stream = { author, secret: grantSecret(grantKey) };
  const keys = logKeys(stream.secret);
  const eventsOf = (entries: readonly object[], name: string): VerifiedEvent[] =>
    entries.map((value, seq) => {
      const tile = sealLogEntry(stream, seq, 0, value, keys);
      const content = base64Encode(encodeBatch({ label: keys.label, epoch: 0, generation: 0, tiles: [tile] }));
      const tags = [['-'], ['l', toHex(keys.label)], ['u', '0']];
      return signEvent(
        { kind: KINDS.tileBatch, created_at: NOW, tags, content },
        authorSecret,
        bytes(`${name}/${seq}`),
      );
    });
  const said = {
    ...{ name: 'Ana Sanchez', born: '1961', language: 'es', time: NOW * 1e6 },
    sections: [
      { section: 'allergies' as const, lines: ['! Penicillin: Anaphylaxis'] },
      { section: 'contacts' as const, lines: ['Luis, son, +34 600 111 222'] },
    ],
  };
  const bundle = `{"resourceType":"Bundle","type":"document","id":"${'x'.repeat(40_000)}"}`;
  const whole = {
    name: 'with a summary in two pieces',
    events: eventsOf(sheetEntries(said, utf8Encode(bundle)), 'whole'),
  };
  const alone = { name: 'lines alone', events: eventsOf(sheetEntries(said, null), 'alone') };
  const common = { author: toHex(author), grantKey: toHex(grantKey) };
  const shown = (events: VerifiedEvent[]) => {
    const { bundleBytes: _, ...sheet } = openSheet(events, common.author, grantKey);
    return sheet;
  };
  return {
    valid: [
      { ...alone, ...common, sheet: shown(alone.events), bundle: null },
      { ...whole, ...common, sheet: shown(whole.events), bundle },
    ],
    invalid: [
      { ...common, name: 'a piece is missing', events: whole.events.slice(0, -1), error: 'corrupt' },
      { ...common, name: 'the sheet is missing', events: whole.events.slice(1), error: 'malformed' },
      { ...common, ...alone, name: 'of another author', author: hex('another'), error: 'not-authentic' },
      { ...common, ...alone, name: 'the key of another round', grantKey: hex('another round'), error: 'not-authentic' },
    ],
  };
}

/** Text of emergency.json. */
export function makeEmergencyVectors(): string {
  const vectors: EmergencyVectors = {
    keys: [
      keysVector('first round', 1, null),
      keysVector('with a PIN', 12, '402913'),
      keysVector('a late round', 4_000_000_000, null),
    ],
    links: links(),
    codes: codes(),
    openings: openings(),
    statements: statements(),
    sheets: sheets(),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/emergency.json', import.meta.url), makeEmergencyVectors());
