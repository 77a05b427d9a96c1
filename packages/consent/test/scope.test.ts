import { expect, test } from 'vitest';
import { parseScope, type Scope } from '../src/index.ts';

const good: Scope = {
  streams: [
    { streamKey: 'heart-rate', level: '1m' },
    { streamKey: 'glucose', level: 'raw' },
  ],
  from: 0,
  to: 1000,
  until: null,
  purpose: { code: 'TREAT', text: 'second opinion' },
  recipient: { kind: 'person', npub: 'ab'.repeat(32), name: 'Dr. B' },
};

test('a scope comes back as it went in', () => {
  expect(parseScope(JSON.parse(JSON.stringify(good)))).toEqual(good);
  expect(parseScope({ ...good, to: null, until: 5, recipient: { kind: 'link' } }).recipient).toEqual({ kind: 'link' });
});

const stream = good.streams[0];

test.each<[string, unknown, string]>([
  ['nothing', null, 'scope is not a map'],
  ['a list', [], 'scope is not a map'],
  ['a missing field', { ...good, until: undefined }, 'scope.until is not a whole number'],
  ['a restriction that is not known', { ...good, onlyWeekdays: true }, 'scope holds a field that is not known'],
  ['no stream', { ...good, streams: [] }, 'scope.streams is empty'],
  ['a stream twice', { ...good, streams: [stream, stream] }, 'scope.streams names a stream twice'],
  ['too many streams', { ...good, streams: Array(257).fill(stream) }, 'scope.streams is too long'],
  ['an empty stream key', { ...good, streams: [{ ...stream, streamKey: '' }] }, 'scope.streams streamKey is empty'],
  [
    'an unknown level',
    { ...good, streams: [{ ...stream, level: '5m' }] },
    'scope.streams level is none of the allowed values',
  ],
  ['half a microsecond', { ...good, from: 0.5 }, 'scope.from is not a whole number'],
  ['a time as text', { ...good, from: '2020' }, 'scope.from is not a whole number'],
  ['before the grid', { ...good, from: -3e15 }, 'scope.from is out of range'],
  ['after the grid', { ...good, to: 6e15 }, 'scope.to is out of range'],
  ['an end before its start', { ...good, from: 1000 }, 'scope.to is not after scope.from'],
  ['an expiry before its start', { ...good, until: 0 }, 'scope.until is not after scope.from'],
  [
    'an unknown purpose',
    { ...good, purpose: { code: 'FUN', text: '' } },
    'scope.purpose.code is none of the allowed values',
  ],
  [
    'a link with a key',
    { ...good, recipient: { kind: 'link', npub: 'ab'.repeat(32) } },
    'scope.recipient: a link has no key, everybody else has one',
  ],
  [
    'a person without a key',
    { ...good, recipient: { kind: 'person' } },
    'scope.recipient: a link has no key, everybody else has one',
  ],
  [
    'an upper-case key',
    { ...good, recipient: { kind: 'person', npub: 'AB'.repeat(32) } },
    'scope.recipient.npub is not 32 bytes of lower-case hex',
  ],
  [
    'a long name',
    { ...good, recipient: { kind: 'person', npub: 'ab'.repeat(32), name: 'x'.repeat(201) } },
    'scope.recipient.name is too long',
  ],
])('%s is refused', (_, value, message) => {
  expect(() => parseScope(value)).toThrow(message);
});
