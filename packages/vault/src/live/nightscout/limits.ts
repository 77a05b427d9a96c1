/** Limits of Nightscout's documents and questions, with unit and reason. Those of the server are in the home's limits.ts. */
export const NIGHTSCOUT_LIMITS = {
  /** Bytes of one document as JSON: with its frame it fits one sealed log entry. Loop's largest device status has 15 kB, a profile 20 kB. */
  documentBytesMax: 40_000,
  /** Documents in one upload: xDrip sends at most 500, a first upload of an archive 1000. */
  documentsPerUploadMax: 10_000,
  /** Levels of objects and lists inside one document: Loop's deepest has 7. */
  documentDepthMax: 32,
  /** Characters of an identifier, an `_id` or an event type. */
  identifierCharactersMax: 200,
  /** Conditions in one question: the longest known, of AndroidAPS, has 8. */
  conditionsMax: 64,
  /** Values in one `$in`. */
  conditionValuesMax: 1_000,
  /** Documents in one answer of API v1; report pages ask for whatever a day may hold. */
  answerDocumentsMax: 20_000,
  /** Documents in one answer of API v3, and the number given without a `limit` (Nightscout's own). */
  answerDocumentsV3Max: 1_000,
  /** Milliseconds since 1970 before which a document's date is refused: 2000-01-01, as Nightscout does. */
  dateMillisMin: 946_684_800_000,
  /** Milliseconds since 1970 after which it is refused: 2100-01-01. */
  dateMillisMax: 4_102_444_800_000,
} as const;
