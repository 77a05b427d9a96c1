// A share that lapsed because nobody looked at it, given again as it was: the same scope, the same end, in the words that were agreed to.
import { HaleError } from '@hale/kernel';
import type { GrantWish, IssuedGrant } from '@hale/vault';
import { chooseKey, recipientOf } from '../recipients.ts';
import type { Operation } from './context.ts';
import { giveLocked } from './locker-share.ts';
import { give, grantInfo, sentenceKept, sentenceOf } from './share.ts';
import { unlessShut } from './shut.ts';

export const grantsAgain: Operation<'grants.again'> = async (context, asked) => {
  const { home } = context;
  const check = unlessShut(context);
  const before = home.grants.get(asked.grant);
  const { record, owner } = before;
  const { until } = owner.scope;
  if (home.vault.state.ends.get(record.id)?.idleMonths === undefined)
    throw new HaleError('usage', 'this share did not lapse for want of a look; share anew what you want to share');
  if (until !== null && until <= home.nowMicros())
    throw new HaleError('expired', 'its own end is over as well; share anew, and say until when');
  const plain = wishAgain(before);
  const how = { with: record.how, claim: record.locker?.claim === true, withPin: record.locker?.pin === true };
  const sentence = sentenceOf({ streams: [], ...how }, plain, home.grants.preview(plain));
  const wish = { ...plain, sentenceGiven: sentence };
  if (record.locker) {
    const { pin: withPin, claim } = record.locker;
    return { ...(await giveLocked(context, wish, { withPin, claim })), pickupLink: null };
  }
  const recipient = record.recipient === null ? null : await recipientOf(home, record.recipient, []);
  check();
  if (recipient) chooseKey(home, recipient, record.classic);
  const { made, link, sent } = give(home, wish, recipient);
  await home.network.settle(3000);
  const isLink = record.how === 'link';
  return {
    grant: grantInfo(home, made.grant),
    link: isLink ? link : null,
    pickupLink: isLink || sent ? null : link,
    pin: null,
  };
};

function wishAgain(grant: IssuedGrant): GrantWish {
  const { record, owner } = grant;
  const { subject, how, to, recipient, recipientText, classic, idleMonths, records, as = '' } = record;
  return {
    ...{ subject, how, to, recipient, recipientText, classic },
    scope: owner.scope,
    names: { subject: as, owner: as },
    sentence: sentenceKept(grant),
    ...(idleMonths === undefined ? {} : { idleMonths }),
    ...(records === undefined ? {} : { records }),
  };
}
