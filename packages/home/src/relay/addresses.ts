// The addresses under which a relay on this machine is reached. A proof made for any other is refused, so all of them must be known.
import { networkInterfaces } from 'node:os';
import { normalizeRelayUrl } from '@hale/kernel';

/**
 * Those that others can use first: the ones given (a name behind a proxy), the host, on all interfaces each of theirs, this machine.
 * @throws HaleError 'malformed' for a given address that is none
 */
export function ownAddresses(host: string, port: number, given: readonly string[] = []): string[] {
  const isWildcard = host === '0.0.0.0' || host === '::';
  const outside = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((address) => !address.internal && address.family === 'IPv4')
    .map(({ address }) => address);
  const hosts = [...(isWildcard ? outside : [host]), '127.0.0.1', 'localhost'];
  const bound = hosts.map((each) => `ws://${each.includes(':') ? `[${each}]` : each}:${port}`);
  return [...new Set([...given.map(normalizeRelayUrl), ...bound])];
}
