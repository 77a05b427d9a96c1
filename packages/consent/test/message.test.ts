// What a reader says back: only a holder of the grant key is heard, and nothing beyond the limits.
import { schnorrPublic, toHex } from '@hale/kernel';
import { describe, expect, test } from 'vitest';
import { type AskMessage, LIMITS, openMessage, parseScope, sealMessage } from '../src/index.ts';

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const authorSecret = random(32);
const grant = { grantKey: random(32), grantAuthor: toHex(schnorrPublic(authorSecret)) };
const options = { nowSeconds: 1_795_900_000, random };
const ask: AskMessage = {
  type: 'ask',
  id: 'ab'.repeat(16),
  time: 1_795_900_000_000_000,
  kinds: ['sleep'],
  days: 30,
  level: 'raw',
  why: 'to see how your nights go',
};

describe('a message', () => {
  test('comes out as it went in, and tells the relay nothing', () => {
    const wrap = sealMessage(grant, ask, options);
    expect(openMessage(grant, wrap, authorSecret)).toEqual(ask);
    expect(JSON.stringify(wrap)).not.toMatch(/sleep|nights/);
    expect(wrap.tags).toEqual([['p', grant.grantAuthor]]);
  });

  test('turns no text around: direction marks fall away', () => {
    const wrap = sealMessage(grant, { ...ask, why: '\u202eyes\u202c, \u2066do\u2069' }, options);
    expect(openMessage(grant, wrap, authorSecret)).toMatchObject({ why: 'yes, do' });
  });

  test('of another grant’s reader is not authentic', () => {
    const wrap = sealMessage({ ...grant, grantKey: random(32) }, ask, options);
    expect(() => openMessage(grant, wrap, authorSecret)).toThrow(expect.objectContaining({ code: 'not-authentic' }));
  });

  test('for another author is not for this one', () => {
    expect(openMessage(grant, sealMessage(grant, ask, options), random(32))).toBeNull();
  });

  test.each<[string, Partial<AskMessage>]>([
    ['too many kinds', { kinds: Array(LIMITS.askKindsMax + 1).fill('x') }],
    ['too long a reason', { why: 'x'.repeat(LIMITS.askWhyUnitsMax + 1) }],
    ['no days', { days: 0 }],
    ['more than a life', { days: LIMITS.askDaysMax + 1 }],
    ['an id of another shape', { id: 'AB'.repeat(16) }],
    ['a level that is none', { level: '5m' as never }],
    ['a field that is not known', { also: true } as never],
  ])('with %s is refused by who would send it and by who reads it', (_, changed) => {
    expect(() => sealMessage(grant, { ...ask, ...changed }, options)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/malformed|too-large|out-of-range/) }),
    );
  });
});

describe('may file', () => {
  const scope = {
    streams: [{ streamKey: 'hr', level: 'raw' }],
    from: 0,
    to: null,
    until: null,
    purpose: { code: 'TREAT', text: '' },
    recipient: { kind: 'link' },
  };
  test('missing is no, true is yes, anything else is refused', () => {
    expect(parseScope(scope)).not.toHaveProperty('mayFile');
    expect(parseScope({ ...scope, mayFile: true }).mayFile).toBe(true);
    for (const mayFile of [false, 1, 'yes', null])
      expect(() => parseScope({ ...scope, mayFile })).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});
