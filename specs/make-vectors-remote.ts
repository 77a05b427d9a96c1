/**
 * Makes specs/vectors/remote.json: `node specs/make-vectors-remote.ts`. Deterministic: every secret is the SHA-256 of its name, so two runs write
 * the same bytes, and a test holds the file against a fresh run.
 */
import { writeFileSync } from 'node:fs';
import {
  base64Decode,
  base64Encode,
  encodePairingCode,
  encodeRemote,
  type RemoteFrame,
  schnorrPublic,
  sha256,
  toHex,
  utf8Encode,
} from '@hale/kernel';
import { pairingSecret, type RemoteEnd, RemoteLine, type RemoteVerb, type VisitKeys } from '@hale/kernel/seal';
import {
  bodyOf,
  frameToJson,
  keysJson,
  type LineJson,
  type RemoteVectors,
  visitJson,
} from '@hale/testkit/vectors/remote';

const bytes = (name: string) => sha256(utf8Encode(`hale vector/${name}`));
const hex = (name: string) => toHex(bytes(name));
const visit = bytes('visit').slice(0, 16);
const keys: VisitKeys = { toHome: bytes('to home'), toPhone: bytes('to phone'), digits: '', check: new Uint8Array(32) };

function codeVectors(): RemoteVectors['codes'] {
  const code = bytes('code').slice(0, 16);
  const text = encodePairingCode(code);
  const sloppy = text
    .toLowerCase()
    .replace(/(.{4})/g, '$1 -')
    .replaceAll('0', 'o')
    .replaceAll('1', 'l');
  const valid = { code: toHex(code), text, secret: toHex(pairingSecret(code)) };
  return {
    valid: [
      { name: 'as shown', ...valid, typed: text },
      { name: 'typed by a person', ...valid, typed: sloppy },
    ],
    invalid: [
      { name: 'too short', typed: text.slice(1), error: 'malformed' },
      { name: 'too long', typed: `${text}0`, error: 'malformed' },
      { name: 'U is no character of it', typed: `U${text.slice(1)}`, error: 'malformed' },
      { name: 'bits left over', typed: `${text.slice(0, -1)}Z`, error: 'malformed' },
      { name: 'nothing', typed: '', error: 'malformed' },
    ],
  };
}

function frameVectors(): RemoteVectors['frames'] {
  const frames: [string, RemoteFrame][] = [
    ['hello', { type: 'hello', visit, commitment: bytes('commitment') }],
    ['answer', { type: 'answer', visit, key: schnorrPublic(bytes('home key')) }],
    ['reveal', { type: 'reveal', visit, key: schnorrPublic(bytes('phone key')) }],
    ['sealed', { type: 'sealed', visit, seq: 0xffff_ffff, ciphertext: bytes('ciphertext') }],
    ['gone', { type: 'gone', visit }],
  ];
  const valid = frames.map(([name, frame]) => ({ name, frame: frameToJson(frame), content: encodeRemote(frame) }));
  const hello = base64Decode(valid[0].content);
  const broken = (name: string, change: Uint8Array | number[]) => ({
    name,
    content: base64Encode(Uint8Array.from(change)),
    error: 'malformed',
  });
  return {
    valid,
    invalid: [
      broken('nothing', []),
      broken('type 0', [0, ...hello.slice(1)]),
      broken('type 6', [6, ...hello.slice(1)]),
      broken('a hello that ends early', hello.slice(0, -1)),
      broken('a hello with a byte behind it', [...hello, 0]),
      broken('a visit that ends early', hello.slice(0, 16)),
      broken('a sealed frame without its number', [4, ...visit, 0, 0]),
      { name: 'no base64', content: '****', error: 'malformed' },
    ],
  };
}

function lineVectors(): RemoteVectors['lines'] {
  const ends = { home: new RemoteLine(visit, 'home', keys), phone: new RemoteLine(visit, 'phone', keys) };
  const said = (
    name: string,
    from: RemoteEnd,
    verb: RemoteVerb,
    request: number,
    length: number,
    isDeflated = false,
  ): LineJson => {
    const message = { verb, request, body: bodyOf(length), isDeflated };
    return {
      name,
      from,
      verb,
      request,
      isDeflated,
      bytes: length,
      contents: ends[from].seal(message).map(encodeRemote),
    };
  };
  const valid = [
    said('a call', 'phone', 'call', 1, 40),
    said('what it says while it runs', 'home', 'said', 1, 300),
    said('a result in two frames', 'home', 'result', 1, 47_200, true),
    said('a ping', 'phone', 'ping', 0, 0),
    said('its answer', 'home', 'pong', 0, 0),
    said('the last request', 'phone', 'call', 0xffff_ffff, 1),
    said('a cancel', 'phone', 'cancel', 0xffff_ffff, 0),
    said('a problem', 'home', 'problem', 0xffff_ffff, 17),
  ];
  const [call, , result, ping] = valid;
  const flipped = (content: string, at: number) => {
    const changed = base64Decode(content);
    changed[at < 0 ? changed.length + at : at] ^= 1;
    return base64Encode(changed);
  };
  const wrongWay = new RemoteLine(visit, 'phone', { ...keys, toHome: keys.toPhone });
  const asHome = wrongWay.seal({ verb: 'call', request: 1, body: bodyOf(4), isDeflated: false }).map(encodeRemote);
  const invalid = [
    { name: 'a frame twice', contents: [call.contents[0], call.contents[0]] },
    { name: 'a frame left out', contents: [ping.contents[0]] },
    { name: 'a flipped bit of the tag', contents: [flipped(call.contents[0], -1)] },
    { name: 'a flipped bit of the visit', contents: [flipped(call.contents[0], 1)] },
    { name: 'what the home said, given back to it', contents: [result.contents[0]] },
  ].map((vector) => ({ ...vector, end: 'home' as const, error: 'not-authentic' }));
  return {
    visit: toHex(visit),
    toHome: toHex(keys.toHome),
    toPhone: toHex(keys.toPhone),
    valid,
    invalid: [...invalid, { name: 'a call to the phone', end: 'phone', contents: asHome, error: 'malformed' }],
  };
}

/** Text of remote.json. */
export function makeRemoteVectors(): string {
  const visits = ['a visit', 'another visit'].map((name) =>
    visitJson(
      {
        name,
        visits: hex('visits'),
        visit: toHex(bytes(`${name}/id`).slice(0, 16)),
        homeSecret: hex(`${name}/home`),
        phoneSecret: hex(`${name}/phone`),
      },
      'home',
    ),
  );
  const vectors: RemoteVectors = {
    codes: codeVectors(),
    keys: ['a phone', 'another phone'].map((name) => ({ name, secret: hex(name), keys: keysJson(bytes(name)) })),
    visits,
    frames: frameVectors(),
    lines: lineVectors(),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/remote.json', import.meta.url), makeRemoteVectors());
