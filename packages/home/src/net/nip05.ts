// NIP-05: name@domain → public key.
import { fail } from '@hale/kernel';
import * as v from 'valibot';
import { fetchAnswer } from './answer.ts';

const hexKey = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const answerShape = v.object({
  names: v.record(v.string(), v.string()),
  relays: v.optional(v.record(v.string(), v.array(v.string()))),
});

export interface NostrAddress {
  /** 64 lower-case hex. */
  readonly pubkey: string;
  /** Relay addresses that the domain names for this key; unchecked texts with a ws scheme, at most 10. */
  readonly relays: string[];
}

/**
 * Looks up `name@domain`, or `domain` for `_@domain`. HTTPS, except to this machine itself.
 * @throws HaleError 'usage' no such form · 'unavailable' · 'not-found' the domain does not know the name · 'malformed' · 'too-large'
 */
export async function lookupNip05(text: string): Promise<NostrAddress> {
  const { name, domain } = parseAddress(text);
  const scheme = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(domain) ? 'http' : 'https';
  const url = `${scheme}://${domain}/.well-known/nostr.json?name=${encodeURIComponent(name)}`;
  const answer = await fetchAnswer(url, { method: 'GET', headers: { accept: 'application/json' } });
  if (answer.status === 404) fail('not-found', 'the domain has no list of Nostr names');
  if (answer.status !== 200)
    fail('unavailable', 'the domain does not answer with its list of names', { status: answer.status });
  return readAddress(answer.body, name);
}

function parseAddress(text: string): { name: string; domain: string } {
  const match = /^(?:([a-z0-9._-]{1,64})@)?([a-z0-9.-]{1,253}(?::\d{1,5})?|\[::1\](?::\d{1,5})?)$/.exec(
    text.toLowerCase(),
  );
  if (match === null) fail('usage', 'a Nostr address looks like name@example.org');
  return { name: match[1] ?? '_', domain: match[2] };
}

function readAddress(body: Uint8Array, name: string): NostrAddress {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    fail('malformed', 'the list of names is not JSON');
  }
  const result = v.safeParse(answerShape, parsed);
  if (!result.success) fail('malformed', 'the list of names has another shape than NIP-05 says');
  const pubkey = Object.hasOwn(result.output.names, name) ? result.output.names[name] : undefined;
  if (pubkey === undefined) fail('not-found', 'the domain does not know this name');
  if (!v.is(hexKey, pubkey)) fail('malformed', 'the domain gives something else than a public key in hex');
  const relays = result.output.relays ?? {};
  const named = Object.hasOwn(relays, pubkey) ? relays[pubkey] : [];
  return { pubkey, relays: named.filter((relay) => /^wss?:\/\//.test(relay)).slice(0, 10) };
}
