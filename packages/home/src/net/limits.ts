/** Limits of what a home takes from and spends on the network, with unit and reason. */
export const NET_LIMITS = {
  /** Bytes of one WebSocket message: a frame of the largest event, in UTF-8. More ends the connection. */
  messageBytesMax: 1_048_576,
  /** Milliseconds for TCP, TLS and upgrade together. */
  handshakeTimeoutMillis: 10_000,
  /** Milliseconds between pings; a connection that stays silent for two of them is dead (a router forgets idle ones after minutes). */
  pingMillis: 30_000,
  /** Milliseconds to wait for a close handshake. */
  closeTimeoutMillis: 2_000,
  /** Connections in a pool: relays of a household times grants being read. */
  connectionsMax: 128,
  /** Bytes of a NIP-11, NIP-05 or join answer. */
  answerBytesMax: 65_536,
  /** Milliseconds for such an answer. */
  answerTimeoutMillis: 10_000,
  /** Tokens below which a relay is asked for a further batch, some time: a new grant for each of a household's readers. */
  tokensLow: 8,
  /** Milliseconds within which that time is drawn: hours, so that it tells nothing of what was spent. */
  tokenDelayMillisMax: 6 * 3_600_000,
  /** Tokens tried for one author, where a relay says that one is spent or not its own. */
  tokenTriesMax: 3,
  /** Tokens that one publication may cost: an author has room for it after the first. */
  tokensOfPublicationMax: 2,
  /** Authors proved on one connection: relays and our own session take 512 keys, some are left for grants made meanwhile. */
  authorsPerConnection: 400,
} as const;
