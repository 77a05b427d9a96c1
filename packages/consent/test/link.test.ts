import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeLink, parseLink } from '../src/index.ts';

const author = 'a1'.repeat(32);
const grantKey = new Uint8Array(32).fill(0xfb);
const plain = encodeLink({ origin: 'https://hale.example', author, grantKey, relays: [] });

test('a link reads like this', () => {
  expect(plain).toBe(`https://hale.example/g/${author}#-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s`);
  const relays = ['wss://r1.example', 'ws://127.0.0.1:7777/hale'];
  const text = encodeLink({ origin: 'http://[::1]:8080', author, grantKey, relays });
  expect(text).toContain('/g/');
  expect(text).toContain('?relay=wss%3A%2F%2Fr1.example&relay=ws%3A%2F%2F127.0.0.1%3A7777%2Fhale#');
  expect(parseLink(text)).toEqual({ origin: 'http://[::1]:8080', author, grantKey, relays });
});

test('every link comes back', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const host = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
  const relay = fc.tuple(fc.constantFrom('ws', 'wss'), host).map(([scheme, name]) => `${scheme}://${name}.example`);
  const relays = fc.uniqueArray(relay, { maxLength: 8 });
  fc.assert(
    fc.property(
      bytes,
      bytes,
      host,
      fc.option(fc.integer({ min: 1, max: 65_535 })),
      relays,
      (key, who, name, port, via) => {
        const link = {
          origin: `https://${name}${port === null ? '' : `:${port}`}`,
          author: Buffer.from(who).toString('hex'),
          grantKey: key,
          relays: via,
        };
        expect(parseLink(encodeLink(link))).toEqual(link);
      },
    ),
  );
});

test.each([
  ['nothing', ''],
  ['another scheme', plain.replace('https', 'ftp')],
  ['a script', plain.replace('https://hale.example', 'javascript://x')],
  ['a user before the host', plain.replace('hale', 'good.example@hale')],
  ['an upper-case host', plain.replace('hale', 'Hale')],
  ['a host with a dot at its end', plain.replace('.example', '.example.')],
  ['port 0', plain.replace('.example', '.example:0')],
  ['port 65536', plain.replace('.example', '.example:65536')],
  ['another path', plain.replace('/g/', '/h/')],
  ['a longer path', plain.replace('#', '/x#')],
  ['an upper-case author', plain.replace('a1a1', 'A1a1')],
  ['a short author', plain.replace('a1a1', 'a1')],
  ['no key', plain.slice(0, plain.indexOf('#'))],
  ['a short key', plain.slice(0, -1)],
  ['a padded key', `${plain}=`],
  ['a key with unused bits set', `${plain.slice(0, -1)}t`],
  ['a key of the other alphabet', plain.replace('-_v7', '+/v7')],
  ['text after the key', `${plain}&x=1`],
  ['white space', ` ${plain}`],
  ['a line feed at the end', `${plain}\n`],
  ['a parameter that is not known', plain.replace('#', '?pin=1#')],
  ['an empty query', plain.replace('#', '?#')],
  ['a relay that is a web page', plain.replace('#', '?relay=https%3A%2F%2Fx.example#')],
  ['a relay not encoded', plain.replace('#', '?relay=wss://x.example#')],
  ['a relay encoded otherwise', plain.replace('#', '?relay=wss%3a%2F%2Fx.example#')],
  ['a broken escape', plain.replace('#', '?relay=%E0%A4%A#')],
  ['a relay twice', plain.replace('#', '?relay=ws%3A%2F%2Fx&relay=ws%3A%2F%2Fx#')],
  ['nine relays', plain.replace('#', `?${[...'abcdefghi'].map((c) => `relay=ws%3A%2F%2F${c}`).join('&')}#`)],
  ['a very long text', `${plain.replace('#', `?relay=${'a'.repeat(3000)}#`)}`],
])('%s is refused, and the error does not quote it', (_, text) => {
  expect(() => parseLink(text)).toThrow();
  try {
    parseLink(text);
  } catch (error) {
    expect(String(error)).not.toContain('v7-_');
  }
});
