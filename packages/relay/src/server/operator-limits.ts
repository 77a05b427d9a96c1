// Limits that an operator may set otherwise than they come. What the protocol fixes is not among them. Beside each: the least and the most that
// can be asked for. What stands in the policy is what is enforced and what NIP-11 says.
import { fail } from '@hale/kernel';
import { RELAY_LIMITS } from './limits.ts';

interface Range {
  readonly least: number;
  readonly most: number;
}

export const OPERATOR_LIMITS = {
  // Below it homes could not publish: a full batch as base64 with its tags.
  messageBytesMax: { least: 131_072, most: RELAY_LIMITS.messageBytesMax },
  subscriptionsMax: { least: 1, most: 10_000 },
  eventsPerRequestMax: { least: 10, most: 100_000 },
  keysPerConnectionMax: { least: 1, most: 10_000 },
  futureSecondsMax: { least: 60, most: 86_400 },
  questionsPerMinuteMax: { least: 1, most: 100_000 },
  lockersPerHourMax: { least: 0, most: 100_000 },
  inviteSecondsDefault: { least: 60, most: 366 * 86_400 },
  postsPerHourMax: { least: 0, most: 1_000_000 },
  postsOfAllPerHourMax: { least: 0, most: 100_000_000 },
  piecesOfMemberPerHourMax: { least: 1, most: 10_000_000 },
  remotePerMinuteMax: { least: 0, most: 1_000_000 },
  allotmentBytesDefault: { least: 65_536, most: 2 ** 40 },
  tokensPerEpochDefault: { least: RELAY_LIMITS.tokensPerBatch, most: 1_000_000 },
} as const satisfies Partial<Record<keyof typeof RELAY_LIMITS, Range>>;

export type OperatorLimit = keyof typeof OPERATOR_LIMITS;
export type OperatorLimits = Readonly<Record<OperatorLimit, number>>;

const NAMES = Object.keys(OPERATOR_LIMITS) as OperatorLimit[];

/** All of them, as they come where nothing else is said. @throws HaleError 'usage' for one that is out of its range */
export function operatorLimits(wished: Partial<OperatorLimits> = {}): OperatorLimits {
  const limits = NAMES.map((name): [OperatorLimit, number] => {
    const value = wished[name] ?? RELAY_LIMITS[name];
    const { least, most } = OPERATOR_LIMITS[name];
    if (!Number.isSafeInteger(value) || value < least || value > most)
      fail('usage', 'a limit is outside of what can be asked for', { limit: name, value, least, most });
    return [name, value];
  });
  return Object.fromEntries(limits) as Record<OperatorLimit, number>;
}
