import { LIMITS, normalizeRelayUrl, TOKEN_EPOCH_SECONDS, TOKEN_SUITE, tokenEpochOf } from '@hale/kernel';
import { RELAY_LIMITS } from './limits.ts';
import { type OperatorLimits, operatorLimits } from './operator-limits.ts';
import type { QuotaRules, TokenMint } from './quota.ts';
import { checkKeep, KEEP_ALL, type Keep, retentionOf } from './retention.ts';

/** An organisation whose word lets people in. */
export interface Clinic {
  /** Its public key, hex. */
  readonly key: string;
  /** Vouches that are taken in 30 days. */
  readonly perEpoch: number;
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
  readonly keep: Keep;
  /** What members' authors may keep; null = as much as they like. */
  readonly quota: QuotaRules | null;
  /** The operator's own key, hex: a member always, who lets others in and out. null = the machine alone decides. */
  readonly owner: string | null;
  readonly clinics: readonly Clinic[];
  /** What the operator may set otherwise than it comes. */
  readonly limits: OperatorLimits;
  /** Answers and frames are as long as their bucket (padding.ts). */
  readonly padding: boolean;
  /** Relays of the same operator that are kept equal with this one: their keys are served everything, and publish nothing. */
  readonly peers?: readonly string[];
  /** How people reach whoever runs it: a URI, as mailto: or https:. */
  readonly contact?: string;
  /** Where the privacy notice stands: https:. */
  readonly privacy?: string;
  /** https: address of a picture. */
  readonly icon?: string;
  readonly software: string;
  readonly version: string;
}

export type PolicyWishes = Partial<Omit<RelayPolicy, 'limits'>> &
  Pick<RelayPolicy, 'urls'> & { readonly limits?: Partial<OperatorLimits> };

/** An operator's wishes with what holds where she says nothing. Openness is asked for. @throws HaleError 'usage' */
export function policyOf(settings: PolicyWishes): RelayPolicy {
  const isPrivate = settings.private ?? true;
  const limits = operatorLimits(settings.limits);
  const quota = { allotmentBytes: limits.allotmentBytesDefault, tokensPerEpoch: limits.tokensPerEpochDefault };
  return {
    private: isPrivate,
    pages: settings.pages ?? false,
    urls: settings.urls,
    name: settings.name ?? 'Hale relay',
    description: settings.description ?? 'Stores sealed health data and can open none of it.',
    jurisdiction: settings.jurisdiction ?? [],
    keep: checkKeep(settings.keep ?? KEEP_ALL),
    quota: settings.quota === undefined && isPrivate ? quota : (settings.quota ?? null),
    owner: settings.owner ?? null,
    clinics: settings.clinics ?? [],
    limits,
    padding: settings.padding ?? isPrivate,
    ...(settings.peers === undefined ? {} : { peers: settings.peers }),
    ...(settings.contact === undefined ? {} : { contact: settings.contact }),
    ...(settings.privacy === undefined ? {} : { privacy: settings.privacy }),
    ...(settings.icon === undefined ? {} : { icon: settings.icon }),
    software: settings.software ?? 'hale',
    version: settings.version ?? '0.1.0',
  };
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
export function relayInformation(
  policy: RelayPolicy,
  relayKey: string,
  mint: TokenMint,
  now: number,
): Record<string, unknown> {
  const { contact = '', privacy, icon } = policy;
  return {
    name: policy.name,
    description: policy.description,
    ...(icon ? { icon } : {}),
    pubkey: policy.owner ?? relayKey,
    self: relayKey,
    contact,
    supported_nips: SUPPORTED_NIPS,
    software: policy.software,
    version: policy.version,
    limitation: limitation(policy),
    // NIP-11 dropped these on 2026-02-14; a medical relay cannot do without them. No time: until deleted.
    retention: retentionOf(policy.keep).map(({ kinds, time }) => ({
      ...(kinds ? { kinds } : {}),
      ...(time === null ? {} : { time }),
    })),
    relay_countries: policy.jurisdiction,
    ...(privacy ? { privacy_policy: privacy } : {}),
    hale: {
      private: policy.private,
      jurisdiction: policy.jurisdiction,
      retention: retentionOf(policy.keep),
      privacy: privacy ?? null,
      contact: contact || null,
      ticket: '/hale/ticket',
      join: '/hale/join',
      query: '/hale/query',
      pages: policy.pages ?? false,
      locker: '/hale/locker',
      link: '/hale/link',
      padding: policy.padding,
      tokens: policy.quota === null ? null : tokenInformation(policy.quota, mint, now),
    },
  };
}

function limitation(policy: RelayPolicy): Record<string, number | boolean> {
  return {
    max_message_length: policy.limits.messageBytesMax,
    max_subscriptions: policy.limits.subscriptionsMax,
    max_filters: RELAY_LIMITS.filtersMax,
    max_subid_length: RELAY_LIMITS.subscriptionIdUnitsMax,
    max_limit: policy.limits.eventsPerRequestMax,
    default_limit: policy.limits.eventsPerRequestMax,
    max_event_tags: LIMITS.tagsMax,
    max_content_length: LIMITS.contentCharactersMax,
    created_at_upper_limit: policy.limits.futureSecondsMax,
    auth_required: policy.private,
    payment_required: false,
    restricted_writes: policy.private,
  };
}

/** What a home needs to ask for tokens and to spend them (specs/tokens.md §4). */
function tokenInformation(quota: QuotaRules, mint: TokenMint, now: number): Record<string, unknown> {
  const epoch = tokenEpochOf(now);
  return {
    suite: TOKEN_SUITE,
    epoch,
    ends: (epoch + 1) * TOKEN_EPOCH_SECONDS,
    key: mint.key(epoch),
    statement: mint.statement(epoch),
    allotment: quota.allotmentBytes,
    per_epoch: quota.tokensPerEpoch,
    batch: RELAY_LIMITS.tokensPerBatch,
    ask: '/hale/tokens',
  };
}
