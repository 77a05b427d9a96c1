// What of a relay's sockets and memory its operator may set otherwise than it comes (relay.toml).
import { HaleError } from '@hale/kernel';
import { HOST_LIMITS } from './limits.ts';

export const HOST_SETTABLE = {
  connectionsMax: { least: 1, most: 1_000_000 },
  connectionsOfKeyMax: { least: 1, most: 10_000 },
  pingMillis: { least: 1_000, most: 3_600_000 },
  headersMillis: { least: 1_000, most: 600_000 },
  bufferedCloseBytes: { least: HOST_LIMITS.bufferedPauseBytes, most: 2 ** 30 },
  storeCacheBytes: { least: 1_048_576, most: 2 ** 36 },
  checkThreadsMax: { least: 0, most: 64 },
} as const satisfies Partial<Record<keyof typeof HOST_LIMITS, { least: number; most: number }>>;

export type HostLimit = keyof typeof HOST_SETTABLE;
export type HostLimits = Readonly<Record<HostLimit, number>>;

/** @throws HaleError 'usage' for one that is out of its range */
export function hostLimits(wished: Partial<HostLimits> = {}): HostLimits {
  const limits = (Object.keys(HOST_SETTABLE) as HostLimit[]).map((name): [HostLimit, number] => {
    const value = wished[name] ?? HOST_LIMITS[name];
    const { least, most } = HOST_SETTABLE[name];
    if (!Number.isSafeInteger(value) || value < least || value > most)
      throw new HaleError('usage', 'a limit is outside of what can be asked for', { limit: name, value, least, most });
    return [name, value];
  });
  return Object.fromEntries(limits) as Record<HostLimit, number>;
}
