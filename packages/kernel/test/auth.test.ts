import { readFileSync } from 'node:fs';
import {
  checkAuth,
  checkHttpAuth,
  fromHex,
  httpAuthHeader,
  normalizeRelayUrl,
  parseEvent,
  parseHttpAuthHeader,
  schnorrPublic,
  toHex,
  utf8Encode,
} from '@hale/kernel';
import { signAuth, signEvent, signHttpAuth } from '@hale/kernel/seal';
import { nip98 } from 'nostr-tools';
import { describe, expect, test } from 'vitest';

const secret = fromHex('09'.repeat(32));
const pubkey = toHex(schnorrPublic(secret));
const nowSeconds = 1_800_000_000;
const random = (byteLength: number) => crypto.getRandomValues(new Uint8Array(byteLength));

describe('NIP-98', () => {
  const request = { url: 'https://relay.example/hale/join?x=1', method: 'POST', body: utf8Encode('{"claim":"c"}') };
  const sign = (change: object = {}) => signHttpAuth({ ...request, secret, nowSeconds, random, ...change });
  const expected = { ...request, nowSeconds };

  test('a signed request crosses the header and is accepted', () => {
    const event = parseHttpAuthHeader(httpAuthHeader(sign()));
    const verdict = checkHttpAuth(event, expected);
    expect(verdict).toMatchObject({ ok: true, pubkey, forgetAfterSeconds: nowSeconds + 61 });
  });

  test('equal requests in one second have different ids, so the second is no replay', () => {
    expect(sign().id).not.toBe(sign().id);
  });

  test.each([
    ['another path', { url: 'https://relay.example/hale/leave' }, 'wrong-url'],
    ['another query', { url: 'https://relay.example/hale/join?x=2' }, 'wrong-url'],
    ['another method', { method: 'GET' }, 'wrong-method'],
    ['another body', { body: utf8Encode('{}') }, 'wrong-payload'],
    ['no body', { body: null }, 'wrong-payload'],
    ['61 s later', { nowSeconds: nowSeconds + 61 }, 'out-of-time'],
    ['61 s early', { nowSeconds: nowSeconds - 61 }, 'out-of-time'],
  ])('refuses %s', (_name, change, reason) => {
    expect(checkHttpAuth(sign(), { ...expected, ...change })).toEqual({ ok: false, reason });
  });

  test('a body needs its hash', () => {
    expect(checkHttpAuth(sign({ body: null }), expected)).toEqual({ ok: false, reason: 'wrong-payload' });
  });

  test('one URL and one method only', () => {
    const { kind, created_at, tags, content } = sign();
    const twice = signEvent({ kind, created_at, content, tags: [...tags, ['u', request.url]] }, secret, random(32));
    expect(checkHttpAuth(twice, expected)).toEqual({ ok: false, reason: 'malformed' });
  });

  test('another kind with the same tags', () => {
    const { created_at, tags, content } = sign();
    const other = signEvent({ kind: 1, created_at, content, tags }, secret, random(32));
    expect(checkHttpAuth(other, expected)).toEqual({ ok: false, reason: 'wrong-kind' });
  });

  test('an id or signature that does not hold', () => {
    expect(checkHttpAuth({ ...sign(), sig: '0'.repeat(128) }, expected)).toEqual({ ok: false, reason: 'not-signed' });
  });

  test('the event printed in NIP-98 itself does not verify', () => {
    const { event } = JSON.parse(readFileSync('test/data/nostr/nip98-example.json', 'utf8'));
    const facts = {
      url: 'https://api.snort.social/api/v1/n5sp/list',
      method: 'GET',
      body: null,
      nowSeconds: event.created_at,
    };
    expect(checkHttpAuth(parseEvent(event), facts)).toEqual({ ok: false, reason: 'not-signed' });
  });

  test('nostr-tools accepts ours, and we accept theirs', async () => {
    const now = Math.floor(Date.now() / 1000);
    const ours = signHttpAuth({ url: request.url, method: 'GET', body: null, secret, nowSeconds: now, random });
    expect(await nip98.validateToken(httpAuthHeader(ours), request.url, 'GET')).toBe(true);
    const theirs = await nip98.getToken(
      request.url,
      'GET',
      (template) => signEvent(template, secret, random(32)) as never,
      true,
    );
    expect(
      checkHttpAuth(parseHttpAuthHeader(theirs), { url: request.url, method: 'GET', body: null, nowSeconds: now }).ok,
    ).toBe(true);
  });

  test.each(['', 'Nostr', 'Nostr !', 'Bearer abc', 'Nostr e30=', `Nostr ${btoa('[]')}`])(
    'header %j is malformed',
    (header) => {
      expect(() => parseHttpAuthHeader(header)).toThrow(expect.objectContaining({ code: 'malformed' }));
    },
  );

  test('a header beyond the limit', () => {
    expect(() => parseHttpAuthHeader(`Nostr ${'A'.repeat(9000)}`)).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    );
  });
});

describe('NIP-42', () => {
  const expected = { challenge: 'c0ffee', relayUrl: 'wss://relay.example', nowSeconds };
  const sign = (change: object = {}) => signAuth({ ...expected, secret, random, ...change });

  test('accepted, whatever the spelling of the address', () => {
    for (const relayUrl of ['wss://relay.example', 'wss://relay.example/', 'WSS://Relay.Example:443']) {
      expect(checkAuth(sign({ relayUrl }), expected)).toMatchObject({ ok: true, pubkey });
    }
  });

  test.each([
    ['another challenge', { challenge: 'other' }, 'wrong-challenge'],
    ['another relay', { relayUrl: 'wss://evil.example' }, 'wrong-url'],
    ['another path', { relayUrl: 'wss://relay.example/other' }, 'wrong-url'],
    ['no address', { relayUrl: 'relay.example' }, 'wrong-url'],
    ['eleven minutes ago', { nowSeconds: nowSeconds - 660 }, 'out-of-time'],
  ])('refuses %s', (_name, change, reason) => {
    expect(checkAuth(sign(change), expected)).toEqual({ ok: false, reason });
  });

  test('refuses another kind', () => {
    const { created_at, tags, content } = sign();
    expect(checkAuth(signEvent({ kind: 1, created_at, tags, content }, secret, random(32)), expected)).toEqual({
      ok: false,
      reason: 'wrong-kind',
    });
  });

  test.each([
    ['wss://A.example/', 'wss://a.example'],
    ['ws://a.example:80/x/', 'ws://a.example/x'],
    ['ws://a.example:8080', 'ws://a.example:8080'],
    ['wss://a.example:80', 'wss://a.example:80'],
    ['ws://[::1]:7000/', 'ws://[::1]:7000'],
  ])('%s is %s', (text, normal) => expect(normalizeRelayUrl(text)).toBe(normal));

  test.each([
    'https://a.example',
    'wss://',
    'wss://user@a.example',
    'wss://a.example/?token=x',
    'wss://a.example#x',
    ' wss://a.example',
  ])('%s is no relay address', (text) =>
    expect(() => normalizeRelayUrl(text)).toThrow(expect.objectContaining({ code: 'malformed' })),
  );
});
