import { decodeCbor, encodeCbor } from '@hale/kernel';
import { expect, test } from 'vitest';
import { type GrantEntry, parseEntry } from '../src/index.ts';
import { DAY, JUNE, scopeOf, TestGrant, viewOf } from './world.ts';

const { plan } = new TestGrant('g', scopeOf({ to: null }), [viewOf('heart-rate', 1, 300)], JUNE + DAY);
const [consent, stream, token] = plan.entries;
const clip = { type: 'clip', stream: 0, level: 'raw', slot: 1, revision: 0, part: 0, payload: new Uint8Array(5) };
const head = { type: 'head', n: 1, time: JUNE, days: [{ stream: 0, level: 'raw', rows: new Uint8Array(40) }] };

test('each entry survives CBOR', () => {
  const others = [
    clip,
    head,
    { type: 'epoch', stream: 0, epoch: 1, time: JUNE },
    { type: 'end', reason: 'revoked', time: JUNE },
  ];
  for (const entry of [...plan.entries, ...(others as GrantEntry[])]) {
    expect(parseEntry(decodeCbor(encodeCbor(entry)))).toEqual(entry);
  }
  expect(plan.entries.map((entry) => entry.type)).toEqual(['consent', 'stream', 'token', 'token', 'lease']);
});

test('a type of a later version is passed over and counted', () => {
  expect(parseEntry({ type: 'hologram', x: 1 })).toBeNull();
  expect(parseEntry({ type: 'toString' })).toBeNull();
  const reader = new TestGrant('g', scopeOf(), [viewOf('heart-rate', 1, 300)], JUNE).reader();
  reader.fold([{ seq: 99, generation: 0, value: { type: 'hologram' } }]);
  expect(reader.state.unknown).toBe(1);
});

const without = (entry: object, key: string) =>
  Object.fromEntries(Object.entries(entry).filter(([name]) => name !== key));

test.each<[string, unknown]>([
  ['no map', 'token'],
  ['no type', {}],
  ['a list', []],
  ['a consent without scope', without(consent, 'scope')],
  ['a consent with more', { ...consent, extra: 1 }],
  ['a stream number too high', { ...stream, stream: 256 }],
  ['a negative stream number', { ...token, stream: -1 }],
  ['an author too short', { ...stream, author: 'ab' }],
  ['a label too long', { ...stream, labels: { raw: new Uint8Array(9) } }],
  ['a label of no level', { ...stream, labels: { '5m': new Uint8Array(8) } }],
  ['a grid of no kind', { ...stream, grid: { rawSlotSeconds: 7, dayOffsetMinutes: 0, levels: ['raw'] } }],
  ['edges that descend', { ...stream, edges: [5, 4] }],
  ['a factor that is no number', { ...stream, factor: '1' }],
  ['an empty token', { ...token, toSlot: (token as { fromSlot: number }).fromSlot }],
  ['a token with a node too few', { ...token, nodes: new Uint8Array(31) }],
  ['a token with a node too many', { ...token, nodes: new Uint8Array(63 * 32) }],
  ['a token of another range', { ...token, fromSlot: 1, toSlot: 4, nodes: new Uint8Array(32) }],
  ['a slot beyond 32 bits', { ...clip, slot: 2 ** 32 }],
  ['an empty clip', { ...clip, payload: new Uint8Array(0) }],
  ['a clip too large', { ...clip, payload: new Uint8Array(38_001) }],
  ['head 0', { ...head, n: 0 }],
  ['rows that are not whole', { ...head, days: [{ stream: 0, level: 'raw', rows: new Uint8Array(39) }] }],
  ['an end for no reason', { type: 'end', reason: 'bored', time: JUNE }],
  ['an end without time', { type: 'end', reason: 'revoked' }],
])('%s is refused', (_, value) => {
  expect(() => parseEntry(value)).toThrow();
});
