import { LIMITS, normalizeRelayUrl } from '@hale/kernel';
import { RELAY_LIMITS } from './limits.ts';

/** How long events of some kinds are kept. The shape that NIP-11 had until 2026-02. */
export interface Retention {
  readonly kinds?: readonly number[];
  /** Seconds; null = until deleted. */
  readonly time: number | null;
}

/** What an operator decides. */
export interface RelayPolicy {
  /** Private: nobody but members, listed readers and addressees of a wrap gets a socket. */
  readonly private: boolean;
  /** Addresses under which clients reach this relay (ws: or wss:), the first being the main one. A proof made for any other is refused. */
  readonly urls: readonly string[];
  /** Serves the owner's pages as well, so that a phone can be paired through it. */
  readonly pages?: boolean;
  readonly name: string;
  readonly description: string;
  /** ISO 3166-1 alpha-2 codes of the countries whose law holds where the disks stand. */
  readonly jurisdiction: readonly string[];
  readonly retention: readonly Retention[];
  readonly software: string;
  readonly version: string;
}

export const SUPPORTED_NIPS: readonly number[] = [1, 9, 11, 40, 42, 45, 59, 62, 70, 98];

/** Is `url` one of this relay's addresses, followed by `path`? `ws` and `http` are the same door. */
export function isOwnUrl(policy: RelayPolicy, url: string, path = ''): boolean {
  const asked = spelled(url);
  return asked !== null && policy.urls.some((own) => spelled(`${own.replace(/\/+$/, '')}${path}`) === asked);
}

function spelled(url: string): string | null {
  try {
    return normalizeRelayUrl(url.replace(/^http/i, 'ws'));
  } catch {
    return null;
  }
}

/** NIP-11 relay information document; clients ignore the fields that they do not know. */
export function relayInformation(policy: RelayPolicy, relayKey: string): Record<string, unknown> {
  return {
    name: policy.name,
    description: policy.description,
    self: relayKey,
    supported_nips: SUPPORTED_NIPS,
    software: policy.software,
    version: policy.version,
    limitation: {
      max_message_length: RELAY_LIMITS.messageBytesMax,
      max_subscriptions: RELAY_LIMITS.subscriptionsMax,
      max_subid_length: RELAY_LIMITS.subscriptionIdUnitsMax,
      max_limit: RELAY_LIMITS.eventsPerRequestMax,
      default_limit: RELAY_LIMITS.eventsPerRequestMax,
      max_event_tags: LIMITS.tagsMax,
      max_content_length: LIMITS.contentUnitsMax,
      created_at_upper_limit: RELAY_LIMITS.futureSecondsMax,
      auth_required: policy.private,
      payment_required: false,
      restricted_writes: policy.private,
    },
    // NIP-11 dropped both on 2026-02-14; a medical relay cannot do without them.
    retention: policy.retention,
    relay_countries: policy.jurisdiction,
    hale: {
      private: policy.private,
      jurisdiction: policy.jurisdiction,
      ticket: '/hale/ticket',
      join: '/hale/join',
      query: '/hale/query',
      pages: policy.pages ?? false,
      locker: '/hale/locker',
    },
  };
}
