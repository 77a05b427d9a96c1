// One operation by its name, asked from outside: over HTTP, or by a phone through a relay.
import { HaleError } from '@hale/kernel';
import type { OperationName } from '../api.ts';
import type { Home } from '../home.ts';
import type { Context } from './context.ts';
import { isOperation, OPERATIONS } from './index.ts';

/**
 * What a phone may not do: a thief of it would make himself at home for good (another phone, a device, a browser), be shown new words, or leave
 * nothing behind; words must not be typed into a page that a relay serves. And what needs files: those of the home's machine are not at hand
 * there, and those of a browser go to the node itself.
 */
const AT_HOME_ONLY: readonly OperationName[] = [
  'phones.pair',
  'phones.confirm',
  'web.open',
  'device.add',
  'device.pair',
  'words.check',
  'rotate',
  'erase',
  'import',
  'backup',
  'upload.begin',
  'download.begin',
  'export',
];

/** @throws HaleError 'locked' · 'usage' · 'malformed' · whatever the operation throws */
export async function runOperation(
  home: Home | null,
  name: string,
  parameters: unknown,
  { emit, signal }: Omit<Context, 'home'>,
): Promise<unknown> {
  if (!home) throw new HaleError('locked', 'this home is locked; unlock it with the passphrase');
  if (!isOperation(name)) throw new HaleError('usage', 'no such operation');
  if (typeof parameters !== 'object' || parameters === null)
    throw new HaleError('malformed', 'the parameters are no JSON object');
  const run = OPERATIONS[name] as unknown as (context: Context, parameters: object) => unknown;
  return run({ home, emit, signal }, parameters);
}

/** The same for a phone. @throws HaleError 'not-permitted' for what is done at home only */
export async function runFromAway(
  home: Home | null,
  name: string,
  parameters: object,
  options: Omit<Context, 'home'>,
): Promise<unknown> {
  if ((AT_HOME_ONLY as readonly string[]).includes(name))
    throw new HaleError('not-permitted', 'this can be done at home only, not from a phone away from it');
  return runOperation(home, name, parameters, options);
}
