/** Limits of phones that ask this home through a relay, with unit and reason. */
export const REMOTE_LIMITS = {
  /** Paired phones: each is proved and followed at every relay. */
  phonesMax: 16,
  /** Seconds in which a pairing code has to be scanned, and again in which the digits have to be confirmed. */
  pairingSeconds: 120,
  /** Seconds beyond its time for which the relay lets the holder of a code in: the home's clock and the relay's differ. */
  codeSlackSeconds: 60,
  /** Seconds from now until which an access list lets a phone in; written again when half of it is over. */
  accessSeconds: 30 * 86_400,
  /** Visits of one phone at once: pages that are open there. */
  visitsPerPhoneMax: 8,
  /** Visits that have not shown their key yet: a relay may repeat old beginnings. */
  helloesMax: 8,
  /** Calls that run at once on one visit. */
  callsPerVisitMax: 32,
  /** Milliseconds without a word after which a visit is over; a page that waits for something speaks every ten seconds. */
  visitIdleMillis: 180_000,
  /** Milliseconds for which readings gather before they go out together: the relay counts frames. */
  gatherMillis: 200,
  /** What an operation says while it runs, gathered at most: more goes out at once. */
  gatheredMax: 2_000,
  /** Bytes of an answer from which on it is compressed. */
  deflateFromBytes: 1_024,
  /** Bytes of frames on their way to the relay and not yet confirmed: more ends the visit, nothing fills the memory. */
  unconfirmedBytesMax: 16_777_216,
  /** Milliseconds between looks at relays, lists and idle visits. */
  tickMillis: 5_000,
  /** Milliseconds after which the time of a phone's last contact is written to the disk again. */
  contactMillis: 60_000,
  /** Characters of the name that a phone gives itself. */
  nameUnitsMax: 60,
} as const;
