// Asking strangers' servers for the keys of an issuer, and for what lies behind a link: https only, bounded, and never an address of this house,
// for who wrote the link would have this node ask its neighbours.
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { fail, HaleError } from '@hale/kernel';
import type { IssuerSource, LinkNetwork } from '@hale/vault/records/cards';
import { type Answer, type Ask, fetchAnswer } from '../net/answer.ts';

/** Bytes of a set of keys or a list of revoked cards. */
const ISSUER_BYTES_MAX = 16 * 1024 * 1024;
/** Milliseconds for a file of a link: 64 MB on a slow line. */
const FILE_TIMEOUT_MILLIS = 120_000;
/** Redirections that a file's address may take. */
const REDIRECTS_MAX = 3;

const house = new BlockList();
for (const [network, bits] of [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
  ] as const),
  ...([
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['224.0.0.0', 3],
  ] as const),
])
  house.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['::ffff:0:0', 96],
] as const)
  house.addSubnet(network, bits, 'ipv6');

export interface CardNetworkOptions {
  /** Where an address is reached; a test's server is on this machine and speaks no TLS. */
  route?: (url: string) => string;
}

/** @throws HaleError 'not-permitted' · 'unavailable' · 'too-large' */
async function askStranger(url: string, ask: Ask, { route }: CardNetworkOptions): Promise<Answer> {
  if (route) return await fetchAnswer(route(url), ask);
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:') fail('not-permitted', 'only https addresses are asked');
  if (await isInHouse(hostname.replace(/^\[|\]$/g, '')))
    fail('not-permitted', 'addresses of this network are not asked');
  return await fetchAnswer(url, ask);
}

async function isInHouse(host: string): Promise<boolean> {
  try {
    const found = isIP(host) > 0 ? [{ address: host, family: isIP(host) }] : await lookup(host, { all: true });
    return found.some(({ address, family }) => house.check(address, family === 6 ? 'ipv6' : 'ipv4'));
  } catch {
    throw new HaleError('unavailable', 'the name of the server is not known');
  }
}

export function linkNetwork(options: CardNetworkOptions = {}): LinkNetwork {
  return async ({ method, url, body, unitsMax }) => {
    const headers: Record<string, string> = { accept: 'application/json, application/jose, text/plain' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const ask: Ask = {
      method,
      headers,
      bytesMax: unitsMax,
      timeoutMillis: FILE_TIMEOUT_MILLIS,
      ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }),
    };
    let answer = await askStranger(url, ask, options);
    // Stores of files send on to where they lie; a manifest with its passcode is asked at its own address only.
    for (let at = url, times = 0; method === 'GET' && isElsewhere(answer) && times < REDIRECTS_MAX; times++) {
      at = new URL(answer.location!, at).href;
      answer = await askStranger(at, ask, options);
    }
    return {
      status: answer.status,
      text: Buffer.from(answer.body).toString('utf8'),
      retrySeconds: answer.retrySeconds,
    };
  };
}

const isElsewhere = ({ status, location }: Answer): boolean =>
  [301, 302, 303, 307, 308].includes(status) && location !== null && URL.canParse(location, 'https://any.invalid');

/** Keys and lists of revoked cards, each asked for once while this lives. */
export function issuerNetwork(options: CardNetworkOptions = {}): IssuerSource {
  const asked = new Map<string, Promise<unknown>>();
  const get = (url: string): Promise<unknown> => {
    const before = asked.get(url) ?? fetchJson(url, options);
    asked.set(url, before);
    return before;
  };
  return {
    keys: (iss) => get(`${iss}/.well-known/jwks.json`),
    revocations: (iss, kid) => get(`${iss}/.well-known/crl/${encodeURIComponent(kid)}.json`),
  };
}

/** null where nothing usable is to be had. */
async function fetchJson(url: string, options: CardNetworkOptions): Promise<unknown> {
  try {
    const ask: Ask = { method: 'GET', headers: { accept: 'application/json' }, bytesMax: ISSUER_BYTES_MAX };
    const { status, body } = await askStranger(url, ask, options);
    return status === 200 ? JSON.parse(Buffer.from(body).toString('utf8')) : null;
  } catch (error) {
    if (error instanceof HaleError || error instanceof SyntaxError) return null;
    throw error;
  }
}
