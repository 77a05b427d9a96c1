/** Every limit of the kernel, with its unit and its reason. Relays and vaults have their own. */
export const LIMITS = {
  /** UTF-16 units in an event's content: base64 of a 48 kB batch is 64 k, a twice wrapped 64 kB message 118 k. */
  contentUnitsMax: 196_608,
  /** Bytes of one event as JSON: the content above plus tags; checked before JSON.parse. */
  eventBytesMax: 262_144,
  /** Tags in an event: an access event names one reader a tag, and a stream with 2,000 readers is a mistake. */
  tagsMax: 2_000,
  /** Items in a tag: NIPs in use have at most eight. */
  tagItemsMax: 32,
  /** UTF-16 units in a tag item: relay addresses and URLs, whose usual limit is 2,048. */
  tagItemUnitsMax: 4_096,
} as const;
