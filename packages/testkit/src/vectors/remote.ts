/** Checks specs/vectors/remote.json. The types are the file's format, as specs/remote.md tells it. */
import {
  encodePairingCode,
  encodeRemote,
  fromHex,
  parsePairingCode,
  parseRemote,
  type RemoteFrame,
  schnorrPublic,
  toHex,
} from '@hale/kernel';
import {
  pairingSecret,
  type RemoteEnd,
  RemoteLine,
  type RemoteVerb,
  remoteCommitment,
  remoteKeys,
  type VisitKeys,
  visitKeys,
} from '@hale/kernel/seal';
import { Tally, type VectorResult } from './tally.ts';

export type FrameJson = { readonly type: string; readonly visit: string } & Readonly<Record<string, string | number>>;

/** Byte strings are lower-case hex; contents are base64, as they stand in an event. */
export interface RemoteVectors {
  readonly codes: {
    readonly valid: readonly { name: string; code: string; text: string; typed: string; secret: string }[];
    readonly invalid: readonly { name: string; typed: string; error: string }[];
  };
  readonly keys: readonly { name: string; secret: string; keys: KeysJson }[];
  readonly visits: readonly VisitJson[];
  readonly frames: {
    readonly valid: readonly { name: string; frame: FrameJson; content: string }[];
    readonly invalid: readonly { name: string; content: string; error: string }[];
  };
  readonly lines: {
    readonly visit: string;
    readonly toHome: string;
    readonly toPhone: string;
    readonly valid: readonly LineJson[];
    readonly invalid: readonly { name: string; end: RemoteEnd; contents: readonly string[]; error: string }[];
  };
}

export interface KeysJson {
  readonly home: string;
  readonly homeAuthor: string;
  readonly phone: string;
  readonly phoneAuthor: string;
  readonly reader: string;
  readonly visits: string;
}

export interface VisitJson {
  readonly name: string;
  readonly visits: string;
  readonly visit: string;
  readonly homeSecret: string;
  readonly phoneSecret: string;
  readonly commitment: string;
  readonly toHome: string;
  readonly toPhone: string;
  readonly digits: string;
}

/** One message of a side and the contents of its frames; the body is so many bytes of the number i mod 251. */
export interface LineJson {
  readonly name: string;
  readonly from: RemoteEnd;
  readonly verb: RemoteVerb;
  readonly request: number;
  readonly isDeflated: boolean;
  readonly bytes: number;
  readonly contents: readonly string[];
}

export const bodyOf = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, i) => i % 251);

export function keysJson(secret: Uint8Array): KeysJson {
  const { home, phone, reader, visits } = remoteKeys(secret);
  return {
    home: toHex(home),
    homeAuthor: toHex(schnorrPublic(home)),
    phone: toHex(phone),
    phoneAuthor: toHex(schnorrPublic(phone)),
    reader: toHex(reader),
    visits: toHex(visits),
  };
}

/** As one side computes it. */
export function visitJson(
  given: Pick<VisitJson, 'name' | 'visits' | 'visit' | 'homeSecret' | 'phoneSecret'>,
  side: RemoteEnd,
): VisitJson {
  const [homeSecret, phoneSecret, visit] = [
    fromHex(given.homeSecret),
    fromHex(given.phoneSecret),
    fromHex(given.visit),
  ];
  const phoneKey = schnorrPublic(phoneSecret);
  const keys = visitKeys({
    visits: fromHex(given.visits),
    visit,
    homeKey: schnorrPublic(homeSecret),
    phoneKey,
    ownSecret: side === 'home' ? homeSecret : phoneSecret,
    side,
  });
  return {
    name: given.name,
    visits: given.visits,
    visit: given.visit,
    homeSecret: given.homeSecret,
    phoneSecret: given.phoneSecret,
    commitment: toHex(remoteCommitment(visit, phoneKey)),
    toHome: toHex(keys.toHome),
    toPhone: toHex(keys.toPhone),
    digits: keys.digits,
  };
}

export function frameToJson(frame: RemoteFrame): FrameJson {
  const fields = Object.entries(frame).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? toHex(value) : value,
  ]);
  return Object.fromEntries(fields) as FrameJson;
}

function frameOf(json: FrameJson): RemoteFrame {
  const isBytes = (name: string) => ['visit', 'commitment', 'key', 'ciphertext'].includes(name);
  const fields = Object.entries(json).map(([name, value]) => [name, isBytes(name) ? fromHex(String(value)) : value]);
  return Object.fromEntries(fields) as RemoteFrame;
}

export function checkRemoteVectors(json: unknown, tally = new Tally()): VectorResult {
  const vectors = json as RemoteVectors;
  checkCodes(vectors, tally);
  for (const { name, secret, keys } of vectors.keys) tally.equal(name, () => keysJson(fromHex(secret)), keys);
  for (const visit of vectors.visits)
    for (const side of ['home', 'phone'] as const)
      tally.equal(`${visit.name}, ${side}`, () => visitJson(visit, side), visit);
  for (const { name, frame, content } of vectors.frames.valid) {
    tally.equal(`${name}, encoded`, () => encodeRemote(frameOf(frame)), content);
    tally.equal(`${name}, parsed`, () => frameToJson(parseRemote(content)), frame);
  }
  for (const { name, content, error } of vectors.frames.invalid) tally.refuses(name, () => parseRemote(content), error);
  checkLines(vectors.lines, tally);
  return tally.result();
}

function checkCodes({ codes }: RemoteVectors, tally: Tally): void {
  for (const { name, code, text, typed, secret } of codes.valid) {
    tally.equal(`${name}, shown`, () => encodePairingCode(fromHex(code)), text);
    tally.equal(`${name}, typed`, () => toHex(parsePairingCode(typed)), code);
    tally.equal(`${name}, secret`, () => toHex(pairingSecret(fromHex(code))), secret);
  }
  for (const { name, typed, error } of codes.invalid) tally.refuses(name, () => parsePairingCode(typed), error);
}

function checkLines(lines: RemoteVectors['lines'], tally: Tally): void {
  const keys: VisitKeys = {
    toHome: fromHex(lines.toHome),
    toPhone: fromHex(lines.toPhone),
    digits: '',
    check: new Uint8Array(32),
  };
  const lineOf = (end: RemoteEnd) => new RemoteLine(fromHex(lines.visit), end, keys);
  const ends = { home: lineOf('home'), phone: lineOf('phone') };
  for (const { name, from, verb, request, isDeflated, bytes, contents } of lines.valid) {
    const message = { verb, request, body: bodyOf(bytes), isDeflated };
    tally.equal(`${name}, sealed`, () => ends[from].seal(message).map(encodeRemote), contents);
    const to = ends[from === 'home' ? 'phone' : 'home'];
    const opened = () => contents.map((content) => openOn(to, content)).at(-1);
    const told = () => {
      const got = opened();
      return got && { ...got, body: toHex(got.body) };
    };
    tally.equal(`${name}, opened`, told, { verb, request, body: toHex(message.body), isDeflated });
  }
  for (const { name, end, contents, error } of lines.invalid) {
    const line = lineOf(end);
    for (const content of contents.slice(0, -1)) openOn(line, content);
    tally.refuses(name, () => openOn(line, contents[contents.length - 1]), error);
  }
}

function openOn(line: RemoteLine, content: string) {
  const frame = parseRemote(content);
  if (frame.type !== 'sealed') throw new Error('a line opens sealed frames only');
  return line.open(frame);
}
