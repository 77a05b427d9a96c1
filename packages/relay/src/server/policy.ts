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
  /** Keys (hex) that may manage the relay by NIP-86 and ask for invitations by NIP-43; the first is shown as its `pubkey`. */
  readonly operators?: readonly string[];
  /** How people reach whoever runs it: a URI, as mailto: or https:. */
  readonly contact?: string;
  /** Where the privacy notice stands: https:. */
  readonly privacy?: string;
  /** https: address of a picture. */
  readonly icon?: string;
  readonly software: string;
  readonly version: string;
}

/** Mirrored in specs/relay.md. */
export const SUPPORTED_NIPS: readonly number[] = [1, 9, 11, 40, 42, 43, 45, 50, 59, 62, 65, 70, 77, 86, 98];

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

/** NIP-11 relay information document; clients ignore the fields that they do not know. Each limit is the one that is enforced. */
export function relayInformation(policy: RelayPolicy, relayKey: string): Record<string, unknown> {
  const { contact = '', privacy, icon } = policy;
  return {
    name: policy.name,
    description: policy.description,
    ...(icon ? { icon } : {}),
    pubkey: policy.operators?.[0] ?? relayKey,
    self: relayKey,
    contact,
    supported_nips: SUPPORTED_NIPS,
    software: policy.software,
    version: policy.version,
    limitation: limitation(policy),
    // NIP-11 dropped these on 2026-02-14; a medical relay cannot do without them. No time: until deleted.
    retention: policy.retention.map(({ kinds, time }) => ({
      ...(kinds ? { kinds } : {}),
      ...(time === null ? {} : { time }),
    })),
    relay_countries: policy.jurisdiction,
    ...(privacy ? { privacy_policy: privacy } : {}),
    hale: {
      private: policy.private,
      jurisdiction: policy.jurisdiction,
      retention: policy.retention,
      privacy: privacy ?? null,
      contact: contact || null,
      ticket: '/hale/ticket',
      join: '/hale/join',
      query: '/hale/query',
      pages: policy.pages ?? false,
      locker: '/hale/locker',
    },
  };
}

function limitation(policy: RelayPolicy): Record<string, number | boolean> {
  return {
    max_message_length: RELAY_LIMITS.messageBytesMax,
    max_subscriptions: RELAY_LIMITS.subscriptionsMax,
    max_filters: RELAY_LIMITS.filtersMax,
    max_subid_length: RELAY_LIMITS.subscriptionIdUnitsMax,
    max_limit: RELAY_LIMITS.eventsPerRequestMax,
    default_limit: RELAY_LIMITS.eventsPerRequestMax,
    max_event_tags: LIMITS.tagsMax,
    max_content_length: LIMITS.contentCharactersMax,
    created_at_upper_limit: RELAY_LIMITS.futureSecondsMax,
    auth_required: policy.private,
    payment_required: false,
    restricted_writes: policy.private,
  };
}
