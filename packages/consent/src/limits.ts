/** Every limit of the consent room, with its unit and its reason. */
export const LIMITS = {
  /** Streams in one grant: a person has some forty signals; a list of hundreds is a mistake or an attack. */
  streamsMax: 256,
  /** UTF-16 units of a name, a title or a purpose's text: a line on a screen. */
  textUnitsMax: 200,
  /** UTF-16 units of a stream key, a unit, a code: identifiers. */
  codeUnitsMax: 80,
  /** Bytes of one entry of a grant stream as CBOR: with padding it stays below the 48 kB of a batch. */
  entryBytesMax: 40_000,
  /** Bytes of a clip's payload in one entry: the entry's limit less its other fields. */
  clipPayloadBytesMax: 38_000,
  /** Samples in one piece of a clip: at 4.5 bytes for noise of full range and 3 for irregular times it stays below the payload's limit. */
  clipSamplesMax: 4_000,
  /** Bins in one piece of a clip: with a histogram of 64 edges a bin is below 600 bytes. */
  clipBinsMax: 60,
  /** Days in one head entry: 20 bytes each, below the entry's limit. */
  headRowsMax: 1_800,
  /** Nodes of one token: the minimal cover of any range at depth 32 (design review L1). */
  tokenNodesMax: 62,
  /** Histogram edges that a granted stream may describe. */
  edgesMax: 64,
  /** Entries a reader folds of one grant: leases, heads and live clips of ten streams are some 15,000 a year. */
  readerEntriesMax: 200_000,
  /** Bytes of token nodes a reader keeps: weekly leases of 256 streams at 5 levels for 10 years are 21 MB. */
  readerTokenBytesMax: 32_000_000,
  /** Bytes of clip payloads a reader keeps: edges of 256 streams at 5 levels, revised some hundred times. */
  readerClipBytesMax: 64_000_000,
  /** Days with a head that a reader keeps: 10 years of 5 levels of 25 streams. */
  readerHeadDaysMax: 500_000,
  /** Unix seconds an entry of an access event may run ahead: 30 days, renewed daily (DESIGN §6). */
  accessSecondsMax: 30 * 86_400,
  /** Seconds for which the reader of an ended grant may still fetch the end notice: as long as an access entry. */
  endNoticeSeconds: 30 * 86_400,
  /** Days of a lease when nothing else is said: DESIGN §5. */
  leaseDays: 7,
  /** UTF-16 units of a link: origin, 64 + 43 characters and eight relays; browsers take 2,000 everywhere. */
  linkUnitsMax: 2_000,
  /** Relays a link names. */
  linkRelaysMax: 8,
  /** Kinds that one message asks for: a person has some forty signals. */
  askKindsMax: 40,
  /** Days back that one message asks for: a life. */
  askDaysMax: 45_000,
  /** UTF-16 units of what an asker says: a paragraph. */
  askWhyUnitsMax: 500,
  /** Seconds after which an ask has run out: two weeks, as long as a letter is waited for. */
  askSeconds: 14 * 86_400,
  /** Further grants that the stream of one names: asks that were answered, one in two weeks for years. */
  moreMax: 100,
  /** Consents that one decision looks at: an owner with more active grants splits them by stream first. */
  consentsMax: 10_000,
  /** Months without a look after which a grant may be said to end by itself: ten years. */
  idleMonthsMax: 120,
  /** Categories of records that a scope names: there are some fifteen. */
  categoriesMax: 64,
  /** Bytes of packed copies in one entry: the entry's limit less its other fields. */
  pagePartBytesMax: 38_000,
  /** Parts of one page: a record with attachments of 20 MB in base64. */
  pagePartsMax: 800,
  /** Pages that one index names: a million records, and its numbers stay below the entry's limit. */
  pagesMax: 5_000,
  /** Bytes of packed pages a reader keeps of one grant. */
  readerCopyBytesMax: 256_000_000,
  /** Bytes of one page's text: what a record may have with its attachments, and some. */
  pageTextBytesMax: 40_000_000,
  /** UTF-16 units of one text in a FHIR Consent that is compared: a reference, a code, an address. */
  consentTextUnitsMax: 1_000,
  /** Values of one condition of a FHIR Consent: records withheld by hand are named one by one. */
  consentValuesMax: 10_000,
  /** Provisions of one FHIR Consent: a person's has some ten, a generator's some hundred. */
  consentProvisionsMax: 2_000,
  /** How deep exceptions of exceptions are read: IHE PCF allows one level, nobody was seen to write three. */
  consentDepthMax: 8,
  /** Entries of the portable form of one consent: each denial becomes up to three. */
  residualMax: 10_000,
  /** Days named in one question to a relay; wider ranges are asked for without naming days. */
  daysPerFilterMax: 400,
} as const;

/** 2150-01-01: with the grid's origin in 1900 every difference of two times stays an exact integer of microseconds. */
export const LATEST_MICROS = 5_680_281_600_000_000;

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_DAY = 86_400_000_000;
