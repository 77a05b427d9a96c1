// One operation by its name, asked from outside: over HTTP, or by a phone through a relay.
import { HaleError } from '@hale/kernel';
import type { OperationName } from '../api.ts';
import type { Home } from '../home.ts';
import type { Context } from './context.ts';
import { isOperation, OPERATIONS } from './index.ts';

/** What a phone needs: looking, sharing, stopping, what others ask for, notes and the desk; and it may unpair itself. */
export const FROM_AWAY: readonly OperationName[] = [
  'status',
  'whoami',
  'subject.list',
  'streams',
  'show',
  'watch',
  'series',
  'readings',
  'overview',
  'find',
  'records.search',
  'records',
  'record',
  'record.amend',
  'record.retract',
  'record.results',
  'record.findings',
  'record.labels',
  'record.label',
  'record.frame',
  'records.overview',
  'records.patient',
  'records.months',
  'records.results',
  'records.result',
  'records.sources',
  'doctor',
  'import.jobs',
  'import.kinds',
  'phones.list',
  'phones.remove',
  'share',
  'share.find',
  'share.preview',
  'share.series',
  'share.records',
  'share.sensitive',
  'grants.records',
  'grants.look',
  'grants.series',
  'grants.open',
  'grants.again',
  'grants.consent',
  'record.readers',
  'open.records',
  'share.locker',
  'grants',
  'grants.claim',
  'grants.free',
  'revoke',
  'revoke.all',
  'revoke.look',
  'asks',
  'asks.answer',
  'notes',
  'note.add',
  'note.remove',
  'inbox',
  'inbox.remove',
  'open',
  'open.look',
  'open.series',
  'open.readings',
  'room.name',
  'room.open',
  'room.refuse',
  'room.visit',
  'room.show',
  'room.decline',
  'desk.note',
  'ask',
  'file',
  'custody.show',
  'custody.mine',
  'custody.stop',
  'subject.hand-overs',
  'subject.keep',
  'guardians',
  'guardians.refuse',
  'share.templates',
  'emergency',
  'emergency.never',
  'emergency.review',
  'emergency.end',
  'emergency.off',
  'corrections',
  'correction.ask',
  'correction.answer',
  'correction.disagree',
  'emergency.openings',
  'correction.letter',
];

/** @throws HaleError 'locked' · 'usage' · 'malformed' · whatever the operation throws */
export async function runOperation(
  home: Home | null,
  name: string,
  parameters: unknown,
  options: Omit<Context, 'home'>,
): Promise<unknown> {
  if (!home) throw new HaleError('locked', 'this home is locked; unlock it with the passphrase');
  if (!isOperation(name)) throw new HaleError('usage', 'no such operation');
  if (typeof parameters !== 'object' || parameters === null)
    throw new HaleError('malformed', 'the parameters are no JSON object');
  const run = OPERATIONS[name] as unknown as (context: Context, parameters: object) => unknown;
  return run({ home, ...options }, parameters);
}

/**
 * The same for a phone, which may do only what FROM_AWAY names. Left to the home is what would make a thief of the phone at home for good
 * (another phone, a device, a browser, a relay, new words), copy or erase the whole, or read and write files there.
 * @param options with the id of the phone: of all phones it removes only itself
 * @throws HaleError 'not-permitted' for what is done at home only
 */
export async function runFromAway(
  home: Home | null,
  name: string,
  parameters: object,
  options: Omit<Context, 'home' | 'session'> & { phone: string },
): Promise<unknown> {
  const isOther = name === 'phones.remove' && (parameters as { phone?: unknown }).phone !== options.phone;
  if (isOperation(name) && (isOther || !FROM_AWAY.includes(name)))
    throw new HaleError('not-permitted', 'this can be done at home only, not from a phone away from it');
  return runOperation(home, name, parameters, options);
}
