// After theft or leaked words: new words, new subject secrets, everything sealed anew under them, grants issued again, the old authors gone.
// Only a new secret helps against somebody who holds the old one; what he copied before, he has.
import { HaleError, toHex } from '@hale/kernel';
import type { Operation } from './context.ts';
import { vanish } from './erase.ts';
import { share } from './share.ts';

export const rotate: Operation<'rotate'> = async (context) => {
  const { home } = context;
  if (!home.rekey) throw new HaleError('unsupported', 'this home was opened without its keyring; rotation needs it');
  home.settle();
  await home.network.settle(10_000);
  const oldAuthors = home.vault
    .streams()
    .map((stream) => ({ author: toHex(stream.author), secret: stream.authorSecret }));
  const oldLogs = [
    ...home.grants.all().map(({ log }) => ({ author: toHex(log.stream.author), secret: log.authorSecret })),
    { author: home.catalogueAuthor(), secret: home.keys.catalogueAuthor },
  ];
  const again = home.grants.active().map(({ record }) => record);
  for (const { id } of again) home.grants.end(id, 'rotated', false);
  await home.network.settle(10_000);
  const { words, next, pending } = await home.rekey(home);
  for (const old of [...oldAuthors, ...oldLogs]) vanish(next, old.secret, old.author);
  let grantsReissued = 0;
  for (const record of again) {
    if (record.how === 'link') {
      pending.push(`The link for ${record.to} has ended with the old keys; share again to give a new one.`);
      continue;
    }
    const scope = record.scope as { from: number; to: number | null; until: number | null; purpose: { text: string } };
    const range = {
      from: String(scope.from),
      ...(scope.to === null ? {} : { to: String(scope.to) }),
      ...(scope.until === null ? {} : { until: String(scope.until) }),
    };
    try {
      await share(
        { ...context, home: next },
        {
          streams: record.streams.map(({ key }) => key),
          with: record.recipientText ?? record.to,
          level: record.streams[0].level,
          subject: next.vault.state.subjects.get(record.subject)?.name ?? '',
          purpose: scope.purpose.text,
          allowClassic: record.classic,
          ...range,
        },
      );
      grantsReissued++;
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      pending.push(`A grant could not be issued again (${error.code}): ${record.to}.`);
    }
  }
  await next.network.settle(10_000);
  return { words, relays: next.storeRelays(), grantsReissued, pending };
};
