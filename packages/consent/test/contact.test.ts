import { expect, test } from 'vitest';
import { decideKey } from '../src/index.ts';

const A = new Uint8Array(32).fill(1);
const B = new Uint8Array(32).fill(2);
const keys = { '-': null, A, B };

type Row = [
  pinned: '-' | 'A',
  offered: '-' | 'A' | 'B',
  allowClassic: boolean,
  acceptChange: boolean,
  result: string,
  pinnedAfter: '-' | 'A' | 'B',
];

// biome-ignore format: a table is read by its columns
const TABLE: Row[] = [
  // pinned offered classic change  result                 pinned after
  ['-',     '-',    false,  false,  'no-post-quantum-key', '-'],
  ['-',     '-',    true,   false,  'classic',             '-'],
  ['-',     '-',    false,  true,   'no-post-quantum-key', '-'],
  ['-',     'A',    false,  false,  'hybrid',              'A'],
  ['-',     'A',    true,   false,  'hybrid',              'A'],   // never classic where better is at hand
  ['A',     'A',    false,  false,  'hybrid',              'A'],
  ['A',     '-',    false,  false,  'pinned-key-missing',  'A'],
  ['A',     '-',    true,   false,  'classic',             'A'],   // stays pinned: once does not mean for ever
  ['A',     '-',    false,  true,   'pinned-key-missing',  'A'],
  ['A',     'B',    false,  false,  'pinned-key-changed',  'A'],
  ['A',     'B',    true,   false,  'pinned-key-changed',  'A'],   // a changed key is not an absent one
  ['A',     'B',    false,  true,   'hybrid',              'B'],
];

test.each(TABLE)(
  'pinned %s, offered %s, classic %s, change %s → %s',
  (pinned, offered, allowClassic, acceptChange, result, after) => {
    const contact = { pubkey: 'ab'.repeat(32), pinned: keys[pinned] };
    const decision = decideKey(contact, keys[offered], { allowClassic, acceptChange });
    expect(decision.use === 'refuse' ? decision.reason : decision.use).toBe(result);
    expect(decision.use === 'refuse' ? contact.pinned : decision.contact.pinned).toEqual(keys[after]);
  },
);
