// After theft or leaked words: new words, new subject secrets, everything sealed anew under them, grants given again, the old authors gone.
// Only a new secret helps against somebody who holds the old one; what he copied before, he has.
import { parseScope } from '@hale/consent';
import { encodeNpub, HaleError, schnorrPublic } from '@hale/kernel';
import type { Result } from '../api.ts';
import { openHandOvers } from '../custody/hand-over.ts';
import { refuseWhileShared } from '../custody/sharing.ts';
import { takings } from '../custody/taking.ts';
import type { Home } from '../home.ts';
import { chooseKey, recipientOf } from '../recipients.ts';
import { rotationFinished, type Unfinished, unfinishedRotation } from '../rotation.ts';
import type { Operation } from './context.ts';
import { give } from './share.ts';
import { unlessShut } from './shut.ts';

export const rotate: Operation<'rotate'> = async ({ home }) => {
  if (!home.rekey) throw new HaleError('unsupported', 'this home was opened without its keyring; rotation needs it');
  // A rotation that was broken off has new words that nobody saw: they are shown now, not replaced again.
  if (unfinishedRotation(home)) return finish(home, []);
  for (const subject of home.custody.shared()) refuseWhileShared(home, subject);
  if (openHandOvers(home).length > 0 || takings(home).some(({ state }) => state !== 'done'))
    throw new HaleError('conflict', 'somebody is being handed over; finish that first, or take it back');
  home.settle();
  await home.network.settle(10_000);
  const { next, pending } = await home.rekey(home);
  return finish(next, pending);
};

async function finish(home: Home, pending: string[]): Promise<Result<'rotate'>> {
  const unfinished = unfinishedRotation(home);
  if (!unfinished) throw new HaleError('corrupt', 'the rotation left no words');
  const check = unlessShut({ home });
  let grantsReissued = 0;
  for (const record of unfinished.again) {
    const left = await giveAgain(home, record, check);
    if (left === null) grantsReissued++;
    else pending.push(left);
  }
  await home.network.settle(10_000);
  rotationFinished(home);
  const npub = encodeNpub(schnorrPublic(home.keys.identity));
  return { words: unfinished.words, npub, relays: home.storeRelays(), grantsReissued, pending };
}

/** To the same recipient's key as before, never to whoever a name leads to now, and under a grant key that the old words do not tell. Says what is left to do, or null. */
async function giveAgain(
  home: Home,
  { as, ...record }: Unfinished['again'][number],
  check: () => void,
): Promise<string | null> {
  if (record.recipient === null)
    return `The link for ${record.to} has ended with the old keys; share again to give a new one.`;
  try {
    const recipient = await recipientOf(home, record.recipient, []);
    check();
    chooseKey(home, recipient, record.classic);
    const name = as ?? home.vault.state.subjects.get(record.subject)?.name ?? '';
    const { subject, how, to, recipient: key, recipientText, classic, records } = record;
    const scope = parseScope(record.scope);
    // Field by field: the record's grant key stands in the old catalogue, which whoever has the old words can read.
    give(
      home,
      {
        subject,
        how,
        to,
        recipient: key,
        recipientText,
        classic,
        scope,
        names: { subject: name, owner: name },
        ...(records && { records }),
      },
      recipient,
    );
    return null;
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
    return `What ${record.to} could read could not be given again (${error.code}); share it anew.`;
  }
}
