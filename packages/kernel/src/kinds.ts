/** The event kinds of the network; this table is their single source, `specs/relay.md` mirrors it. */
export const KINDS = {
  /** NIP-09 deletion request. */
  deletion: 5,
  /** NIP-59 seal. */
  seal: 13,
  /** NIP-62 request to vanish. */
  vanish: 62,
  /** NIP-59 gift wrap. */
  wrap: 1059,
  /** Tiles of one stream, level, epoch and UTC day. Regular. */
  tileBatch: 1980,
  /** "Served", signed by the relay and sealed to the stream author. Regular. */
  receipt: 1981,
  /** What a relay says of itself over its own signature: the key of its tokens, its report. Never published. specs/tokens.md */
  statement: 1982,
  /** A clinic's word that a key may join a relay. Handed over, never published. specs/relay.md */
  vouch: 1983,
  /** NIP-17: the relays where a person takes gift wraps. */
  dmRelays: 10050,
  /** Who may read a stream, until when. Replaceable, signed by the stream author. */
  access: 11980,
  /** A person's ML-KEM-768 public key. Replaceable. */
  hybridKey: 11981,
  /** NIP-59 gift wrap that nobody keeps. */
  ephemeralWrap: 21059,
  /** What a paired phone and its home say to each other; nobody keeps it. specs/remote.md */
  remote: 21980,
  /** A stream author spends an admission token; nobody keeps the event. specs/tokens.md */
  token: 21981,
  /** NIP-43: a member came, and went; the relay's word to that member. Regular. */
  memberAdded: 8000,
  memberRemoved: 8001,
  /** NIP-43 member list and roles: never made and never taken, for a list of members is a list of patients. */
  memberList: 13534,
  memberRoles: 33534,
  /** NIP-42 answer to a challenge; never stored. */
  auth: 22242,
  /** NIP-98 HTTP authorization; never stored. */
  httpAuth: 27235,
  /** NIP-43 join request with a claim; never stored. */
  join: 28934,
  /** NIP-43 invitation, made when it is asked for; never stored. */
  invite: 28935,
  /** NIP-43 request to leave; never stored. */
  leave: 28936,
} as const;

/** How a relay keeps a kind (NIP-01). */
export type KindClass = 'regular' | 'replaceable' | 'ephemeral' | 'addressable';

/** NIP-01 ranges; the few kinds in no named range (44 … 999) are kept as regular, as relays do. */
export function kindClass(kind: number): KindClass {
  if (kind === 0 || kind === 3 || (kind >= 10_000 && kind < 20_000)) return 'replaceable';
  if (kind >= 20_000 && kind < 30_000) return 'ephemeral';
  if (kind >= 30_000 && kind < 40_000) return 'addressable';
  return 'regular';
}
