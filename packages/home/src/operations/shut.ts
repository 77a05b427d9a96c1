// What waits for a relay before it opens something asks, once it goes on, whether its owner has shut all of it meanwhile.
import { HaleError } from '@hale/kernel';
import type { Home } from '../home.ts';
import { phonesOf } from '../remote/phones.ts';
import type { Context } from './context.ts';

const times = new WeakMap<Home, number>();

const timesOf = (home: Home): number => times.get(home) ?? 0;

/** From now on nothing opens that was begun before. */
export function shutAll(home: Home): void {
  times.set(home, timesOf(home) + 1);
}

/**
 * Asked for where an operation begins, called right before it opens something.
 * @throws HaleError 'conflict' where everything was stopped since · 'not-permitted' where the phone that asked is no longer paired
 */
export function unlessShut({ home, phone }: Pick<Context, 'home' | 'phone'>): () => void {
  const before = timesOf(home);
  return () => {
    if (timesOf(home) !== before)
      throw new HaleError('conflict', 'everything was stopped meanwhile, so this was not opened; ask for it again');
    if (phone !== undefined && !phonesOf(home).some(({ id }) => id === phone))
      throw new HaleError('not-permitted', 'this phone was removed meanwhile, so this was not opened');
  };
}
