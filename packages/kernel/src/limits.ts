/** Every limit of the kernel, with its unit and its reason. Relays and vaults have their own. */
export const LIMITS = {
  /** Characters in an event's content, an emoji being one: base64 of a 48 kB batch is 64 k, a twice wrapped 64 kB message 118 k. */
  contentCharactersMax: 196_608,
  /** Bytes of one event as JSON: the content above plus tags; relays bound a frame by it before they parse. */
  eventBytesMax: 262_144,
  /** Tags in an event: an access event names one reader a tag, and a stream with 2,000 readers is a mistake. */
  tagsMax: 2_000,
  /** Items in a tag: NIPs in use have at most eight. */
  tagItemsMax: 32,
  /** UTF-16 units in a tag item: relay addresses and URLs, whose usual limit is 2,048. */
  tagItemUnitsMax: 4_096,
  /** Bytes of a tile batch: as base64 64,000, which with tags and signature stays below the 64 KiB of usual relays. */
  batchBytesMax: 48_000,
  /** Bytes of a padded tile before sealing: the largest bucket of which one still fits a batch. */
  tilePlainBytesMax: 47_104,
  /** Samples in one tile: 10 s at 26 kHz, 15 min at 291 Hz. A few bytes can declare them, so this bounds memory. */
  tileSamplesMax: 262_144,
  /** Bins in one tile: the fullest slot has 120; clips may be odd, hostile bytes must stay small. */
  tileBinsMax: 4_096,
  /** Buckets of a histogram: time in range needs 5, a fine distribution 32. */
  histogramBucketsMax: 64,
  /** Samples in one bin, so that sums of int32 and the halves of their squares stay below 2^53. A day at 48 Hz. */
  binSamplesMax: 4_194_304,
  /** Fields of a filter: seven that NIP-01 names and a few tags. */
  filterFieldsMax: 16,
  /** Values in one field of a filter: a reader asks for all days of some years, or for the 20 authors of a scan. */
  filterValuesMax: 2_000,
  /** Bytes of text under NIP-44: the NIP allows 2^32−1, which no phone can hold; 1 MiB is what others take. */
  nip44PlainBytesMax: 1_048_576,
  /** Bytes in a hybrid envelope: it carries keys and tokens, and twice wrapped it must stay one event. */
  hybridPayloadBytesMax: 49_152,
  /** Bytes of one message between a phone and its home: the first screen of forty series is 500 kB. */
  remoteMessageBytesMax: 4_194_304,
  /** Messages whose chunks are being gathered at once on one visit: what a screen asks at a time, and room. */
  remoteMessagesMax: 64,
  /** Seconds between the clocks of client and relay in NIP-42 ("~10 minutes"). */
  authSkewSecondsMax: 600,
  /** Seconds between the clocks of client and server in NIP-98, which suggests 60. */
  httpAuthSkewSecondsMax: 60,
  /** UTF-16 units of an Authorization header: usual servers cut at 8 k; a long URL in base64 is 6 k. */
  httpAuthHeaderUnitsMax: 8_192,
} as const;
