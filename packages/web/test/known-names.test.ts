// Whose key it is: only a name that she wrote herself counts.
import { expect, test } from 'vitest';
import { namesOf } from '../src/app/named-keys.ts';

test('a key has the last name that she gave it; a key for a name, no name and a link are none', () => {
  const names = namesOf([
    { npub: 'npub1a', name: 'Dr Lee' },
    { npub: 'npub1a', name: 'Dr Ada Lee' },
    { npub: 'npub1b', name: 'npub1b' },
    { npub: 'npub1c', name: ' ' },
    { npub: null, name: 'Whoever has the link' },
  ]);
  expect([...names]).toEqual([['npub1a', 'Dr Ada Lee']]);
});
